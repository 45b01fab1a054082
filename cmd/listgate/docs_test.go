package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/config"
	"github.com/listgate/listgate/rules"
)

// Every piece of TOML in docs/rules.md is what it is said to be: a rule file, a part of one, or a
// listgate.toml.
func TestDocsOfRules(t *testing.T) {
	text, err := os.ReadFile("../../docs/rules.md")
	require.NoError(t, err)
	blocks := regexp.MustCompile("(?s)```toml\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	require.Len(t, blocks, 5)
	for _, block := range blocks {
		path := filepath.Join(t.TempDir(), config.Name)
		switch block := block[1]; {
		case strings.Contains(block, "[[account]]"):
			require.NoError(t, os.WriteFile(path, []byte(block), 0o600))
			_, err = config.Load(path, flagsOf(newRoot(&settings{}))...)
		case strings.HasPrefix(block, "format"):
			require.NoError(t, os.WriteFile(path, []byte(block), 0o600))
			_, err = rules.List(path)
		default:
			const head = "format = 1\ncategory = \"platform\"\nextends = \"platform\"\n"
			require.NoError(t, os.WriteFile(path, []byte(head+block), 0o600))
			_, err = rules.List(path)
		}
		require.NoError(t, err, block[1])
	}
}
