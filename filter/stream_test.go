package filter_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/filter/internal/csv"
	"github.com/listgate/listgate/listfile"
)

const (
	in  = "+919876543210" // allowed
	us  = "+14155550132"  // restricted
	cu  = "+5352345678"   // restricted
	bad = "call reception"
)

// stream runs a list through a filter by the category general.
func stream(t testing.TB, list string, options filter.ListOptions) (kept, dropped string,
	result *filter.Result, err error) {
	t.Helper()
	var k, d bytes.Buffer
	options.Name = "list.csv"
	result, err = newFilter(t, "general", filter.Options{}).Stream(t.Context(), &k, &d,
		strings.NewReader(list), options)
	return k.String(), d.String(), result, err
}

const head, usRule, cuRule = "listgate_reason,listgate_region,listgate_rule", "restricted,US,platform-us-marketing",
	"restricted,CU,platform-sanctioned"

func TestStream(t *testing.T) {
	tests := []struct {
		name, list    string
		options       filter.ListOptions
		kept, dropped string
	}{
		{"header", "name,phone\nAsha," + in + "\nJoe," + us + "\n", filter.ListOptions{},
			"name,phone\nAsha," + in + "\n", "name,phone," + head + "\nJoe," + us + "," + usRule + "\n"},
		{"no header", in + "\n" + us + "\n", filter.ListOptions{}, in + "\n", us + "," + usRule + "\n"},
		{"no header, and the first is no number", "x,reception\ny," + in + "\n",
			filter.ListOptions{NoHeader: true, Columns: []string{"2"}},
			"y," + in + "\n", "x,reception,not_a_number,,\n"},
		{"crlf", "phone\r\n" + in + "\r\n" + us + "\r\n", filter.ListOptions{},
			"phone\r\n" + in + "\r\n", "phone," + head + "\r\n" + us + "," + usRule + "\r\n"},
		{"last row without line break", "phone\n" + in + "\n" + us, filter.ListOptions{},
			"phone\n" + in + "\n", "phone," + head + "\n" + us + "," + usRule},
		{"blank lines are no rows", "\nphone\n\n" + in + "\n\r\n" + us + "\n\n", filter.ListOptions{},
			"\nphone\n\n" + in + "\n\r\n\n", "phone," + head + "\n" + us + "," + usRule + "\n"},
		{"byte order mark", "\ufeffphone;x\n" + in + ";1\n" + us + ";2\n", filter.ListOptions{},
			"\ufeffphone;x\n" + in + ";1\n", "\ufeffphone;x;" + strings.ReplaceAll(head, ",", ";") + "\n" + us + ";2;" +
				strings.ReplaceAll(usRule, ",", ";") + "\n"},
		{"ends in a delimiter", "x,phone\na," + in + "\nb,", filter.ListOptions{}, "x,phone\na," + in + "\n",
			"x,phone," + head + "\nb,,empty,,"},
		{"ends in a delimiter behind quotes", "phone,x,y\n" + in + ",\"a\nb\",", filter.ListOptions{},
			"phone,x,y\n" + in + ",\"a\nb\",", "phone,x,y," + head + "\n"},
		{"ends in a quoted phone cell", "x,phone\n1,\"" + in + "\"\r", filter.ListOptions{},
			"x,phone\n1,\"" + in + "\"\r", "x,phone," + head + "\n"},
		{"sep line", "sep=;\r\nphone;x,y\r\n" + in + ";1\r\n", filter.ListOptions{},
			"sep=;\r\nphone;x,y\r\n" + in + ";1\r\n",
			"sep=;\r\nphone;x,y;" + strings.ReplaceAll(head, ",", ";") + "\r\n"},
		{"quotes", "phone,name\n\"" + in + "\",\"Rao, \"\"A\"\"\nMumbai\"\n\"" + us + "\",\"x\ny\"\n",
			filter.ListOptions{},
			"phone,name\n\"" + in + "\",\"Rao, \"\"A\"\"\nMumbai\"\n", "phone,name," + head + "\n\"" + us +
				"\",\"x\ny\"," + usRule + "\n"},
		{"a carriage return in quotes is data", "phone,name\r\n" + in + ",\"a\rb\"\r\n" + us + ",\"\r\"\r\n",
			filter.ListOptions{},
			"phone,name\r\n" + in + ",\"a\rb\"\r\n", "phone,name," + head + "\r\n" + us + ",\"\r\"," + usRule + "\r\n"},
		{"two before a line feed, and one at the end", "phone\r\r\n" + in + "\r\r\n" + in + "\r", filter.ListOptions{},
			"phone\r\r\n" + in + "\r\r\n" + in + "\r", "phone," + head + "\r\r\n"},
		{"the same, dropped", "phone,x\r\r\n" + us + ",1\r\r\n" + us + ",2\r", filter.ListOptions{},
			"phone,x\r\r\n", "phone,x," + head + "\r\r\n" + us + ",1," + usRule + "\r\r\n" + us + ",2," +
				usRule + "\r"},
		{"blank lines of such, and a return at the end", "phone,x\r\r\n\r\r\n" + in + ",1\r\r\n\r\r\r\n\r",
			filter.ListOptions{},
			"phone,x\r\r\n\r\r\n" + in + ",1\r\r\n\r\r\r\n\r", "phone,x," + head + "\r\r\n"},
		{"blank lines of such, one column", "phone\r\r\n\r\r\n" + in + "\r\r\n\r\r\r\n\"" + in + "\"\r\r\n\r\r\n\r",
			filter.ListOptions{},
			"phone\r\r\n\r\r\n" + in + "\r\r\n\r\r\r\n\"" + in + "\"\r\r\n\r\r\n\r", "phone," + head + "\r\r\n"},
		{"the same, behind quotes", "\"phone\",\"x\"\r\r\n\"" + in + "\",\"1\"\r\r\r\n\"" + us + "\",\"2\"\r",
			filter.ListOptions{},
			"\"phone\",\"x\"\r\r\n\"" + in + "\",\"1\"\r\r\r\n", "\"phone\",\"x\"," + head + "\r\r\n\"" + us +
				"\",\"2\"," + usRule + "\r"},
		{"every cell quoted", "\"name\",\"phone\",\"note\"\r\n\"Rao\",\"" + in + "\",\"a\nb\"\r\n\"Cruz\",\"" + cu +
			"\",\"\"\"x\"\"\"\r\n\"Joe\",\"\",\"\"\r\n", filter.ListOptions{},
			"\"name\",\"phone\",\"note\"\r\n\"Rao\",\"" + in + "\",\"a\nb\"\r\n",
			"\"name\",\"phone\",\"note\"," + head + "\r\n\"Cruz\",\"" + cu + "\",\"\"\"x\"\"\"," + cuRule +
				"\r\n\"Joe\",\"\",\"\",empty,,\r\n"},
		{"a long first row behind a blank line", "\nphone," + strings.Repeat("x", 400_000) + "\n" + in + ",1\n",
			filter.ListOptions{},
			"\nphone," + strings.Repeat("x", 400_000) + "\n" + in + ",1\n", "phone," + strings.Repeat("x", 400_000) +
				"," + head + "\n"},
		{"a quote inside of a cell is a character", "name,phone\nJoe 5\" pipe," + in + "\nBob 6\" pipe," + cu + "\n",
			filter.ListOptions{},
			"name,phone\nJoe 5\" pipe," + in + "\n", "name,phone," + head + "\nBob 6\" pipe," + cu + "," +
				cuRule + "\n"},
		{"a formula", "phone\n\"=\"\"919876543210\"\"\"\n", filter.ListOptions{}, "phone\n\"=\"\"919876543210\"\"\"\n",
			"phone," + head + "\n"},
		{"short rows", "name,phone\nJoe\nAsha," + in + "\n", filter.ListOptions{},
			"name,phone\nAsha," + in + "\n", "name,phone," + head + "\nJoe,short_row,,\n"},
		{"a first row that is none, and no header either", "Ana," + in + " call me\nBo," + in + "\n",
			filter.ListOptions{},
			"Bo," + in + "\n", "Ana," + in + " call me,not_a_number,,\n"},
		{"a header with a digit", "Phone 2,x\n" + in + ",1\n", filter.ListOptions{}, "Phone 2,x\n" + in + ",1\n",
			"Phone 2,x," + head + "\n"},
		{"an empty cell", "name,phone\nJoe,\n", filter.ListOptions{}, "name,phone\n",
			"name,phone," + head + "\nJoe,,empty,,\n"},
		{"header only", "name,phone\n", filter.ListOptions{}, "name,phone\n", "name,phone," + head + "\n"},
		{"a set of regions is quoted where | parts cells", "x|phone\n1|+12005550100\n",
			filter.ListOptions{}, "x|phone\n",
			"x|phone|listgate_reason|listgate_region|listgate_rule\n1|+12005550100|undetermined|\"AG|AI|AS|BB|BM|BS|CA|DM|DO|GD|GU|JM|KN|KY|LC|MP|MS|PR|SX|TC|TT|US|VC|VG|VI\"|\n"},
		{"columns of an earlier run are replaced", "phone," + head + ",x\n" + us + ",invalid,,,1\n" + in +
			",invalid,,,2\n", filter.ListOptions{},
			"phone," + head + ",x\n" + in + ",invalid,,,2\n", "phone,x," + head + "\n" + us + ",1," + usRule + "\n"},
		{"columns of an earlier run are replaced, wherever they stand",
			"listgate_reason,phone,listgate_rule,x\ninvalid," + us + ",,1\n,,,\n", filter.ListOptions{},
			"listgate_reason,phone,listgate_rule,x\n", "phone,x," + head + "\n" + us + ",1," + usRule +
				"\n,,empty,,\n"},
		{"a column by name", "Phone,Mobile\n" + us + "," + in + "\n", filter.ListOptions{Columns: []string{"mobile"}},
			"Phone,Mobile\n" + us + "," + in + "\n", "Phone,Mobile," + head + "\n"},
		{"a column by number", "Phone,Mobile\n" + us + "," + in + "\n", filter.ListOptions{Columns: []string{"1"}},
			"Phone,Mobile\n", "Phone,Mobile," + head + "\n" + us + "," + in + "," + usRule + "\n"},
		{"a delimiter that was told", "phone^x,y\n" + in + "^1,2\n", filter.ListOptions{Delimiter: '^'},
			"phone^x,y\n" + in + "^1,2\n", "phone^x,y^listgate_reason^listgate_region^listgate_rule\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			kept, dropped, result, err := stream(t, test.list, test.options)
			require.NoError(t, err)
			require.Equal(t, test.kept, kept)
			require.Equal(t, test.dropped, dropped)
			require.Equal(t, result.Rows, result.Kept+result.Dropped)
		})
	}
}

