package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/listgate/listgate/config"
	"github.com/listgate/listgate/internal/printable"
	"github.com/listgate/listgate/internal/schema"
)

func newConfigCommand(s *settings) *cobra.Command {
	cmd := &cobra.Command{
		Use:                        "config",
		Short:                      "Look at " + config.Name + ": what is in force here, and its JSON Schema",
		Example:                    "  listgate config show",
		Args:                       cobra.ArbitraryArgs,
		RunE:                       needsCommand,
		SuggestionsMinimumDistance: 2,
	}
	cmd.AddCommand(newConfigShowCommand(s), newConfigSchemaCommand())
	return cmd
}

func newRulesSchemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of rule files, by which editors complete and check them",
		Long: `schema prints the JSON Schema (draft 2020-12) of a rule file. An editor with a plugin for TOML
completes and checks your files by it. What needs more than one table to be seen, such as two
entries with one id, only rules lint finds.`,
		Example: `  listgate rules schema >rules.schema.json
  # then, as the first line of a rule file: #:schema ./rules.schema.json`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return schema.Write(cmd.OutOrStdout(), schema.RuleFile()) },
	}
}

func newConfigSchemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of " + config.Name + ", by which editors complete and check it",
		Long: `schema prints the JSON Schema (draft 2020-12) of ` + config.Name +
			`: the accounts, and a default for each flag. An editor with a
plugin for TOML completes and checks the file by it.`,
		Example: `  listgate config schema >listgate.schema.json
  # then, as the first line of listgate.toml: #:schema ./listgate.schema.json`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return schema.Write(cmd.OutOrStdout(), schema.Config(defaultsOf(cmd.Root())))
		},
	}
}

// defaultsOf are the keys that flagsOf returns, with the flags' help.
func defaultsOf(root *cobra.Command) []schema.Default {
	var defaults []schema.Default
	for _, key := range flagsOf(root) {
		defaults = append(
			defaults,
			schema.Default{Key: key, Description: "--" + key.Name + ": " + usageOfFlag(root, key)},
		)
	}
	return defaults
}

// usageOfFlag returns the help of the first command's flag of a name and type.
func usageOfFlag(cmd *cobra.Command, key config.Key) string {
	f := cmd.Flags().Lookup(key.Name)
	if f != nil && slices.Contains(typesOf(f), key.Type) {
		_, usage := pflag.UnquoteUsage(f)
		return usage
	}
	for _, c := range cmd.Commands() {
		if usage := usageOfFlag(c, key); usage != "" {
			return usage
		}
	}
	return ""
}

// configShow is "listgate config show".
type configShow struct {
	settings *settings
	json     bool
}

func newConfigShowCommand(s *settings) *cobra.Command {
	c := &configShow{settings: s}
	cmd := &cobra.Command{
		Use:   "show",
		Short: "Show which " + config.Name + " is in force in this folder, and what it says",
		Long: `show prints which ` + config.Name +
			` a command would read here, which ones it passes over and why, the defaults that the file
sets, each with its line, and its accounts. What a file that was found, and not named with --config, may not set is marked.

Exit status: 0 also if there is none; 2 usage; 3 the file is refused.`,
		Example: `  listgate config show
  listgate config show --config shared/listgate.toml --json`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return c.run(cmd) },
	}
	cmd.Flags().BoolVar(&c.json, "json", false, "print one JSON document")
	return cmd
}

// A configDocument is what config show has to say.
type configDocument struct {
	Path     string            `json:"path"`   // "" if there is none
	Found    bool              `json:"found"`  // and not named with --config
	Passed   []passedDocument  `json:"passed"` // nearer files that do not count
	Defaults []defaultDocument `json:"defaults"`
	Accounts []accountSettings `json:"accounts"`
}

