package list

import (
	"fmt"
	"slices"
	"strings"
)

// A Shape says how the recipients of a list are written down.
type Shape uint8

const (
	Mixed      Shape = iota // all of those down to Dirty, as in a campaign list that several people and programs made
	E164                    // +919876543210
	WaID                    // 919876543210, as WhatsApp's own tools write it
	NationalIN              // 9876543210, 098765 43210
	NationalUS              // (415) 555-0132, 415-555-0132, 4155550132
	Formatted               // +91 98765 43210, +1 (415) 555-0132, 0091-98765-43210
	Quoted                  // as E164, beside names with commas, quotes and line breaks
	Dirty                   // no number, several, a destroyed one, or one that is wrapped in something
	Stray                   // as E164, beside names with a quote that is an ordinary character: Joe 5" pipe
	Shared                  // as E164, of calling codes that several regions share
	Crimea                  // as E164, of a prefix that a rule denies within a region that is allowed
	AllQuoted               // as E164, every cell in quotes, as many programs export
)

var shapeNames = [...]string{
	Mixed: "mixed", E164: "e164", WaID: "waid", NationalIN: "national-in", NationalUS: "national-us",
	Formatted: "formatted", Quoted: "quoted", Dirty: "dirty", Stray: "stray", Shared: "shared", Crimea: "crimea",
	AllQuoted: "all-quoted",
}

func (s Shape) String() string { return shapeNames[s] }

// ParseShape returns the shape of a name, such as "national-in".
func ParseShape(name string) (Shape, error) {
	i := slices.Index(shapeNames[:], name)
	if i < 0 {
		return 0, fmt.Errorf("no shape %q; there are %s", name, strings.Join(shapeNames[:], ", "))
	}
	return Shape(i), nil
}

// Shapes returns all shapes.
func Shapes() []Shape {
	all := make([]Shape, len(shapeNames))
	for i := range all {
		all[i] = Shape(i)
	}
	return all
}

// DefaultRegion is the region whose national numbers a list of the shape holds, or empty.
func (s Shape) DefaultRegion() string {
	switch s {
	case Mixed, NationalIN:
		return "IN"
	case NationalUS:
		return "US"
	}
	return ""
}

// mixed is how often each way of writing stands in a campaign list.
var mixed = spread([]share[Shape]{{E164, 55}, {WaID, 15}, {NationalIN, 8}, {Formatted, 12}, {Quoted, 6}, {Dirty, 4}})

// kind is the shape of one row.
func (g *Generator) kind() Shape {
	if g.shape == Mixed {
		return one(&g.random, mixed)
	}
	return g.shape
}
