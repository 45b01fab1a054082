//go:build unix

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
)

// evil is text that others give us: it forges lines and commands of CI services, drives the
// terminal and reorders what is read. It may stand in a file's name.
const evil = "::error ::FORGED\n::error ::FORGED\r##[error]FORGED \x1b[31m\u009b2J\u202ex\u2066\u2028::error ::FORGED\u0085"

// forged are lines that no output of ours may have.
var forged = regexp.MustCompile(`(?m)^\s*(::|##\[|FORGED)|##\[error\]`)

// requireHarmless fails if a text of ours does what evil wants.
func requireHarmless(t *testing.T, what, text string, ownCommands bool) {
	t.Helper()
	for _, r := range text {
		hidden := unicode.IsControl(r) && r != '\n' && r != '\t' ||
			unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control)
		require.False(t, hidden, "%s holds %q: %q", what, r, text)
	}
	for _, line := range strings.Split(text, "\n") {
		own := ownCommands && regexp.MustCompile(`^::(error|warning|notice) (file=|title=)`).MatchString(line)
		require.False(t, !own && forged.MatchString(line), "%s has the line %q", what, line)
	}
}

// Whatever stands in the inputs of a command, names and contents, nothing of it drives the terminal
// of who reads its output, adds a line to it or is taken for a command by a CI service.
func TestOthersTextForgesNothing(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("LISTGATE_STORE", "store")
	require.NoError(t, os.Mkdir("store", 0o700))
	quoted := strings.NewReplacer("\\", "\\\\", "\"", "\\\"", "\n", "\\n", "\r", "\\r", "\x1b", "\\u001b", "\u0085",
		"\\u0085", "\u009b", "\\u009b").Replace(evil)
	rule := func(category string) string {
		return fmt.Sprintf("format = 1\ncategory = \"%s\"\ntitle = \"%[2]s\"\ndefault = \"allow\"\ncomplete = true\nas_of = 2026-11-22\nsource = \"%[2]s\"\nnote = \"%[2]s\"\n"+
			"[[deny]]\nid = \"%[1]s-us\"\nregions = [\"US\"]\nsource = \"%[2]s\"\nreason = \"%[2]s\"\n"+
			"[[warn]]\nid = \"%[1]s-in\"\nregions = [\"IN\"]\nsource = \"%[2]s\"\nreason = \"%[2]s\"\n",
			category, quoted)
	}
	list := evil[:strings.IndexByte(evil, '\n')] + " x.csv"
	lined := "a" + evil + ".csv"
	column := "\"" + strings.ReplaceAll(evil, "\x00", "") + "\""
	for name, text := range map[string]string{
		list:            "phone," + column + "\n+919876543210,x\n+14155550132,x\n,x\n",
		lined:           "phone," + column + "\n+919876543210,x\n+14155550132,x\n",
		"two.csv":       "\"phone " + evil + "\",\"mobile " + evil + "\"\n+919876543210,+919876543210\n",
		"broken.csv":    "phone\n\"+919876543210\" " + evil + "\n",
		"wine.toml":     rule("wine"),
		"dir/beer.toml": rule("beer"),
		"bad.toml":      rule("bad") + "\"" + quoted + "\" = \"" + quoted + "\"\n",
		"numbers.toml":  rule("numbers") + "9876543210 = 1\n",
		"words.txt":     evil + "\n",
		"event.json":    fmt.Sprintf(`{"entry":[{"id":"900000000000001","changes":[{"field":"account_update","value":{"event":%q}}]}]}`, "X"),
		"lg.toml": "[[account]]\nname = \"" + quoted +
			"\"\nwaba = \"900000000000001\"\ncategories = [\"wine\"]\nsupport = \"" + quoted + "\"\n",
		"unknown.toml": "\"" + quoted + "\" = 1\n",
		"report.json": fmt.Sprintf(`{"listgate":"%[1]s","categories":["%[1]s"],"message":"%[1]s","seal":"%[1]s"}`,
			quoted),
	} {
		if dir := filepath.Dir(name); dir != "." {
			require.NoError(t, os.MkdirAll(dir, 0o700))
		}
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	}
	story := [][]string{
		{"filter", "-c", "general", list}, {"filter", "-c", "general", lined},
		{"filter", "-c", "wine", "--rules", "wine.toml", lined},
		{"verify", "--report", strings.TrimSuffix(lined, ".csv") + ".report.json", lined},
		{"verify", "--report", "report.json", lined}, {"verify", "--json", "--report", "report.json", lined},
		{"explain", "--report", strings.TrimSuffix(lined, ".csv") + ".report.json", evil},
		{"explain", "--report", "report.json", evil},
		{"explain", "-c", "wine", "--rules", "wine.toml", evil, "+14155550132", "+919876543210"},
		{"filter", "-c", "general", "two.csv"}, {"filter", "-c", "general", "broken.csv"},
		{"filter", "-c", "general", "missing" + evil},
		{"filter", "-c", "bad", "--rules", "bad.toml", list},
		{"filter", "-c", "numbers", "--rules", "numbers.toml", list},
		{"rules", "list", "--rules", "dir"}, {"rules", "list", "--json", "--rules", "dir"},
		{"rules", "show", "wine", "--rules", "wine.toml"}, {"rules", "show", "wine", "--rules", "wine.toml", "--json"},
		{"rules", "lint", "wine.toml"}, {"rules", "lint", "bad.toml"}, {"rules", "lint", "--json", "bad.toml"},
		{"rules", "diff", "shipped", "wine.toml", "--list", list}, {"rules", "diff", "wine.toml", "dir", "--json"},
		{"rules", "init", "cider", "--allow", "words.txt"}, {"rules", "init", evil, "--allow", "words.txt"},
		{"gate", "ingest", "--waba", "900000000000001", "event.json", list, lined},
		{"gate", "halt", "--waba", "900000000000001", "--reason", evil},
		{"gate", "status", "--waba", "900000000000001"},
		{"gate", "log", "--waba", "900000000000001"}, {"gate", "log", "--json", "--waba", "900000000000001"},
		{"gate", "clear", "--waba", "900000000000001", "--reason", evil},
		{"--config", "lg.toml", "filter", "--account", evil, "--rules", "wine.toml", list},
		{"--config", "lg.toml", "config", "show"}, {"--config", "unknown.toml", "config", "show"},
		{"clean", "."}, {"clean", evil}, {evil}, {"rules", evil}, {"gate", evil},
	}
	for _, format := range checkFormats {
		story = append(story, []string{"check", "-c", "wine", "--rules", "wine.toml", list, lined, "two.csv",
			"broken.csv", "--format", format,
			"--output", format + "=findings." + format})
	}
	for _, name := range []string{"category", "message", "at", "rules", "confidence", "default-region", "bare",
		"column", "delimiter", "sheet",
		"region-column", "validity", "suppress", "require", "account", "config", "gate", "store", "normalize",
		"max-dropped", "progress", "output"} {
		story = append(story, []string{"filter", "-c", "general", "--" + name, evil, list})
	}
	for _, args := range story {
		var stdout, stderr bytes.Buffer
		run(args, strings.NewReader(""), &stdout, &stderr)
		what := fmt.Sprintf("%q", args)
		own := len(args) > 7 && args[0] == "check" && strings.Contains(what, "github")
		requireHarmless(t, "standard output of "+what, stdout.String(), own)
		requireHarmless(t, "standard error of "+what, stderr.String(), false)
		require.NotContains(t, stderr.String(), "9876543", what)
	}
	for _, format := range checkFormats {
		text, err := os.ReadFile("findings." + format)
		require.NoError(t, err)
		requireHarmless(t, "findings."+format, string(text), format == "github")
	}
}
