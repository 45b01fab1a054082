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
	NoReading: "none", ReadingInternational: "international", ReadingBareInternational: "bare_international",
	ReadingNational: "national",
}

// String returns the name that stands in reports, such as "bare_international".
func (r Reading) String() string { return readingNames[r] }

// A reading is a number that the digits of a cell can mean, or the reason why they can not. The
// zero reading is none. It fits into two registers: moving readings about costs more than making
// them.
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

// readCell reads text, of a row whose default region is home. It returns Undecided if c may hold
// one number, else the reason why not.
func (f *Filter) readCell(c *cell.Cell, text []byte, home rules.Region) Reason {
	problem := c.Read(text)
	switch {
	case problem == cell.Slashed:
		return f.joinSlashed(c, home)
	case problem != cell.None:
		return problemReasons[problem]
	case c.Has(cell.CarrierLetters) && !isCarrierLetters(c, home):
		return NotANumber
	case c.Zeros > 0 && !f.endsInZeros(c, home):
		return Mangled
	}
	c.Plus = c.Plus || f.chatIDs
	return Undecided
}

// endsInZeros reports whether the zeros after the last dot of c are certain to be digits of its
// number: it is valid with them, and none without. A program that took the cell for an amount may
// have put them there.
func (f *Filter) endsInZeros(c *cell.Cell, home rules.Region) bool {
	with, without := *c, *c
	without.SetDigits(c.Digits()[:c.Len()-int(c.Zeros)])
	a, _ := f.read(&with, home)
	b, _ := f.read(&without, home)
	return a.ok() && a.number.Valid() && !(b.ok() && b.number.Valid())
}

// read returns the reading of c that counts where home is the default region and, where two count
// alike, the second one. In a retired dialling form it replaces the digits of c with those of the
// number.
func (f *Filter) read(c *cell.Cell, home rules.Region) (first, second reading) {
	if c.First() == '0' {
		return f.readZero(c, home)
	}
	if c.Plus {
		return f.readPlus(c), reading{}
	}
	if f.options.Bare == BareInternational { // not even an international prefix such as Russia's 810 goes before it
		return f.international(c, 0, ReadingBareInternational), reading{}
	}
	return f.readBare(c, home)
}

// readPlus reads digits that begin with a calling code for certain.
func (f *Filter) readPlus(c *cell.Cell) reading {
	r := f.international(c, 0, ReadingInternational)
	if r.reason == Invalid && replaceRetiredAbroad(c) {
		return f.international(c, 0, ReadingInternational)
	}
	return r
}

// readZero reads digits that begin with 0: with 00, with an international prefix that begins so
// (011), or with a trunk prefix. The '+' of +00… means nothing.
func (f *Filter) readZero(c *cell.Cell, home rules.Region) (first, second reading) {
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
	case f.options.Bare == BareInternational:
		return f.international(c, 0, ReadingBareInternational), reading{}
	}
	if national.ok() && mayBeMobile(national.number) {
		return national, reading{}
	}
	if own := f.readOwnCode(c, home); own.ok() && (!national.ok() || mayBeMobile(own.number)) {
		return own, reading{}
	}
	switch {
	case national.ok():
		return national, reading{}
	case replaceRetired(c, home):
		return f.replaced(c), reading{}
	}
	return f.bareInternational(c), reading{}
}

// readBare reads digits that say nothing of what they begin with: the national reading counts, if
// it is a valid number, else the international one. But a mobile number after the region's own
// calling code is what WhatsApp calls its owner, and goes before a national number that is no
// mobile one: the plans of Germany and others are so long that most of their wa_ids are such
// numbers.
func (f *Filter) readBare(c *cell.Cell, home rules.Region) (first, second reading) {
	national := f.dialled(c, home)
	if national.kind == ReadingInternational {
		return national, reading{}
	}
	if national.ok() && f.options.Bare == BareNational && mayBeMobile(national.number) {
		return national, reading{}
	}
	other := f.bareInternational(c)
	switch {
	case !national.ok() && other.ok():
		return other, reading{}
	case !national.ok():
		return f.readRetired(c, home, other), reading{}
	case !other.ok() || sameNumber(c, national, other):
		return national, reading{}
	case f.options.Bare == BareEither:
		return national, other
	case other.number.CallingCode() == national.number.CallingCode() && mayBeMobile(other.number):
		return other, reading{}
	}
	return national, reading{}
}

