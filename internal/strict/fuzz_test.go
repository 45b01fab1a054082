package strict

import (
	"strings"
	"testing"
)

// Whatever the text, Parse ends, and a problem has words and a line that the text has. Also locate,
// of what is no TOML.
func FuzzParse(f *testing.F) {
	for _, text := range []string{positioned, "a = 1\nx = [[{a = \"]\"}]]", "[a.b]\nc = '''\n'''",
		"\"a\\\"b\".c = 1979-05-27", "\xff\xfe", "a = \""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		locate(text)
		root, problem := Parse(text, "a file")
		if problem != nil {
			if problem.Err.Error() == "" || problem.Line < 0 || problem.Line > 1+strings.Count(text, "\n") {
				t.Fatalf("%q: %v", text, problem)
			}
			return
		}
		for _, name := range root.Keys() {
			if line := root.Line(name); line < 1 || line > 1+strings.Count(text, "\n") {
				t.Fatalf("%q: key %q at line %d", text, name, line)
			}
		}
	})
}
