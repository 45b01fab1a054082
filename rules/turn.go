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
			if e.Messages == nil || slices.Contains(e.Messages, m) {
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
