package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/rules"
)

type explainCommand struct {
	deciding
	store gateFlags
}

func newExplainCommand() *cobra.Command {
	c := &explainCommand{}
	cmd := &cobra.Command{
		Use:   "explain --category NAME [flags] NUMBER…",
		Short: "Say why a number is kept or dropped: readings, countries, the rule and its source",
		Long: `explain decides numbers as filter does and says why: how the digits can be read, which countries they belong to, what
each rule file makes of them, from which source and how sure that is, and what the phone library says as a second opinion.

Exit status: 0 whatever the decisions; 2 usage; 3 a rule file could not be read.`,
		Example: `  listgate explain --category alcohol +17875550123
  listgate explain -c general --default-region IN "098765 43210"`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("name a number; put it in quotes if it holds spaces")
			}
			return nil
		},
		RunE: c.run,
	}
	c.deciding.addTo(cmd)
	c.store.addStoreTo(cmd)
	return cmd
}

func (c *explainCommand) run(cmd *cobra.Command, args []string) error {
	d, err := c.deciding.load(cmd.Context(), time.Now())
	if err != nil {
		return err
	}
	if err := d.sightOf(cmd.Context(), &c.store, cmd.ErrOrStderr()); err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	for i, number := range args {
		if i > 0 {
			fmt.Fprintln(out)
		}
		d.explain(out, number)
	}
	printWarnings(cmd.ErrOrStderr(), d.warnings())
	return nil
}

// explain prints all that is known of a number.
func (r *decider) explain(w io.Writer, number string) {
	e := r.filter.Explain(number)
	verdict := "dropped"
	if e.Decision.Kept() {
		verdict = "kept"
	}
	fmt.Fprintf(w, "%s\n  %s: %s (%s)\n", number, verdict, e.Decision.Reason, meanings[e.Decision.Reason])
	fmt.Fprintf(w, "  %s messages, planned for %s\n", r.message, r.at.Format("2006-01-02 15:04 MST"))
	if e.Decision.Reason == filter.Sighted {
		r.printSighted(w, "  ", e.Decision.Regions.String())
	}
	for _, note := range e.Notes {
		fmt.Fprintf(w, "  note: %s\n", note)
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
		state = "does not count: " + meanings[x.Reason]
	}
	fmt.Fprintf(w, "\n  read as %s: +%s, %s\n", strings.ReplaceAll(x.Reading.String(), "_", " "), x.E164, state)
	if len(x.Regions) > 1 {
		r.explainSet(w, x)
	} else {
		r.explainRegions(w, x)
	}
	if x.Legacy {
		fmt.Fprintf(w, "    a form that WhatsApp accounts keep from an older numbering plan: it counts as possible\n")
	}
	fmt.Fprintf(w, "    phone library: %s\n", askLibrary("+"+x.E164))
}

func (r *decider) explainRegions(w io.Writer, x filter.ExplainedReading) {
	for _, region := range x.Regions {
		fmt.Fprintf(w, "    country: %s (%s)\n", region.Name(), region)
		if x.Counts {
			for _, verdict := range r.policy.JudgeEach(region, x.E164) {
				explainVerdict(w, verdict)
			}
		}
	}
}

// explainSet says in short what becomes of each country that a number may belong to.
func (r *decider) explainSet(w io.Writer, x filter.ExplainedReading) {
	fmt.Fprintf(w, "    country: the numbering plan cannot tell; it is kept only if all of these are allowed\n")
	byVerdict := map[string][]string{}
	for _, region := range x.Regions {
		v := r.policy.Judge(region, x.E164)
		says := v.Outcome.String()
		if v.Rule() != "" {
			says += " by " + v.Rule()
		}
		byVerdict[says] = append(byVerdict[says], fmt.Sprintf("%s (%s)", region.Name(), region))
	}
	for _, says := range slices.Sorted(maps.Keys(byVerdict)) {
		fmt.Fprintf(w, "      %s: %s\n", says, strings.Join(byVerdict[says], ", "))
	}
}

func explainVerdict(w io.Writer, v rules.Verdict) {
	fmt.Fprintf(w, "      %s: %s", v.File.Name, v.Outcome)
	switch {
	case v.Entry != nil:
		fmt.Fprintf(w, " by %s\n", v.Entry.ID)
		explainEntry(w, v.Entry)
	default:
		fmt.Fprintf(w, " by its default (no entry that counts names this country)\n        as of: %s\n        source: %s\n",
			v.File.AsOf.Format(time.DateOnly), v.File.Source)
		if v.Outcome == rules.Unlisted {
			fmt.Fprintf(w, "        this file is not the policy's whole list; listgate rules init %s completes it\n", v.File.Name)
		}
	}
	if v.LowerBar {
		fmt.Fprintf(w, "        would be kept with --confidence low\n")
	}
	for _, entry := range v.Uncounted {
		why := "its confidence is below the bar"
		if entry.RequiresPermission {
			why = "it needs a [[permission]] of Meta's for this country, in your rule file"
		}
		fmt.Fprintf(w, "      %s: %s does not count: %s\n", v.File.Name, entry.ID, why)
		explainEntry(w, entry)
	}
	for _, entry := range v.Warned {
		fmt.Fprintf(w, "      %s: warning by %s\n", v.File.Name, entry.ID)
		explainEntry(w, entry)
	}
}

func explainEntry(w io.Writer, e *rules.Entry) {
	if e.Reason != "" {
		fmt.Fprintf(w, "        reason: %s\n", e.Reason)
	}
	fmt.Fprintf(w, "        source: %s\n        confidence: %s, file: %s:%d, as of %s\n", e.Source, e.Confidence, e.File.Path, e.Line,
		e.File.AsOf.Format(time.DateOnly))
	if e.Code != 0 && e.Kind != rules.Allow {
		fmt.Fprintf(w, "        error it prevents: %d\n", e.Code)
	}
}
