package documents

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The unit of systemd starts listgate with flags that there are, and systemd understands it, where
// it is installed.
func TestUnit(t *testing.T) {
	path := filepath.Join(root, "docs", "listgate.service")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	help, err := os.ReadFile(filepath.Join(root, "cmd", "listgate", "testdata", "help", "listgate-serve.txt"))
	require.NoError(t, err)
	flags := regexp.MustCompile(` (--[a-z-]+) `).FindAllStringSubmatch(string(text), -1)
	require.Greater(t, len(flags), 5)
	for _, flag := range flags {
		if flag[1] != "--now" {
			require.Contains(t, string(help), flag[1]+" ")
		}
	}
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("systemd is not installed")
	}
	out, err := exec.CommandContext(t.Context(), analyze, "verify", path).CombinedOutput()
	said := strings.ReplaceAll(string(out), "\n", " ")
	// The binary need not be where the unit has it.
	notInstalled := regexp.MustCompile(`Command /usr/local/bin/listgate is not executable: No such file or directory`)
	if rest := notInstalled.ReplaceAllString(said, ""); err != nil && rest == said {
		t.Fatal(said)
	}
	require.NotContains(t, said, "Unknown")
	require.NotContains(t, said, "Failed to parse")
}
