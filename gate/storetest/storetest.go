// Package storetest holds what every [gate.Store] must do, as tests that a store's own tests run.
package storetest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/internal/redact"
)

const (
	waba  = "900000000000001"
	other = "900000000000002"
)

// A Fixture is an empty store.
type Fixture struct {
	// One and Two are two independent handles of it, as two processes would have them.
	One, Two gate.Store
	// Damage adds something to an account's journal that cannot be read.
	Damage func(t *testing.T, waba string)
}

// Run tests a store; open makes one. soon bounds how long a change by one handle may take to reach
// the other.
func Run(t *testing.T, soon time.Duration, open func(t *testing.T) Fixture) {
	for name, test := range map[string]func(*testing.T, *stores){
		"begins empty":               beginsEmpty,
		"delivers what was there":    deliversWhatWasThere,
		"delivers what comes":        deliversWhatComes,
		"keeps accounts apart":       keepsAccountsApart,
		"keeps every field":          keepsEveryField,
		"repetition is harmless":     repetitionIsHarmless,
		"loses nothing":              losesNothing,
		"misses nothing":             missesNothing,
		"ends with its context":      endsWithItsContext,
		"halts the other process":    haltsTheOtherProcess,
		"lists accounts":             listsAccounts,
		"gives signs of life":        givesSignsOfLife,
		"refuses what is no account": refusesWhatIsNoAccount,
		"sets damage aside":          setsDamageAside,
		"keeps the journal's order":  keepsTheOrder,
		"says that it is writable":   isWritable,
		"draws journals together":    drawsTogether,
	} {
		t.Run(name, func(t *testing.T) {
			f := open(t)
			test(t, &stores{f.One, f.Two, f.Damage, soon})
		})
	}
}

type stores struct {
	one, two gate.Store
	damage   func(t *testing.T, waba string)
	soon     time.Duration
}

// A follower collects what a store delivers.
type follower struct {
	mu     sync.Mutex
	ids    map[string]gate.Event
	order  []string
	calls  int
	err    error
	signal chan struct{}
}

func follow(ctx context.Context, s gate.Store, waba string) *follower {
	f := &follower{ids: map[string]gate.Event{}, signal: make(chan struct{}, 1)}
	s.Follow(ctx, waba, func(d gate.Delivery) {
		f.mu.Lock()
		defer f.mu.Unlock()
		if d.Restart {
			clear(f.ids)
			f.order = nil
		}
		for _, e := range d.Events {
			if _, known := f.ids[e.ID()]; !known {
				f.order = append(f.order, e.ID())
			}
			f.ids[e.ID()] = e
		}
		f.calls++
		f.err = d.Err
		select {
		case f.signal <- struct{}{}:
		default:
		}
	})
	return f
}

// until waits until the follower is in a state.
func (f *follower) until(t *testing.T, soon time.Duration, what string, done func() bool) {
	t.Helper()
	timeout := time.NewTimer(soon)
	defer timeout.Stop()
	for {
		f.mu.Lock()
		ok := done()
		f.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-f.signal:
		case <-timeout.C:
			require.Fail(t, "it takes too long", what)
		}
	}
}

func (f *follower) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.ids)
}

func (f *follower) event(id string) gate.Event {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.ids[id]
}

func event(n int) gate.Event {
	return gate.Event{
		Type: gate.EventSighting, WABA: waba, Time: time.Date(2026, 11, 1, 0, 0, n, 0, time.UTC),
		Cause: gate.CauseAccountLock, Code: 131031,
		Ref: redact.Hash("message", fmt.Sprint(n)), Source: "status",
	}
}

func beginsEmpty(t *testing.T, s *stores) {
	f := follow(t.Context(), s.one, waba)
	f.mu.Lock()
	defer f.mu.Unlock()
	require.Positive(t, f.calls) // Follow returns after the first call
	require.Empty(t, f.ids)
	require.NoError(t, f.err)
	require.NotEmpty(t, s.one.String())
}

