package listrun

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/report"
)

// ListOptions say how a list is read, as a person writes it. The zero value detects everything.
type ListOptions struct {
	Columns        []string
	Delimiter      string // comma, semicolon, tab, pipe or one character
	NoHeader       bool
	HeaderRow      int
	Sheet          string // of a workbook
	RegionColumn   string
	Dedupe         bool
	Suppress       string   // the file of numbers never to message
	SuppressColumn []string // its phone columns
	Quote          string   // auto, csv or none
	Require        []string // COLUMN=VALUE[,VALUE]
	Jobs           int

	read []*Input // the files that were read, to see at the end whether they changed
}

// Parse reads the options. The error is an *OptionError.
func (l *ListOptions) Parse() (filter.ListOptions, error) {
	o := filter.ListOptions{
		Columns: l.Columns, NoHeader: l.NoHeader, HeaderRow: l.HeaderRow, RegionColumn: l.RegionColumn,
		Dedupe: l.Dedupe, Jobs: l.Jobs,
	}
	for _, required := range l.Require {
		column, values, ok := strings.Cut(required, "=")
		if !ok || column == "" || values == "" {
			return o, OptionErrorf("require", "%q is not COLUMN=VALUE or COLUMN=VALUE,VALUE", required)
		}
		o.Require = append(o.Require, filter.Requirement{Column: column, Values: strings.Split(values, ",")})
	}
	switch {
	case l.HeaderRow < 0:
		return o, OptionErrorf("header-row", "row %d; rows count from 1", l.HeaderRow)
	case l.HeaderRow > 0 && l.NoHeader:
		return o, OptionErrorf("header-row", "row %d, but --no-header says that there is none", l.HeaderRow)
	}
	if l.Jobs < 0 {
		return o, OptionErrorf("jobs", "%d cores; it is 1 or more, or 0 for all", l.Jobs)
	}
	if len(l.SuppressColumn) > 0 && l.Suppress == "" {
		return o, OptionErrorf("suppress-column", "names a column of the list that --suppress names; there is none")
	}
	var err error
	if l.Quote != "" {
		quote, err := Choose("quote", l.Quote, "auto", "csv", "none")
		if err != nil {
			return o, err
		}
		o.Quote = filter.Quote(quote)
	}
	o.Delimiter, err = parseDelimiter(l.Delimiter)
	return o, err
}

// parseDelimiter returns the character of a name, 0 for none.
func parseDelimiter(name string) (byte, error) {
	if name == "" {
		return 0, nil
	}
	named := map[string]byte{"comma": ',', "semicolon": ';', "tab": '\t', `\t`: '\t', "pipe": '|'}
	if delimiter, ok := named[name]; ok {
		return delimiter, nil
	}
	if len(name) != 1 || strings.ContainsAny(name, "\"\r\n+0123456789") {
		return 0,
			OptionErrorf("delimiter",
				"unknown value %q; it is comma, semicolon, tab, pipe or one ASCII character", name)
	}
	return name[0], nil
}

// ReadSuppressed reads the numbers never to message, by the rules by which the list's numbers are
// read, and sums the file. It is a list as any other, a workbook too, and one that changes
// meanwhile is an error. Without such a file the set is nil.
func (l *ListOptions) ReadSuppressed(ctx context.Context, f *filter.Filter) (*filter.NumberSet, report.File, error) {
	if l.Suppress == "" {
		return nil, report.File{}, nil
	}
	name := l.Suppress
	if name == "-" { // a file of that name: standard input is the list's
		name = "./-"
	}
	in, err := Open(ctx, name, "", Source{Summed: true})
	if err != nil {
		return nil, report.File{}, err
	}
	l.read = append(l.read, in)
	options := filter.ListOptions{Name: l.Suppress, Columns: l.SuppressColumn}
	if in.Text.Sheet != "" {
		options.Delimiter, options.LinesAreRows = ',', true
	}
	numbers, err := f.ReadNumbers(ctx, in, options)
	if err == nil {
		err = in.CheckUnchanged()
	}
	if err != nil {
		return nil, report.File{}, in.nameSheets(err)
	}
	return numbers, report.File{
		Name: filepath.Base(l.Suppress), Rows: int64(numbers.Len()), Bytes: in.Stored.Bytes, SHA256: in.Stored.SHA256(),
	}, nil
}

// checkUnchanged finds a file that was read and that somebody wrote to by now: a list of numbers
// that was still being written when it was read, say.
func (l *ListOptions) checkUnchanged() error {
	for _, in := range l.read {
		if err := in.CheckUnchanged(); err != nil {
			return err
		}
	}
	return nil
}

// Close closes the files that were read.
func (l *ListOptions) Close() {
	for _, in := range l.read {
		in.Close()
	}
	l.read = nil
}
