package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/listgate/listgate/rules"
)

func newRulesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:                        "rules",
		Short:                      "Look at rule files, and write your own",
		Example:                    "  listgate rules list",
		Args:                       cobra.ArbitraryArgs,
		RunE:                       needsCommand,
		SuggestionsMinimumDistance: 2,
	}
	cmd.AddCommand(newRulesListCommand(), newRulesShowCommand(), newRulesInitCommand(), newRulesLintCommand())
	return cmd
}

func addRulesFlag(cmd *cobra.Command, paths *[]string) {
	cmd.Flags().StringArrayVar(paths, "rules", nil, "your own rule `file or folder`; repeatable")
}

func newRulesListCommand() *cobra.Command {
	var paths []string
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the categories that there are rules for",
		Example: "  listgate rules list --rules rules/",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			files, err := rules.List(paths...)
			if err != nil {
				return err
			}
			if s := settingsOf(cmd.Context()); s.account != nil {
				names, err := categoriesOf(*s.account, s.config.Path, paths)
				if err != nil {
					return err
				}
				files = slices.DeleteFunc(files, func(f *rules.File) bool { return !slices.Contains(names, f.Name) })
			}
			t := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			fmt.Fprintln(t, "CATEGORY\tCOUNTRY NOT NAMED\tLIST\tAS OF\tFROM\tTITLE")
			for _, f := range files {
				fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", f.Name, defaultOf(f), completeness(f), f.AsOf.Format(time.DateOnly), origin(f), f.Title)
			}
			return t.Flush()
		},
	}
	addRulesFlag(cmd, &paths)
	addAccountFlag(cmd, "to list its categories alone")
	return cmd
}

func defaultOf(f *rules.File) string {
	switch {
	case f.DefaultAllow:
		return "allowed"
	case f.Complete:
		return "restricted"
	}
	return "unlisted"
}

func completeness(f *rules.File) string {
	if f.Complete {
		return "complete"
	}
	return "incomplete"
}

func origin(f *rules.File) string {
	if f.Shipped {
		return "shipped"
	}
	return f.Path
}

func newRulesShowCommand() *cobra.Command {
	var (
		paths []string
		store gateFlags
	)
	cmd := &cobra.Command{
		Use:     "show NAME",
		Short:   "Show what a category's rules say, with sources",
		Example: "  listgate rules show alcohol",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("name one category; listgate rules list shows them")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			file, err := findCategory(args[0], paths)
			if err != nil {
				return err
			}
			showFile(cmd.OutOrStdout(), file)
			return showAccount(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), file, paths, &store)
		},
	}
	addRulesFlag(cmd, &paths)
	addAccountFlag(cmd, "to show its permissions and sightings of error 130497, too")
	store.addStoreTo(cmd)
	return cmd
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

// showFile prints a file and what it extends.
func showFile(w io.Writer, f *rules.File) {
	fmt.Fprintf(w, "%s: %s\n", f.Name, f.Title)
	fmt.Fprintf(w, "  a country that no entry names is %s (the lists are %s)\n", defaultOf(f), completeness(f))
	fmt.Fprintf(w, "  as of %s, from %s\n  file: %s\n", f.AsOf.Format(time.DateOnly), f.Source, origin(f))
	if f.Note != "" {
		fmt.Fprintf(w, "  note: %s\n", strings.Join(strings.Fields(f.Note), " "))
	}
	for file := f; file != nil; file = file.Base {
		for _, e := range file.Entries {
			showEntry(w, e)
		}
		for _, l := range file.Lifts {
			fmt.Fprintf(w, "\nlift %s\n", l)
		}
		for _, p := range file.Permissions {
			fmt.Fprintf(w, "\npermission %s: %s\n", p.Reference, joinRegions(p.Regions))
		}
	}
	if f.Name != "platform" {
		fmt.Fprintln(w, "\nThe rules of platform hold for every category; listgate rules show platform")
	}
}

