package gate

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// answers is all that is asked of a state, counts and evidence too.
func answers(s State) string {
	text := essence(s) + fmt.Sprint("\n", s.Events, s.Unread)
	for _, c := range s.Causes {
		text += fmt.Sprint("\n", c.Sightings, c.Since, c.Last, c.Code, c.Evidence, c.Why)
	}
	for _, w := range s.Warnings { // how many of them lie in the last 30 days is exact to the day, for right clocks
		text += fmt.Sprint("\n", w.Name, w.Code, w.Time, w.Until)
	}
	for _, r := range s.Sighted {
		text += fmt.Sprint("\n", r.Refusals, r.First, r.Last)
	}
	return text
}

// busy writes what an account meets that has much trouble: rows of the same, with endings in
// between.
func (f *fleet) busy(events int) {
	all := append(alphabet(1), refusals(1)...)
	for len(f.journal) < events {
		e := all[f.random.IntN(len(all))]
		switch f.random.IntN(6) {
		case 0:
			e = Event{Type: EventWarning, WABA: testWABA, Code: 131042, Name: []string{"", "FLAGGED"}[f.random.IntN(2)]}
		case 1:
			e = Event{
				Type: []EventType{EventNotice, EventUnread, EventNote}[f.random.IntN(3)],
				WABA: testWABA,
				Name: "X",
				Why:  LockPolicy,
			}
			if f.random.IntN(2) == 0 && e.Type == EventNotice {
				e.Ends = "FLAGGED"
			}
		}
		for range 1 + f.random.IntN(8) {
			if e.Type == EventRefusal {
				e.Recipient = fmt.Sprintf("000%d", f.random.IntN(6))
			}
			e.Ref = fmt.Sprint("message:", f.random.IntN(1000))
			if e.Type == EventClear || e.Type == EventLift || f.random.IntN(12) == 0 {
				e.Ref = ""
			}
			f.write(e)
		}
	}
}

// A journal that is drawn together gives every answer that it gave, at any time of the clock.
func TestDrawnTogetherAnswersTheSame(t *testing.T) {
	random := rand.New(rand.NewPCG(21, 22))
	shorter := 0
	for round := range rounds(40) {
		f := newFleet(random)
		f.busy(20 + random.IntN(120))
		drawn := DrawTogether(f.journal)
		shorter += len(f.journal) - len(drawn)
		for _, now := range append(times(f.journal[:10]), f.now, f.now.AddDate(5, 0, 0)) {
			requireSameAnswers(t, round, fold(testWABA, f.journal, now), fold(testWABA, drawn, now), f.journal)
		}
		again := DrawTogether(drawn)
		require.LessOrEqual(t, len(again), len(drawn))
		requireSameAnswers(t, round, fold(testWABA, drawn, f.now), fold(testWABA, again, f.now), drawn)
	}
	require.Positive(t, shorter)
}

func requireSameAnswers(t *testing.T, round int, want, got State, events []Event) {
	t.Helper()
	if answers(want) != answers(got) {
		require.Equal(t, answers(want), answers(got), "round %d: %v", round, tell(events))
	}
}

// Whatever is added, from whatever time, a journal that was drawn together never opens what the
// whole one halts; and for what is added with right clocks after it, both say the same. What Meta
// says late may part what was drawn together: of that the times may differ.
func TestDrawnTogetherStaysClosed(t *testing.T) {
	random := rand.New(rand.NewPCG(23, 24))
	for round := range rounds(60) {
		f := newFleet(random)
		right := round%2 == 0
		if right {
			f.offsets, f.right = f.offsets[:1], true
		}
		f.busy(20 + random.IntN(80))
		whole, drawn := slices.Clone(f.journal), DrawTogether(f.journal)
		before := len(f.journal)
		late, newest := false, slices.MaxFunc(whole, byTime).Time
		for range 1 + random.IntN(6) {
			f.writeAny()
			e := f.journal[len(f.journal)-1]
			if !right && random.IntN(2) == 0 { // it comes late, from any time
				e.Time = whole[random.IntN(len(whole))].Time.Add(time.Duration(random.IntN(5)-2) * 20 * time.Minute)
				if !e.Until.IsZero() {
					e.Until = e.Time.Add(time.Hour)
				}
			}
			late = late || e.Time.Before(newest)
			whole, drawn = append(whole, e), append(drawn, e)
			if random.IntN(2) == 0 {
				drawn = DrawTogether(drawn)
			}
		}
		for _, now := range append(times(whole[before:]), f.now) {
			want, got := fold(testWABA, whole, now), fold(testWABA, drawn, now)
			for k := range kinds {
				if want.Status(k) == StatusHalted && got.Status(k) != StatusHalted {
					require.Equal(
						t,
						want.Status(k),
						got.Status(k),
						"round %d, %s:\n%v\ndrawn:\n%v",
						round,
						now,
						tell(whole),
						tell(drawn),
					)
				}
			}
			for _, region := range sightedIn(want) {
				require.Contains(t, sightedIn(got), region)
			}
			if right && !late && essence(want) != essence(got) {
				require.Equal(
					t,
					essence(want),
					essence(got),
					"round %d, %s:\n%v\ndrawn:\n%v",
					round,
					now,
					tell(whole),
					tell(drawn),
				)
			}
		}
	}
}

// A year of an account in trouble: the journal stays short, and so does the memory of it.
func TestDrawnTogetherIsShort(t *testing.T) {
	var events []Event
	at, refused, warned := hour(0), 0, 0
	for n := range 60_000 {
		at = at.Add(10 * time.Minute)
		e := Event{
			Type:     EventWarning,
			WABA:     testWABA,
			Time:     at,
			Received: at,
			Code:     131042,
			Source:   "status",
			Ref:      fmt.Sprint("message:", n),
		}
		switch {
		case n%10_000 < 3_000:
			e = sighting(at, CauseAccountLock)
			e.Received, e.Ref = at, fmt.Sprint("message:", n)
		case n%10_000 == 3_000:
			e = cleared(at, CauseAccountLock, "")
			e.Received = at
		case n%5 == 0:
			e = refusal(at, "IN", fmt.Sprintf("%04x", n%100))
			e.Received = at
			refused++
		}
		if e.Type == EventWarning && n >= 60_000-30*24*6 {
			warned++
		}
		events = append(events, e)
		if len(events) > 2_000 {
			events = DrawTogether(events)
		}
	}
	require.Less(t, len(events), 2_200)
	events = DrawTogether(events)
	require.Less(t, len(events), 120, strings.Join(tell(events), ""))
	s := fold(testWABA, events, at)
	require.InDelta(t, warned, s.Warnings[0].Count, 24*6)
	require.Equal(t, 60_000, s.Events)
	require.Equal(t, refused, s.Sighted[0].Refusals)
}
