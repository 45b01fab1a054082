package gate

import (
	"slices"
	"time"
)

const (
	// unreadKept is how many documents that were not understood keep their own event.
	unreadKept = 50
	// daysApart is for how many days, counted back from the newest event, warnings are kept day by
	// day: longer than a warning stands in the state.
	daysApart = 40
)

// DrawTogether returns events in the journal's order with those drawn together that can no longer
// change an answer: of sightings that say the same and are settled by the same ending, or by none,
// the oldest and the newest are left, which then stands for those in between; likewise of warnings,
// notices, health statuses and refusals that say the same. What a person did stays as it is.
//
// The state that the result makes is the one that events make, whatever is added to both: with the
// counts, the evidence, the warnings. Only what comes late and parts what was drawn together
// differs, and then the doubt is decided for the halt: an account is never open with the result
// that is not open with events.
func DrawTogether(events []Event) []Event {
	d := &drawing{history: newHistory(events), place: map[string]int{}, groups: map[groupKey]*group{}}
	for place, e := range events {
		d.add(e, place)
	}
	d.drawHealth()
	return d.result()
}

// A drawing is one call of DrawTogether.
type drawing struct {
	*history
	place  map[string]int // by identity
	groups map[groupKey]*group
	order  []*group
	health []int
	kept   []Event
	newest time.Time // the day up to which the journal goes
}

// A groupKey is what events have in common that may be drawn together.
type groupKey struct {
	says  string
	class class
	seen  endingsSeen
	day   int64
}

// endingsSeen counts the endings before an event in the journal that ask for its place: those of a
// person for what it sighted, and the provider's.
type endingsSeen struct{ byHand, byProvider int }

// A group is events that may be drawn together.
type group struct {
	kept  []Event
	first bool // the oldest stays, as the evidence
}

// A class says what became of an event: events of two classes are never one.
type class struct {
	settled string // by what; "": it is not
	which   int    // the place of the person's ending
	from    time.Time
	until   time.Time // of the recovery that settles it, or the end that it has
}

// class returns what became of an event at a place.
func (h *history) class(e Event, place int) class {
	switch e.Type {
	case EventSighting:
		return h.sightingClass(e, place)
	case EventRefusal:
		if c, ok := h.lifted(e, place); ok {
			return class{settled: "lift", which: c.place}
		}
	case EventWarning:
		if h.isNoticed(e) {
			return class{settled: "notice"}
		}
	}
	return class{}
}

func (h *history) sightingClass(e Event, place int) class {
	if c, ok := h.cleared(e, place); ok {
		return class{settled: "clear", which: c.place}
	}
	switch r := h.recovery(e, place); {
	case !h.isSettled(e, place):
		until, _ := h.end(e)
		return class{until: until}
	case h.isReinstated(e, place):
		return class{settled: "reinstate"}
	default:
		return class{settled: "recovery", from: h.recoveries[r].from, until: h.recoveries[r].before}
	}
}

// says returns what events have in common that say the same, at different times and of different
// messages.
func (e Event) says() string {
	e.Time, e.Ref, e.Recipient = time.Time{}, "", ""
	return e.ID()
}

// add puts an event where it belongs.
func (d *drawing) add(e Event, place int) {
	d.place[e.ID()] = place
	switch e.Type {
	case EventHealthy, EventBlocked:
		d.health = append(d.health, place)
	case EventSighting, EventRefusal, EventWarning, EventNotice, EventReinstate, EventUnread:
		if e.Type == EventReinstate && e.isFarAhead() || e.Type == EventUnread && d.isNewUnread(place) {
			d.kept = append(d.kept, e)
		} else {
			d.addToGroup(d.keyOf(e, place), e)
		}
	default: // a person's
		d.kept = append(d.kept, e)
	}
}

// isNewUnread reports whether a document that was not understood is one of the newest.
func (d *drawing) isNewUnread(place int) bool {
	at, _ := slices.BinarySearch(d.unread, place)
	return len(d.unread)-at <= unreadKept
}

