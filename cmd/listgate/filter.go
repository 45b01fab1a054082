package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/listgate/listgate/cmd/listgate/internal/outfile"
	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/internal/infile"
	"github.com/listgate/listgate/internal/listrun"
)

// filterCommand is "listgate filter".
type filterCommand struct {
	settings *settings
	decisionFlags
	listFlags
	kept, dropped, report string
	maxDropped            string
	normalize             string
	progress              string
	mark                  bool // --bom
	quiet                 bool
	gate                  gateCheck
}

func newFilterCommand(s *settings) *cobra.Command {
	c := &filterCommand{settings: s}
	cmd := &cobra.Command{
		Use:   "filter --category NAME [flags] LIST|-",
		Short: "Read a list, write the rows that may be sent and the rows that may not",
		Long: `filter reads a recipient list (CSV with any delimiter, plain, .gz or .zst; an .xlsx workbook) and
copies its rows, byte for byte, to two files: the kept rows, which may be sent, and the dropped
rows, with the reason, the region and the rule that decided. A workbook comes out as CSV, or as a
workbook where an output's name ends in .xlsx.

Unless told otherwise, list.csv gives list.kept.csv, list.dropped.csv and list.report.json beside
it. Outputs of an earlier run are removed before the first row is read; new ones appear whole or
not at all, the report last. The list - is standard input; its kept rows go to standard output
unless -o names a file.

Exit status: 0 done; 1 more rows dropped than --max-dropped, or none kept; 2 usage; 3 not done,
nothing published; 4 the account named with --gate is halted, nothing published.`,
		Example: `  listgate filter --category general list.csv
  listgate filter -c alcohol --rules alcohol.toml --default-region BR -o safe.csv list.csv
  zcat list.csv.gz | listgate filter -c finance -m utility - >safe.csv`,
		Args: oneList,
		RunE: c.run,
	}
	c.decisionFlags.addTo(cmd)
	c.listFlags.addTo(cmd)
	c.gate.addTo(cmd)
	f := cmd.Flags()
	f.StringVarP(&c.kept, "output", "o", "",
		"`FILE` for the kept rows, - for standard output, none for none (default: LIST with .kept before its ending)")
	f.StringVar(&c.dropped, "dropped", "",
		"`FILE` for the dropped rows, none for none (default: the kept file's name with .dropped)")
	f.StringVar(&c.report, "report", "",
		"`FILE` for the report, none for none (default: LIST with .report.json; with -o: none)")
	f.StringVar(&c.normalize, "normalize", "",
		"`FORM` in which to write the phone cells of kept rows: e164 (+919876543210) or wa_id (default: as they came)")
	f.BoolVar(&c.mark, "bom", false,
		"begin CSV outputs with the byte order mark of UTF-8, for spreadsheet programs that need it")
	f.StringVar(&c.maxDropped, "max-dropped", "", "publish no kept rows if more than `N|P%` of the rows are dropped")
	f.StringVar(&c.progress, "progress", "auto",
		"`WHEN` to show a progress bar on standard error: auto, always or never")
	f.BoolVar(&c.quiet, "quiet", false, "no summary and no warnings on standard error")
	return cmd
}

func oneList(_ *cobra.Command, args []string) error {
	switch len(args) {
	case 1:
		return nil
	case 0:
		return usagef("name the list, or - for standard input")
	}
	return usagef("one list at a time; %d were given", len(args))
}

