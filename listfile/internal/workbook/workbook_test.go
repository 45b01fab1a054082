package workbook

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the expected texts anew")

const lists = "../../../testdata/lists/"

// Workbooks of real programs come out as the rows that people see in them. How they were made:
// testdata/make.
func TestLists(t *testing.T) {
	for _, test := range []struct {
		file, ask, sheet     string
		sheets               []string
		hidden, uncalculated int
		want                 string
	}{
		{"campaign-small.xlsx", "", "campaign-small", []string{"campaign-small"}, 0, 0, lists + "campaign-small.csv"},
		{"campaign-small-opened.xlsx", "", "campaign-small", []string{"campaign-small"}, 0, 0, "testdata/opened.csv"},
		{"spreadsheet.xlsx", "", "Customers", []string{"Customers", "Old list", "Zweite Liste"}, 1, 0,
			"testdata/customers.csv"},
		{"spreadsheet.xlsx", "Old list", "Old list", []string{"Customers", "Old list", "Zweite Liste"}, 0, 0,
			"testdata/hidden.csv"},
		{"spreadsheet.xlsx", "zweite liste", "Zweite Liste", []string{"Customers", "Old list", "Zweite Liste"}, 0, 0,
			"testdata/second.csv"},
		{"openpyxl.xlsx", "", "Export", []string{"Hidden", "Export"}, 1, 1, "testdata/openpyxl.csv"},
		{"openpyxl.xlsx", "Hidden", "Hidden", []string{"Hidden", "Export"}, 0, 0, "testdata/one-cell.csv"},
	} {
		t.Run(test.file+" "+test.sheet, func(t *testing.T) {
			r := open(t, lists+test.file, test.ask)
			require.Equal(t, test.sheet, r.Sheet())
			require.Equal(t, test.sheets, r.Sheets())
			got, err := io.ReadAll(r)
			require.NoError(t, err)
			require.Equal(t, test.hidden, r.HiddenRows)
			require.Equal(t, test.uncalculated, r.Uncalculated)
			if *update && !strings.HasPrefix(test.want, lists) {
				require.NoError(t, os.WriteFile(test.want, got, 0o644))
			}
			want, err := os.ReadFile(test.want)
			require.NoError(t, err)
			require.Equal(t, string(want), string(got))
			require.NoError(t, iotest.TestReader(open(t, lists+test.file, test.ask), want))
		})
	}
}

func TestRefused(t *testing.T) {
	for file, want := range map[string]error{
		lists + "protected.xlsx":    ErrEncrypted,
		"testdata/legacy.xls":       ErrLegacy,
		"testdata/opendocument.ods": ErrNotWorkbook,
	} {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		_, err = Open(bytes.NewReader(content), int64(len(content)), "")
		require.ErrorIs(t, err, want, file)
	}
	for name, content := range map[string]string{
		".numbers":     pack(map[string]string{"Index/Document.iwa": "x", "Metadata/Properties.plist": "x"}),
		"old .numbers": pack(map[string]string{"Index.zip": "x", "preview.jpg": "x"}),
		".pptx":        pack(map[string]string{"ppt/presentation.xml": "x"}),
		".ods": pack(map[string]string{"mimetype": "application/vnd.oasis.opendocument.spreadsheet",
			"content.xml": "<x/>"}),
		".docx":        pack(map[string]string{"word/document.xml": "<document/>"}),
		".xlsb":        pack(map[string]string{"xl/workbook.bin": "x"}),
		"another OLE2": "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + strings.Repeat("x", 1016),
	} {
		_, err := openText(content, "")
		require.ErrorIs(t, err, ErrNotWorkbook, name)
	}
	for _, name := range []string{"a.txt", "list.csv", "lists/list.xlsx", "META-INF/MANIFEST.MF"} {
		_, err := openText(pack(map[string]string{name: "x"}), "")
		require.ErrorIs(t, err, ErrArchive, name)
	}
	_, err := openText("phone\n", "")
	require.ErrorIs(t, err, ErrDamaged)
	_, err = openText("", "")
	require.ErrorIs(t, err, ErrDamaged)
	broken := errors.New("disk on fire")
	_, err = Open(brokenReaderAt{broken}, 100, "")
	require.ErrorIs(t, err, broken)
}

type brokenReaderAt struct{ err error }

func (b brokenReaderAt) ReadAt([]byte, int64) (int, error) { return 0, b.err }

