package filter

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/listgate/listgate/internal/redact"
)

// A Column is a column of a list.
type Column struct {
	Number int    // from 1
	Name   string // in the header; empty without one
}

// Label returns the name of the column, or its number where it has none.
func (c Column) Label() string {
	if c.Name != "" {
		return c.Name
	}
	return strconv.Itoa(c.Number)
}

// describe names the column without showing what may be a recipient's: 3, "Phone 2".
func (c Column) describe() string {
	if name := strings.Join(strings.Fields(c.Name), " "); isShowable(name) {
		return fmt.Sprintf("%d, %q,", c.Number, name)
	}
	return strconv.Itoa(c.Number)
}

// isShowable reports whether a column's name may be shown, and helps.
func isShowable(name string) bool {
	return name != "" && len(name) <= 60 && !redact.MayHoldNumber(name) && !strings.Contains(name, "@")
}

// A ColumnError says that a column cannot be determined. It is an error in the request, not in the
// list.
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

// find returns the column, from 0, that is asked for by its number or, if the list has a header, by
// its name.
func (s *sample) find(asked string) (int, error) {
	column, problem := s.lookUp(asked)
	if problem != "" {
		return 0, s.fail(problem)
	}
	return column - 1, nil
}

func (s *sample) lookUp(asked string) (column int, problem string) {
	number, err := strconv.Atoi(asked)
	switch width := widest(s.rows); {
	case err == nil && (number < 1 || number > width):
		if redact.MayHoldNumber(asked) {
			asked = "of this number (not shown: it may be a phone number)"
		}
		return 0, fmt.Sprintf("there is no column %s, the list has %d", asked, width)
	case err == nil:
		return number, ""
	case s.options.NoHeader:
		return 0, fmt.Sprintf("without a header no column can be named %s; give its number", redact.Quote(asked))
	}
	return columnNamed(asked, s.rows[max(s.header, 0)].cells)
}

// columnNamed returns the column, from 1, whose header is name, letter for letter or but for case
// and surrounding space.
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
			return 0, fmt.Sprintf("%d columns are named %s; give the number of the one you mean", len(found),
				redact.Quote(name))
		}
	}
	return 0, "there is no column named " + redact.Quote(name)
}

// describe names columns, from 0, by the header, without showing anything of a recipient.
func (s *sample) describe(columns []int) (described []string) {
	names := s.names()
	if hasNumber(names) {
		names = nil // a recipient's, most likely
	}
	for _, i := range columns {
		name := ""
		if i < len(names) {
			name = strings.Join(strings.Fields(names[i]), " ")
		}
		if !isShowable(name) {
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
