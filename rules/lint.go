package rules

import (
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/listgate/listgate/internal/redact"
	"github.com/listgate/listgate/internal/strict"
)

// Lint reads the files at paths as [Load] does, whatever their category, and returns everything for
// which Load would refuse them and, of those that are good, everything that is likely not meant:
//
//   - what has ended, or can never apply: a lift or permission that is over, an entry that is
//     (unless a [[test]] keeps its days in mind), an allow that a deny outweighs or whose file
//     keeps every region anyway, a permission that no entry asks for;
//   - a region or prefix that stands twice, in an entry by itself too: DE beside EU, +1200 beside
//     +1;
//   - a source that is neither an address nor the name of a document;
//   - a category that is spelt almost like a shipped one, or that is one and extends another;
//   - facts read more than age (0: 90 days) before now, or after it.
//
// An allow of one category and a deny of another are no contradiction: they meet only in a run for
// both, which means both. Without paths it looks at the shipped files. What a file's [[test]]
// entries come to, and which prefixes belong to no country, says package filter.
func Lint(now time.Time, age time.Duration, paths ...string) (findings, refused Errors) {
	known, refused := readAll(ReadSource(paths...))
	refused = append(refused, known.checkLifts(nil)...)
	l := linter{now: now, age: cmp.Or(age, maxAge)}
	for _, name := range keys(known.byName) {
		set := known.only(name)
		refused = append(refused, set.checkIDs()...)
		f := known.byName[name]
		if len(f.Lifts) > 0 {
			refused = append(refused, known.checkLifts(set.Files())...)
		}
		if f.Shipped == (len(paths) == 0) && !f.broken && f.Name != "" {
			l.lint(known, set, f)
		}
	}
	return l.findings.compact(), refused.compact()
}

// only returns the set that decides for one category.
func (known catalog) only(name string) *Set {
	set := known.always()
	switch name {
	case Platform:
		set.categories = set.categories[:1]
	case Company:
	default:
		set.asked = []string{name}
		set.categories = append(set.categories, newCategory(known.byName[name]))
	}
	return set
}

// compact sorts the problems and drops those that are told already.
func (es Errors) compact() Errors {
	if es.orNil() == nil {
		return nil
	}
	told := map[string]bool{}
	return slices.DeleteFunc(es, func(e *Error) bool {
		again := told[e.Error()]
		told[e.Error()] = true
		return again
	})
}

// A linter looks for what is understood and yet likely not meant.
type linter struct {
	now      time.Time
	age      time.Duration
	findings Errors
}

func (l *linter) errorf(f *File, line int, format string, args ...any) {
	l.findings = append(l.findings, &Error{f.Path, line, fmt.Errorf(format, args...)})
}

// lint looks at the file that speaks for the last category of set.
func (l *linter) lint(known catalog, set *Set, f *File) {
	l.top(known, f)
	u := set.categories[len(set.categories)-1]
	lifted := map[string]bool{}
	for _, lift := range set.Lifted(l.now) {
		lifted[lift.ID] = true
	}
	together := newNeighbours() // entries that decide together with f
	for _, other := range set.categories {
		for _, e := range other.entries {
			if !lifted[e.ID] && !isOver(e.LastDay, l.now) {
				together.add(e, other == u)
			}
		}
	}
	for _, e := range f.Entries {
		l.source(f, e.Line, e.ID, e.Source)
		if isOver(e.LastDay, l.now) {
			if !f.remembers(e) {
				l.errorf(f, e.Line,
					"%s had its last day on %s and never applies again; take it out, or keep it for the record with a [[test]] on a day when it held",
					e.ID, e.LastDay.Format(time.DateOnly))
			}
			continue
		}
		l.repeatedWithin(e)
		if u.file.DefaultAllow && e.Effect == Allow {
			l.needless(e)
		} else if !l.outweighed(e, together) {
			l.repeated(e, together)
		}
	}
	for _, lift := range f.Lifts {
		l.source(f, lift.Line, "the lift of "+lift.ID, lift.Source)
		if isOver(lift.LastDay, l.now) {
			l.errorf(f, lift.Line, "the lift of %s had its last day on %s; take it out", lift.ID,
				lift.LastDay.Format(time.DateOnly))
		}
	}
	for _, p := range f.Permissions {
		if isOver(p.LastDay, l.now) {
			l.errorf(f, p.Line, "the permission %q had its last day on %s; take it out", p.Reference,
				p.LastDay.Format(time.DateOnly))
		}
		if text := p.hasNoEffect([]*category{u}, f.Name); text != "" {
			l.errorf(f, p.Line, "%s", text)
		}
	}
}

// remembers reports whether a test of the file is about a time at which the entry held.
func (f *File) remembers(e *Entry) bool {
	return slices.ContainsFunc(f.Tests, func(test *Test) bool { return e.holds(test.Message, test.At) })
}

