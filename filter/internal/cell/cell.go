// Package cell reads what stands in a phone cell: it takes off what people and programs wrap around
// numbers, and tells the digits of one number from everything else. It knows no country; package
// filter makes numbers of the digits.
package cell

import (
	"bytes"
	"encoding/binary"
)

// MaxDigits bounds what a cell's digits are copied into. E.164 ends at 15 digits, an international
// prefix with a carrier code adds at most five, a trunk prefix two: more digits than this are no
// number however they are read.
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
	// Slashed are two groups of digits with a slash between them: one number or two, which the
	// numbering plan tells.
	Slashed
)

var problemNames = [...]string{"none", "empty", "mangled", "multiple", "not_a_number", "too_long", "slashed"}

// String returns the name that the problem has among the reasons of a decision, and "too_long".
func (p Problem) String() string { return problemNames[p] }

// Traits say what was done to a cell to get at its digits. They have no part in a decision, but for
// CarrierLetters.
type Traits uint16

const (
	Scientific Traits = 1 << iota // it was in scientific notation with every digit there: 9.19876543210E+11
	Float                         // a program took it for a float: 919876543210.0
	Extension                     // an extension followed it: x12
	Chat                          // a chat id or a link, in which the calling code comes first: 919876543210@c.us
	// the chat id named a device of its owner, which was left out: 919876543210:12@s.whatsapp.net
	Device
	Redecoded      // its text had been decoded twice, or was HTML, which was undone: +91&nbsp;98765
	Lost           // characters of it were lost, which made it mangled: ?+91 98765 43210?
	CarrierLetters // xx stood for a carrier's code after the trunk prefix, as in Brazil: 0xx11
)

// A Cell is the digits that stand in a phone cell when all that people and programs wrap around
// numbers is off.
type Cell struct {
	digits [MaxDigits]byte
	length int
	Plus   bool  // a '+', a chat id or a link says that the digits begin with a calling code
	Slash  uint8 // how many digits came before a slash, of a cell that is Slashed
	Zeros  uint8 // how many zeros came last, after a dot and digits that are not plain: the number's, or a program's
	Traits Traits
}

// Has reports whether the cell has a trait.
func (c *Cell) Has(t Traits) bool { return c.Traits&t != 0 }

// Digits returns the digits: a slice of the cell, valid until it is read again.
func (c *Cell) Digits() []byte { return c.digits[:c.length] }

// SetDigits replaces the digits, at most MaxDigits.
func (c *Cell) SetDigits(digits []byte) { c.length = copy(c.digits[:], digits) }

// Len returns how many digits there are.
func (c *Cell) Len() int { return c.length }

// First returns the first digit.
func (c *Cell) First() byte { return c.digits[0] }

// FirstEight returns the first eight digits, the first in the lowest byte, of a cell that has as
// many.
func (c *Cell) FirstEight() uint64 { return binary.LittleEndian.Uint64(c.digits[:]) }

// Read takes the digits out of text. It returns None if they may be one number, else the reason why
// not. It does not allocate unless text is longer than people write numbers, or was decoded
// wrongly.
//
// Spaces, dashes, dots and brackets among the digits change nothing, but for forms that programs
// write and people do not: plain digits with nothing but zeros after a dot (a float), other digits
// with .0 or .00 after them (Zeros), up to eight digits without '+' in the groups of a date
// (mangled), and a minus before the first digit (mangled).
func (c *Cell) Read(text []byte) Problem {
	if c.readPlain(text) {
		return None
	}
	return c.readAny(text)
}

// readPlain reads the form that nearly all cells have, ASCII digits, spaces, dashes and round
// brackets behind at most a '+', and reports whether the cell had it. A dot is left to readAny: it
// may be that of a trailing ".0". So are a few dashed digits, which may be a date, and a first
// dash, which may be a minus.
func (c *Cell) readPlain(text []byte) bool {
	c.Plus, c.Slash, c.Zeros, c.Traits = false, 0, 0, 0
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
		// the next digit takes the place of a mark: half the time of a branch that guesses wrong at
		// groups
		c.digits[length] = b
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
	decoded, redecoded := redecode(text)
	var space [128]byte
	folded := space[:0]
	if len(decoded) > len(space) {
		folded = make([]byte, 0, len(decoded))
	}
	number, traits, problem := unwrap(appendFolded(folded, decoded))
	if problem != None {
		return problem
	}
	if redecoded {
		traits |= Redecoded
	}
	problem = c.readUnwrapped(number, len(number) < len(text))
	c.Plus = c.Plus || traits&Chat != 0
	c.Traits |= traits
	return problem
}

