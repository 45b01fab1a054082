package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/listgate/listgate/benchmarks/internal/process"
	"github.com/listgate/listgate/benchmarks/library"
)

// A contestant is one command on one list.
type contestant struct {
	name string
	does string // what work that is, where the name does not say it
	process.Command
	list    string
	rows    int      // of the list
	outputs []string // files that it leaves; they are removed before each run
	allowed []int    // exit statuses besides 0
	foreign bool     // a peer with a numbering plan of its own
}

// category is the one whose rules decide in every run. Nothing but the platform's rules denies a
// number there.
const category = "general"

// kept is the output that holds the kept rows.
func (c contestant) kept() string { return c.outputs[0] }

// Names of the contestants that results refer to.
const (
	filterToFile  = "listgate filter -o kept.csv"
	copyAndSync   = "cp, and sync of the copy"
	countLines    = "wc -l"
	ripgrep       = "rg -v with a pattern of prefixes"
	goLoop        = "Go: encoding/csv and nyaruka/phonenumbers"
	cppLoop       = "C++: libphonenumber"
	pythonLoop    = "Python: phonenumbers"
	jsLoop        = "JavaScript: libphonenumber-js"
	duckDB        = "DuckDB COPY with a prefix test"
	filterNothing = "listgate filter, no output"
	checkList     = "listgate check"
)

// A subject is the listgate that was built, and what it can do so far.
type subject struct {
	region   string // default region
	hasJobs  bool
	hasCheck bool
}

func newSubject(w *workspace) subject {
	help, _ := output(w.folder, "./listgate", "filter", "--help")
	check, err := output(w.folder, "./listgate", "check", "--help")
	return subject{w.shape.DefaultRegion(), strings.Contains(help, "--jobs"), err == nil &&
		strings.Contains(check, "\n  listgate check ")}
}

// nothingKept is the status of a run that did all its work and kept no row, or of a check that
// found rows to drop.
var nothingKept = []int{1}

func (s subject) command(verb string, args ...string) process.Command {
	all := []string{"./listgate", verb, "-c", category}
	if s.region != "" {
		all = append(all, "--default-region", s.region)
	}
	return process.Command{Args: append(append(all, "--quiet"), args...)}
}

// filter writes kept and dropped rows, both synced to the disk.
func (s subject) filter(list string, rows int, jobs ...string) contestant {
	return contestant{name: filterToFile, does: "kept and dropped rows, decided and written", list: list, rows: rows,
		allowed: nothingKept,
		Command: s.command("filter", append(jobs, "-o", "kept.csv", list)...),
		outputs: []string{"kept.csv", "kept.dropped.csv"}}
}

// report writes a report as well, for which everything that is read and written is summed.
func (s subject) report(list string, rows int) contestant {
	return contestant{name: filterToFile + " --report report.json", does: "the same, and SHA-256 sums of all files",
		list: list, rows: rows, allowed: nothingKept,
		Command: s.command("filter", "-o", "kept.csv", "--report", "report.json", list),
		outputs: []string{"kept.csv", "kept.dropped.csv", "report.json"}}
}

// keep writes the kept rows alone.
func (s subject) keep(list string, rows int) contestant {
	return contestant{name: filterToFile + " --dropped none", does: "kept rows, decided and written", list: list,
		rows: rows, allowed: nothingKept,
		Command: s.command("filter", "-o", "kept.csv", "--dropped", "none", list), outputs: []string{"kept.csv"}}
}

// decide writes nothing: check, or as long as there is none, filter without outputs.
func (s subject) decide(list string, rows int, jobs ...string) contestant {
	if s.hasCheck {
		return contestant{name: checkList, does: "decided and counted", list: list, rows: rows, allowed: nothingKept,
			Command: s.command("check", append(jobs, list)...)}
	}
	return contestant{name: filterNothing, does: "decided, nothing written", list: list, rows: rows,
		allowed: nothingKept,
		Command: s.command("filter", append(jobs, "-o", "none", list)...)}
}

// all are listgate's ways on the whole list.
func (s subject) all(list string, rows int) []contestant {
	all := []contestant{s.filter(list, rows), s.report(list, rows), s.keep(list, rows), s.decide(list, rows)}
	if s.hasJobs {
		for _, c := range []contestant{s.filter(list, rows, "--jobs", "1"), s.decide(list, rows, "--jobs", "1")} {
			c.name += ", --jobs 1"
			all = append(all, c)
		}
	}
	return all
}

