package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/cmd/listgate/internal/findings"
)

// listOf returns a list with so many rows of each kind.
func listOf(allowed, restricted, invalid, empty int) string {
	rows := "phone,note\n"
	for n, cell := range []string{"+919876543210", "+14155550132", "+9198765", ""} {
		rows += strings.Repeat(cell+",x\n", []int{allowed, restricted, invalid, empty}[n])
	}
	return rows
}

// tenLists are the lists of the table below: rows that are allowed, restricted, invalid and empty.
var tenLists = map[string][4]int{
	"clean":      {100, 0, 0, 0},
	"header":     {0, 0, 0, 0},
	"one":        {1, 0, 0, 0},
	"invalid1":   {99, 0, 1, 0},
	"invalid2":   {98, 0, 2, 0},
	"invalid3":   {97, 0, 3, 0},
	"restricted": {97, 3, 0, 0},
	"mixed":      {93, 3, 3, 1},
	"half":       {50, 50, 0, 0},
	"nothing":    {0, 4, 0, 0},
}

// Which of ten lists pass, as the help says: each dropped row counts against one limit, that of its
// reason or the shared one, and exactly so many rows pass.
func TestLimits(t *testing.T) {
	tests := []struct{ flags, pass string }{
		{"", "clean one"},
		{"--min-rows 0", "clean one header"},
		{"--min-rows 100", "clean"},
		{"--min-rows 101", ""},
		{"--max invalid=1", "clean one invalid1"},
		{"--max invalid=2%", "clean one invalid1 invalid2"},
		{"--max invalid=1.9%", "clean one invalid1"},
		{"--max invalid=100%", "clean one invalid1 invalid2 invalid3"},
		{"--max-dropped 3", "clean one invalid1 invalid2 invalid3 restricted"},
		{"--max-dropped 3%", "clean one invalid1 invalid2 invalid3 restricted"},
		{"--max-dropped 5% --max restricted=0", "clean one invalid1 invalid2 invalid3"},
		{"--max-dropped 1 --max restricted=3", "clean one invalid1 restricted"},
		{"--max-dropped 4 --max restricted=3", "clean one invalid1 invalid2 invalid3 restricted mixed"},
		{"--max-dropped 6", "clean one invalid1 invalid2 invalid3 restricted"},
		{"--max-dropped 7", "clean one invalid1 invalid2 invalid3 restricted mixed"},
		{"--max restricted=3 --max invalid=3 --max empty=1", "clean one invalid1 invalid2 invalid3 restricted mixed"},
		{"--max restricted=3 --max invalid=3", "clean one invalid1 invalid2 invalid3 restricted"},
		{"--max restricted=50%", "clean one restricted half"},
		// of nothing, nothing is kept
		{"--max-dropped 100%", "clean one invalid1 invalid2 invalid3 restricted mixed half"},
		{"--max restricted=4", "clean one restricted"},
	}
	dir := t.TempDir()
	for name, rows := range tenLists {
		require.NoError(t,
			os.WriteFile(filepath.Join(dir, name+".csv"), []byte(listOf(rows[0], rows[1], rows[2], rows[3])), 0o666))
	}
	t.Chdir(dir)
	require.Len(t, tenLists, 10)
	for _, test := range tests {
		t.Run(test.flags, func(t *testing.T) {
			want := strings.Fields(test.pass)
			var passed []string
			for _, l := range checkLists(t, append(strings.Fields(test.flags), "*.csv")...).Lists {
				if l.Passed {
					passed = append(passed, strings.TrimSuffix(l.Input.Name, ".csv"))
				}
			}
			require.ElementsMatch(t, want, passed)
		})
	}
}

// checkLists runs check and returns what it says as JSON. The exit status fits what it says.
func checkLists(t *testing.T, args ...string) (document findings.JSON) {
	t.Helper()
	var out, stderr strings.Builder
	status := run(append([]string{"check", "-c", "general", "--at", "2026-11-22", "--format", "json"}, args...), nil,
		&out, &stderr)
	require.NoError(t, json.Unmarshal([]byte(out.String()), &document), stderr.String())
	want := exitDone
	for _, l := range document.Lists {
		if !l.Passed {
			want = exitFindings
		}
	}
	require.Equal(t, want, status, stderr.String())
	return document
}

// The flags that a failing list names do accept it, whatever it holds and whatever was allowed
// before.
func TestNamedFlagsAccept(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for name, rows := range tenLists {
		if rows[0] == 0 && rows[1] > 0 {
			continue // nothing is kept: no flag accepts that
		}
		require.NoError(t, os.WriteFile("list.csv", []byte(listOf(rows[0], rows[1], rows[2], rows[3])), 0o666))
		for _, before := range []string{"", "--max-dropped 1", "--max-dropped 2%", "--max invalid=1",
			"--max restricted=1% --max-dropped 1"} {
			args := append(strings.Fields(before), "list.csv")
			accept := map[string]bool{}
			for _, f := range checkLists(t, args...).Lists[0].Findings {
				if f.Accept != "" {
					accept[f.Accept] = true
				}
			}
			for flag := range accept { // a flag that comes later takes the place of an earlier one
				args = append(args, strings.Fields(flag)...)
			}
			require.True(t, checkLists(t, args...).Lists[0].Passed, "%s %v", name, args)
		}
	}
}

