package gate

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/listgate/listgate/internal/redact"
	"github.com/stretchr/testify/require"
)

// inBubble runs a test on a clock of its own, with a gate over a store in memory that gives signs
// of life.
func inBubble(t *testing.T, f func(t *testing.T, g *Gate, m *memory, a *Account)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(day0))
		m := newMemory()
		g := New(m, Options{})
		a, err := g.Account(t.Context(), testWABA)
		require.NoError(t, err)
		f(t, g, m, a)
		require.NoError(t, g.Close())
	})
}

// alive makes the store give a sign of life every second for a while.
func (m *memory) alive(d time.Duration) {
	for range d / time.Second {
		time.Sleep(time.Second)
		m.mu.Lock()
		for _, deliver := range m.deliver[testWABA] {
			deliver(Delivery{})
		}
		m.mu.Unlock()
	}
	synctest.Wait()
}

// A context ends the wait for a store that hangs. What halts is in force all the same.
func TestAccountGoesByItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &silent{newMemory(), make(chan struct{})}
		g := New(store, Options{})
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		began := time.Now()
		a, err := g.Account(ctx, testWABA)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, 200*time.Millisecond, time.Since(began))
		var unknown *UnknownError
		require.ErrorAs(t, a.Check(MessageCampaign), &unknown)
		_ = g.Apply(ctx, sighting(time.Now(), CauseBan)) // an error, unless the store does not look at the context
		close(store.speaks)
		synctest.Wait()
		require.Equal(t, StatusHalted, a.State().Campaign)
		require.NoError(t, g.Close())
	})
}

// silent is a store that says nothing until it speaks.
type silent struct {
	*memory
	speaks chan struct{}
}

func (s *silent) Follow(ctx context.Context, waba string, deliver func(Delivery)) {
	<-s.speaks
	s.memory.Follow(ctx, waba, deliver)
}

func TestZeroAccountIsUnknown(t *testing.T) {
	var a Account
	var unknown *UnknownError
	require.ErrorAs(t, a.Check(MessageCampaign), &unknown)
	require.ErrorAs(t, a.Check(MessageReply), &unknown)
	require.Equal(t, StatusUnknown, State{}.Status(MessageCampaign))
}

func TestSightingHaltsUntilCleared(t *testing.T) {
	inBubble(t, func(t *testing.T, g *Gate, m *memory, a *Account) {
		require.NoError(t, a.Check(MessageCampaign))
		require.NoError(t, g.Apply(t.Context(), sighting(time.Now(), CauseAccountLock)))
		m.alive(40 * 24 * time.Hour / 1000) // no timer of ours ends it
		var halted *HaltedError
		require.ErrorAs(t, a.Check(MessageReply), &halted)
		require.True(t, halted.Until().IsZero())
		for _, part := range []string{"account_lock (131031) since 2026-11-01", "no known end", "Business Support Home",
			"https://business.facebook.com/direct-support", testWABA} {
			require.Contains(t, halted.Error(), part)
		}
		done, kept, err := a.Clear(t.Context(), nil, Operator{"a@b", "appeal granted"})
		require.NoError(t, err)
		require.Empty(t, kept)
		require.Len(t, done, 1)
		require.NoError(t, a.Check(MessageCampaign))
		// The late webhook of the message that was refused then does not bring it back, a new
		// refusal does.
		require.NoError(t, g.Apply(t.Context(), sighting(day0, CauseAccountLock)))
		require.NoError(t, a.Check(MessageCampaign))
		require.NoError(t, g.Apply(t.Context(), sighting(time.Now().Add(time.Nanosecond), CauseAccountLock)))
		require.Error(t, a.Check(MessageCampaign))
	})
}

