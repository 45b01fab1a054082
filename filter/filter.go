// Package filter decides who of a list may be messaged: it finds the country of each number and asks a policy of
// package rules about it.
//
// One number, inline before a send:
//
//	set, err := rules.Load(rules.Options{Categories: []string{"alcohol"}})
//	f, err := filter.New(set.Compile(rules.Marketing, time.Now(), rules.Medium), filter.Options{})
//	if d := f.DecideString("+919876543210"); !d.Kept() { … d.Reason, d.Regions, d.Rule … }
//
// A whole list, kept and dropped rows copied byte for byte: see [Filter.Stream]. A process that runs for longer than its
// rules stay the same asks a [Live] for the filter before each send: it follows the rule files and the calendar.
//
// # Terms
//
// A region is an ISO 3166-1 alpha-2 code. A calling code, such as 44, may be shared by several regions. A number is
// possible if its length fits, and valid if its range is assigned; neither means that anybody can be reached there.
// A reading is one way to understand the digits of a cell. A number is kept only if it is known that it may be
// messaged: doubt of any kind drops it, under a [Reason] of its own.
//
// What a number cannot tell: where its owner is now, whether they use WhatsApp, whether the number was ported or given
// back. Within a shared calling code the numbering plan gives mobile ranges to the main region even where smaller ones
// use them too (Australian mobiles on Christmas Island, Norwegian ones on Svalbard); such a number counts as the main
// region's, as it does in the phone library.
//
// # Concurrency
//
// A Filter is immutable. All its methods may be called from any number of goroutines.
package filter

import (
	"encoding/binary"
	"fmt"

	"github.com/listgate/listgate/filter/internal/numbering"
	"github.com/listgate/listgate/rules"
)

// Options say how cells are read. The zero value reads international numbers, and bare digits as international ones
// if they are valid.
type Options struct {
	DefaultRegion rules.Region // whose national numbers the list holds; zero: of none
	Bare          Bare
	RequireValid  bool // an international number must be of an assigned range, not only of a possible length
	// Sighted are the regions ("IN"), or sets of them as [Regions.String] writes them ("AG|US"), in which the sender's
	// account met error 130497. A number that the rules allow gets the reason Sighted if its set is one of them, or holds
	// a region that stands alone here.
	Sighted []string
}

// A Filter decides numbers by one policy.
type Filter struct {
	options  Options
	home     *numbering.Home // the default region's; nil: there is none
	outcomes outcomes
}

// New returns a filter that decides by policy. An error means that the default region has no numbering plan, or that
// something sighted is no region.
func New(policy *rules.Policy, options Options) (*Filter, error) {
	return newFilter(policy, options, nil)
}

// NewLike is New for one of many filters, such as those of thousands of accounts: it shares with the filter of another
// policy what both have in common, so that it takes about 1 KB, and 10 KB more if its rules name other prefixes of numbers. It
// decides as one made by New does.
func NewLike(other *Filter, policy *rules.Policy, options Options) (*Filter, error) {
	return newFilter(policy, options, &other.outcomes)
}

func newFilter(policy *rules.Policy, options Options, like *outcomes) (*Filter, error) {
	if options.DefaultRegion != (rules.Region{}) && callingCodeOf(options.DefaultRegion) == 0 {
		return nil, fmt.Errorf("region %s has no numbering plan of its own", options.DefaultRegion)
	}
	sighted, err := newSightings(options.Sighted)
	if err != nil {
		return nil, err
	}
	f := &Filter{options: options, outcomes: newOutcomes(policy, sighted, like)}
	if options.DefaultRegion != (rules.Region{}) {
		f.home = numbering.HomeOf(options.DefaultRegion)
	}
	return f, nil
}

// A Decision is what a filter makes of one cell. It is comparable. The zero Decision does not keep.
type Decision struct {
	Reason  Reason
	Reading Reading // how the digits were understood; NoReading where they were not
	Regions Regions // none if the digits are no number, or a number without a country
	// Rule is what decided, the id of an entry or "alcohol:default"; empty where no rule did.
	Rule string
}