// Levels: what fails is an error, what the limits allow a note.
func TestLevels(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("list.csv", []byte(listOf(9, 1, 2, 0)), 0o666))
	levels := map[string]string{}
	for _, f := range checkLists(t, "--max", "invalid=2", "list.csv").Lists[0].Findings {
		if f.Reason != "list_warning" { // of the list as a whole
			levels[f.Reason] = f.Level
		}
	}
	require.Equal(t, map[string]string{"restricted": "error", "invalid": "note"}, levels)
}

// The report in the document is that of filter, but for what filter writes, and for the list's
// path.
func TestCheckReportsAsFilter(t *testing.T) {
	dir := t.TempDir()
	list, err := filepath.Abs("../../testdata/lists/campaign.csv")
	require.NoError(t, err)
	t.Chdir(dir)
	var stderr strings.Builder
	require.Equal(t, exitDone,
		run([]string{"filter", "-c", "general", "--at", "2026-11-22", "-o", "kept.csv", "--report", "r.json", list},
			nil, nil, &stderr), stderr.String())
	text, err := os.ReadFile("r.json")
	require.NoError(t, err)
	var filtered, checked map[string]any
	require.NoError(t, json.Unmarshal(text, &filtered))
	var out strings.Builder
	require.Equal(t, exitFindings,
		run([]string{"check", "-c", "general", "--at", "2026-11-22", "--format", "json", list}, nil, &out, &stderr))
	var document struct{ Lists []map[string]any }
	require.NoError(t, json.Unmarshal([]byte(out.String()), &document))
	checked = document.Lists[0]
	for _, name := range []string{"kept", "dropped"} {
		require.Equal(t, map[string]any{"rows": filtered[name].(map[string]any)["rows"]}, checked[name])
		delete(filtered, name)
		delete(checked, name)
	}
	var rows float64
	for _, f := range checked["findings"].([]any) {
		if f.(map[string]any)["level"] == "error" {
			rows += f.(map[string]any)["rows"].(float64)
		}
	}
	require.EqualValues(t, 24, rows)
	require.Equal(t, filepath.ToSlash(list), checked["input"].(map[string]any)["name"])
	checked["input"].(map[string]any)["name"] = filepath.Base(list)
	for _, name := range []string{"seal", "created", "findings", "passed"} {
		delete(filtered, name)
		delete(checked, name)
	}
	require.Equal(t, filtered, checked)
}

func TestExpandLists(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{"b.csv", "a.csv", ".hidden.csv", "list[1].csv", "sub/c.csv", "sub/deep/d.csv",
		"sub/deep/e.txt"} {
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o777))
		require.NoError(t, os.WriteFile(filepath.FromSlash(name), []byte("x"), 0o666))
	}
	require.NoError(t, os.Mkdir("folder.csv", 0o777))
	if os.Symlink("a.csv", "link.csv") != nil || os.Symlink(".", "circle") != nil ||
		os.Symlink("nowhere.csv", "sub/dangling.txt") != nil {
		t.Skip("needs symbolic links")
	}
	for args, want := range map[string]string{
		"b.csv a.csv":                  "a.csv b.csv",
		"a.csv ./a.csv link.csv":       "./a.csv",
		"list[1].csv":                  "list[1].csv",
		"**/*.csv":                     "a.csv b.csv list[1].csv sub/c.csv sub/deep/d.csv",
		"sub/**":                       "sub/c.csv sub/dangling.txt sub/deep/d.csv sub/deep/e.txt",
		"sub/*":                        "sub/c.csv sub/dangling.txt",
		"{a,b}.csv":                    "a.csv b.csv",
		"[ab].csv missing.csv - -":     "- a.csv b.csv missing.csv",
		"no*.csv a.csv":                "a.csv no*.csv",
		"sub/*/d.csv sub/deep/*.csv *": "a.csv b.csv list[1].csv sub/deep/d.csv",
	} {
		lists, err := expandLists(strings.Fields(args))
		require.NoError(t, err, args)
		var names []string
		for _, l := range lists {
			names = append(names, filepath.ToSlash(l.name))
			require.Equal(t, strings.HasPrefix(l.name, "no*"), l.err != nil, args)
		}
		require.Equal(t, want, strings.Join(names, " "), args)
	}
	_, err := expandLists([]string{"[ab.csv"})
	require.EqualError(t, err, "[ab.csv: not a pattern: a bracket is open")
	require.Equal(t, exitUsage, statusOf(err), fmt.Sprint(err))
}