func TestStreamErrors(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	tests := []struct {
		name, list string
		options    filter.ListOptions
		want       string
		is         error
	}{
		{"empty", "", filter.ListOptions{}, "list.csv: the list is empty, not even a header", filter.ErrEmptyList},
		{"blank", "\r\n\n", filter.ListOptions{}, "list.csv: the list is empty, not even a header",
			filter.ErrEmptyList},
		{"unclosed quote", "phone,x\n" + in + ",\"a\n" + in + ",b\n", filter.ListOptions{},
			"list.csv:2:15: " + csv.ErrUnclosedQuote.Error(), csv.ErrUnclosedQuote},
		{"unclosed quote in the header", "phone,\"x\n" + in + ",b\n", filter.ListOptions{},
			"list.csv:1:7: " + csv.ErrUnclosedQuote.Error(), csv.ErrUnclosedQuote},
		{"after a quote", "phone,x\n" + in + ",\"a\" b\n", filter.ListOptions{},
			"list.csv:2:18: " + csv.ErrAfterQuote.Error(), csv.ErrAfterQuote},
		{"after a quote, on a later line", "phone,x\n" + in + ",\"a\nb\"c\n", filter.ListOptions{},
			"list.csv:3:3: " + csv.ErrAfterQuote.Error(), csv.ErrAfterQuote},
		{"after a quote, behind a blank line", "\n\"phone\" ,x\n" + in + ",b\n", filter.ListOptions{},
			"list.csv:2:8: " + csv.ErrAfterQuote.Error(), csv.ErrAfterQuote},
		{"after a quote, where no column is found either", "a,b\n\"x\"y," + in + "\n\"z\"," + us + "\n",
			filter.ListOptions{}, "list.csv:2:4: " + csv.ErrAfterQuote.Error(), csv.ErrAfterQuote},
		{"unclosed quote behind sep=", "sep=,\n\"phone\n", filter.ListOptions{},
			"list.csv:2:1: " + csv.ErrUnclosedQuote.Error(), csv.ErrUnclosedQuote},
		{"a row too long behind a blank line", "\n" + in + "," + long + "\n", filter.ListOptions{},
			"list.csv:2:1: " + csv.ErrRowTooLong.Error(), csv.ErrRowTooLong},
		{"nul", "phone,x\n" + in + ",a\x00b\n", filter.ListOptions{},
			"list.csv:2:16: " + csv.ErrNUL.Error(), csv.ErrNUL},
		{"a row too long", "phone,x\n" + in + ",1\n" + in + "," + long + "\n", filter.ListOptions{},
			"list.csv:3:1: " + csv.ErrRowTooLong.Error(), csv.ErrRowTooLong},
		{"line breaks of an old Mac", "name,phone,x\rAsha," + in + ",1\rJoe," + us + ",2\r", filter.ListOptions{},
			"list.csv:1:13: " + csv.ErrLoneReturn.Error(), csv.ErrLoneReturn},
		{"line breaks of an old Mac, one column", "phone\r" + in + "\r" + us + "\r", filter.ListOptions{},
			"list.csv:1:6: " + csv.ErrLoneReturn.Error(), csv.ErrLoneReturn},
		{"line breaks of an old Mac, no header", in + ",a\r" + us + ",b\r", filter.ListOptions{},
			"list.csv:1:16: " + csv.ErrLoneReturn.Error(), csv.ErrLoneReturn},
		{"line breaks of an old Mac, more than a row may hold", "phone,x\r" + strings.Repeat(in+",a\r", 1<<17),
			filter.ListOptions{}, "list.csv:1:8: " + csv.ErrLoneReturn.Error(), csv.ErrLoneReturn},
		{"the same from some row on", "phone,x\n" + strings.Repeat(in+",a\n", 1<<15) + strings.Repeat(in+",a\r", 1<<17),
			filter.ListOptions{}, "list.csv:32770:16: " + csv.ErrLoneReturn.Error(), csv.ErrLoneReturn},
		{"a second row that rides along", "phone,name\n" + in + ",B\r" + us + ",C\n", filter.ListOptions{},
			"list.csv:2:16: " + csv.ErrLoneReturn.Error(), csv.ErrLoneReturn},
		{"a return before the delimiter", "phone,name\r\n" + in + "\r,B\r\n", filter.ListOptions{},
			"list.csv:2:14: " + csv.ErrLoneReturn.Error(), csv.ErrLoneReturn},
		{"a return before an unclosed quote", "phone,name\n" + in + ",a\rb\n" + in + ",\"a\n", filter.ListOptions{},
			"list.csv:2:16: " + csv.ErrLoneReturn.Error(), csv.ErrLoneReturn},
		{"a row too long, all quoted", "name,phone,x\nA," + in + ",1\n\"B\",\"" + in + "\"," + long + "\n",
			filter.ListOptions{}, "list.csv:3:1: " + csv.ErrRowTooLong.Error(), csv.ErrRowTooLong},
		{"a header too long, behind a blank line", "\nphone," + long + "\n" + in + ",1\n", filter.ListOptions{},
			"list.csv:2:1: " + csv.ErrRowTooLong.Error(), csv.ErrRowTooLong},
		{"a row too long, the last", "phone,x\n" + in + ",1\n" + in + "," + long, filter.ListOptions{},
			"list.csv:3:1: " + csv.ErrRowTooLong.Error(), csv.ErrRowTooLong},
		{"no phone column", "a,b\nx,y\n", filter.ListOptions{},
			`list.csv: no column looks like phone numbers; name it with --column NAME or --column N; its columns are 1 "a", 2 "b"`, nil},
		{"two phone columns", "phone,mobile\n1,2\n", filter.ListOptions{},
			`list.csv: 2 columns may hold the phone numbers (1 "phone", 2 "mobile"); choose one with --column, or give --column once for each: then every number of a row must be allowed; its columns are 1 "phone", 2 "mobile"`, nil},
		{"two of a kind", "Phone,Phone 2\n1,2\n", filter.ListOptions{},
			`list.csv: 2 columns may hold the phone numbers (1 "Phone", 2 "Phone 2"); choose one with --column, or give --column once for each: then every number of a row must be allowed; its columns are 1 "Phone", 2 "Phone 2"`, nil},
		{"two with more in their names", "name,Home Phone,WhatsApp No.\nx,1,2\n", filter.ListOptions{},
			`list.csv: 2 columns may hold the phone numbers (2 "Home Phone", 3 "WhatsApp No."); choose one with --column, or give --column once for each: then every number of a row must be allowed; its columns are 1 "name", 2 "Home Phone", 3 "WhatsApp No."`, nil},
		{"two that look alike, and no number shown", in + "," + us + "\n", filter.ListOptions{},
			`list.csv: the cells of 2 columns look like phone numbers (column 1, column 2); choose one with --column, or give --column once for each: then every number of a row must be allowed; its columns are column 1, column 2`, nil},
		{"no number shown, whatever its script", "Ana,٩١٩٨٧٦٥٤٣٢١٠,９１９８７６５４３２１１\n", filter.ListOptions{},
			`list.csv: the cells of 2 columns look like phone numbers (column 2, column 3); choose one with --column, or give --column once for each: then every number of a row must be allowed; its columns are column 1, column 2, column 3`, nil},
		{"no number shown behind a name of phone columns", "whatsapp:+14155238886,whatsapp:+919876543210\n",
			filter.ListOptions{},
			`list.csv: the cells of 2 columns look like phone numbers (column 1, column 2); choose one with --column, or give --column once for each: then every number of a row must be allowed; its columns are column 1, column 2`, nil},
		{"nothing of a recipient shown", "Ravi Kumar,+919876543210\n", filter.ListOptions{Columns: []string{"3"}},
			`list.csv: there is no column 3, the list has 2; its columns are column 1, column 2`, nil},
		{"two quotes", `""`, filter.ListOptions{},
			"list.csv: no column looks like phone numbers; name it with --column NAME or --column N; its columns are column 1", nil},
		{"nothing shown without a header", "Ravi Kumar,Delhi\n", filter.ListOptions{NoHeader: true},
			`list.csv: no column looks like phone numbers; name it with --column NAME or --column N; its columns are column 1, column 2`, nil},
		{"no such name", "phone,x\n1,2\n", filter.ListOptions{Columns: []string{"fone"}},
			`list.csv: there is no column named "fone"; its columns are 1 "phone", 2 "x"`, nil},
		{"no such number", "phone,x\n1,2\n", filter.ListOptions{Columns: []string{"3"}},
			`list.csv: there is no column 3, the list has 2; its columns are 1 "phone", 2 "x"`, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, _, _, err := stream(t, test.list, test.options)
			require.EqualError(t, err, test.want)
			var inList *filter.ListError
			var column *filter.ColumnError
			if test.is == nil {
				require.ErrorAs(t, err, &column)
			} else {
				require.ErrorAs(t, err, &inList)
				require.ErrorIs(t, err, test.is)
			}
		})
	}
}