// readRetired reads digits that have no other valid reading as dialled in an older way. If they are
// none, it returns failed.
func (f *Filter) readRetired(c *cell.Cell, home rules.Region, failed reading) reading {
	if own := f.readOwnCode(c, home); own.ok() {
		return own
	}
	if replaceRetired(c, home) {
		return f.replaced(c)
	}
	return failed
}

func mayBeMobile(n numbering.Number) bool {
	t := n.Type()
	return t == numbering.Mobile || t == numbering.FixedOrMobile
}

// readOwnCode reads digits that begin with the trunk prefix of a region and its own calling code, 0
// 91 98765 43210, if a valid number of the calling code follows.
func (f *Filter) readOwnCode(c *cell.Cell, home rules.Region) reading {
	trunk := numbering.TrunkPrefix(home)
	rest, ok := bytes.CutPrefix(c.Digits(), []byte(trunk))
	callingCode := plansByRegion()[home].callingCode
	if !ok || trunk == "" || callingCode == 0 {
		return reading{}
	}
	n := numbering.International(rest)
	if n.CallingCode() != callingCode || !n.Valid() {
		return reading{}
	}
	return reading{number: n, kind: ReadingNational, reason: check(n, len(rest), true), skip: uint8(len(trunk))}
}

// replaced reads the digits that have taken the place of a retired form.
func (f *Filter) replaced(c *cell.Cell) reading {
	r := f.international(c, 0, ReadingNational)
	r.reason = check(r.number, c.Len(), true)
	return r
}

// behindPrefix returns the readings that count of two ways to read digits behind an international
// prefix: behind 00, which all the world writes, and behind that of the default region, which may
// have a carrier's code in it. In Brazil 0055 11 98765-4321 is Brazil's own number to whoever wrote
// the list, and to the phone library, behind the code 0055, one of North America. The valid one
// counts, or the one that can be a number at all; else both.
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

// check returns Undecided if n, made of so many digits, can be asked about, else the reason why
// not. A valid number is wanted, or only a possible one.
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

// bareInternational reads bare digits that begin with a calling code. Whatever else is wrong, bare
// digits count only as an assigned number: half of all national numbers are possible in some other
// country, too.
func (f *Filter) bareInternational(c *cell.Cell) reading {
	r := f.international(c, 0, ReadingBareInternational)
	if !r.number.Valid() && (f.options.RequireValid || !r.number.Legacy()) {
		r.reason = Invalid
	}
	return r
}

// dialled reads digits as dialled in a region: behind its international prefix, or as a number of
// its own, if that is an assigned one.
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

// isLegacyAtHome reports whether a national number is one of WhatsApp's legacy forms behind its
// calling code. Mexico's 1 is none at home: it was dialled from abroad only.
func (f *Filter) isLegacyAtHome(c *cell.Cell, r reading) bool {
	const mexico = 52
	if code := r.number.CallingCode(); f.options.RequireValid || code == mexico || !numbering.HasLegacy(code) {
		return false
	}
	var buffer, again [cell.MaxDigits]byte
	e164 := r.e164(buffer[:0], c)
	behindCode := numbering.International(e164)
	// not behind one more trunk prefix
	return behindCode.Legacy() && bytes.Equal(behindCode.AppendE164(again[:0], e164), e164)
}

func sameNumber(c *cell.Cell, a, b reading) bool {
	var bufferA, bufferB [cell.MaxDigits]byte
	return bytes.Equal(a.e164(bufferA[:0], c), b.e164(bufferB[:0], c))
}

// maxE164Digits is the longest number that ITU-T E.164 allows, calling code included.
const maxE164Digits = 15
