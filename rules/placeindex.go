package rules

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// A placeIndex finds the entries that name a region or a prefix of digits, at a cost that does not
// grow with their number.
type placeIndex struct {
	byRegion map[Region][]int32
	byPrefix map[string][]int32 // by the digits of the prefix
	longest  int                // digits of a prefix
}

// add notes an entry under a number, which grows from entry to entry.
func (x *placeIndex) add(e *Entry, at int) {
	if x.byRegion == nil {
		x.byRegion, x.byPrefix = map[Region][]int32{}, map[string][]int32{}
	}
	for _, r := range e.Regions {
		x.byRegion[r] = append(x.byRegion[r], int32(at))
	}
	for _, prefix := range e.Prefixes {
		x.byPrefix[prefix] = append(x.byPrefix[prefix], int32(at))
		x.longest = max(x.longest, len(prefix))
	}
}

// A match is an entry that names a number.
type match struct {
	found  bool
	at     int32 // the number of the entry
	prefix int   // digits of its longest prefix that the number begins with; 0: it names the region alone
}

// morePrecise returns the one of two with the longer prefix, the first of equals.
func (m match) morePrecise(other match) match {
	if !m.found || other.prefix > m.prefix {
		return other
	}
	return m
}

// matching returns the entries that name a number, each once, in order.
func (x *placeIndex) matching(region Region, digits string) []match {
	found := x.behind(digits)
	for _, at := range x.byRegion[region] {
		found = append(found, match{true, at, 0})
	}
	// Of one entry the longest prefix comes first, and is the one that stays.
	slices.SortFunc(found,
		func(a, b match) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(b.prefix, a.prefix)) })
	return slices.CompactFunc(found, func(a, b match) bool { return a.at == b.at })
}

// behind returns the entries with a prefix that digits begin with, once for each such prefix.
func (x *placeIndex) behind(digits string) []match {
	var found []match
	for n := 1; n <= min(len(digits), x.longest); n++ {
		for _, at := range x.byPrefix[digits[:n]] {
			found = append(found, match{true, at, n})
		}
	}
	return found
}

// PrefixClass names what entries in force say of numbers behind a prefix: two prefixes of one class
// get the same verdict in every region, but for Lifted. The name is no text.
func (p *Policy) PrefixClass(prefix string) string {
	var class []byte
	for i := range p.files {
		for _, m := range p.files[i].index.matching(Region{}, prefix) {
			class = binary.AppendUvarint(class, uint64(m.at)+1)
			class = binary.AppendUvarint(class, uint64(m.prefix))
		}
		class = append(class, 0)
	}
	return string(class)
}
