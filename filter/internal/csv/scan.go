// Package csv finds where the cells and rows of a list end: one row at a time (ScanRecord), or a
// span of many at once (Marks). It reads bytes where they lie, keeps nothing, and knows no I/O.
package csv

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/bits"
)

// A Dialect is how the cells of a list are told apart.
type Dialect struct {
	Delimiter byte
	NoQuotes  bool // quotes are characters like any other
}

// A Record is one row of a list, as offsets into the bytes that were scanned.
type Record struct {
	Start, LineBreak, End int   // the row; where its line break begins; where the next row begins
	Cell                  Field // the one that was asked for
}

// Blank reports whether the row is an empty line, which is no row.
func (r Record) Blank() bool { return r.Start == r.LineBreak }

// endAt notes that a row ends with the line break from lineBreak to end. One that has too many
// carriage returns has nothing else in it if the row begins with one.
func (r *Record) endAt(data []byte, lineBreak, end int) {
	r.LineBreak, r.End = lineBreak, end
	if len(bytes.TrimLeft(data[r.Start:lineBreak], "\r")) == 0 {
		r.LineBreak = r.Start
	}
}

// A Field is a cell of a row, without its quotes. The zero Field is a cell that the row does not
// have.
type Field struct {
	Start, End int
	Found      bool
	Doubled    bool // holds "" where the value has "
}

// Text returns the value of the field. It is a part of data but for fields with doubled quotes.
func (f Field) Text(data []byte) []byte {
	text := data[f.Start:f.End:f.End]
	if f.Doubled {
		return bytes.ReplaceAll(text, []byte(`""`), []byte(`"`))
	}
	return text
}

// What can be wrong in a row. A *ListError says where.
var (
	ErrUnclosedQuote = errors.New("a quote is opened here and never closed")
	ErrAfterQuote    = errors.New("after a closing quote only the delimiter or a line break may follow")
	ErrNUL           = errors.New("a NUL byte: the file is no text, or is UTF-16 without a byte order mark")
	ErrLoneReturn    = errors.New("a carriage return that ends no line: are these line breaks of an old Mac? Save the list with LF or CRLF")
	ErrRowTooLong    = errors.New("a row is longer than 1 MiB; is a closing quote missing?")
)

// ScanRecord finds the row that begins at start and its cell in column, counted from 0. Data that
// ends inside of the row gives end == 0, unless atEOF says that nothing follows. An error stands at
// the offset that is returned with it.
//
// The quoting rules are known to ScanField alone, and to Marks.EndOfCell, which does the same by
// marks: a quote opens a cell only as its first byte; inside, line breaks are data and "" is a
// quote; elsewhere a quote is a character like any other.
func ScanRecord(data []byte, start int, atEOF bool, d Dialect, column int) (r Record, offset int, err error) {
	r.Start = start
	at := start
	for index := 0; ; index++ {
		f, stop, err := ScanField(data, at, atEOF, d)
		if err != nil || stop < 0 {
			return r, stop, err
		}
		if index == column {
			r.Cell = f
		}
		switch {
		case stop == len(data):
			r.endAt(data, stop, stop)
			return r, 0, nil
		case data[stop] == d.Delimiter:
			at = stop + 1
		case data[stop] == '\r':
			r.endAt(data, stop, stop+2)
			return r, 0, nil
		default:
			r.endAt(data, stop, stop+1)
			return r, 0, nil
		}
	}
}

// NextQuote returns where the next quote that may open a cell is, or the end of data.
func NextQuote(data []byte, from int, d Dialect) int {
	if d.NoQuotes {
		return len(data)
	}
	if i := bytes.IndexByte(data[from:], '"'); i >= 0 {
		return from + i
	}
	return len(data)
}

// ScanPlain is ScanRecord for a row that ends before the first quote, which can be cut without
// looking at each byte. It leaves rows that begin with a carriage return to ScanRecord.
func ScanPlain(data []byte, start, quote int, d Dialect, column int) (r Record, ok bool) {
	line := data[start:quote]
	length := bytes.IndexByte(line, '\n')
	if length < 0 || line[0] == '\r' {
		return r, false
	}
	r = Record{Start: start, LineBreak: start + length, End: start + length + 1}
	if length > 0 && line[length-1] == '\r' {
		r.LineBreak--
	}
	at := start
	for ; column > 0; column-- {
		next := bytes.IndexByte(data[at:r.LineBreak], d.Delimiter)
		if next < 0 {
			return r, true
		}
		at += next + 1
	}
	r.Cell = Field{Start: at, End: r.LineBreak, Found: true}
	if next := bytes.IndexByte(data[at:r.LineBreak], d.Delimiter); next >= 0 {
		r.Cell.End = at + next
	}
	return r, true
}

