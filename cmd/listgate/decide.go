package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/internal/infile"
	"github.com/listgate/listgate/internal/listrun"
	"github.com/listgate/listgate/rules"
)

// decideCommand is "listgate decide".
type decideCommand struct {
	settings *settings
	decisionFlags
	store       gateFlags
	format      string
	field       string
	chunkHeader bool
}

func newDecideCommand(s *settings) *cobra.Command {
	c := &decideCommand{settings: s}
	cmd := &cobra.Command{
		Use:   "decide --category NAME [flags]",
		Short: "Decide numbers on standard input, a line for a line",
		Long: `decide reads numbers from standard input, one a line, and answers each with a line on standard
output, in order: whether it is kept, the reason, the regions and the rule. It answers as soon as
the input pauses, so that a data engine can keep it running beside its own work. It follows its
rule files and the calendar, unless --at names a time.

  --format tsv   true|false, reason, regions (AG|US), rule, parted by tabs
  --format json  {"kept":false,"reason":"restricted","regions":["IN"],"rule":"alcohol-in"}

With --field the input is JSON, one object a line; the object comes out with the member
"listgate", which holds the answer. With --chunk-header each chunk of lines begins with a line
that says how many there are, as ClickHouse sends it.

A line that cannot be read is answered, too, as not_a_number. An empty line and \N are empty.

Exit status: 0 the input was answered to its end; 2 usage; 3 rules refused, a broken chunk, or a
write error.`,
		Example: `  cut -f 3 numbers.tsv | listgate decide -c alcohol
  jq -c . contacts.json | listgate decide -c alcohol --field phone | jq -c 'select(.listgate.kept)'`,
		Args: noArguments,
		RunE: c.run,
	}
	c.decisionFlags.addTo(cmd)
	c.store.addStoreTo(cmd)
	f := cmd.Flags()
	f.StringVar(&c.format, "format", "tsv", "`FORMAT` of the answers: tsv or json")
	f.StringVar(&c.field, "field", "", "read JSON objects, one a line; the number is in the member of this `NAME`")
	f.BoolVar(&c.chunkHeader, "chunk-header", false, "a line with their number comes before each chunk of lines")
	complete(cmd, "format", "tsv", "json")
	return cmd
}

func (c *decideCommand) run(cmd *cobra.Command, _ []string) error {
	if _, err := listrun.Choose("format", c.format, "tsv", "json"); err != nil {
		return usage(err)
	}
	if c.field != "" && c.settings.isTyped(cmd.Flags(), "format") && c.format == "tsv" {
		return usagef("--field answers with JSON objects; leave out --format tsv")
	}
	current, err := c.follow(cmd)
	if err != nil {
		return err
	}
	s := &lineDecider{filter: current, field: c.field, json: c.format == "json", chunked: c.chunkHeader,
		out: rowsTo(cmd.OutOrStdout())}
	return s.run(infile.Interruptible(cmd.Context(), cmd.InOrStdin()))
}

// follow returns what gives the filter that is in force now.
func (c *decideCommand) follow(cmd *cobra.Command) (current func() *filter.Filter, err error) {
	d, err := c.decisionFlags.load(c.settings, time.Now())
	if err != nil {
		return nil, err
	}
	if err := d.sightOf(cmd.Context(), &c.store, cmd.ErrOrStderr()); err != nil {
		return nil, err
	}
	printWarnings(cmd.ErrOrStderr(), d.Warnings())
	if c.At != "" {
		return func() *filter.Filter { return d.Filter }, nil
	}
	live, err := filter.NewLive(filter.LiveOptions{
		Rules:   rules.Options{Paths: c.Rules, Categories: c.Categories, Sender: d.Set.Sender()},
		Message: d.Message, Confidence: d.Confidence, Filter: d.Options,
		Notify: func(_ *rules.Set, problem error) { sayRulesChanged(cmd.ErrOrStderr(), problem) },
	})
	if err != nil {
		return nil, err
	}
	go live.Run(context.WithoutCancel(cmd.Context())) // ends with the process
	return live.Filter, nil
}

func sayRulesChanged(w io.Writer, problem error) {
	if problem != nil {
		fmt.Fprintf(w, "listgate: the rules changed and are not in force; those before still are: %v\n", problem)
		return
	}
	fmt.Fprintln(w, "listgate: other rules are in force now")
}