// Kept reports whether the number may be messaged.
func (d Decision) Kept() bool { return d.Reason.Kept() }

// Decide decides the recipient in cell, as people write numbers: "+91 98765 43210", "919876543210", "tel:+44…".
// It does not allocate, and does not keep or change cell.
func (f *Filter) Decide(cell []byte) Decision {
	v := f.decide(cell)
	j := f.outcomes.judgement(v.outcome)
	return Decision{Reason: j.reason, Reading: v.reading, Regions: f.outcomes.regions(v), Rule: j.rule}
}

// DecideString is Decide for a string. It allocates only for strings that are longer than any number with its wrapping.
func (f *Filter) DecideString(cell string) Decision {
	var buffer [128]byte
	return f.Decide(append(buffer[:0], cell...))
}

// A verdict is a Decision in short. It has no more fields than fit into registers.
type verdict struct {
	outcome outcome
	pair    pair // of the two readings of an ambiguous number
	reading Reading
	traits  traits
}

// traits are what is counted of a cell or its number, to find what no single row shows.
type traits uint8

const (
	mobile      traits = 1 << iota // a national number of a range for mobile phones, or that may be one
	bare                           // digits without '+'
	elevenOnes                     // eleven bare digits, the first a 1
	elsewhere                      // the number is of another region than its row says
	floated                        // the cell held a float: 919876543210.0
	recovered                      // the cell was in scientific notation, with every digit there
	bareInvalid                    // digits without '+' that are no number
)

// A pair is two outcomes.
type pair uint32

func pairOf(a, b outcome) pair { return pair(a)<<16 | pair(b) }

func (p pair) split() (a, b outcome) { return outcome(p >> 16), outcome(p & 0xFFFF) }

// decide reads text and asks the policy about the reading that counts.
func (f *Filter) decide(text []byte) verdict {
	if first, ok := startOfE164(text); ok {
		return f.decideE164(first, text[1:])
	}
	if isBare(text) {
		if v, ok := f.decideBare(text); ok {
			return v
		}
	}
	return f.decideAny(text)
}

// decideAny decides a cell of any form. It is apart from decide, whose frame stays small so.
func (f *Filter) decideAny(text []byte) verdict {
	var c cell
	if reason := c.read(text); reason != Undecided {
		return verdict{outcome: outcome(reason)}
	}
	if c.plus && c.digits[0] != '0' && numbering.MinOrigin <= c.length && c.length <= numbering.MaxOrigin {
		v := f.decideE164(binary.LittleEndian.Uint64(c.digits[:]), c.bytes())
		if v.reading != NoReading {
			v.traits = c.traits()
		}
		return v
	}
	first, second := f.read(&c, f.options.DefaultRegion)
	return f.conclude(&c, first, second)
}

// decideE164 decides as many digits as numbering.Origin takes behind '+', not the first a 0, where they lie: as read and conclude do,
// but without a copy, and without looking up more of the number than is asked. The first eight are those in first, too.
func (f *Filter) decideE164(first uint64, digits []byte) verdict {
	if x := f.outcomes.byPlace[numbering.Origin(first, digits)]; x != outcome(Undecided) && !f.options.RequireValid {
		return verdict{outcome: x, reading: ReadInternational}
	}
	n := numbering.International(digits)
	if reason := check(n, len(digits), f.options.RequireValid); reason != Undecided {
		return verdict{outcome: outcome(reason)}
	}
	return verdict{outcome: f.outcomes.of(n, digits), reading: ReadInternational}
}

// decideBare decides 8 to 15 digits, not the first a 0, where they lie: as read and conclude do, but it leaves to them what few lists
// have many of. It is not ok then.
func (f *Filter) decideBare(digits []byte) (v verdict, ok bool) {
	if f.options.Bare != BareNational {
		return v, false
	}
	t := bare
	if len(digits) == 11 && digits[0] == '1' {
		t |= elevenOnes
	}
	var n numbering.Number
	kind, reading := numbering.Unread, ReadNational
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
		reading, n = ReadBareInternational, numbering.International(digits)
	case n.Type() == numbering.Mobile || n.Type() == numbering.FixedOrMobile:
		t |= mobile
	}
	if !n.Valid() || !n.Possible() || n.Set() == 0 || f.outcomes.prefixed.has(n.CallingCode()) {
		return v, false
	}
	return verdict{outcome: firstSet + outcome(n.Set()), reading: reading, traits: t}, true
}