type passedDocument struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`
}

type defaultDocument struct {
	Flag   string   `json:"flag"`
	Values []string `json:"values"`
	Line   int      `json:"line"`
	Counts bool     `json:"counts"`
}

type accountSettings struct {
	Name            string               `json:"name"`
	Line            int                  `json:"line"`
	WABA            string               `json:"waba"`
	PhoneNumberIDs  []string             `json:"phone_number_ids"`
	Categories      []string             `json:"categories"`
	DefaultRegion   string               `json:"default_region"`
	BusinessCountry string               `json:"business_country"`
	Has360dialogKey bool                 `json:"has_360dialog_key"`
	Permissions     []permissionSettings `json:"permissions"`
	Support         string               `json:"support"`
}

type permissionSettings struct {
	Regions   []string `json:"regions"`
	Reference string   `json:"reference"`
	LastDay   string   `json:"last_day"`
}

func (c *configShow) run(cmd *cobra.Command) error {
	d := c.document(cmd.Root())
	if c.json {
		return printDocument(cmd.OutOrStdout(), d)
	}
	d.write(cmd.OutOrStdout())
	return nil
}

func (c *configShow) document(root *cobra.Command) configDocument {
	s := c.settings
	d := configDocument{
		Found:    s.found,
		Passed:   []passedDocument{},
		Defaults: []defaultDocument{},
		Accounts: []accountSettings{},
	}
	for _, p := range s.passed {
		d.Passed = append(d.Passed, passedDocument{p.Path, p.Reason})
	}
	if s.config == nil {
		return d
	}
	d.Path = s.config.Path
	for _, value := range s.config.Defaults {
		d.Defaults = append(
			d.Defaults,
			defaultDocument{value.Name, value.Values, value.Line, s.countsSomewhere(root, value)},
		)
	}
	for _, a := range s.config.Accounts {
		d.Accounts = append(d.Accounts, settingsOfAccount(a))
	}
	return d
}

func settingsOfAccount(a config.Account) accountSettings {
	shown := accountSettings{
		Name:            a.Name,
		Line:            a.Line,
		WABA:            a.WABA,
		PhoneNumberIDs:  orEmpty(a.PhoneNumberIDs),
		Categories:      orEmpty(a.Categories),
		DefaultRegion:   a.DefaultRegion.String(),
		BusinessCountry: a.BusinessCountry.String(),
		Has360dialogKey: a.D360KeySHA256 != "",
		Permissions:     []permissionSettings{},
		Support:         a.Support,
	}
	for _, p := range a.Permissions {
		one := permissionSettings{Reference: p.Reference}
		for _, r := range p.Regions {
			one.Regions = append(one.Regions, r.String())
		}
		if !p.LastDay.IsZero() {
			one.LastDay = p.LastDay.Format(time.DateOnly)
		}
		shown.Permissions = append(shown.Permissions, one)
	}
	return shown
}

func orEmpty(list []string) []string { return append([]string{}, list...) }

// write writes the answer for people.
func (d configDocument) write(w io.Writer) {
	for _, p := range d.Passed {
		printable.Fprintf(w, "%s: not read: %s\n", p.Path, p.Reason)
	}
	switch {
	case d.Path == "":
		printable.Fprintf(w, "no %s in this folder or above it is in force\n", config.Name)
		return
	case d.Found:
		printable.Fprintf(
			w,
			"%s: found; it never says where outputs go, what is revealed, or what loosens a check\n",
			d.Path,
		)
	default:
		printable.Fprintf(w, "%s: named with --config\n", d.Path)
	}
	for _, value := range d.Defaults {
		mark := ""
		if !value.Counts {
			mark = " (does not count, since the file was found and not named)"
		}
		printable.Fprintf(w, "  line %d: %s %s%s\n", value.Line, value.Flag, strings.Join(value.Values, " "), mark)
	}
	for _, a := range d.Accounts {
		a.write(w)
	}
}

func (a accountSettings) write(w io.Writer) {
	printable.Fprintf(w, "  line %d: account %s, WABA %s\n", a.Line, a.Name, a.WABA)
	line := func(name string, values ...string) {
		if text := strings.Join(values, " "); text != "" {
			printable.Fprintf(w, "    %s: %s\n", name, text)
		}
	}
	line("phone number ids", a.PhoneNumberIDs...)
	line("categories", a.Categories...)
	line("default region", a.DefaultRegion)
	line("business country", a.BusinessCountry)
	if a.BusinessCountry == "" {
		line("business country", "not known; Brazil and Indonesia are only warned of")
	}
	if a.Has360dialogKey {
		line("360dialog key", "known by its SHA-256")
	}
	for _, p := range a.Permissions {
		until := ""
		if p.LastDay != "" {
			until = ", last day " + p.LastDay
		}
		line("permission", fmt.Sprintf("%s%s: %s", strings.Join(p.Regions, " "), until, p.Reference))
	}
	line("support", a.Support)
}
