package workbook

import (
	"archive/zip"
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// cells are the ways in which programs write a cell, and the CSV of a row of it alone.
var cells = []struct{ name, cell, want string }{
	{"as Excel writes twelve digits", `<c r="A1"><v>9.1987654321E11</v></c>`, "919876543210"},
	{"as LibreOffice writes them", `<c r="A1" t="n"><v>919876543210</v></c>`, "919876543210"},
	{"scientific as the displayed form", `<c r="A1" s="6"><v>919876543210</v></c>`, "919876543210"},
	{"float", `<c><v>447700900123.0</v></c>`, "447700900123"},
	{"fifteen digits", `<c><v>999999999999999</v></c>`, "999999999999999"},
	{"sixteen", `<c><v>4477009001234567</v></c>`, "4.47700900123457E+15"},
	{"eighteen, as Excel writes them", `<c><v>9.19876543210123E+17</v></c>`, "9.19876543210123E+17"},
	{"rounding beyond fifteen digits", `<c><v>447700900123.00012</v></c>`, "447700900123"},
	{"binary fraction", `<c><v>1.1000000000000001</v></c>`, "1.1"},
	{"fraction", `<c><v>-12.5</v></c>`, "-12.5"},
	{"small", `<c><v>5.0000000000000002E-5</v></c>`, "0.00005"},
	{"quotient of a number with a slash", `<c><f>+44/7700900123</f><v>5.7136178309999997E-9</v></c>`,
		"0.000000005713617831"},
	{"very small", `<c><v>5.7E-12</v></c>`, "5.7E-12"},
	{"zero", `<c><v>-0</v></c>`, "0"},
	{"format with a plus", `<c s="3"><v>447700900123</v></c>`, "+447700900123"},
	{"format with a plus, negative", `<c s="3"><v>-5</v></c>`, "-5"},
	{"format with zeros", `<c s="4"><v>7700900123</v></c>`, "07700900123"},
	{"format with a calling code", `<c s="5"><v>8123456789</v></c>`, "+91 8123456789"},
	{"date", `<c s="1"><v>45366</v></c>`, "2024-03-15"},
	{"date in a built-in format", `<c s="7"><v>45366</v></c>`, "2024-03-15"},
	{"moment", `<c s="1"><v>45366.572916666664</v></c>`, "2024-03-15T13:45:00"},
	{"almost midnight", `<c s="1"><v>45366.999999999</v></c>`, "2024-03-16"},
	{"time", `<c s="1"><v>0.5</v></c>`, "12:00:00"},
	{"duration", `<c s="2"><v>1.5</v></c>`, "36:00:00"},
	{"the first day", `<c s="1"><v>1</v></c>`, "1900-01-01"},
	{"the day that never was", `<c s="1"><v>60</v></c>`, "1900-02-29"},
	{"the day after it", `<c s="1"><v>61</v></c>`, "1900-03-01"},
	{"the last day", `<c s="1"><v>2958465</v></c>`, "9999-12-31"},
	{"number formatted as date", `<c s="1"><v>447700900123</v></c>`, "#####"},
	{"number formatted as duration", `<c s="2"><v>447700900123</v></c>`, "#####"},
	{"negative date", `<c s="1"><v>-1</v></c>`, "#####"},
	{"ISO date", `<c t="d" s="1"><v>2024-03-15</v></c>`, "2024-03-15"},
	{"shared text", `<c t="s"><v>0</v></c>`, "phone"},
	{"rich text", `<c t="s"><v>1</v></c>`, "+44 7700 900123"},
	{"phonetic runs", `<c t="s"><v>2</v></c>`, "山田"},
	{"escaped carriage return", `<c t="s"><v>3</v></c>`, "\"two\r\nlines\""},
	{"empty texts",
		`<c t="s"><v>4</v></c><c t="s"><v>5</v></c><c t="inlineStr"><is><t/></is></c><c t="str"><v/></c>`, ""},
	{"inline text", `<c t="inlineStr"><is><t xml:space="preserve"> 07700 900123</t></is></c>`, " 07700 900123"},
	{"rich inline text", `<c t="inlineStr"><is><r><t>0</t></r><r><t>7</t></r></is></c>`, "07"},
	{"escaped escape", `<c t="str"><v>_x005F_x000D_ _x0000_ _xD83D_ _x41_ _xzzzz_</v></c>`,
		"_x000D_ _x0000_ _xD83D_ _x41_ _xzzzz_"},
	{"formula, text", `<c t="str"><f>"+"&amp;B1</f><v>+447700900123</v></c>`, "+447700900123"},
	{"formula, error", `<c t="e"><f>B1</f><v>#REF!</v></c>`, "#REF!"},
	{"formula without result", `<c><f>B1</f></c>`, ""},
	{"truth", `<c t="b"><v>1</v></c><c t="b"><v>0</v></c>`, "TRUE,FALSE"},
	{"quotes", `<c t="str"><v>5" pipe</v></c>`, `"5"" pipe"`},
	{"comma and line break", "<c t=\"str\"><v>a,b\nc</v></c>", "\"a,b\nc\""},
	{"nothing that needs quotes", `<c t="str"><v>a;b	c|d é</v></c>`, "a;b\tc|d é"},
	{"CDATA and comments", `<c t="str"><v><![CDATA[+44]]><!-- x -->7700</v></c>`, "+447700"},
	{"a gap", `<c r="C1"><v>1</v></c><c><v>2</v></c><c r="F1"/>`, ",,1,2"},
	{"prefixed names", `<x:c xmlns:x="y"><x:v>5</x:v></x:c>`, "5"},
	{"extensions", `<extLst><c><v>9</v></c></extLst><c><v>5</v><extLst><v>9</v></extLst></c>`, "5"},
}

func TestCells(t *testing.T) {
	for _, test := range cells {
		want := test.want
		if want != "" {
			want += "\n"
		}
		got, err := readText(workbook("<row>"+test.cell+"</row>", nil), "")
		require.NoError(t, err, test.name)
		require.Equal(t, want, got, test.name)
	}
}

func TestRows(t *testing.T) {
	for _, test := range []struct{ name, rows, want string }{
		{"as wide as the first",
			`<row><c><v>1</v></c><c><v>2</v></c><c><v>3</v></c><c/></row><row><c><v>4</v></c></row>`, "1,2,3\n4,,\n"},
		{"wider than the first", `<row><c><v>1</v></c></row><row><c r="C2"><v>4</v></c></row>`, "1\n,,4\n"},
		{"empty rows",
			`<row/><row r="3"><c r="A3"><v>1</v></c></row><row><c/></row><row r="6"><c><v>2</v></c></row><row r="9"/>`,
			"\n\n1\n\n\n2\n"},
		{"the last row", `<row r="1048576"><c><v>1</v></c></row>`, strings.Repeat("\n", 1048575) + "1\n"},
		{"the last column", `<row><c r="XFD1"><v>1</v></c></row>`, strings.Repeat(",", 16383) + "1\n"},
		{"none", ``, ""},
	} {
		got, err := readText(workbook(test.rows, nil), "")
		require.NoError(t, err, test.name)
		require.Equal(t, test.want, got, test.name)
	}
}

func TestDatesFrom1904(t *testing.T) {
	content := workbook(`<row><c s="1"><v>43904</v></c><c s="1"><v>0.5</v></c><c s="1"><v>2957004</v></c></row>`,
		map[string]string{
			"xl/workbook.xml": `<workbook><workbookPr date1904="1"/><sheets><sheet name="A" id="r1"/></sheets></workbook>`,
		})
	got, err := readText(content, "")
	require.NoError(t, err)
	require.Equal(t, "2024-03-15,12:00:00,#####\n", got)
}

// damagedRows contradict themselves or exceed what a sheet can hold. Some hold a number, which no
// error may tell.
var damagedRows = []struct {
	name, rows  string
	want        error
	row, column int
}{
	{"rows out of order", `<row r="2"/><row r="2"/>`, ErrDamaged, 2, 0},
	{"row without number", `<row r="x447700900123"/>`, ErrDamaged, 1, 0},
	{"row too far", `<row r="1048577"/>`, ErrTooLarge, 1, 0},
	{"no row", `<row/><c><v>447700900123</v></c>`, ErrDamaged, 1, 0},
	{"no cell", `<row><v>447700900123</v></row>`, ErrDamaged, 1, 0},
	{"cell of another row", `<row><c r="A2"/></row>`, ErrDamaged, 1, 1},
	{"cells out of order", `<row><c r="B1"/><c r="B1"/></row>`, ErrDamaged, 1, 3},
	{"cell without place", `<row><c r="447700900123"/></row>`, ErrDamaged, 1, 1},
	{"cell with half a place", `<row><c r="A1x"/></row>`, ErrDamaged, 1, 1},
	{"column too far", `<row><c r="XFE1"/></row>`, ErrTooLarge, 1, 16385},
	{"number that is none", `<row><c><v>+44 7700 900123</v></c></row>`, ErrDamaged, 1, 1},
	{"number for programmers", `<row><c><v>0x1F</v></c></row>`, ErrDamaged, 1, 1},
	{"infinite number", `<row><c><v>1E999</v></c></row>`, ErrDamaged, 1, 1},
	{"truth that is none", `<row><c t="b"><v>447700900123</v></c></row>`, ErrDamaged, 1, 1},
	{"text that is not there", `<row/><row><c/><c t="s"><v>447700900123</v></c></row>`, ErrDamaged, 2, 2},
	{"text without number", `<row><c t="s"><v>x</v></c></row>`, ErrDamaged, 1, 1},
	{"style that is not there", `<row><c s="447700900123"><v>1</v></c></row>`, ErrDamaged, 1, 1},
	{"style without number", `<row><c s="x"><v>1</v></c></row>`, ErrDamaged, 1, 1},
	{"kind that is none", `<row><c t="447700900123"><v>1</v></c></row>`, ErrDamaged, 1, 1},
	{"entity that is none", `<row><c><v>&447700900123;</v></c></row>`, ErrDamaged, 1, 1},
	{"element not closed", `<row><c><v>447700900123</c></row>`, ErrDamaged, 1, 1},
	{"character that is none", "<row><c t=\"str\"><v>\x00</v></c></row>", ErrDamaged, 1, 1},
	{"long text", `<row><c t="str"><v>` + strings.Repeat("x", 2<<20) + `</v></c></row>`, ErrTooLarge, 1, 1},
	{"long text in pieces", `<row><c t="str"><v>` + strings.Repeat(strings.Repeat("x", 1000)+"<!-- -->", 1100) +
		`</v></c></row>`, ErrTooLarge, 1, 1},
	{"long rich text", `<row><c t="inlineStr"><is>` + strings.Repeat("<r><t>"+strings.Repeat("x", 1000)+"</t></r>",
		1100) + `</is></c></row>`, ErrTooLarge, 1, 1},
	{"long row", `<row>` + strings.Repeat(`<c t="str"><v>`+strings.Repeat("x", 1000)+`</v></c>`, 1100) + `</row>`,
		ErrTooLarge, 1, 1048},
	{"long tag", `<row x="` + strings.Repeat("x", 2<<20) + `"/>`, ErrTooLarge, 1, 0},
	{"deep nesting", `<row><c>` + strings.Repeat("<x>", 1<<10), ErrTooLarge, 1, 1},
}

func TestDamagedRows(t *testing.T) {
	for _, test := range damagedRows {
		_, err := readText(workbook(test.rows, nil), "")
		require.ErrorIs(t, err, test.want, test.name)
		require.NotContains(t, err.Error(), "7700", test.name)
		var cell *CellError
		require.ErrorAs(t, err, &cell, test.name)
		require.Equal(t, [2]int{test.row, test.column}, [2]int{cell.Row, cell.Column}, test.name)
	}
	text, err := readText(workbook(`<row><c><v>1</v></c></row><row><c><v>x</v></c></row>`, nil), "")
	require.Equal(t, "1\n", text)
	require.EqualError(t, err, "row 2, column 1: a number that is none: "+ErrDamaged.Error())
}

func TestDamagedParts(t *testing.T) {
	for _, test := range []struct {
		part, content string
		want          error
	}{
		{"_rels/.rels", `<Relationships>`, ErrDamaged},
		{"xl/_rels/workbook.xml.rels", ``, ErrDamaged},
		{"xl/_rels/workbook.xml.rels", `<Relationships/>`, ErrDamaged},
		{"xl/_rels/workbook.xml.rels", `<workbook/>`, ErrDamaged},
		{"xl/_rels/workbook.xml.rels",
			`<Relationships><Relationship Id="r1"/><Relationship Id="r1"/></Relationships>`, ErrDamaged},
		{"xl/_rels/workbook.xml.rels",
			`<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>` +
				`<Relationship Id="r2" Type="x/styles"/><Relationship Id="r3" Type="x/styles"/></Relationships>`,
			ErrDamaged},
		{"xl/_rels/workbook.xml.rels",
			`<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>` +
				`<Relationship Id="r2" Type="x/sharedStrings"/><Relationship Id="r3" Type="x/sharedStrings"/></Relationships>`, ErrDamaged},
		{"_rels/.rels", `<Relationships><Relationship Id="r1" Type="x/officeDocument" Target="xl/workbook.xml"/>` +
			`<Relationship Id="r2" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>`, ErrDamaged},
		{"xl/workbook.xml", `<workbook><sheets><sheet name="A" id="r1"/></sheets>`, ErrDamaged},
		{"xl/workbook.xml", `<workbook><sheets>` + strings.Repeat(`<sheet id="r1"/>`, maxEntries+1) +
			`</sheets></workbook>`, ErrTooLarge},
		{"xl/workbook.xml", `<workbook>` + strings.Repeat(" ", 2*maxTokenBytes) + `</workbook>`, ErrTooLarge},
		{"xl/styles.xml", `<styleSheet><cellXfs><xf numFmtId="x"/></cellXfs></styleSheet>`, ErrDamaged},
		{"xl/styles.xml", `<styleSheet><cellXfs>` + strings.Repeat(`<xf/>`, maxEntries+1) + `</cellXfs></styleSheet>`,
			ErrTooLarge},
		{"xl/sharedStrings.xml", `<sst><si>`, ErrDamaged},
		{"xl/worksheets/sheet1.xml", ``, ErrDamaged},
		{"xl/worksheets/sheet1.xml", `<chartsheet/>`, ErrDamaged},
		{"xl/worksheets/sheet1.xml", `<worksheet/>`, ErrDamaged},
		{"xl/worksheets/sheet1.xml", `<worksheet><sheetData/><sheetData/></worksheet>`, ErrDamaged},
		{"xl/worksheets/sheet1.xml", `<worksheet><sheetData/>`, ErrDamaged},
		{"xl/worksheets/sheet1.xml", `<worksheet><sheetData/></worksheet><x/`, ErrDamaged},
		{"XL\\Workbook.xml", `<workbook/>`, ErrDamaged}, // a second one, for programs to which case does not count
	} {
		_, err := readText(workbook(`<row><c><v>1</v></c></row>`, map[string]string{test.part: test.content}), "")
		require.ErrorIs(t, err, test.want, "%s: %.100s", test.part, test.content)
	}
}

func TestParts(t *testing.T) {
	rows := `<row><c><v>447700900123</v></c></row>`
	for name, parts := range map[string]map[string]string{
		"without what leads to the workbook": {"_rels/.rels": ""},
		"without texts and styles": {
			"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r1" Type="x/worksheet" Target="/xl/Worksheets/Sheet1.xml"/></Relationships>`,
			"xl/styles.xml":              "", "xl/sharedStrings.xml": "",
		},
		"with texts and styles that are not there": {"xl/styles.xml": "", "xl/sharedStrings.xml": ""},
		"with a relationship that names nothing at all": {
			"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>` +
				`<Relationship Id="r2" Type="x/theme" Target="theme/gone.xml"/><Relationship Id="r3" Type="x/calcChain" Target="gone.xml"/></Relationships>`,
		},
		"with another sheet that has no part": {
			"xl/workbook.xml": `<workbook><sheets><sheet name="A" id="r1"/><sheet name="B" id="r7"/></sheets></workbook>`,
		},
		"chart and dialog sheets first": {
			"xl/workbook.xml": `<workbook><sheets><sheet name="C" id="r8"/><sheet name="D" id="r9"/><sheet name="A" id="r1"/></sheets></workbook>`,
			"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r8" Type="x/chartsheet" Target="c.xml"/>` +
				`<Relationship Id="r9" Type="x/dialogsheet" Target="d.xml"/><Relationship Id="r1" Type="x/worksheet" Target="worksheets\sheet1.xml"/></Relationships>`,
		},
		"hidden sheets first": {
			"xl/workbook.xml": `<workbook><sheets><sheet name="B" state="hidden" id="r2"/><sheet name="C" state="veryHidden" id="r2"/><sheet name="A" id="r1"/></sheets></workbook>`,
			"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>` +
				`<Relationship Id="r2" Type="x/worksheet" Target="gone.xml"/></Relationships>`,
		},
	} {
		got, err := readText(workbook(rows, parts), "")
		require.NoError(t, err, name)
		require.Equal(t, "447700900123\n", got, name)
	}
}

// Parts that are not there are missed where a cell needs them.
func TestMissingParts(t *testing.T) {
	for rows, want := range map[string]string{
		`<row><c t="s"><v>0</v></c></row>`:     "row 1, column 1: a text that is not there",
		`<row><c/><c s="3"><v>5</v></c></row>`: "row 1, column 2: a style that is not there",
		`<row><c t="s"><v> </v></c></row>`:     "row 1, column 1: a text that is not there",
	} {
		_, err := readText(workbook(rows, map[string]string{"xl/styles.xml": "", "xl/sharedStrings.xml": ""}), "")
		require.ErrorIs(t, err, ErrDamaged)
		require.ErrorContains(t, err, want)
	}
	_, err := readText(workbook("", map[string]string{
		"xl/workbook.xml": `<workbook><sheets><sheet name="A" id="r1"/><sheet name="B" id="r7"/></sheets></workbook>`,
	}), "B")
	require.ErrorIs(t, err, ErrDamaged)
	_, err = readText(workbook("", map[string]string{"xl/worksheets/sheet1.xml": ""}), "")
	require.ErrorIs(t, err, ErrDamaged)
}

// The bounds on a whole part and on the shared texts.
func TestBounds(t *testing.T) {
	content := pack(map[string]string{"s.xml": `<sst>` + strings.Repeat(`<si><t>12345678</t></si>`, 100) + `</sst>`})
	a, err := openArchive(strings.NewReader(content), int64(len(content)))
	require.NoError(t, err)
	_, err = a.readShared("s.xml", textBlockBytes+refBlockBytes-1)
	require.ErrorIs(t, err, ErrTooLarge)
	s, err := a.readShared("s.xml", textBlockBytes+refBlockBytes)
	require.NoError(t, err)
	require.Equal(t, 100, s.texts)

	skip := func(p *part, _ *tag) error { return p.skip() }
	size := int64(len("<sst></sst>") + 100*len("<si><t>12345678</t></si>"))
	require.NoError(t, a.read("s.xml", "sst", size+1, skip))
	require.ErrorIs(t, a.read("s.xml", "sst", size-1, skip), ErrTooLarge)
}

// An archive with a directory larger than any is refused before its parts are listed.
func TestLongDirectory(t *testing.T) {
	parts := map[string]string{}
	for i := range maxDirectoryBytes >> 15 {
		parts[strconv.Itoa(i)+strings.Repeat("x", 1<<15)] = ""
	}
	_, err := openText(pack(parts), "")
	require.ErrorIs(t, err, ErrTooLarge)
}

// A sheet of 40,000 rows, 7 MB of XML, takes no more memory than a small one.
func TestMemory(t *testing.T) {
	const rows, bound = 40_000, 2 << 20
	path := filepath.Join(t.TempDir(), "large.xlsx")
	written := writeLarge(t, path, rows)
	require.Greater(t, written, 3*bound)
	r := open(t, path, "")

	var before, now runtime.MemStats
	runtime.GC()
	runtime.GC() // what lies in pools survives the first
	runtime.ReadMemStats(&before)
	buffer := make([]byte, 32<<10)
	lines, peak := 0, uint64(0)
	for {
		n, err := r.Read(buffer)
		lines += bytes.Count(buffer[:n], []byte("\n"))
		runtime.GC() // so that what is held counts, and not how late the collector is on a busy machine
		runtime.ReadMemStats(&now)
		peak = max(peak, now.HeapAlloc)
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
	}
	require.Equal(t, rows, lines)
	t.Logf("%d rows, %d bytes of XML, at most %d bytes more on the heap", rows, written,
		int64(peak)-int64(before.HeapAlloc))
	require.Less(t, int64(peak)-int64(before.HeapAlloc), int64(bound))
}

func writeLarge(t *testing.T, path string, rows int) (written int) {
	file, err := os.Create(path)
	require.NoError(t, err)
	defer file.Close()
	w := zip.NewWriter(file)
	small, err := zip.NewReader(strings.NewReader(workbook("", nil)), int64(len(workbook("", nil))))
	require.NoError(t, err)
	for _, part := range small.File {
		if part.Name != "xl/worksheets/sheet1.xml" {
			require.NoError(t, w.Copy(part))
		}
	}
	part, err := w.Create("xl/worksheets/sheet1.xml")
	require.NoError(t, err)
	out := bufio.NewWriter(part)
	out.WriteString("<worksheet><sheetData>")
	for row := range rows {
		n, err := fmt.Fprintf(out,
			`<row r="%d" spans="1:3"><c r="A%[1]d"><v>4.4770090%07[1]dE11</v></c><c r="B%[1]d" s="1"><v>45366</v></c>`+
				`<c r="C%[1]d" t="inlineStr"><is><t>customer number %[1]d</t></is></c></row>`, row+1)
		require.NoError(t, err)
		written += n
	}
	out.WriteString("</sheetData></worksheet>")
	require.NoError(t, out.Flush())
	require.NoError(t, w.Close())
	return written
}

// Shared texts of any length are found again.
func TestSharedTexts(t *testing.T) {
	s := &sharedTexts{}
	var want []string
	for i := range 3 * refBlockTexts {
		text := strings.Repeat(string(rune('a'+i%26)), i*i%97)
		if i%1000 == 7 {
			text = strings.Repeat("x", textBlockBytes-10+i/1000)
		}
		s.add([]byte(text))
		want = append(want, text)
	}
	for i, text := range want {
		got, ok := s.at(i)
		require.True(t, ok)
		require.Equal(t, text, string(got))
	}
	for _, i := range []int{-1, len(want)} {
		_, ok := s.at(i)
		require.False(t, ok)
	}
}

// A small part that unpacks to hundreds of megabytes is a bomb. No other part is as tight.
func TestMostUnpacked(t *testing.T) {
	for compressed, want := range map[uint64]int64{0: 64 << 20, 250 << 10: 64 << 20, 564 << 10: 250 * 564 << 10,
		8 << 20: 2000 << 20, 1 << 63: 250 * 16 << 30} {
		require.Equal(t, want, mostUnpacked(compressed), "%d", compressed)
	}
}

func TestBomb(t *testing.T) {
	if testing.Short() {
		t.Skip("unpacks 64 MiB")
	}
	content := packBy(zip.Deflate,
		workbookParts("", map[string]string{"xl/sharedStrings.xml": "<sst>" + strings.Repeat("<si/>", 14<<20)}))
	require.Less(t, len(content), 200<<10)
	_, err := openText(content, "")
	require.ErrorIs(t, err, ErrTooLarge)
}
