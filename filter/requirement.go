package filter

import (
	"slices"
	"strings"

	"github.com/listgate/listgate/filter/internal/csv"
)

// A Requirement is what a row must hold in some column to be kept: proof of consent.
type Requirement struct {
	Column string   // a name of the header, or a number from 1
	Values []string // one of them, whatever its case; white space around it does not matter
}

// consents reports whether a row holds what is required of it.
func (s *scanner) consents(data []byte, r csv.Record) bool {
	for i, column := range s.layout.required {
		value := strings.TrimSpace(s.cellOf(data, r, column))
		if !slices.ContainsFunc(s.options.Require[i].Values,
			func(v string) bool { return strings.EqualFold(v, value) }) {
			return false
		}
	}
	return true
}
