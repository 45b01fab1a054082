package main

import (
	"runtime"

	"github.com/spf13/cobra"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/internal/printable"
	"github.com/listgate/listgate/internal/redact"
	ver "github.com/listgate/listgate/internal/version"
	"github.com/listgate/listgate/rules"
)

const version = ver.Version

func newVersionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the versions of listgate, of the numbering plan and of the shipped rules",
		Example: "  listgate version",
		Args:    noArguments,
		Run: func(cmd *cobra.Command, _ []string) {
			printable.Fprintf(cmd.OutOrStdout(), "listgate %s %s/%s\nnumbering plan %s\nrules %s\n",
				version, runtime.GOOS, runtime.GOARCH, filter.NumberingPlan(), rules.ShippedRevision())
		},
	}
}

func noArguments(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("no argument expected, found %s", redact.Quote(args[0]))
	}
	return nil
}
