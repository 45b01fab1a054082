package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/listgate/listgate/config"
	"github.com/listgate/listgate/internal/listrun"
	"github.com/listgate/listgate/internal/printable"
	"github.com/listgate/listgate/internal/wording"
	"github.com/listgate/listgate/rules"
)

// settings is what listgate.toml gives to the command that runs.
type settings struct {
	args     []string        // the command line
	cleaner  cleaner         // what an interrupt takes back
	config   *config.Config  // nil: there is none
	account  *config.Account // named with --account; nil: none
	decides  bool            // the command asks the rules, and so counts permissions
	found    bool            // the file was found, and not named with --config
	passed   []*config.UntrustedError
	left     []string // flags that the file says and that do not count, since it was found
	fromFile []fromFile
}

// A fromFile is a flag set from listgate.toml.
type fromFile struct {
	flag      string
	values    []string
	key       string // what it is called in the file
	line      int
	ofAccount bool
}

// addAccountFlag adds --account to a command. settings.load reads it.
func addAccountFlag(cmd *cobra.Command, what string) {
	cmd.Flags().String("account", "", "`NAME` of an [[account]] of "+config.Name+", "+what)
	_ = cmd.RegisterFlagCompletionFunc("account",
		func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
			var names []string
			s := &settings{}
			if path, err := s.path(cmd.Flags()); err == nil && path != "" {
				if c, err := config.Load(path); err == nil {
					for _, a := range c.Accounts {
						names = append(names, a.Name+"\t"+a.WABA)
					}
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		})
}

// load finds and reads the file, and gives the command's flags what it says, but for those on the
// command line.
func (s *settings) load(cmd *cobra.Command) error {
	if !configurable(cmd) {
		return nil
	}
	flags := cmd.Flags()
	name := ""
	if f := flags.Lookup("account"); f != nil {
		name = f.Value.String()
	}
	path, err := s.path(flags)
	if err != nil {
		return err
	}
	if path == "" {
		if name != "" {
			return s.noAccountFile()
		}
		s.sayNotes(cmd)
		return nil
	}
	if s.config, err = config.Load(path, flagsOf(cmd.Root())...); err != nil {
		return err
	}
	if name != "" {
		if err := s.applyAccount(flags, name); err != nil {
			return err
		}
	}
	if err := s.applyDefaults(flags); err != nil {
		return err
	}
	if err := s.checkValues(); err != nil {
		return err
	}
	if err := s.refuseLifts(); err != nil {
		return err
	}
	s.sayNotes(cmd)
	if flags.Lookup("quiet") == nil { // the others say it in their summary
		s.describe(cmd.ErrOrStderr(), "")
	}
	return nil
}

func (s *settings) sayNotes(cmd *cobra.Command) {
	if f := cmd.Flags().Lookup("quiet"); f != nil && f.Value.String() == "true" {
		return
	}
	for _, note := range s.notes() {
		printable.Fprintf(cmd.ErrOrStderr(), "note: %s\n", note)
	}
}

// configurable reports whether a command does work that a file can have a say in.
func configurable(cmd *cobra.Command) bool {
	for c := cmd; c.HasParent(); c = c.Parent() {
		if slices.Contains([]string{"help", "version", "completion", "schema", cobra.ShellCompRequestCmd,
			cobra.ShellCompNoDescRequestCmd}, c.Name()) {
			return false
		}
	}
	return cmd.HasParent() && !cmd.HasSubCommands()
}

// path returns the file that is named, or else found; "" if there is none.
func (s *settings) path(flags *pflag.FlagSet) (path string, err error) {
	if f := flags.Lookup("config"); f != nil && f.Changed {
		if f.Value.String() == "none" {
			return "", nil
		}
		return f.Value.String(), nil
	}
	here, err := os.Getwd()
	if err != nil {
		return "", err
	}
	if path, s.passed, err = config.Find(here); err != nil || path == "" {
		return "", err
	}
	s.found = true
	if near, err := filepath.Rel(here, path); err == nil {
		return near, nil
	}
	return path, nil
}

// flagsOf returns the flags of all commands that a file may hold defaults for: not those that say
// what a person means just once.
func flagsOf(root *cobra.Command) []config.Key {
	var flags []config.Key
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		for _, c := range cmd.Commands() {
			walk(c)
		}
		if !configurable(cmd) {
			return
		}
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			for _, t := range typesOf(f) {
				flag := config.Key{Name: f.Name, Type: t}
				if !slices.Contains([]string{"help", "config", "account", "reason", "region"}, f.Name) &&
					!slices.Contains(flags, flag) {
					flags = append(flags, flag)
				}
			}
		})
	}
	walk(root)
	return flags
}