// A cause that the operator had not seen still closes, and a clear ends only what it names.
func TestClearEndsOnlyWhatWasSeen(t *testing.T) {
	inBubble(t, func(t *testing.T, g *Gate, _ *memory, a *Account) {
		require.NoError(
			t,
			g.Apply(t.Context(), sighting(hour(-2), CausePolicyBlock), sighting(time.Now().Add(time.Hour), CauseBan)),
		)
		_, _, err := a.Clear(t.Context(), nil, Operator{"a@b", "x"})
		require.NoError(t, err)
		require.NoError(t, a.Check(MessageCampaign), "a sighting ahead of our clock was seen, too")
		require.NoError(t, g.Apply(t.Context(), sighting(hour(-3), CauseAccountLock)))
		require.Error(t, a.Check(MessageCampaign))
		_, _, err = a.Clear(t.Context(), []Cause{CausePolicyBlock, CauseRestriction}, Operator{"a@b", "x"})
		require.NoError(t, err)
		require.Error(t, a.Check(MessageCampaign))
		require.NoError(t, g.Apply(t.Context(), sighting(time.Now(), CauseManual)))
		_, _, err = a.Clear(t.Context(), []Cause{CauseAccountLock}, Operator{"a@b", "x"})
		require.NoError(t, err)
		require.Len(t, a.State().Causes, 1)
	})
}

// The end that Meta gave is applied by the gate's goroutine, to the second, for the messages that
// it concerns.
func TestRestrictionEndsByItself(t *testing.T) {
	inBubble(t, func(t *testing.T, g *Gate, m *memory, a *Account) {
		end := time.Now().Add(90 * time.Second)
		require.NoError(
			t,
			g.Apply(
				t.Context(),
				restricted(time.Now(), RestrictionBusinessInitiated, end),
				sighting(time.Now(), CausePolicyBlock),
			),
		)
		require.Error(t, a.Check(MessageReply), "a block whose rung is not known stops replies")
		var halted *HaltedError
		require.ErrorAs(t, a.Check(MessageCampaign), &halted)
		require.True(t, end.Equal(halted.Until()))
		require.Contains(t, halted.Error(), "inference")
		m.alive(89 * time.Second)
		require.Error(t, a.Check(MessageCampaign))
		m.alive(time.Second)
		require.NoError(t, a.Check(MessageCampaign))
		require.NoError(t, a.Check(MessageReply))
	})
}

// Of several sightings of a cause, the later end counts, and none outlasts all.
func TestLaterEndCounts(t *testing.T) {
	inBubble(t, func(t *testing.T, g *Gate, _ *memory, a *Account) {
		now := time.Now()
		until := func() time.Time {
			var halted *HaltedError
			require.ErrorAs(t, a.Check(MessageCampaign), &halted)
			return halted.Until()
		}
		for _, step := range []struct {
			event Event
			until time.Time
		}{
			{restricted(now, RestrictionCustomerInitiated, now.Add(2*time.Hour)), now.Add(2 * time.Hour)},
			{restricted(now.Add(time.Second), RestrictionCustomerInitiated, now.Add(time.Hour)),
				now.Add(2 * time.Hour)},
			{restricted(now.Add(-time.Hour), RestrictionCustomerInitiated, now.Add(3*time.Hour)),
				now.Add(3 * time.Hour)},
			{sighting(now, CausePolicyBlock), now.Add(3 * time.Hour)}, // with the restriction that it came with
			{restricted(now.Add(2*time.Second), RestrictionBusinessInitiated, now.Add(5*time.Hour)),
				now.Add(5 * time.Hour)},
			// A block of before that restriction is another one
			{sighting(now.Add(-48*time.Hour), CausePolicyBlock), time.Time{}},
			{cleared(now, CausePolicyBlock, ""), now.Add(5 * time.Hour)},
			{restricted(now.Add(-2*time.Hour), RestrictionCustomerInitiated, time.Time{}), time.Time{}},
			{restricted(now.Add(3*time.Second), RestrictionCustomerInitiated, now.Add(time.Hour)), time.Time{}},
		} {
			require.NoError(t, g.Apply(t.Context(), step.event))
			require.True(t, step.until.Equal(until()), "%v: until %s", tell([]Event{step.event}), until())
		}
	})
}

