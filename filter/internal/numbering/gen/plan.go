package main

import (
	"slices"
	"strings"
)

// A plan judges a national number behind one calling code. Nothing is stripped here. The last
// element of its keys is the length.
type plan struct {
	callingCode int
	regions     []*region
	names       []string
	all         string // names, joined
	*states
}

// maxNSN is the library's maxLengthForNSN; one more stands for all that is longer.
const maxNSN = 17

func newPlan(callingCode int, names []string, regions []*region) *plan {
	p := &plan{callingCode: callingCode, regions: regions, names: names}
	if names[0] != nonGeographic {
		p.all = strings.Join(slices.Sorted(slices.Values(names)), "")
	}
	p.states = newStates(make([]int, len(regions)+1))
	return p
}

func (p *plan) step(state int, digit byte) int {
	return p.follow(state, digit, func(key []int, digit byte) []int {
		next := make([]int, len(key))
		for i, r := range p.regions {
			next[i] = r.step(key[i], digit)
		}
		next[len(p.regions)] = min(key[len(p.regions)]+1, maxNSN+1)
		return next
	})
}

func (p *plan) verdict(state int) verdict {
	key := p.keys[state]
	length := key[len(p.regions)]
	possible := testLength(p.regions[0].meta, length)
	v := verdict{callingCode: p.callingCode, regions: p.all, possible: possible == fits, short: possible == tooShort,
		long: possible == tooLong}
	if i := p.owner(key, length); i >= 0 {
		v.kind = p.regions[i].kind(key[i], length)
		if p.all != "" {
			v.regions = p.names[i]
		}
	}
	if length+len(digitsOf(p.callingCode)) > maxE164 {
		v.possible, v.kind, v.long = false, none, true
	}
	return v
}

// owner is GetRegionCodeForNumber: the place of the region, or -1 where the library answers none.
func (p *plan) owner(key []int, length int) int {
	if len(p.regions) == 1 {
		return 0
	}
	for i, r := range p.regions {
		if r.claims(key[i], length) {
			return i
		}
	}
	return -1
}