// typesOf returns the types that a flag's value may have in the file. Nearly all lists have one
// phone column, so that column = "phone" is as good as column = ["phone"].
func typesOf(f *pflag.Flag) []config.Type {
	switch f.Value.Type() {
	case "bool":
		return []config.Type{config.Boolean}
	case "int", "int64":
		return []config.Type{config.Integer}
	case "stringArray":
		if f.Name == "column" || f.Name == "suppress-column" {
			return []config.Type{config.Text, config.List}
		}
		return []config.Type{config.List}
	}
	return []config.Type{config.Text}
}

// applyAccount gives the flags what the account says.
func (s *settings) applyAccount(flags *pflag.FlagSet, name string) error {
	account, err := s.config.Account(name)
	if err != nil {
		return optionf("account", "%w", err)
	}
	s.account = account
	s.decides = flags.Lookup("category") != nil
	for _, id := range []string{"waba", "gate"} {
		f := flags.Lookup(id)
		if f != nil && f.Changed && !slices.Contains([]string{"", "none", account.WABA}, f.Value.String()) {
			return usagef("--%s is not the id of --account %s (%s:%d); name one of the two", id, name, s.config.Path,
				account.Line)
		}
		if err := s.apply(flags, fromFile{id, []string{account.WABA}, "waba", account.Line, true}); err != nil {
			return err
		}
	}
	regions := map[string]rules.Region{"default-region": account.DefaultRegion,
		"business-country": account.BusinessCountry}
	for _, flag := range slices.Sorted(maps.Keys(regions)) {
		if region := regions[flag].String(); region != "" {
			key := strings.ReplaceAll(flag, "-", "_")
			if err := s.apply(flags, fromFile{flag, []string{region}, key, account.Line, true}); err != nil {
				return err
			}
		}
	}
	return s.apply(flags, fromFile{"category", account.Categories, "categories", account.Line, true})
}

// storeVariables are the flags that together say which store is meant, with the variables that
// count for more than a file.
var storeVariables = map[string]string{"store": "LISTGATE_STORE", "nats-creds": "NATS_CREDS",
	"nats-context": "NATS_CONTEXT"}

// namesStore reports whether the command line or the environment say which store is meant: then the
// file does not, not even by whose credentials.
func namesStore(flags *pflag.FlagSet) bool {
	for name := range storeVariables {
		if f := flags.Lookup(name); f != nil && f.Changed {
			return true
		}
	}
	return os.Getenv(storeVariables["store"]) != ""
}

// applyDefaults gives the flags what the file says at its top. The environment counts for more.
func (s *settings) applyDefaults(flags *pflag.FlagSet) error {
	named := namesStore(flags)
	for _, d := range s.config.Defaults {
		f := flags.Lookup(d.Name)
		variable, ofStore := storeVariables[d.Name]
		if f == nil || !slices.Contains(typesOf(f), d.Type) || ofStore && (named || os.Getenv(variable) != "") {
			continue
		}
		values := slices.Clone(d.Values)
		for i := range values {
			values[i] = s.resolve(f, values[i])
		}
		if err := s.apply(flags, fromFile{d.Name, values, d.Name, d.Line, false}); err != nil {
			return err
		}
	}
	return nil
}

// apply sets a flag, if the command has it and it is not set.
func (s *settings) apply(flags *pflag.FlagSet, t fromFile) error {
	f := flags.Lookup(t.flag)
	if f == nil || f.Changed || len(t.values) == 0 {
		return nil
	}
	if accepted, err := s.accept(f, t); !accepted {
		return err
	}
	for _, value := range t.values {
		if err := flags.Set(t.flag, value); err != nil {
			return s.problem(t, err)
		}
	}
	s.fromFile = append(s.fromFile, t)
	return nil
}

// fromFileOf returns what the file said of a flag.
func (s *settings) fromFileOf(flag string) (fromFile, bool) {
	for _, t := range s.fromFile {
		if t.flag == flag {
			return t, true
		}
	}
	return fromFile{}, false
}

// isTyped reports whether a flag stands on the command line.
func (s *settings) isTyped(flags *pflag.FlagSet, name string) bool {
	_, ok := s.fromFileOf(name)
	return flags.Changed(name) && !ok
}

// resolve returns the value of a flag as it is typed here: paths of the file are relative to it.
// Whether a flag takes files or folders its help says, which calls its value so.
func (s *settings) resolve(f *pflag.Flag, value string) string {
	path, ok := pathOf(f, value)
	if !ok || filepath.IsAbs(path) {
		return value
	}
	return strings.TrimSuffix(value, path) + filepath.Join(filepath.Dir(s.config.Path), path)
}

// pathOf returns the path in the value of a flag; ok is false if there is none.
func pathOf(f *pflag.Flag, value string) (path string, ok bool) {
	switch kind, _ := pflag.UnquoteUsage(f); {
	case strings.HasSuffix(kind, "=FILE"): // FORMAT=FILE
		_, path, _ = strings.Cut(value, "=")
	case strings.Contains(kind, "FILE") || strings.Contains(kind, "DIR"):
		path = value
	}
	return path, path != "" && path != "-" && path != "none" && !strings.Contains(path, "://")
}

