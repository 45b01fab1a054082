package main

import (
	"errors"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/internal/listrun"
	"github.com/listgate/listgate/internal/printable"
	"github.com/listgate/listgate/rules"
)

// policyFlags holds the flags that say what rules make of a country.
type policyFlags struct{ listrun.PolicyOptions }

func (j *policyFlags) addTo(cmd *cobra.Command) { addPolicyFlags(cmd, &j.PolicyOptions) }

func addPolicyFlags(cmd *cobra.Command, j *listrun.PolicyOptions) {
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVarP(&j.Message, "message", "m", "marketing",
		"`KIND` of message: marketing, utility, authentication or service")
	f.StringVar(&j.At, "at", "", "planned send `TIME`, 2026-12-24 or 2026-12-24T18:00:00+05:30 (default now)")
	addRulesFlag(cmd, &j.Rules)
	f.StringVar(&j.Confidence, "confidence", "medium",
		"minimum confidence of an allow entry, a `LEVEL`: low, medium or high")
	addBusinessCountryFlag(cmd, &j.BusinessCountry)
	complete(cmd, "message", "marketing", "utility", "authentication", "service")
	complete(cmd, "confidence", "low", "medium", "high")
}

func addBusinessCountryFlag(cmd *cobra.Command, country *string) {
	cmd.Flags().StringVar(country, "business-country", "",
		"`COUNTRY` where the sender's business is located, as its portfolio at Meta says, as ISO code: "+
			"to Brazil and Indonesia only businesses there may send (default: not known, and such recipients are warned of)")
	_ = cmd.RegisterFlagCompletionFunc("business-country", completeRegion)
}

// decisionFlags holds the flags that say by which rules numbers are decided, and how they are read.
type decisionFlags struct{ listrun.DecisionOptions }

func (d *decisionFlags) addTo(cmd *cobra.Command) {
	f := cmd.Flags()
	f.SortFlags = false
	f.StringArrayVarP(&d.Categories, "category", "c", nil,
		"the sender's business `CATEGORY`; repeat it for several: all must allow (see listgate rules list)")
	addPolicyFlags(cmd, &d.PolicyOptions)
	f.IntVar(&d.MaxRuleAge, "max-rule-age", 90,
		"warn if a rule file's facts were read more than this many `DAYS` before the send")
	f.StringVar(&d.DefaultRegion, "default-region", "",
		"`COUNTRY` of numbers written without calling code, as ISO code: IN")
	f.StringVar(&d.Bare, "bare", "national",
		"`MODE` of reading digits without +: national (first), international, or either (both must be allowed)")
	addAccountFlag(cmd,
		"for its --category, --default-region, --gate (of filter), permissions and sightings of error 130497")
	f.StringVar(&d.Validity, "validity", "possible",
		"what an international number must be, a `LEVEL`: possible (its length fits) or valid (its range is assigned)")

	complete(cmd, "bare", "national", "international", "either")
	complete(cmd, "validity", "possible", "valid")
	_ = cmd.RegisterFlagCompletionFunc("default-region", completeRegion)
	_ = cmd.RegisterFlagCompletionFunc("category", d.completeCategory)
}

func complete(cmd *cobra.Command, flag string, values ...string) {
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
}

func completeRegion(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var codes []string
	for _, r := range rules.Regions() {
		codes = append(codes, r.String()+"\t"+r.Name())
	}
	return codes, cobra.ShellCompDirectiveNoFileComp
}

