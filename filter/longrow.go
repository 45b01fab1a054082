package filter

import (
	"bytes"

	"github.com/listgate/listgate/filter/internal/csv"
)

// isLong reports whether a row has more cells than the header: then the cells behind one of them
// are shifted.
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
