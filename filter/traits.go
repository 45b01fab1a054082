package filter

import (
	"math/bits"

	"github.com/listgate/listgate/filter/internal/cell"
)

// traits are what is counted of a cell or its number, to find what no single row shows.
type traits uint16

const (
	mobile        traits = 1 << iota // a national number of a range for mobile phones, or that may be one
	bare                             // digits without '+'
	elevenOnes                       // eleven bare digits, the first a 1
	otherRegion                      // the number is of another region than its row says
	wasFloat                         // the cell held a float: 919876543210.0
	wasScientific                    // the cell was in scientific notation, with every digit there
	bareInvalid                      // digits without '+' that are no number
	twoReadings                      // kept, and the digits have another valid reading, of another line
	unknownRegion                    // what the row says of its region was not understood
	lostCountry                      // dropped for that alone
	dialledAbroad                    // kept, with 00 or another international prefix in place of '+'

	numTraits = iota
)

// A traitCount counts rows by trait.
type traitCount [numTraits]int64

// add counts a row.
func (c *traitCount) add(t traits) {
	for ; t != 0; t &= t - 1 {
		c[bits.TrailingZeros16(uint16(t))]++
	}
}

func (c *traitCount) merge(other *traitCount) {
	for i, rows := range other {
		c[i] += rows
	}
}

// of returns the rows that have one trait.
func (c *traitCount) of(t traits) int64 { return c[bits.TrailingZeros16(uint16(t))] }

// writingTraits returns what is to be counted of how a cell was written.
func writingTraits(c *cell.Cell) (t traits) {
	if c.Has(cell.Float) {
		t |= wasFloat
	}
	if c.Has(cell.Scientific) {
		t |= wasScientific
	}
	return t
}

// bareTraits returns what is to be counted of digits without '+'.
func bareTraits(c *cell.Cell) traits {
	if c.Len() == 11 && c.First() == '1' {
		return bare | elevenOnes
	}
	return bare
}
