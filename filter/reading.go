package filter

import (
	"bytes"

	"github.com/listgate/listgate/filter/internal/phonelib"
	"github.com/listgate/listgate/rules"
)

// A Reading is one way to understand the digits of a cell.
type Reading uint8

// The readings. Their names stand in reports.
const (
	NoReading             Reading = iota
	ReadInternational             // '+' or an international prefix stands before the calling code
	ReadBareInternational         // the digits begin with a calling code, and nothing says so
	ReadNational                  // a number of the default region, as dialled there
)

var readingNames = [...]string{
	NoReading: "none", ReadInternational: "international", ReadBareInternational: "bare_international", ReadNational: "national",
}

// String returns the name that stands in reports, such as "bare_international".
func (r Reading) String() string { return readingNames[r] }

// A reading is a number that the digits of a cell can mean, if ok; else it has a reason why they can not.
type reading struct {
	kind   Reading
	number phonelib.Number
	reason Reason // Undecided: the digits can mean this number
}

func (r reading) ok() bool { return r.kind != NoReading && r.reason == Undecided }

// read returns the reading of c that counts and, with BareEither, a second one that counts as much.
func (f *Filter) read(c *cell) (first, second reading) {
	if digits, announced := f.cutInternationalPrefix(c); announced {
		return f.international(ReadInternational, digits, f.options.RequireValid), reading{}
	}
	digits := string(c.bytes())
	if f.options.Bare == BareInternational {
		return f.international(ReadBareInternational, digits, f.options.RequireValid), reading{}
	}
	national := f.national(digits)
	international := f.international(ReadBareInternational, digits, true)
	switch {
	case !national.ok():
		if !international.ok() {
			international.reason = Invalid // whatever else is wrong: bare digits count only as an assigned number
		}
		return international, reading{}
	case f.options.Bare == BareEither && international.ok() && international.number.E164 != national.number.E164:
		return national, international
	}
	return national, reading{}
}

// cutInternationalPrefix returns the digits from the calling code on if the cell says where it begins: by '+', by the
// default region's international prefix, or by 00.
func (f *Filter) cutInternationalPrefix(c *cell) (digits string, announced bool) {
	text := c.bytes()
	afterZeros, zeros := bytes.CutPrefix(text, []byte("00"))
	if c.plus && !zeros {
		return string(text), true
	}
	if region := f.options.DefaultRegion; region != (rules.Region{}) {
		if n, source := phonelib.Dialled(region.String(), string(text)); source == phonelib.WithIDD {
			return n.E164, true
		}
	}
	return string(afterZeros), zeros
}

// international reads digits that begin with a calling code.
func (f *Filter) international(kind Reading, digits string, requireValid bool) reading {
	n := phonelib.International(digits)
	r := reading{kind: kind, number: n}
	switch {
	case len(digits) > maxE164Digits, n.CallingCode == 0 && phonelib.BeginsCallingCode(digits):
		r.reason = Invalid
	case n.CallingCode == 0:
		r.reason = NoRegion
	case !n.Possible, requireValid && !n.Valid && (f.options.RequireValid || !n.Legacy):
		r.reason = Invalid
	case len(n.Regions) == 0:
		r.reason = NoRegion
	}
	return r
}

// national reads digits as dialled in the default region. They must be an assigned number there: half of all ten-digit
// numbers are possible in some other country, too.
func (f *Filter) national(digits string) reading {
	region := f.options.DefaultRegion
	if region == (rules.Region{}) {
		return reading{}
	}
	n, source := phonelib.Dialled(region.String(), digits)
	if source != phonelib.National || !n.Valid && (f.options.RequireValid || !n.Legacy) {
		return reading{}
	}
	return reading{kind: ReadNational, number: n}
}

// maxE164Digits is the longest number that ITU-T E.164 allows, calling code included.
const maxE164Digits = 15
