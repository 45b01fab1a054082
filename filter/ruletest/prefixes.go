package ruletest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/listgate/listgate/filter/internal/numbering"
	"github.com/listgate/listgate/rules"
)

// IdlePrefixes returns the entries of the rule files at paths, or of the shipped files if there are
// no paths, with prefixes that no number of a country begins with: +999, which is no calling code,
// or +800, which is no country's. Numbers of no country are dropped before a rule is asked. err is
// of reading the files.
func IdlePrefixes(paths ...string) (rules.Errors, error) {
	files, err := rules.List(paths...)
	if err != nil {
		return nil, err
	}
	var idle rules.Errors
	for _, file := range files {
		if file.Shipped != (len(paths) == 0) {
			continue
		}
		for _, e := range file.Entries {
			if prefixes := idlePrefixes(e); len(prefixes) > 0 {
				idle = append(idle, &rules.Error{File: file.Path, Line: e.Line,
					Err: fmt.Errorf("%s never applies to %s: no number of a country begins so", e.ID,
						strings.Join(prefixes, " "))})
			}
		}
	}
	return idle, nil
}

func idlePrefixes(e *rules.Entry) []string {
	var idle []string
	for _, prefix := range e.Prefixes {
		if len(PrefixRegions(prefix)) == 0 {
			idle = append(idle, "+"+prefix)
		}
	}
	return idle
}

// PrefixRegions returns the regions that numbers whose E.164 digits begin with prefix may belong
// to, sorted.
func PrefixRegions(prefix string) []rules.Region {
	var regions []rules.Region
	for _, set := range numbering.Behind(prefix) {
		for _, region := range set.Regions() {
			regions = append(regions, rules.Region(region))
		}
	}
	slices.SortFunc(regions, func(a, b rules.Region) int { return strings.Compare(a.String(), b.String()) })
	return slices.Compact(regions)
}
