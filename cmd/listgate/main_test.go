package main

import (
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"listgate": main})
}

// TestScripts runs the scripts of testdata/script, each a story told as command lines. The lists
// are at $LISTS, the webhooks at $WEBHOOKS, saved policy pages at $PAGES.
func TestScripts(t *testing.T) {
	lists, err := filepath.Abs("../../testdata/lists")
	require.NoError(t, err)
	pages, err := filepath.Abs("../../rules/policypage/testdata/ok")
	require.NoError(t, err)
	commands := natsCommands(t)
	commands["exits"], commands["nonumbers"], commands["cmpdirs"] = exits, noNumbers, compareFolders
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Values["nats"] = map[string]natsServer{}
			env.Setenv("LISTS", lists)
			env.Setenv("PAGES", pages)
			env.Setenv("WEBHOOKS", filepath.Join(filepath.Dir(lists), "webhooks"))
			return nil
		},
		Cmds: commands,
	})
}

// exits runs a command that must end with a status: exits N command…. What the command printed can
// be asked for with stdout and stderr, as after exec.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits N command…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		got = failed.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

// noNumbers checks that what the last command printed holds no phone number: no seven digits in a
// row.
func noNumbers(ts *testscript.TestScript, _ bool, args []string) {
	digits := regexp.MustCompile(`[0-9]{7}`)
	for _, file := range args {
		if found := digits.FindString(ts.ReadFile(file)); found != "" {
			ts.Fatalf("%s holds what may be a phone number", file)
		}
	}
}

// The help texts are part of the contract with scripts and readers: a change of them must be meant.
func TestHelp(t *testing.T) {
	for _, args := range [][]string{{}, {"filter"}, {"check"}, {"verify"}, {"explain"}, {"rules"}, {"rules", "list"},
		{"rules", "show"}, {"rules", "init"}, {"rules", "lint"}, {"rules", "diff"}, {"version"}, {"clean"},
		{"gate"}, {"gate", "status"}, {"gate", "ingest"}, {"gate", "halt"}, {"gate", "clear"}, {"gate", "note"},
		{"gate", "log"}, {"gate", "steps"}, {"serve"}} {
		name := "listgate"
		for _, arg := range args {
			name += "-" + arg
		}
		var out strings.Builder
		require.Equal(t, exitDone, run(append(args, "--help"), nil, &out, &out))
		golden := filepath.Join("testdata", "help", name+".txt")
		if os.Getenv("UPDATE") != "" {
			require.NoError(t, os.WriteFile(golden, []byte(out.String()), 0o666))
		}
		want, err := os.ReadFile(golden)
		require.NoError(t, err)
		require.Equal(t, string(want), out.String(), "UPDATE=1 go test ./cmd/listgate rewrites the file")
	}
}

// compareFolders is cmpdirs FOLDER FOLDER…: all hold the same files with the same bytes.
func compareFolders(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: cmpdirs folder folder…")
	}
	read := func(folder string) map[string]string {
		texts := map[string]string{}
		items, err := os.ReadDir(ts.MkAbs(folder))
		ts.Check(err)
		for _, item := range items {
			texts[item.Name()] = ts.ReadFile(filepath.Join(folder, item.Name()))
		}
		return texts
	}
	want := read(args[0])
	for _, folder := range args[1:] {
		if !maps.Equal(want, read(folder)) {
			ts.Fatalf("%s and %s differ", args[0], folder)
		}
	}
}
