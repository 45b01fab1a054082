package filter

import (
	"bytes"
	"errors"
	"unicode/utf8"

	"github.com/listgate/listgate/filter/internal/csv"
)

// ErrSecondByte says that a list is in an encoding whose characters may end in the byte that parts its cells, such as
// Shift-JIS and the delimiter '|'.
var ErrSecondByte = errors.New("a row with more cells than the header, in text that is not UTF-8: its characters may hold the delimiter" +
	" (Shift-JIS, GBK or Big5 with |); save the list as UTF-8")

// isLong reports whether a row has more cells than the header: then the cells behind one of them are shifted.
func (s *scanner) isLong(row []byte) bool {
	if s.layout.HeaderRow == 0 || bytes.Count(row, []byte{s.layout.Delimiter}) < s.layout.Columns {
		return false
	}
	cells := 1
	for at := 0; ; cells++ {
		_, stop, err := csv.ScanField(row, at, true, s.layout.dialect)
		if err != nil || stop >= len(row) || row[stop] != s.layout.Delimiter {
			return cells > s.layout.Columns
		}
		at = stop + 1
	}
}

// noteLong counts a row with more cells than the header. What makes it so may be the second bytes of characters.
func (s *scanner) noteLong(p *chunk, start, end int) {
	p.seen.longRows++
	row := p.data[start:end]
	if s.layout.Delimiter != '|' || utf8.Valid(row) {
		return
	}
	for at := range row[1:] {
		if row[at+1] == '|' && row[at] >= utf8.RuneSelf && p.err == nil {
			p.err, p.errAt = ErrSecondByte, start+at
		}
	}
}
