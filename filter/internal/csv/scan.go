package filter

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/bits"
)

// A record is one row of a list, as offsets into the bytes that were scanned.
type record struct {
	start, lineBreak, end int // the row; where its line break begins; where the next row begins
	cell                  field
}

// blank reports whether the row is an empty line, which is no row.
func (r record) blank() bool { return r.start == r.lineBreak }

// endAt notes that a row ends with the line break from lineBreak to end. One that has too many carriage returns has nothing else in it if
// the row begins with one.
func (r *record) endAt(data []byte, lineBreak, end int) {
	r.lineBreak, r.end = lineBreak, end
	if len(bytes.TrimLeft(data[r.start:lineBreak], "\r")) == 0 {
		r.lineBreak = r.start
	}
}

// A field is a cell of a row, without its quotes. The zero field is a cell that the row does not have.
type field struct {
	start, end int
	found      bool
	doubled    bool // holds "" where the value has "
}

// text returns the value of the field. It is a part of data but for fields with doubled quotes.
func (f field) text(data []byte) []byte {
	text := data[f.start:f.end:f.end]
	if f.doubled {
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

// scanRecord finds the row that begins at start and its cell in column, counted from 0. Data that ends inside of the
// row gives end == 0, unless atEOF says that nothing follows. An error stands at the offset that is returned with it.
//
// The quoting rules are known to scanField alone, and to scanner.endOfCell, which does the same by marks: a quote opens a cell only as
// its first byte; inside, line breaks are data and "" is a quote; elsewhere a quote is a character like any other.
func scanRecord(data []byte, start int, atEOF bool, delimiter byte, column int) (r record, offset int, err error) {
	r.start = start
	at := start
	for index := 0; ; index++ {
		f, stop, err := scanField(data, at, atEOF, delimiter)
		if err != nil || stop < 0 {
			return r, stop, err
		}
		if index == column {
			r.cell = f
		}
		switch {
		case stop == len(data):
			r.endAt(data, stop, stop)
			return r, 0, nil
		case data[stop] == delimiter:
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

// firstWrong returns what is wrong with the first row from at on that is wrong, and where that stands. It looks at whole rows.
func firstWrong(data []byte, at int, atEOF bool, delimiter byte) (offset int, err error) {
	for at < len(data) {
		r, offset, err := scanRecord(data, at, atEOF, delimiter, -1)
		if err != nil {
			return offset, err
		}
		if r.end == 0 {
			break
		}
		at = r.end
	}
	return 0, nil
}

// scanField reads the cell that begins at start. It returns where it stops: at a delimiter, at a line break, at the
// end of the data if atEOF, or -1 if the data ends too early to tell. With an error, stop is where it lies.
func scanField(data []byte, start int, atEOF bool, delimiter byte) (f field, stop int, err error) {
	if start < len(data) && data[start] == '"' {
		return scanQuoted(data, start, atEOF, delimiter)
	}
	for i := seekEnd(data, start, delimiter); i < len(data); i++ {
		if data[i] == delimiter {
			return field{start: start, end: i, found: true}, i, nil
		}
		if data[i] == '\n' {
			if i > start && data[i-1] == '\r' {
				i--
			}
			return field{start: start, end: i, found: true}, i, nil
		}
	}
	if !atEOF {
		return field{}, -1, nil
	}
	return field{start: start, end: len(data), found: true}, len(data), nil
}

// scanQuoted reads the cell whose opening quote is at start.
func scanQuoted(data []byte, start int, atEOF bool, delimiter byte) (f field, stop int, err error) {
	f = field{start: start + 1, found: true}
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
			f.doubled = true
			i++
			continue
		}
		f.end = i - 1
		for i+1 < len(data) && data[i] == '\r' && data[i+1] == '\r' { // a line break has too many: see loneReturn
			i++
		}
		rest := data[i:]
		switch {
		case len(rest) == 0 && !atEOF, len(rest) == 1 && rest[0] == '\r' && !atEOF:
			return f, -1, nil
		case len(rest) == 0, rest[0] == delimiter, rest[0] == '\n', len(rest) > 1 && rest[0] == '\r' && rest[1] == '\n':
			return f, i, nil
		case len(rest) == 1 && rest[0] == '\r':
			return f, len(data), nil
		}
		return f, i, ErrAfterQuote
	}
}

// loneReturn returns where a carriage return stands that is neither part of a line break nor in quotes, or -1. Other programs
// take it for a line break: what is one row to us would be two to them, the second with a number that nobody decided. data
// begins with a row. Several before one line feed do no harm, and none at the end.
func loneReturn(data []byte, delimiter byte) int {
	if !mayHaveLoneReturn(data) {
		return -1
	}
	for at := 0; at < len(data); at++ {
		if data[at] == '"' {
			_, stop, err := scanQuoted(data, at, true, delimiter)
			if err != nil {
				return -1
			}
			at = stop
		}
		for ; at < len(data) && data[at] != delimiter && data[at] != '\n'; at++ {
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

// seekEnd returns where the first delimiter or line break from start on stands, or, where fewer than eight bytes are
// left, from where on to look for it.
func seekEnd(data []byte, start int, delimiter byte) int {
	const ones, highs, lineBreaks = 0x0101010101010101, 0x8080808080808080, 0x0A0A0A0A0A0A0A0A
	delimiters := uint64(delimiter) * ones
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
