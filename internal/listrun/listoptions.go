package listrun

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/internal/infile"
	"github.com/listgate/listgate/listfile"
	"github.com/listgate/listgate/report"
)

// ListOptions say how a list is read, as a person writes it. The zero value detects everything.
type ListOptions struct {
	Columns      []string
	Delimiter    string // comma, semicolon, tab, pipe or one character
	NoHeader     bool
	HeaderRow    int
	Sheet        string // of a workbook
	RegionColumn string
	Dedupe       bool
	Suppress     string   // the file of numbers never to message
	Require      []string // COLUMN=VALUE[,VALUE]
	Jobs         int

	read []*infile.File // the files that were read, to see at the end whether they changed
}

// Parse reads the options. The error is an *OptionError.
func (l *ListOptions) Parse() (filter.ListOptions, error) {
	o := filter.ListOptions{
		Columns: l.Columns, NoHeader: l.NoHeader, HeaderRow: l.HeaderRow, RegionColumn: l.RegionColumn, Dedupe: l.Dedupe, Jobs: l.Jobs,
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
	var err error
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
		return 0, OptionErrorf("delimiter", "unknown value %q; it is comma, semicolon, tab, pipe or one ASCII character", name)
	}
	return name[0], nil
}

// ReadSuppressed reads the numbers never to message, by the rules by which the list's numbers are read, and sums the file.
// Without such a file the set is nil.
func (l *ListOptions) ReadSuppressed(f *filter.Filter) (*filter.NumberSet, report.File, error) {
	if l.Suppress == "" {
		return nil, report.File{}, nil
	}
	file, err := infile.Open(l.Suppress)
	if err != nil {
		return nil, report.File{}, err
	}
	l.read = append(l.read, file)
	stored := infile.NewSummedReader(file, io.Discard, true)
	text, err := listfile.Open(stored)
	if err != nil {
		return nil, report.File{}, fmt.Errorf("%s: %w", l.Suppress, infile.Cause(err))
	}
	defer text.Close()
	numbers, err := f.ReadNumbers(text, l.Suppress)
	if err != nil {
		return nil, report.File{}, err
	}
	if file.Size() >= 0 && stored.Bytes != file.Size() {
		return nil, report.File{}, &infile.ChangedError{Name: l.Suppress, Before: file.Size(), After: stored.Bytes}
	}
	return numbers, report.File{
		Name: filepath.Base(l.Suppress), Rows: int64(numbers.Len()), Bytes: stored.Bytes, SHA256: stored.SHA256(),
	}, nil
}

// checkUnchanged finds a file that was read and that somebody wrote to by now: a list of numbers that was still being
// written when it was read, say.
func (l *ListOptions) checkUnchanged() error {
	for _, file := range l.read {
		if err := file.Unchanged(); err != nil {
			return err
		}
	}
	return nil
}

// Close closes the files that were read.
func (l *ListOptions) Close() {
	for _, file := range l.read {
		file.Close()
	}
	l.read = nil
}
