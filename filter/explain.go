package filter

import (
	"github.com/listgate/listgate/filter/internal/cell"
	"github.com/listgate/listgate/rules"
)

// An Explanation is a decision with all that led to it.
type Explanation struct {
	Decision Decision
	Readings []ExplainedReading // every way to understand the digits; none if the cell holds no number
	Notes    []string           // what was left out of the cell, or made whole
}

// An ExplainedReading is one way to understand the digits of a cell.
type ExplainedReading struct {
	Reading Reading
	Counts  bool   // the decision rests on it
	Reason  Reason // if it does not count: Invalid, NoRegion, or Undecided where another reading goes first
	Legacy  bool   // a form that WhatsApp accounts keep from an older numbering plan
	E164    string // the number, without '+'; where no calling code is known, the digits as they stand
	Regions []rules.Region
}

// Explain decides as [Filter.Decide] does and says why. It is for people, and slow.
func (f *Filter) Explain(text string) Explanation {
	x := Explanation{Decision: f.DecideString(text)}
	var c cell.Cell
	reason := f.readCell(&c, []byte(text), f.options.DefaultRegion)
	x.noteCell(&c, reason)
	if reason != Undecided {
		return x
	}
	written := c
	first, second := f.read(&c, f.options.DefaultRegion)
	if string(written.Digits()) != string(c.Digits()) {
		x.note(true, "this is how the number was dialled years ago; it was read as +"+string(first.e164(nil, &c)))
	}
	x.note(c.Slash > 0 && first.ok(), "the slash stands inside one number")
	x.add(&c, first, first.ok())
	x.add(&c, second, true)
	if first.kind == ReadingInternational || len(x.Readings) > 1 {
		return x
	}
	for _, r := range []reading{f.dialled(&c, f.options.DefaultRegion), f.bareInternational(&c)} {
		if r.kind != first.kind && !(r.ok() && first.ok() && sameNumber(&c, r, first)) {
			x.add(&c, r, false)
		}
	}
	return x
}

// noteCell says what was done to the cell.
func (x *Explanation) noteCell(c *cell.Cell, reason Reason) {
	x.note(c.Has(cell.Redecoded),
		"the text had been decoded wrongly by a program before (as +91&nbsp;98765 or â€ª+91), which was undone")
	x.note(c.Has(cell.Chat),
		"a chat id or a link of WhatsApp: its digits begin with a calling code, whatever the default region")
	x.note(c.Has(cell.Device), "the device after the chat id was left out")
	x.note(c.Has(cell.Extension),
		"an extension stands behind the number; it is no part of a WhatsApp number and was left out")
	x.note(c.Has(cell.Float), "a trailing .0 was left out: a program took the number for an amount")
	x.note(c.Has(cell.Scientific), "the number is in scientific notation, with every digit there")
	x.note(c.Has(cell.CarrierLetters), "xx stands for a carrier's code")
	x.note(reason == Mangled && c.Zeros > 0,
		"it ends in .0, and nobody knows whether the zero is a digit of the number or was added by a program")
	x.note(c.Has(cell.Lost),
		"characters of it were lost when a program saved or decoded the text wrongly (? or â in their place)")
}

func (x *Explanation) note(holds bool, note string) {
	if holds {
		x.Notes = append(x.Notes, note)
	}
}

func (x *Explanation) add(c *cell.Cell, r reading, counts bool) {
	if r.kind == NoReading {
		return
	}
	e := ExplainedReading{Reading: r.kind, Counts: counts, Reason: r.reason, Legacy: r.number.Legacy(),
		E164: string(r.e164(nil, c))}
	for _, region := range r.number.Set().Regions() {
		e.Regions = append(e.Regions, rules.Region(region))
	}
	if e.E164 == "" {
		e.E164 = string(c.Digits()[r.skip:])
	}
	x.Readings = append(x.Readings, e)
}