func TestTooManyBlankLinesBeforeTheFirstRow(t *testing.T) {
	_, _, _, err := stream(t, strings.Repeat("\n", 2<<20)+"phone\n"+in+"\n", filter.ListOptions{})
	require.ErrorContains(t, err, "no row up to here, nothing but blank lines")
	kept, _, _, err := stream(t, strings.Repeat("\n", 1<<20)+"phone\n"+in+"\n", filter.ListOptions{})
	require.NoError(t, err)
	require.Len(t, kept, 1<<20+len("phone\n"+in+"\n"))
}

// What a row must not hold is found wherever it stands: behind the first part of a list, at any
// place of what is marked at a time, in a row that is longer than that, and before anything else
// that is wrong with it.
func TestWrongBytesAreFoundAnywhere(t *testing.T) {
	far := "phone,x\n" + strings.Repeat(in+",y\n", 20_000)
	for _, options := range []filter.ListOptions{{}, {Dedupe: true}} {
		for length := range 150 {
			if testing.Short() && length%5 > 0 {
				continue
			}
			before := in + "," + strings.Repeat("z", length*61)
			place := fmt.Sprintf("list.csv:20002:%d: ", len(before)+1)
			for _, test := range []struct {
				rest string
				want error
			}{
				{"\x00b\n" + in + ",c\n", csv.ErrNUL},
				{"\rb\n" + in + ",c\n", csv.ErrLoneReturn},
				{"\x00,\"q\"z\n", csv.ErrNUL},
				{"\rb,\"q\"z\n", csv.ErrLoneReturn},
				{"\x00,\"unclosed\n", csv.ErrNUL},
			} {
				if length%10 > 0 && strings.Contains(test.rest, "\"") {
					continue
				}
				_, _, _, err := stream(t, far+before+test.rest, options)
				require.EqualError(t, err, place+test.want.Error())
			}
		}
	}
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

func TestStreamStopsAtTheFirstReadOrWriteError(t *testing.T) {
	f := newFilter(t, "general", filter.Options{})
	full := errors.New("disk full")
	list := "phone\n" + in + "\n"
	_, err := f.Stream(t.Context(), failingWriter{full}, nil, strings.NewReader(list), filter.ListOptions{Name: "l"})
	require.ErrorIs(t, err, full)
	_, err = f.Stream(t.Context(), io.Discard, failingWriter{full}, strings.NewReader(list),
		filter.ListOptions{Name: "l"})
	require.ErrorIs(t, err, full)
	_, err = f.Stream(t.Context(), io.Discard, nil, iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader(list))),
		filter.ListOptions{Name: "l"})
	require.ErrorIs(t, err, iotest.ErrTimeout)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = f.Stream(ctx, io.Discard, nil, strings.NewReader(list), filter.ListOptions{Name: "l"})
	require.ErrorIs(t, err, context.Canceled)
}