func (c *filterCommand) run(cmd *cobra.Command, args []string) (err error) {
	now := time.Now()
	list, err := c.ListOptions.Parse()
	if err != nil {
		return usage(err)
	}
	if c.normalize != "" {
		how, err := listrun.Choose("normalize", c.normalize, "e164", "wa_id")
		if err != nil {
			return usage(err)
		}
		list.Normalize = filter.E164 + filter.Normalize(how)
	}
	places, err := c.places(args[0])
	if err != nil {
		return err
	}
	limit, err := listrun.ParseLimit("max-dropped", c.maxDropped)
	if err != nil {
		return usage(err)
	}
	if limit.Set && cannotBeTakenBack(places.kept) {
		return usageOf("max-dropped",
			"--max-dropped needs a file for the kept rows: rows that went to standard output, a pipe or a device cannot be taken back")
	}
	c.gate.account = c.settings.namedAccount().WABA
	if err := c.gate.options(places.kept); err != nil {
		return err
	}
	if _, err := listrun.Choose("progress", c.progress, "auto", "always", "never"); err != nil {
		return usage(err)
	}
	d, err := c.decisionFlags.load(c.settings, now)
	if err != nil {
		return err
	}
	inputs := append([]string{args[0]}, c.Rules...)
	for _, path := range c.Rules {
		inFolder, _ := filepath.Glob(filepath.Join(path, "*.toml"))
		inputs = append(inputs, inFolder...)
	}
	if c.Suppress != "" {
		inputs = append(inputs, c.Suppress)
	}
	if file := c.settings.config; file != nil {
		inputs = append(inputs, file.Path)
	}
	if err := places.check(inputs); err != nil {
		return err
	}
	r := &filterRun{command: c, flags: cmd.Flags(), places: places, limit: limit, decider: d,
		Run: d.newRun(&c.ListOptions, list, now)}
	if err := r.reserve(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.outputs.Close()) }()
	defer c.ListOptions.Close()
	if err := r.read(cmd.Context(), args[0], cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr()); err != nil {
		return err
	}
	if err := c.gate.check(cmd.Context()); err != nil {
		return err
	}
	if !c.quiet { // before anything is published: a wrong default region shows there
		c.gate.say(cmd.ErrOrStderr())
		r.summarize(cmd.ErrOrStderr())
	}
	if err := r.publish(); err != nil {
		return err
	}
	if !c.quiet {
		r.summarizeOutputs(cmd.ErrOrStderr())
	}
	if r.overLimit() || r.NoneKept() {
		return errFindings
	}
	return nil
}

// places are the paths of the outputs: empty for none, "-" for standard output.
type places struct{ kept, dropped, report string }

func (c *filterCommand) places(list string) (places, error) {
	p := places{kept: c.kept, dropped: c.dropped, report: c.report}
	switch {
	case p.report == "-" || p.dropped == "-":
		return p, usagef("only the kept rows can go to standard output")
	case p.kept == "" && list == "-":
		p.kept = "-"
	case p.kept == "":
		p.kept = listrun.OutputName(list, ".kept", "")
		if p.dropped == "" {
			p.dropped = listrun.OutputName(list, ".dropped", "")
		}
		if p.report == "" {
			p.report = listrun.OutputName(list, ".report", ".json")
		}
	case p.kept == "none": // only to see what would become of the rows
		p.kept = ""
	case p.kept != "-" && !outfile.IsStream(p.kept) && p.dropped == "":
		p.dropped = listrun.DroppedName(p.kept)
	}
	if p.dropped == "none" {
		p.dropped = ""
	}
	if p.report == "none" {
		p.report = ""
	}
	return p, nil
}

// ofWorkbook says in which form the rows of a workbook come out.
func (p places) ofWorkbook() string {
	switch kept, dropped := listrun.IsWorkbook(p.kept), listrun.IsWorkbook(p.dropped); {
	case kept && dropped, kept && p.dropped == "", dropped && p.kept == "":
		return "; the outputs are workbooks, with phone cells as text"
	case kept, dropped:
		return "; one output is a workbook, with phone cells as text, the other one CSV in UTF-8"
	}
	return "; the outputs are CSV in UTF-8"
}

func (p places) check(inputs []string) error {
	for _, path := range []string{p.kept, p.dropped} {
		if ending := strings.ToLower(filepath.Ext(path)); slices.Contains([]string{".xls", ".xlsb", ".xlsm", ".ods",
			".numbers"}, ending) {
			return usagef("%s: outputs are CSV, or a workbook where the list is one; name them .csv, .csv.gz, .csv.zst or .xlsx", path)
		}
	}
	return checkPaths([]string{p.dropped, p.kept, p.report}, inputs)
}

// checkPaths refuses outputs that are inputs or each other. The paths "" and "-" are no files.
func checkPaths(outputs, inputs []string) error {
	for i, out := range outputs {
		if out == "" || out == "-" {
			continue
		}
		for _, in := range inputs {
			if sameFile(out, in) {
				return usagef("%s is an input and an output; name another output", out)
			}
		}
		for _, other := range outputs[:i] {
			if other != "" && sameFile(out, other) && !outfile.IsStream(out) {
				return usagef("%s is named for two outputs", out)
			}
		}
	}
	return nil
}

