package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/listgate/listgate/cmd/listgate/internal/ruleview"
	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/internal/listrun"
	"github.com/listgate/listgate/rules"
)

// diffCommand is "listgate rules diff".
type diffCommand struct {
	settings *settings
	decisionFlags
	listFlags
	list string
	json bool
}

func newRulesDiffCommand(s *settings) *cobra.Command {
	c := &diffCommand{settings: s}
	cmd := &cobra.Command{
		Use:   "diff [flags] OLD NEW",
		Short: "Say which countries other rules decide otherwise, and how many recipients of a list",
		Long: `diff compares what two states of rules make of each country, and of each number prefix that a rule
names. It prints those that are decided otherwise, with the rule on both sides, now (or at --at)
and from each later day on which either side begins or ends something. OLD and NEW are rule files,
folders of them, reports (the rules of that run), or the word shipped. A category that one side
does not have in files of its own has the shipped rules there.

With --list it also says how many recipients of a list would newly be dropped, or kept, by country
and rule.

Exit status: 0 whether or not there are differences; 2 usage; 3 a file could not be read, or is
refused.`,
		Example: `  listgate rules diff shipped alcohol.toml --list list.csv
  git show main:rules/alcohol.toml >old.toml; listgate rules diff old.toml rules/alcohol.toml --message marketing`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usagef("name two states of rules, OLD and NEW: files, folders, reports, or the word shipped")
			}
			return nil
		},
		RunE: c.run,
	}
	c.addTo(cmd)
	return cmd
}

// addTo adds those of the flags that say how numbers are decided and lists are read that a
// comparison needs.
func (c *diffCommand) addTo(cmd *cobra.Command) {
	all := &cobra.Command{}
	c.decisionFlags.addTo(all)
	c.listFlags.addTo(all)
	take := func(name, usage string) {
		f := all.Flags().Lookup(name)
		f.Usage = strings.Replace(usage, "…", f.Usage, 1)
		cmd.Flags().AddFlag(f)
	}
	f := cmd.Flags()
	f.SortFlags = false
	take("category", "compare only this `CATEGORY`; repeatable (default: those of the files)")
	take("message", "compare only this `KIND` of message (default: all; for the list marketing)")
	f.Lookup("message").DefValue, c.Message = "", ""
	take("at", "…")
	take("confidence", "…")
	take("business-country", "…; a report has its own")
	f.StringVar(&c.list, "list", "", "a recipient list, a `FILE`, to count its recipients who are decided otherwise")
	for _, name := range []string{
		"default-region", "bare", "validity", "column", "delimiter", "no-header", "sheet", "region-column", "jobs",
	} {
		take(name, "of the list: …")
	}
	f.BoolVar(&c.json, "json", false, "print one JSON document")
	addAccountFlag(cmd,
		"whose categories are compared, with its permissions and its default region; a report has its own")
	complete(cmd, "message", "marketing", "utility", "authentication", "service")
	complete(cmd, "confidence", "low", "medium", "high")
}

func (c *diffCommand) run(cmd *cobra.Command, args []string) error {
	d := &ruleview.Diff{Old: args[0], New: args[1], Categories: []ruleview.CategoryDiff{}}
	decides, err := c.parseInto(d)
	if err != nil {
		return err
	}
	var sides [2]ruleview.Side
	for i, name := range args {
		if sides[i], err = c.readSide(cmd.Context(), name, decides.BusinessCountry); err != nil {
			return err
		}
	}
	names := c.Categories
	if len(names) == 0 {
		names = slices.Concat(sides[0].Categories, sides[1].Categories)
		slices.Sort(names)
		names = slices.Compact(names)
	}
	if len(names) == 0 {
		return usagef("neither side has files of its own; name the categories to compare with --category")
	}
	for _, name := range names {
		compared, err := d.Compare(name, sides[0], sides[1])
		if err != nil {
			return err
		}
		if !compared.InOld && !compared.InNew {
			return optionf("category",
				"neither %s nor %s has a category %q; listgate rules list shows the shipped ones", args[0],
				args[1], name)
		}
		d.Categories = append(d.Categories, compared)
	}
	if c.list != "" {
		if d.List, err = c.countList(cmd.Context(), decides, names, sides); err != nil {
			return err
		}
	}
	if c.json {
		return printDocument(cmd.OutOrStdout(), d)
	}
	return d.Write(cmd.OutOrStdout())
}

// parseInto reads the flags that say what is compared. It returns what decides the rows of a list,
// but for the rules.
func (c *diffCommand) parseInto(d *ruleview.Diff) (listrun.Decider, error) {
	d.Messages = []rules.Message{rules.Marketing, rules.Utility, rules.Authentication, rules.Service}
	one := c.Message != ""
	if !one {
		c.Message = rules.Marketing.String()
	}
	parsed, err := c.DecisionOptions.Parse(time.Now())
	if err != nil {
		return parsed, usage(err)
	}
	if one {
		d.Messages = []rules.Message{parsed.Message}
	}
	d.At, d.Confidence, d.Bar = parsed.At, parsed.Confidence.String(), parsed.Confidence
	return parsed, nil
}

func (c *diffCommand) readSide(ctx context.Context, name string, business rules.Region) (ruleview.Side, error) {
	sender := rules.Sender{BusinessCountry: business, Permissions: c.settings.namedAccount().Permissions}
	side := ruleview.Side{Name: name, Options: rules.Options{Sender: sender}}
	if name == "shipped" {
		return side, nil
	}
	if isReport(name) {
		r, err := readReport(ctx, name)
		if err != nil {
			return side, err
		}
		if side.Options, err = r.RuleOptions(); err != nil {
			return side, fmt.Errorf("%s: %w", name, err)
		}
		side.Categories = r.Categories
		return side, nil
	}
	side.Options.Paths = []string{name}
	files, err := rules.List(name)
	if err != nil {
		return side, err
	}
	for _, f := range files {
		if !f.Shipped {
			side.Categories = append(side.Categories, f.Name)
		}
	}
	return side, nil
}

// isReport reports whether a file holds JSON.
func isReport(path string) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	var first [1]byte
	n, _ := file.Read(first[:])
	return n == 1 && first[0] == '{'
}

// countList counts who of the list is decided otherwise.
func (c *diffCommand) countList(ctx context.Context, decides listrun.Decider, names []string,
	sides [2]ruleview.Side) (*ruleview.ListDiff, error) {
	names = slices.DeleteFunc(slices.Clone(names), ruleview.IsAlways)
	if len(names) > 1 && len(c.Categories) == 0 {
		return nil,
			optionf("list", "the files are of several categories (%s); name those of the list's sender with --category",
				strings.Join(names, ", "))
	}
	var filters [2]*filter.Filter
	for i, side := range sides {
		set, known, err := side.Load(names...)
		if err != nil {
			return nil, err
		}
		if !known {
			return nil, optionf("list", "%s has no category %s", side.Name, strings.Join(names, ", "))
		}
		if filters[i], err = filter.New(set.Compile(decides.Message, decides.At, decides.Confidence),
			decides.Options); err != nil {
			return nil, optionf("default-region", "%w", err)
		}
	}
	options, err := c.ListOptions.Parse()
	if err != nil {
		return nil, usage(err)
	}
	l := &ruleview.ListCounter{Name: c.list, Sheet: c.Sheet, Options: options, Old: filters[0], New: filters[1]}
	counted, err := l.Count(ctx)
	if err != nil {
		return nil, err
	}
	counted.Message = decides.Message.String()
	return counted, nil
}
