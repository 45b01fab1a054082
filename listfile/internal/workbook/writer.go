package workbook

import (
	"archive/zip"
	"bufio"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/klauspost/compress/flate"
)

// ErrTooWide says that a row has more columns than a workbook can hold.
var ErrTooWide = fmt.Errorf("a workbook has at most %d columns; name the output .csv", maxColumns)

// A Writer writes a workbook of one sheet row by row. It keeps the types, dates and number formats
// of the workbook that the rows are from, and leaves out formulas, colours and widths. Memory does
// not grow with the rows. The bytes depend on nothing but the rows and that workbook.
type Writer struct {
	zip   *zip.Writer
	sheet *bufio.Writer
	text  int // the style of texts that are shown as they are, even if they look like numbers
	row   int // from 1
	room  []byte
	err   error
}

const (
	xmlHead   = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	mainSpace = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	typeSpace = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	partSpace = "http://schemas.openxmlformats.org/package/2006"
	partType  = "application/vnd.openxmlformats-officedocument.spreadsheetml"
)

// NewWriter writes to w a workbook like the one that is read. Close ends it and does not close w.
func (r *Reader) NewWriter(w io.Writer) *Writer {
	out := &Writer{zip: zip.NewWriter(w), text: len(r.sheet.styles.ids)}
	out.zip.RegisterCompressor(zip.Deflate,
		func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.DefaultCompression) })
	date1904 := ""
	if r.sheet.date1904 {
		date1904 = `<workbookPr date1904="1"/>`
	}
	out.part("[Content_Types].xml", `<Types xmlns="`+partSpace+`/content-types">`+
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>`+
		`<Override PartName="/xl/workbook.xml" ContentType="`+partType+`.sheet.main+xml"/>`+
		`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="`+partType+`.worksheet+xml"/>`+
		`<Override PartName="/xl/styles.xml" ContentType="`+partType+`.styles+xml"/></Types>`)
	out.part("_rels/.rels", `<Relationships xmlns="`+partSpace+`/relationships">`+
		`<Relationship Id="rId1" Type="`+typeSpace+`/officeDocument" Target="xl/workbook.xml"/></Relationships>`)
	out.part("xl/workbook.xml", `<workbook `+mainSpace+` xmlns:r="`+typeSpace+`">`+date1904+
		`<sheets><sheet name="`+string(appendXML(nil, []byte(r.name)))+
		`" sheetId="1" r:id="rId1"/></sheets></workbook>`)
	out.part("xl/_rels/workbook.xml.rels", `<Relationships xmlns="`+partSpace+`/relationships">`+
		`<Relationship Id="rId1" Type="`+typeSpace+`/worksheet" Target="worksheets/sheet1.xml"/>`+
		`<Relationship Id="rId2" Type="`+typeSpace+`/styles" Target="styles.xml"/></Relationships>`)
	out.part("xl/styles.xml", r.sheet.styles.xml())
	out.sheet = out.create("xl/worksheets/sheet1.xml")
	out.write(xmlHead + `<worksheet ` + mainSpace + `><sheetData>`)
	return out
}

func (w *Writer) create(name string) *bufio.Writer {
	part, err := w.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
	if err != nil {
		w.err = err
		part = io.Discard
	}
	return bufio.NewWriterSize(part, 64<<10)
}

func (w *Writer) part(name, content string) {
	part := w.create(name)
	part.WriteString(xmlHead)
	part.WriteString(content)
	if err := part.Flush(); err != nil && w.err == nil {
		w.err = err
	}
}

func (w *Writer) write(text string) {
	if _, err := w.sheet.WriteString(text); err != nil && w.err == nil {
		w.err = err
	}
}

// WriteRow writes a row: texts by column, and in place of those that row stores otherwise, but in
// the columns of row that asText names, what row stores. columns are those of row by the columns of
// texts; nil: the same. The error is that of the first write that failed, or ErrTooWide.
func (w *Writer) WriteRow(texts [][]byte, row Row, columns, asText []int) error {
	w.row++
	if len(texts) > maxColumns {
		return ErrTooWide
	}
	if len(texts) == 0 {
		return w.err
	}
	b := append(w.room[:0], `<row r="`...)
	b = strconv.AppendInt(b, int64(w.row), 10)
	b = append(b, `">`...)
	stored := row.cursor()
	for i, text := range texts {
		if len(text) == 0 {
			continue
		}
		var cell StoredCell
		column := i
		if columns != nil && i < len(columns) {
			column = columns[i]
		} else if columns != nil {
			column = -1
		}
		if at := stored.seek(column); at != nil {
			cell = *at
		}
		if slices.Contains(asText, column) {
			cell = StoredCell{style: w.text}
		}
		b = w.appendCell(b, i, text, cell)
	}
	w.room = append(b, "</row>"...)
	if _, err := w.sheet.Write(w.room); err != nil && w.err == nil {
		w.err = err
	}
	return w.err
}

func (w *Writer) appendCell(b []byte, column int, text []byte, cell StoredCell) []byte {
	b = append(b, `<c r="`...)
	b = appendColumn(b, column)
	b = strconv.AppendInt(b, int64(w.row), 10)
	if cell.style != 0 {
		b = append(b, `" s="`...)
		b = strconv.AppendInt(b, int64(cell.style), 10)
	}
	if cell.kind == "" {
		b = append(b, `" t="inlineStr"><is><t xml:space="preserve">`...)
		return append(appendXML(b, text), `</t></is></c>`...)
	}
	if cell.kind != "n" {
		b = append(append(b, `" t="`...), cell.kind...)
	}
	b = append(b, `"><v>`...)
	return append(appendXML(b, cell.value), `</v></c>`...)
}

// Close writes what is left.
func (w *Writer) Close() error {
	w.write("</sheetData></worksheet>")
	if err := w.sheet.Flush(); err != nil && w.err == nil {
		w.err = err
	}
	if err := w.zip.Close(); err != nil && w.err == nil {
		w.err = err
	}
	return w.err
}

// appendColumn appends the letters of a column, from 0: A, …, Z, AA, …
func appendColumn(b []byte, column int) []byte {
	if column >= 26 {
		b = appendColumn(b, column/26-1)
	}
	return append(b, byte('A'+column%26))
}

// appendXML appends a text as XML holds it. Characters that it cannot hold, and carriage returns,
// which it does not keep, come out as _x000D_ and the like, and so does an underscore before such a
// text.
func appendXML(b, text []byte) []byte {
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch {
		case r == '&':
			b = append(b, "&amp;"...)
		case r == '<':
			b = append(b, "&lt;"...)
		case r == '>':
			b = append(b, "&gt;"...)
		case r == '"':
			b = append(b, "&quot;"...)
		case r == '\r', !isXMLRune(r), r == '_' && isEscape(text):
			b = fmt.Appendf(b, "_x%04X_", r)
		default:
			b = utf8.AppendRune(b, r)
		}
		text = text[size:]
	}
	return b
}

// isEscape reports whether unescape would take the beginning of a text for an escape.
func isEscape(text []byte) bool {
	const length = len("_x000D_")
	if len(text) < length || text[1] != 'x' || text[length-1] != '_' {
		return false
	}
	return len(bytes.Trim(text[2:length-1], "0123456789abcdefABCDEF")) == 0
}
