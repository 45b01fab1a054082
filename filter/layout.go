package filter

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
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

// ListOptions say how to read a list where that should not be left to its own looks. The zero value finds out all.
type ListOptions struct {
	Name      string // stands in errors
	Column    string // the phone column: a name of the header, or a number from 1
	Delimiter byte   // 0: the one that fits
	NoHeader  bool   // the first row is a recipient even if its phone cell is no number
	// RegionColumn, by name or number, gives each row a default region of its own: an ISO code, or a country's English
	// name. A row whose cell is empty has the filter's. In one whose cell is not understood only a number that begins
	// with + or 00 counts.
	RegionColumn string
	Require      []Requirement // what a row must hold to be kept; all of them
	Suppress     *NumberSet    // numbers never to message, whatever form they are written in
	// Dedupe drops rows whose number, whatever form it is written in, stood in an earlier row that was kept. It takes at
	// most 16 bytes for each number that is kept.
	Dedupe    bool
	Normalize Normalize
	Jobs      int // how many cores work on it; 0: all. The outputs do not depend on it
	// Findings is how many first rows Result.Findings tell of each finding; 0: none, and no findings.
	Findings    int
	ShowNumbers bool // the samples of findings are whole numbers
	// LinesAreRows counts the lines of findings as a spreadsheet numbers its rows, whatever line breaks cells hold.
	LinesAreRows bool
}

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
	r, _, err := scanRecord(data, start, atEOF, delimiter, -1)
	switch {
	case err != nil, r.end == 0:
		return nil, -1, err
	case r.blank():
		return nil, r.end, nil
	}
	for at := start; ; {
		f, stop, err := scanField(data[:r.lineBreak], at, true, delimiter)
		if err != nil {
			return nil, -1, err
		}
		row = append(row, string(f.text(data)))
		if stop >= r.lineBreak {
			return row, r.end, nil
		}
		at = stop + 1
	}
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
	var c cell
	if c.read([]byte(text)) != Undecided || c.length < 7 || c.length > maxE164Digits {
		return false
	}
	_, err := time.Parse("20060102", strings.TrimSpace(text))
	return err != nil
}

// findReplaced finds the cells that an earlier run added, so that a repaired file of dropped rows can be filtered again.
func (l *Layout) findReplaced(header []string) {
	l.replaced = indexesOf(header, func(name string) bool {
		return slices.Contains(addedColumns[:], strings.TrimSpace(name))
	})
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
