package ruleview

import (
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/listgate/listgate/filter/ruletest"
	"github.com/listgate/listgate/internal/printable"
	"github.com/listgate/listgate/rules"
)

// A CountryRow says what rules make of a region, or of a prefix in it.
type CountryRow struct {
	Region     string   `json:"region"`
	Name       string   `json:"name"`
	Prefix     string   `json:"prefix"` // "+7978"; empty for the region as a whole
	Decision   string   `json:"decision"`
	Rule       string   `json:"rule"`       // empty where a default keeps
	Confidence string   `json:"confidence"` // empty where a default decided; high with a permission
	Permission string   `json:"permission"` // the reference of the one that lets the rule count; empty if it needs none
	Source     string   `json:"source"`
	Reason     string   `json:"reason"`
	Warned     []string `json:"warned"`    // the warn entries that name it
	Uncounted  []string `json:"uncounted"` // the allows that name it and do not count

	permission *rules.Permission
}

// A judgeOf is what judges a place: a whole policy, or one file of it.
type judgeOf func(region rules.Region, digits string) rules.Verdict

// judgeFor returns what judges for a category: the whole policy; for platform and for company, that
// file alone.
func judgeFor(category string, policy *rules.Policy) judgeOf {
	at, alone := map[string]int{rules.Platform: 0, rules.Company: 1}[category] // as they stand in a policy
	if !alone {
		return policy.Judge
	}
	return func(region rules.Region, digits string) rules.Verdict { return policy.JudgeEach(region, digits)[at] }
}

// A countryKey names a place. The zero prefix is the region as a whole.
type countryKey struct {
	region rules.Region
	prefix string // digits
}

// countriesOf returns every region and, behind the regions that they lie in, the prefixes that
// policies name.
func countriesOf(policies ...*rules.Policy) []countryKey {
	var prefixes []string
	for _, policy := range policies {
		prefixes = append(prefixes, policy.Prefixes()...)
	}
	slices.Sort(prefixes)
	byRegion := map[rules.Region][]string{}
	for _, prefix := range slices.Compact(prefixes) {
		for _, region := range ruletest.PrefixRegions(prefix) {
			byRegion[region] = append(byRegion[region], prefix)
		}
	}
	var places []countryKey
	for _, region := range rules.Regions() {
		places = append(places, countryKey{region: region})
		for _, prefix := range byRegion[region] {
			places = append(places, countryKey{region, prefix})
		}
	}
	return places
}

// rowOf returns what is to be told of a place.
func rowOf(k countryKey, judge judgeOf) CountryRow {
	v := judge(k.region, k.prefix)
	row := CountryRow{Region: k.region.String(), Name: k.region.Name(), Decision: v.Outcome.String(), Rule: v.Rule(),
		Warned: []string{}, Uncounted: []string{}}
	if k.prefix != "" {
		row.Prefix = "+" + k.prefix
	}
	switch {
	case v.Entry != nil:
		row.Confidence, row.Source, row.Reason = v.Entry.Confidence.String(), v.Entry.Source, v.Entry.Reason
		if v.Permission != nil {
			row.Confidence, row.permission = rules.High.String(), v.Permission
			row.Permission = v.Permission.Reference
		}
	case v.File != nil:
		row.Source = v.File.Source
	}
	for _, e := range v.Warned {
		row.Warned = append(row.Warned, e.ID)
	}
	for _, e := range v.Uncounted {
		row.Uncounted = append(row.Uncounted, e.ID)
	}
	return row
}

// WriteRows prints a table of places.
func WriteRows(w io.Writer, rows []CountryRow) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	printable.Fprintf(t, "REGION\tCOUNTRY\tDECISION\tRULE\tCONFIDENCE\tNOTE\tSOURCE\n")
	for _, row := range rows {
		place, name := row.Region, row.Name
		if row.Prefix != "" {
			place, name = "  "+row.Prefix, "in "+name
		}
		printable.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", place, name, row.Decision, orDash(row.Rule),
			orDash(row.Confidence), orDash(row.note()), row.Source)
	}
	return t.Flush()
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func (row CountryRow) note() string {
	var notes []string
	if row.permission != nil {
		notes = append(notes, countsAsHigh(row.permission))
	}
	for _, id := range row.Warned {
		notes = append(notes, "warned by "+id)
	}
	for _, id := range row.Uncounted {
		notes = append(notes, id+" does not count")
	}
	return strings.Join(notes, ", ")
}