// checkValues finds all values of the file that no file of rules is needed for to see that they are
// wrong. The command itself would stop at the first.
func (s *settings) checkValues() error {
	var wrong rules.Errors
	for _, t := range s.fromFile {
		for _, value := range t.values {
			if err := checkValue(t.flag, value); err != nil {
				wrong = append(wrong, s.problem(t, err)...)
			}
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	slices.SortStableFunc(wrong, func(a, b *rules.Error) int { return cmp.Compare(a.Line, b.Line) })
	return wrong
}

// checkValue says what is wrong with a value of a flag that says how lists are read and decided;
// nothing of other flags.
func checkValue(flag, value string) error {
	var (
		decides decisionFlags
		reads   listFlags
		limits  limitFlags
		cmd     cobra.Command
	)
	decides.addTo(&cmd)
	reads.addTo(&cmd)
	limits.addTo(&cmd)
	if err := cmd.Flags().Set(flag, value); err != nil {
		return nil
	}
	_, errDecides := decides.Parse(time.Now())
	_, errReads := reads.Parse()
	_, errLimits := limits.Parse()
	for _, err := range []error{errDecides, errReads, errLimits} {
		if option, ok := errors.AsType[*listrun.OptionError](err); ok && isOption(flag, option) {
			return option.Err
		}
	}
	return nil
}

// isOption reports whether an error is about a flag: "max", or "max restricted".
func isOption(flag string, option *listrun.OptionError) bool {
	name, _, _ := strings.Cut(option.Option, " ")
	return name == flag
}

// problem says that the value of a flag, which the file gave it, is wrong.
func (s *settings) problem(t fromFile, err error) rules.Errors {
	err = fmt.Errorf("%s: %w", t.key, err)
	if t.ofAccount {
		err = fmt.Errorf("account %s: %w", s.account.Name, err)
	}
	return rules.Errors{{File: s.config.Path, Line: t.line, Err: err}}
}

// attribute says where the value stands that led to an error, if the file gave it.
func (s *settings) attribute(err error) error {
	if unknown, ok := errors.AsType[*rules.UnknownCategoryError](err); ok {
		for _, t := range s.fromFile {
			if t.flag == "category" && slices.Contains(t.values, unknown.Name) {
				return s.problem(t, unknown)
			}
		}
	}
	if option, ok := errors.AsType[*listrun.OptionError](err); ok {
		for _, t := range s.fromFile {
			if isOption(t.flag, option) {
				return s.problem(t, option.Err)
			}
		}
	}
	if badUsage, ok := errors.AsType[usageError](err); ok {
		if t, ok := s.fromFileOf(badUsage.flag); ok {
			return usagef("%w (--%s is from %s:%d)", err, t.flag, s.config.Path, t.line)
		}
	}
	return err
}

// namedAccount returns the account of --account; without one, an account that has nothing.
func (s *settings) namedAccount() config.Account {
	if s.account == nil {
		return config.Account{}
	}
	return *s.account
}

// support returns whom to ask first about the account of an id; empty if the file does not say.
func (s *settings) support(waba string) string { return s.accountOf(waba).Support }

// accountOf returns the account of an id, an empty one if the file has none.
func (s *settings) accountOf(waba string) config.Account {
	if s.config == nil {
		return config.Account{}
	}
	for _, a := range s.config.Accounts {
		if a.WABA == waba {
			return a
		}
	}
	return config.Account{}
}

// describe says what came from the file, if anything did.
func (s *settings) describe(w io.Writer, indent string) {
	if line := s.line(); line != "" {
		printable.Fprintf(w, "%s%s\n", indent, line)
	}
}

// line says what came from the file; "" if nothing did.
func (s *settings) line() string {
	text := s.String()
	if text == "" {
		return ""
	}
	return fmt.Sprintf("from %s: %s", s.config.Path, text)
}

// String names the account, and the flags: "account brand-a (category alcohol, gate
// 900000000000001), rules own".
func (s *settings) String() string {
	var ofAccount, others []string
	for _, t := range s.fromFile {
		text := t.flag + " " + strings.Join(t.values, " ")
		if t.ofAccount {
			ofAccount = append(ofAccount, text)
		} else {
			others = append(others, text)
		}
	}
	if s.account == nil {
		return strings.Join(others, ", ")
	}
	if n := len(s.namedAccount().Permissions); n > 0 && s.decides {
		ofAccount = append(ofAccount, wording.Count(int64(n), "permission"))
	}
	text := "account " + s.account.Name
	if len(ofAccount) > 0 {
		text += " (" + strings.Join(ofAccount, ", ") + ")"
	}
	return strings.Join(append([]string{text}, others...), ", ")
}
