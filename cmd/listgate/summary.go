package main

import (
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/rules"
)

// meanings are the reasons in words.
var meanings = map[filter.Reason]string{
	filter.ShortRow:     "the row has no phone cell",
	filter.Empty:        "the phone cell is empty",
	filter.Mangled:      "a spreadsheet destroyed the number (9.19877E+11, #####, a date)",
	filter.Multiple:     "more than one number in the cell",
	filter.NotANumber:   "something else than a number",
	filter.NoConsent:    "the consent column does not hold what was asked for",
	filter.Suppressed:   "on the list of numbers never to message",
	filter.Invalid:      "digits, but no possible number",
	filter.NoRegion:     "a calling code that belongs to no country",
	filter.Ambiguous:    "two ways to read the number, not both allowed",
	filter.Undetermined: "the country cannot be told apart, and not every candidate is allowed",
	filter.Restricted:   "a rule does not allow it",
	filter.Unlisted:     "not known to be allowed: our list of the policy is incomplete",
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
	text := fmt.Sprintf("%d of %d", l.Column, l.Columns)
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

// printNext says what to do where there is something to do.
func (r *filterRun) printNext(w io.Writer) {
	res := r.result
	if r.overLimit() {
		fmt.Fprintf(w, "\n%s dropped, more than --max-dropped %s allows: the kept rows were not published.\n"+
			"A wrong --column or --default-region looks like this. If the reasons above are right, raise --max-dropped.\n",
			named(res.Dropped, "row was", "rows were"), r.limit)
	}
	r.printUnlisted(w)
	r.printSightedRows(w)
	if res.LowerBar > 0 {
		fmt.Fprintf(w, "\n%s would be kept with --confidence low: some source says that they are allowed, but none that is sure enough.\n",
			named(res.LowerBar, "dropped row", "dropped rows"))
	}
	if r.options.DefaultRegion.String() == "" && res.Reasons[filter.Invalid]*10 > res.Rows {
		fmt.Fprintf(w, "\nMany numbers are invalid. If they are national numbers, written without calling code, say of which country:\n"+
			"  %s --default-region IN …\n", "listgate filter")
	}
	if r.noneKept() {
		fmt.Fprintf(w, "\nNothing is kept, so there is nothing to send.\n")
	}
}

// printUnlisted tells the cure for incomplete lists.
func (r *filterRun) printUnlisted(w io.Writer) {
	sources := map[string]string{}
	for _, f := range r.set.Files() {
		sources[f.Name] = f.Source
	}
	for _, category := range r.set.Categories() {
		rule := category + ":default"
		rows, countries := int64(0), 0
		for _, c := range r.result.Regions {
			if c.Reasons[filter.Unlisted] > 0 && c.Rules[rule] > 0 {
				rows += c.Rules[rule]
				countries++
			}
		}
		if rows == 0 {
			continue
		}
		fmt.Fprintf(w, `
%s in %s dropped as unlisted by %s: our list of Meta's policy is incomplete.
Meta did not forbid these countries as far as we know; nobody has published the whole list. To complete it:
  1. open %s
     and paste the names of the countries that it allows into a file, say names.txt
  2. listgate rules init %s --allow names.txt
  3. listgate filter -c %s --rules %s.toml %s
`, named(rows, "row", "rows"), named(int64(countries), "country was", "countries were"), category, sources[category],
			category, strings.Join(r.set.Categories(), " -c "), category, shellWord(r.argument()))
	}
}

func (r *filterRun) argument() string {
	if r.in.file == nil {
		return "-"
	}
	return r.in.name
}

// shellWord quotes a path that a shell would take apart.
func shellWord(s string) string {
	if strings.ContainsAny(s, " '\"$&;()<>|*?`!#") {
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	return filepath.Clean(s)
}

// count says "1 row", "2 rows".
func count(n int64, what string) string { return named(n, what, what+"s") }

func named(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
