// Package cell reads what stands in a phone cell: it takes off what people and programs wrap around numbers, and tells
// the digits of one number from everything else. It knows no country; package filter makes numbers of the digits.
package cell

import "encoding/binary"

// MaxDigits bounds what a cell's digits are copied into. E.164 ends at 15 digits, an international prefix with a
// carrier code adds at most five, a trunk prefix two: more digits than this are no number however they are read.
const MaxDigits = 24

// A Problem says why a cell does not hold one number.
type Problem uint8

const (
	None       Problem = iota // it may hold one
	Empty                     // nothing in the cell
	Mangled                   // a spreadsheet destroyed the number
	Multiple                  // more than one number
	NotANumber                // something else
	TooLong                   // more than MaxDigits digits
)

var problemNames = [...]string{"none", "empty", "mangled", "multiple", "not_a_number", "too_long"}

// String returns the name that the problem has among the reasons of a decision, and "too_long".
func (p Problem) String() string { return problemNames[p] }

// A Cell is the digits that stand in a phone cell when all that people and programs wrap around numbers is off. The
// last three fields have no part in a decision: they are for those who want to know what was done to the cell.
type Cell struct {
	digits        [MaxDigits]byte
	length        int
	Plus          bool // a '+' stood before the first digit
	WasScientific bool // it was in scientific notation with every digit there: 9.19876543210E+11
	WasFloat      bool // a program took it for a float: 919876543210.0
	Extension     bool // an extension followed it: x12
}

// Digits returns the digits: a slice of the cell, valid until it is read again.
func (c *Cell) Digits() []byte { return c.digits[:c.length] }

// Len returns how many digits there are.
func (c *Cell) Len() int { return c.length }

// First returns the first digit.
func (c *Cell) First() byte { return c.digits[0] }

// FirstEight returns the first eight digits, the first in the lowest byte, of a cell that has as many.
func (c *Cell) FirstEight() uint64 { return binary.LittleEndian.Uint64(c.digits[:]) }

// Read takes the digits out of text. It returns None if they may be one number, else the reason why not. It does
// not allocate unless text is longer than people write numbers.
//
// Spaces, dashes, dots and brackets among the digits change nothing, but for three forms that programs write and people do
// not: plain digits with nothing but zeros behind a dot (a float), up to eight digits without '+' in the groups of a date
// (mangled), and a minus before the first digit (mangled).
func (c *Cell) Read(text []byte) Problem {
	if c.readPlain(text) {
		return None
	}
	return c.readAny(text)
}

// readPlain reads the form that nearly all cells have, ASCII digits, spaces, dashes and round brackets behind at most
// a '+', and reports whether the cell had it. A dot is left to readAny: it may be that of a trailing ".0". So are a
// few dashed digits, which may be a date, and a first dash, which may be a minus.
func (c *Cell) readPlain(text []byte) bool {
	c.Plus, c.WasScientific, c.WasFloat, c.Extension = false, false, false, false
	if len(text) > 0 && text[0] == '+' {
		c.Plus = true
		text = text[1:]
	}
	n := len(text)
	if 8 <= n && n <= 16 {
		first, last := binary.LittleEndian.Uint64(text), binary.LittleEndian.Uint64(text[n-8:]) // which may overlap
		if AreDigits(first, last) {
			binary.LittleEndian.PutUint64(c.digits[:], first)
			binary.LittleEndian.PutUint64(c.digits[n-8:], last)
			c.length = n
			return true
		}
	}
	if n > MaxDigits || isNegative(text) {
		return false
	}
	length, common := 0, byte(plain|dashless)
	for _, b := range text {
		class := plainClasses[b]
		c.digits[length] = b // the next digit takes the place of a mark: half the time of a branch that guesses wrong at groups
		length += int(class & plainDigit)
		common &= class
	}
	c.length = length
	mayBeDate := common&dashless == 0 && length <= maxDateDigits && !c.Plus
	return common&plain != 0 && length > 0 && !mayBeDate
}

// What is known of a byte, as bits: what holds of every byte of a cell holds of the cell.
const (
	plainDigit = 1 << iota
	plain      // a digit, a space, a dash or a round bracket
	dashless

	digitClass = plainDigit | plain | dashless
)

var plainClasses = [256]byte{
	'0': digitClass, '1': digitClass, '2': digitClass, '3': digitClass, '4': digitClass,
	'5': digitClass, '6': digitClass, '7': digitClass, '8': digitClass, '9': digitClass,
	' ': plain | dashless, '(': plain | dashless, ')': plain | dashless, '-': plain,
}

// readAny reads every form. The questions stand in the order of the reasons.
func (c *Cell) readAny(text []byte) Problem {
	var space [128]byte
	folded := space[:0]
	if len(text) > len(space) {
		folded = make([]byte, 0, len(text))
	}
	number, problem := unwrap(appendFolded(folded, text))
	if problem != None {
		return problem
	}
	if len(number) < len(text) && c.readPlain(number) { // what was around it is off
		return None
	}
	*c = Cell{}
	switch {
	case c.readScientific(number):
		return None
	case isMangled(number):
		return Mangled
	}
	number, c.Extension = cutExtension(number)
	number, c.WasFloat = cutFloat(number)
	return c.scan(number)
}

// minNumberDigits is how many digits a part of a cell needs to be a number of its own: the shortest national numbers
// that the numbering plans know as mobile have five to seven.
const minNumberDigits = 6

// scan reads a folded number byte by byte. A separator, or a '+' after the first digit, parts one number from the next,
// and what follows may be the end of one ("98765 43210/11"), but not among words ("12 High Street, 560001"). Any other
// character that is neither digit nor neutral makes the cell something else.
func (c *Cell) scan(text []byte) Problem {
	var digits, parts, whole int // digits of the part at hand; parts with digits; parts with digits enough for a number
	stray, parted := false, false
	part := func() {
		parted = true
		if digits > 0 {
			parts++
		}
		if digits >= minNumberDigits {
			whole++
		}
		digits = 0
	}
	for at := 0; at < len(text); {
		b := text[at]
		at++
		switch {
		case isDigit(b):
			digits++
			if c.length < MaxDigits {
				c.digits[c.length] = b
			}
			c.length++
		case b == '+' && !c.Plus && c.length == 0:
			c.Plus = true
		case b == '+', isSeparator(b):
			part()
		case isLetter(b):
			start := at - 1
			for at < len(text) && isLetter(text[at]) {
				at++
			}
			if isConjunction(text, start, at) {
				part()
			} else {
				stray = true
			}
		case !isNeutral(b):
			stray = true
		}
	}
	if parted {
		part()
	}
	switch {
	case whole > 1, whole == 1 && parts > 1 && !stray:
		return Multiple
	case stray, parted, c.length == 0:
		return NotANumber
	case c.length > MaxDigits:
		return TooLong
	}
	return None
}

// conjunctions stand between two numbers: or, and.
var conjunctions = [...]string{
	"or", "and", "ou", "et", "e", "oder", "und", "o", "y", "u", "of", "en", "и", "или", "atau", "dan", "ve", "veya", "lub", "i",
}

// isConjunction reports whether text[start:end], which are letters, is a conjunction apart from the digits around it.
// Next to a digit it is a slip of the pen: "o000".
func isConjunction(text []byte, start, end int) bool {
	if start > 0 && isDigit(text[start-1]) || end < len(text) && isDigit(text[end]) {
		return false
	}
	for _, word := range conjunctions {
		if string(text[start:end]) == word {
			return true
		}
	}
	return false
}
