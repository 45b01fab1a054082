package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/listgate/listgate/internal/listrun"
	"github.com/listgate/listgate/internal/printable"
	"github.com/listgate/listgate/internal/wording"
	"github.com/listgate/listgate/rules"
)

// printNext says what to do where there is something to do.
func (r *filterRun) printNext(w io.Writer) {
	if r.overLimit() {
		printable.Fprintf(w, "\n%s dropped, more than --max-dropped %s allows: the kept rows were not published.\n"+
			"A wrong --column or --default-region looks like this. If the reasons above are right, raise --max-dropped.\n",
			wording.Named(r.Result.Dropped, "row was", "rows were"), r.limit)
	}
	r.printSightedRows(w)
	for _, step := range r.NextSteps(r.cures()) {
		fmt.Fprintf(w, "\n%s\n", step)
	}
}

// cures are the next steps as commands and flags.
func (r *filterRun) cures() listrun.Cures {
	return listrun.Cures{
		NameCountries: func(f *rules.File) string {
			return printable.Sprintf("If its policy page (%s) or its answer to you names the countries:\n"+
				"  1. paste their names into a file, say names.txt\n"+
				"  2. listgate rules init %s --allow names.txt --source \"where they stand\"\n"+
				"  3. %s", rules.PolicyPage, f.Name, r.again(f.Name+".toml"))
		},
		RecordPermission: func(regions []string) string {
			return printable.Sprintf("put it into a rule file of yours or, as [[account.permission]], under the account in listgate.toml:\n"+
				"  [[permission]]\n  regions   = [\"%s\"]\n  reference = \"Meta's answer of …\"",
				strings.Join(regions, `", "`))
		},
		ShowRules: func(f *rules.File) string {
			return printable.Sprintf("What becomes of each country, by which rule: listgate rules show %s -m %s",
				f.Name, r.Message)
		},
		LowConfidence: "with --confidence low",
		NameColumn:    "name it: --column NAME or --column N.",
		CompareConsent: printable.Sprintf("Does the list write consent as --require asks for it (%s)?",
			strings.Join(r.Given.Require, "; ")),
	}
}

// again returns the command that does the same run with one more rule file. What was typed stands
// in it, whatever it is: a run without the list of numbers never to message, say, would be another
// one.
func (r *filterRun) again(ruleFile string) string {
	words := append([]string{"listgate", "filter"}, typedFlags(r.flags, r.decider.settings)...)
	// typed ones take the place of those of listgate.toml
	for _, path := range append(slices.Clip(r.command.Rules), ruleFile) {
		words = append(words, "--rules", path)
	}
	for i, word := range words {
		words[i] = shellWord(word)
	}
	return strings.Join(append(words, listWord(r.argument())), " ")
}

// typedFlags returns the flags that stand on the command line, but for --rules.
func typedFlags(flags *pflag.FlagSet, s *settings) []string {
	var typed []string
	flags.VisitAll(func(f *pflag.Flag) {
		if !s.isTyped(flags, f.Name) || f.Name == "rules" {
			return
		}
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand
		}
		list, isList := f.Value.(pflag.SliceValue)
		switch {
		case isList:
			for _, value := range list.GetSlice() {
				typed = append(typed, name, value)
			}
		case f.Value.Type() == "bool":
			typed = append(typed, name+strings.TrimSuffix("="+f.Value.String(), "=true"))
		default:
			typed = append(typed, name, f.Value.String())
		}
	})
	return typed
}

func (r *filterRun) argument() string {
	if r.In.Name == "standard input" {
		return "-"
	}
	return r.In.Name
}

// listWord is shellWord for a list, whose name may look like a flag.
func listWord(name string) string {
	if strings.HasPrefix(name, "-") && name != "-" {
		name = "./" + name
	}
	return shellWord(name)
}

// shellWord quotes what a shell would take apart.
func shellWord(s string) string {
	if s == "" || strings.ContainsAny(s, " \t\n'\"$&;()<>|*?`!#[]{}~\\") {
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	return s
}
