package gate

import (
	"context"
	"errors"
	"slices"
)

// An Operator is who did something by hand, and why, as journals keep it.
type Operator struct {
	By     string // user@host
	Reason string
}

// Halt halts the account by hand. The cause is CauseManual, or CausePolicyBlock or CauseAccountLock
// for what a person read elsewhere.
func (a *Account) Halt(ctx context.Context, cause Cause, p Operator) error {
	if cause != CauseManual && cause.code() == 0 {
		return errors.New("only a manual halt, 368 and 131031 can be recorded by hand")
	}
	return a.gate.Apply(ctx, Event{
		Type: EventSighting, WABA: a.waba, Time: a.gate.now(), Cause: cause, Code: cause.code(), Source: "hand",
		By: p.By, Reason: p.Reason,
	})
}

// Note records which of the causes of an account lock it is. It changes the steps, not the state.
func (a *Account) Note(ctx context.Context, why LockReason, p Operator) error {
	at := a.gate.now()
	for _, active := range a.State().Causes {
		if active.Cause == CauseAccountLock {
			at = later(at, active.Since) // a lock can be ahead of our clock
		}
	}
	return a.gate.Apply(
		ctx,
		Event{Type: EventNote, WABA: a.waba, Time: at, Why: why, Source: "hand", By: p.By, Reason: p.Reason},
	)
}

// Clear ends causes by hand: those given, else those that are active, and no others. Each ends at
// the later of now and its newest sighting, so that a webhook of before that comes late does not
// bring it back, while a cause that was not cleared still comes, and so does what is received from
// now on and is dated later than now, whatever time the cleared sightings bear. It returns those
// that were active. What is damaged of a journal is set aside, and kept says where; what could be
// read of it still counts, so that only the causes named end then, too.
func (a *Account) Clear(
	ctx context.Context,
	causes []Cause,
	p Operator,
) (cleared []ActiveCause, kept string, err error) {
	now := a.gate.now()
	a.mu.Lock()
	a.publish(now) // with the repeats that are counted and not written yet
	state := a.state
	a.mu.Unlock()
	active := map[causeKey]ActiveCause{}
	for _, c := range state.Causes {
		active[causeKey{c.Cause, c.Restriction}] = c
	}
	var events []Event
	for _, key := range causeKeys {
		c, found := active[key]
		if !found && len(causes) == 0 || len(causes) > 0 && !slices.Contains(causes, key.cause) {
			continue
		}
		events = append(events, Event{
			Type: EventClear, WABA: a.waba, Time: later(now, c.Last), Cause: key.cause, Restriction: key.restriction,
			Source: "hand",
			By:     p.By, Reason: p.Reason, Received: now,
		})
		if found {
			cleared = append(cleared, c)
		}
	}
	if a.damaged() {
		kept, err = a.setAside(ctx, events, p)
		return cleared, kept, err
	}
	if len(events) == 0 && state.Trouble != "" {
		return nil, "", state.Err(MessageCampaign) // nobody knows what is active
	}
	return cleared, "", a.gate.Apply(ctx, events...)
}

func (a *Account) damaged() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	var damage *DamagedError
	return errors.As(a.trouble, &damage)
}

// setAside takes what is damaged out of the journal, and adds a notice of who did it, and what is
// cleared.
func (a *Account) setAside(ctx context.Context, events []Event, p Operator) (kept string, err error) {
	now := a.gate.now()
	notice := Event{
		Type: EventNotice, WABA: a.waba, Time: now, Received: now, Name: "JOURNAL_SET_ASIDE", Source: "hand", By: p.By,
		Reason: p.Reason,
	}
	added := append([]Event{notice}, events...)
	for _, e := range added {
		if err := e.check(); err != nil {
			return "", err
		}
	}
	return a.gate.store.SetAside(ctx, a.waba, added)
}
