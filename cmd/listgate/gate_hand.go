package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/internal/gatetext"
	"github.com/listgate/listgate/internal/printable"
	"github.com/listgate/listgate/internal/redact"
	"github.com/listgate/listgate/internal/wording"
)

// byHand are the flags of the commands with which a person changes a state.
type byHand struct {
	settings *settings
	gateFlags
	reason   string
	optional bool // the reason
}

func (h *byHand) addTo(cmd *cobra.Command) {
	h.gateFlags.addTo(cmd)
	cmd.Flags().StringVar(&h.reason, "reason", "",
		"reason, a `TEXT` in your own words, for the journal; no phone numbers")
}

// person is who runs the command, and why.
func (h *byHand) person() (gate.Operator, error) {
	if strings.TrimSpace(h.reason) == "" && !h.optional {
		return gate.Operator{}, usagef("say why with --reason; it stands in the journal")
	}
	if err := redact.CheckReason(h.reason, h.waba); err != nil {
		return gate.Operator{}, optionf("reason", "%w", err)
	}
	return gate.Operator{By: userAtHost(), Reason: h.reason}, nil
}

func newGateHaltCommand(s *settings) *cobra.Command {
	var (
		h    = byHand{settings: s}
		name string
	)
	cmd := &cobra.Command{
		Use:   "halt --waba ID --reason WHY",
		Short: "Halt an account by hand",
		Long: `halt closes the gate of an account until somebody clears it. With --cause it records what a person
read in a provider's panel: 368 (blocked for a violation of policy) or 131031 (locked), and prints
the way out.

Exit status: 0 the account is halted; 2 usage; 3 the journal could not be written.`,
		Example: `  listgate gate halt --waba 900000000000001 --reason 'wrong template went out'
  listgate gate halt --waba 900000000000001 --cause 131031 --reason 'the panel shows a lock'`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cause := gate.CauseManual
			if name != "" {
				var err error
				if cause, err = gate.ParseCause(name); err != nil || cause != gate.CausePolicyBlock &&
					cause != gate.CauseAccountLock {
					return optionf("cause", "unknown value %s; it is one of 368, 131031", redact.Quote(name))
				}
			}
			return h.change(cmd,
				func(a *gate.Account, p gate.Operator) error { return a.Halt(cmd.Context(), cause, p) })
		},
	}
	h.addTo(cmd)
	h.create = true
	cmd.Flags().StringVar(&name, "cause", "", "`CODE` that was read elsewhere: 368 or 131031 (default: a manual halt)")
	return cmd
}

func newGateNoteCommand(s *settings) *cobra.Command {
	var (
		h    = byHand{settings: s}
		name string
	)
	cmd := &cobra.Command{
		Use:   "note --waba ID --cause policy|verification|payment",
		Short: "Record which of the causes of a lock (131031) it is",
		Long: `note records what Business Support Home shows for a locked account: a violation (policy), or
nothing, which makes a wrong two-step PIN or unverified data more likely (verification). The steps
in status become those of that cause.

Exit status: 0 recorded; 2 usage; 3 the account is not locked, or the journal could not be
written.`,
		Example: "  listgate gate note --waba 900000000000001 --cause policy",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			why, err := gate.ParseLockReason(name)
			if err != nil {
				return optionf("cause", "%w", err)
			}
			h.optional = true
			return h.change(cmd, func(a *gate.Account, p gate.Operator) error {
				if _, locked := find(a.State().Causes, gate.ActiveCause{Cause: gate.CauseAccountLock}); !locked {
					return fmt.Errorf("account %s has no lock (131031) that a note could be about", a.WABA())
				}
				return a.Note(cmd.Context(), why, p)
			})
		},
	}
	h.addTo(cmd)
	cmd.Flags().StringVar(&name, "cause", "", "`CAUSE`: policy, verification or payment")
	return cmd
}

// change does something to an account, and prints the state that it is in then.
func (h *byHand) change(cmd *cobra.Command, do func(*gate.Account, gate.Operator) error) error {
	if err := h.check(); err != nil {
		return err
	}
	p, err := h.person()
	if err != nil {
		return err
	}
	g, a, _, err := h.account(cmd.Context())
	if err != nil {
		return err
	}
	defer g.Close()
	if err := do(a, p); err != nil {
		return err
	}
	gatetext.WriteState(cmd.OutOrStdout(), a.State(), h.settings.support(a.WABA()))
	return nil
}

