package gate

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// A fleet is machines whose clocks differ, and that write to one journal.
type fleet struct {
	random  *rand.Rand
	now     time.Time // the true time
	offsets []time.Duration
	right   bool // whether every time is that of the document or of a right clock
	journal []Event
}

func newFleet(random *rand.Rand) *fleet {
	f := &fleet{random: random, now: hour(1), offsets: []time.Duration{0}}
	for _, most := range []time.Duration{time.Minute, 3 * time.Hour, 400 * 24 * time.Hour} {
		f.offsets = append(f.offsets, time.Duration(random.Int64N(int64(2*most)))-most)
	}
	return f
}

// write lets a machine receive an event and write it, perhaps later. Its time is the provider's,
// what the machine's clock says, or what a person mistyped.
func (f *fleet) write(e Event) {
	f.now = f.now.Add(time.Duration(f.random.Int64N(int64(40 * time.Minute))))
	clock := f.now.Add(f.offsets[f.random.IntN(len(f.offsets))])
	e.Received = clock
	switch f.random.IntN(8) {
	case 0, 1, 2, 3:
		e.Time = f.now.Add(-time.Duration(f.random.Int64N(int64(2 * time.Hour)))).Truncate(time.Second)
	case 4:
		if f.right {
			e.Time = clock
			break
		}
		e.Time = f.now.Add(time.Duration(f.random.Int64N(int64(500 * 24 * time.Hour))))
	default:
		e.Time = clock
	}
	if e.Type == EventClear || e.Type == EventLift {
		e.Time = clock
		for _, s := range f.journal {
			if s.Type != e.Type && s.causeKey() == e.causeKey() && s.Region == e.Region {
				e.Time = later(e.Time, s.Time)
			}
		}
	} else if f.random.IntN(3) == 0 {
		e.Written = clock.Add(time.Duration(f.random.Int64N(int64(time.Minute))))
	}
	if !e.Until.IsZero() {
		e.Until = e.Time.Add(time.Duration(1+f.random.IntN(60)) * time.Hour)
	}
	f.journal = append(f.journal, e)
}

// writeAny writes one of the events that can matter.
func (f *fleet) writeAny() {
	all := append(alphabet(1), refusals(1)...)
	f.write(all[f.random.IntN(len(all))])
}

func times(events []Event) (all []time.Time) {
	for _, e := range events {
		all = append(all, e.Time.Add(-time.Second), e.Time, e.Until.Add(time.Second))
	}
	return all
}

// The model holds whatever the clocks of those say who write.
func TestModelWithClocksThatDiffer(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 12))
	for range rounds(500) {
		f := newFleet(random)
		for range 3 + random.IntN(10) {
			f.writeAny()
		}
		requireModelAt(t, f.journal, times(f.journal[:3])...)
	}
}

// What is received after a clear and is dated later than the moment of clearing halts, whatever the
// cleared sightings say, whoever's clock is wrong; and a lift of a region likewise.
func TestClearSwallowsNothing(t *testing.T) {
	year := 365 * 24 * time.Hour
	for name, test := range map[string]struct {
		sighted, person, next time.Duration // what the clocks add to the true time
	}{
		"a sighting a year ahead":                     {sighted: year},
		"a person's clock a year ahead":               {person: year},
		"both":                                        {sighted: year, person: year},
		"the next machine's clock a day behind":       {next: -24 * time.Hour},
		"a sighting ahead, and the next machine late": {sighted: year, next: -time.Minute},
		"every clock right":                           {},
	} {
		store := newMemory()
		at := hour(10)
		var clock atomic.Pointer[time.Time] // at, for the goroutines of the gate
		begin := at
		clock.Store(&begin)
		pass := func() {
			later := at.Add(time.Minute)
			at = later
			clock.Store(&later)
		}
		apply := func(offset, dated time.Duration, e Event) {
			g := New(store, Options{Now: func() time.Time { return clock.Load().Add(offset) }})
			e.Time = at.Add(dated)
			require.NoError(t, g.Apply(t.Context(), e), name)
			require.NoError(t, g.Close())
			pass()
		}
		state := func(offset time.Duration, do func(a *Account)) State {
			g := New(store, Options{Now: func() time.Time { return clock.Load().Add(offset) }})
			a, err := g.Account(t.Context(), testWABA)
			require.NoError(t, err)
			do(a)
			pass()
			require.NoError(t, g.Flush(t.Context()))
			s := a.State()
			require.NoError(t, g.Close())
			return s
		}
		apply(0, test.sighted, sighting(at, CauseAccountLock))
		for i := range 3 {
			apply(0, test.sighted, refusal(at, "IN", fmt.Sprintf("000%d", i)))
		}
		s := state(test.person, func(a *Account) {
			_, _, err := a.Clear(t.Context(), nil, Operator{"a@b", "x"})
			require.NoError(t, err)
			require.NoError(t, a.Lift(t.Context(), "IN", Operator{"a@b", "x"}))
		})
		require.Equal(t, StatusOpen, s.Campaign, name)
		require.Empty(t, s.Sighted, name)

		next := sighting(at, CauseAccountLock)
		next.Ref = "message:2"
		apply(test.next, 0, next)
		for i := range 3 {
			apply(test.next, 0, refusal(at, "IN", fmt.Sprintf("001%d", i)))
		}
		s = state(test.next, func(*Account) {})
		require.Equal(t, StatusHalted, s.Campaign, name)
		require.True(t, s.Sighted[0].Sighted, name)
	}
}

