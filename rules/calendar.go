package rules

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// A Turn is a day on which a set begins to say something else.
type Turn struct {
	Day  time.Time // 00:00 UTC
	What string    // "platform-us-marketing begins"
}

func (t Turn) String() string { return fmt.Sprintf("%s on %s", t.What, t.Day.Format(time.DateOnly)) }

// Turns returns the days after one time, up to and with another, on which something in the set that concerns a kind of
// message begins or ends: an entry, a lift, a permission. They are sorted.
func (s *Set) Turns(m Message, after, upTo time.Time) []Turn {
	var turns []Turn
	add := func(day time.Time, format string, what string) {
		if !day.IsZero() && day.After(after) && !day.After(upTo) {
			turns = append(turns, Turn{day, fmt.Sprintf(format, what)})
		}
	}
	for _, f := range s.Files() {
		for _, e := range f.Entries {
			if e.IsFor(m) {
				add(e.From, "%s begins", e.ID)
				add(e.Until, "%s ends", e.ID)
			}
		}
		for _, l := range f.Lifts {
			add(l.Until, "the lift of %s ends", l.ID)
		}
		for _, p := range f.Permissions {
			add(p.Until, "the permission %q ends", p.Reference)
		}
	}
	for _, p := range s.permissions {
		add(p.Until, "the permission %q ends", p.Reference)
	}
	slices.SortStableFunc(turns, func(a, b Turn) int { return cmp.Or(a.Day.Compare(b.Day), cmp.Compare(a.What, b.What)) })
	return turns
}

// Window returns the days around a time between which Compile returns the same for a kind of message: from is inclusive,
// until exclusive, both 00:00 UTC. A zero time is an open end.
func (s *Set) Window(m Message, at time.Time) (from, until time.Time) {
	if past := s.Turns(m, time.Time{}, at); len(past) > 0 {
		from = past[len(past)-1].Day
	}
	if coming := s.Turns(m, at, afterEveryDate); len(coming) > 0 {
		until = coming[0].Day
	}
	return from, until
}

// afterEveryDate is later than any date that TOML can say.
var afterEveryDate = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)
