package gate

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const testWABA = "900000000000001"

var day0 = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

func hour(h int) time.Time { return day0.Add(time.Duration(h) * time.Hour) }

func sighting(at time.Time, c Cause) Event {
	return Event{Type: EventSighting, WABA: testWABA, Time: at, Cause: c, Code: c.code()}
}

func restricted(at time.Time, restriction string, until time.Time) Event {
	e := sighting(at, CauseRestriction)
	e.Restriction, e.Until = restriction, until
	return e
}

func plainEvent(t EventType, at time.Time) Event { return Event{Type: t, WABA: testWABA, Time: at} }

func health(t EventType, at time.Time, kinds string) Event {
	e := plainEvent(t, at)
	e.Name = kinds
	return e
}

func cleared(at time.Time, c Cause, restriction string) Event {
	e := plainEvent(EventClear, at)
	e.Cause, e.Restriction = c, restriction
	return e
}

// alphabet is every kind of event that can matter, at each of the hours.
func alphabet(hours ...int) []Event {
	var all []Event
	for _, h := range hours {
		at := hour(h)
		all = append(
			all,
			sighting(at, CausePolicyBlock),
			sighting(at, CauseAccountLock),
			sighting(at, CauseBan),
			sighting(at, CauseManual),
			restricted(
				at,
				RestrictionBusinessInitiated,
				time.Time{},
			),
			restricted(at, RestrictionBusinessInitiated, at.Add(30*time.Hour)),
			restricted(at, RestrictionCustomerInitiated, at.Add(50*time.Hour)),
			plainEvent(EventReinstate, at),
			health(EventBlocked, at, "WABA"),
			health(EventBlocked, at, "PHONE_NUMBER"),
			health(EventHealthy, at, "BUSINESS,WABA"),
			health(EventHealthy, at, "PHONE_NUMBER,WABA"),
			cleared(
				at,
				CausePolicyBlock,
				"",
			),
			cleared(at, CauseAccountLock, ""),
			cleared(at, CauseBan, ""),
			cleared(at, CauseManual, ""),
			cleared(at, CauseRestriction, RestrictionBusinessInitiated),
		)
	}
	return all
}

// slowActive is the model: section 7 of the design, word by word, for one sighting after the other.
// events stand in the journal's order.
func slowActive(events []Event, key causeKey, now time.Time) bool {
	for place, s := range events {
		if s.Type == EventSighting && s.causeKey() == key && !slowSettled(events, place) &&
			!slowOver(events, place, now) {
			return true
		}
	}
	return false
}

// slowSettled: at equal times the sighting outlasts the provider's ending, and a person's clear
// outlasts the sighting.
func slowSettled(events []Event, place int) bool {
	s := events[place]
	for at, e := range events {
		switch {
		case e.Type == EventClear && e.causeKey() == s.causeKey() && slowCleared(s, e, place < at):
			return true
		case e.Type == EventReinstate && e.Time.After(s.Time) && slowBelieved(s, e, place < at) &&
			(s.Cause == CausePolicyBlock || s.Cause == CauseAccountLock || s.Cause == CauseBan):
			return true
		case e.Type == EventHealthy && (s.Cause == CausePolicyBlock || s.Cause == CauseAccountLock):
			if slowRecovered(events, s, e) && slowBelieved(s, e, place < at) {
				return true
			}
		}
	}
	return false
}

// slowCleared: a clear ends what the store had by then, up to its time. What is received after it,
// and lies later than the moment at which the person cleared, still closes; and so does what a
// clock wrote that had not reached that moment.
func slowCleared(s, clear Event, had bool) bool {
	if s.Time.After(clear.Time) {
		return false
	}
	moment, written := slowMoment(clear), slowWritten(s)
	return had || !(s.Time.After(moment) || !written.IsZero() && written.Before(moment))
}

// slowMoment is when a person acted; the time of what they did is that of the newest sighting they
// saw, if that is ahead.
func slowMoment(e Event) time.Time {
	if !e.Received.IsZero() && e.Received.Before(e.Time) {
		return e.Received
	}
	return e.Time
}

func slowWritten(e Event) time.Time {
	if e.Written.IsZero() {
		return e.Received
	}
	return e.Written
}

// slowBelieved: the provider's word that is dated more than an hour ahead of the clock that wrote
// it ends nothing that came after it and is dated after it was written.
func slowBelieved(s, ending Event, had bool) bool {
	written := slowWritten(ending)
	return written.IsZero() || ending.Time.Sub(written) <= time.Hour || had || s.Time.Before(written)
}

// slowRecovered: an earlier health status after the sighting had an entity blocked, and the healthy
// one names all that had.
func slowRecovered(events []Event, s, healthy Event) bool {
	found := false
	for _, b := range events {
		if b.Type != EventBlocked || !b.Time.After(s.Time) || !b.Time.Before(healthy.Time) {
			continue
		}
		if !strings.Contains(healthy.Name, b.Name) {
			return false
		}
		found = true
	}
	return found
}

