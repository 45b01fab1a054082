// Package numbering is the numbering plan of the world as one table: whose number is this, and can
// it be one?
//
//	n := numbering.International("919876543210")                    // what stands behind "+"
//	n, kind := numbering.Dialled([2]byte{'I', 'N'}, "09876543210") // what somebody in India dials
//	if n.Possible() {
//		regions := n.Set().Regions() // IN
//	}
//
// The answers are those of github.com/nyaruka/phonenumbers/v2, from whose metadata (Version) the
// table is made: Parse, then GetRegionCodeForNumber, IsPossibleNumberWithReason, IsValidNumber and
// GetNumberType. differences.txt lists what we answer otherwise, with reasons. The tests and the
// command in verify compare the two.
//
// # Terms
//
// An E.164 number is a calling code (1 to 3 digits: 1, 44, 225) and a national number. A region is
// an ISO 3166-1 code, US or GB. A number is possible if its length fits its calling code, and valid
// if its range is assigned; neither means that somebody answers. A trunk prefix (0 in +44 (0) 7911
// …) and an international prefix (00, 011) are dialled but not part of E.164.
//
// # How it works
//
// A number of a known length is a walk through rows of ten: row after row, the next digit says
// which one follows. A walk ends at a leaf, where no further digit changes the answer, mostly after
// four to six of them. See gen for how the rows come about.
//
// Nothing here allocates or locks, but for HomeOf, nor keeps its arguments. All of it may be called
// concurrently. Only ASCII digits may come in: with anything else the answer is meaningless, or the
// call panics.
//
//go:generate go run ./gen
package numbering

// International judges digits as they stand behind "+", calling code first. It reads at most 20;
// what is longer is Long.
func International[T []byte | string](digits T) Number {
	if len(digits) < len("123") {
		return Number{shortBit}
	}
	if len(digits) > maxDigits {
		return Number{longBit}
	}
	first := uint32(digits[0]-'0')*100 + uint32(digits[1]-'0')*10 + uint32(digits[2]-'0')
	row := cell(openings + uint32(len(digits))*1000 + first)
	if len(digits) < 6 {
		return walk(row, digits[3:])
	}
	// Most walks take one to three steps more. Leaves lead to themselves, so that taking all three
	// without asking is cheaper (6 ns against 12) than guessing wrong, for one number in two, when
	// to stop.
	row = next(row, digits[3])
	row = next(row, digits[4])
	row = next(row, digits[5])
	if row < leaves {
		return word(row)
	}
	return walk(row, digits[6:])
}

// A Leaf is what Origin says of a number, below Leaves: few enough that whoever decides by them can
// make a table of all.
type Leaf uint16

// Leaves is how many there are.
const Leaves = leaves

// Number is what is known there.
func (l Leaf) Number() Number { return word(uint32(l)) }

// Origin takes so many digits.
const (
	MinOrigin = 8
	MaxOrigin = maxDigits
)

// Origin says of digits as they stand behind "+" only whose number it is and whether its length
// fits: CallingCode, Set, Possible and Short are those that International answers, and nothing else
// is known. That is sure after fewer digits, mostly after three. The first eight are those in
// first, too, the first of all in its lowest byte: whoever has looked whether they are digits has
// that word at hand.
func Origin(first uint64, digits []byte) Leaf {
	three := uint32(first&15)*100 + uint32(first>>8&15)*10 + uint32(first>>16&15)
	row := cell(origins + uint32(len(digits))*1000 + three)
	// One walk in seven takes one step more, or two. Leaves lead to themselves: taking both is
	// cheaper than guessing wrong.
	row = next(row, byte(first>>24))
	row = next(row, byte(first>>32))
	for i := 5; row >= leaves && i < len(digits); i++ {
		row = next(row, digits[i])
	}
	return Leaf(row)
}

// A Kind is how digits without "+" were read.
type Kind uint8

const (
	Unread              Kind = iota // not at all
	National                        // as a number of the region
	InternationalPrefix             // with the region's international prefix, then a calling code
	WithoutPlus                     // with the region's own calling code, which is not a prefix anybody dials
)

var kindNames = [...]string{"unread", "national", "international prefix", "without plus"}

func (k Kind) String() string { return kindNames[k] }

// Dialled judges digits as somebody in region (two capitals) dials or writes them without "+", and
// says how it read them. Unread are more than 20 digits, which are Long, and the digits of a region
// that the table does not have: they give the zero Number.
func Dialled[T []byte | string](region [2]byte, digits T) (Number, Kind) {
	if len(digits) > maxDigits {
		return Number{longBit}, Unread
	}
	return readDialled(walk(start(region, uint32(len(digits))), digits), digits)
}

// readDialled is Dialled from the end of the walk on.
func readDialled[T []byte | string](n Number, digits T) (Number, Kind) {
	switch {
	case n.word == 0:
		return Number{}, Unread
	case n.word&(jumpBit|ownCodeBit) == jumpBit:
		prefix := n.word >> startShift
		n = International(digits[prefix:])
		return Number{n.word | prefix<<startShift}, InternationalPrefix
	case n.word&jumpBit != 0:
		return International(digits), WithoutPlus
	case n.word&ownCodeBit != 0:
		return n, WithoutPlus
	}
	return Number{n.word | nationalBit}, National
}
