// Package ruleview shows rules: each country in a table, one number's in words, and what two states
// of rules decide otherwise.
package ruleview

import (
	"strings"
	"time"

	"github.com/listgate/listgate/rules"
)

func DefaultOf(f *rules.File) string {
	switch {
	case f.DefaultAllow:
		return "allowed"
	case f.Complete:
		return "restricted"
	}
	return "unlisted"
}

func Completeness(f *rules.File) string {
	if f.Complete {
		return "complete"
	}
	return "incomplete"
}

func Origin(f *rules.File) string {
	if f.Shipped {
		return "shipped"
	}
	return f.Path
}

func ToMinute(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 MST") }

// IsAlways reports whether a category decides whatever is asked for.
func IsAlways(category string) bool { return category == rules.Platform || category == rules.Company }

// businessOf says for whose senders an entry holds; "" for all.
func businessOf(e *rules.Entry) string {
	if len(e.BusinessNotIn) == 0 {
		return ""
	}
	return "located elsewhere than in " + joinRegions(e.BusinessNotIn)
}

func Day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

func joinRegions(regions []rules.Region) string {
	var names []string
	for _, r := range regions {
		names = append(names, r.String())
	}
	return strings.Join(names, " ")
}
