package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/internal/gatetext"
	"github.com/listgate/listgate/internal/printable"
)

func newGateLogCommand() *cobra.Command {
	var (
		flags  gateFlags
		asJSON bool
	)
	cmd := &cobra.Command{
		Use:   "log --waba ID",
		Short: "Print the journal of an account, oldest first",
		Long: `log prints every event that was recorded for an account, in the order of the events' own times.
Rows of events that say the same may be drawn together to the oldest and the newest of them, with
how many there were since when.

Documents that were not understood and name no account stand under the account 0.

Exit status: 0 the whole journal was printed; 2 usage; 3 the journal cannot be read.`,
		Example: "  listgate gate log --waba 900000000000001",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			g, a, store, err := flags.account(cmd.Context())
			if err != nil {
				return err
			}
			defer g.Close()
			out := cmd.OutOrStdout()
			for _, e := range a.Events() {
				if asJSON {
					err = json.NewEncoder(out).Encode(e)
				} else {
					_, err = printable.Fprintln(out, eventLine(e))
				}
				if err != nil {
					return err
				}
			}
			s := a.State()
			sayIfUnheard(cmd.ErrOrStderr(), s, store)
			if s.Trouble != "" { // what could be read is printed all the same
				return s.Err(gate.MessageCampaign)
			}
			return nil
		},
	}
	flags.addTo(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the events as JSON lines, as they stand in the journal")
	return cmd
}

// eventLine tells an event in one line.
func eventLine(e gate.Event) string {
	words := []string{gatetext.UTC(e.Time), e.Type.String()}
	add := func(format string, value any) { words = append(words, fmt.Sprintf(format, value)) }
	if e.Cause != gate.CauseNone {
		add("%s", e.Cause)
	}
	for _, word := range []string{e.Restriction, e.Why.String(), e.Name, e.Region, e.Message} {
		if word != "" {
			add("%s", word)
		}
	}
	if e.Code != 0 {
		add("code %d", e.Code)
	}
	if !e.Until.IsZero() {
		add("until %s", gatetext.UTC(e.Until))
	}
	if e.Count > 1 {
		add("%d times", e.Count)
	}
	if !e.First.IsZero() {
		add("since %s", gatetext.UTC(e.First))
	}
	if e.Source != "" {
		add("(%s)", e.Source)
	}
	if e.Ref != "" {
		add("%s", e.Ref)
	}
	if e.Recipient != "" {
		add("recipient %s", e.Recipient)
	}
	if e.SHA256 != "" {
		words = append(words, fmt.Sprintf("sha256:%s, %d bytes", e.SHA256, e.Size))
	}
	if len(e.Fields) > 0 {
		add("with %s", strings.Join(e.Fields, " "))
	}
	if e.By != "" {
		add("by %s", e.By)
	}
	if e.Reason != "" {
		add("%q", e.Reason)
	}
	return strings.Join(words, " ")
}