// readUnwrapped reads folded text that is unwrapped. It may be plain now.
func (c *Cell) readUnwrapped(number []byte, mayBePlain bool) Problem {
	if mayBePlain && c.readPlain(number) {
		return None
	}
	*c = Cell{}
	switch {
	case c.readScientific(number):
		return None
	case isMangled(number):
		return Mangled
	}
	if rest, ok := cutExtension(number); ok {
		number = rest
		c.Traits |= Extension
	}
	if rest, ok := cutFloat(number); ok {
		number = rest
		c.Traits |= Float
	} else {
		c.Zeros = countZeros(number)
	}
	return c.scan(number)
}

// FewestDigits is how many digits a part of a cell needs to be a number of its own: the shortest
// national numbers that the numbering plans know as mobile have five to seven.
const FewestDigits = 6

// scan reads a folded number byte by byte. A separator, or a '+' after the first digit, parts one
// number from the next, and what follows may be the end of one ("98765 43210/11"), but not among
// words ("12 High Street, 560001"). Any other character that is neither digit nor neutral makes the
// cell something else.
func (c *Cell) scan(text []byte) Problem {
	var p parts
	for at := 0; at < len(text); {
		b := text[at]
		at++
		switch {
		case isDigit(b):
			p.digits++
			if c.length < MaxDigits {
				c.digits[c.length] = b
			}
			c.length++
		case b == '+' && !c.Plus && c.length == 0:
			c.Plus = true
		case b == '+', isSeparator(b):
			if b == '/' {
				c.Slash = uint8(min(c.length, MaxDigits))
			}
			p.part()
		case b == ':' && bytes.HasPrefix(text[at:], []byte("::")): // what Google puts between the values of a field
			at += len("::")
			p.part()
		case isLetter(b):
			start := at - 1
			for at < len(text) && isLetter(text[at]) {
				at++
			}
			c.scanWord(&p, text, start, at)
		case b == '?':
			p.lost = true
		case !isNeutral(b):
			p.stray = true
		}
	}
	p.end()
	return c.judge(p)
}

// parts are what scan has seen.
type parts struct {
	digits, found, whole int // digits of the part at hand; parts with digits; parts with digits enough for a number
	separators           int
	stray, lost          bool // there is something that is no number; or the remains of a character
}

// part ends a part at a separator.
func (p *parts) part() {
	p.end()
	p.separators++
}

func (p *parts) end() {
	if p.digits > 0 {
		p.found++
	}
	if p.digits >= FewestDigits {
		p.whole++
	}
	p.digits = 0
}

// judge says what the parts come to.
func (c *Cell) judge(p parts) Problem {
	clean := !p.stray && !p.lost
	if p.separators == 1 && c.Slash > 0 && p.found == 2 && clean && c.length <= MaxDigits {
		return Slashed
	}
	c.Slash = 0
	parted := p.separators > 0
	switch {
	case parted && (p.whole > 1 || p.whole == 1 && p.found > 1 && !p.stray):
		return Multiple
	case p.lost && !p.stray && !parted && c.length >= FewestDigits:
		c.Traits |= Lost
		return Mangled
	case !clean, parted, c.length == 0:
		return NotANumber
	case c.length > MaxDigits:
		return TooLong
	}
	return None
}

// scanWord looks at the letters text[start:end].
func (c *Cell) scanWord(p *parts, text []byte, start, end int) {
	switch word := text[start:end]; {
	case string(word) == "xx" &&
		(string(c.digits[:min(c.length, MaxDigits)]) == "0" || c.Plus &&
			string(c.digits[:min(c.length, MaxDigits)]) == "550"):
		c.Traits |= CarrierLetters
	case isConjunction(text, start, end):
		p.part()
	case isLost(word):
		p.lost = true
	default:
		p.stray = true
	}
}

// conjunctions stand between two numbers: or, and.
var conjunctions = [...]string{
	"or", "and", "ou", "et", "e", "oder", "und", "o", "y", "u", "of", "en", "и", "или", "atau", "dan", "ve",
	"veya", "lub", "i",
}

// isConjunction reports whether text[start:end], which are letters, is a conjunction apart from the
// digits around it. Next to a digit it is a slip of the pen: "o000".
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