// Each list of testdata/lists comes out whole: its rows, kept and dropped, are the input's bytes in
// the input's order, nothing restricted is kept, and the counts agree.
func TestListsComeOutWhole(t *testing.T) {
	paths, err := filepath.Glob("../testdata/lists/*sv*")
	require.NoError(t, err)
	require.Greater(t, len(paths), 12)
	for _, path := range paths {
		for _, category := range []string{"general", "alcohol", "two-lists"} {
			for _, home := range []string{"", "IN", "US"} {
				t.Run(filepath.Base(path)+" "+category+home, func(t *testing.T) {
					checkWhole(t, path, newFilter(t, category, filter.Options{DefaultRegion: region(t, home)}))
				})
			}
		}
	}
}

func checkWhole(t *testing.T, path string, f *filter.Filter) {
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	text, err := listfile.Open(file)
	require.NoError(t, err)
	list, err := io.ReadAll(text)
	require.NoError(t, err)
	var kept, dropped bytes.Buffer
	result, err := f.Stream(t.Context(), &kept, &dropped, bytes.NewReader(list), filter.ListOptions{Name: path})
	var column *filter.ColumnError
	if errors.As(err, &column) {
		require.Contains(t, path, "phone-column")
		return
	}
	require.NoError(t, err)
	whole := requireWhole(t, list, kept.Bytes(), dropped.Bytes(), result)
	require.EqualValues(t, whole.kept, result.Kept)
	require.EqualValues(t, whole.dropped, result.Dropped)
	for _, row := range whole.keptRows {
		phones := result.Layout.Phones[0]
		cell := row[phones.Number-1]
		if phones.Name == "wa_id" && cell[0] != '+' { // its calling code is there by definition
			cell = "+" + cell
		}
		require.True(t, f.DecideString(cell).Kept(), "a row was kept that must not be sent")
	}
}

