package gate

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

const (
	// announcedWithin is how long after a policy block the restriction that it comes from may be
	// announced (inference: neither the error nor the webhook names the other).
	announcedWithin = 24 * time.Hour
	// warnFor is how long a warning stands in the state. The journal keeps it.
	warnFor = 30 * 24 * time.Hour
	// TimeAhead is the name of the warning of events that are dated more than an hour ahead of the
	// clock. Its time is the latest of theirs.
	TimeAhead = "TIME_AHEAD"
)

// A causeKey identifies what halts by itself: a cause, or one type of restriction.
type causeKey struct {
	cause       Cause
	restriction string
}

func (e Event) causeKey() causeKey { return causeKey{e.Cause, e.Restriction} }

// causeKeys are all that there are, in the order in which they are shown.
var causeKeys = []causeKey{
	{cause: CausePolicyBlock}, {cause: CauseAccountLock}, {CauseRestriction, RestrictionBusinessInitiated},
	{CauseRestriction, RestrictionCustomerInitiated}, {cause: CauseBan}, {cause: CauseManual},
}

// A history is the events of one account in the order of the questions that are asked about them.
// An event is known by its place: its index in the journal's order.
type history struct {
	events     []Event
	sightings  map[causeKey][]int
	clears     map[causeKey][]ending
	reinstated time.Time // the newest that is not far ahead
	reinstates []ending  // those that are
	recoveries []recovery
	notes      []int
	warnings   []int
	settled    map[string]time.Time // the newest notice that ends the warnings of a name
	noticed    map[warningKey]bool
	located    Event // the newest notice of where the business is located
	refusals   []int
	unread     []int
	lifts      map[string][]ending // by region
}

// A warningKey is what warnings and notices that say the same have in common.
type warningKey struct {
	name string
	code int
}

func warningKeyOf(e Event) warningKey { return warningKey{e.Name, e.Code} }

// newHistory sorts events, which stand in the journal's order, each identity once.
func newHistory(events []Event) *history {
	h := &history{
		events: events, sightings: map[causeKey][]int{}, clears: map[causeKey][]ending{},
		settled: map[string]time.Time{},
		noticed: map[warningKey]bool{}, lifts: map[string][]ending{},
	}
	var health []int
	for i, e := range events {
		switch e.Type {
		case EventSighting:
			h.sightings[e.causeKey()] = append(h.sightings[e.causeKey()], i)
		case EventClear:
			h.clears[e.causeKey()] = append(h.clears[e.causeKey()], endingByHand(e, i))
		case EventReinstate:
			h.addReinstate(e, i)
		case EventHealthy, EventBlocked:
			health = append(health, i)
		case EventNote:
			h.notes = append(h.notes, i)
		case EventWarning:
			h.warnings = append(h.warnings, i)
		case EventNotice:
			h.noticed[warningKeyOf(e)] = true
			if e.Region != "" &&
				(e.Time.After(h.located.Time) || e.Time.Equal(h.located.Time) && e.Region > h.located.Region) {
				h.located = e
			}
		case EventUnread:
			h.unread = append(h.unread, i)
		case EventRefusal:
			h.refusals = append(h.refusals, i)
		case EventLift:
			h.lifts[e.Region] = append(h.lifts[e.Region], endingByHand(e, i))
		}
		if e.Ends != "" {
			h.settled[e.Ends] = later(h.settled[e.Ends], e.Time)
		}
	}
	h.recoveries = recoveries(events, health)
	return h
}