// conclude asks the policy about the readings that count.
func (f *Filter) conclude(c *cell, first, second reading) verdict {
	if first.reason != Undecided {
		v := verdict{outcome: outcome(first.reason)}
		if first.reason == Invalid && first.kind == ReadBareInternational {
			v.traits = bareInvalid
		}
		return v
	}
	v := verdict{outcome: f.outcomes.of(first.number, c.bytes()[first.skip:]), reading: first.kind, traits: c.traits()}
	if v.reading != ReadInternational {
		v.traits |= c.bareTraits()
	}
	if second.ok() {
		other := f.outcomes.of(second.number, c.bytes()[second.skip:])
		switch {
		case !f.outcomes.allowed(v.outcome) || !f.outcomes.allowed(other):
			return verdict{outcome: outcome(Ambiguous), pair: pairOf(v.outcome, other)}
		case f.outcomes.kept(v.outcome) && !f.outcomes.kept(other): // the other one is sighted
			v.outcome, v.reading = other, second.kind
		}
	}
	if t := first.number.Type(); v.reading == ReadNational && (t == numbering.Mobile || t == numbering.FixedOrMobile) {
		v.traits |= mobile
	}
	return v
}

// traits returns what is to be counted of how the cell was written.
func (c *cell) traits() (t traits) {
	if c.float {
		t |= floated
	}
	if c.recovered {
		t |= recovered
	}
	return t
}

// bareTraits returns what is to be counted of digits without '+'.
func (c *cell) bareTraits() traits {
	if c.length == 11 && c.digits[0] == '1' {
		return bare | elevenOnes
	}
	return bare
}

// startOfE164 reports whether text is '+' and 8 to 16 digits, the first not 0. It returns the first eight, the first in the lowest
// byte.
func startOfE164(text []byte) (first uint64, ok bool) {
	n := len(text)
	if n < 9 || n > 17 || text[0] != '+' || text[1] == '0' {
		return 0, false
	}
	first = binary.LittleEndian.Uint64(text[1:])
	return first, areDigits(first, binary.LittleEndian.Uint64(text[n-8:])) // which may overlap
}

// isBare reports whether text is 8 to 15 digits, the first not 0.
func isBare(text []byte) bool {
	n := len(text)
	return n >= 8 && n <= maxE164Digits && text[0] != '0' && areDigits(binary.LittleEndian.Uint64(text), binary.LittleEndian.Uint64(text[n-8:]))
}

// areDigits reports whether all bytes of both words are digits: 0x30 to 0x39, which stay 0x3. when 6 is added.
func areDigits(a, b uint64) bool {
	const high, threes, sixes = 0xF0F0F0F0F0F0F0F0, 0x3030303030303030, 0x0606060606060606
	return (a&high^threes)|((a+sixes)&high^threes)|(b&high^threes)|((b+sixes)&high^threes) == 0
}

// fewestOfNumber is how many digits make a number of what stands in the first row: the name of a column may hold some ("Phone 2").
const fewestOfNumber = 7

// looksNumeric reports whether the cell holds digits that are meant as a number, whatever becomes of it and whatever stands
// beside them ("+91 98765 43210 call me"). It tells a header from a first row.
func looksNumeric(text []byte) bool {
	var c cell
	switch c.read(text) {
	case Undecided, Multiple, Invalid, Mangled:
		return true
	}
	return countAnyDigits(string(text)) >= fewestOfNumber
}

// NumberingPlan returns the version of libphonenumber's metadata that decides about numbers, such as "v9.0.37".
func NumberingPlan() string { return numbering.Version }