// whole is what requireWhole counted.
type whole struct {
	kept, dropped int
	keptRows      [][]string
}

// requireWhole merges the rows of both outputs back into the list.
func requireWhole(t testing.TB, list, kept, dropped []byte, result *filter.Result) (w whole) {
	t.Helper()
	delimiter := result.Layout.Delimiter
	keptRows, droppedRows := splitRows(kept, delimiter), splitRows(dropped, delimiter)
	var merged []byte
	number := 0
	for _, row := range splitRows(list, delimiter) {
		isSep := len(merged) == 0 && isSepLine(row.bytes)
		if !isSep {
			number++
		}
		isHeader := number == result.Layout.HeaderRow && number > 0 && !isSep
		isTitle := number < result.Layout.HeaderRow && !isSep
		switch {
		case isTitle:
			require.Equal(t, string(row.bytes), string(keptRows[0].bytes))
			keptRows = keptRows[1:]
		case isSep, isHeader:
			require.Equal(t, string(row.bytes), string(keptRows[0].bytes))
			keptRows, droppedRows = keptRows[1:], droppedRows[1:]
		case len(keptRows) > 0 && bytes.Equal(keptRows[0].bytes, row.bytes):
			if !row.blank() {
				w.kept++
				w.keptRows = append(w.keptRows, row.cells)
			}
			keptRows = keptRows[1:]
		default:
			require.NotEmpty(t, droppedRows, "a row is in neither output")
			require.Equal(t, string(row.bytes), string(droppedRows[0].withoutLast(3)))
			w.dropped++
			droppedRows = droppedRows[1:]
		}
		merged = append(merged, row.bytes...)
	}
	require.Empty(t, keptRows)
	require.Empty(t, droppedRows)
	require.Equal(t, string(list), string(merged))
	return w
}

