package rules

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// A Change is a day on which a set begins to say something else.
type Change struct {
	Day  time.Time // 00:00 UTC
	What string    // "platform-us-marketing begins"; what ends no longer holds on Day
}

func (c Change) String() string { return fmt.Sprintf("%s on %s", c.What, c.Day.Format(time.DateOnly)) }

// Changes returns the days after one time, up to and with another, on which something in the set
// that concerns a kind of message begins or ends: an entry, a lift, a permission. They are sorted.
func (s *Set) Changes(m Message, after, upTo time.Time) []Change {
	var changes []Change
	add := func(day time.Time, format string, what string) {
		if !day.IsZero() && day.After(after) && !day.After(upTo) {
			changes = append(changes, Change{day, fmt.Sprintf(format, what)})
		}
	}
	for _, f := range s.Files() {
		for _, e := range f.Entries {
			if e.IsFor(m) {
				add(e.FirstDay, "%s begins", e.ID)
				add(dayAfter(e.LastDay), "%s ends", e.ID)
			}
		}
		for _, l := range f.Lifts {
			add(dayAfter(l.LastDay), "the lift of %s ends", l.ID)
		}
		for _, p := range f.Permissions {
			add(dayAfter(p.LastDay), "the permission %q ends", p.Reference)
		}
	}
	for _, p := range s.sender.Permissions {
		add(dayAfter(p.LastDay), "the permission %q ends", p.Reference)
	}
	slices.SortStableFunc(changes,
		func(a, b Change) int { return cmp.Or(a.Day.Compare(b.Day), cmp.Compare(a.What, b.What)) })
	return changes
}

// ValidFrom returns the last time up to at from which Compile returns for a kind of message what it
// returns at at: 00:00 UTC, inclusive. The zero time means always.
func (s *Set) ValidFrom(m Message, at time.Time) (from time.Time) {
	if past := s.Changes(m, time.Time{}, at); len(past) > 0 {
		from = past[len(past)-1].Day
	}
	return from
}

// ValidUntil returns the first time after at at which Compile may return something else for a kind
// of message: 00:00 UTC. The zero time means never.
func (s *Set) ValidUntil(m Message, at time.Time) (until time.Time) {
	if coming := s.Changes(m, at, afterEveryDate); len(coming) > 0 {
		until = coming[0].Day
	}
	return until
}

// afterEveryDate is later than any date that TOML can say.
var afterEveryDate = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)
