package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// writeReport writes RESULTS.md.
func writeReport(w io.Writer, f findings) error {
	p := &page{w: w}
	p.text("# Results\n")
	p.text("Written by `%s` in `benchmarks/`; what it does is in [README.md](README.md).\n", f.options.command())
	if f.options.date != "" {
		p.text("Measured on %s.\n", f.options.date)
	}
	p.table([]string{"", ""}, append(versionRows(f.machine), versionRows(f.tools.versions)...))
	if len(f.tools.missing) > 0 {
		p.text("Not on this machine, so not measured: %s.\n", strings.Join(f.tools.missing, ", "))
	}
	p.text("The list: %s rows, %d MB, shape %s, seed %d, in the page cache; the phone libraries read its first %s rows. Each run is a "+
		"whole process, from its start to its end; %d rounds, in each all commands in turn.\n",
		count(f.listRows), f.bytes/1e6, f.options.shape, f.options.seed, count(f.options.peerRows), f.options.rounds)
	f.writeFigures(p)
	f.writeAnswers(p)
	f.writeRace(p)
	f.writeScaling(p)
	f.writeCommands(p)
	return p.err
}

func versionRows(versions []version) [][]string {
	var rows [][]string
	for _, v := range versions {
		rows = append(rows, []string{v.name, v.text})
	}
	return rows
}

func (f findings) writeFigures(p *page) {
	p.text("## Figures to reach\n")
	var rows [][]string
	for _, g := range f.figures() {
		rows = append(rows, []string{g.what, g.found, g.goal, map[bool]string{true: "yes", false: "**no**"}[g.reached]})
	}
	p.table([]string{"figure", "found", "goal", "reached"}, rows)
}

func (f findings) writeAnswers(p *page) {
	p.text("## Answers\n")
	p.text("Compared before anything was timed, row by row, on the first %s rows. Each difference has a reason that was checked on "+
		"the row itself; with one that has none, this file would not have been written.\n", count(f.options.peerRows))
	var rows [][]string
	for _, c := range f.answers {
		rows = append(rows, []string{c.name, count(c.ours), count(c.peers), fmt.Sprint(sum(c.explained))})
	}
	p.table([]string{"peer", "kept by listgate", "kept by the peer", "rows that differ"}, rows)
	for _, name := range slices.Sorted(maps.Keys(f.allExplained())) {
		p.text("- %s: %s", name, strings.Join(f.allExplained()[name], ", "))
	}
	p.text("")
}

func sum(counts map[string]int) int {
	total := 0
	for _, n := range counts {
		total += n
	}
	return total
}

// allExplained returns by explanation how many rows of each peer it covers.
func (f findings) allExplained() map[string][]string {
	all := map[string][]string{}
	for _, c := range f.answers {
		for name, n := range c.explained {
			all[name] = append(all[name], fmt.Sprintf("%d (%s)", n, c.name))
		}
	}
	return all
}

func (f findings) writeRace(p *page) {
	ours, _ := find(f.results, filterToFile)
	p.text("## Beside others\n\n![rows a second](plots/rows-per-second.svg)\n")
	p.text("A ratio is the time for a row against `%s`, the median of the ratios within each round. What has another number of rows is "+
		"compared per row. ripgrep, DuckDB and the system's own commands only match first digits or move bytes: lower bounds, whose "+
		"answers are not those of the rules. The loops use one core and listgate all: CPU time says how much work it is.\n", ours.name)
	var rows [][]string
	for _, r := range f.results {
		rows = append(rows, []string{r.name, r.does, count(r.rows), seconds(r.wall()), spreadOf(r), perRow(r),
			mebibytes(r.peakBytes()),
			fmt.Sprintf("%.3g", r.rowsPerSecond()/1e6), times(ratio(r, ours))})
	}
	p.table([]string{"command", "work", "rows", "seconds", "from–to", "CPU ns a row", "peak memory", "million rows/s",
		"ratio"}, rows)
	p.text("Peaks of about 3 MiB are those of the program that measures: no child shows less than its parent.\n")
}

func perRow(r result) string {
	return fmt.Sprintf("%.3g", float64(r.cpu().Nanoseconds())/float64(r.rows))
}

// spreadOf says how far the runs of a contestant lie apart.
func spreadOf(r result) string {
	first := r.usages[0].Wall
	lowest, highest := first, first
	for _, u := range r.usages {
		lowest, highest = min(lowest, u.Wall), max(highest, u.Wall)
	}
	return seconds(lowest) + "–" + seconds(highest)
}

func (f findings) writeScaling(p *page) {
	p.text("## Scaling\n\n![seconds by rows](plots/scaling.svg)\n\n![peak memory by rows](plots/memory.svg)\n")
	var rows [][]string
	for _, r := range slices.Concat(f.byRows, f.byJobs) {
		rows = append(rows,
			[]string{r.name, count(r.rows), seconds(r.wall()), seconds(r.cpu()), mebibytes(r.peakBytes()),
				fmt.Sprintf("%.3g", r.rowsPerSecond()/1e6)})
	}
	p.table([]string{"command", "rows", "seconds", "CPU seconds", "peak memory", "million rows/s"}, rows)
	p.text("Medians of %d runs, of one above %s rows. Start to first output:\n", scaleRuns, count(keptRows))
	rows = nil
	for _, s := range f.starts {
		rows = append(rows, []string{s.name, fmt.Sprint(s.runs), milliseconds(s.time)})
	}
	p.table([]string{"list", "runs", "median"}, rows)
}

func (f findings) writeCommands(p *page) {
	p.text("## Commands\n\nIn one folder, with the list as %s:\n\n```sh", f.list)
	for _, r := range f.results {
		p.text("%s", plain(r.Command))
	}
	for _, s := range f.starts {
		p.text("%s", s.command)
	}
	p.text("```")
}

// A page is Markdown on its way to a file. Its first error stays.
type page struct {
	w   io.Writer
	err error
}

func (p *page) text(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

func (p *page) table(head []string, rows [][]string) {
	p.text("| %s |", strings.Join(head, " | "))
	p.text("|%s", strings.Repeat(" --- |", len(head)))
	for _, row := range rows {
		p.text("| %s |", strings.Join(row, " | "))
	}
	p.text("")
}
