package workbook

import (
	"encoding/csv"
	"encoding/xml"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// This file holds the slow twin of the reader: encoding/xml makes a tree of the sheet, and a walk
// over the tree makes rows.

// A node is an element with what is in it.
type node struct {
	name       string
	attributes map[string]string
	children   []*node
	text       string // that is not in a child
}

// parseTree returns the root element of a document that twinTokens takes.
func parseTree(document string) (*node, error) {
	if _, err := twinTokens(document); err != nil {
		return nil, err
	}
	d := xml.NewDecoder(strings.NewReader(document))
	top := &node{}
	open := []*node{top}
	for {
		parsed, err := d.Token()
		if err == io.EOF {
			return top.children[0], nil
		}
		if err != nil {
			return nil, err
		}
		in := open[len(open)-1]
		switch token := parsed.(type) {
		case xml.StartElement:
			n := &node{name: token.Name.Local, attributes: map[string]string{}}
			for _, a := range token.Attr {
				if _, twice := n.attributes[a.Name.Local]; !twice && a.Name.Space != "xmlns" {
					n.attributes[a.Name.Local] = a.Value
				}
			}
			in.children = append(in.children, n)
			open = append(open, n)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			in.text += string(token)
		}
	}
}

var errTwin = errors.New("refused by the twin")

// twinRows returns the cells of a sheet by row and column, with the shared texts and formats of s.
func twinRows(s *sheet, document string) (map[[2]int]string, error) {
	root, err := parseTree(document)
	if err != nil || root.name != "worksheet" {
		return nil, errTwin
	}
	cells := map[[2]int]string{}
	found := 0
	for _, data := range root.children {
		if data.name != "sheetData" {
			continue
		}
		if found++; found > 1 {
			return nil, errTwin
		}
		last := 0
		for _, row := range data.children {
			number, err := next(row.attributes["r"], last)
			if err != nil || row.name != "row" || number > maxRows {
				return nil, errTwin
			}
			last = number
			if err := twinRow(s, cells, row, number); err != nil {
				return nil, err
			}
		}
	}
	if found == 0 {
		return nil, errTwin
	}
	return cells, nil
}

// next returns the number of a row that follows the last one.
func next(written string, last int) (int, error) {
	if written == "" {
		return last + 1, nil
	}
	n, err := strconv.ParseUint(written, 10, 40)
	if err != nil || int(n) <= last {
		return 0, errTwin
	}
	return int(n), nil
}

func twinRow(s *sheet, cells map[[2]int]string, row *node, number int) error {
	column := 0
	for _, c := range row.children {
		if c.name == "extLst" {
			continue
		}
		if c.name != "c" {
			return errTwin
		}
		column++
		if r := c.attributes["r"]; r != "" {
			letters := strings.TrimRight(r, "0123456789")
			at, err := strconv.ParseUint(r[len(letters):], 10, 40)
			if err != nil || int(at) != number || len(letters) > 3 ||
				strings.Trim(letters, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
				return errTwin
			}
			n := 0
			for _, letter := range letters {
				n = n*26 + int(letter-'A') + 1
			}
			if n < column {
				return errTwin
			}
			column = n
		}
		if column > maxColumns {
			return errTwin
		}
		text, err := twinValue(s, c)
		if err != nil {
			return err
		}
		if text != "" {
			cells[[2]int{number, column}] = text
		}
	}
	return nil
}

func twinValue(s *sheet, c *node) (string, error) {
	s.value = nil
	for _, child := range c.children {
		switch child.name {
		case "v":
			s.value = []byte(child.text)
		case "is":
			s.value = []byte(twinRichText(child))
		}
	}
	if len(s.value) == 0 {
		return "", nil
	}
	kind, err := cellKindOf([]byte(c.attributes["t"]))
	if err != nil {
		return "", err
	}
	s.style, s.styled = parseIndex([]byte(c.attributes["s"]))
	text, err := s.appendValue(nil, kind)
	return string(text), err
}

// twinRichText returns the text of runs, without how it is pronounced.
func twinRichText(n *node) string {
	text := ""
	for _, child := range n.children {
		switch child.name {
		case "t":
			text += string(unescape([]byte(child.text), 0))
		case "r":
			for _, t := range child.children {
				if t.name == "t" {
					text += string(unescape([]byte(t.text), 0))
				}
			}
		}
	}
	return text
}

// requireLikeTwin reads a sheet as Open does and as the twin does: the same cells, or both refuse.
// It reports whether they do.
func requireLikeTwin(t *testing.T, sheetXML, shared, styles string) bool {
	content := workbook("", map[string]string{"xl/worksheets/sheet1.xml": sheetXML, "xl/sharedStrings.xml": shared,
		"xl/styles.xml": styles})
	got, err := readText(content, "")
	requireCSV(t, got, err)
	r, openErr := openText(workbook("", map[string]string{"xl/sharedStrings.xml": shared, "xl/styles.xml": styles}), "")
	if openErr != nil {
		require.Error(t, err)
		return false
	}
	want, twinErr := twinRows(r.sheet, sheetXML)
	if errors.Is(err, ErrTooLarge) {
		return false // the twin knows no bounds
	}
	require.Equal(t, twinErr == nil, err == nil, "%q: %v, %v", sheetXML, twinErr, err)
	if err != nil {
		return false
	}
	cells := map[[2]int]string{}
	lines := csv.NewReader(strings.NewReader(strings.ReplaceAll(got, "\r", "\x00"))) // it would take returns out
	lines.FieldsPerRecord = -1
	rows, blank := 0, 0
	for at := 0; ; {
		row, err := lines.Read()
		if err == io.EOF {
			break
		}
		line, _ := lines.FieldPos(0)
		blank += line - 1 - at
		at = line + strings.Count(strings.Join(row, ""), "\n")
		rows++
		for column, text := range row {
			if text != "" {
				cells[[2]int{rows + blank, column + 1}] = strings.ReplaceAll(text, "\x00", "\r")
			}
		}
	}
	require.Equal(t, want, cells, "%q", sheetXML)
	return true
}

func sheetXML(rows string) string {
	return `<worksheet><sheetData>` + rows + `</sheetData></worksheet>`
}

// What the tables and real workbooks hold.
func TestTwin(t *testing.T) {
	read := 0
	check := func(sheet, shared, styles string) {
		if requireLikeTwin(t, sheet, shared, styles) {
			read++
		}
	}
	for _, test := range cells {
		check(sheetXML("<row>"+test.cell+"</row>"), sharedXML, stylesXML())
	}
	for _, test := range damagedRows {
		check(sheetXML(test.rows), sharedXML, stylesXML())
	}
	for _, document := range documents {
		check(sheetXML(document), sharedXML, stylesXML())
	}
	check(workbookSheet, sharedXML, stylesXML())
	paths, err := filepath.Glob(lists + "*.xlsx")
	require.NoError(t, err)
	for _, path := range paths {
		if content, err := os.ReadFile(path); err != nil || KindOf(content) != Zip {
			continue
		}
		parts := unpack(t, path)
		for name, part := range parts {
			if strings.HasPrefix(name, "xl/worksheets/sheet") {
				check(part, parts["xl/sharedStrings.xml"], parts["xl/styles.xml"])
			}
		}
	}
	require.Greater(t, read, len(cells))
}

// Sheets with pieces taken out, doubled, or exchanged.
func TestTwinOnChangedSheets(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	whole := sheetXML(`<row r="1" spans="1:2"><c r="A1" t="s"><v>1</v></c><c r="B1" s="3"><v>447700900123</v></c></row>` +
		`<row><c t="inlineStr"><is><r><t>a &amp; b</t></r><rPh><t>x</t></rPh></is></c><c s="1"><f>A1</f><v>45366</v></c></row><row r="7" hidden="1"><c r="C7" t="b"><v>1</v></c></row>`)
	pieces := strings.SplitAfter(whole, ">")
	read := 0
	for range 500 {
		changed := append([]string(nil), pieces...)
		for range 1 + random.IntN(2) {
			a, b := random.IntN(len(changed)), random.IntN(len(changed))
			switch random.IntN(4) {
			case 0:
				changed[a] = ""
			case 1:
				changed[a] += changed[a]
			case 2:
				changed[a], changed[b] = changed[b], changed[a]
			default:
				changed[a] = strings.Replace(changed[a], string(`"><&/ 123AC`[random.IntN(11)]),
					string(`"><&/ 123AC`[random.IntN(11)]), 1)
			}
		}
		if requireLikeTwin(t, strings.Join(changed, ""), sharedXML, stylesXML()) {
			read++
		}
	}
	require.Greater(t, read, 20)
}

// FuzzSheet gets past the zip: whatever a sheet, the shared texts and the styles hold, the cells
// are those of the twin, or both refuse.
func FuzzSheet(f *testing.F) {
	f.Add(workbookSheet, sharedXML, stylesXML())
	for _, test := range cells {
		f.Add(sheetXML("<row>"+test.cell+"</row>"), sharedXML, stylesXML())
	}
	for _, test := range damagedRows {
		if len(test.rows) < 1<<10 {
			f.Add(sheetXML(test.rows), sharedXML, stylesXML())
		}
	}
	f.Fuzz(func(t *testing.T, sheet, shared, styles string) { requireLikeTwin(t, sheet, shared, styles) })
}

// FuzzBook: no parts that lead to the sheet make it panic, and what is wrong is one of the errors
// of the package.
func FuzzBook(f *testing.F) {
	parts := map[string]string{}
	for name, content := range unpackText(workbook("", nil)) {
		parts[name] = content
	}
	f.Add(parts["_rels/.rels"], parts["xl/workbook.xml"], parts["xl/_rels/workbook.xml.rels"], "xl/other.xml", "A")
	f.Add("",
		`<workbook><workbookPr date1904="1"/><sheets><sheet name="A" state="hidden" id="r2"/></sheets></workbook>`,
		parts["xl/_rels/workbook.xml.rels"], "content.xml", "")
	f.Fuzz(func(t *testing.T, root, book, relations, other, sheet string) {
		if strings.HasSuffix(other, "/") {
			t.Skip("a folder")
		}
		text, err := readText(workbook(`<row><c><v>1</v></c></row>`, map[string]string{
			"_rels/.rels": root, "xl/workbook.xml": book, "xl/_rels/workbook.xml.rels": relations, other: "<x/>",
		}), sheet)
		requireCSV(t, text, err)
	})
}
