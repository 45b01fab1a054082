package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/internal/printable"
	"github.com/listgate/listgate/internal/wording"
)

// mostRegions is how many countries a line of the summary names.
const mostRegions = 8

// summarize tells a person what was done and what to do next.
func (r *filterRun) summarize(w io.Writer) {
	res := r.Result
	printable.Fprintf(w, "%s: %s, %d kept, %d dropped\n", r.In.Name, wording.Count(res.Rows, "row"),
		res.Kept, res.Dropped)
	printable.Fprintf(w, "  rules: %s\n", r.Describe())
	r.decider.settings.describe(w, "  ")
	for _, file := range r.Set.Unused() {
		printable.Fprintf(w, "  not used: %s (category %s)\n", file.Path, file.Name)
	}
	for _, lift := range r.Set.Lifted(r.At) {
		printable.Fprintf(w, "  lifted: %s\n", lift)
	}
	for _, about := range r.About("; the outputs are UTF-8", r.places.ofWorkbook()) {
		printable.Fprintf(w, "  %s\n", about)
	}
	if res.Rows > 0 {
		printable.Fprintf(w, "\n")
		printReasons(w, res)
	}
	printable.Fprintln(w)
	printWarnings(w, r.Warnings())
	r.printWarned(w)
	printWarnings(w, r.ListWarnings())
}

// summarizeOutputs tells what was written, and what to do next where there is something to do.
func (r *filterRun) summarizeOutputs(w io.Writer) {
	printWarnings(w, r.outputs.Notes)
	for _, path := range r.written {
		printable.Fprintf(w, "wrote %s%s\n", path, r.describeOutput(path))
	}
	r.printNext(w)
}

func printReasons(w io.Writer, res *filter.Result) {
	for _, reason := range slices.Backward(filter.Reasons()) {
		if rows := res.Reasons[reason]; rows > 0 {
			printable.Fprintf(w, "  %-12s %8d  %s%s\n", reason, rows, wording.Reason(reason), whereOf(res, reason))
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
			places = append(places, place{wording.Regions(c.Region), rulesOf(c, reason), rows})
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

// printWarned tells of rules that only warn.
func (r *filterRun) printWarned(w io.Writer) {
	for _, id := range r.Result.WarnedRules() {
		printable.Fprintf(w, "warning: %s\n",
			wording.Warned(r.Result.Warned[id], id, r.Entry(id), r.Set.Sender().BusinessCountry))
	}
}

func (r *filterRun) describeOutput(path string) string {
	switch path {
	case r.places.kept:
		return fmt.Sprintf(": %s to send", wording.Count(r.Result.Kept, "row"))
	case r.places.dropped:
		return fmt.Sprintf(": %s not to send, each with its reason", wording.Count(r.Result.Dropped, "row"))
	}
	return ": the record of this run"
}
