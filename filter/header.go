package filter

import (
	"fmt"
	"slices"
	"strings"
)

// lastHeader is the last row that is looked at for a header below titles.
const lastHeader = 10

// findHeader finds the row with the names of the columns: the one that was asked for, else, within
// the first ten rows, the first with a column of a phone column's name, or of one that was asked
// for, else the one with a word for a phone and the most cells. Rows above it are titles, and have
// fewer cells that are not empty. Where there is none, the first row may be the header; its phone
// cell will tell.
func (s *sample) findHeader() error {
	if s.options.NoHeader {
		return nil
	}
	if asked := s.options.HeaderRow; asked > 0 {
		s.header = slices.IndexFunc(s.rows, func(row sampleRow) bool { return row.number == asked })
		if s.header < 0 {
			return s.fail(fmt.Sprintf("row %d is no header: it is blank, or not among the first %d rows", asked,
				mostSampled))
		}
		return nil
	}
	s.header = 0
	width, _ := commonWidth(s.rows)
	most := 0
	for i, row := range s.rows {
		cells := filled(row.cells)
		if row.number > lastHeader {
			break
		}
		if cells <= most && width > 1 || hasNumber(row.cells) {
			most = max(most, cells)
			continue
		}
		most = cells
		isName := func(name string) bool { return isPhoneName(name) || s.isAsked(name) }
		if slices.ContainsFunc(row.cells, isName) && (cells > 1 || width < 2) {
			s.header = i
			return nil
		}
		if slices.ContainsFunc(row.cells, hasPhoneWord) {
			s.header = i
		}
	}
	return nil
}

// isAsked reports whether a column of that name was asked for.
func (s *sample) isAsked(name string) bool {
	asked := append(slices.Clone(s.options.Columns), s.options.RegionColumn)
	for _, r := range s.options.Require {
		asked = append(asked, r.Column)
	}
	name = strings.TrimSpace(name)
	return name != "" &&
		slices.ContainsFunc(asked, func(other string) bool { return strings.EqualFold(strings.TrimSpace(other), name) })
}

// settleHeader decides, once the phone column is known, whether the header is one. Its phone cell,
// or that of a row above it, is a number if it is not: then all rows are recipients.
func (s *sample) settleHeader(column int) error {
	if s.header < 0 {
		return nil
	}
	for _, row := range s.rows[:s.header+1] {
		if column >= len(row.cells) || !looksNumeric([]byte(row.cells[column])) {
			continue
		}
		if s.options.HeaderRow > 0 {
			return s.fail(fmt.Sprintf("row %d cannot be at or above the header, row %d: it holds a number", row.number,
				s.options.HeaderRow))
		}
		s.header = -1
		return nil
	}
	if s.options.HeaderRow == 0 && s.header == 0 {
		return s.refuseToGuess(column)
	}
	return nil
}

// refuseToGuess finds a first row that looks like a title, above one that may be the header and is
// not known for it.
func (s *sample) refuseToGuess(column int) error {
	cellOf := func(row sampleRow) string {
		if column < len(row.cells) {
			return strings.TrimSpace(row.cells[column])
		}
		return ""
	}
	if cellOf(s.rows[0]) != "" {
		return nil
	}
	for _, row := range s.rows[1:] {
		text := cellOf(row)
		if row.number > lastHeader || looksNumeric([]byte(text)) {
			return nil
		}
		if text != "" && filled(row.cells) > filled(s.rows[0].cells) && !hasNumber(row.cells) {
			return s.fail(fmt.Sprintf("row 1 does not name column %d, and row %d may; say which row is the header with --header-row %d or --header-row 1,"+
				" or --no-header if none is", column+1, row.number, row.number))
		}
	}
	return nil
}
