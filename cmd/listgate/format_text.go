package main

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/internal/wording"
)

// mostProblems is how many problems of a list and a reason the texts for people tell; json and sarif hold them all.
const mostProblems = 10

func marshalText(r *checkRun) ([]byte, error) {
	var w bytes.Buffer
	quiet := r.command.quiet && r.outputs[0].format.name == "text"
	if !quiet {
		fmt.Fprintf(&w, "rules: %s\n", r.Describe())
		r.settings.say(&w, "")
		for _, lift := range r.Set.Lifted(r.At) {
			fmt.Fprintf(&w, "lifted: %s\n", oneLine(lift.String()))
		}
	}
	if !quiet || r.failOnWarning {
		printWarnings(&w, r.Warnings())
	}
	for _, l := range r.lists {
		if !quiet || l.status != exitDone {
			fmt.Fprintln(&w)
			l.writeText(&w)
		}
	}
	if n := r.count(); !quiet || n.passed < len(r.lists) {
		fmt.Fprintf(&w, "\n%s: %d passed, %d failed, %d not read\n", wording.Count(int64(len(r.lists)), "list"), n.passed, n.failed, n.unread)
	}
	if verdict := r.rulesVerdict(); verdict != "" {
		fmt.Fprintf(&w, "FAILED: %s\n", verdict)
	}
	return bytes.TrimPrefix(w.Bytes(), []byte("\n")), nil
}

// listCounts are how many lists came to what.
type listCounts struct{ passed, failed, unread int }

func (r *checkRun) count() (n listCounts) {
	for _, l := range r.lists {
		switch {
		case l.unread:
			n.unread++
		case l.status != exitDone:
			n.failed++
		default:
			n.passed++
		}
	}
	return n
}

func (l *checkedList) writeText(w *bytes.Buffer) {
	if l.unread {
		fmt.Fprintf(w, "not read: %s\n", l.verdict)
		return
	}
	fmt.Fprintf(w, "%s: %s, %d kept, %d dropped\n", l.name, wording.Count(l.result.Rows, "row"), l.result.Kept, l.result.Dropped)
	for _, about := range l.about {
		fmt.Fprintf(w, "  %s\n", about)
	}
	for _, reason := range slices.Backward(filter.Reasons()) {
		l.writeReason(w, reason)
	}
	for _, p := range l.problems {
		if !p.dropped && p.level != levelError { // the verdict tells the others
			fmt.Fprintf(w, "  %s: %s\n", p.level, p.text)
		}
	}
	if l.verdict == "" {
		fmt.Fprintf(w, "  passed\n")
	} else {
		fmt.Fprintf(w, "  FAILED: %s\n", l.verdict)
	}
}

// writeReason tells the rows that were dropped for one reason, a line for each country and rule.
func (l *checkedList) writeReason(w *bytes.Buffer, reason filter.Reason) {
	told, cure := 0, ""
	for _, p := range l.problems {
		if !p.dropped || p.check != reason.String() {
			continue
		}
		if told == 0 {
			fmt.Fprintf(w, "  %s: %s, %s: %s\n", p.level, reason, wording.Count(l.result.Reasons[reason], "row"), wording.Reason(reason))
		}
		if told++; told <= mostProblems {
			fmt.Fprintf(w, "    %s%s\n", p.whose(), p.where())
		}
		cure = p.cure
	}
	if told > mostProblems {
		fmt.Fprintf(w, "    and %d more; --output json=FILE holds them all\n", told-mostProblems)
	}
	if cure != "" {
		fmt.Fprintf(w, "    %s\n", cure)
	}
}

// whose says whose rows a line is about: "United States 10 (platform-us-marketing): ". Nothing is said of rows without
// a country.
func (p *problem) whose() string {
	if p.region == "" {
		return ""
	}
	text := fmt.Sprintf("%s %d", wording.Regions(p.region), p.rows)
	if p.rule != "" {
		text += " (" + p.rule + ")"
	}
	return text + ": "
}
