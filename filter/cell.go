package filter

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// maxCellDigits bounds what a cell's digits are copied into. E.164 ends at 15 digits, an international prefix with a
// carrier code adds at most five, a trunk prefix two: more digits than this are no number however they are read.
const maxCellDigits = 24

// A cell is the digits that stand in a phone cell when all that people and programs wrap around numbers is off.
type cell struct {
	digits [maxCellDigits]byte
	length int
	plus   bool // a '+' stood before the first digit
}

func (c *cell) bytes() []byte { return c.digits[:c.length] }

// read takes the digits out of text. It returns Undecided if they may be one number, else the reason why not.
func (c *cell) read(text []byte) Reason {
	if c.readPlain(text) {
		return Undecided
	}
	text, reason := unwrap(text)
	if reason != Undecided {
		return reason
	}
	return c.scan(text)
}

// readPlain reads the form that nearly all cells have, ASCII digits and neutral marks with at most a '+' in front, and
// reports whether the cell had it. A dot is left to the long way round: it may be that of a trailing ".0".
func (c *cell) readPlain(text []byte) bool {
	*c = cell{}
	for _, b := range text {
		switch {
		case '0' <= b && b <= '9':
			if c.length == maxCellDigits {
				return false
			}
			c.digits[c.length] = b
			c.length++
		case b == '+':
			if c.plus || c.length > 0 {
				return false
			}
			c.plus = true
		case b != ' ' && b != '-' && b != '(' && b != ')':
			return false
		}
	}
	return c.length > 0
}

// scan reads text rune by rune. A separator or a second '+' parts one number from the next, and any other character
// that is neither digit nor neutral makes the cell something else than a number.
func (c *cell) scan(text []byte) Reason {
	*c = cell{}
	var digits, parts int // digits of the part at hand; parts that were long enough for a number of their own
	stray, parted := false, false
	endPart := func() {
		if digits >= minNumberDigits {
			parts++
		}
		digits = 0
	}
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		text = text[size:]
		digit, isDigit := digitValue(r)
		switch {
		case isDigit:
			digits++
			if c.length < maxCellDigits {
				c.digits[c.length] = '0' + digit
			}
			c.length++
		case r == '+' || r == '＋':
			if c.plus || c.length > 0 {
				parted = true
				endPart()
			}
			c.plus = c.plus || c.length == 0
		case isSeparator(r):
			parted = true
			endPart()
		case !isNeutral(r):
			stray = true
		}
	}
	endPart()
	switch {
	case parted && parts > 1:
		return Multiple
	case stray || parted || c.length == 0:
		return NotANumber
	case c.length > maxCellDigits:
		return Invalid
	}
	return Undecided
}

// minNumberDigits is how many digits a part of a cell needs to count as a number of its own: the shortest national
// numbers that the numbering plans know as mobile have five to seven.
const minNumberDigits = 6

// unwrap strips what stands around a number, and tells a cell that holds nothing and one that a spreadsheet destroyed.
func unwrap(text []byte) ([]byte, Reason) {
	for before := -1; before != len(text); {
		before = len(text)
		text = stripFormula(bytes.TrimFunc(text, isBlank))
		text = bytes.TrimPrefix(text, []byte("'"))
		for _, scheme := range []string{"tel:", "whatsapp:", "https://", "http://", "wa.me/"} {
			text = trimPrefixFold(text, scheme)
		}
		for _, server := range []string{"@c.us", "@s.whatsapp.net"} {
			text = trimSuffixFold(text, server)
		}
	}
	if len(text) == 0 {
		return nil, Empty
	}
	if isMangled(text) {
		return nil, Mangled
	}
	return stripFloat(text), Undecided
}

// stripFormula takes ="…" off, which exporters write so that spreadsheets leave a number alone.
func stripFormula(text []byte) []byte {
	if inner, ok := bytes.CutPrefix(text, []byte(`="`)); ok {
		if inner, ok := bytes.CutSuffix(inner, []byte(`"`)); ok {
			return inner
		}
	}
	return text
}

// stripFloat takes a trailing ".0" off plain digits: a program took the column for floats. After digits in groups the
// dot is one more separator, and the zero is part of the number.
func stripFloat(text []byte) []byte {
	whole, ok := bytes.CutSuffix(text, []byte(".0"))
	if ok && isDigits(bytes.TrimPrefix(whole, []byte("+"))) {
		return whole
	}
	return text
}

// isMangled reports whether text is what a spreadsheet leaves of a number: 9.19877E+11, ##### or an error value.
func isMangled(text []byte) bool {
	if text[0] == '#' {
		rest := bytes.TrimLeft(text, "#")
		return len(rest) == 0 || bytes.ContainsAny(rest[len(rest)-1:], "!?A") // #REF!, #NAME?, #N/A
	}
	mantissa, exponent, ok := bytes.Cut(bytes.ToUpper(text), []byte("E"))
	if !ok {
		return false
	}
	mantissa = bytes.TrimLeft(mantissa, "+-")
	whole, fraction, _ := bytes.Cut(bytes.Replace(mantissa, []byte(","), []byte("."), 1), []byte("."))
	return isDigits(whole) && (len(fraction) == 0 || isDigits(fraction)) && isDigits(bytes.TrimLeft(exponent, "+-"))
}

func isDigits(text []byte) bool {
	for _, b := range text {
		if b < '0' || b > '9' {
			return false
		}
	}
	return len(text) > 0
}

// digitValue returns the value of a decimal digit of any script. Unicode keeps the ten digits of a script together and
// in order, zero first.
func digitValue(r rune) (byte, bool) {
	if r < utf8.RuneSelf {
		return byte(r - '0'), '0' <= r && r <= '9'
	}
	if !unicode.IsDigit(r) {
		return 0, false
	}
	for _, table := range unicode.Digit.R16 {
		if rune(table.Lo) <= r && r <= rune(table.Hi) {
			return byte((r - rune(table.Lo)) % 10), true
		}
	}
	for _, table := range unicode.Digit.R32 {
		if rune(table.Lo) <= r && r <= rune(table.Hi) {
			return byte((r - rune(table.Lo)) % 10), true
		}
	}
	return 0, false
}

// isBlank reports whether r may stand around a number unseen: white space, line breaks, zero-width characters and
// direction marks.
func isBlank(r rune) bool {
	switch {
	case unicode.IsSpace(r):
		return true
	case r == '\u00AD', r == '\uFEFF', '\u200B' <= r && r <= '\u200F', '\u202A' <= r && r <= '\u202E',
		'\u2060' <= r && r <= '\u2064', '\u2066' <= r && r <= '\u2069':
		return true
	}
	return false
}

// isSeparator reports whether r parts two numbers.
func isSeparator(r rune) bool {
	switch r {
	case '/', ',', ';', '|', '\n', '\r', '\v', '\f', '\u0085', '\u2028', '\u2029':
		return true
	}
	return false
}

// isNeutral reports whether r may stand between the digits of one number.
func isNeutral(r rune) bool {
	switch r {
	case '.', '(', ')', '[', ']', '（', '）', '［', '］', '．', '－', 'ー', '−':
		return true
	}
	return isBlank(r) || unicode.Is(unicode.Pd, r)
}

func trimPrefixFold(text []byte, prefix string) []byte {
	if len(text) >= len(prefix) && bytes.EqualFold(text[:len(prefix)], []byte(prefix)) {
		return text[len(prefix):]
	}
	return text
}

func trimSuffixFold(text []byte, suffix string) []byte {
	if at := len(text) - len(suffix); at >= 0 && bytes.EqualFold(text[at:], []byte(suffix)) {
		return text[:at]
	}
	return text
}
