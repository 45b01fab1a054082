package findings

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/internal/wording"
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

// What is checked of a list beside the reasons of rows. The names stand in files, beside those of
// reasons.
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

// A Finding is one thing that is wrong with a list. Rows that are dropped alike are one finding.
type Finding struct {
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

// withTitle is the sentence behind the title: "restricted: United States (10 rows): …".
func (p *Finding) withTitle() string {
	if !p.dropped {
		return p.sentence()
	}
	return fmt.Sprintf("%s (%s): %s", p.title, wording.Count(p.rows, "row"), p.sentence())
}

// sentence says it all in one go, for formats that have no places of their own for limits.
func (p *Finding) sentence() string {
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

// dropped is the problem of a finding. broken is the limit that its reason breaks, if any.
func dropped(f filter.Finding, broken string, res *filter.Result) Finding {
	p := Finding{
		level: levelNote, dropped: true, check: f.Reason.String(), region: f.Regions, rule: f.Rule, rows: f.Rows,
		lines: f.Lines, samples: f.Samples,
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
	return fmt.Sprintf("to complete the list: listgate rules init %s --allow FILE --source TEXT", category)
}

// mostSamples is how many samples a line for people shows.
const mostSamples = 2

// where says on which lines the rows stand: "first on lines 3, 9, 12, such as +1••••••••32".
func (p *Finding) where() string {
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
func (r *Document) warned(id string, rows int64) Finding {
	p := Finding{level: levelWarning, check: checkWarned, rule: id, rows: rows, title: "warning: " + id}
	p.text = wording.Warned(rows, id, r.Entry(id), r.Set.Sender().BusinessCountry)
	return p
}