func (h *history) addReinstate(e Event, place int) {
	if e.isFarAhead() {
		h.reinstates = append(h.reinstates, ending{place: place, until: e.Time, moment: e.writtenAt()})
	} else {
		h.reinstated = later(h.reinstated, e.Time)
	}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// fold returns the state that a set of events makes at a time. The set has an order, the journal's,
// which matters only where it contradicts the events' times.
func fold(waba string, events []Event, now time.Time) State {
	return newHistory(events).state(waba, now)
}

func (h *history) state(waba string, now time.Time) State {
	s := State{WABA: waba, Campaign: StatusOpen, Reply: StatusOpen, Causes: []ActiveCause{}, history: h}
	for _, key := range causeKeys {
		h.addCause(&s, key, now)
	}
	s.Warnings = h.warningsAt(&s, now)
	s.BusinessCountry, s.LocatedSince = h.located.Region, h.located.Time
	s.Sighted = h.regionRefusals()
	for _, e := range h.events {
		s.Events += e.recorded()
		if e.Type == EventUnread {
			s.Unread += e.recorded()
		}
	}
	return s
}

// isOver reports whether an end has come, and notes in the state between which times of the clock
// it holds.
func (s *State) isOver(end, now time.Time) bool {
	switch {
	case end.IsZero():
		return false
	case now.Before(end):
		if s.next.IsZero() || end.Before(s.next) {
			s.next = end
		}
		return false
	}
	s.from = later(s.from, end)
	return true
}

// holdsAt reports whether time alone has not changed the state: the clock is neither past its next
// end, nor back before the last one.
func (s *State) holdsAt(now time.Time) bool {
	return !now.Before(s.from) && (s.next.IsZero() || now.Before(s.next))
}

// addCause adds the cause to the state, if it is active.
func (h *history) addCause(s *State, key causeKey, now time.Time) {
	var active []activeSighting
	a := ActiveCause{Cause: key.cause, Restriction: key.restriction}
	endless := false
	for _, place := range h.sightings[key] {
		e := h.events[place]
		if h.isSettled(e, place) {
			continue
		}
		until, inferred := h.end(e)
		if s.isOver(until, now) {
			continue
		}
		active = append(active, activeSighting{e, h.since(e, place)})
		a.Sightings += e.sightings()
		endless = endless || until.IsZero()
		if until.After(a.Until) {
			a.Until, a.Inferred = until, inferred
		}
	}
	if len(active) == 0 {
		return
	}
	if endless {
		a.Until, a.Inferred = time.Time{}, false
	}
	h.describe(&a, s.WABA, active)
	for k := MessageCampaign; k < kinds; k++ {
		if stops(key.cause, key.restriction, k) {
			a.Stops = append(a.Stops, k)
			s.set(k, StatusHalted)
		}
	}
	s.Causes = append(s.Causes, a)
}

func (s *State) set(k MessageKind, status Status) {
	if k == MessageReply {
		s.Reply = status
	} else {
		s.Campaign = status
	}
}

// An activeSighting is one that keeps a cause active since a time.
type activeSighting struct {
	Event
	since time.Time
}

// since returns the time of the oldest sighting that an unsettled event stands for, as far as it is
// known to be unsettled.
func (h *history) since(e Event, place int) time.Time {
	if e.First.IsZero() {
		return e.Time
	}
	oldest := e
	oldest.Time, oldest.First = e.First, time.Time{}
	if h.isSettled(oldest, place) {
		return e.Time
	}
	return e.First
}

// describe fills in what people want to know of a cause.
func (h *history) describe(a *ActiveCause, waba string, active []activeSighting) {
	first := active[0]
	for _, s := range active {
		if c := s.since.Compare(first.since); c < 0 || c == 0 && byTime(s.Event, first.Event) < 0 {
			first = s
		}
		a.Last = later(a.Last, s.Time)
	}
	a.Since, a.Code, a.Inferred = first.since, first.Code, a.Inferred || first.Inferred
	a.Evidence = Evidence{Source: first.Source, Name: first.Name, Ref: first.Ref, By: first.By, Reason: first.Reason}
	if a.Cause == CauseAccountLock {
		a.Why = h.lockReason(a.Since)
	}
	a.Steps = stepsFor(a.Cause, a.Restriction, a.Why, waba)
}

// byTime orders events, those of one time by identity, so that what is told first is a function of
// the set, too.
func byTime(a, b Event) int {
	if c := a.Time.Compare(b.Time); c != 0 {
		return c
	}
	return cmp.Compare(a.ID(), b.ID())
}

// lockReason returns what the newest note since a time says.
func (h *history) lockReason(since time.Time) LockReason {
	newest := -1
	for _, place := range h.notes {
		if n := h.events[place]; !n.Time.Before(since) && (newest < 0 || byTime(h.events[newest], n) < 0) {
			newest = place
		}
	}
	if newest < 0 {
		return LockUnknown
	}
	return h.events[newest].Why
}

// warningsAt returns the warnings that stand, one for each name and code, newest first.
func (h *history) warningsAt(s *State, now time.Time) []Warning {
	newest := map[warningKey]Warning{}
	for _, place := range h.warnings {
		e := h.events[place]
		if h.isNoticed(e) || s.isOver(e.Time.Add(warnFor), now) || s.isOver(e.Until, now) {
			continue
		}
		k := warningKeyOf(e)
		w := newest[k]
		w.Name, w.Code, w.Time, w.Until = e.Name, e.Code, later(w.Time, e.Time), later(w.Until, e.Until)
		w.Count += e.sightings()
		newest[k] = w
	}
	if w, ok := h.aheadOf(s, now); ok {
		newest[warningKey{name: TimeAhead}] = w
	}
	warnings := []Warning{}
	for _, w := range newest {
		warnings = append(warnings, w)
	}
	slices.SortFunc(warnings, func(a, b Warning) int {
		return cmp.Or(b.Time.Compare(a.Time), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Code, b.Code))
	})
	return warnings
}

// aheadOf returns the warning of events that are dated far ahead of the clock: somebody's clock is
// wrong, or a time was mistyped, and what they say may outlast everything. Its time is the latest
// of theirs.
func (h *history) aheadOf(s *State, now time.Time) (w Warning, ok bool) {
	for _, e := range h.events {
		if e.Time.IsZero() || s.isOver(e.Time.Add(-farAhead), now) {
			continue
		}
		w.Name, w.Time, w.Count, ok = TimeAhead, later(w.Time, e.Time), 1, true
	}
	return w, ok
}

// isNoticed reports whether a notice ended a warning.
func (h *history) isNoticed(warning Event) bool { return warning.Time.Before(h.settled[warning.Name]) }

// names reports whether a healthy status speaks of every type of entity that was blocked in another
// one.
func names(healthy, blocked Event) bool {
	known := strings.Split(healthy.Name, ",")
	for kind := range strings.SplitSeq(blocked.Name, ",") {
		if kind != "" && !slices.Contains(known, kind) {
			return false
		}
	}
	return true
}
