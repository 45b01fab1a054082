package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/rules"
)

// meanings are the reasons in words.
var meanings = map[filter.Reason]string{
	filter.ShortRow:     "the row has no phone cell",
	filter.Empty:        "the phone cell is empty",
	filter.Mangled:      "a spreadsheet destroyed the number (9.19877E+11, #####, a minus, a date)",
	filter.Multiple:     "more than one number in the cell",
	filter.NotANumber:   "something else than a number",
	filter.NoConsent:    "the consent column does not hold what was asked for",
	filter.Suppressed:   "on the list of numbers never to message",
	filter.Invalid:      "digits, but no possible number",
	filter.NoRegion:     "a calling code that belongs to no country",
	filter.Ambiguous:    "two ways to read the number, not both allowed",
	filter.Undetermined: "the country cannot be told apart, and not every candidate is allowed",
	filter.Restricted:   "a rule does not allow it",
	filter.Unlisted:     "not known to be allowed: the list of the policy is incomplete",
	filter.Sighted:      "this account met error 130497 there before",
	filter.Duplicate:    "the number stood in an earlier row",
	filter.Allowed:      "may be sent",
}

// mostRegions is how many countries a line of the summary names.
const mostRegions = 8

// summarize tells a person what was done and what to do next.
func (r *filterRun) summarize(w io.Writer) {
	res := r.result
	fmt.Fprintf(w, "%s: %s, %d kept, %d dropped\n", r.in.name, count(res.Rows, "row"), res.Kept, res.Dropped)
	fmt.Fprintf(w, "  rules: %s\n", r.describeRules())
	r.settings.say(w, "  ")
	for _, lift := range r.set.Lifted(r.at) {
		fmt.Fprintf(w, "  lifted: %s\n", lift)
	}
	for _, about := range r.about("; the outputs are UTF-8", "; the outputs are CSV in UTF-8") {
		fmt.Fprintf(w, "  %s\n", about)
	}
	if res.Rows > 0 {
		fmt.Fprintf(w, "\n")
		printReasons(w, res)
	}
	fmt.Fprintln(w)
	printWarnings(w, r.warnings())
	r.printWarned(w)
	printWarnings(w, r.listWarnings())
	for _, path := range r.written {
		fmt.Fprintf(w, "wrote %s%s\n", path, r.describeOutput(path))
	}
	r.printNext(w)
}

// describeRules says by which rules a run decides, and when the messages go out.
func (r *decider) describeRules() string {
	return fmt.Sprintf("%s; %s messages, planned for %s", strings.Join(r.set.Categories(), " and "), r.message, r.at.Format("2006-01-02 15:04 MST"))
}

func describeColumn(l filter.Layout) string {
	text := fmt.Sprintf("%d of %d", l.Column, max(l.Column, l.Columns)) // a header may be shorter than its rows
	if l.ColumnName != "" {
		text += fmt.Sprintf(", %q", l.ColumnName)
	}
	found := map[string]string{"asked": "as asked", "header": "found by its header", "content": "found by its cells"}
	header := "the first row is a recipient"
	if l.Header {
		header = "the first row is a header"
	}
	delimiters := map[byte]string{',': "comma", ';': "semicolon", '\t': "tab", '|': "pipe"}
	delimiter := cmp.Or(delimiters[l.Delimiter], fmt.Sprintf("%q", l.Delimiter))
	if l.Columns == 1 {
		return fmt.Sprintf("%s, %s; %s", text, found[l.FoundBy], header)
	}
	return fmt.Sprintf("%s, %s; %s; cells are parted by %s", text, found[l.FoundBy], header, delimiter)
}

func printReasons(w io.Writer, res *filter.Result) {
	for _, reason := range slices.Backward(filter.Reasons()) {
		if rows := res.Reasons[reason]; rows > 0 {
			fmt.Fprintf(w, "  %-12s %8d  %s%s\n", reason, rows, meanings[reason], whereOf(res, reason))
		}
	}
}

// whereOf lists the countries of the rows with a reason: ": India 20, Brazil 12 and 3 more".
func whereOf(res *filter.Result, reason filter.Reason) string {
	var places []place
	for _, c := range res.Regions {
		rows := c.Reasons[reason]
		if reason == filter.Allowed {
			rows = c.Kept
		}
		if rows > 0 && c.Region != "" {
			places = append(places, place{regionNames(c.Region), rulesOf(c, reason), rows})
		}
	}
	return describePlaces(places, ": ")
}

// rulesOf names the entry that dropped the restricted rows of a region, or says how many there are.
func rulesOf(c filter.RegionCount, reason filter.Reason) string {
	if reason != filter.Restricted {
		return ""
	}
	var ids []string
	for id := range c.Rules {
		if !strings.HasSuffix(id, ":default") {
			ids = append(ids, id)
		}
	}
	switch len(ids) {
	case 0:
		return ""
	case 1:
		return " (" + ids[0] + ")"
	}
	return fmt.Sprintf(" (%d rules)", len(ids))
}

type place struct {
	name, rules string
	rows        int64
}

func describePlaces(places []place, before string) string {
	if len(places) == 0 {
		return ""
	}
	slices.SortStableFunc(places, func(a, b place) int { return cmp.Compare(b.rows, a.rows) })
	var named []string
	for _, p := range places[:min(mostRegions, len(places))] {
		named = append(named, fmt.Sprintf("%s %d%s", p.name, p.rows, p.rules))
	}
	text := before + strings.Join(named, ", ")
	if more := len(places) - mostRegions; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// regionNames names one region, or the first few of a set that cannot be told apart.
func regionNames(joined string) string {
	codes := strings.Split(joined, "|")
	if len(codes) > 4 {
		return fmt.Sprintf("one of %s|… (%d)", strings.Join(codes[:2], "|"), len(codes))
	}
	var names []string
	for _, code := range codes {
		region, err := rules.ParseRegion(code)
		if err != nil {
			names = append(names, code)
			continue
		}
		names = append(names, region.Name())
	}
	if len(names) > 1 {
		return "one of " + strings.Join(names, "|")
	}
	return names[0]
}

// printWarned tells of rules that only warn.
func (r *filterRun) printWarned(w io.Writer) {
	for _, id := range r.result.WarnedRules() {
		text := ""
		if entry := r.entry(id); entry != nil {
			text = ": " + entry.Reason
		}
		fmt.Fprintf(w, "warning: %s by %s, which only warns%s\n", named(r.result.Warned[id], "kept row is named", "kept rows are named"), id, text)
	}
}

func (r *decider) entry(id string) *rules.Entry {
	for _, f := range r.set.Files() {
		for _, e := range f.Entries {
			if e.ID == id {
				return e
			}
		}
	}
	return nil
}

func (r *filterRun) describeOutput(path string) string {
	switch path {
	case r.places.kept:
		return fmt.Sprintf(": %s to send", count(r.result.Kept, "row"))
	case r.places.dropped:
		return fmt.Sprintf(": %s not to send, each with its reason", count(r.result.Dropped, "row"))
	}
	return ": the record of this run"
}

// count says "1 row", "2 rows".
func count(n int64, what string) string { return named(n, what, what+"s") }

func named(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
