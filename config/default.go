package config

import (
	"slices"
	"strconv"
	"strings"

	"github.com/listgate/listgate/internal/strict"
)

// A Flag is one that a file may hold a default for, by its name.
type Flag struct {
	Name string
	Kind Kind
}

// A Kind is the type of a flag's value.
type Kind uint8

const (
	Text    Kind = iota // a string
	Integer             // an integer
	Boolean             // true or false
	List                // a flag that can be repeated: an array of strings
)

var kindNames = [...]string{Text: "a string", Integer: "an integer", Boolean: "a boolean", List: "an array"}

// A Default is the value of a flag that is not given.
type Default struct {
	Flag
	Line   int
	Values []string // as they would be typed; several only of a List
}

// defaults reads the top-level keys.
func (r *reader) defaults(t strict.Table, flags []Flag) {
	if len(flags) == 0 { // of a program that knows none, only a table can be told from a default
		for _, name := range t.Keys() {
			if kind := t.Kind(name); name != "account" && (kind == "a table" || kind == "an array of tables") {
				t.Errorf(name, "unknown table %q; the one that may stand here is [[account]]", name)
			}
		}
		return
	}
	known := []string{"account"}
	for _, f := range flags {
		known = append(known, f.Name)
	}
	slices.Sort(known)
	r.allowOnly(t, slices.Compact(known))
	for _, name := range t.Keys() {
		// Two commands may have flags of one name and two types: the file's default is for those that it fits.
		var named []Flag
		for _, f := range flags {
			if f.Name == name {
				named = append(named, f)
			}
		}
		if len(named) == 0 {
			continue
		}
		fits := slices.IndexFunc(named, func(f Flag) bool { return kindNames[f.Kind] == t.Kind(name) })
		if values, ok := read(t, named[max(fits, 0)]); ok {
			r.config.Defaults = append(r.config.Defaults, Default{named[max(fits, 0)], t.Line(name), values})
		}
	}
}

func (r *reader) allowOnly(t strict.Table, known []string) {
	for _, name := range t.Keys() {
		if !slices.Contains(known, name) {
			t.Errorf(name, "unknown key %q; a key is account or the name of a flag that may have a default%s", name,
				strict.DidYouMean(strings.ReplaceAll(strings.ToLower(name), "_", "-"), known))
		}
	}
}

// read returns what a flag would be given on the command line.
func read(t strict.Table, f Flag) (values []string, ok bool) {
	switch f.Kind {
	case Integer:
		n, ok := t.Integer(f.Name, true)
		return []string{strconv.FormatInt(n, 10)}, ok
	case Boolean:
		b, ok := t.Boolean(f.Name, true)
		return []string{strconv.FormatBool(b)}, ok
	case List:
		ok = t.Strings(f.Name, func(s string, _ int) { values = append(values, s) })
	default:
		var s string
		s, ok = t.Text(f.Name, true)
		values = []string{s}
	}
	for _, s := range values {
		if hasCredentials(s) {
			t.Errorf(f.Name, "%s holds credentials; a secret stands in a file of its own or in the environment, never in %s", f.Name, Name)
			return nil, false
		}
	}
	return values, ok
}

// hasCredentials reports whether s is an address such as nats://user:password@host or nats://token@host.
func hasCredentials(s string) bool {
	_, rest, ok := strings.Cut(s, "://")
	user, _, isUser := strings.Cut(rest, "@")
	return ok && isUser && !strings.Contains(user, "/")
}
