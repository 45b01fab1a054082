package survival

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every package with tests has the flag, so that go test ./... -survival.long ends well.
func TestEveryPackageKnowsTheFlag(t *testing.T) {
	list := exec.CommandContext(t.Context(), "go", "list", "-f", "{{if or .TestGoFiles .XTestGoFiles}}{{.Dir}}{{end}}", "./...")
	list.Dir = Root()
	out, err := list.Output()
	require.NoError(t, err)
	for _, dir := range strings.Fields(string(out)) {
		if filepath.Base(dir) == "survival" {
			continue
		}
		paths, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
		require.NoError(t, err)
		found := false
		for _, path := range paths {
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			found = found || strings.Contains(string(text), `"github.com/listgate/listgate/internal/survival"`)
		}
		require.True(t, found, "%s: no test file imports internal/survival", dir)
	}
}

// The table has each row once, as a run that wrote it left it.
func TestTable(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(Root(), "docs", "survival.md"))
	require.NoError(t, err)
	_, table, _, err := cut(string(text))
	require.NoError(t, err)
	for _, r := range rows {
		require.Equal(t, 1, strings.Count(table, "\n"+r.begin()), "%s: run go test ./... -run Survival -survival.long", r.tried)
	}
	require.NotContains(t, table, notHeld)
	lines := map[string]string{}
	for line := range strings.Lines(table) {
		for _, r := range rows {
			if strings.HasPrefix(line, r.begin()) {
				lines[r.name] = line
			}
		}
	}
	require.Equal(t, render(lines), table)
}
