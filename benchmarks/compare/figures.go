package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/listgate/listgate/benchmarks/internal/process"
)

// findings are all that a run of this command found.
type findings struct {
	options  options
	machine  []version
	tools    tools
	list     string
	bytes    int64
	answers  []compared
	results  []result // the race
	starts   []start
	byRows   []result
	byJobs   []result
	subject  subject
	listRows int
}

// A figure is one of those to reach.
type figure struct {
	what, found, goal string
	reached           bool
}

// figures sets what was found beside what is to be reached. Figures of peers that are missing are
// left out.
func (f findings) figures() []figure {
	ours, _ := find(f.results, filterToFile)
	decide, _ := find(f.results, f.subject.decide("", 0).name)
	all := []figure{{decide.name + ", rows a second", millions(decide.rowsPerSecond()), "at least 25 million",
		decide.rowsPerSecond() >= 25e6}}
	compare := func(a result, peer string, goal float64) {
		if b, ok := find(f.results, peer); ok {
			r := ratio(a, b)
			all = append(all, figure{a.name + " against " + peer, times(r), "at most " + times(goal), r <= goal})
		}
	}
	compare(decide, countLines, 6)
	compare(ours, copyAndSync, 2)
	compare(ours, ripgrep, 1)
	if loop, ok := find(f.results, goLoop); ok {
		r := ratio(loop, ours)
		all = append(all, figure{"the loop over the phone library against " + ours.name + ", for a row", times(r),
			"at least " + times(200), r >= 200})
	}
	for _, s := range f.starts {
		all = append(all, figure{"start to first output, " + s.name, milliseconds(s.time), "under 20 ms",
			s.time < 20*time.Millisecond})
	}
	if n := len(f.byRows); n > 0 {
		last := f.byRows[n-1]
		all = append(all, figure{fmt.Sprintf("peak memory at %s rows", count(last.rows)), mebibytes(last.peakBytes()),
			"under 64 MiB", last.peakBytes() < 64<<20})
	}
	return all
}

func millions(n float64) string           { return fmt.Sprintf("%.1f million", n/1e6) }
func times(ratio float64) string          { return fmt.Sprintf("%.3g ×", ratio) }
func seconds(d time.Duration) string      { return fmt.Sprintf("%.3f", d.Seconds()) }
func milliseconds(d time.Duration) string { return fmt.Sprintf("%.1f ms", d.Seconds()*1e3) }
func mebibytes(n int64) string            { return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20)) }

// count writes a number with its thousands apart.
func count(n int) string {
	text := fmt.Sprint(n)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + " " + text[at:]
	}
	return text
}

// plain writes a command as one would type it.
func plain(c process.Command) string {
	quoted := make([]string, len(c.Args))
	for i, arg := range c.Args {
		quoted[i] = arg
		if arg == "" || strings.ContainsAny(arg, " \"'$&|()\\*?;<>") {
			quoted[i] = "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
		}
	}
	if c.Stdin != "" {
		quoted = append(quoted, "<"+c.Stdin)
	}
	if c.Stdout != "" {
		quoted = append(quoted, ">"+c.Stdout)
	}
	return strings.Join(quoted, " ")
}
