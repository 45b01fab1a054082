package workbook

import (
	"fmt"
	"io"
)

const (
	maxRows     = 1 << 20 // as spreadsheet programs have it
	maxColumns  = 1 << 14
	maxRowBytes = 1 << 20 // as the filter has it
)

// A sheet makes CSV of the rows of a sheet, one at a time.
type sheet struct {
	part     *part
	formats  []format
	shared   *sharedTexts
	date1904 bool

	row     int    // number of the row that was read last, from 1
	column  int    // and of the cell in it
	written int    // number of the row that was written last
	width   int    // how many cells the first row has
	line    []byte // the row at hand
	commas  int    // in line
	style   int    // of the cell at hand
	styled  bool   // that is a number
	value   []byte // what stands in the cell at hand, as it is stored
	text    []byte // and as it is written

	hidden, uncalculated int

	styles stylesheet
	record func(Row) // what a line is made of; nil: nobody asks
	stored Row       // of the row at hand
}

// begin reads up to the rows.
func (s *sheet) begin() error {
	for {
		start, err := s.part.child()
		switch {
		case err == nil && start == nil:
			err = fmt.Errorf("it has a sheet without cells: %w", ErrDamaged)
		case err == nil && string(start.name) == "sheetData":
			return nil
		case err == nil:
			err = s.part.skip()
		}
		if err != nil {
			s.part.close()
			return err
		}
	}
}

// appendRow appends the next row that is not empty, after a blank line for each empty one before
// it. The error is io.EOF if there is none.
func (s *sheet) appendRow(out []byte) ([]byte, error) {
	start, err := s.part.child()
	if err == nil && start == nil {
		return out, s.finish()
	}
	hidden := err == nil && isTrue(start.attribute("hidden"))
	if err == nil {
		err = s.readRow(start)
	}
	if err != nil {
		return out, &CellError{Row: max(1, s.row), Column: s.column, Err: err}
	}
	if len(s.line) == 0 {
		return out, nil
	}
	if s.width == 0 {
		s.width = s.commas + 1
	}
	for s.commas+1 < s.width {
		s.line = append(s.line, ',')
		s.commas++
	}
	if hidden {
		s.hidden++
	}
	for s.written++; s.written < s.row; s.written++ {
		out = append(out, '\n')
		if s.record != nil {
			s.record(nil)
		}
	}
	if s.record != nil {
		s.record(s.stored)
	}
	return append(append(out, s.line...), '\n'), nil
}

// finish reads what follows the rows, and returns io.EOF if they were all of them.
func (s *sheet) finish() error {
	for {
		child, err := s.part.child()
		switch {
		case err == nil && child == nil:
			if err = s.part.finish(); err == nil {
				return io.EOF
			}
		case err == nil && string(child.name) == "sheetData":
			err = fmt.Errorf("there are more of them: %w", ErrDamaged)
		case err == nil:
			err = s.part.skip()
		}
		if err != nil {
			return fmt.Errorf("after the last row: %w", err)
		}
	}
}

// readRow makes a line of a row, without cells after the last that holds something.
func (s *sheet) readRow(start *tag) error {
	s.line, s.commas, s.column, s.stored = s.line[:0], 0, 0, s.stored[:0]
	if string(start.name) != "row" {
		return fmt.Errorf("what follows it is no row: %w", ErrDamaged)
	}
	number := s.row + 1
	if r := start.attribute("r"); len(r) > 0 {
		var ok bool
		if number, ok = parseIndex(r); !ok || number <= s.row {
			return fmt.Errorf("what follows it is no later row: %w", ErrDamaged)
		}
	}
	if number > maxRows {
		return fmt.Errorf("the number of the row that follows it: %w", ErrTooLarge)
	}
	s.row = number
	for {
		cell, err := s.part.child()
		if err != nil || cell == nil {
			return err
		}
		switch string(cell.name) {
		case "c":
			err = s.readCell(cell)
		case "extLst":
			err = s.part.skip()
		default:
			err = fmt.Errorf("what follows it is no cell: %w", ErrDamaged)
		}
		if err != nil {
			return err
		}
		if len(s.line) > maxRowBytes {
			return fmt.Errorf("the row: %w", ErrTooLarge)
		}
	}
}

// readCell appends a cell to the line, unless it is empty.
func (s *sheet) readCell(start *tag) error {
	s.column++
	if r := start.attribute("r"); len(r) > 0 {
		column, row := parseReference(r)
		if row != s.row || column < s.column {
			return fmt.Errorf("a cell that is not where it says: %w", ErrDamaged)
		}
		s.column = column
	}
	if s.column > maxColumns {
		return fmt.Errorf("the number of the column: %w", ErrTooLarge)
	}
	kind, err := cellKindOf(start.attribute("t"))
	s.style, s.styled = parseIndex(start.attribute("s"))
	if valueError := s.readValue(); valueError != nil {
		return valueError
	}
	if len(s.value) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	if s.text, err = s.appendValue(s.text[:0], kind); err != nil || len(s.text) == 0 {
		return err
	}
	for ; s.commas < s.column-1; s.commas++ {
		s.line = append(s.line, ',')
	}
	s.line = appendField(s.line, s.text)
	if s.record != nil {
		style := s.style
		if !s.styled || style >= len(s.formats) {
			style = 0 // of a text: it does not count
		}
		s.stored = s.stored.appendCell(s.column-1, style, kind.name(), s.value)
	}
	return nil
}

// readValue reads what is stored in the current element.
func (s *sheet) readValue() error {
	s.value = s.value[:0]
	formula := false
	for {
		child, err := s.part.child()
		switch {
		case err != nil:
			return err
		case child == nil:
			if formula && len(s.value) == 0 {
				s.uncalculated++
			}
			return nil
		case string(child.name) == "v":
			s.value, err = s.part.appendText(s.value[:0])
		case string(child.name) == "is":
			s.value, err = s.part.appendRichText(s.value[:0])
		default:
			formula = formula || string(child.name) == "f"
			err = s.part.skip()
		}
		if err != nil {
			return err
		}
	}
}

// parseReference reads a reference such as AB12. A malformed one has row 0.
func parseReference(reference []byte) (column, row int) {
	i := 0
	for ; i < len(reference) && 'A' <= reference[i] && reference[i] <= 'Z' && column <= maxColumns; i++ {
		column = column*26 + int(reference[i]-'A') + 1
	}
	for ; i < len(reference) && '0' <= reference[i] && reference[i] <= '9' && row <= maxRows; i++ {
		row = row*10 + int(reference[i]-'0')
	}
	if i < len(reference) {
		return column, 0
	}
	return column, row
}
