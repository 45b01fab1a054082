package ruleview

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/internal/printable"
	"github.com/listgate/listgate/internal/wording"
	"github.com/listgate/listgate/rules"
)

// WriteRegions prints the country of a number, or those that it may belong to, and what the rules
// say of each to a sender.
func WriteRegions(w io.Writer, policy *rules.Policy, sender rules.Sender, x filter.ExplainedReading) {
	if len(x.Regions) > 1 {
		printable.Fprintf(w,
			"    country: the numbering plan cannot tell; it is kept only if all of these are allowed\n")
		for _, s := range statements(policy, sender, x) {
			fmt.Fprintf(w, "      %s: %s\n%s", printable.Line(s.head), strings.Join(s.countries, ", "), s.details)
		}
		return
	}
	for _, region := range x.Regions {
		printable.Fprintf(w, "    country: %s (%s)\n", region.Name(), region)
		if x.Counts {
			for _, s := range statements(policy, sender, x) {
				fmt.Fprintf(w, "      %s\n%s", printable.Line(s.head), s.details)
			}
		}
	}
}

// A statement is one thing that the rules say of a number: what decides, or what a person should
// know beside that.
type statement struct {
	rank      int // what drops goes first, then what keeps, then the rest
	head      string
	details   string   // lines
	countries []string // of which it is said
}

// statements returns what each category's rules say of a reading, platform first, each thing once.
func statements(policy *rules.Policy, sender rules.Sender, x filter.ExplainedReading) []statement {
	var said [][]statement // by category
	for _, region := range x.Regions {
		country := fmt.Sprintf("%s (%s)", region.Name(), region)
		for i, v := range policy.JudgeEach(region, x.E164) {
			if i == len(said) {
				said = append(said, nil)
			}
			for _, s := range statementsOf(v, sender) {
				said[i] = addStatement(said[i], s, country)
			}
		}
	}
	for _, ofCategory := range said {
		slices.SortStableFunc(ofCategory, func(a, b statement) int { return a.rank - b.rank })
	}
	return slices.Concat(said...)
}

func addStatement(all []statement, s statement, country string) []statement {
	i := slices.IndexFunc(all, func(other statement) bool { return other.head == s.head && other.details == s.details })
	if i < 0 {
		i, all = len(all), append(all, s)
	}
	all[i].countries = append(all[i].countries, country)
	return all
}

// statementsOf takes the verdict of one category apart.
func statementsOf(v rules.Verdict, sender rules.Sender) []statement {
	category := v.File.Name
	said := []statement{decidedBy(v)}
	for _, e := range v.Uncounted {
		why := "its confidence is below the bar"
		if e.RequiresPermission {
			why = "it needs a [[permission]] of Meta's for this country, in your rule file"
		}
		said = append(said, statement{rank: 2, head: fmt.Sprintf("%s: %s does not count: %s", category, e.ID, why),
			details: entryDetails(e)})
	}
	for _, e := range v.Warned {
		head := fmt.Sprintf("%s: warning by %s", category, e.ID)
		if question := wording.BusinessQuestion(e, sender.BusinessCountry); question != "" {
			head += ", which " + question
		}
		said = append(said, statement{rank: 3, head: head, details: entryDetails(e)})
	}
	for _, l := range v.Lifted {
		said = append(said,
			statement{rank: 4, head: fmt.Sprintf("%s: %s is lifted by %s, last day %s", category, l.ID, l.By,
				Day(l.LastDay)), details: liftDetails(l)})
	}
	return said
}

func decidedBy(v rules.Verdict) statement {
	s := statement{head: fmt.Sprintf("%s: %s", v.File.Name, v.Outcome)}
	if v.Outcome == rules.Allowed {
		s.rank = 1
	}
	if v.Entry != nil {
		s.head += " by " + v.Entry.ID
		s.details = entryDetails(v.Entry)
	} else {
		s.head += " by its default (no entry that counts names this country)"
		s.details = printable.Sprintf("        as of: %s\n        source: %s\n", Day(v.File.AsOf), v.File.Source)
		if v.Outcome == rules.Unlisted {
			s.details += "        this file does not hold the whole list (complete = false)\n"
		}
	}
	if v.Permission != nil {
		s.details += printable.Sprintf("        %s\n", countsAsHigh(v.Permission))
	}
	if v.KeptAtLow {
		s.details += "        would be kept with --confidence low\n"
	}
	return s
}

// countsAsHigh says what makes an entry as sure as can be.
func countsAsHigh(p *rules.Permission) string {
	text := "counts as high by permission " + p.Reference
	if !p.LastDay.IsZero() {
		text += ", last day " + Day(p.LastDay)
	}
	return text
}

func entryDetails(e *rules.Entry) string {
	var b strings.Builder
	if e.Reason != "" {
		printable.Fprintf(&b, "        reason: %s\n", e.Reason)
	}
	if e.By != "" {
		printable.Fprintf(&b, "        by: %s\n", e.By)
	}
	if in := businessOf(e); in != "" {
		printable.Fprintf(&b, "        for a business %s\n", in)
	}
	printable.Fprintf(&b, "        source: %s\n        confidence: %s, file: %s:%d, as of %s\n", e.Source, e.Confidence,
		e.File.Path, e.Line,
		e.File.AsOf.Format(time.DateOnly))
	if e.Code != 0 && e.Effect != rules.Allow {
		printable.Fprintf(&b, "        error it prevents: %d\n", e.Code)
	}
	return b.String()
}

func liftDetails(l *rules.Lift) string {
	return printable.Sprintf("        reason: %s\n        source: %s\n        file: %s:%d\n", l.Reason, l.Source,
		l.File.Path, l.Line)
}