// A late webhook of before a clear does not bring back what was cleared, while clocks are right.
func TestLateWebhookAfterClear(t *testing.T) {
	inBubble(t, func(t *testing.T, g *Gate, m *memory, a *Account) {
		require.NoError(t, g.Apply(t.Context(), sighting(time.Now(), CauseAccountLock)))
		time.Sleep(time.Minute)
		_, _, err := a.Clear(t.Context(), nil, Operator{"a@b", "x"})
		require.NoError(t, err)
		time.Sleep(time.Second)
		late := sighting(time.Now().Add(-30*time.Second), CauseAccountLock)
		late.Received = time.Now().Add(-2 * time.Second) // it waited for the write, and that is no contradiction
		require.NoError(t, g.Apply(t.Context(), late))
		require.NoError(t, g.Flush(t.Context()))
		require.NoError(t, a.Check(MessageCampaign))
	})
}

// A provider's ending that is dated far ahead does not swallow what comes after it, either.
func TestReinstatementFarAhead(t *testing.T) {
	for _, ending := range []Event{plainEvent(EventReinstate, hour(9000)), health(EventHealthy, hour(9000), "WABA")} {
		events := []Event{
			sighting(hour(1), CauseAccountLock),
			health(EventBlocked, hour(8999), "WABA"),
			ending,
			sighting(hour(3), CauseAccountLock),
		}
		for i := range events {
			events[i].Received = hour(2 + i)
		}
		require.Equal(t, StatusOpen, fold(testWABA, events[:3], hour(5)).Campaign)
		events[3].Time = hour(5)
		require.Equal(t, StatusHalted, fold(testWABA, events, hour(5)).Campaign)
	}
}

// Times far ahead of the clock are a warning, until the clock is there.
func TestTimesAheadAreTold(t *testing.T) {
	ahead := sighting(hour(100), CauseBan)
	for now, told := range map[int]bool{1: true, 98: true, 99: false, 200: false} {
		s := fold(testWABA, []Event{sighting(hour(0), CauseBan), ahead}, hour(now))
		require.Equal(t, told, slices.ContainsFunc(s.Warnings, func(w Warning) bool {
			return w.Name == "TIME_AHEAD" && w.Time.Equal(hour(100)) && w.Count == 1
		}), now)
	}
}

// A clock that is set ahead opens what has an end, and set back closes it again within half a
// minute, without an event.
func TestClockThatJumps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var offset atomic.Int64
		clock := func() time.Time { return time.Now().Add(time.Duration(offset.Load())) }
		m := newMemory()
		g := New(m, Options{Now: clock})
		a, err := g.Account(t.Context(), testWABA)
		require.NoError(t, err)
		require.NoError(
			t,
			g.Apply(
				t.Context(),
				restricted(clock(), RestrictionCustomerInitiated, clock().Add(time.Hour)),
				sighting(clock(), CausePolicyBlock),
			),
		)
		require.NoError(
			t,
			g.Apply(t.Context(), Event{Type: EventWarning, WABA: testWABA, Time: clock(), Name: "ACCOUNT_VIOLATION"}),
		)
		for _, jump := range []time.Duration{2 * time.Hour, 365 * 24 * time.Hour, 59*time.Minute + 59*time.Second} {
			offset.Store(int64(jump))
			m.alive(30 * time.Second)
			require.Equal(t, jump+30*time.Second < time.Hour, a.Check(MessageCampaign) != nil, jump)
			offset.Store(0)
			m.alive(30 * time.Second)
			require.Error(t, a.Check(MessageCampaign), jump)
			require.Error(t, a.Check(MessageReply), jump)
			require.Len(t, a.State().Causes, 2, jump)
			require.Len(t, a.State().Warnings, 1, jump)
		}
		m.alive(time.Hour)
		require.NoError(t, a.Check(MessageCampaign), "its end has come")
		require.NoError(t, g.Close())
	})
}
