package filter

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/listgate/listgate/filter/internal/csv"
)

// A Layout is how a list is written down, as it was found or as it was told.
type Layout struct {
	Delimiter  byte   // ',', ';', '\t' or '|'
	Header     bool   // the first row holds the names of the columns
	Column     int    // the phone column, from 1
	ColumnName string // its name in the header; empty without one
	Columns    int    // how many cells the first row has
	FoundBy    string // how the phone column was found: "asked", "header" or "content"

	regionColumn int   // the column with each row's own default region, from 0; -1: none
	required     []int // the columns of ListOptions.Require, from 0

	marked   int   // bytes of the byte order mark and the sep= line, which are no rows
	replaced []int // columns of an earlier run, from 0: our own cells take their place
}

// ColumnLabel returns the name of the phone column, or its number, from 1, where it has none.
func (l Layout) ColumnLabel() string {
	if l.ColumnName != "" {
		return l.ColumnName
	}
	return strconv.Itoa(l.Column)
}

var byteOrderMark = []byte("\xEF\xBB\xBF")

// sampleRows is how many rows are looked at to find the layout.
const sampleRows = 200

// findLayout looks at the beginning of a list.
func (f *Filter) findLayout(data []byte, atEOF bool, options ListOptions) (Layout, error) {
	l := Layout{Delimiter: options.Delimiter, regionColumn: -1}
	if bytes.HasPrefix(data, byteOrderMark) {
		l.marked = len(byteOrderMark)
	}
	l.readSepLine(data)
	if l.Delimiter == 0 {
		l.Delimiter = findDelimiter(data[l.marked:], atEOF)
	}
	rows, _ := sample(data[l.marked:], atEOF, l.Delimiter)
	if len(rows) == 0 {
		return l, nil
	}
	l.Columns = len(rows[0])
	err := f.findColumn(&l, rows, options)
	if err == nil && l.Header {
		if l.Column <= len(rows[0]) { // a header may be shorter than its rows
			l.ColumnName = rows[0][l.Column-1]
		}
		l.findReplaced(rows[0])
	}
	if err == nil {
		err = l.findOthers(rows, options)
	}
	return l, err
}

// findOthers finds the columns that are asked for beside the phone column.
func (l *Layout) findOthers(rows [][]string, options ListOptions) error {
	find := func(asked string) (column int, err error) {
		column, problem := columnAsked(asked, rows, l.Header)
		if problem != "" {
			return 0, &ColumnError{Name: options.Name, Problem: problem, Columns: describeAll(rows[0], options.NoHeader)}
		}
		return column - 1, nil
	}
	if options.RegionColumn != "" {
		column, err := find(options.RegionColumn)
		if err != nil {
			return err
		}
		l.regionColumn = column
	}
	for _, r := range options.Require {
		column, err := find(r.Column)
		if err != nil {
			return err
		}
		l.required = append(l.required, column)
	}
	return nil
}

// sepDelimiters are what a sep= line may name: nothing that stands in numbers or quotes.
var sepDelimiters = []byte(",;\t|:^~")

// readSepLine understands a first line "sep=;", by which spreadsheets tell each other the delimiter.
func (l *Layout) readSepLine(data []byte) {
	line, _, ok := bytes.Cut(data[l.marked:], []byte("\n"))
	value := bytes.TrimSuffix(line, []byte("\r"))
	if !ok || len(value) != len("sep=;") || !bytes.EqualFold(value[:4], []byte("sep=")) || !bytes.Contains(sepDelimiters, value[4:]) {
		return
	}
	l.marked += len(line) + 1
	if l.Delimiter == 0 {
		l.Delimiter = value[4]
	}
}

// findDelimiter returns the delimiter that cuts the most rows into as many cells as the first, and the first into the
// most cells where several do; a comma if none cuts at all.
func findDelimiter(data []byte, atEOF bool) byte {
	best, bestShare, bestCells := byte(','), 0.25, 1
	for _, delimiter := range []byte{',', ';', '\t', '|'} {
		rows, err := sample(data, atEOF, delimiter)
		if len(rows) == 0 || len(rows[0]) < 2 {
			continue
		}
		alike := 0
		for _, row := range rows {
			if len(row) == len(rows[0]) {
				alike++
			}
		}
		share := float64(alike) / float64(len(rows))
		if err != nil {
			share /= 2 // a wrong delimiter is what breaks quotes most often
		}
		if share > bestShare || share == bestShare && len(rows[0]) > bestCells {
			best, bestShare, bestCells = delimiter, share, len(rows[0])
		}
	}
	return best
}

// sample returns the cells of the first rows, blank lines left out, up to the first error.
func sample(data []byte, atEOF bool, delimiter byte) ([][]string, error) {
	var rows [][]string
	for at := 0; at < len(data) && len(rows) < sampleRows; {
		row, next, err := sampleRow(data, at, atEOF, delimiter)
		if err != nil || next < 0 {
			return rows, err
		}
		if len(row) > 0 {
			rows = append(rows, row)
		}
		at = next
	}
	return rows, nil
}

// sampleRow returns the cells of the row at start, none of a blank line, and where the next begins, -1 if the row does not end.
func sampleRow(data []byte, start int, atEOF bool, delimiter byte) (row []string, next int, err error) {
	r, _, err := csv.ScanRecord(data, start, atEOF, delimiter, -1)
	switch {
	case err != nil, r.End == 0:
		return nil, -1, err
	case r.Blank():
		return nil, r.End, nil
	}
	for at := start; ; {
		f, stop, err := csv.ScanField(data[:r.LineBreak], at, true, delimiter)
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

// findReplaced finds the cells that an earlier run added, so that a repaired file of dropped rows can be filtered again.
func (l *Layout) findReplaced(header []string) {
	l.replaced = indexesOf(header, func(name string) bool {
		return slices.Contains(addedColumns[:], strings.TrimSpace(name))
	})
}
