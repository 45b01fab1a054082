package filter

import (
	"fmt"
	"slices"
	"strings"

	"github.com/listgate/listgate/filter/internal/numbering"
	"github.com/listgate/listgate/rules"
)

// sightings are the names of Options.Sighted, each sorted as those of region sets are.
type sightings []string

func newSightings(names []string) (sightings, error) {
	var s sightings
	for _, name := range names {
		regions := strings.Split(name, "|")
		for _, region := range regions {
			if _, err := rules.ParseRegion(region); err != nil {
				return nil, fmt.Errorf("sighted %q: %w", name, err)
			}
		}
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
