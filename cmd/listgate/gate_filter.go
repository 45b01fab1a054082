package main

import (
	"cmp"
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/internal/gatetext"
	"github.com/listgate/listgate/internal/printable"
)

// gateCheck is what "filter --gate" adds: nothing is read while the account is halted, and nothing
// is published. It also finds out where the account met error 130497.
type gateCheck struct {
	flags   gateFlags
	account string                // id of --account, whose gate may be left out
	seen    string                // the state when it was last asked, for the report; "" if it is not asked
	note    string                // that the gate has never heard of the account
	refused []gate.RegionRefusals // when it was last asked
}

func (c *gateCheck) addTo(cmd *cobra.Command) {
	cmd.Flags().StringVar(&c.flags.waba, "gate", "",
		"`ID` of the account (WABA) whose gate must be open, at the start and before anything is published; none for none")
	c.flags.addStoreTo(cmd)
}

// options finds what is wrong with the flags.
func (c *gateCheck) options(kept string) error {
	if c.flags.waba == "none" {
		c.flags.waba = ""
	}
	if c.flags.waba == "" {
		return nil
	}
	if err := gate.CheckID(c.flags.waba); err != nil {
		return optionf("gate", "%w", err)
	}
	if cannotBeTakenBack(kept) {
		return usageOf("gate",
			"--gate needs a file for the kept rows: rows that went to standard output, a pipe or a device cannot be taken back; --gate none leaves the gate out")
	}
	return nil
}

// of returns the id of the account that is asked about, "" for none.
func (c *gateCheck) of() string { return cmp.Or(c.flags.waba, c.account) }

// check returns an error unless the account's gate is open for campaigns. It reads the journal anew
// each time.
func (c *gateCheck) check(ctx context.Context) error {
	if c.of() == "" {
		return nil
	}
	s, store, err := c.flags.stateOf(ctx, c.of())
	if err != nil {
		return err
	}
	c.note, c.refused = unheard(s, store), s.Sighted
	if c.flags.waba == "" {
		return readable(s)
	}
	c.seen = s.Status(gate.MessageCampaign).String()
	return s.Err(gate.MessageCampaign)
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
		printable.Fprintln(w, warning)
	}
}

// printHalted tells a halted account line by line: its causes, and the steps towards their ends.
func printHalted(w io.Writer, halted *gate.HaltedError, support string) {
	printable.Fprintf(w, "listgate: account %s is halted; nothing was published\n", halted.State.WABA)
	gatetext.WriteState(w, halted.State, support)
}
