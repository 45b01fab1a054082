package filter

import (
	"bytes"

	"github.com/listgate/listgate/filter/internal/cell"
	"github.com/listgate/listgate/filter/internal/numbering"
	"github.com/listgate/listgate/rules"
)

// A Reading is one way to understand the digits of a cell.
type Reading uint8

// The readings. Their names stand in reports.
const (
	NoReading                Reading = iota
	ReadingInternational             // '+' or an international prefix stands before the calling code
	ReadingBareInternational         // the digits begin with a calling code, and nothing says so
	ReadingNational                  // a number of the default region, as dialled there
)

var readingNames = [...]string{
	NoReading: "none", ReadingInternational: "international", ReadingBareInternational: "bare_international", ReadingNational: "national",
}

// String returns the name that stands in reports, such as "bare_international".
func (r Reading) String() string { return readingNames[r] }

// A reading is a number that the digits of a cell can mean, or the reason why they can not. The zero reading is none.
// It fits into two registers: moving readings about costs more than making them.
type reading struct {
	number numbering.Number
	kind   Reading
	reason Reason // Undecided: the digits can mean this number
	skip   uint8  // how many digits of the cell stand before those that number was made of
}

// ok reports whether the digits can mean the number.
func (r reading) ok() bool { return r.kind != NoReading && r.reason == Undecided }

// isNumber reports whether the digits can be somebody's number, be it one without a country.
func (r reading) isNumber() bool {
	return r.ok() || r.kind != NoReading && r.reason == NoRegion && r.number.CallingCode() != 0
}

// e164 appends the digits of the number in E.164 form.
func (r reading) e164(b []byte, c *cell.Cell) []byte {
	return r.number.AppendE164(b, c.Digits()[r.skip:])
}

// read returns the reading of c that counts where home is the default region and, with BareEither, a second one that
// counts as much.
func (f *Filter) read(c *cell.Cell, home rules.Region) (first, second reading) {
	switch {
	case c.First() == '0':
	case c.Plus:
		return f.international(c, 0, ReadingInternational), reading{}
	case f.options.Bare == BareInternational: // not even an international prefix such as Russia's 810 goes before it
		return f.international(c, 0, ReadingBareInternational), reading{}
	}
	national := f.dialled(c, home)
	switch zeros := bytes.HasPrefix(c.Digits(), []byte("00")); {
	case zeros && national.kind == ReadingInternational:
		return behindPrefix(c, f.international(c, 2, ReadingInternational), national)
	case zeros:
		return f.international(c, 2, ReadingInternational), reading{}
	case national.kind == ReadingInternational:
		return national, reading{}
	case c.Plus:
		return f.international(c, 0, ReadingInternational), reading{}
	}
	switch {
	case f.options.Bare == BareInternational:
		return f.international(c, 0, ReadingBareInternational), reading{}
	case !national.ok():
		return f.bareInternational(c), reading{}
	case f.options.Bare == BareEither:
		if other := f.bareInternational(c); other.ok() && !sameNumber(c, national, other) {
			return national, other
		}
	}
	return national, reading{}
}

// behindPrefix returns the readings that count of two ways to read digits behind an international prefix: behind 00, which all the
// world writes, and behind that of the default region, which may have a carrier's code in it. In Brazil 0055 11 98765-4321 is
// Brazil's own number to whoever wrote the list, and to the phone library, behind the code 0055, one of North America. The
// valid one counts, or the one that can be a number at all; else both.
func behindPrefix(c *cell.Cell, zeros, dialled reading) (first, second reading) {
	switch a, b := zeros.number.Valid(), dialled.number.Valid(); {
	case sameNumber(c, zeros, dialled), b && !a:
		return dialled, reading{}
	case a && !b, !dialled.isNumber():
		return zeros, reading{}
	case !zeros.isNumber():
		return dialled, reading{}
	case !zeros.ok():
		return zeros, reading{}
	case !dialled.ok():
		return dialled, reading{}
	}
	return zeros, dialled
}

// international reads the digits from skip on, which begin with a calling code.
func (f *Filter) international(c *cell.Cell, skip uint8, kind Reading) reading {
	n := numbering.International(c.Digits()[skip:])
	return reading{number: n, kind: kind, reason: check(n, c.Len()-int(skip), f.options.RequireValid), skip: skip}
}

// check returns Undecided if n, made of so many digits, can be asked about, else the reason why not. A valid number is
// wanted, or only a possible one.
func check(n numbering.Number, digits int, requireValid bool) Reason {
	switch {
	case n.Possible() && (n.Valid() || !requireValid):
		if n.Set() == 0 {
			return NoRegion
		}
		return Undecided
	case n.CallingCode() == 0 && !n.Short() && digits <= maxE164Digits:
		return NoRegion
	}
	return Invalid
}

// bareInternational reads bare digits that begin with a calling code. Whatever else is wrong, bare digits count only as
// an assigned number: half of all national numbers are possible in some other country, too.
func (f *Filter) bareInternational(c *cell.Cell) reading {
	r := f.international(c, 0, ReadingBareInternational)
	if !r.number.Valid() && (f.options.RequireValid || !r.number.Legacy()) {
		r.reason = Invalid
	}
	return r
}

// dialled reads digits as dialled in a region: behind its international prefix, or as a number of its own, if that is an
// assigned one.
func (f *Filter) dialled(c *cell.Cell, home rules.Region) reading {
	if home == (rules.Region{}) {
		return reading{}
	}
	var n numbering.Number
	var kind numbering.Kind
	if home == f.options.DefaultRegion { // which the region that a row names may not be
		n, kind = f.home.Dialled(c.Digits())
	} else {
		n, kind = numbering.Dialled(home, c.Digits())
	}
	switch {
	case kind == numbering.InternationalPrefix && (n.CallingCode() != 0 || n.Short()):
		return reading{number: n, kind: ReadingInternational, reason: check(n, c.Len(), f.options.RequireValid)}
	case kind != numbering.National:
		return reading{}
	}
	r := reading{number: n, kind: ReadingNational, reason: check(n, c.Len(), true)}
	if r.reason != Undecided && f.isLegacyAtHome(c, r) {
		r.number, r.reason = n.AsLegacy(), Undecided
	}
	return r
}

// isLegacyAtHome reports whether a national number is one of WhatsApp's legacy forms behind its calling code. Mexico's 1
// is none at home: it was dialled from abroad only.
func (f *Filter) isLegacyAtHome(c *cell.Cell, r reading) bool {
	const mexico = 52
	if code := r.number.CallingCode(); f.options.RequireValid || code == mexico || !numbering.HasLegacy(code) {
		return false
	}
	var buffer, again [cell.MaxDigits]byte
	e164 := r.e164(buffer[:0], c)
	behindCode := numbering.International(e164)
	return behindCode.Legacy() && bytes.Equal(behindCode.AppendE164(again[:0], e164), e164) // not behind one more trunk prefix
}

// key returns what duplicates and suppressions compare.
func (r reading) key(c *cell.Cell) numberKey {
	var buffer [cell.MaxDigits]byte
	return keyOf(r.number, r.e164(buffer[:0], c))
}

func sameNumber(c *cell.Cell, a, b reading) bool {
	var bufferA, bufferB [cell.MaxDigits]byte
	return bytes.Equal(a.e164(bufferA[:0], c), b.e164(bufferB[:0], c))
}

// maxE164Digits is the longest number that ITU-T E.164 allows, calling code included.
const maxE164Digits = 15
