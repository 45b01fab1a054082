package filter

import (
	"cmp"
	"maps"
	"slices"
)

// A listCount counts what is to be known of the rows beside what became of them.
type listCount struct {
	longRows              int64     // with more cells than the header
	threeZeros, fourZeros int64     // whose number ends in so many zeros, at least
	countries             nameCount // what rows say of their country and was not understood
}

func (c *listCount) merge(other *listCount) {
	c.longRows += other.longRows
	c.threeZeros += other.threeZeros
	c.fourZeros += other.fourZeros
	c.countries.merge(&other.countries)
}

func (c *listCount) clear() {
	c.longRows, c.threeZeros, c.fourZeros = 0, 0, 0
	c.countries.clear()
}

// A nameCount counts rows by what a cell of theirs holds. It remembers so many different ones, and
// counts the others together.
type nameCount struct {
	rows  map[string]int64
	other int64
}

func (c *nameCount) add(name string, rows int64) {
	if _, ok := c.rows[name]; !ok && len(c.rows) >= mostNames {
		c.other += rows
		return
	}
	if c.rows == nil {
		c.rows = map[string]int64{}
	}
	c.rows[name] += rows
}

// merge adds in the order of names, so that the same ones are remembered however a list was cut.
func (c *nameCount) merge(other *nameCount) {
	for _, name := range slices.Sorted(maps.Keys(other.rows)) {
		c.add(name, other.rows[name])
	}
	c.other += other.other
}

func (c *nameCount) clear() {
	clear(c.rows)
	c.other = 0
}

// most returns the names, those of the most rows first.
func (c *nameCount) most() []string {
	return slices.SortedFunc(maps.Keys(c.rows), func(a, b string) int {
		return cmp.Or(cmp.Compare(c.rows[b], c.rows[a]), cmp.Compare(a, b))
	})
}
