package filter_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/filter"
)

// What no single row shows is said once, with exact counts.
func TestWarningsOfAList(t *testing.T) {
	list := func(pattern string, rows int) string {
		var b strings.Builder
		for i := range rows {
			fmt.Fprintf(&b, pattern+"\n", i)
		}
		return b.String()
	}
	tests := []struct {
		name, home, list string
		options          filter.ListOptions
		want             []string
	}{
		{"nothing to say", "", list("+9198765432%02d", 50), filter.ListOptions{}, nil},
		{"numbers with + are of another country", "IN", list("+442079460%03d", 40) + list("98765432%02d", 10),
			filter.ListOptions{Normalize: filter.E164},
			[]string{"100 % of the numbers with + are GB (40 of 40), but the default region is IN"}},
		{"too few to tell", "IN", list("+442079460%03d", 4) + list("98765432%02d", 4),
			filter.ListOptions{Normalize: filter.E164}, nil},
		{"few of them are mobile", "IN", list("22234567%02d", 15) + list("98765432%02d", 5),
			filter.ListOptions{Normalize: filter.E164},
			[]string{"only 25 % of the numbers read as IN are mobile (5 of 20): is the default region right?"}},
		{"every bare number looks like +1", "", list("141655501%02d", 20), filter.ListOptions{Normalize: filter.E164},
			[]string{"every number without + has eleven digits and starts with 1 (20): are they numbers of +1?"}},
		{"the same, as they came", "", list("141655501%02d", 20), filter.ListOptions{},
			[]string{"every number without + has eleven digits and starts with 1 (20): are they numbers of +1?",
				"20 kept numbers leave without + (20 with their calling code, 0 national): WhatsApp may put the sender's own calling code" +
					" before them; --normalize e164 writes them with +"}},
		{"numbers leave without +", "IN", list("9198765432%02d", 2) + list("98765433%02d", 3), filter.ListOptions{},
			[]string{"5 kept numbers leave without + (2 with their calling code, 3 national): WhatsApp may put the sender's own calling code" +
				" before them; --normalize e164 writes them with +"}},
		{"national numbers of nobody knows where", "", list("98765432%02d", 2) + list("+9198765432%02d", 3) +
			list("+91987%02d", 9), filter.ListOptions{},
			[]string{"2 of 2 numbers without + are invalid; if they are national numbers, say of which country: --default-region"}},
		{"national numbers of another country", "GB", list("98765432%02d", 5) + list("0791112345%d", 6),
			filter.ListOptions{Normalize: filter.E164},
			[]string{"5 of 11 numbers without + are no numbers of GB, nor have they a calling code: is the default region right?"}},
		{"a country that was not understood has no default region", "US",
			"2015550100,Untied States\n4155550133,\n+4915123456780,Germoney\n",
			filter.ListOptions{RegionColumn: "2", Normalize: filter.E164},
			[]string{"2 rows name a country that was not understood (\"Germoney\" 1, \"Untied States\" 1); only numbers with + count there, and 1 row was dropped as invalid for that: write a country's name, ISO code or calling code"}},
		{"floats and scientific notation", "", list("9198765432%02d.0", 2) + "9.19876543210E+11\n",
			filter.ListOptions{Normalize: filter.E164},
			[]string{"the column holds floats (2 cells end in .0): a program took the numbers for amounts; each was read without the .0",
				"1 cell is in scientific notation with every digit there; a spreadsheet will take digits of the next ones"}},
		{"of another country than the row says", "", "+919876543210,US\n+919876543211,IN\n+919876543212,Atlantis\n",
			filter.ListOptions{RegionColumn: "2"},
			[]string{"1 number belongs to another country than the row says; what counts is the number",
				"1 row names a country that was not understood (\"Atlantis\" 1); only numbers with + count there"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := newFilter(t, "general", filter.Options{DefaultRegion: region(t, test.home)})
			test.options.NoHeader, test.options.Columns = true, []string{"1"}
			var kept bytes.Buffer
			result, err := f.Stream(t.Context(), &kept, nil, strings.NewReader(test.list), test.options)
			require.NoError(t, err)
			require.Equal(t, test.want, result.Warnings())
		})
	}
}

