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
)

// Warnings says what no single row shows: that a default region is likely wrong, that numbers leave without '+'. They
// rest on exact counts of the whole list, and say so.
func (r *Result) Warnings() []string {
	var warnings []string
	warn := func(format string, args ...any) { warnings = append(warnings, fmt.Sprintf(format, args...)) }
	if region, n, all := r.mostAbroad(); all >= enoughNumbers && n*100 >= all*manyElsewhere {
		warn("%d %% of the numbers with + are %s (%d of %d), but the default region is %s", n*100/all, region, n, all, r.home)
	}
	if all := r.Readings[ReadNational]; all >= enoughNumbers && r.nationalMobiles*100 < all*fewMobiles {
		warn("only %d %% of the numbers read as %s are mobile (%d of %d): is the default region right?",
			r.nationalMobiles*100/all, r.home, r.nationalMobiles, all)
	}
	if r.bare >= enoughNumbers && r.bare == r.elevenOnes {
		warn("every number without + has eleven digits and starts with 1 (%d): are they numbers of +1?", r.bare)
	}
	if r.floated > 0 {
		warn("the column holds floats (%d cells end in .0): a program took the numbers for amounts; each was read without the .0", r.floated)
	}
	if r.recovered > 0 {
		warn("%d cells are in scientific notation with every digit there; a spreadsheet will take digits of the next ones", r.recovered)
	}
	if r.elsewhere > 0 {
		warn("%d numbers belong to another country than their row says; each was judged by its number", r.elsewhere)
	}
	if r.unknownRegions > 0 {
		warn("%d rows name a country that was not understood; their numbers were read by --default-region", r.unknownRegions)
	}
	if bare, national := r.KeptReadings[ReadBareInternational], r.KeptReadings[ReadNational]; bare+national > 0 && !r.normalized {
		warn("%d kept numbers leave without + (%d with their calling code, %d national): WhatsApp may put the sender's own calling code"+
			" before them; --normalize e164 writes them with +", bare+national, bare, national)
	}
	return warnings
}

// mostAbroad returns the region that most numbers with '+' are of, if it is not the default region, and of how many.
func (r *Result) mostAbroad() (region string, n, all int64) {
	if r.home == (rules.Region{}) || r.Readings[ReadNational] == 0 {
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
