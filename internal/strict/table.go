package strict

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// A Table is one table of a text. Its methods read one key each: they note what is wrong with it,
// and their second result says whether the first is of use.
type Table struct {
	text *checked
	path string
	name string // as messages call it
	m    map[string]any
}

// checked is what the tables of one text share.
type checked struct {
	lines    positions
	problems []Problem
	more     MoreProblems // beside maxProblems
}

// Problems returns what was found wrong with the whole text so far, in the order in which it was
// found: the first 1000 of them, and how many more there are as [MoreProblems].
func (t Table) Problems() []Problem {
	if t.text.more == 0 {
		return t.text.problems
	}
	return append(slices.Clip(t.text.problems), Problem{Err: t.text.more})
}

// Errorf notes a problem at a key of the table; at the table's own line if name is empty.
func (t Table) Errorf(name, format string, args ...any) { t.errorAt(t.pathOf(name), format, args...) }

// ErrorAtLine notes a problem at a line.
func (t Table) ErrorAtLine(line int, format string, args ...any) {
	if len(t.text.problems) == maxProblems {
		t.text.more++
		return
	}
	t.text.problems = append(t.text.problems, Problem{line, masked(fmt.Errorf(format, args...))})
}

func (t Table) errorAt(path, format string, args ...any) {
	t.ErrorAtLine(t.text.lines.line(path), format, args...)
}

func (t Table) pathOf(name string) string {
	if name == "" {
		return t.path
	}
	return key(t.path, name)
}

// Line returns the line of a key, or the table's own if name is empty or the table has no such key.
func (t Table) Line(name string) int { return t.text.lines.line(t.pathOf(name)) }

// Name returns what messages call the table: "the file", "[[deny]]".
func (t Table) Name() string { return t.name }

// Has reports whether the table has a key, whatever its value.
func (t Table) Has(name string) bool {
	_, ok := t.m[name]
	return ok
}

// Kind names the type of a key's value as TOML does, such as "a string".
func (t Table) Kind(name string) string { return kindOf(t.m[name]) }

// Keys returns the names of all keys, sorted.
func (t Table) Keys() []string { return slices.Sorted(maps.Keys(t.m)) }

// AllowOnly notes every key that is not one of known.
func (t Table) AllowOnly(known ...string) { t.AllowBeside(nil, known...) }

// AllowBeside is AllowOnly where other keys may stand, too, which no message proposes.
func (t Table) AllowBeside(others []string, known ...string) {
	for _, name := range t.Keys() {
		if slices.Contains(known, name) || slices.Contains(others, name) {
			continue
		}
		hint := "known are " + strings.Join(known, ", ")
		if near := Nearest(strings.ToLower(name), known); near != "" {
			hint = fmt.Sprintf("did you mean %q?", near)
		}
		t.Errorf(name, "unknown key %q in %s; %s", name, t.name, hint)
	}
}

// value returns the value of a key if it is of type T, which want names.
func value[T any](t Table, name string, required bool, want string) (v T, ok bool) {
	found, exists := t.m[name]
	if !exists {
		if required {
			t.Errorf("", "%s has no %s", t.name, name)
		}
		return v, false
	}
	if v, ok = found.(T); !ok {
		t.Errorf(name, "%s is %s; it must be %s", name, kindOf(found), want)
	}
	return v, ok
}

// Integer reads an integer.
func (t Table) Integer(name string, required bool) (int64, bool) {
	return value[int64](t, name, required, "an integer")
}

// Boolean reads true or false.
func (t Table) Boolean(name string, required bool) (bool, bool) {
	return value[bool](t, name, required, "true or false")
}

// Text reads a string that is not blank.
func (t Table) Text(name string, required bool) (string, bool) {
	s, ok := value[string](t, name, required, "a string")
	if ok && strings.TrimSpace(s) == "" {
		t.Errorf(name, "%s is empty", name)
		return "", false
	}
	return s, ok
}

// Choice reads one of the names in choices and returns its place.
func (t Table) Choice(name string, required bool, choices ...string) (int, bool) {
	s, ok := value[string](t, name, required, "one of "+strings.Join(choices, ", "))
	if !ok {
		return 0, false
	}
	i := slices.Index(choices, s)
	if i < 0 {
		t.Errorf(name, "%s is %q; it is one of %s", name, s, strings.Join(choices, ", "))
	}
	return i, i >= 0
}

// Date reads a local date, 00:00 UTC. Of the decoder's value only year, month and day count: its
// zone is the machine's.
func (t Table) Date(name string, required bool) (time.Time, bool) {
	const want = "a date such as 2026-11-22"
	at, ok := value[time.Time](t, name, required, want)
	if !ok {
		return at, false
	}
	if kind := kindOfTime(at); kind != "a date" {
		t.Errorf(name, "%s is %s; it must be %s", name, kind, want)
		return at, false
	}
	year, month, day := at.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC), true
}

// Strings reads an array of at least one string and hands each to use, with its line.
func (t Table) Strings(name string, use func(s string, line int)) bool {
	if !t.Has(name) {
		return false
	}
	list, ok := value[[]any](t, name, false, "an array of strings")
	if !ok {
		return false
	}
	if len(list) == 0 {
		t.Errorf(name, "%s is an empty list", name)
	}
	seen := map[string]bool{}
	for i, item := range list {
		line := t.text.lines.line(element(key(t.path, name), i))
		s, ok := item.(string)
		switch {
		case !ok:
			t.ErrorAtLine(line, "%s holds %s; it must hold strings", name, kindOf(item))
		case seen[s]:
			t.ErrorAtLine(line, "%s holds %q twice", name, s)
		default:
			seen[s] = true
			use(s, line)
		}
	}
	return true
}

// Tables reads an array of tables.
func (t Table) Tables(name string) []Table {
	found, exists := t.m[name]
	if !exists {
		return nil
	}
	header := "[[" + name + "]]"
	if outer, ok := strings.CutSuffix(t.name, "]]"); ok {
		header = outer + "." + name + "]]"
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
		t.Errorf(name, "%s is %s; write %s", name, kindOf(found), header)
		return nil
	}
	if len(list) == 0 {
		t.Errorf(name, "%s is an empty list", name)
	}
	var all []Table
	for i, item := range list {
		path := element(key(t.path, name), i)
		m, ok := item.(map[string]any)
		if !ok {
			t.errorAt(path, "%s holds %s; write %s", name, kindOf(item), header)
			continue
		}
		all = append(all, Table{text: t.text, path: path, name: header, m: m})
	}
	return all
}

// kindOf names the type of a decoded value as TOML does.
func kindOf(value any) string {
	switch v := value.(type) {
	case string:
		return "a string"
	case int64:
		return "an integer"
	case float64:
		return "a float"
	case bool:
		return "a boolean"
	case time.Time:
		return kindOfTime(v)
	case []any:
		return "an array"
	case []map[string]any:
		return "an array of tables"
	default:
		return "a table"
	}
}

// kindOfTime tells the four date types apart by the name that the decoder gives the zones of local
// ones.
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