func TestSheetError(t *testing.T) {
	content, err := os.ReadFile(lists + "spreadsheet.xlsx")
	require.NoError(t, err)
	_, err = openText(string(content), "Kunden")
	var unknown *SheetError
	require.ErrorAs(t, err, &unknown)
	require.Equal(t, &SheetError{"Kunden", []string{"Customers", "Old list", "Zweite Liste"}}, unknown)
	require.EqualError(t, err,
		`there is no sheet named "Kunden"; the sheets are "Customers", "Old list", "Zweite Liste"`)
	require.EqualError(t, &SheetError{"447700900123", []string{"447700900123", "2026-11-22"}},
		`there is no sheet named so; the sheets are sheet 1, "2026-11-22"`)

	_, err = openText(workbook(``, map[string]string{
		"xl/workbook.xml": `<workbook><sheets><sheet name="A" state="hidden" id="r1"/></sheets></workbook>`,
	}), "")
	require.EqualError(t, err, `no sheet is visible; the sheets are "A"`)
	_, err = openText(workbook(``, map[string]string{"xl/workbook.xml": `<workbook/>`}), "")
	require.ErrorIs(t, err, ErrNoSheet)
}

func TestKindOf(t *testing.T) {
	for content, want := range map[string]Kind{
		"": Other, "PK": Other, "phone\n": Other, "PK\x03\x04": Zip, "PK\x05\x06": Zip,
		"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1": OLE2,
	} {
		require.Equal(t, want, KindOf([]byte(content)), "%q", content)
	}
}

func TestClose(t *testing.T) {
	r := open(t, lists+"spreadsheet.xlsx", "")
	require.NoError(t, r.Close())
	_, err := r.Read(make([]byte, 1))
	require.EqualError(t, err, "the workbook is closed")
}

// A workbook cut short anywhere is an error, and so is one with another byte anywhere, unless the
// byte does not count. The error is one that says what is wrong with the workbook, not what a
// library met on the way: a negative offset, say.
func TestDamagedFile(t *testing.T) {
	content, err := os.ReadFile(lists + "spreadsheet.xlsx")
	require.NoError(t, err)
	want, err := readText(string(content), "")
	require.NoError(t, err)
	for end := 0; end < len(content); end += 17 {
		text, err := readText(string(content[:end]), "")
		require.Error(t, err, "cut at %d", end)
		requireCSV(t, text, err)
	}
	directory := bytes.Index(content, []byte("PK\x01\x02"))
	for at := 0; at < len(content); at++ {
		if at < directory && at%17 != 0 { // each byte of what lists the parts
			continue
		}
		for _, flip := range []byte{0x11, 0xFF} {
			changed := bytes.Clone(content)
			changed[at] ^= flip
			got, err := readText(string(changed), "")
			requireCSV(t, got, err)
			if err == nil {
				require.Equal(t, want, got, "changed at %d", at)
			}
		}
	}
}

// FuzzOpen: no file makes it panic, and what comes out is CSV.
func FuzzOpen(f *testing.F) {
	paths, err := filepath.Glob(lists + "*.xlsx")
	require.NoError(f, err)
	for _, path := range append(paths, "testdata/legacy.xls", "testdata/opendocument.ods") {
		content, err := os.ReadFile(path)
		require.NoError(f, err)
		f.Add(content, "")
	}
	f.Add([]byte(workbook(`<row><c><v>1</v></c></row>`, nil)), "a")
	f.Fuzz(func(t *testing.T, content []byte, sheet string) {
		text, err := readText(string(content), sheet)
		requireCSV(t, text, err)
	})
}

// FuzzRows: no rows make it panic, and what comes out is CSV with rows at least as wide as the
// first.
func FuzzRows(f *testing.F) {
	for _, test := range cells {
		f.Add("<row>" + test.cell + "</row>")
	}
	for _, test := range damagedRows {
		if len(test.rows) < 1<<10 {
			f.Add(test.rows)
		}
	}
	f.Fuzz(func(t *testing.T, rows string) {
		text, err := readText(workbook(rows, nil), "")
		requireCSV(t, text, err)
	})
}

func requireCSV(t *testing.T, text string, readError error) {
	c := csv.NewReader(strings.NewReader(text))
	c.FieldsPerRecord = -1
	rows, err := c.ReadAll()
	require.NoError(t, err)
	for _, row := range rows {
		require.GreaterOrEqual(t, len(row), len(rows[0]))
	}
	if readError != nil {
		var cell *CellError
		var sheet *SheetError
		known := errors.As(readError, &cell) || errors.As(readError, &sheet)
		for _, sentinel := range []error{ErrEncrypted, ErrLegacy, ErrNotWorkbook, ErrArchive, ErrNoSheet, ErrDamaged,
			ErrTooLarge} {
			known = known || errors.Is(readError, sentinel)
		}
		require.True(t, known, "%v", readError)
	}
}

