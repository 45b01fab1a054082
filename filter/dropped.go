package filter

import (
	"slices"
	"strings"

	"github.com/listgate/listgate/filter/internal/csv"
)

// appendDropped appends a row with its reason, region and rule.
func (s *scanner) appendDropped(out, row []byte, v verdict) []byte {
	if v.pair == 0 {
		return s.appendRow(out, row, s.added[v.outcome])
	}
	return s.appendRow(out, row, s.addedTo(v))
}

// makeAdded makes what dropped rows get, once for each outcome.
func (s *scanner) makeAdded() {
	s.added = make([][]byte, len(s.filter.outcomes.byID))
	for x := range s.added {
		s.added[x] = s.addedTo(verdict{outcome: outcomeID(x)})
	}
}

// addedTo returns the cells that a dropped row gets.
func (s *scanner) addedTo(v verdict) []byte {
	j := s.filter.outcomes.outcome(v.outcome)
	return s.cells(j.reason.String(), s.filter.outcomes.regions(v).String(), j.rule)
}

// cells returns cells as they stand in the list, a delimiter before each.
func (s *scanner) cells(cells ...string) (out []byte) {
	for _, cell := range cells {
		out = append(out, s.layout.Delimiter)
		if strings.IndexByte(cell, s.layout.Delimiter) >= 0 { // a set of regions in a list with the delimiter '|'
			out = append(append(append(out, '"'), cell...), '"')
		} else {
			out = append(out, cell...)
		}
	}
	return out
}

// appendRow appends a row with cells before its line break, in place of those that an earlier run
// added. Returns of which a line break has too many are part of it.
func (s *scanner) appendRow(out, row, cells []byte) []byte {
	end := len(row)
	if end > 0 && row[end-1] == '\n' {
		end--
	}
	out = slices.Grow(out, len(row)+len(cells))
	for end > 0 && row[end-1] == '\r' {
		end--
	}
	if len(s.layout.replaced) == 0 {
		out = append(out, row[:end]...)
	} else {
		out = s.appendOwnCells(out, row[:end])
	}
	out = append(out, cells...)
	return append(out, row[end:]...)
}

// appendOwnCells appends the cells of a row but for those that an earlier run added.
func (s *scanner) appendOwnCells(out, row []byte) []byte {
	for column, at, first := 0, 0, true; ; column++ {
		_, stop, err := csv.ScanField(row, at, true, s.layout.dialect)
		if err != nil {
			panic("filter: a row that was scanned cannot be scanned again")
		}
		if !slices.Contains(s.layout.replaced, column) {
			if !first {
				out = append(out, s.layout.Delimiter)
			}
			out, first = append(out, row[at:stop]...), false
		}
		if stop == len(row) {
			return out
		}
		at = stop + 1
	}
}
