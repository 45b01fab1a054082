package workbook

import (
	"encoding/binary"
	"iter"
)

// A Row is what a row of the sheet stores in cells that are no texts, and in which styles: what its CSV does not say. An
// empty row is nil.
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

// cells yields the cells of a row.
func (r Row) cells() iter.Seq[StoredCell] {
	return func(yield func(StoredCell) bool) {
		for rest := r; len(rest) > 0; {
			var c StoredCell
			var length int
			c.column, rest = cutUvarint(rest)
			c.style, rest = cutUvarint(rest)
			if rest[0] != ' ' {
				c.kind = string(rest[:1])
			}
			length, rest = cutUvarint(rest[1:])
			c.value, rest = rest[:length], rest[length:]
			if !yield(c) {
				return
			}
		}
	}
}

func cutUvarint(b []byte) (int, []byte) {
	n, length := binary.Uvarint(b)
	return int(n), b[length:]
}

// Record calls do with each row that Read makes a line of, in order. The row is do's to keep.
func (r *Reader) Record(do func(Row)) { r.sheet.record = do }
