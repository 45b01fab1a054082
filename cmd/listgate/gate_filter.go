package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/listgate/listgate/gate"
)

// gateCheck is what "filter --gate" adds: nothing is read while the account is halted, and nothing is published.
type gateCheck struct {
	flags gateFlags
	seen  string // the state when it was last asked, for the report; "" if it is not asked
	note  string // that the gate has never heard of the account
}

func (c *gateCheck) addTo(cmd *cobra.Command) {
	cmd.Flags().StringVar(&c.flags.waba, "gate", "", "`id` of the account (WABA) whose gate must be open, at the start and before anything is published")
	c.flags.addStoreTo(cmd)
}

// options finds what is wrong with the flags.
func (c *gateCheck) options(kept string) error {
	if c.flags.waba == "" {
		return nil
	}
	if err := gate.CheckID(c.flags.waba); err != nil {
		return usagef("--gate: %w", err)
	}
	if kept == "-" {
		return usagef("--gate needs a file for the kept rows: rows that stand on standard output cannot be taken back")
	}
	return nil
}

// check returns an error unless the account's gate is open for campaigns. It reads the journal anew each time.
func (c *gateCheck) check(ctx context.Context) error {
	if c.flags.waba == "" {
		return nil
	}
	g, a, store, err := c.flags.account(ctx)
	if err != nil {
		return err
	}
	s := a.State()
	c.seen, c.note = s.Status(gate.Campaign).String(), unheard(s, store)
	return errors.Join(a.Check(gate.Campaign), g.Close())
}

// warnings says that the gate has never heard of the account.
func (c *gateCheck) warnings() []string {
	if c.note == "" {
		return nil
	}
	return []string{c.note}
}

func (c *gateCheck) say(w io.Writer) {
	for _, warning := range c.warnings() {
		fmt.Fprintln(w, warning)
	}
}

// printHalted tells a halted account line by line: its causes, and the steps towards their ends.
func printHalted(w io.Writer, halted *gate.HaltedError) {
	fmt.Fprintf(w, "listgate: account %s is halted; nothing was published\n", halted.State.WABA)
	writeState(w, halted.State, "")
}
