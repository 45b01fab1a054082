package numbering

import (
	"slices"
	"strconv"
)

// A Number is what the numbering plan says of digits. It is comparable. The zero Number is no
// number: neither possible nor of any region.
type Number struct {
	// one word and not five fields: structs above four fields go through memory, which costs more
	// than the walk
	word uint64
}

// The places in a word. gen/words.go writes them.
//
//	 0 calling code (10 bits)   23 possible   27 national number begins at start, not behind a calling code there
//	10 region set (10 bits)     24 legacy     28 region's own calling code without "+"
//	20 type (3 bits)            25 short      29 jump: not a number, but where to go on (Dialled)
//	                            26 long       32 rewrite (8 bits), 40 start: digits before the calling code
const (
	setShift     = 10
	typeShift    = 20
	possibleBit  = 1 << 23
	legacyBit    = 1 << 24
	shortBit     = 1 << 25
	longBit      = 1 << 26
	nationalBit  = 1 << 27
	ownCodeBit   = 1 << 28
	jumpBit      = 1 << 29
	rewriteShift = 32
	startShift   = 40
)

// CallingCode is the calling code, 1 to 999, or 0 where none is assigned (or, if Short or Long,
// none was looked for).
func (n Number) CallingCode() int { return int(n.word & (1<<10 - 1)) }

// Set is the regions that the number can belong to, 0 if it belongs to none: an unassigned calling
// code, one without a country (800, 870, …) or far too few or too many digits.
func (n Number) Set() SetID { return SetID(n.word >> setShift & (1<<10 - 1)) }

// Possible reports that the length fits a full number, at most 15 digits in all; local-only lengths
// do not count. Legacy numbers are possible.
func (n Number) Possible() bool { return n.word&possibleBit != 0 }

// Valid reports that the number lies in an assigned range. Legacy numbers are never valid. Do not
// take valid for possible: seven digits behind +1 that begin with 310 are valid in Canada, and of a
// local-only length.
func (n Number) Valid() bool { return n.Type() != NoType }

// Legacy reports a form that WhatsApp accounts of long ago still have (differences.txt). It is
// nobody's number today.
func (n Number) Legacy() bool { return n.word&legacyBit != 0 }

// AsLegacy returns n, of the same digits, as a legacy form: at home they are none, but their E.164
// number is.
func (n Number) AsLegacy() Number {
	return Number{n.word&^(shortBit|longBit) | possibleBit | legacyBit}
}

// HasLegacy reports whether any number of a calling code is a legacy form.
func HasLegacy(callingCode int) bool { return slices.Contains(legacy[:], callingCode) }

// Short reports too few digits for a number of the calling code, or for any.
func (n Number) Short() bool { return n.word&shortBit != 0 }

// Long reports too many digits for a number of the calling code, or for any.
func (n Number) Long() bool { return n.word&longBit != 0 }

// Type is the kind of line behind a valid number.
func (n Number) Type() Type { return Type(n.word >> typeShift & 7) }

// A Type is a kind of line.
type Type uint8

const (
	NoType        Type = iota // not valid
	Mobile                    // mobile
	Fixed                     // fixed line
	FixedOrMobile             // one of the two: the plan cannot tell, as everywhere behind +1
	OtherType                 // toll-free, premium rate, VoIP, pager and the like
)

var typeNames = [...]string{"none", "mobile", "fixed", "fixed or mobile", "other"}

func (t Type) String() string { return typeNames[t] }

// AppendE164 appends the E.164 number, without "+", to dst and returns the extended slice. digits
// are those that gave n. It is what the library makes of them: a national or international prefix
// goes, a calling code comes, and where a region writes its numbers differently at home (AR: 011 15
// …), the digits change. Legacy forms stay as they are. Nothing is appended if there is no calling
// code.
func (n Number) AppendE164(dst, digits []byte) []byte {
	callingCode := uint64(n.CallingCode())
	if callingCode == 0 {
		return dst
	}
	before := len(dst)
	dst = strconv.AppendUint(dst, callingCode, 10)
	start := int(n.word >> startShift)
	if n.word&nationalBit == 0 {
		start += len(dst) - before
	}
	return rewrites[n.word>>rewriteShift&0xff].append(dst, digits[start:])
}

// A rewrite makes the national number from what was read: drop skip digits, put insert first, copy
// keep digits, drop drop digits, copy the rest.
type rewrite struct {
	skip   uint8
	insert string
	keep   uint8
	drop   uint8
}

func (r *rewrite) append(dst, digits []byte) []byte {
	dst = append(dst, r.insert...)
	digits = digits[r.skip:]
	dst = append(dst, digits[:r.keep]...)
	return append(dst, digits[r.keep+r.drop:]...)
}
