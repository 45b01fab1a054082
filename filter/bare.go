package filter

import (
	"fmt"
	"slices"
	"strings"
)

// Bare says how digits without '+' are read.
type Bare uint8

const (
	// BareNational takes the national reading if it is valid, else the international one if that
	// is.
	BareNational Bare = iota
	// BareInternational takes the international reading alone, and possible is enough.
	BareInternational
	// BareEither takes both; if both are valid, both must be allowed.
	BareEither
)

var bareNames = []string{BareNational: "national", BareInternational: "international", BareEither: "either"}

// ParseBare returns the Bare of that name: "national", "international" or "either", in small
// letters.
func ParseBare(name string) (Bare, error) {
	if i := slices.Index(bareNames, name); i >= 0 {
		return Bare(i), nil
	}
	return 0, fmt.Errorf("unknown way to read bare digits %q; known are %s", name, strings.Join(bareNames, ", "))
}

// String returns the name that ParseBare knows.
func (b Bare) String() string {
	if int(b) < len(bareNames) {
		return bareNames[b]
	}
	return fmt.Sprintf("Bare(%d)", b)
}
