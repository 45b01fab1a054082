package listrun

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/listfile"
)

// Outputs say in which form the rows go out.
type Outputs struct {
	KeptWorkbook, DroppedWorkbook bool // as the workbook that the list is
	Mark                          bool // with a byte order mark, if as CSV
}

// IsWorkbook reports whether an output of this name is a workbook.
func IsWorkbook(path string) bool { return strings.EqualFold(filepath.Ext(path), ".xlsx") }

var errNoWorkbook = errors.New("the list is no workbook, so its rows come out as text; name the outputs .csv, .csv.gz or .csv.zst")

var errMarkNotUTF8 = errors.New("--bom: the list is not UTF-8, and a byte order mark would say that it is")

// StreamAs is Stream for outputs of other forms than the list's text.
func (r *Run) StreamAs(ctx context.Context, kept, dropped io.Writer, as Outputs) (err error) {
	var book *listfile.WorkbookOutput
	if as.KeptWorkbook || as.DroppedWorkbook {
		if r.In.Text.Sheet == "" {
			return fmt.Errorf("%s: %w", r.In.Name, errNoWorkbook)
		}
		book = r.In.Text.WorkbookOutput()
		r.List.Started = func(l filter.Layout) { book.Started(l.HeaderRow, phoneColumns(l), l.Replaced()) }
		r.List.Decided = book.Decided
	}
	if kept != nil {
		kept = form(kept, as.KeptWorkbook, as.Mark, book.Kept)
	}
	if dropped != nil {
		dropped = form(dropped, as.DroppedWorkbook, as.Mark, book.Dropped)
	}
	if err := r.Stream(ctx, kept, dropped); err != nil {
		return err
	}
	if as.Mark && r.In.Text.NotUTF8() {
		return fmt.Errorf("%s: %w", r.In.Name, errMarkNotUTF8)
	}
	if book == nil {
		return nil
	}
	if err := book.Close(); err != nil {
		return fmt.Errorf("%s: writing the workbook: %w", r.In.Name, err)
	}
	return nil
}

// form returns the writer of an output that goes to out.
func form(out io.Writer, workbook, mark bool, inWorkbook func(io.Writer) io.Writer) io.Writer {
	switch {
	case workbook:
		return inWorkbook(out)
	case mark:
		return listfile.WithMark(out)
	}
	return out
}

// phoneColumns returns the phone columns, from 0.
func phoneColumns(l filter.Layout) []int {
	var columns []int
	for _, c := range l.Phones {
		columns = append(columns, c.Number-1)
	}
	return columns
}
