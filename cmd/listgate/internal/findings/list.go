package findings

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/internal/listrun"
	"github.com/listgate/listgate/internal/printable"
	"github.com/listgate/listgate/internal/wording"
	"github.com/listgate/listgate/report"
)

// A List is what was found in one list.
type List struct {
	Name     string // for people
	Path     string // for services that show findings beside files; empty for standard input
	Status   int    // the exit status that it means
	Verdict  string // why it fails; empty if it passes
	Unread   bool   // it could not be read: there is no result
	Findings []Finding
	About    []string // how it is written down
	Result   *filter.Result
	Report   report.Report
}

// AddUnreadable adds a list that could not be read, as a finding of its own. status is the exit
// status that the error means.
func (r *Document) AddUnreadable(run *listrun.Run, argument string, err error, status int) {
	p := Finding{check: checkUnreadable, title: checkMeanings[checkUnreadable], text: printable.Line(err.Error())}
	var inList *filter.ListError
	if errors.As(err, &inList) && inList.Line > 0 {
		p.lines = []int64{int64(inList.Line)}
	}
	report := run.Report()
	report.Input.Name = inputName(argument)
	r.Lists = append(r.Lists, &List{
		Name: printable.Line(argument), Path: pathOf(argument), Status: status, Verdict: p.text, Unread: true,
		Findings: []Finding{p}, Report: report,
	})
}

// inputName is what a report calls a list: its path as given, with slashes, as several may have one
// base name.
func inputName(argument string) string {
	if argument == "-" {
		return "standard input"
	}
	return filepath.ToSlash(argument)
}

// Add adds a list that was read, with what is wrong with it, the gravest first.
func (r *Document) Add(run *listrun.Run, argument string) {
	res := run.Result
	l := &List{Name: printable.Line(run.In.Name), Path: pathOf(argument), About: run.About("", ""), Result: res,
		Report: run.Report()}
	l.Report.Input.Name = inputName(argument)
	l.addCounts(res, r.Limits.minRows)
	broken := r.Limits.broken(res)
	for _, f := range res.Findings {
		p := dropped(f, broken[f.Reason], res)
		if f.Reason == filter.Sighted {
			p.cure = "where, and how a person lifts it: listgate gate status --waba " + r.WABA
		}
		l.Findings = append(l.Findings, p)
	}
	for _, id := range res.WarnedRules() {
		l.Findings = append(l.Findings, r.warned(id, res.Warned[id]))
	}
	for _, warning := range run.ListWarnings() {
		l.Findings = append(l.Findings,
			Finding{level: levelWarning, check: checkWarning, title: "warning", text: printable.Line(warning)})
	}
	if l.noneKept() {
		for i := range l.Findings {
			l.Findings[i].accept = "" // no limit accepts it
		}
	}
	slices.SortStableFunc(l.Findings, func(a, b Finding) int { return int(a.level) - int(b.level) })
	l.conclude(broken, r.FailOnWarning)
	r.Lists = append(r.Lists, l)
}

// addCounts adds what is wrong with how many rows there are.
func (l *List) addCounts(res *filter.Result, minRows int64) {
	if res.Rows < minRows {
		l.Findings = append(l.Findings, Finding{
			check: checkTooFewRows, title: "too few rows",
			text: fmt.Sprintf("%s, fewer than --min-rows %d: was it exported whole?",
				wording.Count(res.Rows, "row"), minRows),
			accept: fmt.Sprintf("--min-rows %d", res.Rows),
		})
	}
	if l.noneKept() {
		l.Findings = append(l.Findings, Finding{
			check: checkNothingKept, title: "nothing is kept",
			text: fmt.Sprintf("none of %s may be sent", wording.Count(res.Rows, "row")),
		})
	}
}

// noneKept reports whether there are rows and none of them may be sent, which fails whatever the
// limits.
func (l *List) noneKept() bool { return l.Result.Rows > 0 && l.Result.Kept == 0 }

// conclude sums up why the list fails, if it does, and what would accept it.
func (l *List) conclude(broken map[filter.Reason]string, failOnWarning bool) {
	var why, accept []string
	rows := map[string]int64{} // by the limit that they break
	for _, p := range l.Findings {
		switch {
		case p.level == levelError && !p.dropped:
			why = append(why, p.text)
			if p.accept != "" {
				accept = append(accept, p.accept)
			}
		case p.level == levelWarning && failOnWarning:
			why = append(why, p.text)
		}
	}
	for _, reason := range filter.Reasons() {
		if limit := broken[reason]; limit != "" {
			rows[limit] += l.Result.Reasons[reason]
			accept = append(accept, accepting(reason, l.Result))
		}
	}
	for _, limit := range slices.Sorted(maps.Keys(rows)) {
		why = append(why,
			fmt.Sprintf("%s, more than %s allows",
				wording.Named(rows[limit], "row is dropped", "rows are dropped"), limit))
	}
	if len(why) == 0 {
		return
	}
	l.Status, l.Verdict = StatusFailed, strings.Join(why, "; ")
	if len(accept) > 0 && !l.noneKept() {
		l.Verdict += "; if that is right: " + strings.Join(accept, " ")
	}
}
