package rules

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite the .out files")

// askedFor reads the category from the first line of a test file, "# -c NAME".
func askedFor(t *testing.T, path string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		return []string{"general"} // a folder
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(string(text), "\uFEFF"), "\n")
	if name, ok := strings.CutPrefix(strings.TrimSpace(first), "# -c "); ok {
		name, _, _ = strings.Cut(name, ":")
		return []string{name}
	}
	return []string{"general"}
}

func TestGoodFilesLoad(t *testing.T) {
	paths, err := filepath.Glob("testdata/ok/*.toml")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		set, err := Load(Options{Paths: []string{path}, Categories: askedFor(t, path)})
		require.NoError(t, err, path)
		require.Equal(t, askedFor(t, path), set.Categories(), path)
	}
}

// Every file and folder in testdata/err gives exactly the lines of its .out file, all at once.
func TestBadFilesAreRefused(t *testing.T) {
	items, err := os.ReadDir("testdata/err")
	require.NoError(t, err)
	for _, item := range items {
		if filepath.Ext(item.Name()) == ".out" {
			continue
		}
		t.Run(item.Name(), func(t *testing.T) {
			path := "testdata/err/" + item.Name()
			_, err := Load(Options{Paths: []string{path}, Categories: askedFor(t, path)})
			require.Error(t, err)
			require.ErrorAs(t, err, new(Errors))
			got := strings.ReplaceAll(filepath.ToSlash(err.Error()), "testdata/err/", "") + "\n"
			out := strings.TrimSuffix(path, ".toml") + ".out"
			if *update {
				require.NoError(t, os.WriteFile(out, []byte(got), 0o644))
			}
			want, err := os.ReadFile(out)
			require.NoError(t, err)
			require.Equal(t, string(want), got)
		})
	}
}

// However much is wrong, a person is told of fifty problems and how many more there are.
func TestManyProblems(t *testing.T) {
	var text strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&text, "k%d = 1\n", i)
	}
	_, err := Load(Options{Paths: []string{folder(t, text.String())}, Categories: []string{"general"}})
	lines := strings.Split(err.Error(), "\n")
	require.Len(t, lines, 51)
	require.Equal(t, "and 19957 more problems", lines[50], "20,000 keys and 7 that are missing")
}
