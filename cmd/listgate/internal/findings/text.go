package findings

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/internal/printable"
	"github.com/listgate/listgate/internal/wording"
)

// mostProblems is how many problems of a list and a reason the texts for people tell; json and
// sarif hold them all.
const mostProblems = 10

func marshalText(r *Document) ([]byte, error) {
	var w bytes.Buffer
	if !r.Quiet {
		printable.Fprintf(&w, "rules: %s\n", r.Describe())
		if r.Settings != "" {
			printable.Fprintf(&w, "%s\n", r.Settings)
		}
		for _, lift := range r.Set.Lifted(r.At) {
			printable.Fprintf(&w, "lifted: %s\n", printable.Line(lift.String()))
		}
	}
	if !r.Quiet || r.FailOnWarning {
		for _, warning := range r.Warnings() {
			printable.Fprintf(&w, "warning: %s\n", warning)
		}
	}
	for _, l := range r.Lists {
		if !r.Quiet || l.Status != StatusPassed {
			printable.Fprintln(&w)
			l.writeText(&w)
		}
	}
	if n := r.count(); !r.Quiet || n.passed < len(r.Lists) {
		printable.Fprintf(&w, "\n%s: %d passed, %d failed, %d not read\n", wording.Count(int64(len(r.Lists)), "list"),
			n.passed, n.failed, n.unread)
	}
	if verdict := r.RulesVerdict(); verdict != "" {
		printable.Fprintf(&w, "FAILED: %s\n", verdict)
	}
	return bytes.TrimPrefix(w.Bytes(), []byte("\n")), nil
}

func (l *List) writeText(w *bytes.Buffer) {
	if l.Unread {
		printable.Fprintf(w, "not read: %s\n", l.Verdict)
		return
	}
	printable.Fprintf(w, "%s: %s, %d kept, %d dropped\n", l.Name, wording.Count(l.Result.Rows, "row"), l.Result.Kept,
		l.Result.Dropped)
	for _, about := range l.About {
		printable.Fprintf(w, "  %s\n", about)
	}
	for _, reason := range slices.Backward(filter.Reasons()) {
		l.writeReason(w, reason)
	}
	for _, p := range l.Findings {
		if !p.dropped && p.level != levelError { // the verdict tells the others
			printable.Fprintf(w, "  %s: %s\n", p.level, p.text)
		}
	}
	if l.Verdict == "" {
		printable.Fprintf(w, "  passed\n")
	} else {
		printable.Fprintf(w, "  FAILED: %s\n", l.Verdict)
	}
}

// writeReason tells the rows that were dropped for one reason, a line for each country and rule.
func (l *List) writeReason(w *bytes.Buffer, reason filter.Reason) {
	told, cure := 0, ""
	for _, p := range l.Findings {
		if !p.dropped || p.check != reason.String() {
			continue
		}
		if told == 0 {
			printable.Fprintf(w, "  %s: %s, %s: %s\n", p.level, reason, wording.Count(l.Result.Reasons[reason], "row"),
				wording.Reason(reason))
		}
		if told++; told <= mostProblems {
			printable.Fprintf(w, "    %s%s\n", p.countryPrefix(), p.where())
		}
		cure = p.cure
	}
	if told > mostProblems {
		printable.Fprintf(w, "    and %d more; --output json=FILE holds them all\n", told-mostProblems)
	}
	if cure != "" {
		printable.Fprintf(w, "    %s\n", cure)
	}
}

// countryPrefix says countryPrefix rows a line is About: "United States 10 (platform-us-marketing):
// ". Nothing is said of rows without a country.
func (p *Finding) countryPrefix() string {
	if p.region == "" {
		return ""
	}
	text := fmt.Sprintf("%s %d", wording.Regions(p.region), p.rows)
	if p.rule != "" {
		text += " (" + p.rule + ")"
	}
	return text + ": "
}
