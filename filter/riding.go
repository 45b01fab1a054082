package filter

import (
	"bytes"
	"errors"
	"iter"

	"github.com/listgate/listgate/filter/internal/csv"
)

// ErrRidingRows says that a cell in quotes holds lines that look like rows of their own. Their
// numbers would leave with the row that is kept, and nobody would have decided about them.
var ErrRidingRows = errors.New("the cell in quotes that begins here holds lines that look like rows of their own: if quotes mean nothing in this" +
	" list, say --quote none; if all of it is one cell, say --quote csv")

// looksForRiders reports whether rows that span lines have to be looked at. Those of a workbook
// have no quotes of its own.
func (s *scanner) looksForRiders() bool {
	return s.options.Quote == QuoteAuto && !s.options.LinesAreRows
}

// haltAtRiders reports whether a row that spans lines holds rows, and makes that the error of the
// chunk.
func (s *scanner) haltAtRiders(p *chunk, start, end int) bool {
	if !s.looksForRiders() {
		return false
	}
	at := s.findRiders(p.data, start, end)
	if at >= 0 {
		p.err, p.errAt = ErrRidingRows, at
	}
	return at >= 0
}

// findRiders returns where a cell of a row begins, its opening quote, that holds lines which look
// like rows; -1 if there is none. A phone cell is not looked at: with two lines it is no number.
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

// hasRows reports whether the last two lines, but for blank ones, look like rows. If quotes mean
// nothing, all lines are rows, and the last one is whole. The last line of a note is its end and
// the rest of its row, and looks like a row only by chance.
func (s *scanner) hasRows(text []byte) bool {
	found := 0
	for line := range lastLines(text) {
		if len(line) == 0 {
			continue
		}
		if !s.looksLikeRow(line) {
			return false
		}
		if found++; found == 2 {
			return true
		}
	}
	return false
}

// lastLines returns the lines of a text, the last one first.
func lastLines(text []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for more := true; more; {
			var line []byte
			at := bytes.LastIndexByte(text, '\n')
			line, text, more = text[at+1:], text[:max(at, 0)], at >= 0
			if !yield(bytes.TrimRight(line, "\r")) {
				return
			}
		}
	}
}

// looksLikeRow reports whether a line, cut at each delimiter, has at least as many cells as a row,
// and a number in the phone cell, counted from either end: a delimiter more may be part of a cell.
func (s *scanner) looksLikeRow(line []byte) bool {
	delimiter := []byte{s.layout.Delimiter}
	cells := bytes.Count(line, delimiter) + 1
	if cells < s.layout.Columns || s.layout.column >= cells {
		return false
	}
	behind := max(s.layout.Columns-1-s.layout.column, 0)
	for _, column := range []int{s.layout.column, cells - 1 - behind} {
		cell := line
		for range column {
			_, cell, _ = bytes.Cut(cell, delimiter)
		}
		cell, _, _ = bytes.Cut(cell, delimiter)
		if looksLikeNumber(string(bytes.Trim(cell, `" `))) {
			return true
		}
	}
	return false
}
