package gate

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/listgate/listgate/internal/redact"
	"github.com/stretchr/testify/require"
)

func refusal(at time.Time, region, recipient string) Event {
	return Event{Type: EventRefusal, WABA: testWABA, Time: at, Code: 130497, Region: region, Recipient: recipient}
}

func lift(at time.Time, region string) Event {
	return Event{Type: EventLift, WABA: testWABA, Time: at, Region: region}
}

// refusals are every kind of refusal and lift that can matter, at each of the hours.
func refusals(hours ...int) []Event {
	var all []Event
	for _, h := range hours {
		for _, recipient := range []string{"000a", "000b", "000c", "000d"} {
			all = append(all, refusal(hour(h), "IN", recipient))
		}
		all = append(all, lift(hour(h), "IN"))
	}
	return all
}

// slowSighted is the model: three recipients or more, refused later than any lift of the region.
func slowSighted(events []Event) (regions []string) {
	for _, region := range []string{"AG|US", "IN", "US"} {
		recipients := map[string]bool{}
		for place, r := range events {
			settled := false
			for at, l := range events {
				settled = settled || l.Type == EventLift && l.Region == region && slowCleared(r, l, place < at)
			}
			if r.Type == EventRefusal && r.Region == region && !settled {
				recipients[r.Recipient] = true
			}
		}
		if len(recipients) >= 3 {
			regions = append(regions, region)
		}
	}
	return regions
}

func sightedIn(s State) (regions []string) {
	for _, r := range s.Sighted {
		if r.Sighted {
			regions = append(regions, r.Region)
		}
	}
	return regions
}

// The sets of the refusals of four recipients at three hours and a lift at each of them: every one
// of 2^15, or every seventh.
func TestSightedExhaustively(t *testing.T) {
	all := refusals(1, 2, 3)
	sighted, step := 0, 7
	if *long {
		step = 1
	}
	for set := 0; set < 1<<len(all); set += step {
		var events []Event
		for i, e := range all {
			if set&(1<<i) != 0 {
				events = append(events, e)
			}
		}
		s := fold(testWABA, events, hour(4))
		want := slowSighted(events)
		if !slices.Equal(want, sightedIn(s)) {
			require.Equal(t, want, sightedIn(s), "after %v", tell(events))
		}
		require.Equal(t, StatusOpen, s.Campaign) // a refused message never closes the gate
		sighted += len(want)
	}
	require.Equal(t, 1<<15, 1<<len(all))
	require.NotZero(t, sighted)
}

// A storm is written in short. What is written says the same as all of it: in any order, with
// repetition, and whenever a person lifts a region afterwards.
func TestStormInShortSaysTheSame(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	for round := range rounds(20) {
		// The regions are sighted when the storm begins; what was refused then is over at the first
		// lift.
		var all []Event
		for i := range 6 {
			all = append(all, refusal(hour(0), []string{"IN", "US"}[i%2], fmt.Sprintf("%04x", i)))
		}
		m := newMemory()
		g := New(m, Options{})
		require.NoError(t, g.Apply(t.Context(), all...))
		for range 2 + random.IntN(40) {
			at := hour(1).Add(time.Duration(random.IntN(15)) * 200 * time.Millisecond)
			e := refusal(at, []string{"IN", "IN", "US", "AG|US"}[random.IntN(4)], fmt.Sprintf("%04x", random.IntN(6)))
			e.Message, e.Ref = messages[random.IntN(3)], redact.Hash("message", fmt.Sprint(random.IntN(1000)))
			if random.IntN(20) == 0 {
				e = lift(at, e.Region)
			}
			all = append(all, e, e)
		}
		random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for _, e := range all {
			require.NoError(t, g.Learn(t.Context(), e))
		}
		require.NoError(t, g.Close())
		once := slices.CompactFunc(
			slices.SortedFunc(slices.Values(all), byTime),
			func(a, b Event) bool { return a.ID() == b.ID() },
		)
		for later := range 17 {
			l := lift(hour(1).Add(time.Duration(later-1)*200*time.Millisecond), "IN")
			want := essence(fold(testWABA, append(slices.Clone(once), l), hour(2)))
			require.Equal(
				t,
				want,
				essence(fold(testWABA, append(slices.Clone(m.events[testWABA]), l), hour(2))),
				"round %d: %v",
				round,
				tell(all),
			)
		}
	}
}

