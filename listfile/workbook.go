package listfile

import (
	"io"

	"github.com/listgate/listgate/listfile/internal/workbook"
)

// A SheetError says that a workbook has no such sheet. It is an error in the request, not in the
// list.
type SheetError = workbook.SheetError

// OpenWorkbook returns one sheet of an .xlsx workbook as CSV: the stored numbers, not those that a
// spreadsheet displays. An empty name is the first visible sheet. The error is a *SheetError if
// there is no such sheet, else it says what is wrong with the workbook. Reading holds only the
// texts that its cells share. Close does not close stored.
func OpenWorkbook(stored io.ReaderAt, size int64, sheet string) (*Reader, error) {
	opened, err := workbook.Open(stored, size, sheet)
	if err != nil {
		return nil, err
	}
	return &Reader{Reader: opened, Sheet: opened.Sheet(), Sheets: opened.Sheets(), workbook: opened}, nil
}

// DescribeSheets says which sheet of which is read: sheet "Read me" of "Read me", "Contacts". Names
// that may hold a phone number are left out.
func (r *Reader) DescribeSheets() string { return workbook.DescribeSheets(r.Sheet, r.Sheets) }
