package filter

import (
	"bytes"
	"encoding/binary"

	"github.com/listgate/listgate/filter/internal/cell"
	"github.com/listgate/listgate/filter/internal/numbering"
)

// A verdict is a Decision in short. It has no more fields than fit into registers.
type verdict struct {
	outcome outcomeID
	pair    pair // of the two readings of an ambiguous number
	reading Reading
	traits  traits
}

// A pair is two outcomes.
type pair uint32

func pairOf(a, b outcomeID) pair { return pair(a)<<16 | pair(b) }

func (p pair) split() (a, b outcomeID) { return outcomeID(p >> 16), outcomeID(p & 0xFFFF) }

// decide reads text and asks the policy about the reading that counts.
func (f *Filter) decide(text []byte) verdict {
	if first, ok := cell.StartOfE164(text); ok {
		return f.decideE164(first, text[1:])
	}
	if cell.IsBare(text) {
		if v, ok := f.decideBare(text); ok {
			return v
		}
	}
	return f.decideAny(text)
}

// decideAny decides a cell of any form. It is apart from decide, whose frame stays small so.
func (f *Filter) decideAny(text []byte) verdict {
	var c cell.Cell
	if reason := f.readCell(&c, text, f.options.DefaultRegion); reason != Undecided {
		return verdict{outcome: outcomeID(reason)}
	}
	if c.Plus && c.First() != '0' && numbering.MinOrigin <= c.Len() && c.Len() <= numbering.MaxOrigin {
		v := f.decideE164(c.FirstEight(), c.Digits())
		if v.reading != NoReading {
			v.traits = writingTraits(&c)
		}
		return v
	}
	first, second := f.read(&c, f.options.DefaultRegion)
	return f.conclude(&c, first, second)
}

// decideE164 decides as many digits as numbering.Origin takes behind '+', not the first a 0, where
// they lie: as read and conclude do, but without a copy, and without looking up more of the number
// than is asked. The first eight are those in first, too.
func (f *Filter) decideE164(first uint64, digits []byte) verdict {
	if x := f.outcomes.byLeaf[numbering.Origin(first, digits)]; x != outcomeID(Undecided) && !f.options.RequireValid {
		return verdict{outcome: x, reading: ReadingInternational}
	}
	n := numbering.International(digits)
	switch reason := check(n, len(digits), f.options.RequireValid); reason {
	case Undecided:
		return verdict{outcome: f.outcomes.of(n, digits), reading: ReadingInternational}
	case Invalid:
		return f.decideInvalid(digits)
	default:
		return verdict{outcome: outcomeID(reason)}
	}
}

// decideInvalid decides digits that begin with a calling code and are no number. They may be
// dialled in an older way.
func (f *Filter) decideInvalid(digits []byte) verdict {
	c := cell.Cell{Plus: true}
	c.SetDigits(digits)
	return f.conclude(&c, f.readPlus(&c), reading{})
}

// decideBare decides 8 to 15 digits, not the first a 0, where they lie: as read and conclude do,
// but it leaves to them what few lists have many of. It is not ok then.
func (f *Filter) decideBare(digits []byte) (v verdict, ok bool) {
	if f.chatIDs {
		return f.decideE164(binary.LittleEndian.Uint64(digits), digits), true
	}
	if f.options.Bare != BareNational {
		return v, false
	}
	t := bare
	if len(digits) == 11 && digits[0] == '1' {
		t |= elevenOnes
	}
	var n numbering.Number
	kind, reading := numbering.Unread, ReadingNational
	if f.home != nil {
		n, kind = f.home.Dialled(digits)
	}
	switch {
	case kind == numbering.InternationalPrefix:
		return v, false
	case kind != numbering.National || !n.Valid() || !n.Possible():
		if kind == numbering.National && numbering.HasLegacy(n.CallingCode()) {
			return v, false
		}
		reading, n = ReadingBareInternational, numbering.International(digits)
	case mayBeMobile(n):
		t |= mobile
	case bytes.HasPrefix(digits, f.ownCode):
		return v, false
	}
	if !n.Valid() || !n.Possible() || n.Set() == 0 || f.outcomes.prefixed.has(n.CallingCode()) {
		return v, false
	}
	return verdict{outcome: firstSet + outcomeID(n.Set()), reading: reading, traits: t}, true
}

// conclude asks the policy about the readings that count.
func (f *Filter) conclude(c *cell.Cell, first, second reading) verdict {
	if first.reason != Undecided {
		v := verdict{outcome: outcomeID(first.reason)}
		if first.reason == Invalid && first.kind == ReadingBareInternational {
			v.traits = bareInvalid
		}
		return v
	}
	v := verdict{outcome: f.outcomes.of(first.number, c.Digits()[first.skip:]), reading: first.kind,
		traits: writingTraits(c)}
	if v.reading != ReadingInternational {
		v.traits |= bareTraits(c)
	}
	if second.ok() {
		other := f.outcomes.of(second.number, c.Digits()[second.skip:])
		switch {
		case !f.outcomes.allowed(v.outcome) || !f.outcomes.allowed(other):
			return verdict{outcome: outcomeID(Ambiguous), pair: pairOf(v.outcome, other)}
		case f.outcomes.kept(v.outcome) && !f.outcomes.kept(other): // the other one is sighted
			v.outcome, v.reading = other, second.kind
		}
	}
	if v.reading == ReadingNational && mayBeMobile(first.number) {
		v.traits |= mobile
	}
	if v.reading == ReadingInternational && !c.Plus && f.outcomes.kept(v.outcome) {
		v.traits |= dialledAbroad
	}
	return v
}
