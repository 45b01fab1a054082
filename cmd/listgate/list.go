package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"time"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/report"
)

// A listRun is one list on its way through the filter: what filter and check have in common.
type listRun struct {
	*decider
	deciding   *deciding
	listing    *listing
	list       filter.ListOptions
	suppressed report.File
	created    time.Time

	in     *input
	result *filter.Result
}

// open opens the list of a name, - for standard input. The caller closes what was opened, whatever the error.
func (r *listRun) open(ctx context.Context, name string, stdin io.Reader, summed bool, progress *progress) error {
	var err error
	if r.in, err = openInput(ctx, name, r.listing.sheet, stdin, summed, progress.add); err != nil {
		return err
	}
	r.list.Name = r.in.name
	switch {
	case r.in.text.Sheet == "":
		progress.expect(r.in.size())
	case r.listing.delimiter != "":
		return usagef("--delimiter: %s is a workbook, its cells are not parted by anything", r.in.name)
	default:
		r.list.Delimiter, r.list.LinesAreRows = ',', true
	}
	return nil
}

// decide reads the list to its end, and finds out whether somebody wrote to it meanwhile.
func (r *listRun) decide(ctx context.Context, kept, dropped io.Writer) (err error) {
	if r.result, err = r.filter.Stream(ctx, kept, dropped, r.in, r.list); err != nil {
		return err
	}
	return r.in.checkUnchanged()
}

func (r *listRun) close() {
	if r.in != nil {
		r.in.close()
	}
}

// listWarnings returns what a person should know of the list.
func (r *listRun) listWarnings() []string {
	warnings := slices.Concat(r.in.text.Warnings(), r.result.Warnings())
	if r.list.Suppress != nil && r.list.Suppress.Len() == 0 {
		warnings = append(warnings, r.suppressed.Name+" holds no number: nobody is suppressed")
	}
	return warnings
}

// about says how the list is written down, and, behind an encoding or a sheet, what that means for the outputs.
func (r *listRun) about(encoded, sheeted string) []string {
	about := []string{"phone column: " + describeColumn(r.result.Layout)}
	if encoding := r.in.text.Encoding; encoding != "" {
		about = append(about, "encoding: "+encoding+encoded)
	}
	if text := r.in.text; text.Sheet != "" {
		about = append(about, fmt.Sprintf("sheet: %q of %s", text.Sheet, count(int64(len(text.Sheets)), "sheet"))+sheeted)
	}
	return about
}

// report returns the record of the run, but for what it wrote. Of a list that could not be read it has no counts.
func (r *listRun) report() report.Report {
	made := report.Report{
		Listgate: version, NumberingPlan: filter.NumberingPlan(), Message: r.message.String(), At: r.at, Created: r.created,
		By: userAtHost(), Warnings: r.warnings(),
		Options: report.Options{
			DefaultRegion: r.options.DefaultRegion.String(), Bare: r.deciding.bare,
			Delimiter: r.listing.delimiter, NoHeader: r.listing.noHeader,
			RegionColumn: r.list.RegionColumn, Validity: r.deciding.validity, Confidence: r.confidence.String(),
			Dedupe: r.list.Dedupe, Suppress: r.suppressed, Require: r.listing.require,
			Account: r.settings.named().Name, Sighted: r.options.Sighted,
		},
	}
	if r.result == nil {
		made.Describe(r.set, &filter.Result{})
		made.Options.Column = ""
		return made
	}
	made.Warnings = append(made.Warnings, r.listWarnings()...)
	made.Input = report.File{Name: filepath.Base(r.in.name), Bytes: r.in.stored.Bytes}
	if r.in.stored.Wanted() {
		made.Input.SHA256 = r.in.stored.SHA256()
	}
	made.Describe(r.set, r.result)
	return made
}
