package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/internal/infile"
	"github.com/listgate/listgate/listfile"
	"github.com/listgate/listgate/report"
	"github.com/listgate/listgate/rules"
)

// judging holds the flags that say what rules make of a country.
type judging struct {
	message    string
	at         string
	rulePaths  []string
	confidence string
}

func (j *judging) addTo(cmd *cobra.Command) {
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVarP(&j.message, "message", "m", "marketing", "what is sent, a `kind`: marketing, utility, authentication or service")
	f.StringVar(&j.at, "at", "", "planned send `time`, 2026-12-24 or 2026-12-24T18:00:00+05:30 (default now)")
	addRulesFlag(cmd, &j.rulePaths)
	f.StringVar(&j.confidence, "confidence", "medium", "from which `degree` of confidence an entry that allows counts: low, medium or high")
	complete(cmd, "message", "marketing", "utility", "authentication", "service")
	complete(cmd, "confidence", "low", "medium", "high")
}

// parse reads the flags; at stays as it is if none says it.
func (j *judging) parse(message *rules.Message, at *time.Time, bar *rules.Confidence) (err error) {
	if *message, err = rules.ParseMessage(j.message); err != nil {
		return fmt.Errorf("--message: %w", err)
	}
	if *bar, err = rules.ParseConfidence(j.confidence); err != nil {
		return fmt.Errorf("--confidence: %w", err)
	}
	if j.at == "" {
		return nil
	}
	if *at, err = parseTime(j.at); err != nil {
		return fmt.Errorf("--at: %w", err)
	}
	return nil
}

// deciding holds the flags that say by which rules numbers are decided, and how they are read.
type deciding struct {
	judging
	categories    []string
	maxRuleAge    int
	defaultRegion string
	bare          string
	validity      string
}

