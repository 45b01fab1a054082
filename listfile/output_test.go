package listfile_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/listfile"
	"github.com/listgate/listgate/rules"
)

// Workbooks that come out hold what the CSV holds that comes out otherwise.
func TestWorkbookOutput(t *testing.T) {
	paths, err := filepath.Glob("../testdata/lists/*.xlsx")
	require.NoError(t, err)
	cases, err := filepath.Glob("../testdata/cases/lists/*.xlsx")
	require.NoError(t, err)
	written := 0
	for _, path := range append(paths, cases...) {
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		for _, normalize := range []filter.Normalize{filter.AsWritten, filter.E164} {
			if requireSameRows(t, path, content, filter.ListOptions{Normalize: normalize}) {
				written++
			}
		}
	}
	require.Greater(t, written, 10)
}

// Rows of any cells, blank lines between them, and columns of an earlier run.
func TestWorkbookOutputOfAnyRows(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		content := packSheet(randomSheet(random))
		for _, options := range []filter.ListOptions{{Jobs: 1}, {Jobs: 2, Dedupe: true},
			{NoHeader: true, Columns: []string{"2"}}} {
			require.True(t, requireSameRows(t, "random", content, options))
		}
	}
}

// requireSameRows filters a workbook to workbooks and to CSV, and reports whether it is a list.
func requireSameRows(t *testing.T, name string, content []byte, options filter.ListOptions) bool {
	options.Name, options.Delimiter = name, ','
	var kept, dropped, keptBook, droppedBook bytes.Buffer
	f := newFilter()
	list := openWorkbook(t, name, content)
	if list == nil {
		return false
	}
	result, err := f.Stream(t.Context(), &kept, &dropped, list, options)
	if err != nil {
		return false
	}
	list = openWorkbook(t, name, content)
	out := list.WorkbookOutput()
	options.Started = func(l filter.Layout) {
		var phones []int
		for _, c := range l.Phones {
			phones = append(phones, c.Number-1)
		}
		out.Started(l.HeaderRow, phones, l.Replaced())
	}
	options.Decided = out.Decided
	again, err := f.Stream(t.Context(), out.Kept(&keptBook), out.Dropped(&droppedBook), list, options)
	require.NoError(t, err, name)
	require.NoError(t, out.Close())
	require.Equal(t, result.Kept, again.Kept)
	requireSameCells(t, name, kept.String(), keptBook.Bytes())
	requireSameCells(t, name, dropped.String(), droppedBook.Bytes())
	return true
}

func openWorkbook(t *testing.T, name string, content []byte) *listfile.Reader {
	list, err := listfile.OpenWorkbook(bytes.NewReader(content), int64(len(content)), "")
	if err != nil {
		require.Contains(t, name, "protected")
		return nil
	}
	t.Cleanup(func() { list.Close() })
	return list
}

func requireSameCells(t *testing.T, name, text string, book []byte) {
	read, err := io.ReadAll(openWorkbook(t, name, book))
	require.NoError(t, err, name)
	require.Equal(t, cellsOf(t, text), cellsOf(t, string(read)), name)
}

// cellsOf returns the rows of CSV, blank ones too, without empty cells and blank rows at their
// ends.
func cellsOf(t *testing.T, text string) [][]string {
	var rows [][]string
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	last := 0
	for {
		row, err := r.Read()
		if err == io.EOF {
			return rows
		}
		require.NoError(t, err)
		line, _ := r.FieldPos(0)
		for ; last < line-1; last++ {
			rows = append(rows, nil)
		}
		last = line + strings.Count(strings.Join(row, ""), "\n")
		for len(row) > 0 && row[len(row)-1] == "" {
			row = row[:len(row)-1]
		}
		rows = append(rows, row)
	}
}

var newFilter = sync.OnceValue(func() *filter.Filter {
	set, err := rules.Load(rules.Options{Categories: []string{"general"}})
	if err != nil {
		panic(err)
	}
	f, err := filter.New(set.Compile(rules.Marketing, set.Files()[0].AsOf, rules.Medium), filter.Options{})
	if err != nil {
		panic(err)
	}
	return f
})

// randomSheet returns the rows of a sheet of some columns, the second of them phone numbers.
func randomSheet(random *rand.Rand) string {
	cells := []string{
		``, ``, `<v>5</v>`, `<v>-1.25</v>`, `<v>45366</v>|s="1"`, `<v>0.5</v>|s="1"`, `<v>12345678</v>|s="2"`,
		`<v>1</v>|t="b"`, `<v>#N/A</v>|t="e"`, `<v>2024-03-15</v>|t="d"`,
		`<is><t>a, "b" &amp; c</t></is>|t="inlineStr"`, "<is><t>two\nlines</t></is>|t=\"inlineStr\"",
		`<is><t>_x000D_ _x005F_x0041_ é😀</t></is>|t="inlineStr"`, `<v>x</v>|t="str"`,
	}
	phones := []string{
		`<v>14165550123</v>`, `<v>5351234567</v>|s="3"`, `<v>14165550123</v>|s="3"`,
		`<is><t>+919876543210</t></is>|t="inlineStr"`, `<is><t>+5351234567</t></is>|t="inlineStr"`, ``,
		`<v>4.91512E+12</v>`,
	}
	var b strings.Builder
	text := func(cell string) string { return `<is><t>` + cell + `</t></is>|t="inlineStr"` }
	row := 0
	write := func(contents ...string) {
		row++
		fmt.Fprintf(&b, `<row r="%d">`, row)
		for column, content := range contents {
			content, attributes, _ := strings.Cut(content, "|")
			fmt.Fprintf(&b, `<c r="%c%d" %s>%s</c>`, 'A'+column, row, attributes, content)
		}
		b.WriteString(`</row>`)
	}
	header := []string{text("name"), text("phone"), text("x"), text("listgate_reason"), text("y")}
	if random.IntN(2) == 0 {
		header[3] = text("z")
	}
	write(header...)
	for range random.IntN(400) {
		if random.IntN(9) == 0 {
			row += random.IntN(3)
		}
		contents := []string{text("n"), phones[random.IntN(len(phones))]}
		for range random.IntN(5) {
			contents = append(contents, cells[random.IntN(len(cells))])
		}
		write(contents...)
	}
	return b.String()
}

// packSheet returns a workbook of one sheet.
func packSheet(rows string) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, content := range map[string]string{
		"xl/workbook.xml": `<workbook><sheets><sheet name="A" id="r1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="r3" Type="x/styles" Target="styles.xml"/></Relationships>`,
		"xl/styles.xml": `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="&quot;n &quot;0"/><numFmt numFmtId="165" formatCode="\+0"/></numFmts>` +
			`<cellXfs><xf/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>`,
		"xl/worksheets/sheet1.xml": `<worksheet><sheetData>` + rows + `</sheetData></worksheet>`,
	} {
		part, err := w.Create(name)
		if err == nil {
			_, err = io.WriteString(part, content)
		}
		if err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}
