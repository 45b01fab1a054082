package main

import (
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/listgate/listgate/cmd/listgate/internal/ruleview"
	"github.com/listgate/listgate/internal/printable"
	"github.com/listgate/listgate/rules"
)

// showCommand is "listgate rules show".
type showCommand struct {
	settings *settings
	policyFlags
	store   gateFlags
	regions []string
	json    bool
}

func newRulesShowCommand(s *settings) *cobra.Command {
	c := &showCommand{settings: s}
	cmd := &cobra.Command{
		Use:   "show NAME",
		Short: "Show what a category's rules make of each country, and why",
		Long: `show prints what becomes of each country, and of each number prefix that a rule names, under the
rules of platform and of a category: the decision, the rule, how sure it is and its source. Then
it prints the category's own entries whole. show platform prints what platform alone says, which
holds for every category.

With --account, and only then, it also shows where the account met error 130497, and proposes a
[[deny]] for each country in which three accounts of the category did. It applies none.

A country may be decided otherwise for another kind of message or at another time; see --message
and --at.`,
		Example: `  listgate rules show alcohol
  listgate rules show alcohol --region IN --region BR --message utility --json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("name one category; listgate rules list shows them")
			}
			return nil
		},
		RunE: c.run,
	}
	c.policyFlags.addTo(cmd)
	f := cmd.Flags()
	f.StringArrayVar(&c.regions, "region", nil, "show only this `COUNTRY`, as ISO code: IN; repeatable")
	f.BoolVar(&c.json, "json", false, "print one JSON document")
	_ = cmd.RegisterFlagCompletionFunc("region", completeRegion)
	addAccountFlag(cmd, "to count its permissions, and to show its sightings of error 130497, too")
	c.store.addStoreTo(cmd)
	return cmd
}

func (c *showCommand) run(cmd *cobra.Command, args []string) error {
	plan, err := c.Plan(time.Now())
	if err != nil {
		return usage(err)
	}
	s := &ruleview.Table{Plan: plan}
	for _, code := range c.regions {
		if _, err := rules.ParseRegion(code); err != nil {
			return optionf("region", "%w", err)
		}
	}
	if s.File, err = findCategory(args[0], c.Rules); err != nil {
		return err
	}
	settings := c.settings
	if err := s.Load(c.Rules,
		rules.Sender{BusinessCountry: plan.BusinessCountry,
			Permissions: settings.namedAccount().Permissions}); err != nil {
		return err
	}
	if err := settings.refuseIdleRules(s.Set); err != nil {
		return err
	}
	if len(c.regions) > 0 {
		s.Rows = slices.DeleteFunc(s.Rows,
			func(row ruleview.CountryRow) bool { return !slices.Contains(c.regions, row.Region) })
	}
	account, err := readAccount(cmd.Context(), c.settings, cmd.ErrOrStderr(), s.File, c.Rules, &c.store)
	if err != nil {
		return err
	}
	if account != nil {
		s.Account = account
	}
	out := cmd.OutOrStdout()
	if c.json {
		return printDocument(out, s.Document())
	}
	ruleview.WriteHead(out, s.File)
	printable.Fprintf(out, "  %s messages, planned for %s; an allow counts from confidence %s upwards\n\n", s.Message,
		ruleview.ToMinute(s.At), s.Confidence)
	if err := ruleview.WriteRows(out, s.Rows); err != nil {
		return err
	}
	if len(c.regions) == 0 {
		ruleview.WriteEntries(out, s.File)
	}
	if account != nil {
		account.print(out)
	}
	return nil
}

// findCategory returns the file that speaks for a category. Platform, which always decides, can be
// shown too.
func findCategory(name string, paths []string) (*rules.File, error) {
	files, err := rules.List(paths...)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if f.Name == name {
			return f, nil
		}
	}
	set, err := rules.Load(rules.Options{Paths: paths, Categories: []string{name}})
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if f.Name == set.Categories()[0] {
			return f, nil
		}
	}
	return nil, &rules.UnknownCategoryError{Name: name}
}
