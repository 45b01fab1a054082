// Package listrun takes one list through the filter: it opens the list, finds out how it is
// written, decides each row and makes the report. The command and the page run lists by it, so that
// both give the same bytes and the same words.
//
//	d, err := decisions.Load(now, rules.Options{})
//	r := listrun.Run{Decider: d, Given: options, List: parsed, Created: now}
//	defer r.Close()
//	err = r.Open(ctx, "list.csv", listrun.Source{})
//	err = r.Stream(ctx, kept, dropped)
//	report := r.Report()
//
// It knows no flags, no terminal and no gate.
package listrun

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"time"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/internal/wording"
	"github.com/listgate/listgate/report"
)

// A Run is one list on its way through the filter.
type Run struct {
	*Decider
	Given      *ListOptions       // as a person wrote it
	List       filter.ListOptions // what that comes to
	Suppressed report.File        // where List.Suppress is from
	Created    time.Time
	Account    string // the name of the account that the list is sent by, or ""
	Version    string // of this program
	By         string // user@host

	In     *Input
	Result *filter.Result
}

// Open opens the list of a name, - for standard input. Close closes what was opened, whatever the
// error.
func (r *Run) Open(ctx context.Context, name string, from Source) error {
	var err error
	if r.In, err = Open(ctx, name, r.Given.Sheet, from); err != nil {
		return err
	}
	r.List.Name = r.In.Name
	if r.In.Text.Sheet == "" {
		return nil
	}
	if r.Given.Delimiter != "" {
		return OptionErrorf("delimiter", "%s is a workbook, its cells are not parted by anything", r.In.Name)
	}
	r.List.Delimiter, r.List.LinesAreRows = ',', true
	return nil
}

// Stream reads the list to its end, and finds out whether somebody wrote meanwhile to it, or to
// another file that decided. A nil writer takes no rows.
func (r *Run) Stream(ctx context.Context, kept, dropped io.Writer) (err error) {
	if r.Result, err = r.Filter.Stream(ctx, kept, dropped, r.In, r.List); err != nil {
		return r.In.nameSheets(err)
	}
	return errors.Join(r.In.CheckUnchanged(), r.Given.checkUnchanged())
}

// Close closes the list.
func (r *Run) Close() {
	if r.In != nil {
		r.In.Close()
	}
}

// NoneKept reports whether there are rows and none of them may be sent.
func (r *Run) NoneKept() bool { return r.Result.Rows > 0 && r.Result.Kept == 0 }

// ListWarnings returns what a person should know of the list.
func (r *Run) ListWarnings() []string {
	warnings := slices.Concat(r.In.Text.Warnings(), r.Result.Warnings())
	if r.In.File != nil && r.In.File.Replaced() {
		warnings = append(warnings,
			r.In.Name+" was replaced while it was read: what was filtered is the earlier one, whole")
	}
	if r.List.Suppress != nil && r.List.Suppress.Empty() > 0 {
		warnings = append(warnings, fmt.Sprintf("%s of %s with no number: nobody is suppressed by that",
			wording.Count(int64(r.List.Suppress.Empty()), "row"), r.Suppressed.Name))
	}
	if r.List.Suppress != nil && r.List.Suppress.Len() == 0 {
		warnings = append(warnings, r.Suppressed.Name+" holds no number: nobody is suppressed")
	}
	return warnings
}

// About says how the list is written down, and, behind an encoding or a sheet, what that means for
// the outputs.
func (r *Run) About(encoded, sheeted string) []string {
	about := []string{"phone column: " + wording.Column(r.Result.Layout)}
	if encoding := r.In.Text.Encoding; encoding != "" {
		about = append(about, "encoding: "+encoding+encoded)
	}
	if text := r.In.Text; text.Sheet != "" {
		about = append(about,
			fmt.Sprintf("sheet: %q of %s", text.Sheet, wording.Count(int64(len(text.Sheets)), "sheet"))+sheeted)
	}
	return about
}

// Report returns the record of the run, but for what it wrote. Of a list that could not be read it
// has no counts.
func (r *Run) Report() report.Report {
	validity := "possible"
	if r.Options.RequireValid {
		validity = "valid"
	}
	made := report.Report{
		Listgate: r.Version, NumberingPlan: filter.NumberingPlan(), Message: r.Message.String(), At: r.At,
		Created: r.Created,
		By:      r.By, Warnings: r.Warnings(),
		Options: report.Options{
			DefaultRegion: r.Options.DefaultRegion.String(), Bare: r.Options.Bare.String(),
			Delimiter: r.Given.Delimiter, NoHeader: r.Given.NoHeader, HeaderRow: r.Given.HeaderRow,
			SuppressColumn: r.Given.SuppressColumn,
			RegionColumn:   r.List.RegionColumn, Validity: validity, Confidence: r.Confidence.String(),
			Dedupe: r.List.Dedupe, Suppress: r.Suppressed, Require: r.Given.Require,
			Account: r.Account, Sighted: r.Options.Sighted,
		},
	}
	if r.Result == nil {
		made.Describe(r.Set, &filter.Result{})
		made.Options.Column = ""
		return made
	}
	made.Warnings = append(made.Warnings, r.ListWarnings()...)
	made.Input = report.File{Name: filepath.Base(r.In.Name), Bytes: r.In.Stored.Bytes}
	if r.In.Stored.Wanted() {
		made.Input.SHA256 = r.In.Stored.SHA256()
	}
	if r.Given.Quote != "auto" {
		made.Options.Quote = r.Given.Quote
	}
	if len(r.Result.Layout.Phones) > 1 {
		for _, c := range r.Result.Layout.Phones {
			made.Options.Columns = append(made.Options.Columns, c.Label())
		}
	}
	made.Describe(r.Set, r.Result)
	return made
}
