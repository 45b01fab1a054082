package policypage

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/listgate/listgate/rules"
)

// finder finds the lists in a document.
type finder struct {
	name  string
	doc   *document
	errs  rules.Errors
	notes []string
}

func (f *finder) errorf(line int, format string, args ...any) {
	f.errs = append(f.errs, &rules.Error{File: f.name, Line: line, Err: fmt.Errorf(format, args...)})
}

func (f *finder) notef(line int, format string, args ...any) {
	if len(f.notes) < mostNotes {
		f.notes = append(f.notes, fmt.Sprintf("%s:%d: %s", f.name, line, fmt.Sprintf(format, args...)))
	}
}

const (
	mostNotes    = 50
	mostHeadings = 50   // of lists, on one page: an index, the lists, and room
	mostNames    = 2000 // pieces below one heading: there are some 250 countries
)

// A found is a heading of a list, with what stands below it.
type found struct {
	category string // "" for a heading of no category that there are rules for
	title    string
	line     int
	section
}

// lists returns the list of each category.
func (f *finder) lists() []List {
	all, ok := f.sections()
	if !ok {
		return nil
	}
	var lists []List
	for _, h := range headings {
		var own []found
		for _, s := range all {
			if s.category == h.category {
				own = append(own, s)
			}
		}
		if list, ok := f.pick(h.category, h.text, own); ok {
			lists = append(lists, list)
		}
	}
	for _, s := range all {
		if s.category == "" && len(s.regions) > 0 {
			f.notef(
				s.line,
				"%s is a list of countries for no category that listgate knows; it was not read",
				shown(s.title),
			)
		}
	}
	f.noteDocument(all)
	return lists
}

// noteDocument tells what a person should know of the page as a whole, and of what was left out in
// the lists.
func (f *finder) noteDocument(all []found) {
	if address := f.doc.address; address != "" && !isMetas(address) {
		f.notef(1, "the page was saved from %s, which is none of Meta's; compare it with %s", shown(address), Address)
	}
	for _, n := range f.doc.notes {
		for _, s := range all {
			if len(s.regions) > 0 && n.line >= s.line && n.line <= s.lastLine {
				f.notef(n.line, "%s", n.text)
				break
			}
		}
	}
}

// sections returns every heading of a list with what stands below it.
func (f *finder) sections() (all []found, ok bool) {
	blocks := f.doc.blocks
	for i, b := range blocks {
		category, rest, ok := listHeading(b.text)
		if !ok || b.inTOC {
			continue
		}
		if len(all) == mostHeadings {
			f.errorf(b.line, "more than %d headings of lists; is it the policy page?", mostHeadings)
			return nil, false
		}
		end := i + 1
		for end < len(blocks) && !ends(b, blocks[end]) {
			end++
		}
		below := blocks[i+1 : end]
		if rest != "" {
			below = append([]block{{line: b.line, run: -1, text: rest}}, below...)
		}
		all = append(all, found{category: category, title: b.text, line: b.line, section: readSection(below)})
	}
	return all, true
}

// ends reports whether b ends what stands below a heading: another list's heading, or a heading of
// the same level or above.
func ends(head, b block) bool {
	if _, _, ok := listHeading(b.text); ok && !b.inTOC {
		return true
	}
	return b.kind == heading && (head.kind != heading || b.level <= head.level)
}

// pick returns the one list of a category among the places where its heading stands: an index of
// the page may hold it, too.
func (f *finder) pick(category, title string, places []found) (List, bool) {
	var withList []found
	for _, s := range places {
		if len(s.regions) > 0 || s.isList {
			withList = append(withList, s)
		}
	}
	if len(withList) == 0 {
		f.missing(title, places)
		return List{}, false
	}
	broken := false
	for _, s := range withList {
		for _, p := range s.problems {
			f.errorf(p.line, "%s: %s", category, p.text)
			broken = true
		}
	}
	if broken {
		return List{}, false
	}
	first := withList[0]
	for _, other := range withList[1:] {
		if !slices.Equal(first.regions, other.regions) {
			f.errorf(
				other.line,
				"%s: two lists that disagree: one below line %d, one here; %s",
				category,
				first.line,
				difference(first.regions, other.regions),
			)
			return List{}, false
		}
		f.notef(other.line, "%s: the same list stands below line %d, too", category, first.line)
	}
	for _, n := range first.notes {
		f.notef(n.line, "%s: %s", category, n.text)
	}
	return List{Category: category, Line: first.line, Regions: first.regions}, true
}

// missing says that a category has no list, and what may be the reason.
func (f *finder) missing(title string, places []found) {
	hint := ""
	switch language := strings.ToLower(f.doc.language); {
	case language != "" && language != "en" && !strings.HasPrefix(language, "en-") &&
		!strings.HasPrefix(language, "en_"):
		hint = fmt.Sprintf(
			"; the page says that its language is %s: open it in English, and save that",
			shown(f.doc.language),
		)
	case len(f.doc.blocks) < 10:
		hint = "; there is next to no text in it: wait until the page is shown whole, then save it"
	}
	if len(places) > 0 {
		f.errorf(
			places[0].line,
			"no list of countries below the heading %s%s; if the page folds it away, open it before you save",
			shown(title),
			hint,
		)
		return
	}
	f.errorf(0, "no list %s%s", shown(title), hint)
}

// difference names what only one of two lists holds.
func difference(a, b []rules.Region) string {
	only := func(a, b []rules.Region) string {
		var names []string
		for _, r := range a {
			if !slices.Contains(b, r) {
				names = append(names, r.Name())
			}
		}
		if len(names) > 5 {
			names = append(names[:5], fmt.Sprintf("%d more", len(names)-5))
		}
		return strings.Join(names, ", ")
	}
	var parts []string
	if names := only(a, b); names != "" {
		parts = append(parts, "only in the first: "+names)
	}
	if names := only(b, a); names != "" {
		parts = append(parts, "only in the second: "+names)
	}
	return strings.Join(parts, "; ")
}

const dashes = `[-‐‑‒–—―−﹘﹣－:：|~·•]`

var listTitle = regexp.MustCompile(
	`(?i)^(?:section\s+)?(?:\d+(?:\.\d+)*[.)]?\s+|\(?[a-z][.)]\s+)?(\S.{0,80}?)\s*` + dashes +
		`+\s*allowed\s+countries(?:\s*(?:and|or|&|/)\s*(?:regions|territories))?\s*(?::\s*(.*)|\.?)$`,
)

// listHeading reports whether a text is the heading of a list: a vertical, a dash, "Allowed
// Countries". rest is what follows behind a colon. The category is empty if the vertical is none of
// ours.
func listHeading(text string) (category, rest string, ok bool) {
	if len(text) > 4000 || !strings.Contains(strings.ToLower(text), "allowed") {
		return "", "", false
	}
	m := listTitle.FindStringSubmatch(seen(text))
	if m == nil {
		return "", "", false
	}
	return verticals[plainVertical(m[1])], m[2], true
}

var bracketed = regexp.MustCompile(`\([^)]*\)`)

// plainVertical takes off what spellings of one vertical differ in.
func plainVertical(text string) string {
	text = strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			return c
		}
		return ' '
	}, strings.ToLower(bracketed.ReplaceAllString(text, " ")))
	words := slices.DeleteFunc(strings.Fields(text), func(word string) bool { return word == "and" })
	return strings.Join(words, " ")
}