func (d *deciding) addTo(cmd *cobra.Command) {
	f := cmd.Flags()
	f.SortFlags = false
	f.StringArrayVarP(&d.categories, "category", "c", nil, "the sender's business `category`; repeat it for several: all must allow (see listgate rules list)")
	d.judging.addTo(cmd)
	f.IntVar(&d.maxRuleAge, "max-rule-age", 90, "warn if a rule file's facts were read more than this many `days` before the send")
	f.StringVar(&d.defaultRegion, "default-region", "", "`country` of numbers written without calling code, as ISO code: IN")
	f.StringVar(&d.bare, "bare", "national", "`how` digits without + are read: national (first), international, or either (both must be allowed)")
	addAccountFlag(cmd, "for its --category, --default-region, --gate (of filter), permissions and sightings of error 130497")
	f.StringVar(&d.validity, "validity", "possible", "what an international number must be, a `degree`: possible (its length fits) or valid (its range is assigned)")

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

func (d *deciding) completeCategory(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	files, _ := rules.List(d.rulePaths...)
	var names []string
	for _, f := range files {
		names = append(names, f.Name+"\t"+f.Title)
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// A decider is what the flags of deciding come to.
type decider struct {
	set        *rules.Set
	policy     *rules.Policy
	filter     *filter.Filter
	options    filter.Options
	message    rules.Message
	at         time.Time
	confidence rules.Confidence
	maxRuleAge time.Duration
	settings   *settings
	waba       string                // of the account whose sightings count; empty: of none
	sighted    []gate.RegionRefusals // where it met error 130497
}

// load checks the flags, then the rules.
func (d *deciding) load(ctx context.Context, now time.Time) (*decider, error) {
	settings := settingsOf(ctx)
	if len(d.categories) == 0 && settings.account != nil {
		return nil, usagef("account %s has no categories; name the sender's business category with --category, or there", settings.account.Name)
	}
	if len(d.categories) == 0 {
		return nil, usagef("name the sender's business category with --category; listgate rules list shows them")
	}
	r := &decider{settings: settings, at: now.UTC().Truncate(time.Second), maxRuleAge: time.Duration(d.maxRuleAge) * 24 * time.Hour}
	if err := d.parse(r); err != nil {
		return nil, usage(err)
	}
	set, err := rules.Load(rules.Options{Paths: d.rulePaths, Categories: d.categories, Permissions: settings.named().Permissions})
	if err != nil {
		return nil, err
	}
	r.set, r.policy = set, set.Compile(r.message, r.at, r.confidence)
	if r.filter, err = filter.New(r.policy, r.options); err != nil {
		return nil, usagef("--default-region: %w", err)
	}
	return r, nil
}

// parse reads the flags that are not paths.
func (d *deciding) parse(r *decider) (err error) {
	if err = d.judging.parse(&r.message, &r.at, &r.confidence); err != nil {
		return err
	}
	if d.maxRuleAge < 1 {
		return fmt.Errorf("--max-rule-age: %d days; it is 1 or more", d.maxRuleAge)
	}
	if d.defaultRegion != "" {
		if r.options.DefaultRegion, err = rules.ParseRegion(d.defaultRegion); err != nil {
			return fmt.Errorf("--default-region: %w", err)
		}
	}
	bare, err := choose("--bare", d.bare, "national", "international", "either")
	if err != nil {
		return err
	}
	r.options.Bare = filter.Bare(bare)
	validity, err := choose("--validity", d.validity, "possible", "valid")
	r.options.RequireValid = validity == 1
	return err
}

// parseTime reads a day, 00:00 UTC, or a time with its zone.
func parseTime(s string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time; write 2026-12-24 (00:00 UTC) or 2026-12-24T18:00:00+05:30", s)
}

// choose returns the place of value in choices.
func choose(flag, value string, choices ...string) (int, error) {
	for i, choice := range choices {
		if value == choice {
			return i, nil
		}
	}
	return 0, fmt.Errorf("%s: unknown value %q; it is one of %s", flag, value, strings.Join(choices, ", "))
}

// warnings returns what a person should know of the rules.
func (r *decider) warnings() []string { return r.set.Warnings(r.at, r.maxRuleAge) }

func printWarnings(w io.Writer, warnings []string) {
	for _, warning := range warnings {
		fmt.Fprintf(w, "warning: %s\n", warning)
	}
}

// listing holds the flags that say how a list is read.
type listing struct {
	column       string
	delimiter    string
	noHeader     bool
	sheet        string
	regionColumn string
	dedupe       bool
	suppress     string
	require      []string
	jobs         int
}

func (l *listing) addTo(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&l.column, "column", "", "the phone column, by `name or number` from 1 (default: found by its header, else by its cells)")
	f.StringVar(&l.delimiter, "delimiter", "", "what parts the cells: comma, semicolon, tab, pipe or the `character` (default: found)")
	f.BoolVar(&l.noHeader, "no-header", false, "the first row is a recipient even if its phone cell is no number")
	f.StringVar(&l.sheet, "sheet", "", "the sheet of a workbook, by `name` (default: the first that is visible)")
	f.StringVar(&l.regionColumn, "region-column", "", "a column, by `name or number`, that gives each row its own default region: ISO code or English country name. Where it is not understood, only numbers with + count")
	f.BoolVar(&l.dedupe, "dedupe", false, "drop rows whose number stood in an earlier row that was kept; takes at most 16 bytes a number")
	f.StringVar(&l.suppress, "suppress", "", "`file` with numbers never to message, one a line; takes at most 16 bytes a number")
	f.StringArrayVar(&l.require, "require", nil, "`COLUMN=VALUE[,VALUE]` that a row must hold to be kept, such as consent=yes; repeatable")
	f.IntVar(&l.jobs, "jobs", 0, "how many `cores` work on it (default all); the outputs do not depend on it")
}

// readSuppressed reads the numbers never to message, by the rules by which the list's numbers are read, and sums the file.
func (l *listing) readSuppressed(f *filter.Filter) (*filter.NumberSet, report.File, error) {
	if l.suppress == "" {
		return nil, report.File{}, nil
	}
	file, err := os.Open(l.suppress)
	if err != nil {
		return nil, report.File{}, fmt.Errorf("%s: cannot be read: %w", l.suppress, infile.Cause(err))
	}
	defer file.Close()
	stored := infile.NewSummedReader(file, io.Discard, true)
	text, err := listfile.Open(stored)
	if err != nil {
		return nil, report.File{}, fmt.Errorf("%s: %w", l.suppress, infile.Cause(err))
	}
	defer text.Close()
	numbers, err := f.ReadNumbers(text, l.suppress)
	if err != nil {
		return nil, report.File{}, err
	}
	return numbers, report.File{
		Name: filepath.Base(l.suppress), Rows: int64(numbers.Len()), Bytes: stored.Bytes, SHA256: stored.SHA256(),
	}, nil
}

// options returns the list options for the list of a name.
func (l *listing) options(name string) (filter.ListOptions, error) {
	o := filter.ListOptions{
		Name: name, Column: l.column, NoHeader: l.noHeader, RegionColumn: l.regionColumn, Dedupe: l.dedupe, Jobs: l.jobs,
	}
	for _, required := range l.require {
		column, values, ok := strings.Cut(required, "=")
		if !ok || column == "" || values == "" {
			return o, usagef("--require: %q is not COLUMN=VALUE or COLUMN=VALUE,VALUE", required)
		}
		o.Require = append(o.Require, filter.Requirement{Column: column, Values: strings.Split(values, ",")})
	}
	if l.jobs < 0 {
		return o, usagef("--jobs: %d cores; it is 1 or more, or 0 for all", l.jobs)
	}
	if l.delimiter == "" {
		return o, nil
	}
	named := map[string]byte{"comma": ',', "semicolon": ';', "tab": '\t', `\t`: '\t', "pipe": '|'}
	delimiter, ok := named[l.delimiter]
	if !ok {
		if len(l.delimiter) != 1 || strings.ContainsAny(l.delimiter, "\"\r\n+0123456789") {
			return o, usagef("--delimiter: unknown value %q; it is comma, semicolon, tab, pipe or one ASCII character", l.delimiter)
		}
		delimiter = l.delimiter[0]
	}
	o.Delimiter = delimiter
	return o, nil
}
