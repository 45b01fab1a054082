package filter

import (
	"slices"
	"strings"

	"github.com/listgate/listgate/filter/internal/csv"
)

// A sample is the first rows of a list, which are looked at to find its layout.
type sample struct {
	rows    []sampleRow // those that are not blank
	header  int         // the one with the names of the columns; -1: none
	options *ListOptions
}

// A sampleRow is a row of a sample.
type sampleRow struct {
	cells  []string
	number int // from 1, blank rows counted
	span
}

// mostSampled is how many rows are looked at.
const mostSampled = 200

// names returns the names of the columns, nil without a header.
func (s *sample) names() []string {
	if s.header < 0 {
		return nil
	}
	return s.rows[s.header].cells
}

// recipients returns the rows below the header, or all without one.
func (s *sample) recipients() []sampleRow { return s.rows[s.header+1:] }

// column describes a column, from 0.
func (s *sample) column(i int) Column {
	c := Column{Number: i + 1}
	if names := s.names(); i < len(names) {
		c.Name = names[i]
	}
	return c
}

// fail returns an error about the columns, with those that there are.
func (s *sample) fail(problem string) error {
	all := make([]int, len(s.rows[max(s.header, 0)].cells))
	for i := range all {
		all[i] = i
	}
	return &ColumnError{Name: s.options.Name, Problem: problem, Columns: s.describe(all)}
}

// sampleRows returns the first rows, up to the first error.
func sampleRows(data []byte, at int, atEOF bool, d csv.Dialect) []sampleRow {
	rows, _ := trySample(data, at, atEOF, d)
	return rows
}

func trySample(data []byte, at int, atEOF bool, d csv.Dialect) (rows []sampleRow, err error) {
	for number := 1; at < len(data) && len(rows) < mostSampled; number++ {
		cells, next, err := sampleCells(data, at, atEOF, d)
		if err != nil || next < 0 {
			return rows, err
		}
		if len(cells) > 0 {
			rows = append(rows, sampleRow{cells, number, span{at, next}})
		}
		at = next
	}
	return rows, nil
}

// sampleCells returns the cells of the row at start, none of a blank line, and where the next
// begins, -1 if the row does not end.
func sampleCells(data []byte, start int, atEOF bool, d csv.Dialect) (row []string, next int, err error) {
	r, _, err := csv.ScanRecord(data, start, atEOF, d, -1)
	switch {
	case err != nil, r.End == 0:
		return nil, -1, err
	case r.Blank():
		return nil, r.End, nil
	}
	for at := start; ; {
		f, stop, err := csv.ScanField(data[:r.LineBreak], at, true, d)
		if err != nil {
			return nil, -1, err
		}
		row = append(row, string(f.Text(data)))
		if stop >= r.LineBreak {
			return row, r.End, nil
		}
		at = stop + 1
	}
}

// findDelimiter returns the delimiter that cuts the most rows into equally many cells, two at
// least, and into the most where several do; a comma if none cuts at all. Titles above the header
// need not be cut.
func findDelimiter(data []byte, at int, atEOF, noQuotes bool) byte {
	best, bestShare, bestCells := byte(','), 0.25, 1
	for _, delimiter := range []byte{',', ';', '\t', '|'} {
		rows, err := trySample(data, at, atEOF, csv.Dialect{Delimiter: delimiter, NoQuotes: noQuotes})
		cells, alike := commonWidth(rows)
		if cells < 2 {
			continue
		}
		share := float64(alike) / float64(len(rows))
		if err != nil {
			share /= 2 // a wrong delimiter is what breaks quotes most often
		}
		if share > bestShare || share == bestShare && cells > bestCells {
			best, bestShare, bestCells = delimiter, share, cells
		}
	}
	return best
}

// commonWidth returns how many cells the most rows have, two at least, and how many rows those are.
// If the first row has as many as half of them, its width counts: it is the header, most likely.
func commonWidth(rows []sampleRow) (cells, alike int) {
	counts := map[int]int{}
	for _, row := range rows {
		counts[len(row.cells)]++
	}
	for width, n := range counts {
		if width > 1 && (n > alike || n == alike && width > cells) {
			cells, alike = width, n
		}
	}
	if len(rows) > 0 {
		if first := len(rows[0].cells); first > 1 && counts[first]*2 >= alike {
			return first, counts[first]
		}
	}
	return cells, alike
}

func widest(rows []sampleRow) (width int) {
	for _, row := range rows {
		width = max(width, len(row.cells))
	}
	return width
}

func filled(row []string) (cells int) {
	for _, cell := range row {
		if strings.TrimSpace(cell) != "" {
			cells++
		}
	}
	return cells
}

// columnsThat returns the columns of which at least half of the cells that are not empty look as
// asked.
func columnsThat(rows []sampleRow, looks func(string) bool) (found []int) {
	for column := range widest(rows) {
		if all, good := countCells(rows, column, looks); good > 0 && good*2 >= all {
			found = append(found, column)
		}
	}
	return found
}

// countCells returns how many cells of a column are not empty, and how many of them look as asked.
func countCells(rows []sampleRow, column int, looks func(string) bool) (all, good int) {
	for _, row := range rows {
		if column < len(row.cells) && strings.TrimSpace(row.cells[column]) != "" {
			all++
			if looks(row.cells[column]) {
				good++
			}
		}
	}
	return all, good
}

func indexesOf(row []string, is func(string) bool) (found []int) {
	for i, cell := range row {
		if is(cell) {
			found = append(found, i)
		}
	}
	return found
}

func hasNumber(row []string) bool {
	return slices.ContainsFunc(row, func(cell string) bool { return countAnyDigits(cell) >= fewestOfNumber })
}
