package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/listgate/listgate/cmd/listgate/internal/outfile"
	"github.com/listgate/listgate/cmd/listgate/internal/ruleview"
	"github.com/listgate/listgate/config"
	"github.com/listgate/listgate/internal/infile"
	"github.com/listgate/listgate/internal/printable"
	"github.com/listgate/listgate/internal/wording"
	"github.com/listgate/listgate/rules"
)

func newRulesCommand(s *settings) *cobra.Command {
	cmd := &cobra.Command{
		Use:                        "rules",
		Short:                      "Look at rule files, and write your own",
		Example:                    "  listgate rules list",
		Args:                       cobra.ArbitraryArgs,
		RunE:                       needsCommand,
		SuggestionsMinimumDistance: 2,
	}
	cmd.AddCommand(newRulesListCommand(s), newRulesShowCommand(s), newRulesInitCommand(), newRulesLintCommand(),
		newRulesDiffCommand(s), newRulesSchemaCommand())
	return cmd
}

func addRulesFlag(cmd *cobra.Command, paths *[]string) {
	cmd.Flags().StringArrayVar(paths, "rules", nil, "your own rule `FILE|DIR`; repeatable")
}

func newRulesListCommand(s *settings) *cobra.Command {
	var (
		paths  []string
		asJSON bool
	)
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
			if s.account != nil {
				names, err := categoriesOf(*s.account, s.config.Path, paths)
				if err != nil {
					return err
				}
				files = slices.DeleteFunc(files, func(f *rules.File) bool { return !slices.Contains(names, f.Name) })
			}
			if asJSON {
				documents := []ruleview.FileDocument{}
				for _, f := range files {
					documents = append(documents, ruleview.DocumentOf(f))
				}
				return printDocument(cmd.OutOrStdout(), documents)
			}
			t := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			printable.Fprintf(t, "CATEGORY\tCOUNTRY NOT NAMED\tLIST\tAS OF\tFROM\tTITLE\n")
			for _, f := range files {
				printable.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", f.Name, ruleview.DefaultOf(f),
					ruleview.Completeness(f), f.AsOf.Format(time.DateOnly), ruleview.Origin(f), f.Title)
			}
			return t.Flush()
		},
	}
	addRulesFlag(cmd, &paths)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON document")
	addAccountFlag(cmd, "to list its categories alone")
	return cmd
}

// initCommand is "listgate rules init".
type initCommand struct {
	initPage
	allow, deny, source, by, output string
}

func newRulesInitCommand() *cobra.Command {
	c := &initCommand{}
	cmd := &cobra.Command{
		Use:   "init {NAME [--allow FILE|-] [--deny FILE|-] [--source TEXT] [--by TEXT] | --page FILE [--out DIR]}",
		Short: "Write your own rule files: from the saved policy page, or from country names as pasted",
		Long: `init writes the rule file NAME.toml from lists of countries: English names or ISO codes, one a
line or parted by commas, as pasted from a page. Each line that is not understood is named, and
then nothing is written. An existing file is never overwritten.

Meta's policy page lists countries for alcohol, online-gambling and otc-drugs; of any other
category --source says where the list comes from. The name company makes a file of the company's
own rules: with --rules it decides beside Meta's, whatever is sent.

With --page it reads Meta's policy page as you saved it (web page, MHTML, text or Markdown),
writes one rule file a category into the folder --out, and prints in what they differ from the
shipped ones. A list that is missing, that stands there twice, that holds an unknown name or has
lost more than half of its countries is named, and then nothing is written. A file that was
written so before is written anew; what you added below its last line of dashes is kept. Any other
file is left alone.

Exit status: 0 all was written; 2 usage; 3 a list or the page was not understood, or a file could
not be written.`,
		Example: `  listgate rules init --page "Business Messaging Policy.html" --out rules
  listgate filter --category alcohol --rules rules list.csv
  listgate rules init alcohol --allow names.txt
  listgate filter --category alcohol --rules alcohol.toml list.csv
  listgate rules init company --deny countries.txt --source "Legal's memo of 2026-11-01" --by "Legal, A. Person"`,
		Args: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("page") {
				return c.initPage.check(cmd, args)
			}
			if len(args) != 1 {
				return usagef("name one category, such as alcohol, or the saved policy page with --page")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("page") {
				return c.initPage.run(cmd, time.Now())
			}
			return c.run(cmd, args)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	c.initPage.addTo(cmd)
	f.StringVar(&c.allow, "allow", "", "`FILE` with the countries that are allowed, - for standard input")
	f.StringVar(&c.deny, "deny", "", "`FILE` with the countries that are not, - for standard input")
	f.StringVar(&c.source, "source", "", "where the lists come from, an address or the name of a document, as `TEXT`")
	f.StringVar(&c.by, "by", "", "who answers for them, as `TEXT`")
	f.StringVarP(&c.output, "output", "o", "", "`FILE` to write, - for standard output (default: NAME.toml)")
	return cmd
}

func (c *initCommand) run(cmd *cobra.Command, args []string) error {
	if c.allow == "-" && c.deny == "-" {
		return usagef("--allow and --deny cannot both be standard input")
	}
	if strings.EqualFold(filepath.Base(c.path(args[0])), config.Name) {
		return usagef("%s is the name of listgate's settings, which every command would read; name another file with -o", config.Name)
	}
	options := rules.InitOptions{Name: args[0], AllowName: c.allow, DenyName: c.deny, Source: c.source, By: c.by,
		AsOf: time.Now().UTC()}
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
				return fmt.Errorf("%s: cannot be read: %w", list.path, infile.Cause(err))
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
		printable.Fprintf(talk, "note: %s\n", note)
	}
	if path == "-" {
		return nil
	}
	printable.Fprintf(talk, "wrote %s: %s allowed, %s denied\n", path,
		wording.Named(int64(len(result.Allowed)), "country", "countries"),
		wording.Named(int64(len(result.Denied)), "country", "countries"))
	then, category := "Read it, then", result.Category
	if ruleview.IsAlways(category) {
		then, category = "Its rules hold for every category. Read it, then, for example", "general"
	}
	printable.Fprintf(talk, "%s: listgate filter --category %s --rules %s LIST\n", then, category, shellWord(path))
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

// path is where the file of a category goes.
func (c *initCommand) path(category string) string {
	if c.output == "" {
		return category + ".toml"
	}
	return c.output
}

func (c *initCommand) write(stdout io.Writer, category, text string) (path string, err error) {
	path = c.path(category)
	if path == "-" {
		_, err = io.WriteString(stdout, text)
		return path, err
	}
	err = outfile.WriteNew(path, []byte(text))
	if errors.Is(err, fs.ErrExist) {
		return path, fmt.Errorf("%s: exists already; move it away, or name another file with -o", path)
	}
	return path, err
}
