package filter

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/filter/internal/numbering/oracle"
	"github.com/listgate/listgate/rules"
)

// caseList reads a list of testdata/cases.
func caseList(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../testdata/cases/lists", name))
	require.NoError(t, err)
	return string(text)
}

// A listCase is a list as people have it, and what becomes of its rows.
type listCase struct {
	name    string
	list    string // or the name of a file of testdata/cases
	region  string // the default region
	bare    Bare
	options ListOptions
	stop    string   // numbers never to message
	columns []string // the phone columns of stop
	want    string   // the reason of each row
	err     string   // a part of the error, in place of reasons
}

func (c *listCase) run(t *testing.T) (f *Filter, kept, dropped string, result *Result, err error) {
	t.Helper()
	var o Options
	if c.region != "" {
		o.DefaultRegion = rules.Region([]byte(c.region))
	}
	o.Bare = c.bare
	f, err = New(twinPolicy(t), o)
	require.NoError(t, err)
	options := c.options
	options.Name = "list.csv"
	if c.stop != "" {
		if options.Suppress,
			err = f.ReadNumbers(t.Context(), strings.NewReader(c.stop),
			ListOptions{Name: "stop", Columns: c.columns}); err != nil {
			return f, "", "", nil, err
		}
	}
	var k, d bytes.Buffer
	result, err = f.Stream(t.Context(), &k, &d, strings.NewReader(c.list), options)
	return f, k.String(), d.String(), result, err
}

// reasonsOf returns the reason of each row: rows that span no lines come out in order.
func reasonsOf(t *testing.T, list, kept, dropped string, l Layout) (rows, reasons []string) {
	t.Helper()
	lines := strings.SplitAfter(list, "\n")[l.rowsAbove:]
	kept = strings.TrimPrefix(kept, strings.Join(strings.SplitAfter(list, "\n")[:l.rowsAbove], ""))
	if l.HeaderRow > 0 {
		_, dropped, _ = strings.Cut(dropped, "\n")
	}
	for _, line := range lines {
		row := strings.TrimRight(line, "\r\n")
		if row == "" {
			kept = strings.TrimPrefix(kept, line)
			continue
		}
		rows = append(rows, row)
		if rest, ok := strings.CutPrefix(kept, line); ok {
			kept, reasons = rest, append(reasons, "allowed")
			continue
		}
		rest, ok := strings.CutPrefix(dropped, row+string(l.Delimiter))
		require.True(t, ok, "neither kept nor dropped: %s", row)
		reason, _, _ := strings.Cut(rest, string(l.Delimiter))
		_, dropped, _ = strings.Cut(rest, "\n")
		reasons = append(reasons, reason)
	}
	require.Empty(t, kept)
	require.Empty(t, dropped)
	return rows, reasons
}

// requireTwinAgrees asks the slow twin about each row that its number alone decided.
func requireTwinAgrees(t *testing.T, f *Filter, l Layout, rows, reasons []string) {
	t.Helper()
	if len(l.more) > 0 {
		return
	}
	library, err := oracle.Read()
	require.NoError(t, err)
	for i, row := range rows {
		switch reasons[i] {
		case "duplicate", "suppressed", "no_consent", "short_row":
			continue
		}
		reader := csv.NewReader(strings.NewReader(row))
		reader.Comma, reader.LazyQuotes = rune(l.Delimiter), true
		cells, err := reader.Read()
		if l.dialect.NoQuotes {
			cells, err = strings.Split(row, string(l.Delimiter)), nil
		}
		require.NoError(t, err, row)
		slow := slowFilter{library: library, policy: twinPolicy(t), options: f.options, chatIDs: l.chatID}
		if l.regionColumn >= 0 && strings.TrimSpace(cells[l.regionColumn]) != "" {
			home := parseRowRegion(cells[l.regionColumn])
			if !home.known() {
				continue
			}
			slow.options.DefaultRegion = home.region
		}
		require.Equal(t, slow.decide(cells[l.column]).Reason.String(), reasons[i], row)
	}
}