var sepLine = regexp.MustCompile("^(\ufeff)?(?i:sep=)[,;\t|:^~]\r?\n$")

func isSepLine(row []byte) bool { return sepLine.Match(row) }

// A slowRow is a row as a slow, obvious reader of CSV finds it.
type slowRow struct {
	bytes []byte   // with the line break
	cells []string // values
	ends  []int    // where each cell ends in bytes
}

func (r slowRow) blank() bool { return len(bytes.Trim(r.bytes, "\r\n")) == 0 }

// withoutLast returns the row without its last n cells.
func (r slowRow) withoutLast(n int) []byte {
	last := len(r.ends) - 1
	return append(bytes.Clone(r.bytes[:r.ends[last-n]]), r.bytes[r.ends[last]:]...)
}

// splitRows is the slow twin of the scanner: one byte after the other, by a state machine written
// down from the rules.
func splitRows(list []byte, delimiter byte) []slowRow {
	const (
		atStart = iota
		plain
		quoted
		afterQuote
	)
	var rows []slowRow
	var row slowRow
	var cell []byte
	state, start := atStart, 0
	endCell := func(end int) {
		row.cells, row.ends = append(row.cells, string(cell)), append(row.ends, end-start)
		cell, state = nil, atStart
	}
	endRow := func(end int) {
		row.bytes = list[start:end]
		rows = append(rows, row)
		row, start = slowRow{}, end
	}
	i := 0
	if bytes.HasPrefix(list, []byte("\ufeff")) {
		i = len("\ufeff")
	}
	for ; i < len(list); i++ {
		b := list[i]
		switch {
		case state == atStart && b == '"':
			state = quoted
		case state == quoted && b == '"':
			state = afterQuote
		case state == afterQuote && b == '"':
			cell, state = append(cell, b), quoted
		case state == quoted:
			cell = append(cell, b)
		case b == delimiter:
			endCell(i)
		case b == '\n':
			end := i
			for end > start && list[end-1] == '\r' {
				end--
			}
			cell = bytes.TrimRight(cell, "\r")
			endCell(end)
			endRow(i + 1)
		default:
			cell = append(cell, b)
			if state == atStart {
				state = plain
			}
		}
	}
	if start < len(list) {
		end := start + len(bytes.TrimRight(list[start:], "\r"))
		cell = bytes.TrimRight(cell, "\r")
		endCell(end)
		endRow(len(list))
	}
	return rows
}

