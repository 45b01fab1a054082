package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/rules"
)

// diffCommand is "listgate rules diff".
type diffCommand struct {
	decisionFlags
	listFlags
	list string
	json bool
}

func newRulesDiffCommand() *cobra.Command {
	c := &diffCommand{}
	cmd := &cobra.Command{
		Use:   "diff [flags] OLD NEW",
		Short: "Say which countries other rules decide otherwise, and how many recipients of a list",
		Long: `diff compares what two states of rules make of each country, and of each number prefix that a rule names. It prints those
that are decided otherwise, with the rule on both sides, now (or at --at) and from each later day on which either side
begins or ends something. OLD and NEW are rule files, folders of them, reports (the rules of that run), or the word
shipped. A category that one side does not have in files of its own has the shipped rules there.

With --list it also says how many recipients of a list would newly be dropped, or kept, by country and rule.

Exit status: 0 whether or not there are differences; 2 usage; 3 a file could not be read, or is refused.`,
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

// addTo adds those of the flags that say how numbers are decided and lists are read that a comparison needs.
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
	take("category", "compare only this `category`; repeatable (default: those of the files)")
	take("message", "compare only this `kind` of message (default: all; for the list marketing)")
	f.Lookup("message").DefValue, c.Message = "", ""
	take("at", "…")
	take("confidence", "…")
	f.StringVar(&c.list, "list", "", "a recipient list, a `file`, to count its recipients who are decided otherwise")
	for _, name := range []string{
		"default-region", "bare", "validity", "column", "delimiter", "no-header", "sheet", "region-column", "jobs",
	} {
		take(name, "of the list: …")
	}
	f.BoolVar(&c.json, "json", false, "print one JSON document")
	addAccountFlag(cmd, "whose categories are compared, with its permissions and its default region; a report has its own")
	complete(cmd, "message", "marketing", "utility", "authentication", "service")
	complete(cmd, "confidence", "low", "medium", "high")
}

func (c *diffCommand) run(cmd *cobra.Command, args []string) error {
	d := &rulesDiff{Old: args[0], New: args[1], Categories: []categoryDiff{}}
	if err := c.parseInto(d); err != nil {
		return err
	}
	var sides [2]rulesSide
	for i, name := range args {
		var err error
		if sides[i], err = c.readSide(cmd.Context(), name); err != nil {
			return err
		}
	}
	names := c.Categories
	if len(names) == 0 {
		names = slices.Concat(sides[0].categories, sides[1].categories)
		slices.Sort(names)
		names = slices.Compact(names)
	}
	if len(names) == 0 {
		return usagef("neither side has files of its own; name the categories to compare with --category")
	}
	for _, name := range names {
		compared, err := d.compare(name, sides[0], sides[1])
		if err != nil {
			return err
		}
		if !compared.InOld && !compared.InNew {
			return usagef("--category: neither %s nor %s has a category %q; listgate rules list shows the shipped ones", args[0], args[1], name)
		}
		d.Categories = append(d.Categories, compared)
	}
	if c.list != "" {
		var err error
		if d.List, err = c.countList(cmd.Context(), d, names, sides); err != nil {
			return err
		}
	}
	if c.json {
		return printDocument(cmd.OutOrStdout(), d)
	}
	return d.print(cmd.OutOrStdout())
}

// parseInto reads the flags that say what is compared.
func (c *diffCommand) parseInto(d *rulesDiff) error {
	d.messages = []rules.Message{rules.Marketing, rules.Utility, rules.Authentication, rules.Service}
	one := c.Message != ""
	if !one {
		c.Message = rules.Marketing.String()
	}
	parsed, err := c.DecisionOptions.Parse(time.Now())
	if err != nil {
		return usage(err)
	}
	if one {
		d.messages = []rules.Message{parsed.Message}
	}
	d.At, d.Confidence, d.bar = parsed.At, parsed.Confidence.String(), parsed.Confidence
	d.options, d.message = parsed.Options, parsed.Message
	return nil
}

// A rulesSide is one of the two states of rules.
type rulesSide struct {
	name       string
	options    rules.Options // but for the categories
	categories []string      // that it has files for
}

func (c *diffCommand) readSide(ctx context.Context, name string) (rulesSide, error) {
	side := rulesSide{name: name, options: rules.Options{Permissions: settingsOf(ctx).named().Permissions}}
	if name == "shipped" {
		return side, nil
	}
	if isReport(name) {
		r, err := readReport(ctx, name)
		if err != nil {
			return side, err
		}
		if side.options, err = r.RuleOptions(); err != nil {
			return side, fmt.Errorf("%s: %w", name, err)
		}
		side.categories = r.Categories
		return side, nil
	}
	side.options.Paths = []string{name}
	files, err := rules.List(name)
	if err != nil {
		return side, err
	}
	for _, f := range files {
		if !f.Shipped {
			side.categories = append(side.categories, f.Name)
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

// load returns the rules of a side for categories, platform among them. known is false if it has none of that name.
func (side rulesSide) load(categories ...string) (set *rules.Set, known bool, err error) {
	o := side.options
	o.Categories = slices.DeleteFunc(slices.Clone(categories), func(name string) bool { return name == "platform" })
	if len(o.Categories) == 0 {
		o.Categories = []string{"general"}
		if len(o.Texts) > 0 { // of a report, which holds the files that decided and no others
			o.Categories = side.categories
		}
	}
	set, err = rules.Load(o)
	if _, unknown := errors.AsType[*rules.UnknownCategoryError](err); unknown {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("%s: %w", side.name, err)
	}
	return set, true, nil
}

// countList counts who of the list is decided otherwise.
func (c *diffCommand) countList(ctx context.Context, d *rulesDiff, names []string, sides [2]rulesSide) (*listDiff, error) {
	names = slices.DeleteFunc(slices.Clone(names), func(name string) bool { return name == "platform" })
	if len(names) > 1 && len(c.Categories) == 0 {
		return nil, usagef("--list: the files are of several categories (%s); name those of the list's sender with --category", strings.Join(names, ", "))
	}
	var filters [2]*filter.Filter
	for i, side := range sides {
		set, known, err := side.load(names...)
		if err != nil {
			return nil, err
		}
		if !known {
			return nil, usagef("--list: %s has no category %s", side.name, strings.Join(names, ", "))
		}
		if filters[i], err = filter.New(set.Compile(d.message, d.At, d.bar), d.options); err != nil {
			return nil, usagef("--default-region: %w", err)
		}
	}
	options, err := c.ListOptions.Parse()
	if err != nil {
		return nil, usage(err)
	}
	l := &listCounter{name: c.list, sheet: c.Sheet, options: options, old: filters[0], new: filters[1]}
	counted, err := l.count(ctx)
	if err != nil {
		return nil, err
	}
	counted.Message = d.message.String()
	return counted, nil
}