func TestRestrictionOfCampaignsLetsRepliesPass(t *testing.T) {
	inBubble(t, func(t *testing.T, g *Gate, _ *memory, a *Account) {
		require.NoError(t, g.Apply(t.Context(), restricted(time.Now(), RestrictionBusinessInitiated, time.Time{})))
		require.Error(t, a.Check(MessageCampaign))
		require.NoError(t, a.Check(MessageReply))
		require.Error(t, a.Check(MessageKind(7)), "a kind that is not known is the one that every cause stops")
		require.NoError(t, g.Apply(t.Context(), restricted(time.Now(), RestrictionCustomerInitiated, time.Time{})))
		require.Error(t, a.Check(MessageReply))
	})
}

// A store that is silent makes the state unknown, and a sign of life makes it known again.
func TestSilentStoreHalts(t *testing.T) {
	inBubble(t, func(t *testing.T, _ *Gate, m *memory, a *Account) {
		time.Sleep(30 * time.Second)
		synctest.Wait()
		require.NoError(t, a.Check(MessageCampaign))
		time.Sleep(time.Second)
		synctest.Wait()
		var unknown *UnknownError
		require.ErrorAs(t, a.Check(MessageCampaign), &unknown)
		require.Contains(t, unknown.Error(), "silent since 2026-11-01 00:00:00 UTC")
		m.alive(time.Second)
		require.NoError(t, a.Check(MessageCampaign))
	})
}

// How long is too long is a question of the kind of message.
func TestSilenceOfEachKind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		g := New(m, Options{StaleAfter: map[MessageKind]time.Duration{MessageReply: 5 * time.Minute}})
		a, err := g.Account(t.Context(), testWABA)
		require.NoError(t, err)
		for _, step := range []struct {
			silence         time.Duration
			campaign, reply Status
		}{{30 * time.Second, StatusOpen, StatusOpen}, {time.Second, StatusUnknown, StatusOpen},
			{269 * time.Second, StatusUnknown, StatusOpen}, {time.Second, StatusUnknown, StatusUnknown}} {
			time.Sleep(step.silence)
			synctest.Wait()
			require.Equal(t, step.campaign, a.State().Campaign)
			require.Equal(t, step.reply, a.State().Reply)
			require.Equal(t, step.campaign == StatusOpen, a.Check(MessageCampaign) == nil)
			require.Equal(t, step.reply == StatusOpen, a.Check(MessageReply) == nil)
		}
		m.alive(time.Second)
		require.NoError(t, errors.Join(a.Check(MessageCampaign), a.Check(MessageReply)))
		require.NoError(t, g.Close())
	})
}

// What a store cannot take is in force here all the same if it halts, and is written when that
// works. What opens is neither: the person was told that it failed.
func TestStoreThatFails(t *testing.T) {
	inBubble(t, func(t *testing.T, g *Gate, m *memory, a *Account) {
		m.err = errors.New("the disk is full")
		require.ErrorIs(t, g.Apply(t.Context(), sighting(time.Now(), CausePolicyBlock)), m.err)
		require.Error(t, a.Check(MessageCampaign))
		time.Sleep(time.Second)
		_, _, err := a.Clear(t.Context(), nil, Operator{"a@b", "x"})
		require.ErrorIs(t, err, m.err)
		require.ErrorIs(t, a.Lift(t.Context(), "IN", Operator{"a@b", "x"}), m.err)
		require.Error(t, a.Check(MessageCampaign))
		m.mu.Lock()
		m.err = nil
		m.mu.Unlock()
		m.alive(2 * time.Second)
		require.NoError(t, g.Apply(t.Context(), sighting(time.Now(), CausePolicyBlock)))
		require.NoError(t, g.Flush(t.Context()))
		require.Len(t, m.events[testWABA], 2)
		require.Equal(t, EventSighting, m.events[testWABA][1].Type)
		require.Error(t, a.Check(MessageCampaign))
	})
}

