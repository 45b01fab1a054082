package filter_test

import (
	"bytes"
	"cmp"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/filter"
)

// slowFindings is the slow, obvious twin: it reads the findings off the rows that were dropped, and
// counts their lines in the list.
func slowFindings(t *testing.T, list, kept, dropped []byte, layout filter.Layout, most int) []filter.Finding {
	t.Helper()
	type key struct{ reason, regions, rule string }
	all := map[key]*filter.Finding{}
	keptRows, droppedRows := splitRows(kept, layout.Delimiter), splitRows(dropped, layout.Delimiter)
	if len(droppedRows) > 0 && isSepLine(droppedRows[0].bytes) {
		droppedRows = droppedRows[1:]
	}
	if layout.HeaderRow > 0 {
		droppedRows = droppedRows[1:]
	}
	line := int64(1)
	for _, row := range splitRows(list, layout.Delimiter) {
		start := line
		line += int64(bytes.Count(row.bytes, []byte{'\n'}))
		if len(keptRows) > 0 && bytes.Equal(keptRows[0].bytes, row.bytes) { // the header and blank lines, too
			keptRows = keptRows[1:]
			continue
		}
		added := droppedRows[0].cells[len(droppedRows[0].cells)-3:]
		droppedRows = droppedRows[1:]
		k := key{added[0], added[1], added[2]}
		f := all[k]
		if f == nil {
			f = &filter.Finding{Reason: reasonNamed(t, added[0]), Regions: added[1], Rule: added[2]}
			all[k] = f
		}
		f.Rows++
		if len(f.Lines) < most {
			f.Lines = append(f.Lines, start)
		}
	}
	require.Empty(t, droppedRows)
	var findings []filter.Finding
	for _, f := range all {
		findings = append(findings, *f)
	}
	slices.SortFunc(findings, func(a, b filter.Finding) int {
		return cmp.Or(cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Regions, b.Regions),
			cmp.Compare(a.Rule, b.Rule))
	})
	return findings
}

func reasonNamed(t *testing.T, name string) filter.Reason {
	for _, r := range filter.Reasons() {
		if r.String() == name {
			return r
		}
	}
	require.Fail(t, "no such reason", name)
	return filter.Undecided
}

func requireFindings(t *testing.T, f *filter.Filter, list []byte, options filter.ListOptions) {
	t.Helper()
	const most = 3
	var kept, dropped bytes.Buffer
	options.Findings = most
	result, err := f.Stream(t.Context(), &kept, &dropped, bytes.NewReader(list), options)
	require.NoError(t, err)
	requireSlowFindings(t, list, kept.Bytes(), dropped.Bytes(), result, most)
}

func requireSlowFindings(t *testing.T, list, kept, dropped []byte, result *filter.Result, most int) {
	t.Helper()
	got := slices.Clone(result.Findings)
	for i := range got {
		require.LessOrEqual(t, len(got[i].Samples), len(got[i].Lines))
		got[i].Samples = nil
	}
	want := slowFindings(t, list, kept, dropped, result.Layout, most)
	if len(want) == 0 {
		require.Empty(t, got)
		return
	}
	require.Equal(t, want, got)
}

// Findings are what the dropped rows say, whatever decides: lists with blank lines, line breaks in
// quotes, CRLF, sep=.
func TestFindingsAreTheDroppedRows(t *testing.T) {
	paths, err := filepath.Glob("../testdata/lists/*.csv")
	require.NoError(t, err)
	suppressed, err := newFilter(t, "general", filter.Options{}).ReadNumbers(t.Context(), strings.NewReader(in+"\n"),
		filter.ListOptions{Name: "s"})
	require.NoError(t, err)
	for _, path := range paths {
		if strings.Contains(path, "phone-column") {
			continue
		}
		list, err := os.ReadFile(path)
		require.NoError(t, err)
		for _, category := range []string{"general", "alcohol", "two-lists"} {
			f := newFilter(t, category, filter.Options{DefaultRegion: region(t, "US"), Bare: filter.BareEither})
			requireFindings(t, f, list, filter.ListOptions{})
			requireFindings(t, f, list, filter.ListOptions{Dedupe: true, Suppress: suppressed})
		}
	}
}

// Rows at random from what makes lines hard to count, more of them than a part holds.
func TestFindingsOfRandomLists(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	cells := []string{in, us, cu, bad, "", "n/a", "9.19E+11", "+12005550100", "\"" + us + "\n\"", "4155550132",
		"+80012345678", "+79781234567"}
	notes := []string{"x", "\"a\nb\"", "\"a\r\nb\"\"c\n\"", "5\" pipe", ""}
	ends := []string{"\n", "\r\n", "\n\n", "\r\n\r\n\n"}
	f := newFilter(t, "general", filter.Options{DefaultRegion: region(t, "US"), Bare: filter.BareEither})
	for _, head := range []string{"note,phone\n", "\ufeffsep=,\r\nnote,phone\r\n\r\n"} {
		list := []byte(head + "a," + in + "\n")
		for range 40_000 {
			list = append(list, notes[rng.IntN(len(notes))]+","+cells[rng.IntN(len(cells))]+
				ends[rng.IntN(len(ends))]...)
		}
		requireFindings(t, f, list, filter.ListOptions{})
		requireFindings(t, f, list, filter.ListOptions{Dedupe: true, Jobs: 1})
	}
}

