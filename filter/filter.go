// Package filter decides who of a list may be messaged: it finds the country of each number and
// asks a policy of package rules about it.
//
// One number, inline before a send:
//
//	set, err := rules.Load(rules.Options{Categories: []string{"alcohol"}})
//	f, err := filter.New(set.Compile(rules.Marketing, time.Now(), rules.Medium), filter.Options{})
//	if d := f.DecideString("+919876543210"); !d.Kept() { … d.Reason, d.Regions, d.Rule … }
//
// A whole list, kept and dropped rows copied byte for byte: see [Filter.Stream]. A process that
// runs for longer than its rules stay the same asks a [Live] for the filter before each send: it
// follows the rule files and the calendar.
//
// # Terms
//
// A region is an ISO 3166-1 alpha-2 code. A calling code, such as 44, may be shared by several
// regions. A number is possible if its length fits, and valid if its range is assigned; neither
// means that anybody can be reached there. A reading is one way to understand the digits of a cell.
// A number is kept only if it is known that it may be messaged: doubt of any kind drops it, under a
// [Reason] of its own.
//
// What a number cannot tell: where its owner is now, whether they use WhatsApp, whether the number
// was ported or given back. Within a shared calling code the numbering plan gives mobile ranges to
// the main region even where smaller ones use them too (Australian mobiles on Christmas Island,
// Norwegian ones on Svalbard); such a number counts as the main region's, as it does in the phone
// library.
//
// # Concurrency
//
// A Filter is immutable. All its methods may be called from any number of goroutines.
package filter

import (
	"fmt"
	"strconv"

	"github.com/listgate/listgate/filter/internal/cell"
	"github.com/listgate/listgate/filter/internal/numbering"
	"github.com/listgate/listgate/rules"
)

// Options say how cells are read. The zero value reads international numbers, and bare digits as
// international ones if they are valid.
type Options struct {
	DefaultRegion rules.Region // whose national numbers the list holds; zero: of none
	Bare          Bare
	RequireValid  bool // an international number must be of an assigned range, not only of a possible length
	// Sighted are the regions ("IN"), or sets of them as [Regions.String] writes them ("AG|US"), in
	// which the sender's account met error 130497. A number that the rules allow gets the reason
	// Sighted if its set is one of them, or holds a region that stands alone here.
	Sighted []string
}

// A Filter decides numbers by one policy.
type Filter struct {
	options  Options
	home     *numbering.Home // the default region's; nil: there is none
	ownCode  []byte          // the default region's calling code
	chatIDs  bool            // cells without '+' are chat ids: they begin with a calling code
	outcomes outcomeTable
}

// New returns a filter that decides by policy. An error means that the default region has no
// numbering plan, that something sighted is no region, or that the rules say more than 60,000
// different things of number prefixes.
func New(policy *rules.Policy, options Options) (*Filter, error) {
	return newFilter(policy, options, nil)
}

// NewLike is New for one of many filters, such as those of thousands of accounts: it shares with
// the filter of another policy what both have in common, so that it takes about 1 KB, and 10 KB
// more if its rules name other prefixes of numbers. It decides as one made by New does.
func NewLike(other *Filter, policy *rules.Policy, options Options) (*Filter, error) {
	return newFilter(policy, options, &other.outcomes)
}

func newFilter(policy *rules.Policy, options Options, like *outcomeTable) (*Filter, error) {
	if options.DefaultRegion != (rules.Region{}) && callingCodeOf(options.DefaultRegion) == 0 {
		return nil, fmt.Errorf("region %s has no numbering plan of its own", options.DefaultRegion)
	}
	sighted, err := newSightings(options.Sighted)
	if err != nil {
		return nil, err
	}
	table, err := newOutcomeTable(policy, sighted, like)
	if err != nil {
		return nil, err
	}
	f := &Filter{options: options, outcomes: table}
	if options.DefaultRegion != (rules.Region{}) {
		f.home = numbering.HomeOf(options.DefaultRegion)
		f.ownCode = strconv.AppendInt(nil, int64(callingCodeOf(options.DefaultRegion)), 10)
	}
	return f, nil
}

// forChatIDs returns f for a column of chat ids, whose digits begin with a calling code: whatever
// the default region and Options.Bare.
func (f *Filter) forChatIDs() *Filter {
	g := *f
	g.chatIDs = true
	return &g
}

// A Decision is what a filter makes of one cell. It is comparable. The zero Decision does not keep.
type Decision struct {
	Reason  Reason
	Reading Reading // how the digits were understood; NoReading where they were not
	Regions Regions // none if the digits are no number, or a number without a country
	// Rule is what decided, the id of an entry or "alcohol:default"; empty where no rule did.
	Rule string
}

// Kept reports whether the number may be messaged.
func (d Decision) Kept() bool { return d.Reason.Kept() }

// Decide decides the recipient in cell, as people write numbers: "+91 98765 43210", "919876543210",
// "tel:+44…". It does not allocate, and does not keep or change cell.
func (f *Filter) Decide(cell []byte) Decision {
	v := f.decide(cell)
	j := f.outcomes.outcome(v.outcome)
	return Decision{Reason: j.reason, Reading: v.reading, Regions: f.outcomes.regions(v), Rule: j.rule}
}

// DecideString is Decide for a string. It allocates only for strings that are longer than any
// number with its wrapping.
func (f *Filter) DecideString(cell string) Decision {
	var buffer [128]byte
	return f.Decide(append(buffer[:0], cell...))
}

// fewestOfNumber is how many digits make a number of what stands in the first row: the name of a
// column may hold some ("Phone 2").
const fewestOfNumber = 7

// looksNumeric reports whether the cell holds digits that are meant as a number, whatever becomes
// of it and whatever stands beside them ("+91 98765 43210 call me"). It tells a header from a first
// row.
func looksNumeric(text []byte) bool {
	var c cell.Cell
	switch c.Read(text) {
	case cell.None, cell.Multiple, cell.TooLong, cell.Mangled, cell.Slashed:
		return true
	}
	return countAnyDigits(string(text)) >= fewestOfNumber
}

// NumberingPlan returns the version of libphonenumber's metadata that decides about numbers, such
// as "v9.0.37".
func NumberingPlan() string { return numbering.Version }