func sameFile(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	if errA == nil && errB == nil {
		return os.SameFile(infoA, infoB)
	}
	absA, errA := filepath.Abs(outfile.BehindLinks(a))
	absB, errB := filepath.Abs(outfile.BehindLinks(b))
	return errA == nil && errB == nil && absA == absB
}

// cannotBeTakenBack reports whether what is written to an output is out of our hands at once.
func cannotBeTakenBack(path string) bool {
	return path == "-" || path != os.DevNull && outfile.IsStream(path)
}

// A filterRun is one run of the command.
type filterRun struct {
	listrun.Run
	decider *decider
	command *filterCommand
	flags   *pflag.FlagSet
	places  places
	limit   listrun.Limit

	outputs       *outfile.Set
	access        outfile.Access // who may read the outputs
	kept, dropped *outfile.File
	toStdout      *infile.Summed
	written       []string
}

// reserve takes the outputs for this run.
func (r *filterRun) reserve() (err error) {
	if r.outputs, err = outfile.Reserve(r.places.report, r.places.kept, r.places.dropped); err == nil {
		r.command.settings.cleaner.add(r.outputs.Close)
	}
	return err
}

// read filters the list into outputs that are not in their place yet.
func (r *filterRun) read(ctx context.Context, list string, stdin io.Reader, stdout, stderr io.Writer) error {
	// after the outputs of an earlier run are gone: nobody sends them to a halted account
	err := r.command.gate.check(ctx)
	if err != nil {
		return err
	}
	if err := r.decider.sight(r.command.gate.of(), r.command.gate.refused); err != nil {
		return err
	}
	if r.List.Suppress, r.Suppressed, err = r.Given.ReadSuppressed(ctx, r.Filter); err != nil {
		return err
	}
	progress := newProgress(stderr, r.command.progress, r.command.quiet)
	defer progress.done()
	defer r.Close()
	if err := r.open(ctx, list, stdin, progress); err != nil {
		return err
	}
	kept, dropped, err := r.createOutputs(stdout)
	if err != nil {
		return err
	}
	as := listrun.Outputs{
		KeptWorkbook: listrun.IsWorkbook(r.places.kept), DroppedWorkbook: listrun.IsWorkbook(r.places.dropped),
		Mark: r.command.mark,
	}
	if err := r.StreamAs(ctx, kept, dropped, as); err != nil {
		return err
	}
	if err := r.outputs.Finish(); err != nil {
		return err
	}
	return ctx.Err()
}

// open opens the list.
func (r *filterRun) open(ctx context.Context, list string, stdin io.Reader, progress *progress) error {
	if err := r.Open(ctx, list,
		listrun.Source{Stdin: stdin, Summed: r.places.report != "", Progress: progress.add}); err != nil {
		return optionUsage(err)
	}
	progress.of(r.In)
	return nil
}

// createOutputs opens the outputs, as private as the list is.
func (r *filterRun) createOutputs(stdout io.Writer) (kept, dropped io.Writer, err error) {
	if r.In.File != nil {
		r.access = outfile.AccessOf(r.In.File.Info())
	}
	switch r.places.kept {
	case "":
	case "-":
		r.toStdout = infile.NewSummed(rowsTo(stdout), r.places.report != "")
		kept = r.toStdout
	default:
		if r.kept, err = r.outputs.Create(r.places.kept, r.access, r.places.report != ""); err != nil {
			return nil, nil, err
		}
		kept = r.kept
	}
	if r.places.dropped == "" {
		return kept, nil, nil
	}
	r.dropped, err = r.outputs.Create(r.places.dropped, r.access, r.places.report != "")
	return kept, r.dropped, err
}

func (r *filterRun) overLimit() bool { return r.limit.Exceeded(r.Result.Dropped, r.Result.Rows) }

// publish puts the outputs in their places: the report last, since it marks a complete run.
func (r *filterRun) publish() error {
	if r.dropped != nil {
		if err := r.outputs.Publish(r.dropped); err != nil {
			return err
		}
		r.written = append(r.written, r.places.dropped)
	}
	if r.kept != nil && !r.overLimit() {
		if err := r.outputs.Publish(r.kept); err != nil {
			return err
		}
		r.written = append(r.written, r.places.kept)
	}
	if r.places.report != "" {
		if err := r.writeReport(); err != nil {
			return err
		}
		r.written = append(r.written, r.places.report)
	}
	r.outputs.Done()
	return nil
}