func newGateClearCommand(s *settings) *cobra.Command {
	var (
		h       = byHand{settings: s}
		names   []string
		sighted string
	)
	cmd := &cobra.Command{
		Use:   "clear --waba ID --reason WHY",
		Short: "Say that what halted an account is over",
		Long: `clear ends the causes that are active, or those named with --cause, and records who said so and
why. What you had not seen still halts when its late webhook comes. A journal that is damaged is
set aside: a file as .bad; in a stream the messages that cannot be read stay, and are skipped.
What could be read still counts.

With --sighted it lifts a region instead, whose numbers were dropped since messages there were
refused (130497): the refusals up to now no longer count. It ends no cause.

Exit status: 0 cleared, even if other causes still halt the account: status tells; 2 usage; 3 the
journal could not be written.`,
		Example: `  listgate gate clear --waba 900000000000001 --reason 'appeal granted, Business Support Home shows no violation'
  listgate gate clear --waba 900000000000001 --cause 368 --reason 'reinstated by mail of today'
  listgate gate clear --waba 900000000000001 --sighted IN --reason 'Meta corrected the category'`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("sighted") {
				return h.lift(cmd, sighted, len(names) > 0)
			}
			var causes []gate.Cause
			for _, name := range names {
				cause, err := gate.ParseCause(name)
				if err != nil {
					return optionf("cause", "%w", err)
				}
				causes = append(causes, cause)
			}
			return h.clear(cmd, causes)
		},
	}
	h.addTo(cmd)
	cmd.Flags().StringArrayVar(&names, "cause", nil,
		"`CAUSE` to end: 368, 131031, restriction, ban or manual; repeatable (default: those that are active)")
	cmd.Flags().StringVar(&sighted, "sighted", "",
		"`REGION` to lift, or set of regions, as status shows it: IN, 'AG|US'")
	return cmd
}

// lift settles the refusals of a region.
func (h *byHand) lift(cmd *cobra.Command, region string, causes bool) error {
	if causes {
		return usageOf("sighted", "--sighted lifts a region, --cause ends a cause: do one after the other")
	}
	if err := gate.CheckRegions(region); err != nil {
		return optionf("sighted", "%w", err)
	}
	return h.change(cmd, func(a *gate.Account, p gate.Operator) error {
		if err := readable(a.State()); err != nil {
			return err
		}
		sighted := a.State().Sighted
		i := slices.IndexFunc(sighted, func(r gate.RegionRefusals) bool { return r.Region == region })
		if i < 0 {
			printable.Fprintf(cmd.ErrOrStderr(),
				"no refusal (130497) in %s counts for account %s; nothing was lifted\n", region, a.WABA())
			return nil
		}
		if err := a.Lift(cmd.Context(), region, p); err != nil {
			return err
		}
		_, err := printable.Fprintf(cmd.OutOrStdout(), "lifted: %s, refused to %s\n", region,
			wording.Count(int64(sighted[i].Recipients), "recipient"))
		return err
	})
}

func (h *byHand) clear(cmd *cobra.Command, causes []gate.Cause) error {
	if err := h.check(); err != nil {
		return err
	}
	p, err := h.person()
	if err != nil {
		return err
	}
	g, a, store, err := h.account(cmd.Context())
	if err != nil {
		return err
	}
	defer g.Close()
	out, talk := cmd.OutOrStdout(), cmd.ErrOrStderr()
	sayIfUnheard(talk, a.State(), store)
	cleared, kept, err := a.Clear(cmd.Context(), causes, p)
	if err != nil {
		return err
	}
	if kept != "" {
		printable.Fprintf(talk,
			"the journal was damaged; the damage is kept as %s; what could be read still counts\n", kept)
	}
	for _, c := range cleared {
		printable.Fprintf(out, "cleared: %s\n", c)
	}
	if len(cleared) == 0 && kept == "" {
		printable.Fprintln(talk, "nothing was active that could be cleared")
	}
	gatetext.WriteState(out, a.State(), h.settings.support(a.WABA()))
	return nil
}
