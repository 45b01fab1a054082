package main

import (
	"github.com/spf13/cobra"

	"github.com/listgate/listgate/cmd/listgate/internal/outfile"
	"github.com/listgate/listgate/internal/printable"
	"github.com/listgate/listgate/internal/wording"
)

func newCleanCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "clean DIR",
		Short: "Remove what killed runs left in a folder",
		Long: `clean removes the hidden files that a run which was killed left beside its outputs: half-written
lists and old ones that were being removed, which hold recipients' numbers. It touches nothing
else, goes into no other folder, and leaves alone what belongs to a run that goes on. The next run
for the same output removes them, too.

Exit status: 0 the folder holds no such file any more, but for those of runs that go on; 2 usage;
3 it could not be read, or a file in it not removed.`,
		Example: "  listgate clean exports/",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("name one folder")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			left, busy, err := outfile.Clean(args[0])
			if err != nil {
				return err
			}
			printable.Fprintf(cmd.OutOrStdout(), "%s: %s removed (%d bytes)\n", printable.Line(args[0]),
				wording.Count(int64(left.Files), "file"), left.Bytes)
			if busy > 0 {
				printable.Fprintf(cmd.OutOrStdout(), "left alone, as a run writes them now: the files of %s\n",
					wording.Count(int64(busy), "output"))
			}
			return nil
		},
	}
}