func open(t *testing.T, path, sheet string) *Reader {
	file, err := os.Open(path)
	require.NoError(t, err)
	t.Cleanup(func() { file.Close() })
	info, err := file.Stat()
	require.NoError(t, err)
	r, err := Open(file, info.Size(), sheet)
	require.NoError(t, err)
	t.Cleanup(func() { r.Close() })
	return r
}

func openText(content, sheet string) (*Reader, error) {
	return Open(strings.NewReader(content), int64(len(content)), sheet)
}

func readText(content, sheet string) (string, error) {
	r, err := openText(content, sheet)
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(r)
	return string(text), errors.Join(err, r.Close())
}

// pack makes an archive of parts, which are not compressed: that takes most of the time of a test.
func pack(parts map[string]string) string { return packBy(zip.Store, parts) }

func packBy(method uint16, parts map[string]string) string {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, content := range parts {
		part, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: method})
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
	return b.String()
}

// workbook makes a workbook of one sheet, with parts in place of its own or, where they are empty,
// left out.
func workbook(rows string, parts map[string]string) string { return pack(workbookParts(rows, parts)) }

func workbookParts(rows string, parts map[string]string) map[string]string {
	all := map[string]string{
		"_rels/.rels":              `<Relationships><Relationship Id="r1" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":          `<workbook><sheets><sheet name="A" id="r1"/></sheets></workbook>`,
		"xl/worksheets/sheet1.xml": `<worksheet><sheetData>` + rows + `</sheetData></worksheet>`,
		"xl/sharedStrings.xml":     sharedXML,
		"xl/styles.xml":            stylesXML(),
		"xl/_rels/workbook.xml.rels": `<Relationships>` +
			`<Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="r2" Type="x/sharedStrings" Target="/xl/sharedStrings.xml"/>` +
			`<Relationship Id="r3" Type="x/styles" Target="styles.xml"/></Relationships>`,
	}
	for name, content := range parts {
		all[name] = content
		if content == "" {
			delete(all, name)
		}
	}
	return all
}

// formatCodes are the styles of the workbooks made here, from 1.
var formatCodes = []string{`yyyy\-mm\-dd`, `[h]:mm`, `\+0`, `00000000000`, `"+91 "0`, `0.00E+00`}

func stylesXML() string {
	formats, styles := "", `<xf numFmtId="0"/>`
	for i, code := range formatCodes {
		formats += fmt.Sprintf(`<numFmt numFmtId="%d" formatCode="%s"/>`, 164+i,
			strings.ReplaceAll(code, `"`, "&quot;"))
		styles += fmt.Sprintf(`<xf numFmtId="%d"/>`, 164+i)
	}
	return `<styleSheet><numFmts>` + formats +
		`</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>` + styles +
		`<xf numFmtId="14"/></cellXfs></styleSheet>`
}

const sharedXML = `<sst><si><t>phone</t></si><si><r><t>+44 </t></r><r><rPr><b/></rPr><t>7700 900123</t></r></si>` +
	`<si><t>山田</t><rPh sb="0" eb="1"><t>ヤマダ</t></rPh><phoneticPr fontId="1"/></si><si><t>two_x000D_
lines</t></si><si><t/></si><si/></sst>`

// unpack returns the parts of a workbook by their names.
func unpack(t testing.TB, path string) map[string]string {
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	return unpackText(string(content))
}

func unpackText(content string) map[string]string {
	archive, err := zip.NewReader(strings.NewReader(content), int64(len(content)))
	if err != nil {
		panic(err)
	}
	parts := map[string]string{}
	for _, file := range archive.File {
		part, err := file.Open()
		if err != nil {
			panic(err)
		}
		content, err := io.ReadAll(part)
		if err != nil {
			panic(err)
		}
		parts[file.Name] = string(content)
	}
	return parts
}

// workbookSheet is a sheet as programs write it, with what they add.
const workbookSheet = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">` +
	`<dimension ref="A1:B2"/><sheetData><row r="1" spans="1:2"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>45366</v></c></row><!-- x -->` +
	`<row r="2" x14ac:dyDescent="0.25"><c r="A2" t="inlineStr"><is><r><t xml:space="preserve"> a &amp; b</t></r></is></c><c r="B2"><f>A1</f><v>9.19876543210E11</v></c></row>` +
	`</sheetData><pageMargins left="0.7"/><extLst><ext uri="{x}"><![CDATA[y]]></ext></extLst></worksheet>`
