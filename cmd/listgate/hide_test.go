package main

import (
	"io"
	"os"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"
)

// A phone number that is given to a command where something else belongs, as a flag's value or as
// an argument, stands in no error.
func TestNumbersGivenAreNotShown(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("LISTGATE_STORE", "store")
	require.NoError(t, os.WriteFile("list.csv", []byte("phone\n+447911862345\n"), 0o600))
	var try func(*cobra.Command)
	try = func(cmd *cobra.Command) {
		for _, sub := range cmd.Commands() {
			try(sub)
		}
		path := strings.Fields(cmd.CommandPath())[1:]
		if len(path) == 0 || path[0] == "completion" || path[0] == "help" || path[0] == "serve" || path[0] == "check" {
			return
		}
		fails := func(args ...string) {
			var stderr strings.Builder
			status := run(append(append([]string{}, path...), args...), strings.NewReader(""), io.Discard, &stderr)
			if status > exitFindings {
				require.NotContains(t, stderr.String(), "9876543", "%q %q", path, args)
				require.NotContains(t, stderr.String(), "98765 43210", "%q %q", path, args)
			}
		}
		for _, number := range []string{"+919876543210", "91 98765 43210", "919876543210"} {
			if path[0] != "check" { // whose lists are named by their findings
				fails(number)
				fails("-c", "general", number)
			}
			cmd.Flags().VisitAll(func(f *pflag.Flag) {
				if f.Name != "waba" && f.Name != "gate" && f.Name != "output" {
					fails("--"+f.Name, number, "list.csv")
					fails("--"+f.Name+"="+number, "-c", "general", "list.csv")
				}
			})
		}
	}
	try(newRoot(&settings{}))
}
