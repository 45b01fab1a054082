package ruleview

import (
	"cmp"
	"context"
	"errors"
	"io"
	"path/filepath"
	"slices"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/internal/listrun"
	"github.com/listgate/listgate/internal/printable"
	"github.com/listgate/listgate/internal/wording"
)

// A ListDiff is who of a list is decided otherwise. It holds no number.
type ListDiff struct {
	Name         string    `json:"name"`
	Message      string    `json:"message"`
	Rows         int64     `json:"rows"`
	NewlyDropped int64     `json:"newly_dropped"`
	NewlyKept    int64     `json:"newly_kept"`
	Rule         []rowDiff `json:"rules"`
}

// A rowDiff is so many rows of a country that one rule drops.
type rowDiff struct {
	Change string `json:"change"` // "newly dropped", or "newly kept"
	Region string `json:"region"` // "US", "AG|US"
	Reason string `json:"reason"` // why they are dropped now, or were before
	Rule   string `json:"rule"`
	Rows   int64  `json:"rows"`
}

// A ListCounter runs a list through two filters.
type ListCounter struct {
	Name, Sheet string
	Options     filter.ListOptions
	Old, New    *filter.Filter
}

// Count counts.
func (l *ListCounter) Count(ctx context.Context) (*ListDiff, error) {
	// The rows that one filter keeps are a list of their own, of which the columns must not be
	// guessed again.
	first, err := l.run(ctx, l.Old, nil)
	if err != nil {
		return nil, err
	}
	l.Options = first.Layout.Fix(l.Options)
	diff := &ListDiff{Name: filepath.Base(l.Name), Rows: first.Rows, Rule: []rowDiff{}}
	if diff.NewlyDropped, err = l.keptThenDropped(ctx, "newly dropped", l.Old, l.New, diff); err != nil {
		return nil, err
	}
	diff.NewlyKept, err = l.keptThenDropped(ctx, "newly kept", l.New, l.Old, diff)
	return diff, err
}

// run reads the list once.
func (l *ListCounter) run(ctx context.Context, f *filter.Filter, kept io.Writer) (*filter.Result, error) {
	in, err := listrun.Open(ctx, l.Name, l.Sheet, listrun.Source{})
	if err != nil {
		return nil, err
	}
	defer in.Close()
	options := l.Options
	options.Name = in.Name
	if in.Text.Sheet != "" {
		options.Delimiter = ','
	}
	result, err := f.Stream(ctx, kept, nil, in, options)
	if err != nil {
		return nil, err
	}
	return result, in.CheckUnchanged()
}

// keptThenDropped adds the rows that keeps keeps and drops drops.
func (l *ListCounter) keptThenDropped(ctx context.Context, change string, keeps, drops *filter.Filter,
	diff *ListDiff) (int64, error) {
	kept, write := io.Pipe()
	running := make(chan error, 1)
	go func() {
		_, err := l.run(ctx, keeps, write)
		write.CloseWithError(err)
		running <- err
	}()
	options := l.Options
	options.Name, options.Findings = l.Name, 1
	result, err := drops.Stream(ctx, nil, nil, kept, options)
	kept.CloseWithError(err)
	if failed := <-running; failed != nil {
		return 0, failed
	}
	if errors.Is(err, filter.ErrEmptyList) { // without a header, and nothing kept
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	for _, found := range result.Findings {
		diff.Rule = append(diff.Rule, rowDiff{change, found.Regions, found.Reason.String(), found.Rule, found.Rows})
	}
	return result.Dropped, nil
}

// write writes the counts for people.
func (d *ListDiff) write(w io.Writer) {
	printable.Fprintf(w, "%s: of %s, %d would newly be dropped and %d newly be kept (%s messages)\n", d.Name,
		wording.Count(d.Rows, "row"), d.NewlyDropped, d.NewlyKept, d.Message)
	slices.SortStableFunc(d.Rule,
		func(a, b rowDiff) int { return cmp.Or(cmp.Compare(a.Change, b.Change), cmp.Compare(b.Rows, a.Rows)) })
	for _, row := range d.Rule {
		was := ""
		if row.Change == "newly kept" {
			was = "was "
		}
		by := ""
		if row.Rule != "" {
			by = " by " + row.Rule
		}
		printable.Fprintf(w, "  %-13s %8d  %s: %s%s%s\n", row.Change, row.Rows, wording.Regions(row.Region), was,
			row.Reason, by)
	}
}