// slowOver: a restriction ends at its expiration, and a block with the restriction that it came
// with.
func slowOver(events []Event, place int, now time.Time) bool {
	s := events[place]
	if s.Cause == CauseRestriction {
		return !s.Until.IsZero() && !now.Before(s.Until)
	}
	if s.Cause != CausePolicyBlock {
		return false
	}
	var with []Event
	for at, r := range events {
		if r.Type == EventSighting && r.Cause == CauseRestriction && slowComesWith(events, at, s) {
			with = append(with, r)
		}
	}
	// What is announced before the end of one of them prolongs it.
	for again := len(with) > 0; again; {
		again = false
		for _, r := range events {
			known := slices.ContainsFunc(with, func(w Event) bool { return w.ID() == r.ID() })
			if known || r.Type != EventSighting || r.Cause != CauseRestriction || !r.Time.After(s.Time) {
				continue
			}
			if slices.ContainsFunc(with, func(w Event) bool { return w.Until.IsZero() || r.Time.Before(w.Until) }) {
				with, again = append(with, r), true
			}
		}
	}
	for _, r := range with {
		if r.Until.IsZero() || now.Before(r.Until) {
			return false
		}
	}
	return len(with) > 0
}

func slowComesWith(events []Event, place int, s Event) bool {
	r := events[place]
	if r.Time.After(s.Time) {
		return r.Time.Sub(s.Time) <= 24*time.Hour
	}
	for at, c := range events {
		if c.Type == EventClear && c.causeKey() == r.causeKey() && slowCleared(r, c, place < at) &&
			!slowMoment(c).After(s.Time) {
			return false
		}
	}
	return r.Until.IsZero() || s.Time.Before(r.Until)
}

func slowStatus(events []Event, k MessageKind, now time.Time) Status {
	for _, c := range Causes() {
		for _, r := range []string{"", RestrictionBusinessInitiated, RestrictionCustomerInitiated} {
			if slowActive(events, causeKey{c, r}, now) && !(k == MessageReply && r == RestrictionBusinessInitiated) {
				return StatusHalted
			}
		}
	}
	return StatusOpen
}

// requireModel compares the fold with the model, for each kind of message and each time at which
// something could end.
func requireModel(t *testing.T, events []Event) {
	t.Helper()
	requireModelAt(t, events, hour(4), hour(32), hour(49), hour(120))
}

func requireModelAt(t *testing.T, events []Event, times ...time.Time) {
	t.Helper()
	for _, now := range times {
		s := fold(testWABA, events, now)
		require.Equal(t, slowSighted(events), sightedIn(s), "after %v", tell(events))
		for k := MessageCampaign; k < kinds; k++ {
			if want := slowStatus(events, k, now); s.Status(k) != want {
				require.Equal(t, want, s.Status(k), "%s at %s after %v", k, now, tell(events))
			}
		}
	}
}

func tell(events []Event) (lines []string) {
	for _, e := range events {
		text, _ := e.MarshalJSON()
		lines = append(lines, "\n"+string(text))
	}
	return lines
}

// Every set of up to two events out of 51, and of three every one, or every seventh.
func TestModelExhaustively(t *testing.T) {
	all := alphabet(1, 2, 3)
	n := 0
	for i, a := range all {
		requireModel(t, all[i:i+1])
		for j := i + 1; j < len(all); j++ {
			requireModel(t, []Event{a, all[j]})
			for k := j + 1; k < len(all); k++ {
				if n++; *long || n%7 == 0 {
					requireModel(t, []Event{a, all[j], all[k]})
				}
			}
		}
	}
	require.Equal(t, 51*50*49/6, n)
}

// Every set of the health statuses of some hours after a lock: 2^16 of four, 2^12 of three.
func TestRecoveryExhaustively(t *testing.T) {
	lock := sighting(hour(0), CauseAccountLock)
	var all []Event
	hours := 3
	if *long {
		hours = 4
	}
	for h := 1; h <= hours; h++ {
		all = append(all, health(EventBlocked, hour(h), "WABA"), health(EventBlocked, hour(h), "PHONE_NUMBER"),
			health(EventHealthy, hour(h), "WABA"), health(EventHealthy, hour(h), "PHONE_NUMBER,WABA"))
	}
	opened := 0
	for set := range 1 << len(all) {
		events := []Event{lock}
		for i, e := range all {
			if set&(1<<i) != 0 {
				events = append(events, e)
			}
		}
		ended := newHistory(events).isSettled(lock, 0)
		if want := slowSettled(events, 0); ended != want {
			require.Equal(t, want, ended, "after %v", tell(events))
		}
		if ended {
			opened++
		}
	}
	require.NotZero(t, opened)
}

func TestModelAtRandom(t *testing.T) {
	all := append(alphabet(1, 2, 3, 20, 40, 90), refusals(1, 2, 3)...)
	random := rand.New(rand.NewPCG(1, 2))
	for range rounds(1_000) {
		var events []Event
		for _, i := range random.Perm(len(all))[:4+random.IntN(12)] {
			events = append(events, all[i])
		}
		requireModel(t, events)
	}
}

