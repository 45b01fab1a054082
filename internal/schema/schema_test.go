package schema_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/config"
	"github.com/listgate/listgate/internal/schema"
	"github.com/listgate/listgate/rules"
)

// onlyLoader are the files that the loader refuses and the schema accepts, with what a schema
// cannot say.
var onlyLoader = map[string]string{
	"rules/testdata/err/entries.toml":        "how many entries there are",
	"rules/testdata/err/lift-elsewhere.toml": "which ids other files have",
	"rules/testdata/err/lift-replaced.toml":  "which ids other files have",
	"rules/testdata/err/lift-unknown.toml":   "which ids other files have",
	"rules/testdata/lint/lifts/alcohol.toml": "which ids other files have",
	"config/testdata/err/twice.toml":         "that two accounts have one name or id",
}

func compile(t *testing.T, document any) *jsonschema.Schema {
	t.Helper()
	var text bytes.Buffer
	require.NoError(t, schema.Write(&text, document))
	value, err := jsonschema.UnmarshalJSON(&text)
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	require.NoError(t, c.AddResource("schema.json", value))
	compiled, err := c.Compile("schema.json")
	require.NoError(t, err)
	return compiled
}

// document is a TOML file as programs hand it to a schema: dates are strings. ok is false if it is
// no TOML.
func document(t *testing.T, path string) (value any, ok bool) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var m map[string]any
	if _, err := toml.Decode(strings.TrimPrefix(string(text), "\uFEFF"), &m); err != nil {
		return nil, false
	}
	encoded, err := json.Marshal(datesAsText(m))
	require.NoError(t, err)
	value, err = jsonschema.UnmarshalJSON(bytes.NewReader(encoded))
	require.NoError(t, err)
	return value, true
}

func datesAsText(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			v[name] = datesAsText(inner)
		}
	case []map[string]any:
		for _, inner := range v {
			datesAsText(inner)
		}
	case []any:
		for i, inner := range v {
			v[i] = datesAsText(inner)
		}
	case time.Time:
		if v.Location().String() == "date-local" {
			return v.Format(time.DateOnly)
		}
		return v.Format(time.RFC3339)
	}
	return value
}

// files are all TOML files of the repository, by their paths from its top.
func files(t *testing.T) []string {
	t.Helper()
	var paths []string
	err := filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && len(entry.Name()) > 2 {
			return filepath.SkipDir
		}
		if err == nil && filepath.Ext(path) == ".toml" {
			near, _ := filepath.Rel("../..", path)
			paths = append(paths, filepath.ToSlash(near))
		}
		return err
	})
	require.NoError(t, err)
	return paths
}

// isConfig tells a listgate.toml from a rule file.
func isConfig(path string) bool {
	return filepath.Base(path) == config.Name || strings.HasPrefix(path, "config/")
}

// The schema accepts what the loader accepts, and refuses what the loader refuses, but for what
// onlyLoader names.
func TestRuleFiles(t *testing.T) {
	compiled := compile(t, schema.RuleFile())
	accepted, refused := 0, 0
	for _, path := range files(t) {
		if isConfig(path) {
			continue
		}
		value, isTOML := document(t, filepath.Join("../..", path))
		if !isTOML {
			continue
		}
		_, loadErr := rules.List(filepath.Join("../..", path))
		compare(t, path, loadErr, compiled.Validate(value))
		if loadErr == nil {
			accepted++
		} else {
			refused++
		}
	}
	require.Greater(t, accepted, 20)
	require.Greater(t, refused, 20)
}

func compare(t *testing.T, path string, loadErr, schemaErr error) {
	t.Helper()
	reason, isException := onlyLoader[path]
	switch {
	case loadErr == nil:
		require.NoError(t, schemaErr, path)
	case isException:
		require.NoError(t, schemaErr, "%s: the schema refuses it, too; take it off the list (%s)", path, reason)
	default:
		require.Error(t, schemaErr, "%s: %v", path, loadErr)
	}
}

// keys are the top-level keys that the files of package config use.
var keys = []schema.Default{
	{Key: config.Key{Name: "category", Type: config.List}}, {Key: config.Key{Name: "rules", Type: config.List}},
	{Key: config.Key{Name: "store"}},
	{Key: config.Key{Name: "column"}}, {Key: config.Key{Name: "at"}}, {Key: config.Key{Name: "suppress"}},
	{Key: config.Key{Name: "message"}},
	{Key: config.Key{Name: "default-region"}}, {Key: config.Key{Name: "output"}},
	{Key: config.Key{Name: "output", Type: config.List}},
	{Key: config.Key{Name: "max-rule-age", Type: config.Integer}},
	{Key: config.Key{Name: "jobs", Type: config.Integer}},
	{Key: config.Key{Name: "dedupe", Type: config.Boolean}},
}

