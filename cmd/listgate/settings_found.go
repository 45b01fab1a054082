package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/listgate/listgate/config"
	"github.com/listgate/listgate/rules"
)

// A listgate.toml that was found, and not named with --config, may have come with a list: in an
// archive, or in a repository under review. It says what is sent and how a list is written, all of
// which the summary repeats. It never says where outputs go, what is revealed, or what loosens a
// check.

// acceptsFound says which values of a flag count from a file that was found. A flag that is not in
// it has none.
var acceptsFound = map[string]func(f *pflag.Flag, value string) bool{
	"category": always, "message": always, "at": always, "rules": always, "default-region": always,
	"business-country": always,
	"bare":             always, "validity": always, "column": always, "delimiter": always, "no-header": always,
	"header-row": always,
	"sheet":      always, "region-column": always, "dedupe": always, "suppress": always, "suppress-column": always,
	"require":   always,
	"normalize": always, "bom": always, "jobs": always, "progress": always, "json": always, "format": always,
	"field": always, "chunk-header": always, "list": always, "waba": always,
	"allow": always, "deny": always, "page": always, "source": always, "by": always, "health-interval": always,

	// Only what is as strict as without the file, or stricter.
	"confidence":   func(_ *pflag.Flag, value string) bool { return value != "low" },
	"fail-on":      func(_ *pflag.Flag, value string) bool { return value == "warning" },
	"gate":         func(_ *pflag.Flag, value string) bool { return value != "none" },
	"kind":         func(f *pflag.Flag, value string) bool { return value == f.DefValue },
	"max-rule-age": func(f *pflag.Flag, value string) bool { return number(value) <= number(f.DefValue) },
	"min-rows":     func(f *pflag.Flag, value string) bool { return number(value) >= number(f.DefValue) },
	"max-dropped":  func(f *pflag.Flag, value string) bool { return f.DefValue == "" || value == f.DefValue },
	"show-numbers": isFalse, "quiet": isFalse, "allow-older-rules": isFalse,
}

func always(*pflag.Flag, string) bool { return true }

func isFalse(_ *pflag.Flag, value string) bool { return value == "false" }

func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// ignoredFound are the flags whose values from a file that was found are left out, and said to be:
// the run is as strict without them.
var ignoredFound = []string{"output", "dropped", "report", "out", "max", "max-age", "quote", "cause", "sighted"}

// refusedFound are the flags that a file that was found must not set at all. Where they are left
// out another store would answer whether sending is open, so the run is refused.
var refusedFound = []string{
	"store",
	"nats-creds",
	"nats-context",
	"listen",
	"webhook-path",
	"graph-url",
	"graph-token-file",
	"app-secret-file",
	"verify-token-file",
	"token-file",
	"proxy",
	"proxy-cert",
	"proxy-key",
	"to",
	"to-360dialog",
}

// accept reports whether the value of a flag counts. If not, it is noted, or the error says why the
// run is refused.
func (s *settings) accept(f *pflag.Flag, t fromFile) (bool, error) {
	if !s.found {
		return true, nil
	}
	const cure = "; name the file with --config %[1]s, or leave it out with --config none"
	if slices.Contains(refusedFound, f.Name) {
		return false, s.problem(
			t,
			fmt.Errorf("a file that was found, and not named, does not decide that"+cure, s.config.Path),
		)
	}
	for _, value := range t.values {
		if accepts := acceptsFound[f.Name]; accepts == nil || !accepts(f, value) {
			s.left = append(s.left, f.Name)
			return false, nil
		}
		if path, ok := pathOf(f, value); ok && !isBelow(path, filepath.Dir(s.config.Path)) {
			return false, s.problem(
				t,
				fmt.Errorf(
					"a file that was found, and not named, leads to nothing outside of its own folder"+cure,
					s.config.Path,
				),
			)
		}
	}
	return true, nil
}

// isBelow reports whether path stands in the folder dir or below it, once links are followed.
func isBelow(path, dir string) bool {
	path, dir = followed(path), followed(dir)
	near, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(near)
}

// followed is the absolute path behind links, as far as there is something.
func followed(path string) string {
	path, err := filepath.Abs(path)
	if err != nil {
		return ""
	}
	rest := ""
	for {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			return filepath.Join(real, rest)
		}
		above := filepath.Dir(path)
		if above == path {
			return filepath.Join(path, rest)
		}
		path, rest = above, filepath.Join(filepath.Base(path), rest)
	}
}

// refuseLifts refuses rule files that lift a shipped rule and that only a file that was found
// names.
func (s *settings) refuseLifts() error {
	t, ok := s.fromFileOf("rules")
	if !s.found || !ok {
		return nil
	}
	files, err := rules.List(t.values...)
	if err != nil {
		return nil // the command says what is wrong with them, or does not need them
	}
	var wrong rules.Errors
	for _, file := range files {
		for _, lift := range file.Lifts {
			wrong = append(
				wrong,
				&rules.Error{
					File: file.Path,
					Line: lift.Line,
					Err: fmt.Errorf("a [[lift]] does not count where %s, which was found and not named, "+
						"leads to it; name that with --config, or the rule file with --rules", s.config.Path),
				},
			)
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	return wrong
}

// notes say what a person should know of files that were found and do not count, or not wholly.
func (s *settings) notes() []string {
	var notes []string
	for _, passed := range s.passed {
		notes = append(notes, fmt.Sprintf("%v; --config %s takes it", passed, shellWord(passed.Path)))
	}
	if len(s.left) > 0 {
		notes = append(
			notes,
			fmt.Sprintf(
				"not taken from %s: %s. A file that was found, and not named, does not say where outputs go, what is "+
					"revealed, or what loosens a check; --config %s takes it all",
				s.config.Path,
				strings.Join(s.left, ", "),
				shellWord(s.config.Path),
			),
		)
	}
	return notes
}

// noAccountFile says that there is no file to take an account from.
func (s *settings) noAccountFile() error {
	if len(s.passed) > 0 {
		return optionf("account", "%v; name it with --config if you trust it", s.passed[0])
	}
	return optionf("account", "there is no %s in this folder or above it; name one with --config", config.Name)
}

// countsSomewhere reports whether a default of the file counts for the commands that have its flag.
func (s *settings) countsSomewhere(cmd *cobra.Command, d config.Default) bool {
	f := cmd.Flags().Lookup(d.Name)
	if f != nil && slices.Contains(typesOf(f), d.Type) {
		probe := settings{config: s.config, found: s.found}
		values := slices.Clone(d.Values)
		for i := range values {
			values[i] = s.resolve(f, values[i])
		}
		if accepted, _ := probe.accept(f, fromFile{flag: d.Name, values: values, key: d.Name, line: d.Line}); accepted {
			return true
		}
	}
	return slices.ContainsFunc(cmd.Commands(), func(c *cobra.Command) bool { return s.countsSomewhere(c, d) })
}
