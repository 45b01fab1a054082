package filter

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/listgate/listgate/filter/internal/cell"
)

// A ColumnError says that the phone column cannot be told. It is an error in the request, not in the list.
type ColumnError struct {
	Name    string // of the list
	Problem string
	Columns []string // what there is to choose from
}

func (e *ColumnError) Error() string {
	if len(e.Columns) == 0 {
		return fmt.Sprintf("%s: %s", e.Name, e.Problem)
	}
	return fmt.Sprintf("%s: %s; its columns are %s", e.Name, e.Problem, strings.Join(e.Columns, ", "))
}

// findColumn finds the phone column and tells whether the first row is a header.
func (f *Filter) findColumn(l *Layout, rows [][]string, options ListOptions) error {
	first := rows[0]
	problem := ""
	if options.Column == "" {
		problem = f.guessColumn(l, rows, options.NoHeader)
	} else {
		l.FoundBy = "asked"
		l.Column, problem = columnAsked(options.Column, rows, !options.NoHeader)
	}
	if problem != "" {
		return &ColumnError{Name: options.Name, Problem: problem, Columns: describeAll(first, options.NoHeader)}
	}
	l.Header = !options.NoHeader && (l.Column > len(first) || !looksNumeric([]byte(first[l.Column-1])))
	return nil
}

func widest(rows [][]string) int {
	width := 0
	for _, row := range rows {
		width = max(width, len(row))
	}
	return width
}

// columnAsked returns the column, from 1, that is asked for by its number or, if the list has a header, by its name.
func columnAsked(asked string, rows [][]string, hasHeader bool) (column int, problem string) {
	number, err := strconv.Atoi(asked)
	switch {
	case err == nil && (number < 1 || number > widest(rows)):
		return 0, fmt.Sprintf("there is no column %d, the list has %d", number, widest(rows))
	case err == nil:
		return number, ""
	case !hasHeader:
		return 0, fmt.Sprintf("without a header no column can be named %q; give its number", asked)
	}
	return columnNamed(asked, rows[0])
}

// columnNamed returns the column, from 1, whose header is name, letter for letter or but for case and surrounding space.
func columnNamed(name string, header []string) (column int, problem string) {
	for _, same := range []func(string) bool{
		func(cell string) bool { return cell == name },
		func(cell string) bool { return strings.EqualFold(strings.TrimSpace(cell), strings.TrimSpace(name)) },
	} {
		switch found := indexesOf(header, same); len(found) {
		case 0:
		case 1:
			return found[0] + 1, ""
		default:
			return 0, fmt.Sprintf("%d columns are named %q; give the number of the one you mean", len(found), name)
		}
	}
	return 0, fmt.Sprintf("there is no column named %q", name)
}

// guessColumn takes the one column that is named like a phone column, else the one whose cells look like numbers.
func (f *Filter) guessColumn(l *Layout, rows [][]string, noHeader bool) (problem string) {
	if !noHeader {
		switch found := indexesOf(rows[0], isPhoneName); len(found) {
		case 0:
		case 1:
			l.Column, l.FoundBy = found[0]+1, "header"
			return ""
		default:
			return fmt.Sprintf("%d columns may hold the phone numbers (%s); choose one with --column", len(found),
				strings.Join(describe(rows[0], noHeader, found), ", "))
		}
	}
	first := rows[0]
	if len(rows) > 1 && !noHeader {
		rows = rows[1:]
	}
	for _, looks := range []func(string) bool{f.readsAsNumber, looksLikeNumber} {
		switch found := columnsThat(rows, looks); len(found) {
		case 0:
		case 1:
			l.Column, l.FoundBy = found[0]+1, "content"
			return ""
		default:
			return fmt.Sprintf("the cells of %d columns look like phone numbers (%s); choose one with --column", len(found),
				strings.Join(describe(first, noHeader, found), ", "))
		}
	}
	return "no column looks like phone numbers; name it with --column NAME or --column N"
}

// columnsThat returns the columns of which at least half of the cells that are not empty look as asked.
func columnsThat(rows [][]string, looks func(string) bool) []int {
	var found []int
	for column := range widest(rows) {
		filled, good := 0, 0
		for _, row := range rows {
			if column < len(row) && strings.TrimSpace(row[column]) != "" {
				filled++
				if looks(row[column]) {
					good++
				}
			}
		}
		if good > 0 && good*2 >= filled {
			found = append(found, column)
		}
	}
	return found
}

// readsAsNumber reports whether the filter can make a number with a country of the cell.
func (f *Filter) readsAsNumber(text string) bool { return f.DecideString(text).Reason >= NoRegion }

// looksLikeNumber reports whether the cell has as many digits as a phone number and is no date.
func looksLikeNumber(text string) bool {
	var c cell.Cell
	if c.Read([]byte(text)) != cell.None || c.Len() < 7 || c.Len() > maxE164Digits {
		return false
	}
	_, err := time.Parse("20060102", strings.TrimSpace(text))
	return err != nil
}

func indexesOf(row []string, is func(string) bool) []int {
	var found []int
	for i, cell := range row {
		if is(cell) {
			found = append(found, i)
		}
	}
	return found
}

func describeAll(first []string, noHeader bool) []string {
	all := make([]int, len(first))
	for i := range first {
		all[i] = i
	}
	return describe(first, noHeader, all)
}

// describe names columns by the first row, without showing anything of a recipient.
func describe(first []string, noHeader bool, columns []int) []string {
	isRecipient := noHeader || slices.ContainsFunc(first, func(cell string) bool { return countAnyDigits(cell) >= fewestOfNumber })
	var described []string
	for _, i := range columns {
		name := ""
		if i < len(first) && !isRecipient {
			name = strings.Join(strings.Fields(first[i]), " ")
		}
		if name == "" || countAnyDigits(name) > 0 && !isPhoneName(name) || strings.Contains(name, "@") || len(name) > 40 {
			described = append(described, fmt.Sprintf("column %d", i+1))
		} else {
			described = append(described, fmt.Sprintf("%d %q", i+1, name))
		}
	}
	return described
}

// countAnyDigits counts the digits of every script.
func countAnyDigits(text string) (digits int) {
	for _, r := range text {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	return digits
}
