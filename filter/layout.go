package filter

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/listgate/listgate/filter/internal/csv"
)

// A Layout is how a list is written: delimiter, header and columns, detected or as asked.
type Layout struct {
	Delimiter byte // ',', ';', '\t' or '|'
	HeaderRow int  // the row with the names of the columns, from 1, as a spreadsheet counts: blank rows, too; 0: none
	Phones    []Column
	Columns   int    // how many cells the header has; without one, the first row
	FoundBy   string // how the phone columns were found: "asked", "header" or "content"

	dialect      csv.Dialect
	column       int      // the first phone column, from 0
	more         []extra  // the others
	chatID       bool     // what the first one holds begins with the calling code by definition
	regionColumn int      // the column with each row's own default region, from 0; -1: none
	required     []int    // the columns of ListOptions.Require, from 0
	consent      *Column  // one that says who agreed to messages, and that nobody asked for
	unchecked    []Column // others that hold numbers, and that nobody asked for
	countries    *Column  // one that names countries, and that nobody asked for
	marked       int      // bytes of the byte order mark and the sep= line, which are no rows
	header       span     // the header's row
	rowsAbove    int      // of the header, itself included, as a spreadsheet counts
	replaced     []int    // columns of an earlier run, from 0: our own cells take their place
}

// An extra is a further phone column.
type extra struct {
	column int // from 0
	chatID bool
}

// A span is a piece of a text, as offsets.
type span struct{ start, end int }

// ColumnLabel returns the names of the phone columns, each by its number, from 1, where it has
// none: "phone", "Phone, 3".
func (l Layout) ColumnLabel() string {
	var labels []string
	for _, c := range l.Phones {
		labels = append(labels, c.Label())
	}
	return strings.Join(labels, ", ")
}

// Replaced returns the columns, from 0, that dropped rows do not have: an earlier run added them,
// and others take their place.
func (l Layout) Replaced() []int { return slices.Clone(l.replaced) }

// numbers returns the numbers of the phone columns as flags: "2 --column 3".
func (l Layout) numbers() string {
	var numbers []string
	for _, c := range l.Phones {
		numbers = append(numbers, strconv.Itoa(c.Number))
	}
	return strings.Join(numbers, " --column ")
}

// Fix returns options with what was detected in place of what they leave to be detected: with them,
// the kept rows of a list are read as the list was.
func (l Layout) Fix(o ListOptions) ListOptions {
	o.Delimiter, o.NoHeader, o.HeaderRow, o.Columns = l.Delimiter, l.HeaderRow == 0, l.HeaderRow, nil
	for _, c := range l.Phones {
		o.Columns = append(o.Columns, strconv.Itoa(c.Number))
	}
	if l.regionColumn < 0 {
		o.RegionColumn = NoRegionColumn
	}
	return o
}

var byteOrderMark = []byte("\xEF\xBB\xBF")

// findLayout looks at the beginning of a list.
func (f *Filter) findLayout(data []byte, atEOF bool, options ListOptions) (Layout, error) {
	l := Layout{Delimiter: options.Delimiter, regionColumn: -1}
	if bytes.HasPrefix(data, byteOrderMark) {
		l.marked = len(byteOrderMark)
	}
	l.readSepLine(data)
	if l.Delimiter == 0 {
		l.Delimiter = findDelimiter(data, l.marked, atEOF, options.Quote == QuoteNone)
	}
	l.dialect = csv.Dialect{Delimiter: l.Delimiter, NoQuotes: options.Quote == QuoteNone}
	s := &sample{rows: sampleRows(data, l.marked, atEOF, l.dialect), header: -1, options: &options}
	if len(s.rows) == 0 {
		return l, nil
	}
	if err := s.findHeader(); err != nil {
		return l, err
	}
	if err := f.findPhones(&l, s); err != nil {
		return l, err
	}
	l.takeHeader(s)
	if err := l.findOthers(s); err != nil {
		return l, err
	}
	return l, f.findCountries(&l, s)
}

// takeHeader notes which row is the header, if one is.
func (l *Layout) takeHeader(s *sample) {
	l.Columns = len(s.rows[0].cells)
	if s.header < 0 {
		return
	}
	row := s.rows[s.header]
	l.HeaderRow, l.header, l.rowsAbove, l.Columns = row.number, span{row.start, row.end}, row.number, len(row.cells)
	l.replaced = indexesOf(row.cells,
		func(name string) bool { return slices.Contains(addedColumns[:], strings.TrimSpace(name)) })
}

// findOthers finds the columns that are asked for beside the phone columns, and those that somebody
// should have asked for.
func (l *Layout) findOthers(s *sample) error {
	if asked := s.options.RegionColumn; asked != "" && asked != NoRegionColumn {
		column, err := s.find(asked)
		if err != nil {
			return err
		}
		l.regionColumn = column
	}
	for _, r := range s.options.Require {
		column, err := s.find(r.Column)
		if err != nil {
			return err
		}
		l.required = append(l.required, column)
	}
	l.findConsent(s)
	l.findUnchecked(s)
	return nil
}

// findConsent finds a column that says who agreed to messages, if no column is required: one about
// WhatsApp before others.
func (l *Layout) findConsent(s *sample) {
	if len(l.required) > 0 {
		return
	}
	for i, name := range s.names() {
		if !isConsentName(name) || l.isPhone(i) {
			continue
		}
		if c := s.column(i); l.consent == nil || strings.Contains(joinedLetters(name), "whatsapp") {
			l.consent = &c
		}
	}
}

// findUnchecked finds columns that hold numbers with their calling code and are not looked at.
func (l *Layout) findUnchecked(s *sample) {
	for _, i := range columnsThat(s.recipients(), looksInternational) {
		if isShifted := s.header >= 0 && i >= l.Columns; !l.isPhone(i) && !isShifted { // by a delimiter in a cell
			l.unchecked = append(l.unchecked, s.column(i))
		}
	}
}

func (l *Layout) isPhone(column int) bool {
	return slices.ContainsFunc(l.Phones, func(c Column) bool { return c.Number == column+1 })
}

// sepDelimiters are what a sep= line may name: nothing that stands in numbers or quotes.
var sepDelimiters = []byte(",;\t|:^~")

// readSepLine understands a first line "sep=;", by which spreadsheets tell each other the
// delimiter.
func (l *Layout) readSepLine(data []byte) {
	line, _, ok := bytes.Cut(data[l.marked:], []byte("\n"))
	value := bytes.TrimSuffix(line, []byte("\r"))
	if !ok || len(value) != len("sep=;") || !bytes.EqualFold(value[:4], []byte("sep=")) ||
		!bytes.Contains(sepDelimiters, value[4:]) {
		return
	}
	l.marked += len(line) + 1
	if l.Delimiter == 0 {
		l.Delimiter = value[4]
	}
}
