// Package policypage reads the country lists of the WhatsApp Business Messaging Policy from the
// page as a person saved it.
//
//	page, err := policypage.Read("page.html", file)
//	for _, list := range page.Lists {
//		fmt.Println(list.Category, len(list.Regions))
//	}
//
// Each list stands under a heading of its own, "Alcohol – Allowed Countries". A page may be HTML,
// MHTML, plain text or Markdown; which of them it is shows by its content. Only what a reader of
// the page sees counts: scripts, hidden elements, navigation and struck-out text do not.
//
// A page that is not wholly understood is refused. A recipient is messaged because of what is read
// here, so nothing is guessed: not an unknown name, not which of two lists is meant.
//
// # Source
//
// That the page has these headings, a paragraph and then a list of names is known from archived
// copies of Meta's policy of 2025-12-01 to 2026-08-22. How the page is marked up is not known; the
// reader relies on the words alone.
package policypage

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/listgate/listgate/internal/redact"
	"github.com/listgate/listgate/internal/strict"
	"github.com/listgate/listgate/rules"
)

// Address is where Meta publishes the policy.
const Address = "https://whatsappbusiness.com/policy/"

// maxBytes is far more than a policy takes with all its styles and pictures.
const maxBytes = 32 << 20

// A Page is a saved page, wholly understood. It is read only.
type Page struct {
	Name    string   // as it was given to Read
	Address string   // where it was saved from; empty if it does not say
	Lists   []List   // one for each category that has a list, sorted by category
	Notes   []string // what a person should look at, one line each
}

// A List is the countries that a category may message.
type List struct {
	Category string         // the name of its rule file
	Line     int            // of the list's heading, from 1
	Regions  []rules.Region // sorted, each once
}

// verticals are the headings' first words, plain, and the categories that they mean.
var verticals = map[string]string{
	"alcohol":                    "alcohol",
	"online gambling":            "online-gambling",
	"online gambling gaming":     "online-gambling",
	"online gaming gambling":     "online-gambling",
	"over the counter drugs":     "otc-drugs",
	"over the counter otc drugs": "otc-drugs",
	"otc drugs":                  "otc-drugs",
}

// headings are the lists that a page must have, as the page writes them.
var headings = []struct{ category, text string }{
	{"alcohol", "Alcohol – Allowed Countries"},
	{"online-gambling", "Online Gambling and Gaming – Allowed Countries"},
	{"otc-drugs", "Over-the-Counter Drugs – Allowed Countries"},
}

// Read reads a saved page. name is what messages call it.
//
// Whatever is not understood is an error: no page, no list for a category, two lists for one, an
// unknown name, a list that has lost more than half of the countries in the shipped rules. The
// error is [rules.Errors], with everything that is wrong.
func Read(name string, r io.Reader) (*Page, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	if err != nil {
		return nil, rules.Errors{{File: name, Err: strict.Plain(err)}}
	}
	if len(data) > maxBytes {
		return nil, rules.Errors{
			{File: name, Err: fmt.Errorf("larger than %d MiB; is it the saved policy page?", maxBytes>>20)},
		}
	}
	doc, err := readDocument(data)
	if err != nil {
		problem := &rules.Error{File: name, Err: err}
		if at, ok := errors.AsType[*lineError](err); ok {
			problem.Line, problem.Err = at.line, at.err
		}
		return nil, rules.Errors{problem}
	}
	f := finder{name: name, doc: doc}
	page := &Page{Name: name, Address: doc.address, Lists: f.lists()}
	if len(f.errs) == 0 {
		f.compare(page.Lists)
	}
	if len(f.errs) > 0 {
		slices.SortStableFunc(f.errs, func(a, b *rules.Error) int { return a.Line - b.Line })
		return nil, f.errs
	}
	page.Notes = f.notes
	return page, nil
}

// compare holds the lists against the shipped ones. A page that was cut short or restructured looks
// like a short list.
func (f *finder) compare(lists []List) {
	shipped, err := rules.List()
	if err != nil {
		f.errs = append(f.errs, &rules.Error{File: f.name, Err: err})
		return
	}
	for _, list := range lists {
		i := slices.IndexFunc(shipped, func(file *rules.File) bool { return file.Name == list.Category })
		if i < 0 {
			continue
		}
		before, now := len(Allowed(shipped[i])), len(list.Regions)
		switch {
		case 2*now < before:
			f.errorf(
				list.Line,
				"%s: only %d countries; the shipped rules have %d, and more than half of them are gone. "+
					"If the page is whole and Meta did this: listgate rules init %[1]s --allow FILE",
				list.Category,
				now,
				before,
			)
		case before > 0 && now > 2*before:
			f.notef(
				list.Line,
				"%s: %d countries, more than twice as many as the %d of the shipped rules",
				list.Category,
				now,
				before,
			)
		}
	}
}

// Allowed returns the regions that a rule file's [[allow]] entries name, sorted, each once.
func Allowed(file *rules.File) []rules.Region {
	var regions []rules.Region
	for _, e := range file.Entries {
		if e.Effect == rules.Allow {
			regions = append(regions, e.Regions...)
		}
	}
	return sorted(regions)
}

func sorted(regions []rules.Region) []rules.Region {
	regions = slices.Clone(regions)
	slices.SortFunc(regions, func(a, b rules.Region) int { return strings.Compare(a.String(), b.String()) })
	return slices.Compact(regions)
}

// A lineError is something wrong at a line of the page.
type lineError struct {
	line int
	err  error
}

func (e *lineError) Error() string { return e.err.Error() }

func errorAt(line int, format string, args ...any) error {
	return &lineError{line, fmt.Errorf(format, args...)}
}

// shown is a piece of the page as messages show it: short, and without what may be a phone number.
func shown(text string) string {
	const most = 60
	if cut := []rune(text); len(cut) > most {
		text = string(cut[:most]) + "…"
	}
	return fmt.Sprintf("%q", redact.Mask(text))
}