// How each list of testdata/lists is written down, as its README says, is found without being told.
func TestLayoutsAreFound(t *testing.T) {
	tests := []struct {
		list      string
		delimiter byte
		header    bool
		column    int
	}{
		{"blank-lines.csv", ',', true, 2},
		{"campaign-small.csv", ',', true, 2},
		{"campaign-small.csv.gz", ',', true, 2},
		{"campaign-small.csv.zst", ',', true, 2},
		{"campaign.csv", ',', true, 2},
		{"crlf-mixed.csv", ',', true, 2},
		{"crm-export.csv", ',', true, 5},
		{"excel-sep.csv", ';', true, 3},
		{"header-only.csv", ',', true, 2},
		{"india-national.csv", ',', true, 2},
		{"latin1.csv", ',', true, 3},
		{"nanp.csv", ',', true, 2},
		{"no-last-newline.csv", ',', true, 2},
		{"one-column-no-header.csv", ',', false, 1},
		{"pipe.csv", '|', true, 3},
		{"plus44.csv", ',', true, 2},
		{"plus7.csv", ',', true, 2},
		{"portuguese.csv", ';', true, 2},
		{"quotes-linebreaks.csv", ',', true, 4},
		{"sanctioned.csv", ',', true, 2},
		{"semicolon-bom.csv", ';', true, 3},
		{"short-rows.csv", ',', true, 3},
		{"spanish.csv", ',', true, 2},
		{"stray-quotes.csv", ',', true, 2},
		{"tabs.tsv", '\t', true, 2},
		{"ukraine-prefixes.csv", ',', true, 2},
		{"unknown-header.csv", ',', true, 2},
		{"us-brackets.csv", ',', true, 3},
		{"wa-id.csv", ',', true, 1},
		{"wine.csv", ',', true, 2},
	}
	for _, test := range tests {
		t.Run(test.list, func(t *testing.T) {
			file, err := os.Open(filepath.Join("../testdata/lists", test.list))
			require.NoError(t, err)
			defer file.Close()
			text, err := listfile.Open(file)
			require.NoError(t, err)
			result, err := newFilter(t, "general", filter.Options{}).Stream(t.Context(), nil, nil, text,
				filter.ListOptions{})
			require.NoError(t, err)
			layout := result.Layout
			require.Equal(t, test.delimiter, layout.Delimiter)
			require.Equal(t, test.header, layout.HeaderRow > 0)
			require.Equal(t, test.column, layout.Phones[0].Number)
		})
	}
}