// memory is a store without a disk.
type memory struct {
	mu      sync.Mutex
	events  map[string][]Event
	deliver map[string][]func(Delivery)
	appends int
	err     error
	hold    chan struct{} // if there is one, Append waits until it is closed
	fails   int           // so many calls of Append fail
}

func newMemory() *memory {
	return &memory{events: map[string][]Event{}, deliver: map[string][]func(Delivery){}}
}

func (m *memory) String() string { return "memory" }

func (m *memory) Append(_ context.Context, waba string, events []Event) error {
	if m.hold != nil {
		<-m.hold
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		return m.err
	}
	if m.fails > 0 {
		m.fails--
		return errors.New("a passing failure")
	}
	m.appends++
	m.events[waba] = append(m.events[waba], events...)
	for _, d := range m.deliver[waba] {
		d(Delivery{Events: slices.Clone(events)})
	}
	return nil
}

func (m *memory) Follow(_ context.Context, waba string, deliver func(Delivery)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	deliver(Delivery{Events: slices.Clone(m.events[waba])})
	m.deliver[waba] = append(m.deliver[waba], deliver)
}

func (m *memory) Accounts(context.Context) ([]string, error) { return nil, nil }

func (m *memory) SetAside(context.Context, string, []Event) (string, error) {
	return "", errors.New("nothing to set aside")
}

func (m *memory) CheckWritable(context.Context) error { return m.err }

// essence is what must not depend on order and repetition: not how often something was seen, nor by
// what first.
func essence(s State) string {
	text := fmt.Sprint(s.Campaign, s.Reply)
	for _, c := range s.Causes {
		text += fmt.Sprint("\n", c, c.Last, c.Stops, c.Inferred)
	}
	for _, r := range s.Sighted {
		text += fmt.Sprint("\n", r.Region, r.Sighted, min(r.Recipients, sightedFrom), r.Messages, r.Last)
	}
	return text
}

// Any permutation and any repetition of a set of events gives the same state, through the gate as
// it is used.
func TestOrderAndRepetitionDoNotMatter(t *testing.T) {
	all := append(alphabet(1, 2, 3, 20, 40), refusals(1, 2, 3)...)
	random := rand.New(rand.NewPCG(3, 4))
	for round := range rounds(60) {
		var events []Event
		for _, i := range random.Perm(len(all))[:2+random.IntN(12)] {
			events = append(events, all[i])
		}
		want := essence(fold(testWABA, events, time.Now()))
		for range 4 {
			order := slices.Concat(events, events[:random.IntN(len(events))])
			random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
			require.Equal(t, want, essence(through(t, order)), "round %d: %v", round, tell(order))
		}
	}
}

// through returns the state after events came one by one.
func through(t *testing.T, events []Event) State {
	t.Helper()
	g := New(newMemory(), Options{})
	for _, e := range events {
		require.NoError(t, g.Learn(t.Context(), e))
	}
	require.NoError(t, g.Flush(t.Context()))
	a, err := g.Account(t.Context(), testWABA)
	require.NoError(t, err)
	s := a.State()
	require.NoError(t, g.Close())
	return s
}

// Nothing but an ending opens a halted gate: not another sighting, a warning, a notice, a note,
// what was not understood, a refusal in a region, or its lift.
func TestOnlyEndingsOpen(t *testing.T) {
	others := []Event{
		plainEvent(EventWarning, hour(5)),
		plainEvent(EventNotice, hour(5)),
		plainEvent(EventNote, hour(5)),
		plainEvent(EventUnread, hour(5)),
	}
	others = append(others, refusals(5)...)
	for _, e := range alphabet(1, 2, 3, 20, 40, 90) {
		if e.Type == EventSighting && e.Until.IsZero() || e.Type == EventBlocked {
			others = append(others, e)
		}
	}
	all := alphabet(1, 2, 3, 20, 40)
	random := rand.New(rand.NewPCG(5, 6))
	for range rounds(600) {
		var events []Event
		for _, i := range random.Perm(len(all))[:1+random.IntN(6)] {
			events = append(events, all[i])
		}
		other := others[random.IntN(len(others))]
		for _, now := range []time.Time{hour(4), hour(60), hour(300)} {
			before, after := fold(testWABA, events, now), fold(testWABA, append(slices.Clone(events), other), now)
			for k := MessageCampaign; k < kinds; k++ {
				if before.Status(k) != StatusHalted || after.Status(k) == StatusHalted {
					continue
				}
				// A health status that was blocked may be what a later one that is not has waited
				// for.
				require.Equal(t, EventBlocked, other.Type, "%v opened after %v", tell([]Event{other}), tell(events))
				require.True(t, slices.ContainsFunc(events, func(e Event) bool { return e.Type == EventHealthy }))
			}
		}
	}
}
