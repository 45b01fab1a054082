package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/listgate/listgate/config"
	"github.com/listgate/listgate/rules"
)

// A text loads, with accounts that have a name and an id, each once; or gives errors with words, on
// lines that it has.
func FuzzLoad(f *testing.F) {
	for _, pattern := range []string{"testdata/*.toml", "testdata/err/*.toml", "../testdata/listgate.toml"} {
		paths, _ := filepath.Glob(pattern)
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(text))
		}
	}
	path := filepath.Join(f.TempDir(), config.Name)
	f.Fuzz(func(t *testing.T, text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := config.Load(path, flags...)
		if err != nil {
			var errs rules.Errors
			if !errors.As(err, &errs) {
				t.Fatal(err)
			}
			for _, e := range errs {
				if e.Line < 0 || e.Line > 1+strings.Count(text, "\n") || e.Err.Error() == "" {
					t.Fatalf("%q: %v", text, e)
				}
			}
			return
		}
		seen := map[string]bool{}
		for _, a := range c.Accounts {
			if a.Name == "" || a.WABA == "" || seen[a.Name] || seen[a.WABA+" id"] {
				t.Fatalf("%q: %+v", text, a)
			}
			seen[a.Name], seen[a.WABA+" id"] = true, true
			if found, err := c.Account(a.Name); err != nil || found.WABA != a.WABA {
				t.Fatalf("%q: %v", text, err)
			}
		}
	})
}