func TestListsThatPeopleHave(t *testing.T) {
	for _, test := range []listCase{
		// A header below titles.
		{name: "titles", list: "l10-title-above-header.csv", want: "allowed allowed"},
		{name: "titles, semicolons, and nothing in other cells",
			list: "Kundenliste\n\nStand: 2026-11-01\nName;Telefon;Ort\nAnn;+14165550123;Toronto\n", want: "allowed"},
		{name: "a title that names a phone",
			list: "WhatsApp list\t\t\nName\tContact phone\tCity\nAnn\t+14165550123\tToronto\n", want: "allowed"},
		{name: "a title in one column", list: "Newsletter\nphone\n+14165550123\n", want: "allowed"},
		{name: "the row that is asked for", list: "a,b,c\nName,Nummer,Ort\nAnn,+14165550123,x\n",
			options: ListOptions{HeaderRow: 2}, want: "allowed"},
		{name: "a first row that is a recipient, and a header below",
			list: "Ann,+14165550123\nphone,x\nBob,+14165550124\n", options: ListOptions{Columns: []string{"2"}},
			want: "allowed not_a_number allowed"},
		{name: "no guess", list: "Export,,\nName,Nummer,Ort\nAnn,+14165550123,x\n",
			err: "row 1 does not name column 2, and row 2 may; say which row is the header with --header-row 2"},
		{name: "a header that is a number", list: "name,phone\nAnn,+14165550123\n", options: ListOptions{HeaderRow: 2},
			err: "row 2 cannot be at or above the header"},
		{name: "a header that is not there", list: "name,phone\n\nAnn,+14165550123\n",
			options: ListOptions{HeaderRow: 2}, err: "row 2 is no header"},

		// A second phone column.
		{name: "a name with a word for a phone in it", list: "l05-second-column-unknown.csv",
			err: `2 columns may hold the phone numbers (2 "Phone", 3 "WhatsApp number (if different)"); choose one with --column`},
		{name: "both of them", list: "l05-second-column-unknown.csv",
			options: ListOptions{Columns: []string{"Phone", "3"}}, want: "restricted restricted allowed"},
		{name: "two phones of a shop", list: "l18-shopify-two-phones.csv",
			err: `2 columns may hold the phone numbers (12 "Default Address Phone", 13 "Phone")`},
		{name: "one of them", list: "l18-shopify-two-phones.csv", options: ListOptions{Columns: []string{"Phone"}},
			want: "allowed empty restricted allowed"},
		{name: "both, by the country of each row", list: "l18-shopify-two-phones.csv",
			options: ListOptions{Columns: []string{"Phone", "12"}, RegionColumn: "10"},
			want:    "allowed allowed restricted allowed"},
		{name: "in Russian", list: "Имя,Телефон,Контактный телефон\nА,+79161234567,+79161234568\n",
			err: "2 columns may hold"},
		{name: "in Arabic", list: "الاسم,رقم الجوال,هاتف العمل\nا,+966501234567,+966501234568\n",
			err: "2 columns may hold"},
		{name: "in Hindi", list: "नाम,मोबाइल नंबर,घर का फ़ोन\nक,+919876543210,+919876543211\n",
			err: "2 columns may hold"},
		{name: "in Turkish", list: "ad,Cep Tel,Ev Telefonu\na,+905321234567,+905321234568\n",
			err: "2 columns may hold"},
		{name: "in Indonesian", list: "nama,No. HP,No WA\na,+628123456789,+628123456780\n", err: "2 columns may hold"},
		{name: "found by its cells, and another looks alike",
			list: "id,who,reach\n1234567890,Ann,+14165550123\n2234567890,Bob,+14165550124\n",
			err:  "the cells of 2 columns look like phone numbers (1 \"id\", 3 \"reach\")"},
		{name: "words that say who agreed are no numbers",
			list: "name,phone,Accepts WhatsApp Marketing,Phone verified\nA,+14165550123,yes,no\n", want: "allowed"},
		{name: "the first that drops",
			list:    "a,b\n+14165550123,+5351234567\n+5351234567,x\n,\n,+14165550124\n+14165550125,\n",
			options: ListOptions{Columns: []string{"1", "2"}},
			want:    "restricted restricted empty allowed allowed"},

		// The calling code in a column of its own.
		{name: "calling codes, not named", list: "l03-calling-code-column.csv",
			err: `column 1 "Country Code" holds the calling codes (91, 1, 44) of the numbers in column 2 "Phone Number", which lack them; read both together with --region-column 'Country Code'`},
		{name: "calling codes", list: "l03-calling-code-column.csv", options: ListOptions{RegionColumn: "Country Code"},
			want: "allowed restricted restricted allowed allowed restricted"},
		{name: "calling codes with plus", list: "DDI;phone\n+55;11987654321\n+91;9876543210\n",
			err: "holds the calling codes"},
		{name: "calling codes with 00", list: "code,phone\n0091,9876543210\n0044,7400123456\n",
			err: "holds the calling codes"},
		{name: "calling codes with names",
			list:    "country code,phone\nIndia (+91),9876543210\nUnited Kingdom (+44),07400 123456\n+1-809,8095551234\n",
			options: ListOptions{RegionColumn: "1"}, want: "allowed allowed allowed"},
		{name: "calling codes of numbers that have them",
			list: "country code,phone\n91,+919876543210\n44,447400123456\n", want: "allowed allowed"},
		{name: "no such column, whatever it looks like", list: "country code,phone\n91,9876543210\n",
			options: ListOptions{RegionColumn: NoRegionColumn}, want: "invalid"},
		{name: "an age is none", list: "age,phone\n20,+14165550123\n31,+14165550124\n", want: "allowed allowed"},
		{name: "countries that make other numbers", list: "country,phone\nUS,2015550123\nEG,01001234567\n",
			err: "holds the countries"},

		// Countries.
		{name: "names", list: "l27-country-names.csv", options: ListOptions{RegionColumn: "country"},
			want: "allowed allowed allowed allowed allowed allowed allowed"},
		{name: "names in their own languages",
			list:    "land,tel\nDeutschland,01511 2345678\nभारत,9876543210\nمصر,01001234567\nBrasil,11987654321\nРоссия,8 916 123-45-67\nTürkiye,0532 123 45 67\n",
			options: ListOptions{RegionColumn: "1"}, want: "allowed allowed allowed allowed allowed allowed"},
		{name: "a name that means nothing", list: "country,phone\nAtlantis,9876543210\nAtlantis,+919876543210\n",
			options: ListOptions{RegionColumn: "1"}, want: "invalid allowed"},
		{name: "a code of its own and another", list: "country,phone\nIndia (+44),9876543210\n",
			options: ListOptions{RegionColumn: "1"}, want: "invalid"},

		// Rows that ride along.
		{name: "inches open a cell", list: "l06-quotes.tsv",
			err: "list.csv:2:3: the cell in quotes that begins here holds lines that look like rows of their own"},
		{name: "quotes that mean nothing", list: "l06-quotes.tsv", options: ListOptions{Quote: QuoteNone},
			want: "restricted restricted allowed allowed"},

		// A list of numbers to suppress.
		{name: "an export", list: "l25-list.csv", stop: "l25-stop-export.csv", want: "suppressed allowed"},
		{name: "an export, its column named", list: "l25-list.csv", stop: "id;who;date\n1;+919876543210;x\n2;;y\n",
			columns: []string{"2"}, want: "suppressed allowed"},
		{name: "an export with two phones", list: "l25-list.csv",
			stop: "name,phone,mobile\nA,+919876543210,+14165550123\n", want: "suppressed suppressed"},
		{name: "nobody knows which column", list: "l25-list.csv", stop: "a,b\nx,y\n",
			err: "stop: no column looks like phone numbers; name it with --suppress-column"},
		{name: "one line, two numbers", list: "l02-benin.csv", stop: "l02-benin-stop.txt",
			want: "suppressed suppressed suppressed suppressed"},
		{name: "one line, two numbers, once", list: "l02-benin.csv", options: ListOptions{Dedupe: true},
			want: "allowed duplicate duplicate duplicate"},
		{name: "a national number, by chance another country's", list: "l08-us.csv", stop: "l08-stop-national.txt",
			want: "suppressed"},
		{name: "a national number with its trunk prefix", list: "phone\n+447400123456\n", region: "DE",
			stop: "07400 123456\n", want: "suppressed"},
		{name: "a national number in the list", list: "phone\n2015550123\n", stop: "+12015550123\n",
			want: "suppressed"},
		{name: "a national number that is none", list: "l08-us.csv", stop: "9876543210\n",
			err: "stop:1:1: invalid: not one number that can be read; write it with +"},
		{name: "as many digits, others", list: "l08-us.csv", stop: "2015550124\n", want: "restricted"},
		{name: "chat ids of the region's own", list: "l01-wa-id-at-home.csv", region: "DE", stop: "l01-stop.txt",
			want: "suppressed allowed allowed allowed suppressed suppressed"},
		{name: "the same without their name",
			list: strings.Replace("id,phone\nde,4915112345678\nid,62812345678\nxk,38344123456\n",
				"wa_id", "phone", 1),
			region: "DE", stop: "l01-stop.txt",
			want: "suppressed suppressed suppressed"},
		{name: "every reading, by the country of the row", list: "country,phone\nDE,62812345678\nDE,+49 628 12345678\n",
			options: ListOptions{RegionColumn: "1"}, stop: "+62812345678\n", want: "suppressed allowed"},
		{name: "readings that are one line", list: "country,phone\nIN,9876543210\n,+919876543210\nIN,09876543210\n",
			options: ListOptions{RegionColumn: "1", Dedupe: true}, want: "allowed duplicate duplicate"},

		{name: "chat ids", list: "l00-chat-ids-and-links.csv", region: "DE",
			want: "restricted restricted restricted restricted restricted allowed"},
		{name: "chat ids, either way", list: "l00-chat-ids-and-links.csv", region: "BR", bare: BareEither,
			want: "restricted restricted restricted restricted restricted allowed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if !strings.Contains(test.list, "\n") {
				test.list = caseList(t, test.list)
			}
			if strings.HasPrefix(test.stop, "l") && !strings.Contains(test.stop, "\n") {
				test.stop = caseList(t, test.stop)
			}
			f, kept, dropped, result, err := test.run(t)
			if test.err != "" {
				require.ErrorContains(t, err, test.err)
				return
			}
			require.NoError(t, err)
			rows, reasons := reasonsOf(t, test.list, kept, dropped, result.Layout)
			require.Equal(t, test.want, strings.Join(reasons, " "))
			requireTwinAgrees(t, f, result.Layout, rows, reasons)
		})
	}
}
