package config

import (
	"slices"
	"strconv"
	"strings"

	"github.com/listgate/listgate/internal/strict"
)

// A Key is a top-level key that a file may hold: the default of something that a command lets
// people choose.
type Key struct {
	Name string
	Type Type
}

// A Type is the TOML type of a key's value.
type Type uint8

const (
	Text    Type = iota // a string
	Integer             // an integer
	Boolean             // true or false
	List                // an array of strings
)

var typeNames = [...]string{Text: "a string", Integer: "an integer", Boolean: "a boolean", List: "an array"}

// A Default is the value of a top-level key.
type Default struct {
	Key
	Line   int
	Values []string // as they would be typed; several only of a List
}

// defaults reads the top-level keys.
func (r *reader) defaults(t strict.Table, keys []Key) {
	if len(keys) == 0 { // a program that names none can only tell a table from a default
		for _, name := range t.Keys() {
			if kind := t.Kind(name); name != "account" && (kind == "a table" || kind == "an array of tables") {
				t.Errorf(name, "unknown table %q; the one that may stand here is [[account]]", name)
			}
		}
		return
	}
	known := []string{"account"}
	for _, k := range keys {
		known = append(known, k.Name)
	}
	slices.Sort(known)
	r.allowOnly(t, slices.Compact(known))
	for _, name := range t.Keys() {
		// Two commands may use one name with two types. The value is a default for those whose type
		// it has.
		var named []Key
		for _, k := range keys {
			if k.Name == name {
				named = append(named, k)
			}
		}
		if len(named) == 0 {
			continue
		}
		fits := slices.IndexFunc(named, func(k Key) bool { return typeNames[k.Type] == t.Kind(name) })
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

// read returns the value of a key as it would be typed on a command line.
func read(t strict.Table, k Key) (values []string, ok bool) {
	switch k.Type {
	case Integer:
		n, ok := t.Integer(k.Name, true)
		return []string{strconv.FormatInt(n, 10)}, ok
	case Boolean:
		b, ok := t.Boolean(k.Name, true)
		return []string{strconv.FormatBool(b)}, ok
	case List:
		ok = t.Strings(k.Name, func(s string, _ int) { values = append(values, s) })
	default:
		var s string
		s, ok = t.Text(k.Name, true)
		values = []string{s}
	}
	for _, s := range values {
		if hasCredentials(s) {
			t.Errorf(
				k.Name,
				"%s holds credentials; a secret stands in a file of its own or in the environment, never in %s",
				k.Name,
				Name,
			)
			return nil, false
		}
	}
	return values, ok
}

// hasCredentials reports whether s is an address such as nats://user:password@host or
// nats://token@host.
func hasCredentials(s string) bool {
	_, rest, ok := strings.Cut(s, "://")
	user, _, isUser := strings.Cut(rest, "@")
	return ok && isUser && !strings.Contains(user, "/")
}
