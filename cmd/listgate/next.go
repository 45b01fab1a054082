package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/internal/wording"
	"github.com/listgate/listgate/rules"
)

// printNext says what to do where there is something to do.
func (r *filterRun) printNext(w io.Writer) {
	res := r.Result
	if r.overLimit() {
		fmt.Fprintf(w, "\n%s dropped, more than --max-dropped %s allows: the kept rows were not published.\n"+
			"A wrong --column or --default-region looks like this. If the reasons above are right, raise --max-dropped.\n",
			wording.Named(res.Dropped, "row was", "rows were"), r.limit)
	}
	for _, f := range r.CategoryFiles() {
		r.printUnlisted(w, f)
		r.printUnpermitted(w, f)
	}
	r.printSightedRows(w)
	if res.KeptAtLow > 0 {
		fmt.Fprintf(w, "\n%s would be kept with --confidence low: some source says that they are allowed, but none that is sure enough.\n",
			wording.Named(res.KeptAtLow, "dropped row", "dropped rows"))
	}
	if r.NoneKept() {
		r.printNoneKept(w)
	}
}

// droppedByDefault returns the rows, by region, that the default of a file dropped.
func (r *filterRun) droppedByDefault(f *rules.File) map[string]int64 {
	byRegion := map[string]int64{}
	for _, c := range r.Result.Regions {
		if n := c.Rules[f.Name+":default"]; n > 0 {
			byRegion[c.Region] = n
		}
	}
	return byRegion
}

func total(byRegion map[string]int64) (rows int64) {
	for _, n := range byRegion {
		rows += n
	}
	return rows
}

// printUnlisted tells the cure for a list that is not complete.
func (r *filterRun) printUnlisted(w io.Writer, f *rules.File) {
	byRegion := r.droppedByDefault(f)
	rows := total(byRegion)
	if f.Complete || rows == 0 {
		return
	}
	were := "were"
	if rows == 1 {
		were = "was"
	}
	dropped := fmt.Sprintf("%s in %s %s dropped as unlisted by", wording.Count(rows, "row"), wording.Named(int64(len(byRegion)), "country", "countries"), were)
	if !f.Shipped {
		fmt.Fprintf(w, "\n%s %s, which is not complete.\nAdd an [[allow]] there for those that the policy allows: %s\n", dropped, f.Path, f.Source)
		return
	}
	fmt.Fprintf(w, `
%s %s: what Meta allows there is not known.
If its policy page (%s) or its answer to you names the countries:
  1. paste their names into a file, say names.txt
  2. listgate rules init %s --allow names.txt --source "where they stand"
  3. %s
`, dropped, f.Name, rules.PolicyPage, f.Name, r.again(f.Name+".toml"))
}

// printUnpermitted tells of the rows that nothing but Meta's permission is missing for.
func (r *filterRun) printUnpermitted(w io.Writer, f *rules.File) {
	byRegion := r.droppedByDefault(f)
	maps.DeleteFunc(byRegion, func(code string, _ int64) bool {
		region, err := rules.ParseRegion(code)
		return err != nil || !slices.ContainsFunc(r.Policy.Judge(region, "").Uncounted, func(e *rules.Entry) bool { return e.RequiresPermission })
	})
	if len(byRegion) == 0 {
		return
	}
	fmt.Fprintf(w, `
%s in %s, which the policy names, dropped for want of Meta's permission (%s). If your account has it,
put it into a rule file of yours or, as [[account.permission]], under the account in listgate.toml:
  [[permission]]
  regions   = ["%s"]
  reference = "Meta's answer of …"
`, wording.Count(total(byRegion), "row"), wording.Named(int64(len(byRegion)), "country", "countries"), f.Title, strings.Join(slices.Sorted(maps.Keys(byRegion)), `", "`))
}

// printNoneKept says why nothing is kept, by the reason of the most rows.
func (r *filterRun) printNoneKept(w io.Writer) {
	most := slices.MaxFunc(filter.Reasons(), func(a, b filter.Reason) int { return int(r.Result.Reasons[a] - r.Result.Reasons[b]) })
	fmt.Fprintf(w, "\nNothing is kept, so there is nothing to send.\n")
	switch most {
	case filter.Restricted:
		for _, f := range r.CategoryFiles() {
			if !f.DefaultAllow && f.Complete && !slices.ContainsFunc(f.Entries, func(e *rules.Entry) bool { return e.Effect == rules.Allow }) {
				fmt.Fprintf(w, "%s is allowed in no country: %s\n", f.Title, f.Source)
			}
			fmt.Fprintf(w, "What becomes of each country, by which rule: listgate rules show %s -m %s\n", f.Name, r.Message)
		}
	case filter.Mangled:
		fmt.Fprintf(w, "A spreadsheet destroyed the numbers, and nobody can tell what they were. Filter the workbook itself (.xlsx), or have\n"+
			"the column formatted as text before it is exported again.\n")
	case filter.NotANumber, filter.Empty, filter.ShortRow:
		fmt.Fprintf(w, "Is column %d the phone column? If not, name it: --column NAME or --column N.\n", r.Result.Layout.Phones[0].Number)
	case filter.NoConsent:
		fmt.Fprintf(w, "Does the list write consent as --require asks for it (%s)?\n", strings.Join(r.Given.Require, "; "))
	}
}

// again returns the command that does the same run with one more rule file. What was typed stands in it, whatever it is: a run
// without the list of numbers never to message, say, would be another one.
func (r *filterRun) again(ruleFile string) string {
	words := append([]string{"listgate", "filter"}, typedFlags(r.flags, r.decider.settings)...)
	for _, path := range append(slices.Clip(r.command.Rules), ruleFile) { // typed ones take the place of those of listgate.toml
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
