package main

import (
	"os"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/internal/survival"
)

// A phone number that is given to a command where something else belongs, as a flag's value or as
// an argument, stands in no error.
func TestNumbersGivenAreNotShown(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("LISTGATE_STORE", "store")
	require.NoError(t, os.WriteFile("list.csv", []byte("phone\n+447911862345\n"), 0o600))
	turn := 0
	var try func(*cobra.Command)
	try = func(cmd *cobra.Command) {
		for _, sub := range cmd.Commands() {
			try(sub)
		}
		path := strings.Fields(cmd.CommandPath())[1:]
		if len(path) == 0 || path[0] == "completion" || path[0] == "help" || path[0] == "serve" {
			return
		}
		fails := func(args ...string) {
			var stdout, stderr strings.Builder
			status := run(append(append([]string{}, path...), args...), strings.NewReader(""), &stdout, &stderr)
			for _, arg := range args {
				if _, value, ok := strings.Cut(arg, "="); ok {
					arg = value
				}
				if arg != "list.csv" {
					_ = os.RemoveAll(arg) // an output, of which it was the name
				}
			}
			if status > exitFindings {
				for _, said := range []string{stdout.String(), stderr.String()} {
					require.NotContains(t, said, "9876543", "%q %q", path, args)
					require.NotContains(t, said, "98765 43210", "%q %q", path, args)
				}
			}
		}
		for _, number := range []string{"+919876543210", "91 98765 43210", "919876543210"} {
			fails(number)
			fails("-c", "general", number)
			if path[0] == "filter" || path[0] == "check" {
				fails("-c", "general", number+".csv")
				fails("-c", "general", "lists/"+number+".csv.gz")
			}
			if path[0] == "check" {
				for _, format := range []string{"json", "github", "gitlab", "sarif", "junit", "markdown"} {
					fails("-c", "general", "--format", format, number, number+".csv")
					fails("-c", "general", "--format", format, "--column", number, "list.csv")
				}
			}
			cmd.Flags().VisitAll(func(f *pflag.Flag) {
				if turn++; turn%3 != 0 && !survival.Long() { // each flag meets one of the forms
					return
				}
				if f.Name != "waba" && f.Name != "gate" && f.Name != "output" {
					fails("--"+f.Name, number, "list.csv")
					fails("--"+f.Name+"="+number, "-c", "general", "list.csv")
				}
			})
		}
	}
	try(newRoot(&settings{}))
}
