package rules

import (
	"maps"
	"slices"
)

// mostNeighbours is how many entries that name one place are looked at, so that the work grows with
// the entries and not with their square, whatever the file.
const mostNeighbours = 1000

// neighbours are the entries that decide together, in order, found by what they name.
type neighbours struct {
	entries []*Entry
	order   map[*Entry]int
	own     map[*Entry]bool // of the category that is looked at
	index   placeIndex
}

func newNeighbours() *neighbours {
	return &neighbours{order: map[*Entry]int{}, own: map[*Entry]bool{}}
}

func (n *neighbours) add(e *Entry, own bool) {
	if own {
		n.own[e] = true
	}
	n.order[e] = len(n.entries)
	n.index.add(e, len(n.entries))
	n.entries = append(n.entries, e)
}

func (n *neighbours) isOwn(e *Entry) bool { return n.own[e] }

// naming returns the entries that name a region, or all numbers behind a prefix, in order: the
// first mostNeighbours.
func (n *neighbours) naming(region Region, prefix string) []*Entry {
	if prefix == "" {
		return n.first(n.index.byRegion[region])
	}
	var found []*Entry
	for length := 1; length <= len(prefix) && len(found) < mostNeighbours; length++ {
		found = append(found, n.first(n.index.byPrefix[prefix[:length]])...)
	}
	slices.SortStableFunc(found, func(a, b *Entry) int { return n.order[a] - n.order[b] })
	return slices.Compact(found)
}

func (n *neighbours) first(at []int32) []*Entry {
	at = at[:min(len(at), mostNeighbours)]
	found := make([]*Entry, len(at))
	for i, k := range at {
		found[i] = n.entries[k]
	}
	return found
}

// inOrder returns the keys of by in order.
func (n *neighbours) inOrder(by map[*Entry][]string) []*Entry {
	return slices.SortedFunc(maps.Keys(by), func(a, b *Entry) int { return n.order[a] - n.order[b] })
}