func deliversWhatWasThere(t *testing.T, s *stores) {
	require.NoError(t, s.one.Append(t.Context(), waba, []gate.Event{event(1), event(2)}))
	require.NoError(t, s.one.Append(t.Context(), waba, []gate.Event{event(3)}))
	require.Equal(t, 3, follow(t.Context(), s.two, waba).count())
	require.Equal(t, 3, follow(t.Context(), s.one, waba).count())
}

func deliversWhatComes(t *testing.T, s *stores) {
	mine, theirs := follow(t.Context(), s.one, waba), follow(t.Context(), s.two, waba)
	require.NoError(t, s.one.Append(t.Context(), waba, []gate.Event{event(1)}))
	mine.until(t, s.soon, "one's own event", func() bool { return len(mine.ids) == 1 })
	theirs.until(t, s.soon, "the other's event", func() bool { return len(theirs.ids) == 1 })
	require.NoError(t, s.two.Append(t.Context(), waba, []gate.Event{event(2)}))
	mine.until(t, s.soon, "the other's event", func() bool { return len(mine.ids) == 2 })
}

func keepsAccountsApart(t *testing.T, s *stores) {
	e := event(1)
	e.WABA = other
	require.NoError(t, s.one.Append(t.Context(), other, []gate.Event{e}))
	require.Zero(t, follow(t.Context(), s.two, waba).count())
	require.Equal(t, 1, follow(t.Context(), s.two, other).count())
}

func keepsEveryField(t *testing.T, s *stores) {
	at := time.Date(2026, 11, 1, 10, 0, 0, 123456789, time.UTC)
	e := gate.Event{
		Type: gate.EventSighting, WABA: waba, Time: at, Cause: gate.CauseRestriction,
		Restriction: gate.RestrictionCustomerInitiated, Until: at.Add(time.Hour),
		Why: gate.LockPolicy, Code: 368, Name: "ACCOUNT_RESTRICTION", Ends: "FLAGGED", Ref: "fbtrace_id:x",
		Source: "webhook",
		Received: at.Add(
			time.Second,
		), Written: at.Add(2 * time.Second), First: at.Add(-time.Hour), Drawn: 3, Inferred: true, Count: 7, By: "a@b",
		Reason: "ä \"quoted\" <reason>\n\u2028", SHA256: "00", Size: 12, Fields: []string{"a", "b"},
	}
	r := gate.Event{
		Type: gate.EventRefusal, WABA: waba, Time: at, Code: 130497, Region: "AG|US", Message: "marketing",
		Recipient: gate.RecipientRef(waba, "x"),
		Ref:       redact.Hash("message", "x"), Source: "status", Received: at, Count: 2,
	}
	require.NoError(t, s.one.Append(t.Context(), waba, []gate.Event{e, r}))
	f := follow(t.Context(), s.two, waba)
	require.Equal(t, e, f.event(e.ID()))
	require.Equal(t, r, f.event(r.ID()))
}

func repetitionIsHarmless(t *testing.T, s *stores) {
	for range 2 {
		require.NoError(t, s.one.Append(t.Context(), waba, []gate.Event{event(1)}))
		require.NoError(t, s.two.Append(t.Context(), waba, []gate.Event{event(1)}))
	}
	require.Equal(t, 1, follow(t.Context(), s.two, waba).count())
}

// Goroutines that share a handle exclude each other as processes do.
func losesNothing(t *testing.T, s *stores) {
	const each, goroutines = 10, 8
	var all sync.WaitGroup
	errs := make([]error, goroutines)
	for g := range goroutines {
		store := s.one
		if g%2 == 1 {
			store = s.two
		}
		all.Go(func() {
			for n := range each {
				if err := store.Append(context.Background(), waba, []gate.Event{event(g*each + n)}); err != nil {
					errs[g] = err
				}
			}
		})
	}
	all.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
	require.Equal(t, each*goroutines, follow(t.Context(), s.one, waba).count())
}

// Whoever begins to follow while others write gets what was there and what comes, and nothing in
// between is lost.
func missesNothing(t *testing.T, s *stores) {
	const events = 60
	written := make(chan error, 1)
	go func() {
		for n := range events {
			if err := s.one.Append(context.Background(), waba, []gate.Event{event(n)}); err != nil {
				written <- err
				return
			}
		}
		written <- nil
	}()
	var followers []*follower
	for n := 0; n < 20; n++ {
		followers = append(followers, follow(t.Context(), s.two, waba))
	}
	require.NoError(t, <-written)
	for _, f := range followers {
		f.until(t, s.soon, "all events", func() bool { return len(f.ids) == events })
	}
}