// A clear that is interrupted while it waits for another one's write is dropped, too, and so is one
// that is being written when that fails.
func TestInterruptedClearIsDropped(t *testing.T) {
	for _, fails := range []error{nil, errors.New("the disk is full")} {
		inBubble(t, func(t *testing.T, g *Gate, m *memory, a *Account) {
			require.NoError(t, g.Apply(t.Context(), sighting(time.Now(), CauseAccountLock)))
			m.hold, m.err = make(chan struct{}), fails
			ban := make(chan error, 1)
			go func() { ban <- g.Apply(context.Background(), sighting(time.Now(), CauseBan)) }()
			synctest.Wait()
			ctx, interrupt := context.WithCancel(t.Context())
			clear := make(chan error, 1)
			go func() {
				_, _, err := a.Clear(ctx, []Cause{CauseAccountLock}, Operator{"a@b", "x"})
				clear <- err
			}()
			synctest.Wait()
			interrupt()
			require.ErrorIs(t, <-clear, context.Canceled)
			close(m.hold)
			require.ErrorIs(t, <-ban, fails)
			m.mu.Lock()
			m.err = nil
			m.mu.Unlock()
			m.alive(2 * time.Second)
			require.NoError(t, g.Flush(t.Context()))
			require.Len(t, a.State().Causes, 2)
			require.Len(t, m.events[testWABA], 2)
		})
	}
}

// A storm of refusals after a lock costs one write a second, and is counted.
func TestRepeatsAreWrittenOnceASecond(t *testing.T) {
	inBubble(t, func(t *testing.T, g *Gate, m *memory, a *Account) {
		const n = 20_000
		for i := range n {
			e := sighting(time.Now().Truncate(time.Second), CauseAccountLock)
			e.Ref = redact.Hash("message", fmt.Sprint(i))
			require.NoError(t, g.Learn(t.Context(), e))
			if i%1000 == 999 {
				time.Sleep(500 * time.Millisecond)
			}
		}
		require.NoError(t, g.Flush(t.Context()))
		require.LessOrEqual(t, m.appends, 1+10+1)
		require.LessOrEqual(t, len(m.events[testWABA]), 1+2*11)
		require.Equal(t, n, a.State().Causes[0].Sightings)
	})
}

// What changes nothing costs one write a second, too: sightings that come after their end, and
// notices. The first of them is durable at once.
func TestWhatChangesNothingIsWrittenOnceASecond(t *testing.T) {
	inBubble(t, func(t *testing.T, g *Gate, m *memory, a *Account) {
		began := time.Now()
		require.NoError(t, g.Apply(t.Context(), sighting(began, CauseAccountLock), refusal(began, "IN", "0001")))
		time.Sleep(time.Minute)
		_, _, err := a.Clear(t.Context(), nil, Operator{"a@b", "x"})
		require.NoError(t, err)
		require.NoError(t, a.Lift(t.Context(), "IN", Operator{"a@b", "x"}))
		before := m.appends
		const n = 2_000
		for i := range n {
			late, other, notice := sighting(
				began,
				CauseAccountLock,
			), refusal(
				began,
				"IN",
				fmt.Sprintf("%04x", i),
			), plainEvent(
				EventNotice,
				began,
			)
			notice.Code = 130497
			for _, e := range []Event{late, other, notice} {
				e.Ref = redact.Hash("message", fmt.Sprint(i))
				require.NoError(t, g.Learn(t.Context(), e))
			}
			if i == 0 {
				require.Greater(t, m.appends, before, "the notice is news")
			}
			if i%100 == 99 {
				m.alive(time.Second)
			}
		}
		require.NoError(t, g.Flush(t.Context()))
		require.LessOrEqual(t, m.appends, before+2+20+1)
		require.NoError(t, a.Check(MessageCampaign))
		require.Empty(t, a.State().Sighted)
		sum := map[EventType]int{}
		for _, e := range m.events[testWABA] {
			sum[e.Type] += max(e.Count, 1)
		}
		require.Equal(
			t,
			map[EventType]int{EventSighting: 1 + n, EventRefusal: 1 + n, EventNotice: n, EventClear: 1, EventLift: 1},
			sum,
		)
	})
}