// What findings show of a number: its calling code and its last two digits, and of a short one
// less.
func TestSamples(t *testing.T) {
	tests := []struct{ home, cell, want, shown string }{
		{"", "+919876543210", "+91••••••••10", "+919876543210"},
		{"", "\"+91 (98765) 43210\"", "+91••••••••10", "+919876543210"},
		{"", "919876543210", "+91••••••••10", "+919876543210"},
		{"IN", "098765 43210", "+91••••••••10", "+919876543210"},
		{"", "+14155550132", "+1••••••••32", "+14155550132"},
		{"", "+80012345678", "+800••••••78", "+80012345678"},
		{"", "+2101234567890", "+•••••••••••90", "+2101234567890"}, // an unassigned calling code
		{"", "9876543210", "••••••••10", "9876543210"},             // no number without a default region
		{"", "+9198765", "+91•••••", "+9198765"},
		{"", "+91", "+••", "+91"}, // too few digits for a calling code
		{"IN", "00 44 7911 12", "+44••••12", "+44791112"},
		{"", "12345", "•••••", "12345"},
		{"", "n/a", "", ""}, {"", "", "", ""}, {"", "9.19877E+11", "", ""},
		{"", "+919876543210 / +919876543211", "", ""},
		{"", "Asha 98765", "", ""}, {"", "1234567890123456789012345678901", "", ""},
	}
	for _, test := range tests {
		f := newFilter(t, "nobody", filter.Options{DefaultRegion: region(t, test.home)})
		for show, want := range map[bool]string{false: test.want, true: test.shown} {
			options := filter.ListOptions{NoHeader: true, Columns: []string{"1"}, Findings: 1, ShowNumbers: show}
			result, err := f.Stream(t.Context(), nil, nil, strings.NewReader(test.cell+",x\n"), options)
			require.NoError(t, err)
			require.Len(t, result.Findings, 1, test.cell)
			require.Equal(t, want, strings.Join(result.Findings[0].Samples, " "), "%q, %v", test.cell, show)
		}
	}
}

// However the digits stand in the cell, a sample holds no more of them.
func TestSamplesHoldFewDigits(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	sample := regexp.MustCompile(`^\+?[0-9]{0,3}•*[0-9]{0,2}$`)
	for _, home := range []string{"", "IN", "AR", "US", "RU"} {
		f := newFilter(t, "nobody", filter.Options{DefaultRegion: region(t, home), Bare: filter.BareEither})
		var list strings.Builder
		for range 20_000 {
			list.WriteString([]string{"", "+", "00", "011", "0", "+00", "810"}[rng.IntN(7)])
			for range 1 + rng.IntN(18) {
				list.WriteByte(byte('0' + rng.IntN(10)))
			}
			list.WriteString(",x\n")
		}
		result, err := f.Stream(t.Context(), nil, nil, strings.NewReader(list.String()),
			filter.ListOptions{NoHeader: true, Columns: []string{"1"}, Findings: 1000})
		require.NoError(t, err)
		require.NotEmpty(t, result.Findings)
		for _, finding := range result.Findings {
			for _, s := range finding.Samples {
				require.Regexp(t, sample, s)
			}
		}
	}
}

// A spreadsheet's rows are counted as it numbers them: line breaks in its cells are no lines.
func TestLinesAreRows(t *testing.T) {
	list := "\n\"the\nphone\",x\n\n\"a\nb\"," + in + "\n\"c\nd\"," + us + "\ne," + us + "\n"
	for rows, want := range map[bool][]int64{true: {5, 6}, false: {7, 9}} {
		result, err := newFilter(t, "general", filter.Options{}).Stream(t.Context(), nil, nil, strings.NewReader(list),
			filter.ListOptions{Columns: []string{"2"}, Findings: 5, LinesAreRows: rows})
		require.NoError(t, err)
		require.Equal(t, want, result.Findings[0].Lines)
	}
}

// Without being asked for, findings are not made.
func TestNoFindings(t *testing.T) {
	result, err := newFilter(t, "general", filter.Options{}).Stream(t.Context(), nil, nil,
		strings.NewReader("phone\n"+us+"\n"), filter.ListOptions{})
	require.NoError(t, err)
	require.EqualValues(t, 1, result.Dropped)
	require.Nil(t, result.Findings)
}
