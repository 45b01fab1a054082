package cell

import "bytes"

// This file knows what programs do to numbers: what they destroy, and what can be told back. It
// reads folded text that is unwrapped.

// isMangled reports whether a spreadsheet destroyed the cell, or one of several things in it.
func isMangled(text []byte) bool {
	if isDate(text) || isOfficeError(text) {
		return true
	}
	if bytes.IndexByte(text, 'e') < 0 && bytes.IndexByte(text, '#') < 0 { // a third of the time of ContainsAny
		return false
	}
	for at := 0; at < len(text); at++ {
		if at > 0 && !isBoundary(text[at-1]) {
			continue
		}
		if length := errorLength(text[at:]); length > 0 && endsAt(text, at+length) {
			return true
		}
		if s, length := parseScientific(text[at:]); length > 0 && endsAt(text, at+length) {
			if !s.complete() {
				return true
			}
			at += length - 1 // its fraction is no number of its own
		}
	}
	return false
}

func isBoundary(b byte) bool { return isNeutral(b) || isSeparator(b) }

func endsAt(text []byte, end int) bool { return end == len(text) || isBoundary(text[end]) }

// errorValues are the ones that do not end in '!' or '?': not available.
var errorValues = [...]string{"n/a", "n/d", "n/b", "nv", "н/д", "yok", "getting_data"}

// errorLength returns how many bytes at the beginning of text a spreadsheet put there in place of a
// value: ##### where the column is too narrow, else an error such as #REF!, #NAME? or #DIV/0!, in
// any language.
func errorLength(text []byte) int {
	rest := bytes.TrimLeft(text, "#")
	switch hashes := len(text) - len(rest); {
	case hashes > 1:
		return hashes
	case hashes == 0:
		return 0
	}
	for _, value := range errorValues {
		if tail, ok := cutPrefix(rest, value); ok && endsAt(tail, 0) {
			return len("#") + len(value)
		}
	}
	for i, b := range rest {
		switch {
		case i > 0 && (b == '!' || b == '?'):
			return len("#") + i + 1
		case !isLetter(b) && b != '/' && (b != '0' || i == 0 || rest[i-1] != '/'):
			return 0
		}
	}
	return 0
}

// isOfficeError reports whether text is an error of LibreOffice's that has only a number: Err:502.
func isOfficeError(text []byte) bool {
	code, ok := cutPrefix(text, "err:")
	return ok && len(code) == 3 && isDigits(code)
}

// A scientific is a number that stood in scientific notation: 9.19877E+11.
type scientific struct {
	plus            bool
	whole, fraction []byte
	exponent        int // -1 for all negative ones, and 99 for all above
}

// parseScientific reads scientific notation at the beginning of text, with a dot or a comma as its
// decimal mark. The length is how much of text it takes, 0 if there is none. Programs write a
// fraction or the exponent's sign, or both: 412e5 is a slip of the pen.
func parseScientific(text []byte) (s scientific, length int) {
	rest := text
	if len(rest) > 0 && (rest[0] == '+' || rest[0] == '-') {
		s.plus = rest[0] == '+'
		rest = rest[1:]
	}
	s.whole, rest = cutDigits(rest)
	if len(rest) > 0 && (rest[0] == '.' || rest[0] == ',') {
		s.fraction, rest = cutDigits(rest[1:])
	}
	if len(s.whole) == 0 || len(rest) == 0 || rest[0] != 'e' {
		return s, 0
	}
	rest = rest[1:]
	signed := len(rest) > 0 && (rest[0] == '+' || rest[0] == '-')
	negative := signed && rest[0] == '-'
	if signed {
		rest = rest[1:]
	}
	digits, rest := cutDigits(rest)
	if len(digits) == 0 || !signed && len(s.fraction) == 0 {
		return s, 0
	}
	for _, b := range digits {
		s.exponent = min(s.exponent*10+int(b-'0'), 99)
	}
	if negative {
		s.exponent = -1
	}
	return s, len(text) - len(rest)
}

