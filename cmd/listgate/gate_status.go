package main

import (
	"encoding/json"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/cloudapi"
	"github.com/listgate/listgate/internal/gatetext"
	"github.com/listgate/listgate/internal/printable"
)

// gateStatusCommand is "listgate gate status".
type gateStatusCommand struct {
	settings *settings
	gateFlags
	kind string
	json bool
}

func newGateStatusCommand(s *settings) *cobra.Command {
	c := &gateStatusCommand{settings: s}
	cmd := &cobra.Command{
		Use:   "status [--waba ID]",
		Short: "Say whether an account may send, why not, since when, until when, and what to do",
		Long: `status prints the state of an account, or of every account in the store: each cause, since when,
until when if Meta said so, on what evidence, and the steps towards its end. What does not halt
but should be known stands there as a warning.

Exit status: 0 open; 4 halted; 3 unknown, which halts as well; 2 usage. With several accounts the
highest counts.`,
		Example: `  listgate gate status --waba 900000000000001
  listgate gate status --waba 900000000000001 --kind reply --json`,
		Args: noArguments,
		RunE: c.run,
	}
	c.addTo(cmd)
	cmd.Flags().StringVar(&c.kind, "kind", "campaign",
		"`KIND` of message that the exit status answers for: campaign or reply")
	cmd.Flags().BoolVar(&c.json, "json", false, "print one JSON document an account and line")
	return cmd
}

func (c *gateStatusCommand) run(cmd *cobra.Command, _ []string) error {
	kind, err := gate.ParseMessageKind(c.kind)
	if err != nil {
		return optionf("kind", "%w", err)
	}
	if c.waba != "" {
		if err := c.check(); err != nil {
			return err
		}
	}
	g, store, err := c.open()
	if err != nil {
		return err
	}
	defer g.Close()
	accounts := []string{c.waba}
	if c.waba == "" {
		if accounts, err = store.Accounts(cmd.Context()); err != nil {
			return err
		}
		accounts = slices.DeleteFunc(accounts, func(id string) bool { return id == cloudapi.NoAccount })
		if len(accounts) == 0 {
			printable.Fprintf(cmd.ErrOrStderr(), "no events recorded in %s\n", store)
		}
	}
	worst := gate.State{Campaign: gate.StatusOpen, Reply: gate.StatusOpen}
	for _, waba := range accounts {
		a, err := g.Account(cmd.Context(), waba)
		if err != nil {
			return err
		}
		s := a.State()
		if err := c.print(cmd.OutOrStdout(), s, kind, store); err != nil {
			return err
		}
		sayIfUnheard(cmd.ErrOrStderr(), s, store)
		if exitOf(s, kind) > exitOf(worst, kind) {
			worst = s
		}
	}
	return statusError(worst, kind)
}

func exitOf(s gate.State, k gate.MessageKind) int {
	if err := statusError(s, k); err != nil {
		return statusOf(err)
	}
	return exitDone
}

func (c *gateStatusCommand) print(w io.Writer, s gate.State, kind gate.MessageKind, store gate.Store) error {
	if !c.json {
		account := c.settings.accountOf(s.WABA)
		gatetext.WriteState(w, s, account.Support)
		gatetext.WriteLocation(w, s, account.BusinessCountry)
		return nil
	}
	return json.NewEncoder(w).Encode(struct {
		Answer gate.Status      `json:"state"`
		Kind   gate.MessageKind `json:"kind"`
		Store  string           `json:"store"`
		gate.State
	}{s.Status(kind), kind, store.String(), s})
}
