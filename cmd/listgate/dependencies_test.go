package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every module that go.mod requires directly has its licence and its reason in
// docs/dependencies.md, and no other has.
func TestDependenciesHaveReasons(t *testing.T) {
	mod, err := os.ReadFile("../../go.mod")
	require.NoError(t, err)
	var required []string
	for _, found := range regexp.MustCompile(`(?m)^\t(\S+\.\S+) v\S+$`).FindAllStringSubmatch(string(mod), -1) {
		required = append(required, found[1])
	}
	require.Greater(t, len(required), 10)
	doc, err := os.ReadFile("../../docs/dependencies.md")
	require.NoError(t, err)
	var told []string
	for line := range strings.Lines(string(doc)) {
		cells := strings.Split(strings.TrimSpace(line), " | ")
		if len(cells) != 3 || !strings.Contains(cells[0], ".") {
			continue
		}
		require.NotEmpty(t, cells[1], line)
		require.Greater(t, len(cells[2]), len(" |"), line)
		told = append(told, strings.Split(strings.TrimPrefix(cells[0], "| "), ", ")...)
	}
	require.ElementsMatch(t, required, told)
}
