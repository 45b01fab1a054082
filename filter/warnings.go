package filter

import (
	"fmt"
	"strings"

	"github.com/listgate/listgate/rules"
)

// What a list must hold before a share of it says anything.
const (
	enoughNumbers = 20
	fewMobiles    = 80 // percent: with the right default region nearly all numbers of a campaign are mobile
	manyElsewhere = 25 // percent
	manyInvalid   = 10 // percent
)

// Warnings says what no single row shows: that a default region is likely wrong, that numbers leave without '+'. They
// rest on exact counts of the whole list, and say so.
func (r *Result) Warnings() []string {
	var warnings []string
	warn := func(format string, args ...any) { warnings = append(warnings, fmt.Sprintf(format, args...)) }
	if region, n, all := r.mostAbroad(); all >= enoughNumbers && n*100 >= all*manyElsewhere {
		warn("%d %% of the numbers with + are %s (%d of %d), but the default region is %s", n*100/all, region, n, all, r.home)
	}
	if all := r.Readings[ReadingNational]; all >= enoughNumbers && r.traits.of(mobile)*100 < all*fewMobiles {
		warn("only %d %% of the numbers read as %s are mobile (%d of %d): is the default region right?",
			r.traits.of(mobile)*100/all, r.home, r.traits.of(mobile), all)
	}
	if wrong, all := r.traits.of(bareInvalid), r.traits.of(bare)+r.traits.of(bareInvalid); wrong*100 > all*manyInvalid {
		if r.home == (rules.Region{}) {
			warn("%d of %d numbers without + are invalid; if they are national numbers, say of which country: --default-region", wrong, all)
		} else {
			warn("%d of %d numbers without + are no numbers of %s, nor have they a calling code: is the default region right?", wrong, all, r.home)
		}
	}
	if r.traits.of(bare) >= enoughNumbers && r.traits.of(bare) == r.traits.of(elevenOnes) {
		warn("every number without + has eleven digits and starts with 1 (%d): are they numbers of +1?", r.traits.of(bare))
	}
	if r.traits.of(wasFloat) > 0 {
		warn("the column holds floats (%s in .0): a program took the numbers for amounts; each was read without the .0", count(r.traits.of(wasFloat), "cell ends", "cells end"))
	}
	if r.traits.of(wasScientific) > 0 {
		warn("%s in scientific notation with every digit there; a spreadsheet will take digits of the next ones", count(r.traits.of(wasScientific), "cell is", "cells are"))
	}
	if r.traits.of(otherRegion) > 0 {
		warn("%s to another country than the row says; what counts is the number", count(r.traits.of(otherRegion), "number belongs", "numbers belong"))
	}
	if r.traits.of(unknownRegion) > 0 {
		warn("%s a country that was not understood; only numbers with + count there", count(r.traits.of(unknownRegion), "row names", "rows name"))
	}
	if bare, national := r.KeptReadings[ReadingBareInternational], r.KeptReadings[ReadingNational]; bare+national > 0 && !r.normalized {
		warn("%s without + (%d with their calling code, %d national): WhatsApp may put the sender's own calling code"+
			" before them; --normalize e164 writes them with +", count(bare+national, "kept number leaves", "kept numbers leave"), bare, national)
	}
	return warnings
}

// mostAbroad returns the region that most numbers with '+' are of, if it is not the default region, and of how many.
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
