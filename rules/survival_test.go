package rules

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/internal/survival"
)

// A rule file that was cut anywhere is refused, or nothing of it was lost; and no text costs much
// more than its length.
func TestSurvivalRuleFiles(t *testing.T) {
	paths, err := filepath.Glob("categories/*.toml")
	require.NoError(t, err)
	step := 211
	if survival.Long() {
		step = 1
	}
	tries := 0
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		whole, errs := parse("x.toml", string(text), nil)
		require.Empty(t, errs)
		for end := 0; end < len(text); end += step {
			tries++
			file, errs := parse("x.toml", string(text[:end]), nil)
			if len(errs) == 0 {
				require.Equal(t, newCategory(whole), newCategory(file), "%s, cut at %d", path, end)
			}
		}
	}
	head := "format = 1\ncategory = \"x\"\ntitle = \"x\"\ndefault = \"deny\"\ncomplete = true\nas_of = 2026-11-22\nsource = \"x\"\n"
	size := 1 << 16
	if survival.Long() {
		size = 4 << 20
	}
	for name, text := range map[string]string{
		"unknown keys":  strings.Repeat("x = 1\n", size/6),
		"other keys":    manyLines(size, "key%d = %[1]d\n"),
		"tables":        strings.Repeat("[[allow]]\n", size/10),
		"other tables":  manyLines(size, "[t%d]\n"),
		"entries":       manyLines(size, "[[allow]]\nid = \"x-%d\"\nsource = \"x\"\nregions = [\"IN\"]\n"),
		"ids twice":     strings.Repeat("[[allow]]\nid = \"x-1\"\nsource = \"x\"\nregions = [\"IN\"]\n", size/60),
		"prefixes":      "[[deny]]\nid = \"x\"\nsource = \"x\"\nprefixes = [" + manyLines(size, "\"+91%d\",\n") + "]\n",
		"regions":       "[[deny]]\nid = \"x\"\nsource = \"x\"\nregions = [" + strings.Repeat("\"IN\",", size/5) + "]\n",
		"wrong regions": "[[deny]]\nid = \"x\"\nsource = \"x\"\nregions = [" + strings.Repeat("\"XX\",", size/5) + "]\n",
		"nested":        "x = " + strings.Repeat("[", size),
		"nested tables": "x = " + strings.Repeat("{a=", size/3),
		"dotted":        "x" + strings.Repeat(".a", size/2) + " = 1\n",
		"dotted table":  "[x" + strings.Repeat(".a", size/2) + "]\n",
		"a string":      "note = \"" + strings.Repeat("a", size) + "\"\n",
		"an open one":   "note = \"" + strings.Repeat("a", size),
		"escapes":       "note = \"" + strings.Repeat("\\u0041", size/6) + "\"\n",
		"a comment":     "#" + strings.Repeat("a", size),
		"a number":      "x = " + strings.Repeat("1", size),
		"blank":         strings.Repeat("\n", size),
		"NULs":          strings.Repeat("\x00", size),
	} {
		tries++
		begin := time.Now()
		_, errs := parse("x.toml", head+text, nil)
		took := time.Since(begin)
		t.Logf("%s: %s, %d problems", name, took, len(errs))
		require.Less(t, took, time.Minute, name) // a square would take hours
	}
	survival.Held(t, "toml", tries, fmt.Sprintf("%d KiB of floods each", size>>10))
}

// manyLines returns lines of a format, each with another number.
func manyLines(size int, format string) string {
	var b strings.Builder
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}
