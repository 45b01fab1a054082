package filter

import (
	"fmt"

	"github.com/listgate/listgate/filter/internal/csv"
)

// A phone is a phone column, and the filter that reads its cells.
type phone struct {
	column int // from 0
	filter *Filter
}

// findPhones makes the phones of a layout.
func (s *scanner) makePhones() {
	if s.layout.chatID {
		s.filter = s.filter.forChatIDs()
	}
	s.phones = append(s.phones, phone{s.layout.column, s.filter})
	for _, e := range s.layout.more {
		f := s.base
		if e.chatID {
			f = f.forChatIDs()
		}
		s.phones = append(s.phones, phone{e.column, f})
	}
}

// phoneCell returns the cell of a phone column.
func (s *scanner) phoneCell(data []byte, r csv.Record, p phone) csv.Field {
	if p.column == s.layout.column {
		return r.Cell
	}
	return s.anyCell(data, r, p.column)
}

// anyCell returns a cell of a row that was scanned.
func (s *scanner) anyCell(data []byte, r csv.Record, column int) csv.Field {
	found, _, err := csv.ScanRecord(data[:r.End], r.Start, true, s.layout.dialect, column)
	if err != nil {
		panic(fmt.Sprintf("filter: a row that was scanned cannot be scanned again: %v", err))
	}
	return found.Cell
}

// cellOf returns the value of any cell of a row, empty if it has none.
func (s *scanner) cellOf(data []byte, r csv.Record, column int) string {
	return string(s.anyCell(data, r, column).Text(data))
}
