// Package workbook reads the cells of a spreadsheet, an .xlsx workbook, as the CSV that its author
// believes to have written: the numbers that are stored and not those that are displayed.
//
// A spreadsheet shows twelve digits as 9.19877E+11 and exports what it shows, but it stores
// 919876543210. Open finds the sheet, and reading from the Reader yields its rows as they are
// parsed. Only the texts that the workbook shares between its cells are held whole, up to 512 MiB
// of them; besides, a few MiB are enough for any sheet.
//
// What is not wholly understood is an error, never a list cut short: every row number, cell
// reference, style and text reference must fit, and the sheet's checksum is verified before the end
// is reported.
package workbook

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/listgate/listgate/internal/redact"
)

var (
	// ErrEncrypted says that the workbook cannot be read without its password.
	ErrEncrypted = errors.New("a workbook protected by a password; save it without one")
	// ErrLegacy says that the workbook is an .xls, the form before 2007.
	ErrLegacy = errors.New("a workbook in the old form .xls; save it as .xlsx or as CSV (UTF-8)")
	// ErrNotWorkbook says that the file is another kind of archive or document. The error around it
	// may say which.
	ErrNotWorkbook = errors.New("not an .xlsx workbook; save it as .xlsx or as CSV (UTF-8)")
	// ErrArchive says that the file is a zip archive of anything.
	ErrArchive = errors.New("a zip archive, not a list; unpack it and name the list inside")
	// ErrNoSheet says that no sheet of the workbook holds cells: there are only charts, or nothing.
	ErrNoSheet = errors.New("the workbook has no sheet with cells")
	// ErrDamaged says that the workbook is cut short or contradicts itself.
	ErrDamaged = errors.New("the workbook is damaged; open it in a spreadsheet program and save it again")
	// ErrTooLarge says that a part of the workbook is larger than any that people make.
	ErrTooLarge = errors.New("too large for a workbook")
)

// A SheetError says that the sheet cannot be told: none has the name, or without a name none is
// visible. It is an error in the request, not in the workbook. Its text shows no name that could be
// somebody's number.
type SheetError struct {
	Name   string   // as asked for
	Sheets []string // what there is to choose from, hidden ones too
}

func (e *SheetError) Error() string {
	problem := "no sheet is visible"
	if e.Name != "" {
		problem = "there is no sheet named " + describe(e.Name, "so")
	}
	return problem + "; the sheets are " + describeAll(e.Sheets)
}

// DescribeSheets says which sheet of which is read.
func DescribeSheets(name string, sheets []string) string {
	return "sheet " + describe(name, fmt.Sprint(slices.Index(sheets, name)+1)) + " of " + describeAll(sheets)
}

// describeAll quotes the first names of sheets: nobody reads a hundred.
func describeAll(sheets []string) string {
	const most = 20
	var described []string
	for i, name := range sheets[:min(len(sheets), most)] {
		described = append(described, describe(name, fmt.Sprintf("sheet %d", i+1)))
	}
	all := strings.Join(described, ", ")
	if more := len(sheets) - most; more > 0 {
		all += fmt.Sprintf(" and %d more", more)
	}
	return all
}

// describe quotes a name unless it may hold a phone number.
func describe(name, otherwise string) string {
	if redact.MayHoldNumber(name) {
		return otherwise
	}
	return fmt.Sprintf("%q", name)
}

// A CellError says where in the sheet the reading ended.
type CellError struct {
	Row, Column int // from 1; Column is 0 where the row itself is the problem
	Err         error
}

func (e *CellError) Error() string {
	if e.Column == 0 {
		return fmt.Sprintf("row %d: %v", e.Row, e.Err)
	}
	return fmt.Sprintf("row %d, column %d: %v", e.Row, e.Column, e.Err)
}

func (e *CellError) Unwrap() error { return e.Err }

// A Kind is the container that the first bytes of a file announce.
type Kind uint8

const (
	Other Kind = iota
	Zip        // .xlsx, but also .ods, .docx and any other archive
	OLE2       // .xls, .doc, and an .xlsx with a password
)