// A repeat is taken only when what it repeats is durable: it may be all that is left of it.
func TestRepeatsWaitForWhatTheyRepeat(t *testing.T) {
	inBubble(t, func(t *testing.T, g *Gate, m *memory, a *Account) {
		m.hold, m.err = make(chan struct{}), errors.New("the disk is full")
		results := make(chan error, 2)
		again := sighting(time.Now().Add(time.Second), CauseAccountLock)
		for _, e := range []Event{sighting(time.Now(), CauseAccountLock), again} {
			go func() { results <- g.Apply(context.Background(), e) }()
			synctest.Wait()
			require.Error(t, a.Check(MessageCampaign), "in force at once")
			require.Empty(t, results)
		}
		close(m.hold)
		require.ErrorIs(t, <-results, m.err)
		require.ErrorIs(t, <-results, m.err)
		require.ErrorIs(t, g.Apply(t.Context(), again), m.err)
		m.mu.Lock()
		m.err = nil
		m.mu.Unlock()
		require.NoError(t, g.Apply(t.Context(), again))
		require.Len(t, m.events[testWABA], 2)
		require.NoError(t, g.Apply(t.Context(), again))
		require.NoError(t, g.Learn(t.Context(), sighting(time.Now().Add(2*time.Second), CauseAccountLock)))
		require.Equal(t, 1, m.appends, "nothing that is durable is waited for")
	})
}

// A clear that another one's write failed to take along, and that its own write took, did not fail.
func TestClearIsWrittenAfterAnothersFailure(t *testing.T) {
	inBubble(t, func(t *testing.T, g *Gate, m *memory, a *Account) {
		require.NoError(t, g.Apply(t.Context(), sighting(time.Now(), CauseAccountLock)))
		hold := make(chan struct{})
		m.hold, m.fails = hold, 2
		results := make(chan error, 2)
		// The first one's write is held, the second one's takes the clear along
		for _, cause := range []Cause{CauseBan, CauseManual} {
			go func() { results <- g.Apply(context.Background(), sighting(time.Now(), cause)) }()
			synctest.Wait()
		}
		clear := make(chan error, 1)
		go func() {
			_, _, err := a.Clear(context.Background(), []Cause{CauseAccountLock}, Operator{"a@b", "x"})
			clear <- err
		}()
		synctest.Wait()
		close(hold)
		require.Error(t, <-results)
		require.Error(t, <-results)
		require.NoError(t, <-clear)
		require.Len(t, a.State().Causes, 2)
	})
}

// What Apply took is durable, repeats too: an ending between two sightings would open the account
// if the second were lost. Those of one second share a write, and its error.
func TestApplyWaitsForRepeats(t *testing.T) {
	inBubble(t, func(t *testing.T, g *Gate, m *memory, a *Account) {
		const n = 1000
		began := time.Now()
		require.NoError(t, g.Apply(t.Context(), sighting(began, CauseAccountLock)))
		results := make(chan error, n)
		apply := func(ctx context.Context, n int) {
			for i := range n {
				e := sighting(time.Now(), CauseAccountLock)
				e.Ref = redact.Hash("message", fmt.Sprint(i))
				go func() { results <- g.Apply(ctx, e) }()
			}
			synctest.Wait()
		}
		time.Sleep(time.Millisecond)
		apply(context.Background(), n)
		require.Empty(t, results, "nothing says yet that it is durable")
		time.Sleep(time.Second)
		synctest.Wait()
		for range n {
			require.NoError(t, <-results)
		}
		require.Equal(t, 2, m.appends)
		require.Equal(t, 1+n, a.State().Causes[0].Sightings)

		time.Sleep(time.Second)
		apply(context.Background(), 1)
		require.NoError(t, <-results, "after a quiet second nothing is waited for")
		m.mu.Lock()
		m.err = errors.New("the disk is full")
		m.mu.Unlock()
		time.Sleep(time.Millisecond)
		apply(context.Background(), 3)
		time.Sleep(time.Millisecond)
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		apply(ctx, 1)
		require.ErrorIs(t, <-results, context.DeadlineExceeded)
		for range 3 {
			require.ErrorIs(t, <-results, m.err)
		}
		m.mu.Lock()
		m.err = nil
		m.mu.Unlock()
		apply(context.Background(), 1)
		require.NoError(t, g.Close())
		require.NoError(t, <-results, "closing writes what is left")
		// The one whose caller gave up counts, too: it is in force, and is written with the others.
		require.Equal(t, 1+n+1+3+1+1, a.State().Causes[0].Sightings)
	})
}

