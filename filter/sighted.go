package filter

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/listgate/listgate/filter/internal/numbering"
	"github.com/listgate/listgate/rules"
)

// sightings are the names of Options.Sighted, each sorted as those of region sets are.
type sightings []string

var regionOrSet = regexp.MustCompile(`^[A-Z]{2}(\|[A-Z]{2})*$`)

// newSightings takes any code: a user id may have named one that no numbering plan has.
func newSightings(names []string) (sightings, error) {
	var s sightings
	for _, name := range names {
		if !regionOrSet.MatchString(name) {
			return nil, fmt.Errorf("sighted %q; it is a region such as IN or a set such as AG|US", name)
		}
		regions := strings.Split(name, "|")
		slices.Sort(regions)
		s = append(s, strings.Join(slices.Compact(regions), "|"))
	}
	return s, nil
}

// judge is judge for an account with these sightings: they take back what the rules allow.
func (s sightings) judge(policy *rules.Policy, set numbering.SetID, digits string) judgement {
	j := judge(policy, set, digits)
	if j.reason == Allowed && s.have(set) {
		j.reason, j.rule = Sighted, ""
	}
	return j
}

// have reports whether the set was sighted, or a region of it alone.
func (s sightings) have(set numbering.SetID) bool {
	return slices.Contains(s, setNames()[set]) || slices.ContainsFunc(set.Regions(), func(region [2]byte) bool {
		return slices.Contains(s, string(region[:]))
	})
}
