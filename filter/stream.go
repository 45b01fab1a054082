package filter

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// A ListError says where a list could not be read. No error holds a number or any other text of the list.
type ListError struct {
	Name         string
	Line, Column int // from 1, the column in bytes; 0 where the error has no place
	Err          error
}

func (e *ListError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %v", e.Name, e.Err)
	}
	return fmt.Sprintf("%s:%d:%d: %v", e.Name, e.Line, e.Column, e.Err)
}

func (e *ListError) Unwrap() error { return e.Err }

const (
	maxRowBytes = 1 << 20
	blockBytes  = 256 << 10
)

// ErrEmptyList says that a list holds nothing at all, not even a header.
var ErrEmptyList = errors.New("the list is empty, not even a header")

// addedColumns are the names of the cells that dropped rows get.
var addedColumns = [...]string{"listgate_reason", "listgate_region", "listgate_rule"}

// Stream reads a list and copies the header and the rows that may be sent to kept, the header and all other rows, with
// the reason, the region and the rule in three more cells, to dropped (nil: nowhere). Rows are copied byte for byte and
// in order; blank lines, which are no rows, go to kept. The list is UTF-8, or any encoding that keeps ASCII as it is.
//
// An error leaves kept and dropped incomplete. It is a *ColumnError if the phone column cannot be told, else a
// *ListError: with a place for ErrUnclosedQuote, ErrAfterQuote, ErrNUL and ErrRowTooLong, or around the error of list,
// kept, dropped or ctx. Memory is bounded by the longest row, 1 MiB, not by the list.
func (f *Filter) Stream(ctx context.Context, kept, dropped io.Writer, list io.Reader, options ListOptions) (*Result, error) {
	s := &stream{filter: f, name: options.Name, kept: kept, dropped: dropped, tally: newTally(len(f.outcomes.list))}
	if err := s.run(ctx, list, options); err != nil {
		return nil, err
	}
	return s.tally.result(f, s.layout), nil
}

// A stream is the state of one run.
type stream struct {
	filter        *Filter
	name          string
	layout        Layout
	kept, dropped io.Writer
	tally         *tally
	lines         int // line breaks before the bytes at hand

	keptBuffer, droppedBuffer []byte
}

// run feeds the list through process, block by block. What a block leaves of a row is put before the next one.
func (s *stream) run(ctx context.Context, list io.Reader, options ListOptions) error {
	buffer := make([]byte, blockBytes)
	filled, started := 0, false
	for atEOF := false; !atEOF; {
		if err := ctx.Err(); err != nil {
			return s.fail(err)
		}
		n, err := io.ReadFull(list, buffer[filled:])
		atEOF = err == io.EOF || err == io.ErrUnexpectedEOF
		if err != nil && !atEOF {
			return s.fail(fmt.Errorf("reading: %w", err))
		}
		data := buffer[:filled+n]
		if nul := bytes.IndexByte(data[filled:], 0); nul >= 0 {
			return s.failAt(data, filled+nul, ErrNUL)
		}
		consumed := 0
		if !started {
			if consumed, started, err = s.begin(data, atEOF, options); err != nil {
				return err
			}
		}
		if started {
			if consumed, err = s.process(data, consumed, atEOF); err != nil {
				return err
			}
		}
		s.lines += bytes.Count(data[:consumed], []byte("\n"))
		if len(data)-consumed > maxRowBytes {
			return s.failAt(data, consumed, ErrRowTooLong)
		}
		filled = copy(buffer, data[consumed:])
		if filled > len(buffer)/2 {
			buffer = append(buffer, make([]byte, len(buffer))...)
		}
	}
	return nil
}

// begin finds the layout, writes the byte order mark, the sep= line and the header to both outputs, and returns where
// the rows begin. It is not ok if more data is needed to tell.
func (s *stream) begin(data []byte, atEOF bool, options ListOptions) (rows int, ok bool, err error) {
	if s.layout, err = s.filter.findLayout(data, atEOF, options); err != nil {
		return 0, false, err
	}
	at := s.layout.marked
	if s.layout.Columns == 0 { // not one row in sight
		if at >= len(bytes.TrimRight(data, "\r\n")) && atEOF {
			return 0, false, s.fail(ErrEmptyList)
		}
		_, offset, err := scanRecord(data, at, atEOF, s.layout.Delimiter, -1)
		if err != nil {
			return 0, false, s.failAt(data, offset, err)
		}
		return 0, false, nil
	}
	kept, dropped := data[:at], data[:at]
	if s.layout.Header {
		r, _, _ := scanRecord(data, at, atEOF, s.layout.Delimiter, -1)
		for r.blank() {
			r, _, _ = scanRecord(data, r.end, atEOF, s.layout.Delimiter, -1)
		}
		kept, at = data[:r.end], r.end
		dropped = s.appendDropped(append([]byte(nil), dropped...), data, r, addedColumns)
	}
	return at, true, s.write(kept, dropped)
}

