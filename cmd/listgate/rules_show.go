package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/listgate/listgate/rules"
)

// showCommand is "listgate rules show".
type showCommand struct {
	policyFlags
	store   gateFlags
	regions []string
	json    bool
}

func newRulesShowCommand() *cobra.Command {
	c := &showCommand{}
	cmd := &cobra.Command{
		Use:   "show NAME",
		Short: "Show what a category's rules make of each country, and why",
		Long: `show prints what becomes of each country, and of each number prefix that a rule names, under the rules of platform and of
a category: the decision, the rule, how sure it is and its source. Then it prints the category's own entries whole.
show platform prints what platform alone says, which holds for every category.

With --account, and only then, it also shows where the account met error 130497, and proposes a [[deny]] for each country
in which three accounts of the category did. It applies none.

A country may be decided otherwise for another kind of message or at another time; see --message and --at.`,
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
	f.StringArrayVar(&c.regions, "region", nil, "show only this `country`, as ISO code: IN; repeatable")
	f.BoolVar(&c.json, "json", false, "print one JSON document")
	_ = cmd.RegisterFlagCompletionFunc("region", completeRegion)
	addAccountFlag(cmd, "to count its permissions, and to show its sightings of error 130497, too")
	c.store.addStoreTo(cmd)
	return cmd
}

// A shown is what rules show has to say.
type shown struct {
	file       *rules.File // speaks for the category
	set        *rules.Set
	message    rules.Message
	at         time.Time
	confidence rules.Confidence
	rows       []placeRow
	account    *accountDocument // nil without --account
}

func (c *showCommand) run(cmd *cobra.Command, args []string) error {
	plan, err := c.Plan(time.Now())
	if err != nil {
		return usage(err)
	}
	s := &shown{message: plan.Message, at: plan.At, confidence: plan.Confidence}
	for _, code := range c.regions {
		if _, err := rules.ParseRegion(code); err != nil {
			return usagef("--region: %w", err)
		}
	}
	if s.file, err = findCategory(args[0], c.Rules); err != nil {
		return err
	}
	if err := s.judge(c.Rules, settingsOf(cmd.Context()).named().Permissions); err != nil {
		return err
	}
	if len(c.regions) > 0 {
		s.rows = slices.DeleteFunc(s.rows, func(row placeRow) bool { return !slices.Contains(c.regions, row.Region) })
	}
	if s.account, err = readAccount(cmd.Context(), cmd.ErrOrStderr(), s.file, c.Rules, &c.store); err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	if c.json {
		return printDocument(out, s.document())
	}
	showTop(out, s.file)
	fmt.Fprintf(out, "  %s messages, planned for %s; an allow counts from confidence %s upwards\n\n", s.message, toMinute(s.at), s.confidence)
	if err := printRows(out, s.rows); err != nil {
		return err
	}
	if len(c.regions) == 0 {
		showEntries(out, s.file)
	}
	if s.account != nil {
		s.account.print(out)
	}
	return nil
}

// judge fills in the rows.
func (s *shown) judge(paths []string, permissions []rules.Permission) (err error) {
	category := s.file.Name
	if category == "platform" {
		category = "general"
	}
	if s.set, err = rules.Load(rules.Options{Paths: paths, Categories: []string{category}, Permissions: permissions}); err != nil {
		return err
	}
	policy := s.set.Compile(s.message, s.at, s.confidence)
	judge := judgeFor(s.file.Name, policy)
	for _, place := range placesOf(policy) {
		s.rows = append(s.rows, rowOf(place, judge))
	}
	return nil
}

// findCategory returns the file that speaks for a category. Platform, which always decides, can be shown too.
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

// showTop prints what a file says at its top.
func showTop(w io.Writer, f *rules.File) {
	fmt.Fprintf(w, "%s: %s\n", f.Name, f.Title)
	fmt.Fprintf(w, "  a country that no entry names is %s (the lists are %s)\n", defaultOf(f), completeness(f))
	fmt.Fprintf(w, "  as of %s, from %s\n  file: %s\n", f.AsOf.Format(time.DateOnly), f.Source, origin(f))
	if f.Note != "" {
		fmt.Fprintf(w, "  note: %s\n", strings.Join(strings.Fields(f.Note), " "))
	}
}

// showEntries prints the entries of a file, and of the one that it extends.
func showEntries(w io.Writer, f *rules.File) {
	for file := f; file != nil; file = file.Base {
		for _, e := range file.Entries {
			showEntry(w, e)
		}
		for _, l := range file.Lifts {
			fmt.Fprintf(w, "\nlift %s\n", l)
		}
		for _, p := range file.Permissions {
			fmt.Fprintf(w, "\npermission %s\n", p)
		}
	}
	if f.Name != "platform" {
		fmt.Fprintln(w, "\nThe rules of platform hold for every category; listgate rules show platform")
	}
}

func showEntry(w io.Writer, e *rules.Entry) {
	fmt.Fprintf(w, "\n%s %s\n", e.Effect, e.ID)
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(w, "  %-11s %s\n", name+":", value)
		}
	}
	line("regions", joinRegions(e.Regions))
	var prefixes []string
	for _, p := range e.Prefixes {
		prefixes = append(prefixes, "+"+p)
	}
	line("prefixes", strings.Join(prefixes, " "))
	var messages []string
	for _, m := range e.Messages {
		messages = append(messages, m.String())
	}
	line("messages", strings.Join(messages, " "))
	line("from", day(e.From))
	line("until", day(e.Until))
	if e.RequiresPermission {
		line("needs", "a [[permission]] of Meta's for the country")
	}
	if e.Code != 0 && e.Effect != rules.Allow {
		line("error", fmt.Sprint(e.Code))
	}
	line("confidence", e.Confidence.String())
	line("source", e.Source)
	line("reason", e.Reason)
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

func joinRegions(regions []rules.Region) string {
	var names []string
	for _, r := range regions {
		names = append(names, r.String())
	}
	return strings.Join(names, " ")
}
