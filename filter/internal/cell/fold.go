package cell

//go:generate go run ./gen

import (
	"unicode"
	"unicode/utf8"
)

// appendFolded appends text to dst, with all that means the same written the same, so that the
// readers of a cell know one alphabet: digits of every script as ASCII digits, full-width forms as
// ASCII, letters as small ones, white space as ' ', line breaks as '\n', dashes as '-', dots as
// '.', brackets as '(' and ')', quotes and list commas as those of ASCII. What cannot be seen is
// left out. A byte that is no UTF-8 is read as Windows-1252.
func appendFolded(dst, text []byte) []byte {
	for len(text) > 0 {
		if b := text[0]; b < utf8.RuneSelf {
			if b < ' ' || b > '9' { // what nearly all cells hold stays as it is
				b = foldASCII(b)
			}
			dst = append(dst, b)
			text = text[1:]
			continue
		}
		r, size := utf8.DecodeRune(text)
		if r == utf8.RuneError && size == 1 {
			r = fromWindows1252(text[0])
		}
		text = text[size:]
		if !isInvisible(r) {
			dst = utf8.AppendRune(dst, foldRune(r))
		}
	}
	return dst
}

func foldASCII(b byte) byte {
	switch b {
	case '\t':
		return ' '
	case '\r', '\v', '\f':
		return '\n'
	case '[':
		return '('
	case ']':
		return ')'
	case '`':
		return '\''
	}
	if 'A' <= b && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}

func foldRune(r rune) rune {
	if '！' <= r && r <= '～' { // the full-width forms of '!' to '~', in their order
		return rune(foldASCII(byte(r - '！' + '!')))
	}
	switch r {
	case '\u0085', '\u2028', '\u2029':
		return '\n'
	case '−', 'ー':
		return '-'
	case '【', '〔':
		return '('
	case '】', '〕':
		return ')'
	case '‘', '’', '‛', '´', '′', 'ʼ':
		return '\''
	case '“', '”', '„', '‟':
		return '"'
	case '،', '、':
		return ','
	case '؛':
		return ';'
	case '⁄', '∕':
		return '/'
	}
	if digit, ok := digitValue(r); ok {
		return '0' + digit
	}
	switch {
	case unicode.IsSpace(r):
		return ' '
	case unicode.Is(unicode.Pd, r):
		return '-'
	}
	return unicode.ToLower(r)
}

// isInvisible reports whether r takes no room: zero-width characters, direction marks, variation
// selectors, fillers.
func isInvisible(r rune) bool {
	if r < ignorable[0][0] {
		return false
	}
	for _, of := range ignorable {
		if r <= of[1] {
			return of[0] <= r
		}
	}
	return false
}

// digitValue returns the value of a decimal digit of any script. Unicode keeps the ten digits of a
// script together and in order, zero first.
func digitValue(r rune) (rune, bool) {
	const second = 0x660 // where the digits of a script other than Latin begin
	switch {
	case r < second:
		return r - '0', '0' <= r && r <= '9'
	case r <= 0xFFFF:
		for _, table := range unicode.Digit.R16 {
			if r <= rune(table.Hi) {
				return (r - rune(table.Lo)) % 10, r >= rune(table.Lo)
			}
		}
		return 0, false
	}
	for _, table := range unicode.Digit.R32 {
		if r <= rune(table.Hi) {
			return (r - rune(table.Lo)) % 10, r >= rune(table.Lo)
		}
	}
	return 0, false
}

// The classes of folded bytes. A byte of a character outside ASCII counts as a letter.

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

func isDigits(text []byte) bool {
	digits, rest := cutDigits(text)
	return len(digits) > 0 && len(rest) == 0
}

func isLetter(b byte) bool { return 'a' <= b && b <= 'z' || b >= utf8.RuneSelf }

// isNeutral reports whether b may stand between the digits of one number.
func isNeutral(b byte) bool { return b == ' ' || b == '-' || b == '.' || b == '(' || b == ')' }

// isSeparator reports whether b parts two numbers.
func isSeparator(b byte) bool {
	switch b {
	case '/', ',', ';', '|', '&', '\n':
		return true
	}
	return false
}