func TestWatch(t *testing.T) {
	inBubble(t, func(t *testing.T, g *Gate, _ *memory, a *Account) {
		var seen []string
		done := make(chan error)
		go func() {
			done <- a.Watch(t.Context(), func(s State) { seen = append(seen, s.Campaign.String()) })
		}()
		synctest.Wait()
		require.NoError(
			t,
			g.Apply(t.Context(), restricted(time.Now(), RestrictionCustomerInitiated, time.Now().Add(10*time.Second))),
		)
		synctest.Wait()
		time.Sleep(11 * time.Second)
		synctest.Wait()
		require.NoError(t, g.Close())
		require.ErrorIs(t, <-done, ErrClosed)
		require.Equal(t, []string{"open", "halted", "open", "unknown"}, distinct(seen))
	})
}

func distinct(all []string) (distinct []string) {
	for i, s := range all {
		if i == 0 || s != all[i-1] {
			distinct = append(distinct, s)
		}
	}
	return distinct
}

func TestAfterCloseUnknown(t *testing.T) {
	g := New(newMemory(), Options{})
	a, err := g.Account(t.Context(), testWABA)
	require.NoError(t, err)
	require.NoError(t, g.Close())
	require.NoError(t, g.Close())
	var unknown *UnknownError
	require.ErrorAs(t, a.Check(MessageCampaign), &unknown)
	require.ErrorAs(t, a.Check(MessageReply), &unknown)
	require.ErrorIs(t, g.Apply(t.Context(), sighting(time.Now(), CauseBan)), ErrClosed)
	a.deliver(Delivery{}) // a store that is late
	require.Error(t, a.Check(MessageCampaign))
}

