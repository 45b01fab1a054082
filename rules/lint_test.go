package rules

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestShippedFilesLintClean(t *testing.T) {
	findings, refused := Lint(date(2026, 12, 1), 0)
	require.NoError(t, findings.orNil())
	require.NoError(t, refused.orNil())
	findings, _ = Lint(date(2027, 11, 23), 0)
	require.Len(t, findings, len(shippedNames)-len(verticals),
		"every as_of is old by then, and of the verticals each run says so")
}

// Every file and folder in testdata/lint gives exactly the lines of its .out file; what loading
// refuses is behind "refused: ".
func TestLint(t *testing.T) {
	items, err := os.ReadDir("testdata/lint")
	require.NoError(t, err)
	for _, item := range items {
		if filepath.Ext(item.Name()) == ".out" {
			continue
		}
		t.Run(item.Name(), func(t *testing.T) {
			path := "testdata/lint/" + item.Name()
			findings, refused := Lint(date(2026, 12, 1), 0, path)
			got := ""
			for _, e := range findings {
				got += e.Error() + "\n"
			}
			for _, e := range refused {
				got += "refused: " + e.Error() + "\n"
			}
			got = strings.ReplaceAll(filepath.ToSlash(got), "testdata/lint/", "")
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

func TestFilesThatLoadLintToo(t *testing.T) {
	paths, err := filepath.Glob("testdata/*/*.toml")
	require.NoError(t, err)
	for _, path := range paths {
		_, refused := Lint(date(2026, 12, 1), 0, path)
		require.Equal(t, strings.Contains(filepath.ToSlash(path), "/err/"), refused.orNil() != nil, path)
	}
}