func TestConfigFiles(t *testing.T) {
	compiled := compile(t, schema.Config(keys))
	var known []config.Key
	for _, k := range keys {
		known = append(known, k.Key)
	}
	n := 0
	for _, path := range files(t) {
		if !isConfig(path) {
			continue
		}
		value, isTOML := document(t, filepath.Join("../..", path))
		if !isTOML {
			continue
		}
		_, loadErr := config.Load(filepath.Join("../..", path), known...)
		compare(t, path, loadErr, compiled.Validate(value))
		n++
	}
	require.Greater(t, n, 6)
}

// values are right and wrong ones of every type.
var values = []any{"", "x", "IN", "EU", "deny", "medium", "marketing", "platform", "company", "+7978", "2026-11-22",
	"a_b", "a\nb",
	strings.Repeat("ab", 32), "900000000000001", int64(1), int64(-1), int64(10_000_000), true, day, []any{},
	[]any{"IN"}, []any{"EU", "EU"}, []any{"+0"},
	[]any{int64(1)}, []any{"900000000000001"}, map[string]any{}, []map[string]any{{}}}

// day is a local date, as the decoder gives it.
var day = func() time.Time {
	var m map[string]time.Time
	if _, err := toml.Decode("day = 2026-11-22", &m); err != nil {
		panic(err)
	}
	return m["day"]
}()

// crossChecks are what only the loader finds, by a part of its message.
var crossChecks = []string{"stands twice", "before first_day", "entries is", "may hold a phone number",
	"must be a date", "is a date", "no word; an id",
	"is lifted twice", "this file lifts", "no shipped entry", "no shipped rule", "may extend", "takes the place"}

// Each key by itself, with a value of every type, right and wrong: the loader and the schema agree.
func TestEachKey(t *testing.T) {
	var known []config.Key
	for _, k := range keys {
		known = append(known, k.Key)
	}
	for _, test := range []struct {
		path   string
		schema any
		load   func(path string) error
	}{
		{"../../rules/testdata/ok/whole.toml", schema.RuleFile(),
			func(path string) error { _, err := rules.List(path); return err }},
		{"../../rules/testdata/ok/extends.toml", schema.RuleFile(),
			func(path string) error { _, err := rules.List(path); return err }},
		{"../../config/testdata/whole.toml", schema.Config(keys),
			func(path string) error { _, err := config.Load(path, known...); return err }},
	} {
		compiled := compile(t, test.schema)
		path := filepath.Join(t.TempDir(), config.Name)
		check := func(where string, whole map[string]any) {
			var text bytes.Buffer
			require.NoError(t, toml.NewEncoder(&text).Encode(whole))
			require.NoError(t, os.WriteFile(path, text.Bytes(), 0o600))
			value, ok := document(t, path)
			require.True(t, ok)
			loadErr, schemaErr := test.load(path), compiled.Validate(value)
			if loadErr == nil {
				require.NoError(t, schemaErr, "%s: %s\n%s", test.path, where, text.String())
			} else if schemaErr == nil {
				for line := range strings.SplitSeq(loadErr.Error(), "\n") {
					cross := slices.ContainsFunc(crossChecks,
						func(part string) bool { return strings.Contains(line, part) })
					require.True(t, cross, "%s: %s: the loader says %q, and the schema accepts it",
						test.path, where, line)
				}
			}
		}
		var whole map[string]any
		_, err := toml.DecodeFile(test.path, &whole)
		require.NoError(t, err)
		check("as it is", whole)
		var walk func(where string, m map[string]any)
		walk = func(where string, m map[string]any) {
			for name, was := range m {
				delete(m, name)
				check(where+"."+name+" absent", whole)
				for i, value := range values {
					if testing.Short() && i%4 != 0 {
						continue
					}
					m[name] = value
					check(fmt.Sprintf("%s.%s = %#v", where, name, value), whole)
				}
				m[name] = was
				if inner, ok := was.([]map[string]any); ok {
					walk(where+"."+name, inner[0])
				}
			}
			m["unknown"] = int64(1)
			check(where+".unknown", whole)
			delete(m, "unknown")
		}
		walk("", whole)
	}
}
