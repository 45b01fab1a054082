package filter

import (
	"slices"
	"sync"

	"github.com/listgate/listgate/filter/internal/numbering"
	"github.com/listgate/listgate/rules"
)

// DecideRegion decides a recipient of whom nothing but the region is known, as WhatsApp's
// business-scoped user ids tell it. Such a one may have any number of the region, and is kept only
// if all of them are: where a rule denies a prefix of the region's numbers, the answer is
// Undetermined. So it is for the main region behind a shared calling code if another one there is
// not allowed: nobody says whether the platform tells those behind +44 apart, or calls them all GB.
// The zero region, and one without a numbering plan, is NoRegion. DecideRegion does not allocate.
func (f *Filter) DecideRegion(region rules.Region) Decision {
	of, ok := plansByRegion()[region]
	if !ok {
		return Decision{Reason: NoRegion}
	}
	j := f.outcomes.outcome(firstSet + outcomeID(of.set))
	d := Decision{Reason: j.reason, Regions: Regions{first: of.set}, Rule: j.rule}
	if d.Kept() && !f.outcomes.keepAll(region, of) {
		d.Reason, d.Rule = Undetermined, ""
	}
	return d
}

// keepAll reports whether every number that may be meant by a region is kept, if the region as such
// is.
func (o *outcomeTable) keepAll(region rules.Region, of plan) bool {
	if of.main {
		for _, other := range setsOf(of.callingCode) {
			if !o.kept(firstSet + outcomeID(other)) {
				return false
			}
		}
	}
	if !o.prefixed.has(of.callingCode) {
		return true
	}
	for i := range o.behind.groups {
		group := &o.behind.groups[i]
		for k, set := range group.sets {
			isMeant := set == of.set || of.main && callingCodesOfSets()[set] == of.callingCode ||
				!group.told && slices.Contains(set.Regions(), [2]byte(region))
			if isMeant && !o.kept(group.first+outcomeID(k)) {
				return false
			}
		}
	}
	return true
}

// A plan is what is known of a region with a numbering plan.
type plan struct {
	set         numbering.SetID // of the region alone
	callingCode int
	main        bool // several regions share the calling code, and it is said to be this one's
}

var plansByRegion = sync.OnceValue(func() map[rules.Region]plan {
	plans := map[rules.Region]plan{}
	for set := range numbering.SetID(numbering.Sets) {
		if regions := set.Regions(); len(regions) == 1 {
			callingCode := callingCodeOf(regions[0])
			plans[regions[0]] = plan{set, callingCode, mainRegions[callingCode] == string(regions[0][:])}
		}
	}
	return plans
})

// mainRegions are the main regions behind the shared calling codes, in libphonenumber's metadata.
var mainRegions = map[int]string{
	1: "US", 7: "RU", 39: "IT", 44: "GB", 47: "NO", 61: "AU", 212: "MA", 262: "RE", 290: "SH", 358: "FI",
	590: "GP", 599: "CW",
}