// process decides every whole row of data from start on and writes it out. It returns where the rest begins.
func (s *stream) process(data []byte, start int, atEOF bool) (rest int, err error) {
	kept, dropped := s.keptBuffer[:0], s.droppedBuffer[:0]
	at := start
	for at < len(data) {
		r, offset, err := scanRecord(data, at, atEOF, s.layout.Delimiter, s.layout.Column-1)
		if err != nil {
			return 0, s.failAt(data, offset, err)
		}
		if r.end == 0 {
			break
		}
		if r.end-r.start > maxRowBytes {
			return 0, s.failAt(data, r.start, ErrRowTooLong)
		}
		at = r.end
		if r.blank() {
			kept = append(kept, data[r.start:r.end]...)
			continue
		}
		outcome := s.decide(data, r)
		if outcome.reason.Kept() {
			kept = append(kept, data[r.start:r.end]...)
		} else if s.dropped != nil {
			dropped = s.appendDropped(dropped, data, r, [...]string{outcome.reason.String(), outcome.region, outcome.rule})
		}
	}
	s.keptBuffer, s.droppedBuffer = kept, dropped
	return at, s.write(kept, dropped)
}

// decide decides one row and counts it.
func (s *stream) decide(data []byte, r record) outcome {
	v := verdict{outcome: int(ShortRow)}
	if r.cell.found {
		v = s.filter.decide(r.cell.text(data))
	}
	s.tally.add(v)
	return s.filter.outcomes.list[v.outcome]
}

// appendDropped appends a row with cells before its line break, in place of those that an earlier run added.
func (s *stream) appendDropped(out, data []byte, r record, cells [len(addedColumns)]string) []byte {
	if len(s.layout.replaced) == 0 {
		out = append(out, data[r.start:r.lineBreak]...)
	} else {
		out = s.appendOwnCells(out, data, r)
	}
	for _, cell := range cells {
		out = append(out, s.layout.Delimiter)
		if strings.IndexByte(cell, s.layout.Delimiter) >= 0 { // a set of regions in a list with the delimiter '|'
			out = append(append(append(out, '"'), cell...), '"')
		} else {
			out = append(out, cell...)
		}
	}
	return append(out, data[r.lineBreak:r.end]...)
}

// appendOwnCells appends the cells of a row but for those that an earlier run added.
func (s *stream) appendOwnCells(out, data []byte, r record) []byte {
	row := data[:r.lineBreak]
	for column, at := 0, r.start; ; column++ {
		_, stop, err := scanField(row, at, true, s.layout.Delimiter)
		if err != nil {
			panic("filter: a row that was scanned cannot be scanned again")
		}
		if !slices.Contains(s.layout.replaced, column) {
			if at > r.start {
				out = append(out, s.layout.Delimiter)
			}
			out = append(out, row[at:stop]...)
		}
		if stop == len(row) {
			return out
		}
		at = stop + 1
	}
}

func (s *stream) write(kept, dropped []byte) error {
	if _, err := s.kept.Write(kept); err != nil {
		return s.fail(fmt.Errorf("writing the kept rows: %w", err))
	}
	if s.dropped == nil {
		return nil
	}
	if _, err := s.dropped.Write(dropped); err != nil {
		return s.fail(fmt.Errorf("writing the dropped rows: %w", err))
	}
	return nil
}

func (s *stream) fail(err error) error { return &ListError{Name: s.name, Err: err} }

// failAt says on which line, and where on it, data[offset] stands.
func (s *stream) failAt(data []byte, offset int, err error) error {
	before := data[:offset]
	return &ListError{
		Name:   s.name,
		Line:   s.lines + bytes.Count(before, []byte("\n")) + 1,
		Column: offset - bytes.LastIndexByte(before, '\n'),
		Err:    err,
	}
}