// top looks at the keys of the file itself.
func (l *linter) top(known catalog, f *File) {
	l.source(f, f.lineOf("source"), "the file", f.Source)
	switch old := l.now.Sub(f.AsOf); {
	// what we ship; each run says it
	case f.isBeforeRevision() && (f.Shipped || f.Base != nil && f.AsOf.Equal(f.Base.AsOf)):
	case old > l.age:
		l.errorf(f, f.lineOf("as_of"),
			"as_of: the facts were last read on %s, %d days ago (more than %d); read the policy again (%s)",
			f.AsOf.Format(time.DateOnly), old/day, l.age/day, f.Source)
	case old < -day:
		l.errorf(f, f.lineOf("as_of"), "as_of: the facts were last read on %s, which is still to come",
			f.AsOf.Format(time.DateOnly))
	}
	if known.shipped[f.Name] != nil && f.Base != nil && f.Base.Name != f.Name {
		l.errorf(f, f.lineOf("extends"),
			"category %q is a shipped one, and this file extends %q: the shipped rules of %s no longer decide; extend %q, or give the category another name",
			f.Name, f.Base.Name, f.Name, f.Name)
	}
	if known.shipped[f.Name] == nil && f.Base == nil {
		if near := strict.Nearest(f.Name, keys(known.shipped)); near != "" {
			l.errorf(f, f.line, "category %q is none of the shipped ones; did you mean %q?", f.Name, near)
		}
	}
}

// lineOf returns the line of a top-level key, or the first that the file says anything on where it
// is silent.
func (f *File) lineOf(name string) int {
	for i, line := range strings.Split(f.Text, "\n") {
		if key, _, found := strings.Cut(line, "="); found && strings.TrimSpace(key) == name {
			return i + 1
		}
		if strings.HasPrefix(strings.TrimSpace(line), "[") {
			break
		}
	}
	return f.line
}

var (
	address = regexp.MustCompile(`https?://[^\s"'<>,)]+`)
	word    = regexp.MustCompile(`\pL{2,}`)
)

// source asks for an address, or for a document by its name: two words at least.
func (l *linter) source(f *File, line int, what, source string) {
	for _, found := range address.FindAllString(source, -1) {
		if u, err := url.Parse(found); err != nil || !strings.Contains(u.Hostname(), ".") {
			l.errorf(f, line, "source of %s: %q is no address", what, found)
		}
	}
	if !address.MatchString(source) && len(word.FindAllString(source, 2)) < 2 {
		l.errorf(f, line,
			"source of %s: %q is neither an address (https://…) nor the name of a document; say where the fact was read", what, redact.Mask(source))
	}
}

// outweighed finds the regions and prefixes of an allow that a deny takes back, whenever it could
// apply, and reports whether that is all of them.
func (l *linter) outweighed(e *Entry, all *neighbours) bool {
	if e.Effect != Allow {
		return false
	}
	places, taken, by := 0, 0, map[*Entry][]string{}
	e.eachPlace(func(region Region, prefix string) {
		places++
		for _, other := range all.naming(region, prefix) {
			if other.Effect == Deny && l.covers(other, e) {
				taken++
				by[other] = append(by[other], placeName(region, prefix))
				return
			}
		}
	})
	for _, other := range all.inOrder(by) {
		l.errorf(e.File, e.Line, "%s never applies to %s: %s (%s:%d) denies it, and nothing outweighs a deny", e.ID,
			listed(by[other]),
			other.ID, other.File.Path, other.Line)
	}
	return taken == places
}

// repeated finds the regions and prefixes of an entry that another one of the same category says as
// much of.
func (l *linter) repeated(e *Entry, all *neighbours) {
	by := map[*Entry][]string{}
	e.eachPlace(func(region Region, prefix string) {
		for _, other := range all.naming(region, prefix) {
			if other != e && other.Effect == e.Effect && all.isOwn(other) && l.saysAsMuch(other, e, all) {
				by[other] = append(by[other], placeName(region, prefix))
				return
			}
		}
	})
	for _, other := range all.inOrder(by) {
		l.errorf(e.File, e.Line, "%s: %s stands twice; %s (%s:%d) says as much", e.ID, listed(by[other]), other.ID,
			other.File.Path, other.Line)
	}
}

// saysAsMuch reports whether e adds nothing to other where both name a place. Of two that say the
// same it is the second.
func (l *linter) saysAsMuch(other, e *Entry, all *neighbours) bool {
	if !l.covers(other, e) || e.Effect == Allow && !other.countsWith(e) {
		return false
	}
	same := l.covers(e, other) && (e.Effect != Allow || e.countsWith(other))
	return !same || all.order[other] < all.order[e]
}

// countsWith reports whether e counts wherever other, an allow too, does.
func (e *Entry) countsWith(other *Entry) bool {
	return e.RequiresPermission == other.RequiresPermission &&
		(e.RequiresPermission || e.Confidence >= other.Confidence)
}

// covers reports whether e holds for every message and sender, and at every time from now on, for
// which other does.
func (l *linter) covers(e, other *Entry) bool {
	for m := Marketing; m <= Service; m++ {
		if !e.IsFor(m) && other.IsFor(m) {
			return false
		}
	}
	begins := l.now
	if other.FirstDay.After(begins) {
		begins = other.FirstDay
	}
	return !e.FirstDay.After(begins) &&
		(e.LastDay.IsZero() || !other.LastDay.IsZero() && !other.LastDay.After(e.LastDay)) &&
		!slices.ContainsFunc(e.BusinessNotIn, func(r Region) bool { return !slices.Contains(other.BusinessNotIn, r) })
}

// eachPlace calls use for each region and prefix of the entry; the other of the two is zero.
func (e *Entry) eachPlace(use func(region Region, prefix string)) {
	for _, region := range e.Regions {
		use(region, "")
	}
	for _, prefix := range e.Prefixes {
		use(Region{}, prefix)
	}
}

func placeName(region Region, prefix string) string {
	if prefix != "" {
		return "+" + prefix
	}
	return region.String()
}

// mostListed is how many places a finding names.
const mostListed = 50

func listed(names []string) string {
	if more := len(names) - mostListed; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:mostListed], " "), more)
	}
	return strings.Join(names, " ")
}
