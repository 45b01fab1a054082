package workbook

import "encoding/binary"

// A Row is what a row of the sheet stores in cells that are no texts, and in which styles: what its
// CSV does not say. An empty row is nil.
type Row []byte

// A StoredCell is a cell as it is stored. The value of a text is left out.
type StoredCell struct {
	column int // from 0
	style  int
	kind   string // as the sheet writes it; "" for a text
	value  []byte
}

// appendCell appends a cell of a row. A kind of more than one letter is a text.
func (r Row) appendCell(column, style int, kind string, value []byte) Row {
	if len(kind) > 1 || kind == "s" {
		kind, value = " ", nil
	}
	r = binary.AppendUvarint(r, uint64(column))
	r = binary.AppendUvarint(r, uint64(style))
	r = append(r, kind[0])
	r = binary.AppendUvarint(r, uint64(len(value)))
	return append(r, value...)
}

// A rowCursor goes over the cells of a row.
type rowCursor struct {
	rest Row
	cell StoredCell // the last one that was read
}

func (r Row) cursor() rowCursor { return rowCursor{rest: r, cell: StoredCell{column: -1}} }

// seek returns the cell of a column, or nil if it is empty. Columns are sought from left to right.
func (c *rowCursor) seek(column int) *StoredCell {
	for c.cell.column < column && len(c.rest) > 0 {
		c.read()
	}
	if c.cell.column != column || column < 0 {
		return nil
	}
	return &c.cell
}

func (c *rowCursor) read() {
	var length int
	c.cell.column, c.rest = cutUvarint(c.rest)
	c.cell.style, c.rest = cutUvarint(c.rest)
	c.cell.kind = ""
	if c.rest[0] != ' ' {
		c.cell.kind = string(c.rest[:1])
	}
	length, c.rest = cutUvarint(c.rest[1:])
	c.cell.value, c.rest = c.rest[:length], c.rest[length:]
}

func cutUvarint(b []byte) (int, []byte) {
	n, length := binary.Uvarint(b)
	return int(n), b[length:]
}

// Record calls do with each row that Read makes a line of, in order. The row is good until do
// returns.
func (r *Reader) Record(do func(Row)) { r.sheet.record = do }