func endsWithItsContext(t *testing.T, s *stores) {
	ctx, cancel := context.WithCancel(t.Context())
	ended, on := follow(ctx, s.two, waba), follow(t.Context(), s.two, waba)
	cancel()
	require.NoError(t, s.one.Append(t.Context(), waba, []gate.Event{event(1)}))
	on.until(t, s.soon, "the follower that goes on", func() bool { return len(on.ids) == 1 })
	require.Zero(t, ended.count())
	require.Error(t, s.one.Append(ctx, waba, []gate.Event{event(2)}))
}

func haltsTheOtherProcess(t *testing.T, s *stores) {
	one, two := gate.New(s.one, gate.Options{}), gate.New(s.two, gate.Options{})
	defer func() { require.NoError(t, one.Close()); require.NoError(t, two.Close()) }()
	a, err := two.Account(t.Context(), waba)
	require.NoError(t, err)
	require.NoError(t, a.Check(gate.MessageCampaign))
	require.NoError(t, one.Apply(t.Context(), event(1)))
	ctx, cancel := context.WithTimeout(t.Context(), s.soon)
	defer cancel()
	_ = a.Watch(ctx, func(state gate.State) {
		if state.Campaign == gate.StatusHalted {
			cancel()
		}
	})
	var halted *gate.HaltedError
	require.ErrorAs(t, a.Check(gate.MessageCampaign), &halted)
}

func listsAccounts(t *testing.T, s *stores) {
	accounts, err := s.one.Accounts(t.Context())
	require.NoError(t, err)
	require.Empty(t, accounts)
	e := event(1)
	e.WABA = other
	require.NoError(t, s.one.Append(t.Context(), other, []gate.Event{e}))
	require.NoError(t, s.one.Append(t.Context(), waba, []gate.Event{event(1)}))
	accounts, err = s.two.Accounts(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{waba, other}, accounts)
}

func givesSignsOfLife(t *testing.T, s *stores) {
	f := follow(t.Context(), s.one, waba)
	f.until(t, 10*s.soon, "signs of life", func() bool { return f.calls >= 3 })
}

func refusesWhatIsNoAccount(t *testing.T, s *stores) {
	for _, id := range []string{"", "../x", "1 ", "+1", "123456789012345678901234567890123"} {
		require.Error(t, s.one.Append(t.Context(), id, []gate.Event{event(1)}), id)
	}
	require.Error(t, s.one.Append(t.Context(), other, []gate.Event{event(1)}), "an event of another account")
	require.Zero(t, follow(t.Context(), s.two, other).count())
}

// A journal that cannot be read is unknown, for every process, until what is damaged is set aside;
// what can be read counts.
func setsDamageAside(t *testing.T, s *stores) {
	notice := gate.Event{
		Type:   gate.EventNotice,
		WABA:   waba,
		Time:   event(9).Time,
		Name:   "JOURNAL_SET_ASIDE",
		By:     "a@b",
		Reason: "x",
	}
	require.NoError(t, s.one.Append(t.Context(), waba, []gate.Event{event(1)}))
	_, err := s.one.SetAside(t.Context(), waba, []gate.Event{notice})
	require.Error(t, err, "it can be read")
	mine, theirs := follow(t.Context(), s.one, waba), follow(t.Context(), s.two, waba)
	s.damage(t, waba)
	var damaged *gate.DamagedError
	for _, f := range []*follower{mine, theirs} {
		f.until(t, s.soon, "the damage", func() bool { return f.err != nil })
		f.mu.Lock()
		require.ErrorAs(t, f.err, &damaged)
		f.mu.Unlock()
	}
	kept, err := s.two.SetAside(t.Context(), waba, []gate.Event{notice, event(2)})
	require.NoError(t, err)
	require.NotEmpty(t, kept)
	for _, f := range []*follower{mine, theirs, follow(t.Context(), s.one, waba)} {
		f.until(t, s.soon, "the journal that can be read", func() bool { return f.err == nil && len(f.ids) == 3 })
		require.Equal(t, notice, f.event(notice.ID()))
	}
	require.NoError(t, s.one.Append(t.Context(), waba, []gate.Event{event(3)}))
	theirs.until(t, s.soon, "what comes", func() bool { return len(theirs.ids) == 4 })
}

