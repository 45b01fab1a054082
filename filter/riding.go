package filter

import (
	"bytes"
	"errors"

	"github.com/listgate/listgate/filter/internal/csv"
)

// ErrRidingRows says that a cell in quotes holds lines that look like rows of their own. Their numbers would leave with the
// row that is kept, and nobody would have decided about them.
var ErrRidingRows = errors.New("the cell in quotes that begins here holds lines that look like rows of their own: if quotes mean nothing in this" +
	" list, say --quote none; if all of it is one cell, say --quote csv")

// looksForRiders reports whether rows that span lines have to be looked at. Those of a workbook have no quotes of its own.
func (s *scanner) looksForRiders() bool {
	return s.options.Quote == QuoteAuto && !s.options.LinesAreRows
}

// findRiders returns where a cell of a row begins, its opening quote, that holds lines which look like rows; -1 if there is
// none. A phone cell is not looked at: with two lines it is no number.
func (s *scanner) findRiders(data []byte, start, end int) int {
	row := data[start:end]
	if !s.hasRows(row) {
		return -1
	}
	for column, at := 0, 0; ; column++ {
		_, stop, err := csv.ScanField(row, at, true, s.layout.dialect)
		if err != nil {
			return -1
		}
		if column != s.layout.column && bytes.IndexByte(row[at:stop], '\n') >= 0 {
			return start + at
		}
		if stop == len(row) || row[stop] != s.layout.Delimiter {
			return -1
		}
		at = stop + 1
	}
}

// hasRows reports whether two lines, one after the other but for blank ones, look like rows. One alone is a note with a comma
// and a number in it, or the end of a note and the rest of its row.
func (s *scanner) hasRows(text []byte) bool {
	before := false
	for line := range bytes.SplitSeq(text, []byte("\n")) {
		line = bytes.TrimRight(line, "\r")
		if len(line) == 0 {
			continue
		}
		looks := s.looksLikeRow(line)
		if before && looks {
			return true
		}
		before = looks
	}
	return false
}

// looksLikeRow reports whether a line, cut at each delimiter, has at least as many cells as a row, and a number in the phone
// cell, counted from either end: a delimiter more may be part of a cell.
func (s *scanner) looksLikeRow(line []byte) bool {
	cells := bytes.Split(line, []byte{s.layout.Delimiter})
	if len(cells) < s.layout.Columns || s.layout.column >= len(cells) {
		return false
	}
	behind := max(s.layout.Columns-1-s.layout.column, 0)
	for _, cell := range [][]byte{cells[s.layout.column], cells[len(cells)-1-behind]} {
		if looksLikeNumber(string(bytes.Trim(cell, `" `))) {
			return true
		}
	}
	return false
}
