package rules

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A table is one TOML table under check. Its methods read one key each: they report what is wrong with it, and their
// second result says whether the first is of use.
type table struct {
	c    *checker
	path string
	name string // as messages call it
	m    map[string]any
}

// errorf reports a problem at a key of the table, or at the table's own line.
func (t table) errorf(name, format string, args ...any) {
	path := t.path
	if name != "" {
		path = key(path, name)
	}
	t.c.errorf(path, format, args...)
}

func (t table) line() int { return t.c.lines.line(t.path) }

// allowOnly reports every key that is not one of known.
func (t table) allowOnly(known []string) {
	for _, name := range keys(t.m) {
		if slices.Contains(known, name) {
			continue
		}
		hint := "known are " + strings.Join(known, ", ")
		if near := nearest(strings.ToLower(name), known); near != "" {
			hint = fmt.Sprintf("did you mean %q?", near)
		}
		t.errorf(name, "unknown key %q in %s; %s", name, t.name, hint)
	}
}

// value returns the value of a key if it is of type T, which want names.
func value[T any](t table, name string, required bool, want string) (v T, ok bool) {
	found, exists := t.m[name]
	if !exists {
		if required {
			t.errorf("", "%s has no %s", t.name, name)
		}
		return v, false
	}
	if v, ok = found.(T); !ok {
		t.errorf(name, "%s is %s; it must be %s", name, kindOf(found), want)
	}
	return v, ok
}

func (t table) integer(name string, required bool) (int64, bool) {
	return value[int64](t, name, required, "an integer")
}

func (t table) boolean(name string, required bool) (bool, bool) {
	return value[bool](t, name, required, "true or false")
}

func (t table) text(name string, required bool) (string, bool) {
	s, ok := value[string](t, name, required, "a string")
	if ok && strings.TrimSpace(s) == "" {
		t.errorf(name, "%s is empty", name)
		return "", false
	}
	return s, ok
}

// choice reads one of the names in choices and returns its place.
func (t table) choice(name string, required bool, choices ...string) (int, bool) {
	s, ok := value[string](t, name, required, "one of "+strings.Join(choices, ", "))
	if !ok {
		return 0, false
	}
	i := slices.Index(choices, s)
	if i < 0 {
		t.errorf(name, "%s is %q; it is one of %s", name, s, strings.Join(choices, ", "))
	}
	return i, i >= 0
}

// date reads a local date. Of the decoder's value only year, month and day count: its zone is the machine's.
func (t table) date(name string, required bool) (time.Time, bool) {
	const want = "a date such as 2026-11-22"
	at, ok := value[time.Time](t, name, required, want)
	if !ok {
		return at, false
	}
	if kind := kindOfTime(at); kind != "a date" {
		t.errorf(name, "%s is %s; it must be %s", name, kind, want)
		return at, false
	}
	year, month, day := at.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC), true
}

// kindOfTime tells the four date types apart by the name that the decoder gives the zones of local ones.
func kindOfTime(at time.Time) string {
	switch at.Location().String() {
	case "date-local":
		return "a date"
	case "time-local":
		return "a time"
	default:
		return "a date with a time"
	}
}

func (t table) window() (from, until time.Time) {
	from, hasFrom := t.date("from", false)
	until, hasUntil := t.date("until", false)
	if hasFrom && hasUntil && !from.Before(until) {
		t.errorf("until", "from %s is not before until %s", from.Format(time.DateOnly), until.Format(time.DateOnly))
	}
	return from, until
}

// id reads the name of an entry, which stands in reports and CSV cells.
func (t table) id() (string, bool) {
	id, ok := t.text("id", true)
	if !ok {
		return "", false
	}
	for _, c := range id {
		if c <= ' ' || c > '~' || strings.ContainsRune("\"',:;|", c) {
			t.errorf("id", "id %q holds %q; an id holds letters, digits and signs such as - _ .", id, c)
			break
		}
	}
	return id, true
}

// code reads an error code of Meta's. 0 says that Meta names none.
func (t table) code(name string) (int, bool) {
	n, ok := t.integer(name, false)
	if ok && (n < 0 || n > 9999999) {
		t.errorf(name, "code is %d; it must be an error code, or 0 where Meta names none", n)
		return 0, false
	}
	return int(n), ok
}

// strings reads an array of at least one string and hands each to use, with a function to report what is wrong with it.
func (t table) strings(name string, use func(s string, errorf func(format string, args ...any))) bool {
	if _, exists := t.m[name]; !exists {
		return false
	}
	list, ok := value[[]any](t, name, false, "an array of strings")
	if !ok {
		return false
	}
	if len(list) == 0 {
		t.errorf(name, "%s is an empty list", name)
	}
	seen := map[string]bool{}
	for i, item := range list {
		errorf := func(format string, args ...any) { t.c.errorf(element(key(t.path, name), i), format, args...) }
		s, ok := item.(string)
		switch {
		case !ok:
			errorf("%s holds %s; it must hold strings", name, kindOf(item))
		case seen[s]:
			errorf("%s holds %q twice", name, s)
		default:
			seen[s] = true
			use(s, errorf)
		}
	}
	return true
}

func (t table) regions(name string) (regions []Region, ok bool) {
	ok = t.strings(name, func(s string, errorf func(string, ...any)) {
		switch s {
		case "EU":
			regions = append(regions, splitRegions(euMembers)...)
		case "EEA":
			regions = append(regions, splitRegions(eeaMembers)...)
		default:
			r, err := ParseRegion(s)
			if err != nil {
				errorf("%w", err)
				return
			}
			regions = append(regions, r)
		}
	})
	slices.SortFunc(regions, func(a, b Region) int { return cmp.Compare(a.String(), b.String()) })
	return slices.Compact(regions), ok
}

// prefixes reads E.164 prefixes and returns their digits.
func (t table) prefixes(name string) (prefixes []string, ok bool) {
	ok = t.strings(name, func(s string, errorf func(string, ...any)) {
		digits, hasPlus := strings.CutPrefix(s, "+")
		switch {
		case !hasPlus || digits == "" || strings.Trim(digits, "0123456789") != "":
			errorf("prefix %q; a prefix is + and digits", s)
		case digits[0] == '0':
			errorf("prefix %q; no calling code begins with 0", s)
		case len(digits) > 15:
			errorf("prefix %q is longer than 15 digits", s)
		default:
			prefixes = append(prefixes, digits)
		}
	})
	return prefixes, ok
}

func (t table) messages(name string) (messages []Message, ok bool) {
	ok = t.strings(name, func(s string, errorf func(string, ...any)) {
		m, err := ParseMessage(s)
		if err != nil {
			errorf("%w", err)
			return
		}
		messages = append(messages, m)
	})
	return messages, ok
}

// tables reads an array of tables.
func (t table) tables(name string) []table {
	found, exists := t.m[name]
	if !exists {
		return nil
	}
	var list []any
	switch v := found.(type) {
	case []map[string]any:
		for _, m := range v {
			list = append(list, m)
		}
	case []any:
		list = v
	default:
		t.errorf(name, "%s is %s; write [[%s]]", name, kindOf(found), name)
		return nil
	}
	if len(list) == 0 {
		t.errorf(name, "%s is an empty list", name)
	}
	var all []table
	for i, item := range list {
		path := element(key(t.path, name), i)
		m, ok := item.(map[string]any)
		if !ok {
			t.c.errorf(path, "%s holds %s; write [[%s]]", name, kindOf(item), name)
			continue
		}
		all = append(all, table{c: t.c, path: path, name: "[[" + name + "]]", m: m})
	}
	return all
}