// The journal's order belongs to the set of events: everybody sees the same one.
func keepsTheOrder(t *testing.T, s *stores) {
	mine := follow(t.Context(), s.one, waba)
	var want []string
	for n := range 10 {
		store := s.one
		if n%3 == 0 {
			store = s.two
		}
		events := []gate.Event{event(100 - 2*n), event(101 - 2*n)}
		require.NoError(t, store.Append(t.Context(), waba, events))
		want = append(want, events[0].ID(), events[1].ID())
	}
	mine.until(t, s.soon, "all events", func() bool { return len(mine.ids) == len(want) })
	for _, f := range []*follower{mine, follow(t.Context(), s.two, waba)} {
		f.mu.Lock()
		require.Equal(t, want, f.order)
		f.mu.Unlock()
	}
}

func isWritable(t *testing.T, s *stores) {
	require.NoError(t, s.one.Append(t.Context(), waba, []gate.Event{event(1)}))
	f := follow(t.Context(), s.one, waba)
	for range 3 {
		require.NoError(t, s.one.CheckWritable(t.Context()))
	}
	require.Equal(t, 1, f.count(), "it leaves nothing in a journal")
	accounts, err := s.two.Accounts(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{waba}, accounts)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_ = s.one.CheckWritable(ctx)
}

// A journal that grows is drawn together, while others follow it and write to it: who begins to
// follow is told little, and everybody has the same answers as if nothing had been.
func drawsTogether(t *testing.T, s *stores) {
	const rounds, each = 150, 10
	early := gate.New(s.two, gate.Options{})
	defer func() { require.NoError(t, early.Close()) }()
	a, err := early.Account(t.Context(), waba)
	require.NoError(t, err)
	mine := follow(t.Context(), s.one, waba)
	for n := range rounds {
		store := s.one
		if n%5 == 0 {
			store = s.two
		}
		var events []gate.Event
		for i := range each {
			events = append(events, event(n*each+i))
		}
		if n == rounds/2 {
			clear := gate.Event{
				Type:   gate.EventClear,
				WABA:   waba,
				Cause:  gate.CauseAccountLock,
				By:     "a@b",
				Reason: "appeal granted",
			}
			clear.Time = events[each-1].Time
			events = append(events, clear)
		}
		require.NoError(t, store.Append(t.Context(), waba, events))
	}
	ctx, cancel := context.WithTimeout(t.Context(), s.soon)
	defer cancel()
	_ = a.Watch(ctx, func(state gate.State) {
		if state.Events == rounds*each+1 {
			cancel()
		}
	})
	late := follow(t.Context(), s.two, waba)
	require.Less(t, late.count(), rounds*each/2)
	require.NoError(t, late.err)
	g := gate.New(s.one, gate.Options{})
	defer func() { require.NoError(t, g.Close()) }()
	b, err := g.Account(t.Context(), waba)
	require.NoError(t, err)
	for _, state := range []gate.State{a.State(), b.State()} {
		require.Empty(t, state.Trouble)
		require.Equal(t, rounds*each+1, state.Events)
		require.Equal(t, gate.StatusHalted, state.Campaign)
		require.Equal(t, (rounds/2-1)*each, state.Causes[0].Sightings)
		require.True(t, event((rounds/2+1)*each).Time.Equal(state.Causes[0].Since))
		require.True(t, event(rounds*each-1).Time.Equal(state.Causes[0].Last))
	}
	last := event(rounds * each)
	require.NoError(t, s.two.Append(t.Context(), waba, []gate.Event{last}))
	mine.until(t, s.soon, "what comes after it", func() bool { _, ok := mine.ids[last.ID()]; return ok })
}
