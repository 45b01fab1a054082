package rules

import (
	"fmt"
	"slices"
	"time"
)

// A Sender is what rules ask about the account that sends. The zero Sender is one that nothing is
// known of.
type Sender struct {
	// BusinessCountry is where the business is located, as Meta knows it (the portfolio's country,
	// not the number's). Zero: not known, and then entries with business_not_in warn.
	BusinessCountry Region
	// Permissions are Meta's to the account. They count for every category, beside those of the
	// files.
	Permissions []Permission
}

// A Permission is Meta's to this sender, for regions where the category needs one. It counts as
// high.
type Permission struct {
	Path      string // of the file that it stands in; empty if a program gave it
	Line      int
	Regions   []Region
	Reference string
	LastDay   time.Time // 00:00 UTC; it holds on that day, whole; zero: without end
}

// String names the regions, sorted, the last day and the reference: "BR MX, last day 2026-12-31:
// case 4711".
func (p *Permission) String() string {
	text := p.regions()
	if !p.LastDay.IsZero() {
		text += ", last day " + p.LastDay.Format(time.DateOnly)
	}
	return text + ": " + p.Reference
}

func (p *Permission) regions() string { return joinRegions(sortRegions(slices.Clone(p.Regions))) }

// revisionText is what a revision sums. It stays as it was when permissions were written with their
// first day without force, so that reports of then still come to their revision.
func (p *Permission) revisionText() string {
	text := p.regions()
	if !p.LastDay.IsZero() {
		text += " until " + dayAfter(p.LastDay).Format(time.DateOnly)
	}
	return text + ": " + p.Reference
}

// place is where the permission stands, as warnings begin.
func (p *Permission) place() string {
	if p.Path == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d: ", p.Path, p.Line)
}
