package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/config"
)

// Whether a flag's value is a path, which is relative to listgate.toml there, its help says.
func TestPathsOfFlags(t *testing.T) {
	s := &settings{config: &config.Config{Path: "../listgate.toml"}}
	for _, test := range []struct {
		cmd               *cobra.Command
		flag, value, want string
	}{
		{newFilterCommand(&settings{}), "rules", "own.toml", "../own.toml"},
		{newFilterCommand(&settings{}), "rules", "/etc/own.toml", "/etc/own.toml"},
		{newFilterCommand(&settings{}), "suppress", "a/never.txt", "../a/never.txt"},
		{newFilterCommand(&settings{}), "output", "safe.csv", "../safe.csv"},
		{newFilterCommand(&settings{}), "output", "-", "-"},
		{newFilterCommand(&settings{}), "dropped", "none", "none"},
		{newFilterCommand(&settings{}), "report", "r.json", "../r.json"},
		{newFilterCommand(&settings{}), "store", "state", "../state"},
		{newFilterCommand(&settings{}), "store", "nats://localhost", "nats://localhost"},
		{newCheckCommand(&settings{}), "output", "json=r.json", "json=../r.json"},
		{newCheckCommand(&settings{}), "output", "json", "json"},
		{newFilterCommand(&settings{}), "category", "alcohol", "alcohol"},
		{newFilterCommand(&settings{}), "column", "phone", "phone"},
		{newFilterCommand(&settings{}), "require", "consent=yes", "consent=yes"},
		{newFilterCommand(&settings{}), "sheet", "Customers", "Customers"},
	} {
		require.Equal(t, test.want, filepath.ToSlash(s.resolve(test.cmd.Flags().Lookup(test.flag), test.value)),
			"--%s", test.flag)
	}
}

// Every flag of every command can have a default, but for those that say something once. Their
// types are ones that a file can hold.
func TestFlagsWithDefaults(t *testing.T) {
	flags := flagsOf(newRoot(&settings{}))
	has := func(name string) bool {
		return slices.ContainsFunc(flags, func(f config.Key) bool { return f.Name == name })
	}
	for _, name := range []string{"category", "rules", "store", "waba", "gate", "max-age", "kind"} {
		require.True(t, has(name), name)
	}
	for _, name := range []string{"help", "config", "account", "reason"} {
		require.False(t, has(name), name)
	}
	for _, cmd := range newRoot(&settings{}).Commands() {
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			require.Contains(t, []string{"bool", "duration", "int", "int64", "string", "stringArray"}, f.Value.Type(),
				"%s --%s: settings.kindOf must know the type", cmd.Name(), f.Name)
		})
	}
}

// A flag that takes a path says so in its help, by which its value is found to be one.
func TestFlagsWithPaths(t *testing.T) {
	paths := []string{"rules", "suppress", "output", "dropped", "report", "store", "list", "page", "out", "allow",
		"deny", "nats-creds"}
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if _, ok := pathOf(f, "json=a.txt"); !ok &&
				(slices.Contains(paths, f.Name) || strings.HasSuffix(f.Name, "-file")) {
				t.Errorf("%s --%s: the name of its value in the help does not say file or folder",
					cmd.CommandPath(), f.Name)
			}
		})
		for _, c := range cmd.Commands() {
			walk(c)
		}
	}
	walk(newRoot(&settings{}))
}

// Each flag that a file may set is one of which it was decided whether it counts from a file that
// was found.
func TestFlagsFromFound(t *testing.T) {
	for _, flag := range flagsOf(newRoot(&settings{})) {
		decided := acceptsFound[flag.Name] != nil || slices.Contains(ignoredFound, flag.Name) ||
			slices.Contains(refusedFound, flag.Name)
		require.True(t, decided,
			"--%s: does it write, reveal or loosen? Put it into acceptsFound, ignoredFound or refusedFound", flag.Name)
	}
	for _, name := range slices.Concat(ignoredFound, refusedFound) {
		require.Nil(t, acceptsFound[name], name)
	}
}

// The example loads, with the flags of the command.
func TestExampleConfig(t *testing.T) {
	c, err := config.Load("../../testdata/listgate.toml", flagsOf(newRoot(&settings{}))...)
	require.NoError(t, err)
	require.Len(t, c.Accounts, 2)
}
