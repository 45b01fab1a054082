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
		{"numbers with + are of another country", "IN", list("+442079460%03d", 40) + list("98765432%02d", 10), filter.ListOptions{Normalize: filter.E164},
			[]string{"100 % of the numbers with + are GB (40 of 40), but the default region is IN"}},
		{"too few to tell", "IN", list("+442079460%03d", 4) + list("98765432%02d", 4), filter.ListOptions{Normalize: filter.E164}, nil},
		{"few of them are mobile", "IN", list("22234567%02d", 15) + list("98765432%02d", 5), filter.ListOptions{Normalize: filter.E164},
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
		{"national numbers of nobody knows where", "", list("98765432%02d", 2) + list("+9198765432%02d", 3) + list("+91987%02d", 9), filter.ListOptions{},
			[]string{"2 of 2 numbers without + are invalid; if they are national numbers, say of which country: --default-region"}},
		{"national numbers of another country", "GB", list("98765432%02d", 5) + list("0791112345%d", 6), filter.ListOptions{Normalize: filter.E164},
			[]string{"5 of 11 numbers without + are no numbers of GB, nor have they a calling code: is the default region right?"}},
		{"a country that was not understood has no default region", "US", "2015550100,Untied States\n4155550133,\n+4915123456780,Germoney\n", filter.ListOptions{RegionColumn: "2", Normalize: filter.E164},
			[]string{"2 rows name a country that was not understood (\"Germoney\" 1, \"Untied States\" 1); only numbers with + count there, and 1 row was dropped as invalid for that: write a country's name, ISO code or calling code"}},
		{"floats and scientific notation", "", list("9198765432%02d.0", 2) + "9.19876543210E+11\n", filter.ListOptions{Normalize: filter.E164},
			[]string{"the column holds floats (2 cells end in .0): a program took the numbers for amounts; each was read without the .0",
				"1 cell is in scientific notation with every digit there; a spreadsheet will take digits of the next ones"}},
		{"of another country than the row says", "", "+919876543210,US\n+919876543211,IN\n+919876543212,Atlantis\n", filter.ListOptions{RegionColumn: "2"},
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
