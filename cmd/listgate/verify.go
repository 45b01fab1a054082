package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/listgate/listgate/cmd/listgate/internal/ruleview"
	"github.com/listgate/listgate/internal/disk"
	"github.com/listgate/listgate/internal/infile"
	"github.com/listgate/listgate/internal/printable"
	"github.com/listgate/listgate/internal/wording"
	"github.com/listgate/listgate/report"
	"github.com/listgate/listgate/rules"
)

// verifyCommand is "listgate verify".
type verifyCommand struct {
	settings        *settings
	report          string
	categories      []string
	message         string
	businessCountry string
	rulePaths       []string
	allowOlder      bool
	maxAge          string
	json            bool
}

func newVerifyCommand(s *settings) *cobra.Command {
	c := &verifyCommand{settings: s}
	cmd := &cobra.Command{
		Use:   "verify --report FILE [flags] LIST|-",
		Short: "Say whether a list is the one that was filtered, and whether that was lately and for this send",
		Long: `verify compares a list, which may have another name by now, with the report of the run that wrote
it. It may be sent if
  - it is byte for byte the kept rows that were published;
  - the report is whole, was not changed, and adds up;
  - the report is fresh: for --max-age after its making or its planned send time, whichever is later, and never more
    than 7 days after its making;
  - the list was filtered for the category, the kind of message and the country of the business that are named here, if
    any are;
  - the rules are those in force now: the same files, and nothing in them begins or ends between the planned send time
    and now. Name your own files with --rules, as the filter did.

Exit status: 0 yes; 1 no, and standard error says which checks failed and what to do; 2 usage; 3 a
file could not be read, or your rule files are refused.`,
		Example: `  listgate verify --report list.report.json list.kept.csv
  listgate verify --report r.json -c alcohol -m marketing --rules alcohol.toml kept.csv.gz`,
		Args: oneList,
		RunE: c.run,
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&c.report, "report", "", "the `FILE` that the filter wrote as its report")
	f.StringArrayVarP(&c.categories, "category", "c", nil,
		"a business `CATEGORY` that the list must have been filtered for, with or without others; repeatable")
	f.StringVarP(&c.message, "message", "m", "",
		"the `KIND` of message that it must have been filtered for: marketing, utility, authentication or service")
	f.StringVar(&c.businessCountry, "business-country", "",
		"the `COUNTRY`, as ISO code, where the business must have been taken to be located (default: any)")
	_ = cmd.RegisterFlagCompletionFunc("business-country", completeRegion)
	addRulesFlag(cmd, &c.rulePaths)
	addAccountFlag(cmd, "for its --category and permissions")
	f.BoolVar(&c.allowOlder, "allow-older-rules", false, "rule files may have changed since the list was filtered")
	f.StringVar(&c.maxAge, "max-age", "24h",
		"a report is fresh for this `DURATION`, such as 90m, 24h or 2d; 7 days at most")
	f.BoolVar(&c.json, "json", false, "print the answer as one JSON document")
	return cmd
}

func (c *verifyCommand) run(cmd *cobra.Command, args []string) error {
	options, err := c.options(c.settings)
	if err != nil {
		return err
	}
	stored, err := openStored(cmd.Context(), c.report, nil)
	if err != nil {
		return err
	}
	defer stored.Close()
	list, err := openStored(cmd.Context(), args[0], cmd.InOrStdin())
	if err != nil {
		return err
	}
	defer list.Close()
	r, err := report.Verify(stored, list, options)
	failures, failed := errors.AsType[report.CheckErrors](err)
	if err != nil && !failed {
		return err
	}
	switch {
	case c.json:
		if err := c.printJSON(cmd.OutOrStdout(), args[0], r, options.MaxAge, failures); err != nil {
			return err
		}
	case failed:
		c.complain(cmd.ErrOrStderr(), args[0], r, failures)
	default:
		printable.Fprintf(cmd.OutOrStdout(),
			"%s: %s to send; filtered for %s, %s messages planned for %s; fresh until %s\n", args[0],
			wording.Count(r.Kept.Rows, "row"), strings.Join(r.Categories, " and "), r.Message, ruleview.ToMinute(r.At),
			ruleview.ToMinute(r.FreshUntil(options.MaxAge)))
	}
	if failed {
		return errFindings
	}
	return nil
}