// shownDigits is how many digits of a long number spreadsheets show. A number with zeros after them
// all was most likely saved as it was shown and opened again: 9.19877000000E+11.
const shownDigits = 6

// maxE164 is how many digits an E.164 number has at most.
const maxE164 = 15

// complete reports whether every digit of the number is there. Doubt says no: not one digit is made
// up.
func (s scientific) complete() bool {
	if s.exponent < 0 || s.whole[0] == '0' || len(s.fraction) < s.exponent || len(s.whole)+s.exponent > maxE164 {
		return false
	}
	var digits [maxE164]byte
	number := append(append(digits[:0], s.whole...), s.fraction[:s.exponent]...)
	rounded := len(number) > shownDigits && isZeros(number[shownDigits:])
	return !rounded && isZeros(s.fraction[s.exponent:])
}

// readScientific reads a cell that holds one number in scientific notation with every digit there.
func (c *Cell) readScientific(text []byte) bool {
	s, length := parseScientific(text)
	if length == 0 || length < len(text) || !s.complete() {
		return false
	}
	c.Plus, c.Traits = s.plus, Scientific
	c.length = copy(c.digits[:], s.whole)
	c.length += copy(c.digits[c.length:], s.fraction[:s.exponent])
	return true
}

// cutFloat takes a trailing ".0" off plain digits: a program took the column for floats, and others
// write more zeros. After digits in groups the dot is one more mark, and the zero is part of the
// number.
func cutFloat(text []byte) ([]byte, bool) {
	digits, _ := cutPrefix(text, "+")
	whole, rest := cutDigits(digits)
	if len(whole) == 0 || len(rest) < len(".0") || rest[0] != '.' || !isZeros(rest[1:]) {
		return text, false
	}
	return text[:len(text)-len(rest)], true
}

// countZeros returns how many zeros stand after the last dot of digits that are not plain: a
// program took what somebody wrote for an amount, or they belong to the number. 535.0000 is how
// people group digits, and so is a last pair among other dots.
func countZeros(text []byte) uint8 {
	dot := bytes.LastIndexByte(text, '.')
	if dot < 0 || !isZeros(text[dot+1:]) {
		return 0
	}
	switch zeros := len(text) - dot - 1; {
	case zeros == 1, zeros == 2 && bytes.IndexByte(text[:dot], '.') < 0:
		return uint8(zeros)
	}
	return 0
}

// extensionLabels stand before an extension, the longer before those that they end in.
var extensionLabels = [...]string{";ext=", "extension", "extensión", "extn", "ext", "доб", "anexo", "ramal",
	"int", "x", "#"}

// maxExtensionDigits: more digits than this are rather another number.
const maxExtensionDigits = 6

// cutExtension takes an extension off a number, and a comma or a semicolon before it.
func cutExtension(text []byte) (number []byte, cut bool) {
	label, digits := text, 0
	for n := len(text) - 1; n >= 0 && (isDigit(text[n]) || isNeutral(text[n])); n-- {
		label = text[:n]
		if isDigit(text[n]) {
			digits++
		}
	}
	if digits < 1 || digits > maxExtensionDigits {
		return text, false
	}
	label, _ = cutAround(label, "", ":")
	for _, name := range extensionLabels {
		if number, ok := cutAround(label, "", name); ok {
			number = trimNeutral(number)
			if n := len(number) - 1; n >= 0 && (number[n] == ',' || number[n] == ';') {
				number = trimNeutral(number[:n])
			}
			if len(number) > 0 && isDigit(number[len(number)-1]) {
				return number, true
			}
			return text, false
		}
	}
	return text, false
}

// trimNeutral takes what is neutral off the end of text.
func trimNeutral(text []byte) []byte {
	for n := len(text) - 1; n >= 0 && isNeutral(text[n]); n-- {
		text = text[:n]
	}
	return text
}

func cutDigits(text []byte) (digits, rest []byte) {
	n := 0
	for n < len(text) && isDigit(text[n]) {
		n++
	}
	return text[:n], text[n:]
}

func isZeros(text []byte) bool { return len(bytes.TrimLeft(text, "0")) == 0 }