// KindOf returns the kind of the file that begins with prefix, of which 8 bytes are enough.
func KindOf(prefix []byte) Kind {
	switch {
	case bytes.HasPrefix(prefix, []byte("PK\x03\x04")), bytes.HasPrefix(prefix, []byte("PK\x05\x06")):
		return Zip
	case bytes.HasPrefix(prefix, []byte("\xD0\xCF\x11\xE0")):
		return OLE2
	}
	return Other
}

// outBytes is about how much text is made at a time.
const outBytes = 64 << 10

// A Reader yields one sheet as CSV: UTF-8, comma, LF, quotes only where they are needed. Column N
// of the text is column N of the sheet, and every row is at least as wide as the first. An empty
// row of the sheet is a blank line, but none follows the last row. A Reader is not safe for
// concurrent use.
//
//   - Numbers are written as digits, and those that have no more than 15 digits are exact. A larger
//     one was destroyed by the spreadsheet and comes out as 9.19876543210123E+17, and one that was
//     stored when its digits were gone as 4.91512E+12.
//   - Digits and a plus that the number format shows are part of the number: "+91 "0 makes
//     9876543210 to +91 9876543210. Where such a format is not understood, the cell is an error
//     value before the stored number: #FORMAT! 9876543210.
//   - A number that is formatted as date or time is a date, 2026-11-22, 2026-11-22T18:30:00 or
//     18:30:00, or ##### if there is no such date, as in the spreadsheet. It never comes out as the
//     number.
//   - A formula is the result that was stored with it, TRUE and FALSE are truth values, errors are
//     #REF! and the like.
//   - Texts are as they are stored, line breaks included. How a name is pronounced (ruby) is left
//     out.
type Reader struct {
	// HiddenRows counts the rows read so far that the spreadsheet does not show, for instance
	// behind a filter.
	HiddenRows int
	// Uncalculated counts the formulas read so far that have no stored result. Their cells are
	// empty.
	Uncalculated int

	name   string
	sheets []string
	sheet  *sheet
	out    []byte // text that was made, from taken on not yet read
	taken  int
	err    error
}

// Open opens the sheet of a workbook by its name, letter for letter or but for case; "" is the
// first visible one. It reads all of the workbook that is not a sheet. The error is a *SheetError
// if there is no such sheet, else one of the errors of this package or of r. It does not close r
// and keeps it until Close.
func Open(r io.ReaderAt, size int64, sheet string) (*Reader, error) {
	prefix := make([]byte, 8)
	if n, err := r.ReadAt(prefix, 0); err != nil && err != io.EOF {
		return nil, err
	} else if KindOf(prefix[:n]) == OLE2 {
		return nil, diagnoseOLE2(r, size)
	}
	a, err := openArchive(r, size)
	if err != nil {
		return nil, err
	}
	b, err := a.readBook()
	if err != nil {
		return nil, err
	}
	entry, err := b.choose(sheet)
	if err != nil {
		return nil, err
	}
	s, err := b.open(a, entry)
	if err != nil {
		return nil, err
	}
	return &Reader{name: entry.name, sheets: b.names(), sheet: s}, nil
}

// Sheet returns the name of the sheet that is read.
func (r *Reader) Sheet() string { return r.name }

// Sheets returns the names of all sheets with cells in their order, hidden ones too.
func (r *Reader) Sheets() []string { return r.sheets }

// Read reads text of the sheet. An error that ends the rows too early, often a *CellError, comes
// after the rows before.
func (r *Reader) Read(p []byte) (int, error) {
	for r.taken == len(r.out) && r.err == nil {
		r.out, r.taken = r.out[:0], 0
		for len(r.out) < outBytes && r.err == nil {
			r.out, r.err = r.sheet.appendRow(r.out)
		}
		r.HiddenRows, r.Uncalculated = r.sheet.hidden, r.sheet.uncalculated
	}
	if r.taken == len(r.out) {
		return 0, r.err
	}
	n := copy(p, r.out[r.taken:])
	r.taken += n
	return n, nil
}

// Close ends the reading. Read fails from then on.
func (r *Reader) Close() error {
	r.out, r.taken, r.err = nil, 0, errors.New("the workbook is closed")
	return r.sheet.part.close()
}
