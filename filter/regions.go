package filter

import (
	"bytes"
	"slices"
	"strings"

	"github.com/listgate/listgate/filter/internal/cell"
	"github.com/listgate/listgate/filter/internal/numbering"
	"github.com/listgate/listgate/rules"
)

// Regions are the regions that a number may belong to: mostly one; none if it is no number, or one
// without a country; several where the numbering plan cannot tell, or the digits have two readings.
// Regions are comparable.
type Regions struct{ first, second numbering.SetID }

// String returns the ISO 3166-1 alpha-2 codes, sorted and joined: "US", "AG|US", or "" for none.
func (r Regions) String() string {
	if r.second == 0 || r.second == r.first {
		return setNames()[r.first]
	}
	regions := slices.Concat(r.first.Regions(), r.second.Regions())
	slices.SortFunc(regions, func(a, b [2]byte) int { return bytes.Compare(a[:], b[:]) })
	return joinRegions(slices.Compact(regions))
}

// RegionsOf returns the regions that an international number may belong to: digits with or without
// '+', such as the wa_id 919876543210, in any form that [Filter.Decide] reads. None if it cannot be
// a number, or is one without a country. It does not ask any rules.
func RegionsOf(number string) Regions {
	var c cell.Cell
	f := Filter{options: Options{Bare: BareInternational}}
	if f.readCell(&c, []byte(number), rules.Region{}) != Undecided {
		return Regions{}
	}
	r, _ := f.read(&c, rules.Region{})
	if !r.ok() {
		return Regions{}
	}
	return Regions{first: r.number.Set()}
}

// Has reports whether region is one of them.
func (r Regions) Has(region rules.Region) bool {
	return slices.Contains(r.first.Regions(), [2]byte(region)) || slices.Contains(r.second.Regions(), [2]byte(region))
}

func joinRegions(regions [][2]byte) string {
	names := make([]string, len(regions))
	for i, region := range regions {
		names[i] = string(region[:])
	}
	return strings.Join(names, "|")
}