func TestSightedFromThreeRecipientsUntilLifted(t *testing.T) {
	inBubble(t, func(t *testing.T, g *Gate, m *memory, a *Account) {
		now := time.Now()
		marketing := refusal(now.Add(3*time.Second), "IN", "0003")
		marketing.Message = "marketing"
		for i, e := range []Event{refusal(now, "IN", "0001"), refusal(now.Add(time.Second), "IN", "0001"),
			refusal(now.Add(2*time.Second), "IN", "0002"), marketing} {
			require.False(t, a.Sighted("IN"), i)
			require.NoError(t, g.Learn(t.Context(), e))
		}
		require.True(t, a.Sighted("IN"))
		require.True(t, a.Sighted("AE|IN|US"), "a set with a region that is sighted")
		require.False(t, a.Sighted("US"))
		require.False(t, a.Sighted(""))
		require.NoError(t, a.Check(MessageCampaign))
		require.NoError(t, g.Flush(t.Context()))
		s := a.State().Sighted
		s[0].recipients = nil
		require.Equal(
			t,
			[]RegionRefusals{
				{
					Region:     "IN",
					Sighted:    true,
					Recipients: 3,
					Refusals:   4,
					Messages:   []string{"marketing"},
					First:      now,
					Last:       now.Add(3 * time.Second),
				},
			},
			s,
		)

		// A lift settles what it could see, also what is ahead of our clock; the same refusals that
		// come late do not count.
		require.NoError(t, a.Lift(t.Context(), "IN", Operator{"a@b", "reviewed by Meta"}))
		require.False(t, a.Sighted("IN"))
		require.NoError(t, g.Apply(t.Context(), refusal(now, "IN", "0004"), marketing))
		require.Empty(t, a.State().Sighted)
		for i := range 3 {
			require.NoError(t, g.Learn(t.Context(), refusal(now.Add(time.Minute), "IN", fmt.Sprintf("000%d", i))))
		}
		require.True(t, a.Sighted("IN"))
		require.Error(t, a.Lift(t.Context(), "India", Operator{"a@b", "x"}))
		require.Error(t, a.Lift(t.Context(), "IN", Operator{"a@b", "call +91 98765 43210"}))
		m.alive(2 * time.Second)
	})
}

// A set of regions that is sighted says nothing of its regions alone.
func TestSightedSet(t *testing.T) {
	g := New(newMemory(), Options{})
	defer g.Close()
	a, err := g.Account(t.Context(), testWABA)
	require.NoError(t, err)
	require.NoError(
		t,
		g.Apply(
			t.Context(),
			refusal(hour(1), "AG|US", "0001"),
			refusal(hour(1), "AG|US", "0002"),
			refusal(hour(1), "AG|US", "0003"),
		),
	)
	require.True(t, a.Sighted("AG|US"))
	for _, other := range []string{"AG", "US", "AG|", "AG|UM|US", "|", ""} {
		require.False(t, a.Sighted(other), other)
	}
	require.Zero(t, testing.AllocsPerRun(100, func() {
		if !a.Sighted("AG|US") || a.Sighted("AG|AI|BB|US") || a.Sighted("IN") {
			panic("wrong")
		}
	}))
	var zero Account
	require.False(t, zero.Sighted("US"))
}

