package main

import (
	"encoding/json"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/cloudapi"
	"github.com/listgate/listgate/internal/gatetext"
	"github.com/listgate/listgate/internal/printable"
	"github.com/listgate/listgate/internal/redact"
)

func newGateStepsCommand(s *settings) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "steps CODE",
		Short: "Print the way out of an error: 368, 131031 or 130497",
		Long: `steps prints what to do about an error, with Meta's addresses. It asks no account's state.

Exit status: 0 printed; 2 usage, or a code for which there are no steps.`,
		Example: "  listgate gate steps 131031",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("name one code: 368, 131031 or 130497")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			code, err := strconv.Atoi(args[0])
			steps, ok := gate.Steps(code, gate.LockUnknown, "")
			if err != nil || !ok {
				return usagef("no steps for %s; there are for 368, 131031 and 130497", redact.Quote(args[0]))
			}
			known := cloudapi.Lookup(code)
			if asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(struct {
					Code    int         `json:"code"`
					Class   string      `json:"class"`
					Meaning string      `json:"meaning"`
					Steps   []gate.Step `json:"steps"`
				}{code, known.Class.String(), known.Meaning, steps})
			}
			printable.Fprintf(cmd.OutOrStdout(), "%d, %s: %s\n", code, known.Scope, known.Meaning)
			gatetext.WriteSteps(cmd.OutOrStdout(), "  ", steps, s.namedAccount().Support)
			return nil
		},
	}
	addAccountFlag(cmd, "to print whom to ask first")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON document")
	return cmd
}
