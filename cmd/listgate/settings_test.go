package main

import (
	"path/filepath"
	"slices"
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
		{newFilterCommand(), "rules", "own.toml", "../own.toml"},
		{newFilterCommand(), "rules", "/etc/own.toml", "/etc/own.toml"},
		{newFilterCommand(), "suppress", "a/never.txt", "../a/never.txt"},
		{newFilterCommand(), "output", "safe.csv", "../safe.csv"},
		{newFilterCommand(), "output", "-", "-"},
		{newFilterCommand(), "dropped", "none", "none"},
		{newFilterCommand(), "report", "r.json", "../r.json"},
		{newFilterCommand(), "store", "state", "../state"},
		{newFilterCommand(), "store", "nats://localhost", "nats://localhost"},
		{newCheckCommand(), "output", "json=r.json", "json=../r.json"},
		{newCheckCommand(), "output", "json", "json"},
		{newFilterCommand(), "category", "alcohol", "alcohol"},
		{newFilterCommand(), "column", "phone", "phone"},
		{newFilterCommand(), "require", "consent=yes", "consent=yes"},
		{newFilterCommand(), "sheet", "Customers", "Customers"},
	} {
		require.Equal(t, test.want, filepath.ToSlash(s.resolve(test.cmd.Flags().Lookup(test.flag), test.value)), "--%s", test.flag)
	}
}

// Every flag of every command can have a default, but for those that say something once. Their types are ones that a file
// can hold.
func TestFlagsWithDefaults(t *testing.T) {
	flags := flagsOf(newRoot())
	has := func(name string) bool {
		return slices.ContainsFunc(flags, func(f config.Key) bool { return f.Name == name })
	}
	for _, name := range []string{"category", "rules", "store", "waba", "gate", "max-age", "kind"} {
		require.True(t, has(name), name)
	}
	for _, name := range []string{"help", "config", "account", "reason"} {
		require.False(t, has(name), name)
	}
	for _, cmd := range newRoot().Commands() {
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			require.Contains(t, []string{"bool", "int", "int64", "string", "stringArray"}, f.Value.Type(), "%s --%s: settings.kindOf must know the type", cmd.Name(), f.Name)
		})
	}
}

// The example loads, with the flags of the command.
func TestExampleConfig(t *testing.T) {
	c, err := config.Load("../../testdata/listgate.toml", flagsOf(newRoot())...)
	require.NoError(t, err)
	require.Len(t, c.Accounts, 2)
}
