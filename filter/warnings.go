package filter

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/listgate/listgate/internal/redact"
	"github.com/listgate/listgate/rules"
)

// What a list must hold before a share of it says anything.
const (
	enoughNumbers = 20
	enoughOthers  = 4  // that are not mobile
	fewMobiles    = 80 // percent: with the right default region nearly all numbers of a campaign are mobile
	manyElsewhere = 25 // percent
	manyInvalid   = 10 // percent
	mostSaid      = 5  // different words of a column of consent
	moreThanSo    = 5  // times as many numbers as by chance
)

// Warnings says what no single row shows, each with a count and the flag that acts on it: that a
// default region is likely wrong, that numbers leave without '+', that rows repeat each other. They
// are exact: of the whole list, or of as many numbers as they say.
func (r *Result) Warnings() []string {
	var w warnings
	r.warnOfRegion(&w)
	r.warnOfWriting(&w)
	r.warnOfRows(&w)
	r.warnOfColumns(&w)
	r.warnOfKept(&w)
	return w
}

type warnings []string

// add adds a warning if it holds.
func (w *warnings) add(holds bool, format string, args ...any) {
	if holds {
		*w = append(*w, fmt.Sprintf(format, args...))
	}
}

// warnOfRegion finds signs of a wrong default region, or of none where one is needed.
func (r *Result) warnOfRegion(w *warnings) {
	if region, n, all := r.mostAbroad(); all >= enoughNumbers && n*100 >= all*manyElsewhere {
		w.add(true, "%d %% of the numbers with + are %s (%d of %d), but the default region is %s", n*100/all, region,
			n, all, r.home)
	}
	all, mobiles := r.Readings[ReadingNational], r.traits.of(mobile)
	if r.home != (rules.Region{}) && all-mobiles >= enoughOthers && mobiles*100 < all*fewMobiles {
		w.add(true, "only %d %% of the numbers read as %s are mobile (%d of %d): is the default region right?",
			mobiles*100/all, r.home, mobiles, all)
	}
	if wrong, all := r.traits.of(bareInvalid), r.traits.of(bare)+r.traits.of(bareInvalid); wrong*100 > all*manyInvalid {
		if r.home == (rules.Region{}) {
			w.add(true,
				"%d of %d numbers without + are invalid; if they are national numbers, say of which country: --default-region%s", wrong, all, r.byColumn())
		} else {
			w.add(true,
				"%d of %d numbers without + are no numbers of %s, nor have they a calling code: is the default region right?%s",
				wrong, all, r.home, r.byColumn())
		}
	}
	ones := r.traits.of(elevenOnes)
	w.add(ones >= enoughNumbers && r.traits.of(bare) == ones,
		"every number without + has eleven digits and starts with 1 (%d): are they numbers of +1?", ones)
	w.add(r.closely.doubtful > 0 && r.normalize == AsWritten,
		"%s without + can be read in two ways%s; each was read as --bare says, and --bare either keeps only"+
			" those that are allowed both ways", count(r.closely.doubtful, "kept number", "kept numbers"), r.ofFirst())
}

// byColumn names the column that says the countries of the numbers.
func (r *Result) byColumn() string {
	if r.Layout.countries == nil {
		return ""
	}
	return fmt.Sprintf("; column %s says it for each: --region-column %d", r.Layout.countries.describe(),
		r.Layout.countries.Number)
}

// ofFirst says of how many numbers a count is, if not of all.
func (r *Result) ofFirst() string {
	if !r.closely.done() {
		return ""
	}
	return fmt.Sprintf(" (of the first %d; the others were not compared)", r.closely.numbers)
}

// warnOfWriting tells what a program did to the numbers.
func (r *Result) warnOfWriting(w *warnings) {
	floats, scientific := r.traits.of(wasFloat), r.traits.of(wasScientific)
	w.add(floats > 0,
		"the column holds floats (%s in .0): a program took the numbers for amounts; each was read without the .0",
		count(floats, "cell ends", "cells end"))
	w.add(scientific > 0,
		"%s in scientific notation with every digit there; a spreadsheet will take digits of the next ones",
		count(scientific, "cell is", "cells are"))
	var numbers int64
	for _, n := range r.Readings {
		numbers += n
	}
	three, four := r.count.threeZeros, r.count.fourZeros
	w.add(four > 1 && four*10_000 > moreThanSo*numbers || three > 2 && three*1_000 > moreThanSo*numbers,
		"%s in 000, %d of them in 0000, which is more than chance makes of %d: a program may have rounded the last digits away (4.91512E+12);"+
			" compare them with where the list comes from", count(three, "number ends", "numbers end"), four, numbers)
}