// A storm of refusals to a region that is sighted, or to one recipient, costs one write a second,
// and is counted.
func TestRefusalsAreWrittenOnceASecond(t *testing.T) {
	for _, recipients := range []int{1, 10_000} {
		inBubble(t, func(t *testing.T, g *Gate, m *memory, a *Account) {
			const n = 6_000
			for i := range n {
				e := refusal(time.Now().Truncate(time.Second), "IN", fmt.Sprintf("%04x", i%recipients))
				e.Ref = redact.Hash("message", fmt.Sprint(i))
				require.NoError(t, g.Learn(t.Context(), e))
				if i%300 == 299 {
					time.Sleep(500 * time.Millisecond)
				}
			}
			require.NoError(t, g.Flush(t.Context()))
			require.LessOrEqual(t, m.appends, 3+10+1)
			require.LessOrEqual(t, len(m.events[testWABA]), 3+3*2*11)
			require.Equal(t, n, a.State().Sighted[0].Refusals)
			require.Equal(t, recipients >= 3, a.Sighted("IN"))
		})
	}
}

// What a store cannot take counts here all the same.
func TestRefusalsThatCannotBeWritten(t *testing.T) {
	inBubble(t, func(t *testing.T, g *Gate, m *memory, a *Account) {
		m.err = fmt.Errorf("the disk is full")
		for i := range 3 {
			require.ErrorIs(t, g.Apply(t.Context(), refusal(hour(1), "IN", fmt.Sprintf("000%d", i))), m.err)
		}
		require.True(t, a.Sighted("IN"))
		require.ErrorIs(t, a.Lift(t.Context(), "IN", Operator{"a@b", "x"}), m.err)
		require.True(t, a.Sighted("IN"), "a lift that failed is none")
		m.mu.Lock()
		m.err = nil
		m.mu.Unlock()
		m.alive(2 * time.Second)
		require.Len(t, m.events[testWABA], 3)
		require.True(t, a.Sighted("IN"))
		synctest.Wait()
	})
}

func TestRecipientRef(t *testing.T) {
	ref := RecipientRef(testWABA, "15005550111")
	require.Regexp(t, "^[0-9a-f]{4}$", ref)
	require.Equal(t, ref, RecipientRef(testWABA, "+1 (500) 555-0111"))
	require.NotEqual(
		t,
		ref,
		RecipientRef("900000000000002", "15005550111"),
		"the same number is another one in another account",
	)
	require.NotEqual(t, RecipientRef(testWABA, "US.1a"), RecipientRef(testWABA, "US.1b"))
}

// Journals of before there were refusals are read as they are, identities stay, and what is not as
// we write it is refused.
func TestRefusalsInJournals(t *testing.T) {
	older := `{"type":"sighting","waba":"900000000000001","time":"2026-09-21T14:12:20Z","cause":"account_lock","code":131031,"ref":"message:c616bedf984d84e03c716bd5","source":"status","received":"2026-09-22T14:13:20Z"}`
	var e Event
	require.NoError(t, json.Unmarshal([]byte(older), &e))
	text, err := json.Marshal(e)
	require.NoError(t, err)
	require.Equal(t, older, string(text))
	require.Equal(t, "007d86181fee8963d483d64efe476633", e.ID())

	good := `{"type":"refusal","waba":"900000000000001","time":"2026-11-01T01:00:00Z","code":130497,"region":"AG|US","message":"marketing","recipient":"0a1b"}`
	require.NoError(t, json.Unmarshal([]byte(good), &e))
	for _, change := range [][2]string{
		{`"AG|US"`, `"us"`}, {`"AG|US"`, `""`}, {`"marketing"`, `"promo"`}, {`"0a1b"`, `"15005550111"`},
		{`"0a1b"`, `"0A1B"`},
		{`"refusal"`, `"sighting"`}, {`"refusal"`, `"lift"`}, {`"region"`, `"regions"`},
	} {
		require.Error(t, json.Unmarshal([]byte(strings.Replace(good, change[0], change[1], 1)), &e), change)
	}
}
