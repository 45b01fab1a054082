package ruleview

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/listgate/listgate/internal/listrun"
	"github.com/listgate/listgate/internal/printable"
	"github.com/listgate/listgate/rules"
)

// A Table says what a category's rules make of each country.
type Table struct {
	listrun.Plan
	File    *rules.File // speaks for the category
	Set     *rules.Set
	Rows    []CountryRow
	Account any // what an account adds, for JSON; nil without one
}

// Load loads the rules and fills in the rows.
func (s *Table) Load(paths []string, sender rules.Sender) (err error) {
	category := s.File.Name
	if IsAlways(category) {
		category = "general"
	}
	if s.Set,
		err = rules.Load(rules.Options{Paths: paths, Categories: []string{category}, Sender: sender}); err != nil {
		return err
	}
	policy := s.Set.Compile(s.Message, s.At, s.Confidence)
	judge := judgeFor(s.File.Name, policy)
	for _, place := range countriesOf(policy) {
		s.Rows = append(s.Rows, rowOf(place, judge))
	}
	return nil
}

// WriteHead prints what a file says at its top.
func WriteHead(w io.Writer, f *rules.File) {
	printable.Fprintf(w, "%s: %s\n", f.Name, f.Title)
	printable.Fprintf(w, "  a country that no entry names is %s (the lists are %s)\n", DefaultOf(f), Completeness(f))
	printable.Fprintf(w, "  as of %s, from %s\n  file: %s\n", f.AsOf.Format(time.DateOnly), f.Source, Origin(f))
	if f.Note != "" {
		printable.Fprintf(w, "  note: %s\n", strings.Join(strings.Fields(f.Note), " "))
	}
}

// WriteEntries prints the entries of a file, and of the one that it extends.
func WriteEntries(w io.Writer, f *rules.File) {
	for file := f; file != nil; file = file.Base {
		for _, e := range file.Entries {
			writeEntry(w, e)
		}
		for _, l := range file.Lifts {
			printable.Fprintf(w, "\nlift %s\n", l)
		}
		for _, p := range file.Permissions {
			printable.Fprintf(w, "\npermission %s\n", p)
		}
	}
	if f.Name != rules.Platform {
		printable.Fprintln(w, "\nThe rules of platform hold for every category; listgate rules show platform")
	}
}

func writeEntry(w io.Writer, e *rules.Entry) {
	printable.Fprintf(w, "\n%s %s\n", e.Effect, e.ID)
	line := func(name, value string) {
		if value != "" {
			printable.Fprintf(w, "  %-11s %s\n", name+":", value)
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
	line("first day", Day(e.FirstDay))
	line("last day", Day(e.LastDay))
	line("business", businessOf(e))
	if e.RequiresPermission {
		line("needs", "a [[permission]] of Meta's for the country")
	}
	if e.Code != 0 && e.Effect != rules.Allow {
		line("error", fmt.Sprint(e.Code))
	}
	line("confidence", e.Confidence.String())
	line("source", e.Source)
	line("by", e.By)
	line("reason", e.Reason)
}