func showEntry(w io.Writer, e *rules.Entry) {
	fmt.Fprintf(w, "\n%s %s\n", e.Kind, e.ID)
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
	if e.Code != 0 && e.Kind != rules.Allow {
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

// initCommand is "listgate rules init".
type initCommand struct {
	allow, deny, output string
}

func newRulesInitCommand() *cobra.Command {
	c := &initCommand{}
	cmd := &cobra.Command{
		Use:   "init NAME [--allow FILE|-] [--deny FILE|-]",
		Short: "Write your own rule file for a category, from country names as pasted from the policy page",
		Long: `init writes the rule file NAME.toml from lists of countries: English names or ISO codes, one a line or parted by commas,
as pasted from a page. Each line that is not understood is named, and then nothing is written. An existing file is never
overwritten.

Exit status: 0 the file was written; 2 usage; 3 a list was not understood, or the file could not be written.`,
		Example: `  listgate rules init alcohol --allow names.txt
  listgate filter --category alcohol --rules alcohol.toml list.csv`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("name one category, such as alcohol")
			}
			return nil
		},
		RunE: c.run,
	}
	f := cmd.Flags()
	f.StringVar(&c.allow, "allow", "", "`file` with the countries that are allowed, - for standard input")
	f.StringVar(&c.deny, "deny", "", "`file` with the countries that are not, - for standard input")
	f.StringVarP(&c.output, "output", "o", "", "`file` to write, - for standard output (default: NAME.toml)")
	return cmd
}

func (c *initCommand) run(cmd *cobra.Command, args []string) error {
	if c.allow == "-" && c.deny == "-" {
		return usagef("--allow and --deny cannot both be standard input")
	}
	options := rules.InitOptions{Name: args[0], AllowName: c.allow, DenyName: c.deny, AsOf: time.Now().UTC()}
	for _, list := range []struct {
		path string
		to   *io.Reader
		name *string
	}{{c.allow, &options.Allow, &options.AllowName}, {c.deny, &options.Deny, &options.DenyName}} {
		switch list.path {
		case "":
		case "-":
			*list.to, *list.name = cmd.InOrStdin(), "standard input"
		default:
			f, err := os.Open(list.path)
			if err != nil {
				return fmt.Errorf("%s: cannot be read: %w", list.path, plain(err))
			}
			defer f.Close()
			*list.to = f
		}
	}
	var text strings.Builder
	result, err := rules.Init(&text, options)
	if err != nil {
		return initError(err)
	}
	path, err := c.write(cmd.OutOrStdout(), result.Category, text.String())
	if err != nil {
		return err
	}
	talk := cmd.ErrOrStderr()
	for _, note := range result.Notes {
		fmt.Fprintf(talk, "note: %s\n", note)
	}
	if path == "-" {
		return nil
	}
	fmt.Fprintf(talk, "wrote %s: %s allowed, %s denied\n", path, named(int64(len(result.Allowed)), "country", "countries"),
		named(int64(len(result.Denied)), "country", "countries"))
	fmt.Fprintf(talk, "Read it, then: listgate filter --category %s --rules %s LIST\n", result.Category, shellWord(path))
	return nil
}

// initError tells what is wrong in the lists, which is not done, from what is wrong in the request.
func initError(err error) error {
	var inLists rules.Errors
	if errors.As(err, &inLists) {
		return err
	}
	return usage(err)
}

func (c *initCommand) write(stdout io.Writer, category, text string) (path string, err error) {
	path = c.output
	if path == "" {
		path = category + ".toml"
	}
	if path == "-" {
		_, err = io.WriteString(stdout, text)
		return path, err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, os.ErrExist) {
		return path, fmt.Errorf("%s: exists already; move it away, or name another file with -o", path)
	}
	if err != nil {
		return path, fmt.Errorf("%s: cannot be written: %w", path, plain(err))
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		os.Remove(path)
		return path, fmt.Errorf("%s: cannot be written: %w", path, plain(err))
	}
	return path, nil
}
