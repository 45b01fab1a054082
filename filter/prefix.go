package filter

import (
	"slices"
	"strings"

	"github.com/listgate/listgate/filter/internal/numbering"
	"github.com/listgate/listgate/rules"
)

// PrefixRegions returns the regions that numbers whose E.164 digits begin with prefix may belong to, sorted: those found
// by trying every four digits more. It takes milliseconds.
func PrefixRegions(prefix string) []rules.Region {
	seen := map[numbering.SetID]bool{}
	digits := append(make([]byte, 0, maxE164Digits), prefix...)
	var try func(deeper int)
	try = func(deeper int) {
		if deeper > 0 && len(digits) < maxE164Digits {
			for next := byte('0'); next <= '9'; next++ {
				digits = append(digits, next)
				try(deeper - 1)
				digits = digits[:len(digits)-1]
			}
			return
		}
		whole := slices.Clone(digits)
		for len(whole) <= maxE164Digits {
			if n := numbering.International(whole); n.Possible() {
				seen[n.Set()] = true
			}
			whole = append(whole, '2')
		}
	}
	try(4)
	var regions []rules.Region
	for set := range seen {
		for _, region := range set.Regions() {
			regions = append(regions, rules.Region(region))
		}
	}
	slices.SortFunc(regions, func(a, b rules.Region) int { return strings.Compare(a.String(), b.String()) })
	return slices.Compact(regions)
}
