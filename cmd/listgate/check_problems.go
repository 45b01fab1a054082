package main

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/internal/listrun"
	"github.com/listgate/listgate/internal/wording"
	"github.com/listgate/listgate/report"
)

// A level says how much a problem matters.
type level uint8

const (
	levelError   level = iota // fails the check
	levelWarning              // fails it with --fail-on warning
	levelNote                 // dropped, as the limits allow
)

var levelNames = [...]string{"error", "warning", "note"}

func (l level) String() string { return levelNames[l] }

// What is checked of a list beside the reasons of rows. The names stand in files, beside those of reasons.
const (
	checkUnreadable  = "unreadable"
	checkTooFewRows  = "too_few_rows"
	checkNothingKept = "nothing_kept"
	checkWarned      = "warned"       // kept rows that a rule warns of
	checkWarning     = "list_warning" // what no single row shows
)

// checkMeanings are those checks in words.
var checkMeanings = map[string]string{
	checkUnreadable:  "the list could not be read",
	checkTooFewRows:  "the list has fewer rows than --min-rows",
	checkNothingKept: "no row of the list may be sent",
	checkWarned:      "kept rows that a rule warns of",
	checkWarning:     "what no single row shows",
}

// meaningOf says in words what a check is about, a reason or one of the others.
func meaningOf(check string) string {
	for _, reason := range filter.Reasons() {
		if reason.String() == check {
			return wording.Reason(reason)
		}
	}
	return checkMeanings[check]
}

// A problem is one thing that is wrong with a list. Rows that are dropped alike are one problem.
type problem struct {
	level   level
	dropped bool   // about rows that are dropped
	check   string // their reason's name, or one of those above
	region  string
	rule    string
	rows    int64
	lines   []int64
	samples []string
	title   string // "restricted: United States"
	text    string // what was found, without the list's name
	cure    string // what to do, where that is more than to repair the list
	broken  string // the limit that it breaks, as a flag
	accept  string // the flag that would accept it
}

// headed is the sentence behind the title: "restricted: United States (10 rows): …".
func (p *problem) headed() string {
	if !p.dropped {
		return p.sentence()
	}
	return fmt.Sprintf("%s (%s): %s", p.title, wording.Count(p.rows, "row"), p.sentence())
}

// sentence says it all in one go, for formats that have no places of their own for limits.
func (p *problem) sentence() string {
	text := p.text
	if p.broken != "" {
		text += "; more than " + p.broken + " allows"
	}
	if p.cure != "" {
		text += "; " + p.cure
	}
	if p.accept != "" {
		text += "; if that is right: " + p.accept
	}
	return text
}

// A checkedList is what was found in one list.
type checkedList struct {
	name     string // for people
	path     string // for services that show findings beside files; empty for standard input
	status   int    // the exit status that it means
	verdict  string // why it fails; empty if it passes
	unread   bool   // it could not be read: there is no result
	problems []problem
	about    []string // how it is written down
	result   *filter.Result
	report   report.Report
}

// unreadable is a list that could not be read: a finding of its own.
func (r *checkRun) unreadable(run *listrun.Run, argument string, err error) *checkedList {
	p := problem{check: checkUnreadable, title: checkMeanings[checkUnreadable], text: oneLine(err.Error())}
	var inList *filter.ListError
	if errors.As(err, &inList) && inList.Line > 0 {
		p.lines = []int64{int64(inList.Line)}
	}
	report := run.Report()
	report.Input.Name = inputName(argument)
	return &checkedList{
		name: oneLine(argument), path: placeOf(argument), status: statusOf(err), verdict: p.text, unread: true, problems: []problem{p}, report: report,
	}
}

// inputName is what a report calls a list: its path as given, with slashes, as several may have one base name.
func inputName(argument string) string {
	if argument == "-" {
		return "standard input"
	}
	return filepath.ToSlash(argument)
}

// oneLine makes a text that holds a file's name one line: what a name could smuggle into a log is a line of its own.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return utf8.RuneError
		}
		return r
	}, text)
}

// judge says what is wrong with a list that was read, the gravest first.
func (r *checkRun) judge(run *listrun.Run, argument string) *checkedList {
	res := run.Result
	l := &checkedList{name: oneLine(run.In.Name), path: placeOf(argument), about: run.About("", ""), result: res, report: run.Report()}
	l.report.Input.Name = inputName(argument)
	l.addCounts(res, r.limits.minRows)
	broken := r.limits.broken(res)
	for _, f := range res.Findings {
		p := dropped(f, broken[f.Reason], res)
		if f.Reason == filter.Sighted {
			p.cure = "where, and how a person lifts it: listgate gate status --waba " + r.waba
		}
		l.problems = append(l.problems, p)
	}
	for _, id := range res.WarnedRules() {
		l.problems = append(l.problems, r.warned(id, res.Warned[id]))
	}
	for _, warning := range run.ListWarnings() {
		l.problems = append(l.problems, problem{level: levelWarning, check: checkWarning, title: "warning", text: warning})
	}
	if l.noneKept() {
		for i := range l.problems {
			l.problems[i].accept = "" // no limit accepts it
		}
	}
	slices.SortStableFunc(l.problems, func(a, b problem) int { return int(a.level) - int(b.level) })
	l.conclude(broken, r.failOnWarning)
	return l
}

