package filter

import (
	"fmt"

	"github.com/listgate/listgate/filter/internal/cell"
)

// A Reason says why a row is kept or dropped. The names are an interface: they stand in files,
// reports and metrics. The zero value is Undecided, and it does not keep.
type Reason uint8

// The reasons, in the order in which they are looked for: a row gets the first one that holds.
const (
	Undecided    Reason = iota // never decided; no row of a list that was read leaves with it
	ShortRow                   // the row has no such column
	Empty                      // nothing in the cell
	Mangled                    // a spreadsheet destroyed the number
	Multiple                   // more than one number in the cell
	NotANumber                 // something else than a number
	NoConsent                  // the consent column does not hold what was asked for
	Suppressed                 // on the list of numbers never to message
	Invalid                    // digits, but no possible number
	NoRegion                   // the calling code is unassigned, or belongs to no country
	Ambiguous                  // two readings that count alike, not both allowed
	Undetermined               // the region cannot be told apart, and not every candidate is allowed
	Restricted                 // a rule denies the region or the prefix, or a complete file does not allow it
	Unlisted                   // a file that is not complete does not name the region: not known to be allowed
	Sighted                    // this account met error 130497 in this region before
	Duplicate                  // the number stood in an earlier row
	Allowed                    // the only reason that keeps a row
)

var reasonNames = [...]string{
	Undecided:    "undecided",
	ShortRow:     "short_row",
	Empty:        "empty",
	Mangled:      "mangled",
	Multiple:     "multiple",
	NotANumber:   "not_a_number",
	NoConsent:    "no_consent",
	Suppressed:   "suppressed",
	Invalid:      "invalid",
	NoRegion:     "no_region",
	Ambiguous:    "ambiguous",
	Undetermined: "undetermined",
	Restricted:   "restricted",
	Unlisted:     "unlisted",
	Sighted:      "sighted",
	Duplicate:    "duplicate",
	Allowed:      "allowed",
}

// Reasons returns every reason that a row can have, in the order in which they are looked for.
func Reasons() []Reason {
	all := make([]Reason, 0, len(reasonNames)-1)
	for r := ShortRow; r <= Allowed; r++ {
		all = append(all, r)
	}
	return all
}

// String returns the name that stands in files and reports, such as "restricted".
func (r Reason) String() string {
	if int(r) < len(reasonNames) {
		return reasonNames[r]
	}
	return fmt.Sprintf("Reason(%d)", r)
}

// Kept reports whether a row with this reason may be sent.
func (r Reason) Kept() bool { return r == Allowed }

// problemReasons are the reasons of cells that hold no number.
var problemReasons = [...]Reason{
	cell.None: Undecided, cell.Empty: Empty, cell.Mangled: Mangled, cell.Multiple: Multiple,
	cell.NotANumber: NotANumber, cell.TooLong: Invalid,
}