func TestEventsThatMustNotComeIn(t *testing.T) {
	g := New(newMemory(), Options{})
	defer g.Close()
	good := sighting(hour(1), CauseAccountLock)
	for name, change := range map[string]func(*Event){
		"no type":             func(e *Event) { e.Type = EventNone },
		"no account":          func(e *Event) { e.WABA = "x" },
		"no time":             func(e *Event) { e.Time = time.Time{} },
		"a far future":        func(e *Event) { e.Time = time.Date(9000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"no cause":            func(e *Event) { e.Cause = CauseNone },
		"unknown restriction": func(e *Event) { e.Cause, e.Restriction = CauseRestriction, "RESTRICTED_SOMETHING" },
		"a region elsewhere":  func(e *Event) { e.Region = "IN" },
		"no region":           func(e *Event) { *e = refusal(hour(1), "", "0001") },
		"a country's name":    func(e *Event) { *e = refusal(hour(1), "India", "0001") },
		"an unsorted set":     func(e *Event) { *e = refusal(hour(1), "US|AG", "0001") },
		"a region twice":      func(e *Event) { *e = refusal(hour(1), "US|US", "0001") },
		"no recipient":        func(e *Event) { *e = refusal(hour(1), "IN", "") },
		"a recipient":         func(e *Event) { *e = refusal(hour(1), "IN", "15005550111") },
		"a message's text":    func(e *Event) { *e = refusal(hour(1), "IN", "0001"); e.Message = "hello" },
		"a lift of nothing":   func(e *Event) { *e = lift(hour(1), "") },
		"a lift of a message": func(e *Event) { *e = lift(hour(1), "IN"); e.Message = "utility" },
		"a phone number":      func(e *Event) { e.Reason = "call +91 98765 43210" },
		"a long reason":       func(e *Event) { e.Reason = strings.Repeat("x", 501) },
	} {
		e := good
		change(&e)
		require.Error(t, g.Apply(t.Context(), e), name)
	}
	require.NoError(t, g.Apply(t.Context(), good))
}

// The names stand in journals and answers: they do not change.
func TestNames(t *testing.T) {
	require.Equal(
		t,
		[]string{
			"none",
			"sighting",
			"reinstate",
			"blocked",
			"healthy",
			"clear",
			"note",
			"warning",
			"notice",
			"unread",
			"refusal",
			"lift",
		},
		typeNames,
	)
	require.Equal(t, []string{"none", "policy_block", "account_lock", "restriction", "ban", "manual"}, causeNames)
	require.Equal(t, []string{"campaign", "reply"}, kindNames)
	require.Equal(t, []string{"unknown", "halted", "open"}, statusNames)
	require.Equal(t, "EventType(99)", EventType(99).String())
}

// Check does not allocate, in any state.
func TestCheckDoesNotAllocate(t *testing.T) {
	g := New(newMemory(), Options{})
	defer g.Close()
	a, err := g.Account(t.Context(), testWABA)
	require.NoError(t, err)
	require.Zero(t, testing.AllocsPerRun(100, func() { require.NoError(t, a.Check(MessageCampaign)) }))
	require.NoError(t, g.Apply(t.Context(), sighting(time.Now(), CauseBan)))
	require.Zero(t, testing.AllocsPerRun(100, func() {
		if a.Check(MessageReply) == nil {
			panic("open")
		}
	}))
}

// BenchmarkCheck asks while another goroutine applies events.
func BenchmarkCheck(b *testing.B) {
	for _, kind := range []MessageKind{MessageCampaign, MessageReply} {
		b.Run(kind.String(), func(b *testing.B) {
			g := New(newMemory(), Options{})
			defer g.Close()
			a, err := g.Account(b.Context(), testWABA)
			require.NoError(b, err)
			ctx, cancel := context.WithCancel(b.Context())
			done := make(chan struct{})
			go func() {
				defer close(done)
				ticker := time.NewTicker(time.Millisecond)
				defer ticker.Stop()
				for n := 0; ; n++ {
					select {
					case <-ctx.Done():
						return
					case <-ticker.C:
					}
					e := sighting(hour(n%1000), CauseAccountLock)
					if n%2 == 1 {
						e = cleared(e.Time, CauseAccountLock, "")
					}
					_ = g.Apply(ctx, e)
				}
			}()
			b.ReportAllocs()
			halted := 0
			for b.Loop() {
				if a.Check(kind) != nil {
					halted++
				}
			}
			cancel()
			<-done
		})
	}
}

// What the store delivers, and what is then drawn together, before Append returns counts once: also
// where it is neither the oldest nor the newest of what is drawn.
func TestDrawnWhileItIsWritten(t *testing.T) {
	inBubble(t, func(t *testing.T, g *Gate, _ *memory, a *Account) {
		began := time.Now()
		for i := range 3 * drawFrom {
			e := sighting(began.Add(time.Duration(i%7)*time.Millisecond), CauseAccountLock)
			e.Ref = redact.Hash("message", fmt.Sprint(i))
			time.Sleep(time.Second)
			require.NoError(t, g.Apply(t.Context(), e))
			require.Equal(t, i+1, a.State().Causes[0].Sightings)
		}
	})
}
