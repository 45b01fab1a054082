package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/internal/printable"
)

// errHalted ends a command whose answer is "halted". What was found is on stdout already.
var errHalted = errors.New("halted")

func newGateCommand(s *settings) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "gate",
		Short: "Halt all sending of an account while Meta has it blocked, locked, restricted or banned",
		Long: `The gate keeps, for each WhatsApp Business account (WABA), what Meta said about its state: error
368 (blocked for a violation of policy), error 131031 (locked), restrictions with their ends,
bans. One sighting halts the account, and only Meta's word, the end that Meta gave, or a person
opens it again: never a timer of ours, never a try.

Its journals are files in the folder --store, or LISTGATE_STORE, or else the user's state
directory; or, for a fleet, a stream of NATS JetStream: --store nats://host:port[,host:port], with
the credentials of --nats-creds, --nats-context or the environment (NATS_CREDS, NATS_USER and
NATS_PASSWORD, NATS_TOKEN, NATS_NKEY, NATS_CA, NATS_CERT, NATS_KEY). They hold codes, times, ids
and hashes, never a recipient, a name or a text.`,
		Example: `  listgate gate ingest webhooks.jsonl
  listgate gate status --waba 900000000000001
  listgate filter --category general --gate 900000000000001 list.csv`,
		Args:                       cobra.ArbitraryArgs,
		RunE:                       needsCommand,
		SuggestionsMinimumDistance: 2,
	}
	cmd.AddCommand(newGateStatusCommand(s), newGateIngestCommand(), newGateHaltCommand(s), newGateClearCommand(s),
		newGateNoteCommand(s), newGateLogCommand(), newGateStepsCommand(s))
	return cmd
}

// gateFlags say which account of which store is meant.
type gateFlags struct {
	storeFlags
	waba string
}

func (g *gateFlags) addTo(cmd *cobra.Command) {
	cmd.Flags().StringVar(&g.waba, "waba", "", "`ID` of the WhatsApp Business account")
	addAccountFlag(cmd, "in place of --waba")
	g.addStoreTo(cmd)
}

// check finds a wrong account.
func (g *gateFlags) check() error {
	if g.waba == "" {
		return usagef("name the account with --waba, or with --account")
	}
	if err := gate.CheckID(g.waba); err != nil {
		return optionf("waba", "%w", err)
	}
	return nil
}

// open returns the gate of the store.
func (g *gateFlags) open() (*openGate, gate.Store, error) {
	store, err := g.openStore()
	if err != nil {
		return nil, nil, err
	}
	return &openGate{gate.New(store, gate.Options{}), store}, store, nil
}

// account opens the gate of an account; closing it is the caller's.
func (g *gateFlags) account(ctx context.Context) (*openGate, *gate.Account, gate.Store, error) {
	if err := g.check(); err != nil {
		return nil, nil, nil, err
	}
	opened, store, err := g.open()
	if err != nil {
		return nil, nil, nil, err
	}
	account, err := opened.Account(ctx, g.waba)
	if err != nil {
		return nil, nil, nil, errors.Join(err, opened.Close())
	}
	return opened, account, store, nil
}

// stateOf returns the state of an account now.
func (g *gateFlags) stateOf(ctx context.Context, waba string) (gate.State, gate.Store, error) {
	opened, store, err := g.open()
	if err != nil {
		return gate.State{}, nil, err
	}
	account, err := opened.Account(ctx, waba)
	if err != nil {
		return gate.State{}, nil, errors.Join(err, opened.Close())
	}
	s := account.State()
	return s, store, opened.Close()
}

// readable returns an error if a state is unknown, whatever it says else.
func readable(s gate.State) error {
	if s.Trouble == "" {
		return nil
	}
	return s.Err(gate.MessageCampaign)
}

// sayIfUnheard says that an account has no events: a mistyped id would otherwise read as "open".
func sayIfUnheard(w io.Writer, s gate.State, store gate.Store) {
	if text := unheard(s, store); text != "" {
		printable.Fprintln(w, text)
	}
}

func unheard(s gate.State, store gate.Store) string {
	if s.Events > 0 || s.Trouble != "" {
		return ""
	}
	return fmt.Sprintf("no events recorded for %s in %s", s.WABA, store)
}

// statusError returns the error that ends a command with the status of a state.
func statusError(s gate.State, k gate.MessageKind) error {
	switch s.Status(k) {
	case gate.StatusOpen:
		return nil
	case gate.StatusHalted:
		return errHalted
	}
	return s.Err(k)
}