// However the list comes in, the same bytes go out.
func TestAnySplitOfTheReadsGivesTheSameBytes(t *testing.T) {
	f := newFilter(t, "general", filter.Options{})
	for _, name := range []string{"quotes-linebreaks.csv", "stray-quotes.csv", "crlf-mixed.csv", "blank-lines.csv",
		"semicolon-bom.csv"} {
		list, err := os.ReadFile(filepath.Join("../testdata/lists", name))
		require.NoError(t, err)
		var want []string
		for _, split := range []func(io.Reader) io.Reader{nil, iotest.OneByteReader, iotest.HalfReader,
			iotest.DataErrReader} {
			var r io.Reader = bytes.NewReader(list)
			if split != nil {
				r = split(r)
			}
			var kept, dropped bytes.Buffer
			_, err := f.Stream(t.Context(), &kept, &dropped, r, filter.ListOptions{})
			require.NoError(t, err)
			got := []string{kept.String(), dropped.String()}
			if want == nil {
				want = got
			}
			require.Equal(t, want, got, name)
		}
	}
}

func FuzzStream(f *testing.F) {
	for _, list := range []string{
		"phone\n" + in + "\n" + us + "\n", "a,phone\r\n\"x\r\ny\"," + in + "\r\n",
		"sep=;\nphone;b\n" + in + ";\"\"\"\"\n",
		"phone|x\n+12005550100|\n\n" + cu, "\ufeffphone\n\n\r\n" + bad, "phone,\"x",
	} {
		f.Add([]byte(list))
	}
	strict := newFilter(f, "general", filter.Options{})
	f.Fuzz(func(t *testing.T, list []byte) {
		var kept, dropped bytes.Buffer
		result, err := strict.Stream(t.Context(), &kept, &dropped, bytes.NewReader(list),
			filter.ListOptions{Name: "l", Findings: 2})
		if err != nil {
			require.NotContains(t, err.Error(), in[1:])
			return
		}
		// Rows come out once, with their bytes.
		w := requireWhole(t, list, kept.Bytes(), dropped.Bytes(), result)
		require.EqualValues(t, w.kept, result.Kept)
		require.EqualValues(t, w.dropped, result.Dropped)
		// Findings are what the dropped rows say.
		requireSlowFindings(t, list, kept.Bytes(), dropped.Bytes(), result, 2)
		// A row that is kept may be sent.
		for _, row := range w.keptRows {
			require.True(t, strict.DecideString(row[result.Layout.Phones[0].Number-1]).Kept())
		}
	})
}