// What a list that was written by programs and people shows in counts, with the flag that acts on
// it.
func TestCountedLines(t *testing.T) {
	for _, test := range []struct {
		name, home, list string
		options          filter.ListOptions
		want             []string
	}{
		{"rows longer than the header", "",
			"name,phone\nAnn,+14165550123\nDoe, Jon,+14165550124\n\"Doe, Jon\",+14165550125\nBob,+14165550126,,\n",
			filter.ListOptions{},
			[]string{"2 rows have more cells than the header"}},
		{"00 in place of +", "", "phone\n0014165550123\n00 91 98765 43210\n+14165550124\n", filter.ListOptions{},
			[]string{"2 kept numbers leave with 00 or another international prefix"}},
		{"the same, written anew", "", "phone\n0014165550123\n", filter.ListOptions{Normalize: filter.WaID}, nil},
		{"of no assigned range", "", "phone\n+14165550123\n+911034567890\n", filter.ListOptions{},
			[]string{"1 kept number is of no assigned range"}},
		{"the same, with another flag", "", "phone\n+14165550123\n+911034567890\n", filter.ListOptions{Dedupe: true},
			[]string{"1 kept number is of no assigned range"}},
		{"repeats", "", "phone\n+14165550123\n+1 416 555 0123\n14165550123\n+14165550124\n",
			filter.ListOptions{Normalize: filter.E164},
			[]string{"2 kept rows repeat a number of an earlier one; --dedupe drops them"}},
		{"repeats, dropped", "", "phone\n+14165550123\n+1 416 555 0123\n", filter.ListOptions{Dedupe: true}, nil},
		{"one agrees and refuses", "",
			"phone,ok\n+14165550123,yes\n+1 416 555 0123,no\n+14165550124,no\n+14165550125,yes\n",
			filter.ListOptions{Require: []filter.Requirement{{Column: "ok", Values: []string{"yes"}}}},
			[]string{"1 number is agreed to by one row and refused by another (--require)"}},
		{"nobody asked who agreed", "",
			"phone,Opt-in\n+14165550123,yes\n+14165550124,no\n+5351234567,no\n+14165550125,\n", filter.ListOptions{},
			[]string{`column 2, "Opt-in", may say who agreed to messages, and it was not asked for: kept rows say no 1, nothing 1, yes 1; --require Opt-in=yes`}},
		{"in Portuguese", "", "telefone,aceita_marketing\n+14165550123,sim\n", filter.ListOptions{},
			[]string{`column 2, "aceita_marketing", may say who agreed`}},
		{"in German", "", "Telefon,Einwilligung\n+14165550123,ja\n", filter.ListOptions{},
			[]string{`column 2, "Einwilligung", may say who agreed`}},
		{"what it says may be anything", "", "phone,GDPR\n+14165550123,ann@example.com\n", filter.ListOptions{},
			[]string{`kept rows say something else 1`}},
		{"about another channel", "", "phone,Accepts Email Marketing\n+14165550123,yes\n", filter.ListOptions{}, nil},
		{"it was asked for", "", "phone,Opt-in\n+14165550123,yes\n",
			filter.ListOptions{Require: []filter.Requirement{{Column: "2", Values: []string{"yes"}}}}, nil},
		{"zeros", "", "phone\n+4915120000000\n+4915130000000\n+4915141234567\n", filter.ListOptions{},
			[]string{"2 numbers end in 000, 2 of them in 0000, which is more than chance makes of 3"}},
		{"the same, many times", "", "phone\n" + strings.Repeat("+91 98765 43000\n", 5),
			filter.ListOptions{Dedupe: true}, []string{"5 numbers end in 000, 0 of them in 0000"}},
		{"one with zeros", "", "phone\n+4915120000000\n+4915141234567\n", filter.ListOptions{}, nil},
		{"two ways to read them", "DE", "phone\n62812345678\n+4915141234567\n",
			filter.ListOptions{Normalize: filter.E164},
			[]string{"1 kept number is left as it came, since it can be read in two ways"}},
		{"a column that nobody looked at", "", "phone,partner\n+14165550123,+5351234567\n", filter.ListOptions{},
			[]string{`column 2, "partner", holds numbers with +, too, and nobody looked at them; --column 1 --column 2 checks both`}},
		{"a column of countries", "", "country,phone\nGB,07400 123456\nIN,098765 43210\n", filter.ListOptions{},
			[]string{`--default-region; column 1, "country", says it for each: --region-column 1`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := newFilter(t, "general", filter.Options{DefaultRegion: region(t, test.home)})
			var kept bytes.Buffer
			result, err := f.Stream(t.Context(), &kept, nil, strings.NewReader(test.list), test.options)
			require.NoError(t, err)
			warnings := result.Warnings()
			require.Len(t, warnings, len(test.want), "%q", warnings)
			for i, want := range test.want {
				require.Contains(t, strings.Join(warnings, "\n"), want, i)
			}
			for _, warning := range warnings {
				require.NotRegexp(t, `[0-9]{7}`, strings.ReplaceAll(warning, "4.91512E+12", ""))
			}
		})
	}
}

// Only so many numbers are looked at closely, however long the list is; the counts say of how many
// they are, and do not depend on the workers.
func TestLookingCloselyIsBounded(t *testing.T) {
	f := newFilter(t, "general", filter.Options{})
	list := "phone\n" + strings.Repeat("+14165550123\n", 300_000)
	for _, jobs := range []int{1, 4} {
		result, err := f.Stream(t.Context(), nil, nil, strings.NewReader(list), filter.ListOptions{Jobs: jobs})
		require.NoError(t, err)
		require.Equal(t,
			[]string{"19999 kept rows repeat a number of an earlier one (of the first 20000; the others were not compared); --dedupe drops them"}, result.Warnings())
	}
}