// addCounts adds what is wrong with how many rows there are.
func (l *checkedList) addCounts(res *filter.Result, minRows int64) {
	if res.Rows < minRows {
		l.problems = append(l.problems, problem{
			check: checkTooFewRows, title: "too few rows", text: fmt.Sprintf("%s, fewer than --min-rows %d: was it exported whole?", wording.Count(res.Rows, "row"), minRows),
			accept: fmt.Sprintf("--min-rows %d", res.Rows),
		})
	}
	if l.noneKept() {
		l.problems = append(l.problems, problem{
			check: checkNothingKept, title: "nothing is kept", text: fmt.Sprintf("none of %s may be sent", wording.Count(res.Rows, "row")),
		})
	}
}

// noneKept reports whether there are rows and none of them may be sent, which fails whatever the limits.
func (l *checkedList) noneKept() bool { return l.result.Rows > 0 && l.result.Kept == 0 }

// dropped is the problem of a finding. broken is the limit that its reason breaks, if any.
func dropped(f filter.Finding, broken string, res *filter.Result) problem {
	p := problem{
		level: levelNote, dropped: true, check: f.Reason.String(), region: f.Regions, rule: f.Rule, rows: f.Rows, lines: f.Lines, samples: f.Samples,
		title: f.Reason.String(),
	}
	if f.Regions != "" {
		p.title += ": " + wording.Regions(f.Regions)
	}
	p.text = wording.Reason(f.Reason)
	if f.Rule != "" {
		p.text += " (" + f.Rule + ")"
	}
	p.text += "; " + p.where()
	p.cure = cureOf(f.Reason, f.Rule)
	if broken != "" {
		p.level, p.broken, p.accept = levelError, broken, accepting(f.Reason, res)
	}
	return p
}

// cureOf says how to complete an incomplete list.
func cureOf(reason filter.Reason, rule string) string {
	category, isDefault := strings.CutSuffix(rule, ":default")
	if reason != filter.Unlisted || !isDefault {
		return ""
	}
	return fmt.Sprintf("to complete the list: listgate rules init %s --allow FILE", category)
}

// mostSamples is how many samples a line for people shows.
const mostSamples = 2

// where says on which lines the rows stand: "first on lines 3, 9, 12, such as +1••••••••32".
func (p *problem) where() string {
	var lines []string
	for _, line := range p.lines {
		lines = append(lines, strconv.FormatInt(line, 10))
	}
	text := "on line "
	if len(lines) > 1 {
		text = "on lines "
	}
	text += strings.Join(lines, ", ")
	if p.rows > int64(len(lines)) {
		text = "first " + text
	}
	if samples := p.samples[:min(len(p.samples), mostSamples)]; len(samples) > 0 {
		text += ", such as " + strings.Join(samples, ", ")
	}
	return text
}

// warned is the problem of kept rows that a rule warns of.
func (r *checkRun) warned(id string, rows int64) problem {
	p := problem{level: levelWarning, check: checkWarned, rule: id, rows: rows, title: "warning: " + id}
	p.text = wording.Named(rows, "kept row is named", "kept rows are named") + " by " + id + ", which only warns"
	if entry := r.Entry(id); entry != nil && entry.Reason != "" {
		p.text += ": " + entry.Reason
	}
	return p
}

// conclude sums up why the list fails, if it does, and what would accept it.
func (l *checkedList) conclude(broken map[filter.Reason]string, failOnWarning bool) {
	var why, accept []string
	rows := map[string]int64{} // by the limit that they break
	for _, p := range l.problems {
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
			rows[limit] += l.result.Reasons[reason]
			accept = append(accept, accepting(reason, l.result))
		}
	}
	for _, limit := range slices.Sorted(maps.Keys(rows)) {
		why = append(why, fmt.Sprintf("%s, more than %s allows", wording.Named(rows[limit], "row is dropped", "rows are dropped"), limit))
	}
	if len(why) == 0 {
		return
	}
	l.status, l.verdict = exitFindings, strings.Join(why, "; ")
	if len(accept) > 0 && !l.noneKept() {
		l.verdict += "; if that is right: " + strings.Join(accept, " ")
	}
}
