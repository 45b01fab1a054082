package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/listgate/listgate/cmd/listgate/internal/findings"
	"github.com/listgate/listgate/cmd/listgate/internal/outfile"
	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/internal/infile"
	"github.com/listgate/listgate/internal/listrun"
	"github.com/listgate/listgate/internal/printable"
	"github.com/listgate/listgate/report"
)

// checkCommand is "listgate check".
type checkCommand struct {
	settings *settings
	decisionFlags
	listFlags
	limitFlags
	store       gateFlags
	format      string
	outputs     []string
	failOn      string
	showNumbers bool
	progress    string
	quiet       bool
}

// firstLines is how many first lines and samples stand in a finding.
const firstLines = 5

func newCheckCommand(s *settings) *cobra.Command { return (&checkCommand{settings: s}).command() }

func (c *checkCommand) command() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check --category NAME [flags] LIST…",
		Short: "Say what would be dropped of lists, and fail if that is more than allowed: for CI",
		Long: `check decides about every row as filter does and writes no rows. It says what would be dropped,
summed up by reason, country and rule, with the first lines, and fails if a list holds more of
that than is allowed. No phone number stands in what it says unless --show-numbers asks for them.

LIST is a file as filter reads it, a pattern such as 'lists/**/*.csv' (check expands *, ?, [a-z],
{a,b} and ** itself), or - for standard input. All lists are read, in the order of their names, a
file that is named twice once.

What is allowed of each list, as N rows or P% of its rows; exactly so many pass:
  Each dropped row counts against one limit: that of its reason, if --max gives it one, else --max-dropped, which
  all other reasons share. Both are 0 unless told otherwise. So "--max invalid=2%" accepts a list of which 1 % is
  invalid and nothing else is dropped; "--max-dropped 5% --max restricted=0" accepts 5 % of anything but restricted.
  A list that has fewer rows than --min-rows fails, and so does one that has rows of which none is kept.

The findings go to standard output as --format says, and to files with --output:
  text      for people             github    workflow commands: annotations of GitHub Actions, ten of a kind
  json      the reports, with a sum of each list, which takes longer
  gitlab    code quality           sarif     SARIF 2.1.0, for code scanning
  junit     test results           markdown  a job summary: --output markdown="$GITHUB_STEP_SUMMARY"

Exit status: 0 all lists passed; 1 a list holds more than is allowed; 2 usage, or no phone column
or two in a list; 3 a list could not be read. With several lists the highest, after all of them
were read.`,
		Example: `  listgate check --category general exports/*.csv
  listgate check -c alcohol --rules alcohol.toml --max invalid=2% --output sarif=findings.sarif 'exports/**/*.csv'
  listgate check -c general --format github --output markdown="$GITHUB_STEP_SUMMARY" exports/*.csv`,
		Args: someLists,
		RunE: c.run,
	}
	c.decisionFlags.addTo(cmd)
	c.listFlags.addTo(cmd)
	f := cmd.Flags()
	f.StringVar(&c.format, "format", "text", "`FORMAT` of standard output: "+strings.Join(findings.FormatNames(), ", "))
	f.StringArrayVar(&c.outputs, "output", nil, "`FORMAT=FILE`: the findings in another format to a file; repeatable")
	c.limitFlags.addTo(cmd)
	c.store.addStoreTo(cmd)
	f.StringVar(&c.failOn, "fail-on", "error",
		"`LEVEL` of finding that fails: error, or warning, which is that or an error")
	f.BoolVar(&c.showNumbers, "show-numbers", false,
		"show whole numbers as samples, not +91••••••••10; never where logs are public")
	f.StringVar(&c.progress, "progress", "auto",
		"`WHEN` to show a progress bar on standard error: auto, always or never")
	f.BoolVar(&c.quiet, "quiet", false, "in the format text, only what fails; nothing on standard error but errors")
	_ = cmd.RegisterFlagCompletionFunc("format",
		cobra.FixedCompletions(findings.FormatNames(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func someLists(_ *cobra.Command, args []string) error {
	if len(args) == 0 {
		return usagef("name the lists, or - for standard input")
	}
	return nil
}

// limitFlags say what is allowed of a list.
type limitFlags struct{ findings.LimitOptions }

func (l *limitFlags) addTo(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&l.MaxDropped, "max-dropped", "0",
		"fail if more than `N|P%` of a list's rows are dropped for reasons without a --max of their own")
	f.StringArrayVar(&l.Max, "max", nil,
		"`REASON=N|P%`: a limit of its own for the rows of a reason, such as invalid=2%; repeatable")
	f.Int64Var(&l.MinRows, "min-rows", 1, "fail if a list has fewer than `N` rows: an empty export is rarely meant")
}

func (c *checkCommand) run(cmd *cobra.Command, args []string) error {
	r, lists, err := c.prepare(cmd.Context(), args, time.Now(), cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	defer c.ListOptions.Close()
	return r.run(cmd.Context(), lists, cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr())
}

// prepare finds all that is wrong with the command line and the rules before a list is read.
func (c *checkCommand) prepare(ctx context.Context, args []string, now time.Time, stderr io.Writer) (r *checkRun,
	lists []namedList, err error) {
	r = &checkRun{command: c}
	if r.list, err = c.ListOptions.Parse(); err != nil {
		return nil, nil, usage(err)
	}
	r.list.Findings, r.list.ShowNumbers = firstLines, c.showNumbers
	limits, err := c.LimitOptions.Parse()
	if err != nil {
		return nil, nil, usage(err)
	}
	if r.outputs, err = c.parseOutputs(); err != nil {
		return nil, nil, err
	}
	if _, err = listrun.Choose("progress", c.progress, "auto", "always", "never"); err != nil {
		return nil, nil, usage(err)
	}
	failOn, err := listrun.Choose("fail-on", c.failOn, "error", "warning")
	if err != nil {
		return nil, nil, usage(err)
	}
	if r.decider, err = c.decisionFlags.load(c.settings, now); err != nil {
		return nil, nil, err
	}
	if c.quiet {
		stderr = io.Discard
	}
	if err := r.sightOf(ctx, &c.store, stderr); err != nil {
		return nil, nil, err
	}
	if lists, err = expandLists(args); err != nil {
		return nil, nil, err
	}
	r.found = &findings.Document{
		Decider: r.Decider, Limits: limits, FailOnWarning: failOn == 1, Created: now.UTC().Truncate(time.Second),
		Version:  version,
		Settings: r.settings.line(), WABA: r.waba, Files: r.filesOfAll(), Quiet: c.quiet &&
			r.outputs[0].format.Name == "text",
	}
	return r, lists, r.checkOutputs(lists)
}

// filesOfAll returns the outputs that hold all findings: GitHub shows but so many.
func (r *checkRun) filesOfAll() (files []string) {
	for _, o := range r.outputs[1:] {
		if o.format.Name != "github" {
			files = append(files, o.path)
		}
	}
	return files
}

// A checkOutput is one format of the findings. The path "" is standard output.
type checkOutput struct {
	format findings.Format
	path   string
}

// parseOutputs reads --format and --output.
func (c *checkCommand) parseOutputs() ([]checkOutput, error) {
	first, err := findings.FormatNamed("format", c.format)
	if err != nil {
		return nil, usage(err)
	}
	outputs := []checkOutput{{format: first}}
	for _, asked := range c.outputs {
		name, path, ok := strings.Cut(asked, "=")
		if !ok || path == "" || path == "-" {
			return nil,
				optionf("output",
					"%q is not FORMAT=FILE, such as sarif=findings.sarif; --format is for standard output", asked)
		}
		f, err := findings.FormatNamed("output", name)
		if err != nil {
			return nil, usage(err)
		}
		outputs = append(outputs, checkOutput{f, path})
	}
	return outputs, nil
}

// A checkRun is one run of the command.
type checkRun struct {
	*decider
	command    *checkCommand
	list       filter.ListOptions
	suppressed report.File
	outputs    []checkOutput
	found      *findings.Document
	access     outfile.Access // who may read the outputs
	opened     bool           // a list was, and access is of those that were
}

// checkOutputs refuses outputs that are inputs or each other.
func (r *checkRun) checkOutputs(lists []namedList) error {
	inputs := append(slices.Clone(r.command.Rules), r.command.Suppress)
	if file := r.settings.config; file != nil {
		inputs = append(inputs, file.Path)
	}
	for _, l := range lists {
		inputs = append(inputs, l.name)
	}
	var outputs []string
	for _, o := range r.outputs {
		outputs = append(outputs, o.path)
	}
	return checkPaths(outputs, inputs)
}

// run checks all lists, then writes what was found.
func (r *checkRun) run(ctx context.Context, lists []namedList, stdin io.Reader, stdout, stderr io.Writer) (err error) {
	var paths []string
	for _, o := range r.outputs[1:] {
		paths = append(paths, o.path)
	}
	files, err := outfile.Reserve(paths...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, files.Close()) }()
	r.settings.cleaner.add(files.Close)
	if r.list.Suppress, r.suppressed, err = r.command.ReadSuppressed(ctx, r.Filter); err != nil {
		return err
	}
	for _, l := range lists {
		r.check(ctx, l, stdin, stderr)
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	r.say(stderr)
	var failed error
	for _, o := range r.outputs {
		failed = errors.Join(failed, r.write(o, stdout, files))
	}
	files.Done() // each is whole, whatever became of the others
	if failed != nil {
		return failed
	}
	if status := r.found.Status(); status != exitDone {
		return exitStatus(status)
	}
	return nil
}

// check reads one list and judges what it holds.
func (r *checkRun) check(ctx context.Context, l namedList, stdin io.Reader, stderr io.Writer) {
	run := r.newRun(&r.command.ListOptions, r.list, r.found.Created)
	run.Suppressed = r.suppressed
	defer run.Close()
	err := l.err
	if err == nil {
		progress := newProgress(stderr, r.command.progress, r.command.quiet)
		err = run.Open(ctx, l.name, listrun.Source{Stdin: stdin, Summed: r.sums(), Progress: progress.add})
		if err == nil {
			progress.of(run.In)
			r.restrict(&run)
			err = run.Stream(ctx, nil, nil)
		}
		progress.done()
	}
	if err != nil {
		name := l.name
		if isNumber(name) {
			name = hidden
		}
		r.found.AddUnreadable(&run, name, hiddenError{err, r.settings.args}, statusOf(err))
		return
	}
	r.found.Add(&run, l.name)
}

// restrict keeps the outputs as private as the most private list.
func (r *checkRun) restrict(run *listrun.Run) {
	var access outfile.Access
	if run.In.File != nil {
		access = outfile.AccessOf(run.In.File.Info())
	}
	if r.opened {
		access = access.And(r.access)
	}
	r.access, r.opened = access, true
}

// sums reports whether the lists have to be summed, for reports: on two cores that takes nearly as
// long again as deciding.
func (r *checkRun) sums() bool {
	return slices.ContainsFunc(r.outputs, func(o checkOutput) bool { return o.format.Name == "json" })
}

// say tells on standard error what failed, if standard output is not for people to read.
func (r *checkRun) say(stderr io.Writer) {
	for _, l := range r.found.Lists {
		switch {
		case l.Unread:
			printable.Fprintf(stderr, "listgate: %s\n", l.Verdict)
		case l.Verdict != "" && r.outputs[0].format.Name != "text" && !r.command.quiet:
			printable.Fprintf(stderr, "listgate: %s: %s\n", l.Name, l.Verdict)
		}
	}
	if verdict := r.found.RulesVerdict(); verdict != "" && r.outputs[0].format.Name != "text" && !r.command.quiet {
		printable.Fprintf(stderr, "listgate: %s\n", verdict)
	}
}

// write writes the findings in one format.
func (r *checkRun) write(o checkOutput, stdout io.Writer, files *outfile.Set) error {
	text, err := o.format.Marshal(r.found)
	if err != nil {
		return err
	}
	text = printable.Text(text)
	if o.path == "" {
		if o.format.Name != "text" { // a document that somebody asked for
			stdout = rowsTo(stdout)
		}
		if _, err := stdout.Write(text); err != nil {
			return fmt.Errorf("standard output: cannot be written: %w", infile.Cause(err))
		}
		return nil
	}
	return files.WriteFile(o.path, text, r.access)
}
