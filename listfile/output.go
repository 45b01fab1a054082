package listfile

import (
	"errors"
	"io"
	"slices"

	"github.com/listgate/listgate/listfile/internal/workbook"
)

// A WorkbookOutput makes workbooks of the rows that a run keeps and drops, where its list is a
// workbook. The cells keep their types, dates and number formats, but for the phone columns, which
// are texts as the CSV has them.
//
//	out := list.WorkbookOutput()
//	options.Started, options.Decided = out.Started, out.Decided
//	result, err := f.Stream(ctx, out.Kept(keptFile), out.Dropped(droppedFile), list, options)
//	err = errors.Join(err, out.Close())
//
// Stream tells of each row before it is written, and writes whole rows, in order: so each is met by
// what the sheet stores of it. Memory is bounded by what Stream reads ahead.
type WorkbookOutput struct {
	list          *Reader
	kept, dropped *sheetOutput
	read          rowQueue
}

// WorkbookOutput returns the outputs of a list that is a workbook, before its first row is read.
func (r *Reader) WorkbookOutput() *WorkbookOutput {
	w := &WorkbookOutput{list: r}
	w.kept, w.dropped = &sheetOutput{all: w}, &sheetOutput{all: w, added: true}
	r.workbook.Record(w.read.push)
	return w
}

// Kept returns the writer for the kept rows, which become a workbook in out.
func (w *WorkbookOutput) Kept(out io.Writer) io.Writer { return w.kept.to(out) }

// Dropped returns the writer for the dropped rows.
func (w *WorkbookOutput) Dropped(out io.Writer) io.Writer { return w.dropped.to(out) }

// Started takes the header and what stands above it, as filter.ListOptions.Started does: its row,
// from 1, or 0, the phone columns, from 0, and those which dropped rows do not have.
func (w *WorkbookOutput) Started(headerRow int, phones, replaced []int) {
	for row := range headerRow {
		stored := w.next()
		if row == headerRow-1 && stored.block != nil {
			stored.block.rows++ // for both
			w.dropped.expect(stored)
		}
		w.kept.expect(stored)
	}
	w.kept.phones, w.dropped.phones, w.dropped.replaced = phones, phones, replaced
}

// Decided takes what became of the next row.
func (w *WorkbookOutput) Decided(kept bool) {
	for {
		row := w.next()
		switch {
		case row.row == nil: // a blank line, which is no row
			w.kept.expect(row)
			continue
		case kept:
			w.kept.expect(row)
		default:
			w.dropped.expect(row)
		}
		return
	}
}

// next takes the next row that was read.
func (w *WorkbookOutput) next() queuedRow {
	row, ok := w.read.take()
	if !ok {
		panic("listfile: a row was decided that was not read")
	}
	return row
}

// Close ends the workbooks. It does not close what they are written to.
func (w *WorkbookOutput) Close() error { return errors.Join(w.kept.close(), w.dropped.close()) }

// addedCells is how many cells a dropped row has more: reason, region and rule.
const addedCells = 3

// A sheetOutput turns CSV into the sheet that it is from.
type sheetOutput struct {
	all      *WorkbookOutput
	added    bool // rows have cells that the sheet has not, at their end
	out      *workbook.Writer
	phones   []int
	replaced []int
	expected fifo[queuedRow]
	cells    [][]byte
	columns  []int
}

func (s *sheetOutput) to(out io.Writer) io.Writer {
	s.out = s.all.list.workbook.NewWriter(out)
	return s
}

// expect notes the row that is written next.
func (s *sheetOutput) expect(row queuedRow) {
	if s.out == nil {
		s.all.read.release(row)
		return
	}
	s.expected.push(row)
}

// Write takes whole rows of CSV.
func (s *sheetOutput) Write(rows []byte) (int, error) {
	for rest := rows; len(rest) > 0; {
		s.cells, rest = cutRow(s.cells[:0], rest)
		if err := s.writeRow(); err != nil {
			return 0, err
		}
	}
	return len(rows), nil
}

func (s *sheetOutput) writeRow() error {
	row, ok := s.expected.pop()
	if !ok && len(s.cells) == 0 {
		s.all.next() // a blank line after the last row that was decided
	}
	if (row.row == nil) != (len(s.cells) == 0) {
		panic("listfile: a row was written that was not decided")
	}
	defer s.all.read.release(row)
	return s.out.WriteRow(s.cells, row.row, s.sources(), s.phones)
}

// sources returns the columns of the sheet by those of the row at hand, as far as it has them; nil
// for the same.
func (s *sheetOutput) sources() []int {
	if !s.added {
		return nil
	}
	s.columns = s.columns[:0]
	for column := 0; len(s.columns)+addedCells < len(s.cells); column++ {
		if !slices.Contains(s.replaced, column) {
			s.columns = append(s.columns, column)
		}
	}
	return s.columns
}

func (s *sheetOutput) close() error {
	if s.out == nil {
		return nil
	}
	return s.out.Close()
}

// cutRow takes the cells of the first row off CSV as the workbook's reader makes it. A blank line
// has none.
func cutRow(cells [][]byte, csv []byte) (row [][]byte, rest []byte) {
	if csv[0] == '\n' {
		return cells, csv[1:]
	}
	for {
		var cell []byte
		cell, csv = cutCell(csv)
		cells = append(cells, cell)
		if len(csv) == 0 || csv[0] == '\n' {
			return cells, csv[min(1, len(csv)):]
		}
		csv = csv[1:]
	}
}

// cutCell takes one cell off. Quotes in a quoted one are undone in a copy.
func cutCell(csv []byte) (cell, rest []byte) {
	if len(csv) == 0 || csv[0] != '"' {
		for i, c := range csv {
			if c == ',' || c == '\n' {
				return csv[:i], csv[i:]
			}
		}
		return csv, nil
	}
	for i := 1; i < len(csv); i++ {
		if csv[i] != '"' {
			cell = append(cell, csv[i])
			continue
		}
		if i+1 == len(csv) || csv[i+1] != '"' {
			return cell, csv[i+1:]
		}
		cell = append(cell, '"')
		i++
	}
	return cell, nil
}