// warnOfRows tells of rows that do not fit the list, or each other.
func (r *Result) warnOfRows(w *warnings) {
	other, unknown, lost := r.traits.of(otherRegion), r.traits.of(unknownRegion), r.traits.of(lostCountry)
	w.add(other > 0, "%s to another country than the row says; what counts is the number",
		count(other, "number belongs", "numbers belong"))
	w.add(unknown > 0, "%s a country that was not understood%s; only numbers with + count there%s",
		count(unknown, "row names", "rows name"),
		r.unknownCountries(unknown), lostRows(lost))
	w.add(r.count.longRows > 0,
		"%s more cells than the header: what follows one that is cut in two is in the wrong column, the number too, perhaps; cells that hold"+
			" the delimiter belong in quotes (--delimiter and --quote say how rows are cut)",
		count(r.count.longRows, "row has", "rows have"))
	w.add(r.closely.torn > 0,
		"%s by one row and refused by another%s (--require); the rows that agree are kept unless the refusing ones are given to --suppress",
		count(r.closely.torn, "number is agreed to", "numbers are agreed to"), r.ofFirst())
	w.add(r.closely.repeated > 0 && !r.dedupe, "%s a number of an earlier one%s; --dedupe drops them",
		count(r.closely.repeated, "kept row repeats", "kept rows repeat"), r.ofFirst())
}

// lostRows says what became of rows whose country was not understood.
func lostRows(rows int64) string {
	if rows == 0 {
		return ""
	}
	return ", and " + count(rows, "row was", "rows were") +
		" dropped as invalid for that: write a country's name, ISO code or calling code"
}

// unknownCountries lists what rows say of their country and was not understood. If nothing was, the
// column is likely another one, and may hold anything.
func (r *Result) unknownCountries(rows int64) string {
	const most = 5
	if rows == r.Rows {
		return ""
	}
	var named []string
	for _, name := range r.count.countries.most() {
		notShown := len(name) > 40 || redact.MayHoldNumber(name) ||
			strings.ContainsFunc(name, func(c rune) bool { return c == '@' || unicode.IsControl(c) })
		if !notShown && len(named) < most {
			named = append(named, fmt.Sprintf("%q %d", name, r.count.countries.rows[name]))
		}
	}
	if len(named) == 0 {
		return ""
	}
	more := ""
	if n := len(r.count.countries.rows) - len(named); n > 0 {
		more = fmt.Sprintf(" and %d more", n)
	}
	return " (" + strings.Join(named, ", ") + more + ")"
}

// warnOfColumns tells of columns that nobody asked for.
func (r *Result) warnOfColumns(w *warnings) {
	for _, c := range r.Layout.unchecked {
		w.add(true,
			"column %s holds numbers with +, too, and nobody looked at them; --column %s --column %d checks both",
			c.describe(), r.Layout.numbers(), c.Number)
	}
	if c := r.Layout.consent; c != nil {
		var said []string
		for _, value := range r.closely.consents.most() {
			said = append(said, fmt.Sprintf("%s %d", value, r.closely.consents.rows[value]))
		}
		said = said[:min(len(said), mostSaid)]
		w.add(len(said) > 0,
			"column %s may say who agreed to messages, and it was not asked for: kept rows say %s%s; --require %s keeps those that say yes",
			c.describe(), strings.Join(said, ", "), r.ofFirst(), shellQuoted(c.Label()+"=yes"))
	}
}

// warnOfKept tells of kept numbers that may not reach whom they are meant for.
func (r *Result) warnOfKept(w *warnings) {
	bare, national := r.KeptReadings[ReadingBareInternational], r.KeptReadings[ReadingNational]
	w.add(bare+national > 0 && r.normalize != E164,
		"%s without + (%d with their calling code, %d national): WhatsApp may put the sender's own calling code"+
			" before them; --normalize e164 writes them with +",
		count(bare+national, "kept number leaves", "kept numbers leave"), bare, national)
	dialled := r.traits.of(dialledAbroad)
	w.add(dialled > 0 && r.normalize == AsWritten,
		"%s with 00 or another international prefix in place of +, which WhatsApp does not know; --normalize e164 writes them with +",
		count(dialled, "kept number leaves", "kept numbers leave"))
	w.add(r.traits.of(twoReadings) > 0,
		"%s as it came, since it can be read in two ways: --normalize would have to guess; --bare international, or --region-column, says which",
		count(r.traits.of(twoReadings), "kept number is left", "kept numbers are left"))
	w.add(r.closely.unassigned > 0 && !r.valid,
		"%s of no assigned range%s: nobody has it, or it is newer than the numbering plan %s; --validity valid drops such numbers",
		count(r.closely.unassigned, "kept number is", "kept numbers are"), r.ofFirst(), NumberingPlan())
}

// mostAbroad returns the region that most numbers with '+' are of, if it is not the default region,
// and of how many.
func (r *Result) mostAbroad() (region string, n, all int64) {
	if r.home == (rules.Region{}) || r.Readings[ReadingNational] == 0 {
		return "", 0, 0
	}
	for name, count := range r.announced {
		all += count
		if count > n || count == n && name < region {
			region, n = name, count
		}
	}
	if strings.Contains(region, r.home.String()) {
		return "", 0, 0
	}
	return region, n, all
}

// count says "1 cell ends", "2 cells end".
func count(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
