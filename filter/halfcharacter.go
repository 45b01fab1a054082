package filter

import (
	"bytes"
	"errors"
	"unicode/utf8"
)

// errHalfCharacter says that what looks like a delimiter may be the second half of a character, as
// it is in Shift_JIS, GBK and Big5: the row has more cells than the header then.
var errHalfCharacter = errors.New("the delimiter may be half of a character here (Shift_JIS, GBK, Big5 …): the list is not UTF-8 and " +
	"the row has more cells than the header; save the list as UTF-8")

// The second bytes of characters lie in this range, among those of ASCII.
const (
	firstHalf = 0x40
	lastHalf  = 0x7E
)

// halfCharacter returns where a delimiter stands that may be half of a character, or -1. A row
// whose cells are as many as those of the header has delimiters there and single-byte characters
// before them: José|+34…
func (s *scanner) halfCharacter(data []byte) int {
	delimiter := s.layout.Delimiter
	if delimiter < firstHalf || delimiter > lastHalf || isASCII(data) {
		return -1
	}
	for at := 0; ; at++ {
		next := bytes.IndexByte(data[at:], delimiter)
		if next < 0 {
			return -1
		}
		if at += next; at == 0 || data[at-1] < utf8.RuneSelf {
			continue
		}
		if r, size := utf8.DecodeLastRune(data[:at]); r != utf8.RuneError || size > 1 {
			continue
		}
		start, end := lineAround(data, at)
		if bytes.Count(data[start:end], []byte{delimiter}) >= s.layout.Columns {
			return at
		}
		at = end - 1
	}
}

// lineAround returns where the line at an offset begins and ends.
func lineAround(data []byte, at int) (start, end int) {
	start = bytes.LastIndexByte(data[:at], '\n') + 1
	if length := bytes.IndexByte(data[at:], '\n'); length >= 0 {
		return start, at + length
	}
	return start, len(data)
}

func isASCII(data []byte) bool {
	for _, b := range data {
		if b >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
