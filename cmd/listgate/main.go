// Command listgate filters recipient lists of WhatsApp campaigns: it drops recipients in countries
// where the sender's business category may not message. See listgate help.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/listgate/listgate/cmd/listgate/internal/outfile"
	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/internal/listrun"
	"github.com/listgate/listgate/internal/printable"
	"github.com/listgate/listgate/internal/redact"
	"github.com/listgate/listgate/internal/wording"
	"github.com/listgate/listgate/listfile"
	"github.com/listgate/listgate/rules"
)

// Exit statuses. Scripts rely on them.
const (
	exitDone     = 0 // the whole input was read and every output is complete
	exitFindings = 1 // more rows dropped than allowed, or nothing kept; not the list that was filtered
	exitUsage    = 2 // flags, unknown command, category or region, no phone column or two, output over input
	exitNotDone  = 3 // anything wrong in a file, a write error, state unknown, interrupted; nothing was published
	exitHalted   = 4 // halted by the gate
)

func main() {
	// A pipe that breaks is a write error like any other, and what is half-written is cleaned up:
	// it does not end the process.
	signal.Ignore(syscall.SIGPIPE)
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run executes one command line and returns the exit status.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	s := &settings{args: args}
	ctx, stop := untilInterrupted(context.Background(), &s.cleaner, stderr, endingSignals(args)...)
	defer stop()
	root := newRoot(s)
	root.SetArgs(args)
	root.SetIn(stdin)
	out := newStandardOutput(stdout)
	root.SetOut(out)
	root.SetErr(printable.NewWriter(stderr))
	cmd, err := root.ExecuteContextC(ctx)
	err = s.attribute(err)
	if out.readerGone() && leftIn(err) == nil {
		return exitNotDone
	}
	if err == nil {
		err = out.failed()
	}
	if err == nil {
		return exitDone
	}
	talk := printable.NewWriter(stderr)
	if errors.Is(err, context.Canceled) && cmd.HasParent() && cmd.Parent().Name() == "gate" {
		printable.Fprintln(talk, "listgate: interrupted; what stands in the journal now, listgate gate log tells")
	} else {
		var said strings.Builder
		printError(&said, err, s)
		fmt.Fprint(talk, hideNumbers(said.String(), args))
	}
	return statusOf(err)
}

func printError(w io.Writer, err error, s *settings) {
	var (
		inRules rules.Errors
		halted  *gate.HaltedError
		status  exitStatus
	)
	switch {
	case errors.Is(err, errFindings), errors.Is(err, errHalted), errors.As(err, &status):
	case errors.As(err, &halted):
		printHalted(w, halted, s.support(halted.State.WABA))
	case errors.Is(err, context.Canceled):
		printInterrupted(w, leftIn(err))
	case errors.As(err, &inRules):
		printable.Fprintf(w, "listgate: refused, %s:\n", wording.Count(int64(len(inRules)), "problem"))
		for _, problem := range inRules {
			printable.Fprintln(w, printable.Line(problem.Error()))
		}
	default:
		for _, line := range linesOf(err) {
			printable.Fprintf(w, "listgate: %s\n", line)
		}
	}
}

// leftIn returns the part of an error that names what could not be taken back, nil if there is
// none.
func leftIn(err error) (left error) {
	if one, ok := err.(*outfile.LeftError); ok {
		return one
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, one := range joined.Unwrap() {
			left = errors.Join(left, leftIn(one))
		}
	}
	return left
}

// linesOf returns a line for each of the errors that were joined. What was given to us stands in
// them, and adds none.
func linesOf(err error) (lines []string) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, one := range joined.Unwrap() {
			lines = append(lines, linesOf(one)...)
		}
		return lines
	}
	return []string{printable.Line(err.Error())}
}