func (d *drawing) keyOf(e Event, place int) groupKey {
	if e.Type == EventUnread {
		e.SHA256, e.Name = "", ""
	}
	key := groupKey{says: e.says(), class: d.class(e, place)}
	switch e.Type {
	case EventSighting:
		key.seen = d.endingsBefore(d.clears[e.causeKey()], place)
	case EventRefusal:
		key.seen = d.endingsBefore(d.lifts[e.Region], place)
	case EventWarning, EventReinstate:
		key.day = d.dayOf(e)
	}
	return key
}

// endingsBefore counts the endings before a place.
func (d *drawing) endingsBefore(byHand []ending, place int) (seen endingsSeen) {
	count := func(all []ending) int {
		n, _ := slices.BinarySearchFunc(all, place, func(c ending, place int) int { return c.place - place })
		return n
	}
	seen.byHand, seen.byProvider = count(byHand), count(d.reinstates)
	for _, r := range d.recoveries {
		if r.ahead != nil && r.ahead.place < place {
			seen.byProvider++
		}
	}
	return seen
}

// earlier returns the earlier of two times, of which b may not be known.
func earlier(a, b time.Time) time.Time {
	if !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// dayOf returns the day of an event, or 0 for all that are long ago.
func (d *drawing) dayOf(e Event) int64 {
	if d.newest.IsZero() {
		for _, other := range d.events {
			d.newest = later(d.newest, earlier(other.Time, other.writtenAt()))
		}
	}
	if e.Time.Before(d.newest.AddDate(0, 0, -daysApart)) {
		return 0
	}
	return e.Time.Unix() / int64(24*time.Hour/time.Second)
}

func (d *drawing) addToGroup(key groupKey, e Event) {
	g := d.groups[key]
	if g == nil {
		g = &group{first: e.Type == EventSighting}
		d.groups[key] = g
		d.order = append(d.order, g)
	}
	if e.Type == EventRefusal {
		g.kept = mergeRepeat(g.kept, e, drawMerge)
		return
	}
	g.kept = append(g.kept, e)
}

// drawn returns what is left of a group.
func (g *group) drawn() []Event {
	if len(g.kept) > 0 && g.kept[0].Type == EventRefusal || len(g.kept) == 1 || g.first && len(g.kept) == 2 {
		return g.kept
	}
	slices.SortStableFunc(g.kept, func(a, b Event) int { return a.oldest().Compare(b.oldest()) })
	if !g.first {
		return []Event{drawAll(g.kept)}
	}
	return []Event{g.kept[0], drawAll(g.kept[1:])}
}

func drawAll(events []Event) Event {
	all := events[0]
	for _, e := range events[1:] {
		all = drawMerge(all, e)
	}
	return all
}

// drawMerge merges two recorded events. The earlier clock counts: if it had not reached the moment
// of a clear, the doubt is decided for the halt.
func drawMerge(a, b Event) Event {
	both := merge(a, b)
	both.Drawn = a.recorded() + b.recorded()
	if both.Type == EventSighting || both.Type == EventRefusal {
		both.Written = a.writtenAt()
		if w := b.writtenAt(); both.Written.IsZero() || !w.IsZero() && w.Before(both.Written) {
			both.Written = w
		}
	}
	return both
}

// drawHealth leaves the oldest and the newest of health statuses in a row that say the same.
func (d *drawing) drawHealth() {
	sortHealth(d.events, d.health)
	row := &group{first: true}
	end := func() {
		if len(row.kept) > 0 {
			d.order = append(d.order, row)
		}
		row = &group{first: true}
	}
	for _, place := range d.health {
		e := d.events[place]
		if len(row.kept) > 0 && (!saySame(row.kept[len(row.kept)-1], e) || e.isFarAhead()) {
			end()
		}
		row.kept = append(row.kept, e)
	}
	end()
}

// result returns what is left, in the journal's order.
func (d *drawing) result() []Event {
	left := d.kept
	for _, g := range d.order {
		left = append(left, g.drawn()...)
	}
	slices.SortStableFunc(left, func(a, b Event) int { return d.place[a.ID()] - d.place[b.ID()] })
	return left
}
