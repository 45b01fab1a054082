// Command compare runs listgate beside other ways to do the same work, and beside commands that do
// less, on one list:
//
//	go run ./compare -rows 5000000 -rounds 5 -install -out RESULTS.md
//
// Answers are compared before times. See README.md.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/listgate/listgate/benchmarks/library"
	"github.com/listgate/listgate/benchmarks/list"
	"github.com/listgate/listgate/rules"
)

// options are what the flags say.
type options struct {
	rows, peerRows, maxRows, rounds int
	seed                            uint64
	shape                           string
	folder, out, date               string
	install, answersOnly            bool
}

func main() {
	err := run(os.Args[1:], os.Stdout, os.Stderr)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("compare", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.IntVar(&o.rows, "rows", 5_000_000, "rows of the list")
	flags.IntVar(&o.peerRows, "peer-rows", 100_000,
		"rows of the sample that the phone libraries read, the first of the list")
	flags.IntVar(&o.maxRows, "max-rows", 10_000_000,
		"rows of the longest list that shows scaling; 100000000 takes 7 GB of disk")
	flags.IntVar(&o.rounds, "rounds", 5, "how often each command runs")
	flags.Uint64Var(&o.seed, "seed", 1, "of the list")
	flags.StringVar(&o.shape, "shape", list.Mixed.String(), "of the list, see listgen")
	flags.StringVar(&o.folder, "dir", filepath.Join(os.TempDir(), "listgate-benchmarks"),
		"folder for programs and lists, kept from run to run")
	flags.StringVar(&o.out, "out", "",
		"file for the results, plots in a folder plots beside it; empty: print, and draw nothing")
	flags.StringVar(&o.date, "date", "", "date to write into the results")
	flags.BoolVar(&o.install, "install", false, "get missing peers by apt-get and npm")
	flags.BoolVar(&o.answersOnly, "answers-only", false, "compare answers, measure nothing")
	return o, flags.Parse(args)
}

// command is how to repeat the run, without where its files lay.
func (o options) command() string {
	return fmt.Sprintf("go run ./compare -rows %d -peer-rows %d -max-rows %d -rounds %d -seed %d -shape %s",
		o.rows, o.peerRows, o.maxRows, o.rounds, o.seed, o.shape)
}

func run(args []string, stdout, log io.Writer) error {
	o, err := parse(args, log)
	if err != nil {
		return err
	}
	if err := o.makeRoom(); err != nil {
		return err
	}
	f, err := investigate(o, log)
	if err != nil || o.answersOnly {
		printAnswers(stdout, f)
		return err
	}
	if o.out == "" {
		return writeReport(stdout, f)
	}
	file, err := os.Create(o.out)
	if err != nil {
		return err
	}
	return errors.Join(writeReport(file, f), file.Close(), writePlots(o.plots(), f))
}

// plots is the folder of the plots.
func (o options) plots() string { return filepath.Join(filepath.Dir(o.out), "plots") }

// makeRoom makes the folders of the results, so that a run of many minutes does not fail at its
// end.
func (o options) makeRoom() error {
	if o.out == "" || o.answersOnly {
		return nil
	}
	return os.MkdirAll(o.plots(), 0o777)
}

func printAnswers(w io.Writer, f findings) {
	if len(f.answers) > 0 {
		f.writeAnswers(&page{w: w})
	}
}

// investigate does all that the options ask for: answers first, then the race, then how it starts
// and scales.
func investigate(o options, log io.Writer) (findings, error) {
	f := findings{options: o, listRows: o.rows}
	shape, err := list.ParseShape(o.shape)
	if err != nil {
		return f, err
	}
	w, err := openWorkspace(o.folder, shape, o.seed)
	if err != nil {
		return f, err
	}
	if o.install {
		install(w, log)
	}
	f.subject, f.tools, f.machine = newSubject(w), findTools(w), describeMachine(w)
	fmt.Fprintln(log, "missing:", f.tools.missing)
	d, err := denied()
	if err != nil {
		return f, err
	}
	sample, err := w.list(o.peerRows)
	if err != nil {
		return f, err
	}
	peers := loops(f.tools, d, sample, o.peerRows, f.subject.region)
	f.answers, err = compareAnswers(w, f.subject, d, f.subject.filter(sample, o.peerRows), peers, log)
	if err != nil || o.answersOnly {
		return f, err
	}
	return f, f.measure(w, d, peers, log)
}

// denied is what the shipped rules deny for a marketing message that is sent now.
func denied() (library.Denied, error) {
	set, err := rules.Load(rules.Options{Categories: []string{category}})
	if err != nil {
		return library.Denied{}, err
	}
	return library.DeniedBy(set.Compile(rules.Marketing, time.Now(), rules.Medium)), nil
}

// measure times everything.
func (f *findings) measure(w *workspace, d library.Denied, peers []contestant, log io.Writer) error {
	var err error
	if f.list, err = w.list(f.listRows); err != nil {
		return err
	}
	if info, err := os.Stat(w.path(f.list)); err == nil {
		f.bytes = info.Size()
	}
	ours := f.subject.all(f.list, f.listRows)
	if err := checkSame(w, ours); err != nil { // which also brings the list into the page cache
		return err
	}
	contestants := append(append(ours, bounds(f.tools, d, f.list, f.listRows)...), peers...)
	begin := time.Now()
	if f.results, err = race(w, contestants, f.options.rounds, log); err != nil {
		return err
	}
	fmt.Fprintf(log, "the race took %s\n", time.Since(begin).Round(time.Second))
	if f.starts, err = measureStart(w, f.subject, f.list); err != nil {
		return err
	}
	if f.byJobs, err = scaleJobs(w, f.subject, f.list, f.listRows, log); err != nil {
		return err
	}
	f.byRows, err = scaleRows(w, f.subject, f.options.maxRows, log)
	return err
}
