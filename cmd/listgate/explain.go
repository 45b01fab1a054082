package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/listgate/listgate/cmd/listgate/internal/ruleview"
	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/internal/listrun"
	"github.com/listgate/listgate/internal/printable"
	"github.com/listgate/listgate/internal/wording"
	"github.com/listgate/listgate/report"
)

// explainCommand is "listgate explain".
type explainCommand struct {
	settings *settings
	decisionFlags
	store  gateFlags
	report string
}

func newExplainCommand(s *settings) *cobra.Command {
	c := &explainCommand{settings: s}
	cmd := &cobra.Command{
		Use:   "explain {--category NAME | --report FILE} [flags] NUMBER…",
		Short: "Say why a number is kept or dropped: readings, countries, the rule and its source",
		Long: `explain decides numbers as filter does and says why: how the digits can be read, which countries
they belong to, what each rule file makes of them, from which source and how sure that is, and
what the phone library says as a second opinion.

With --report it answers as that run did, however long ago: by the rules that the report holds,
the planned send time and the options of the run. No other flag says then how to decide. What the
run knew of a row beside its number (consent, suppression, repeats, a country column) stands in no
report.

Exit status: 0 whatever the decisions; 2 usage; 3 a rule file or the report could not be read, or
is not whole.`,
		Example: `  listgate explain --category alcohol +17875550123
  listgate explain -c general --default-region IN "098765 43210"
  listgate explain --report list.report.json +17875550123`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("name a number; put it in quotes if it holds spaces")
			}
			return nil
		},
		RunE: c.run,
	}
	c.decisionFlags.addTo(cmd)
	c.store.addStoreTo(cmd)
	cmd.Flags().StringVar(&c.report, "report", "", "answer as the run of this report did, a `FILE` that filter wrote")
	return cmd
}

func (c *explainCommand) run(cmd *cobra.Command, args []string) error {
	d, notes, err := c.decide(cmd)
	if err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	for i, number := range args {
		if i > 0 {
			printable.Fprintln(out)
		}
		d.explain(out, number)
	}
	for _, note := range notes {
		printable.Fprintf(cmd.ErrOrStderr(), "note: %s\n", note)
	}
	printWarnings(cmd.ErrOrStderr(), d.Warnings())
	return nil
}

// decide returns what decides, and what a person should know of it.
func (c *explainCommand) decide(cmd *cobra.Command) (*decider, []string, error) {
	settings := c.settings
	if !settings.isTyped(cmd.Flags(), "report") {
		d, err := c.decisionFlags.load(settings, time.Now())
		if err == nil {
			err = d.sightOf(cmd.Context(), &c.store, cmd.ErrOrStderr())
		}
		return d, nil, err
	}
	var others []string
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if settings.isTyped(cmd.Flags(), f.Name) && f.Name != "report" && f.Name != "config" {
			others = append(others, "--"+f.Name)
		}
	})
	if len(others) > 0 {
		return nil, nil, usageOf("report", "--report answers by the rules and options of that run; leave out %s",
			strings.Join(others, ", "))
	}
	r, err := readReport(cmd.Context(), c.report)
	if err != nil {
		return nil, nil, err
	}
	d, err := deciderOf(r)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", c.report, err)
	}
	notes := notesOf(r)
	if len(settings.fromFile) > 0 {
		notes = append(notes,
			fmt.Sprintf("what %s says does not count: the run's own options do", settings.config.Path))
	}
	return d, notes, nil
}

// readReport reads a report that must be whole.
func readReport(ctx context.Context, path string) (*report.Report, error) {
	file, err := openStored(ctx, path, nil)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	r, err := report.Read(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

// deciderOf decides as the run of a report did.
func deciderOf(r *report.Report) (*decider, error) {
	how, err := r.Deciding()
	if err != nil {
		return nil, err
	}
	d := &listrun.Decider{
		Plan:    listrun.Plan{Message: how.Message, At: r.At, Confidence: how.Confidence},
		Options: how.Filter, MaxRuleAge: 90 * 24 * time.Hour,
	}
	if d.Set, err = r.RuleSet(); err != nil {
		return nil, err
	}
	return &decider{Decider: d, settings: &settings{}}, d.Compile()
}

// notesOf says how the answer can differ from the run's.
func notesOf(r *report.Report) []string {
	notes := []string{fmt.Sprintf("as decided on %s by listgate %s for %s, with the rules of that run (%s)",
		ruleview.ToMinute(r.Created), r.Listgate,
		strings.Join(r.Categories, " and "), r.Rules.Revision)}
	note := func(holds bool, format string, args ...any) {
		if holds {
			notes = append(notes, fmt.Sprintf(format, args...))
		}
	}
	note(r.NumberingPlan != filter.NumberingPlan(),
		"the run used the numbering plan %s, this listgate has %s: the country of a number may be another",
		r.NumberingPlan, filter.NumberingPlan())
	note(r.Options.RegionColumn != "",
		"the run read national numbers by the country in column %q of their row, this answer by the default region alone", r.Options.RegionColumn)
	note(r.Options.Suppress.Name != "", "the run also dropped the numbers in %s", r.Options.Suppress.Name)
	note(r.Options.Dedupe, "the run also dropped numbers that stood in an earlier row")
	note(len(r.Options.Require) > 0, "the run also dropped rows without %s", strings.Join(r.Options.Require, ", "))
	return notes
}

// explain prints all that is known of a number.
func (r *decider) explain(w io.Writer, number string) {
	e := r.Filter.Explain(number)
	verdict := "dropped"
	if e.Decision.Kept() {
		verdict = "kept"
	}
	printable.Fprintf(w, "%s\n  %s: %s (%s)\n", number, verdict, e.Decision.Reason, wording.Reason(e.Decision.Reason))
	printable.Fprintf(w, "  %s messages, planned for %s\n", r.Message, r.At.Format("2006-01-02 15:04 MST"))
	if e.Decision.Reason == filter.Sighted {
		r.printSighted(w, "  ", e.Decision.Regions.String())
	}
	for _, note := range e.Notes {
		printable.Fprintf(w, "  note: %s\n", note)
	}
	for _, reading := range e.Readings {
		r.explainReading(w, reading)
	}
}

func (r *decider) explainReading(w io.Writer, x filter.ExplainedReading) {
	state := "counts"
	switch {
	case x.Counts:
	case x.Reason == filter.Undecided:
		state = "does not count: another reading goes first"
	default:
		state = "does not count: " + wording.Reason(x.Reason)
	}
	printable.Fprintf(w, "\n  read as %s: +%s, %s\n", strings.ReplaceAll(x.Reading.String(), "_", " "), x.E164, state)
	ruleview.WriteRegions(w, r.Policy, r.Set.Sender(), x)
	if x.Legacy {
		printable.Fprintf(w,
			"    a form that WhatsApp accounts keep from an older numbering plan: it counts as possible\n")
	}
	printable.Fprintf(w, "    phone library: %s\n", askLibrary("+"+x.E164))
}