func newRoot(s *settings) *cobra.Command {
	root := &cobra.Command{
		Use:   "listgate",
		Short: "Drop recipients who may not be messaged before a WhatsApp campaign goes out",
		Long: `listgate reads a recipient list, finds out which country each number belongs to, and drops the
numbers that the rules of the sender's business category do not allow (this prevents error
130497). A recipient is kept only when it is known that they may be messaged, and nothing is lost:
each row comes out once, kept or dropped with a reason.

Exit status:
  0  the whole input was read and every output is complete
  1  more rows dropped than allowed, or nothing kept (filter, check); verify: not the filtered list, or too old;
     rules lint: findings
  2  usage: flags, an unknown command, category or region, no phone column or two, an output that is also an input
  3  not done: anything wrong in a file, a write error, a gate's state unknown, interrupted; nothing was published.
     Without a word: whoever read standard output has gone, as head does
  4  halted by the gate`,
		Example:                    "  listgate filter --category general list.csv",
		SilenceUsage:               true,
		SilenceErrors:              true,
		Args:                       cobra.ArbitraryArgs,
		RunE:                       needsCommand,
		PersistentPreRunE:          func(cmd *cobra.Command, _ []string) error { return s.load(cmd) },
		SuggestionsMinimumDistance: 2,
		CompletionOptions:          cobra.CompletionOptions{HiddenDefaultCmd: false},
	}
	root.PersistentFlags().String("config", "",
		"`FILE` with accounts and defaults for flags, none for none (default: the nearest listgate.toml in this folder or above)")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage(err) })
	root.AddCommand(newFilterCommand(s), newCheckCommand(s), newVerifyCommand(s), newExplainCommand(s),
		newDecideCommand(s), newRulesCommand(s))
	root.AddCommand(newGateCommand(s), newServeCommand(s), newConfigCommand(s), newCleanCommand(), newVersionCommand())
	return root
}

// needsCommand answers a command that only has subcommands: help and status 0 would read as "all is
// well" to a script.
func needsCommand(cmd *cobra.Command, args []string) error {
	path := cmd.CommandPath()
	if len(args) == 0 {
		return usagef("%s needs a command; see %s --help", path, path)
	}
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		return usagef("unknown command %s; did you mean %q?", redact.Quote(args[0]), near[0])
	}
	return usagef("unknown command %s; see %s --help", redact.Quote(args[0]), path)
}

// A usageError is a mistake in the command line.
type usageError struct {
	error
	flag string // that cannot be used so, by its name; empty if no single one is wrong
}

func (e usageError) Unwrap() error { return e.error }

func usage(err error) error { return usageError{error: err} }

func usagef(format string, args ...any) error { return usageError{error: fmt.Errorf(format, args...)} }

// usageOf is usagef for a mistake that is in the use of one flag, not in its value.
func usageOf(flag, format string, args ...any) error {
	return usageError{error: fmt.Errorf(format, args...), flag: flag}
}

// optionf is usagef for a mistake in the value of one flag: "--flag: " and what is wrong.
func optionf(flag, format string, args ...any) error {
	return usage(listrun.OptionErrorf(flag, format, args...))
}

// An exitStatus ends a command that told already why.
type exitStatus int

func (s exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// errFindings ends a command whose work is done and whose answer is no. What was found is on stderr
// already.
var errFindings = errors.New("findings")

// statusOf returns the exit status that an error means.
func statusOf(err error) int {
	var (
		badUsage usageError
		category *rules.UnknownCategoryError
		column   *filter.ColumnError
		sheet    *listfile.SheetError
		option   *listrun.OptionError
		halted   *gate.HaltedError
		status   exitStatus
		inFile   rules.Errors
	)
	switch {
	case errors.As(err, &status):
		return int(status)
	case errors.Is(err, errHalted), errors.As(err, &halted):
		return exitHalted
	case errors.As(err, &inFile): // be it a category's name
		return exitNotDone
	case errors.Is(err, errFindings):
		return exitFindings
	case errors.As(err, &badUsage), errors.As(err, &category), errors.As(err, &column), errors.As(err, &sheet),
		errors.As(err, &option):
		return exitUsage
	}
	return exitNotDone
}
