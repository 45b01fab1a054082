package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/listgate/listgate/filter/ruletest"
	"github.com/listgate/listgate/internal/printable"
	"github.com/listgate/listgate/internal/strict"
	"github.com/listgate/listgate/internal/wording"
	"github.com/listgate/listgate/rules"
)

// lintCommand is "listgate rules lint".
type lintCommand struct {
	maxRuleAge int
	json       bool
}

func newRulesLintCommand() *cobra.Command {
	c := &lintCommand{}
	cmd := &cobra.Command{
		Use:   "lint [flags] [FILE|FOLDER…]",
		Short: "Find what is wrong in rule files, and what is likely not meant",
		Long: `lint reads your rule files, or the shipped ones if none is named, and prints everything at once as
file:line: message.
  - All for which a run would refuse a file: unknown keys, regions, types, ids that stand twice, lifts of nothing, …
  - What is understood and likely not meant: an entry, lift or permission that is over, an allow that a deny of yours, of
    the file that you extend or of platform outweighs, or whose file keeps every country anyway, a permission that no entry
    asks for, a region or prefix that stands twice (DE beside EU, +1200 beside +1), a prefix that no number of a country
    begins with, a source that is neither an address nor the name of a document, facts that were last read long ago or are
    still to be read, a category spelt almost like a shipped one, or that is one and extends another. An entry that is over
    may stay if a [[test]] is about a day when it held. An allow of low confidence is fine: it counts with --confidence low.
    So is a country that one category allows and another denies: they meet only in a run for both.
  - Each [[test]] that comes to another reason than it expects. Its number is not printed.

Exit status: 0 nothing found; 1 only what is likely not meant, or a failed test; 2 usage; 3 a file
that a run would refuse, or that cannot be read.`,
		Example: `  listgate rules lint
  listgate rules lint rules/ alcohol.toml --json`,
		RunE: c.run,
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.IntVar(&c.maxRuleAge, "max-rule-age", 90, "find a file whose facts were read more than this many `DAYS` ago")
	f.BoolVar(&c.json, "json", false, "print one JSON document")
	return cmd
}

// mostFindings is how many findings are printed for people.
const mostFindings = 50

// A lintFinding is one line of the answer.
type lintFinding struct {
	File    string `json:"file"`
	Line    int    `json:"line"` // 0: the file as a whole
	Message string `json:"message"`
	Refused bool   `json:"refused"` // a run would refuse the file
}

func (c *lintCommand) run(cmd *cobra.Command, paths []string) error {
	if c.maxRuleAge < 1 {
		return optionf("max-rule-age", "%d days; it is 1 or more", c.maxRuleAge)
	}
	found, refused := rules.Lint(time.Now(), time.Duration(c.maxRuleAge)*24*time.Hour, paths...)
	tests := 0
	if len(refused) == 0 {
		ran, failures, err := ruletest.Run(paths...)
		if err != nil {
			return err
		}
		idle, err := ruletest.IdlePrefixes(paths...)
		if err != nil {
			return err
		}
		tests, found = ran, append(append(found, failures...), idle...)
	}
	findings := []lintFinding{}
	for _, e := range found {
		findings = append(findings, lintFinding{e.File, e.Line, e.Err.Error(), false})
	}
	problems := int64(len(refused))
	for _, e := range refused {
		if more, ok := errors.AsType[strict.MoreProblems](e.Err); ok {
			problems += int64(more) - 1
		}
		findings = append(findings, lintFinding{e.File, e.Line, e.Err.Error(), true})
	}
	for i, f := range findings {
		if isNumber(f.File) { // that is what was given in place of a file
			findings[i].File, findings[i].Message = hidden, hideNumbers(f.Message, []string{f.File})
		}
	}
	slices.SortStableFunc(findings,
		func(a, b lintFinding) int { return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line)) })
	if err := c.print(cmd.OutOrStdout(), findings, tests); err != nil {
		return err
	}
	talk := cmd.ErrOrStderr()
	switch {
	case len(refused) > 0:
		printable.Fprintf(talk, "%s for which a run refuses the files, %s; no [[test]] was run\n",
			wording.Count(problems, "problem"), wording.Count(int64(len(found)), "finding"))
		return exitStatus(exitNotDone)
	case len(found) > 0:
		printable.Fprintf(talk, "%s; %s run\n", wording.Count(int64(len(found)), "finding"),
			wording.Count(int64(tests), "test"))
		return errFindings
	}
	printable.Fprintf(talk, "nothing found; %s run\n", wording.Count(int64(tests), "test"))
	return nil
}

func (c *lintCommand) print(w io.Writer, findings []lintFinding, tests int) error {
	if c.json {
		return printDocument(w, struct {
			Findings []lintFinding `json:"findings"`
			Tests    int           `json:"tests"`
		}{findings, tests})
	}
	for i, f := range findings {
		if i == mostFindings {
			_, err := printable.Fprintf(w, "and %d more; --json prints them all\n", len(findings)-i)
			return err
		}
		place := f.File
		if f.Line > 0 {
			place = fmt.Sprintf("%s:%d", f.File, f.Line)
		}
		if _, err := printable.Fprintf(w, "%s: %s\n", place, f.Message); err != nil {
			return err
		}
	}
	return nil
}