// FirstWrong returns what is wrong with the first row from at on that is wrong, and where that
// stands. It looks at whole rows.
func FirstWrong(data []byte, at int, atEOF bool, d Dialect) (offset int, err error) {
	for at < len(data) {
		r, offset, err := ScanRecord(data, at, atEOF, d, -1)
		if err != nil {
			return offset, err
		}
		if r.End == 0 {
			break
		}
		at = r.End
	}
	return 0, nil
}

// ScanField reads the cell that begins at start. It returns where it stops: at a delimiter, at a
// line break, at the end of the data if atEOF, or -1 if the data ends too early to tell. With an
// error, stop is where it lies.
func ScanField(data []byte, start int, atEOF bool, d Dialect) (f Field, stop int, err error) {
	if start < len(data) && data[start] == '"' && !d.NoQuotes {
		return scanQuoted(data, start, atEOF, d)
	}
	for i := seekEnd(data, start, d); i < len(data); i++ {
		if data[i] == d.Delimiter {
			return Field{Start: start, End: i, Found: true}, i, nil
		}
		if data[i] == '\n' {
			if i > start && data[i-1] == '\r' {
				i--
			}
			return Field{Start: start, End: i, Found: true}, i, nil
		}
	}
	if !atEOF {
		return Field{}, -1, nil
	}
	return Field{Start: start, End: len(data), Found: true}, len(data), nil
}

// scanQuoted reads the cell whose opening quote is at start.
func scanQuoted(data []byte, start int, atEOF bool, d Dialect) (f Field, stop int, err error) {
	f = Field{Start: start + 1, Found: true}
	for i := start + 1; ; {
		quote := bytes.IndexByte(data[i:], '"')
		if quote < 0 {
			if atEOF {
				return f, start, ErrUnclosedQuote
			}
			return f, -1, nil
		}
		i += quote + 1
		if i < len(data) && data[i] == '"' {
			f.Doubled = true
			i++
			continue
		}
		f.End = i - 1
		for i+1 < len(data) && data[i] == '\r' && data[i+1] == '\r' { // a line break has too many: see LoneReturn
			i++
		}
		rest := data[i:]
		switch {
		case len(rest) == 0 && !atEOF, len(rest) == 1 && rest[0] == '\r' && !atEOF:
			return f, -1, nil
		case len(rest) == 0, rest[0] == d.Delimiter, rest[0] == '\n', len(rest) > 1 && rest[0] == '\r' &&
			rest[1] == '\n':
			return f, i, nil
		case len(rest) == 1 && rest[0] == '\r':
			return f, len(data), nil
		}
		return f, i, ErrAfterQuote
	}
}

// LoneReturn returns where a carriage return stands that is neither part of a line break nor in
// quotes, or -1. Other programs take it for a line break: what is one row to us would be two to
// them, the second with a number that nobody decided. data begins with a row. Several before one
// line feed do no harm, and none at the end.
func LoneReturn(data []byte, d Dialect) int {
	if !mayHaveLoneReturn(data) {
		return -1
	}
	for at := 0; at < len(data); at++ {
		if data[at] == '"' && !d.NoQuotes {
			_, stop, err := scanQuoted(data, at, true, d)
			if err != nil {
				return -1
			}
			at = stop
		}
		for ; at < len(data) && data[at] != d.Delimiter && data[at] != '\n'; at++ {
			if mayHaveLoneReturn(data[at:min(at+2, len(data))]) {
				return at
			}
		}
	}
	return -1
}

func mayHaveLoneReturn(data []byte) bool {
	for at := 0; ; {
		next := bytes.IndexByte(data[at:], '\r')
		if next < 0 {
			return false
		}
		if at += next + 1; at < len(data) && data[at] != '\n' && data[at] != '\r' {
			return true
		}
	}
}

// seekEnd returns where the first delimiter or line break from start on stands, or, where fewer
// than eight bytes are left, from where on to look for it.
func seekEnd(data []byte, start int, d Dialect) int {
	const ones, highs, lineBreaks = 0x0101010101010101, 0x8080808080808080, 0x0A0A0A0A0A0A0A0A
	delimiters := uint64(d.Delimiter) * ones
	for ; start+8 <= len(data); start += 8 {
		word := binary.LittleEndian.Uint64(data[start:])
		// A byte that is equal becomes 0, and the lowest 0 is the lowest bit that is left.
		a, b := word^delimiters, word^lineBreaks
		if found := ((a-ones)&^a | (b-ones)&^b) & highs; found != 0 {
			return start + bits.TrailingZeros64(found)/8
		}
	}
	return start
}
