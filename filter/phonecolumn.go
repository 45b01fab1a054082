package filter

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/listgate/listgate/filter/internal/cell"
)

// findPhones finds the phone columns, and whether the header is one.
func (f *Filter) findPhones(l *Layout, s *sample) error {
	columns, problem := []int(nil), ""
	if len(s.options.Columns) == 0 {
		columns, l.FoundBy, problem = f.guessPhones(s)
	} else {
		l.FoundBy = "asked"
		for _, asked := range s.options.Columns {
			column, err := s.find(asked)
			if err != nil {
				return err
			}
			if !slices.Contains(columns, column) {
				columns = append(columns, column)
			}
		}
	}
	if problem != "" {
		return s.fail(problem)
	}
	if err := s.settleHeader(columns[0]); err != nil {
		return err
	}
	for i, column := range columns {
		c := s.column(column)
		l.Phones = append(l.Phones, c)
		if i == 0 {
			l.column, l.chatID = column, isChatIDName(c.Name)
		} else {
			l.more = append(l.more, extra{column, isChatIDName(c.Name)})
		}
	}
	return nil
}

// guessPhones takes the one column that is named like a phone column, else the one whose cells look
// like numbers. Of a list of numbers to suppress it takes all that are named so.
func (f *Filter) guessPhones(s *sample) (columns []int, foundBy, problem string) {
	if found := s.namedPhones(); len(found) > 0 {
		if len(found) > 1 && !s.options.allPhones {
			return nil, "", s.tooMany("%d columns may hold the phone numbers (%s)", found)
		}
		return found, "header", ""
	}
	var found []int
	for _, rows := range [][]sampleRow{s.recipients(), s.rows} { // the header may be none
		if found = union(columnsThat(rows, f.readsAsNumber), columnsThat(rows, looksLikeNumber)); len(found) > 0 {
			break
		}
	}
	if len(found) == 0 && s.options.allPhones && widest(s.rows) == 1 { // each line will be looked at
		found = []int{0}
	}
	switch len(found) {
	case 0:
		return nil, "", fmt.Sprintf("no column looks like phone numbers; name it with %s NAME or %[1]s N",
			s.options.columnFlag())
	case 1:
		return found, "content", ""
	default:
		return nil, "", s.tooMany("the cells of %d columns look like phone numbers (%s)", found)
	}
}

func (s *sample) tooMany(format string, found []int) string {
	flag := s.options.columnFlag()
	return fmt.Sprintf(format, len(found), strings.Join(s.describe(found), ", ")) + "; choose one with " + flag +
		", or give " + flag + " once for each: then every number of a row must be allowed"
}

// namedPhones returns the columns whose names say that they hold phone numbers, and that do not
// hold anything else. A name that has a word for a phone in it is not enough if there are cells:
// half of them must look like numbers.
func (s *sample) namedPhones() []int {
	names, rows := s.names(), s.recipients()
	exact := indexesOf(names, isPhoneName)
	var likely, empty []int
	for _, i := range indexesOf(names, hasPhoneWord) {
		switch all, good := countCells(rows, i, looksLikeNumber); {
		case slices.Contains(exact, i):
		case all == 0:
			empty = append(empty, i)
		case good*2 >= all:
			likely = append(likely, i)
		}
	}
	found := union(withNumbers(rows, exact), likely)
	if len(found) == 0 && len(rows) == 0 { // nothing but a header
		return empty
	}
	return found
}

// withNumbers returns the columns that hold numbers or nothing at all, or all of them if none holds
// numbers: "WhatsApp" with yes and no beside "Phone" is no phone column.
func withNumbers(rows []sampleRow, columns []int) []int {
	kept, known := []int(nil), false
	for _, i := range columns {
		all, good := countCells(rows, i, func(cell string) bool { return looksNumeric([]byte(cell)) })
		known = known || good > 0
		if all == 0 || good > 0 {
			kept = append(kept, i)
		}
	}
	if !known {
		return columns
	}
	return kept
}

func union(a, b []int) []int {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// readsAsNumber reports whether the filter can make a number with a country of the cell.
func (f *Filter) readsAsNumber(text string) bool { return f.DecideString(text).Reason >= NoRegion }

// looksLikeNumber reports whether the cell has as many digits as a phone number and is no date.
func looksLikeNumber(text string) bool {
	var c cell.Cell
	if c.Read([]byte(text)) != cell.None || c.Len() < 7 || c.Len() > maxE164Digits {
		return false
	}
	day := strings.TrimSpace(text)
	if len(day) != 8 {
		return true
	}
	_, err := time.Parse("20060102", day)
	return err != nil
}

// looksInternational reports whether the cell is a number that says its calling code.
func looksInternational(text string) bool {
	var c cell.Cell
	return c.Read([]byte(text)) == cell.None && c.Plus && len(RegionsOf(text).String()) > 0
}