// bounds move bytes or match prefixes: less work than a decision, so that nobody can expect to be
// much faster.
func bounds(tools tools, d library.Denied, list string, rows int) []contestant {
	digits := d.FirstDigits()
	all := []contestant{
		{name: copyAndSync, Command: shell(`cp "$1" "$2" && sync "$2"`, list, "copy.csv"),
			outputs: []string{"copy.csv"}},
		{name: "cp", Command: process.Command{Args: []string{"cp", list, "copy.csv"}}, outputs: []string{"copy.csv"}},
		{name: "cat >/dev/null", Command: process.Command{Args: []string{"cat", list}, Stdout: os.DevNull}},
		{name: countLines, Command: process.Command{Args: []string{"wc", "-l", list}}},
	}
	if tools.ripgrep {
		pattern := `,\+(` + strings.Join(digits, "|") + ")"
		all = append(all, contestant{name: ripgrep, does: "lines, of which none with + and such digits",
			Command: process.Command{Args: []string{"rg", "--no-config", "-v", pattern, list}, Stdout: "rg.csv"},
			outputs: []string{"rg.csv"}})
	}
	if tools.duckDB {
		all = append(all, contestant{name: duckDB, does: "rows parsed, of which none begins so, written anew",
			Command: process.Command{Args: []string{"node", "duckdb.mjs", copySQL(digits, list)}},
			outputs: []string{"duckdb.csv"}})
	}
	for i := range all {
		all[i].list, all[i].rows = list, rows
	}
	return all
}

// copySQL copies the rows whose number does not begin with such digits. A row without a phone cell
// is an error to DuckDB, and dropped as listgate drops it.
func copySQL(digits []string, list string) string {
	var tests []string
	for _, first := range digits {
		tests = append(tests, fmt.Sprintf("starts_with(phone, '+%s')", first))
	}
	return fmt.Sprintf(`COPY (FROM read_csv('%s', header = true, all_varchar = true, delim = ',', quote = '"', escape = '"', ignore_errors = true) `+
		`WHERE NOT (%s)) TO 'duckdb.csv' (HEADER)`, list, strings.Join(tests, " OR "))
}

// shell runs a script with arguments $1, $2 and so on.
func shell(script string, args ...string) process.Command {
	return process.Command{Args: append([]string{"sh", "-c", script, "sh"}, args...)}
}

// loops are the peers that make the same decisions, with a phone library.
func loops(tools tools, d library.Denied, list string, rows int, region string) []contestant {
	loop := func(name, kept string, foreign bool, program ...string) contestant {
		return contestant{name: name, foreign: foreign, list: list, rows: rows, outputs: []string{kept},
			Command: process.Command{Args: append(program, list, kept, region, strings.Join(d.Regions, ","),
				strings.Join(d.Prefixes, ","))}}
	}
	all := []contestant{loop(goLoop, "goloop.csv", false, "./goloop")}
	if tools.cpp {
		all = append(all, loop(cppLoop, "cpp.csv", true, "./libphonenumber"))
	}
	if tools.python != "" {
		all = append(all, loop(pythonLoop, "python.csv", true, tools.python, "phonenumbers_loop.py"))
	}
	if tools.js {
		all = append(all, loop(jsLoop, "js.csv", true, "node", "libphonenumber-js.mjs"))
	}
	return all
}

// run runs a contestant once, on a clean table.
func (w *workspace) run(c contestant) (process.Usage, error) {
	if err := w.remove(c.outputs); err != nil {
		return process.Usage{}, err
	}
	syncDisks() // what earlier commands left to be written is not this one's
	usage, err := w.measure(c.Command)
	if err == nil && usage.Status != 0 && !slices.Contains(c.allowed, usage.Status) {
		err = fmt.Errorf("exit status %d: %s", usage.Status, strings.TrimSpace(usage.Stderr))
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", c.name, err)
	}
	return usage, err
}

func (w *workspace) remove(names []string) error {
	for _, name := range names {
		if err := os.Remove(w.path(name)); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	return nil
}