func (c *verifyCommand) options(s *settings) (o report.VerifyOptions, err error) {
	if c.report == "" || c.report == "-" {
		return o,
			usagef("name the report of the run with --report; listgate filter writes it beside the list, as list.report.json")
	}
	if c.message != "" {
		if _, err := rules.ParseMessage(c.message); err != nil {
			return o, optionf("message", "%w", err)
		}
	}
	sender := rules.Sender{Permissions: s.namedAccount().Permissions}
	if c.businessCountry != "" {
		if sender.BusinessCountry, err = rules.ParseRegion(c.businessCountry); err != nil {
			return o, optionf("business-country", "%w", err)
		}
	}
	age, err := parseAge(c.maxAge)
	if err != nil || age <= 0 || age > report.MaxAge {
		return o, optionf("max-age", "%q is no length of time up to 7 days; write 90m, 24h or 2d", c.maxAge)
	}
	return report.VerifyOptions{
		Rules:           rules.Options{Paths: c.rulePaths, Categories: c.categories, Sender: sender},
		AllowOlderRules: c.allowOlder, Message: c.message, MaxAge: age,
	}, nil
}

// parseAge reads a length of time, in days too.
func parseAge(s string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		n, err := strconv.ParseUint(days, 10, 8)
		return time.Duration(n) * 24 * time.Hour, err
	}
	return time.ParseDuration(s)
}

// openStored opens a file, "-" for standard input, to read its bytes as they are stored.
func openStored(ctx context.Context, name string, stdin io.Reader) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(infile.Interruptible(ctx, stdin)), nil
	}
	file, err := disk.Open(name)
	if err != nil {
		return nil, fmt.Errorf("%s: cannot be read: %w", name, infile.Cause(err))
	}
	if info, err := file.Stat(); err == nil && info.IsDir() {
		file.Close()
		return nil, fmt.Errorf("%s: a folder, not a file", name)
	}
	return struct {
		io.Reader
		io.Closer
	}{infile.Interruptible(ctx, file), file}, nil
}

// complain says what is wrong, and what to do about it.
func (c *verifyCommand) complain(w io.Writer, list string, r *report.Report, failures report.CheckErrors) {
	printable.Fprintf(w, "%s: not to be sent\n", list)
	for _, failure := range failures {
		printable.Fprintf(w, "  %s\n", failure)
	}
	for _, step := range c.next(r, failures) {
		printable.Fprintln(w, step)
	}
}

// next says what to do.
func (c *verifyCommand) next(r *report.Report, failures report.CheckErrors) []string {
	if r == nil {
		return []string{"Take the report as the run wrote it, or filter the list again."}
	}
	var steps []string
	for _, failure := range failures {
		switch {
		case failure.Check == report.CheckList && r.Kept.Name != "":
			steps = append(steps,
				fmt.Sprintf("Send the file that the run wrote (%s), or name the report of the run that wrote this one.",
					r.Kept.Name))
		case failure.Check == report.CheckRules:
			steps = append(steps,
				"Name your rule files with --rules, and the account with --account, as the filter did; --allow-older-rules accepts rules that have changed since.")
		}
	}
	return append(steps, c.again(r, failures))
}

// printJSON prints the answer as one document.
func (c *verifyCommand) printJSON(w io.Writer, list string, r *report.Report, maxAge time.Duration,
	failures report.CheckErrors) error {
	type failure struct {
		Check   report.Check `json:"check"`
		Problem string       `json:"problem"`
	}
	answer := struct {
		Verified   bool       `json:"verified"`
		List       string     `json:"list"`
		Report     string     `json:"report"`
		Failures   []failure  `json:"failures"`
		Next       []string   `json:"next"`
		Categories []string   `json:"categories"`
		Message    string     `json:"message"`
		Rows       int64      `json:"rows"`
		At         *time.Time `json:"at"`
		Created    *time.Time `json:"created"`
		FreshUntil *time.Time `json:"fresh_until"`
	}{Verified: len(failures) == 0, List: list, Report: c.report, Failures: []failure{}, Next: []string{},
		Categories: []string{}}
	for _, f := range failures {
		answer.Failures = append(answer.Failures, failure{f.Check, f.Err.Error()})
	}
	if len(failures) > 0 {
		answer.Next = c.next(r, failures)
	}
	if r != nil {
		until := r.FreshUntil(maxAge)
		answer.Categories, answer.Message, answer.Rows = r.Categories, r.Message, r.Kept.Rows
		answer.At, answer.Created, answer.FreshUntil = &r.At, &r.Created, &until
	}
	return printDocument(w, answer)
}

// printDocument prints one JSON document, for people too.
func printDocument(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