func (d *decisionFlags) completeCategory(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	files, _ := rules.List(d.Rules...)
	var names []string
	for _, f := range files {
		names = append(names, f.Name+"\t"+f.Title)
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// A decider is what decisionFlags come to, for the account that listgate.toml names.
type decider struct {
	*listrun.Decider
	settings *settings
	waba     string                // of the account whose sightings count; empty: of none
	sighted  []gate.RegionRefusals // where it met error 130497
}

// load checks the flags, then the rules.
func (d *decisionFlags) load(settings *settings, now time.Time) (*decider, error) {
	if len(d.Categories) == 0 && settings.account != nil {
		return nil,
			usagef("account %s has no categories; name the sender's business category with --category, or there",
				settings.account.Name)
	}
	if len(d.Categories) == 0 {
		return nil, usagef("name the sender's business category with --category; listgate rules list shows them")
	}
	loaded, err := d.Load(now, rules.Options{Sender: rules.Sender{Permissions: settings.namedAccount().Permissions}})
	if err != nil {
		return nil, optionUsage(err)
	}
	if err := settings.refuseIdleRules(loaded.Set); err != nil {
		return nil, err
	}
	return &decider{Decider: loaded, settings: settings}, nil
}

// refuseIdleRules refuses a rule file that was named on the command line and does not decide:
// whoever names one means it to. Of files in listgate.toml, some are for other accounts.
func (s *settings) refuseIdleRules(set *rules.Set) error {
	if _, ok := s.fromFileOf("rules"); ok {
		return nil
	}
	for _, f := range set.Unused() {
		if f.Named {
			return optionf("rules",
				"%s decides nothing here: it is for the category %s; add --category %s if the sender is of that category too, "+
					"or give the file one that is asked for (%s), with extends if it only adds to the shipped rules",
				f.Path, f.Name, f.Name,
				strings.Join(set.Categories(), ", "))
		}
	}
	return nil
}

// newRun returns one run over a list.
func (r *decider) newRun(given *listrun.ListOptions, list filter.ListOptions, now time.Time) listrun.Run {
	return listrun.Run{
		Decider: r.Decider, Given: given, List: list, Created: now.UTC().Truncate(time.Second),
		Account: r.settings.namedAccount().Name, Version: version, By: userAtHost(),
	}
}

// optionUsage makes a usage error of an option that is not understood.
func optionUsage(err error) error {
	if _, ok := errors.AsType[*listrun.OptionError](err); ok {
		return usage(err)
	}
	return err
}

func printWarnings(w io.Writer, warnings []string) {
	for _, warning := range warnings {
		printable.Fprintf(w, "warning: %s\n", warning)
	}
}

// listFlags holds the flags that say how a list is read.
type listFlags struct{ listrun.ListOptions }

func (l *listFlags) addTo(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVar(&l.Columns, "column", nil,
		"the phone column, by `NAME|N` from 1 (default: found by its header, else by its cells); repeat it for several: every number of a row must be allowed")
	f.StringVar(&l.Delimiter, "delimiter", "",
		"what parts the cells: comma, semicolon, tab, pipe or the `CHARACTER` (default: found)")
	f.StringVar(&l.Quote, "quote", "auto",
		"what a quote that begins a cell means, a `MODE`: csv (what follows is the cell, line breaks too), none (nothing), or auto (csv, but an error if rows would hide in a cell)")
	f.BoolVar(&l.NoHeader, "no-header", false, "the first row is a recipient even if its phone cell is no number")
	f.IntVar(&l.HeaderRow, "header-row", 0,
		"the `ROW` with the names of the columns, from 1; what is above it is a title (default: found within the first ten)")
	f.StringVar(&l.Sheet, "sheet", "", "the sheet of a workbook, by `NAME` (default: the first that is visible)")
	f.StringVar(&l.RegionColumn, "region-column", "",
		"a column, by `NAME|N`, that gives each row its own default region: ISO code, calling code or country name; none: no column. Where it is not understood, only numbers with + count")
	f.BoolVar(&l.Dedupe, "dedupe", false,
		"drop rows whose number stood in an earlier row that was kept; takes at most 16 bytes a number")
	f.StringVar(&l.Suppress, "suppress", "",
		"`FILE` with numbers never to message: CSV, a workbook, or one number a line; takes at most 64 bytes a number")
	f.StringArrayVar(&l.SuppressColumn, "suppress-column", nil,
		"its phone column, by `NAME|N` from 1 (default: found); repeatable")
	f.StringArrayVar(&l.Require, "require", nil,
		"`COLUMN=VALUE[,VALUE]` that a row must hold to be kept, such as consent=yes; repeatable")
	f.IntVar(&l.Jobs, "jobs", 0, "how many `N` cores work on it (default all); the outputs do not depend on it")
}
