package filter

import "encoding/binary"

// maxCellDigits bounds what a cell's digits are copied into. E.164 ends at 15 digits, an international prefix with a
// carrier code adds at most five, a trunk prefix two: more digits than this are no number however they are read.
const maxCellDigits = 24

// A cell is the digits that stand in a phone cell when all that people and programs wrap around numbers is off. Its
// last three fields have no part in a decision: they are for those who want to know what was done to the cell.
type cell struct {
	digits    [maxCellDigits]byte
	length    int
	plus      bool // a '+' stood before the first digit
	recovered bool // it was in scientific notation with every digit there: 9.19876543210E+11
	float     bool // a program took it for a float: 919876543210.0
	extension bool // an extension stood behind it: x12
}

func (c *cell) bytes() []byte { return c.digits[:c.length] }

// read takes the digits out of text. It returns Undecided if they may be one number, else the reason why not. It does
// not allocate unless text is longer than people write numbers.
//
// Spaces, dashes, dots and brackets among the digits change nothing, but for three forms that programs write and people do
// not: plain digits with nothing but zeros behind a dot (a float), up to eight digits without '+' in the groups of a date
// (mangled), and a minus before the first digit (mangled).
func (c *cell) read(text []byte) Reason {
	if c.readPlain(text) {
		return Undecided
	}
	return c.readAny(text)
}

// readPlain reads the form that nearly all cells have, ASCII digits, spaces, dashes and round brackets behind at most
// a '+', and reports whether the cell had it. A dot is left to readAny: it may be that of a trailing ".0". So are a
// few dashed digits, which may be a date, and a first dash, which may be a minus.
func (c *cell) readPlain(text []byte) bool {
	c.plus, c.recovered, c.float, c.extension = false, false, false, false
	if len(text) > 0 && text[0] == '+' {
		c.plus = true
		text = text[1:]
	}
	n := len(text)
	if 8 <= n && n <= 16 {
		first, last := binary.LittleEndian.Uint64(text), binary.LittleEndian.Uint64(text[n-8:]) // which may overlap
		if areDigits(first, last) {
			binary.LittleEndian.PutUint64(c.digits[:], first)
			binary.LittleEndian.PutUint64(c.digits[n-8:], last)
			c.length = n
			return true
		}
	}
	if n > maxCellDigits || isNegative(text) {
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
	mayBeDate := common&dashless == 0 && length <= maxDateDigits && !c.plus
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
func (c *cell) readAny(text []byte) Reason {
	var space [128]byte
	folded := space[:0]
	if len(text) > len(space) {
		folded = make([]byte, 0, len(text))
	}
	number, reason := unwrap(appendFolded(folded, text))
	if reason != Undecided {
		return reason
	}
	if len(number) < len(text) && c.readPlain(number) { // what was around it is off
		return Undecided
	}
	*c = cell{}
	switch {
	case c.readScientific(number):
		return Undecided
	case isMangled(number):
		return Mangled
	}
	number, c.extension = cutExtension(number)
	number, c.float = cutFloat(number)
	return c.scan(number)
}

// minNumberDigits is how many digits a part of a cell needs to be a number of its own: the shortest national numbers
// that the numbering plans know as mobile have five to seven.
const minNumberDigits = 6

// scan reads a folded number byte by byte. A separator, or a '+' after the first digit, parts one number from the next,
// and what follows may be the end of one ("98765 43210/11"), but not among words ("12 High Street, 560001"). Any other
// character that is neither digit nor neutral makes the cell something else.
func (c *cell) scan(text []byte) Reason {
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
			if c.length < maxCellDigits {
				c.digits[c.length] = b
			}
			c.length++
		case b == '+' && !c.plus && c.length == 0:
			c.plus = true
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
	case c.length > maxCellDigits:
		return Invalid
	}
	return Undecided
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
