package listrun

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/rules"
)

// PolicyOptions say what rules make of a country, as a person writes it.
type PolicyOptions struct {
	Message    string   // marketing, utility, authentication or service
	At         string   // 2026-12-24 or 2026-12-24T18:00:00+05:30; empty: now
	Rules      []string // files and folders of the user's own
	Confidence string   // low, medium or high

	BusinessCountry string // where the sender's business is located, an ISO code; empty: not known
}

// A Plan is what is to be sent: messages of a kind, at a time. Of the rules that allow, those count
// that are sure enough.
type Plan struct {
	Message    rules.Message
	At         time.Time
	Confidence rules.Confidence

	BusinessCountry rules.Region // zero: not known
}

// Plan reads the options. The error is an *OptionError.
func (o *PolicyOptions) Plan(now time.Time) (p Plan, err error) {
	p.At = now.UTC().Truncate(time.Second)
	if p.Message, err = rules.ParseMessage(o.Message); err != nil {
		return p, &OptionError{Option: "message", Err: err}
	}
	if p.Confidence, err = rules.ParseConfidence(o.Confidence); err != nil {
		return p, &OptionError{Option: "confidence", Err: err}
	}
	if o.BusinessCountry != "" {
		if p.BusinessCountry, err = rules.ParseRegion(o.BusinessCountry); err != nil {
			return p, &OptionError{Option: "business-country", Err: err}
		}
	}
	if o.At == "" {
		return p, nil
	}
	if p.At, err = parseTime(o.At); err != nil {
		return p, &OptionError{Option: "at", Err: err}
	}
	return p, nil
}

// parseTime reads a day, 00:00 UTC, or a time with its zone.
func parseTime(s string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time; write 2026-12-24 (00:00 UTC) or 2026-12-24T18:00:00+05:30", s)
}

// DecisionOptions say by which rules numbers are decided, and how they are read, as a person writes
// it.
type DecisionOptions struct {
	PolicyOptions
	Categories    []string
	MaxRuleAge    int    // in days: older facts are warned of
	DefaultRegion string // an ISO code; empty: none
	Bare          string // national, international or either
	Validity      string // possible or valid
}

// A Decider decides numbers by rules.
type Decider struct {
	Plan
	Options    filter.Options
	MaxRuleAge time.Duration

	Set    *rules.Set
	Policy *rules.Policy
	Filter *filter.Filter
}

// Parse reads the options that need no rules. The error is an *OptionError.
func (o *DecisionOptions) Parse(now time.Time) (d Decider, err error) {
	if d.Plan, err = o.Plan(now); err != nil {
		return d, err
	}
	if o.MaxRuleAge < 1 {
		return d, OptionErrorf("max-rule-age", "%d days; it is 1 or more", o.MaxRuleAge)
	}
	d.MaxRuleAge = time.Duration(o.MaxRuleAge) * 24 * time.Hour
	if o.DefaultRegion != "" {
		if d.Options.DefaultRegion, err = rules.ParseRegion(o.DefaultRegion); err != nil {
			return d, &OptionError{Option: "default-region", Err: err}
		}
	}
	bare, err := Choose("bare", o.Bare, "national", "international", "either")
	if err != nil {
		return d, err
	}
	d.Options.Bare = filter.Bare(bare)
	validity, err := Choose("validity", o.Validity, "possible", "valid")
	d.Options.RequireValid = validity == 1
	return d, err
}

// Load reads the options and the rules. of holds what else rules are loaded with: permissions, say.
func (o *DecisionOptions) Load(now time.Time, of rules.Options) (*Decider, error) {
	d, err := o.Parse(now)
	if err != nil {
		return nil, err
	}
	of.Paths, of.Categories, of.Sender.BusinessCountry = o.Rules, o.Categories, d.BusinessCountry
	set, err := rules.Load(of)
	if err != nil {
		return nil, err
	}
	d.Set = set
	if err := d.Compile(); err != nil {
		return nil, &OptionError{Option: "default-region", Err: err}
	}
	return &d, nil
}

// Compile makes the policy and the filter out of the set, the plan and the options.
func (d *Decider) Compile() (err error) {
	d.Policy = d.Set.Compile(d.Message, d.At, d.Confidence)
	d.Filter, err = filter.New(d.Policy, d.Options)
	return err
}

// Sight makes the filter drop the numbers of regions ("IN", "AG|US") as sighted.
func (d *Decider) Sight(regions ...string) (err error) {
	if len(regions) == 0 {
		return nil
	}
	d.Options.Sighted = append(d.Options.Sighted, regions...)
	d.Filter, err = filter.New(d.Policy, d.Options)
	return err
}

// Warnings returns what a person should know of the rules.
func (d *Decider) Warnings() []string { return d.Set.Warnings(d.At, d.MaxRuleAge) }

// Describe says by which rules is decided, and when the messages go out.
func (d *Decider) Describe() string {
	return fmt.Sprintf("%s; %s messages, planned for %s", strings.Join(d.Set.Categories(), " and "), d.Message,
		d.At.Format("2006-01-02 15:04 MST"))
}

// Entry returns the entry of an id, or nil.
func (d *Decider) Entry(id string) *rules.Entry {
	for _, f := range d.Set.Files() {
		for _, e := range f.Entries {
			if e.ID == id {
				return e
			}
		}
	}
	return nil
}

// CategoryFiles returns the files that speak for the categories.
func (d *Decider) CategoryFiles() []*rules.File {
	return slices.DeleteFunc(slices.Clone(d.Set.Files()), func(f *rules.File) bool {
		return !slices.Contains(d.Set.Categories(), f.Name)
	})
}
