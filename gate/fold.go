package gate

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

const (
	// announcedWithin is how long after a policy block the restriction that it comes from may be announced (inference:
	// neither the error nor the webhook names the other).
	announcedWithin = 24 * time.Hour
	// toldFor is how long a warning stands in the state. The journal keeps it.
	warnFor = 30 * 24 * time.Hour
)

// A causeKey identifies what halts by itself: a cause, or one type of restriction.
type causeKey struct {
	cause       Cause
	restriction string
}

func (e Event) causeKey() causeKey { return causeKey{e.Cause, e.Restriction} }

// A history is the events of one account in the order of the questions that are asked about them.
type history struct {
	sightings  map[causeKey][]Event
	clears     map[causeKey][]time.Time
	reinstated time.Time // the newest
	recoveries []recovery
	notes      []Event
	warnings   []Event
	settled    map[string]time.Time // the newest notice that ends the warnings of a name
	noticed    map[warningKey]bool
	refusals   []Event
	lifted     map[string]time.Time // the newest, by region
}

// A warningKey is what warnings and notices that say the same have in common.
type warningKey struct {
	name string
	code int
}

func warningKeyOf(e Event) warningKey { return warningKey{e.Name, e.Code} }

// fold returns the state that a set of events makes at a time. It is a function of the set: neither the order of the
// events nor repetition matters. events holds each identity once.
func fold(waba string, events []Event, now time.Time) State {
	f := newHistory(events)
	s := State{WABA: waba, Campaign: StatusOpen, Reply: StatusOpen, Causes: []ActiveCause{}, Events: len(events), history: f}
	for _, cause := range Causes() {
		if cause != CauseRestriction {
			f.add(&s, causeKey{cause: cause}, now)
			continue
		}
		for _, r := range restrictions {
			f.add(&s, causeKey{cause, r}, now)
		}
	}
	s.Warnings = f.warningsAt(now)
	s.Sighted = f.regionRefusals()
	for _, e := range events {
		if e.Type == EventUnread {
			s.Unread++
		}
	}
	return s
}

func newHistory(events []Event) *history {
	f := &history{
		sightings: map[causeKey][]Event{}, clears: map[causeKey][]time.Time{}, settled: map[string]time.Time{}, noticed: map[warningKey]bool{},
		lifted: map[string]time.Time{},
	}
	var blocked, healthy []Event
	for _, e := range events {
		switch e.Type {
		case EventSighting:
			f.sightings[e.causeKey()] = append(f.sightings[e.causeKey()], e)
		case EventClear:
			f.clears[e.causeKey()] = append(f.clears[e.causeKey()], e.Time)
		case EventReinstate:
			f.reinstated = later(f.reinstated, e.Time)
		case EventHealthy:
			healthy = append(healthy, e)
		case EventBlocked:
			blocked = append(blocked, e)
		case EventNote:
			f.notes = append(f.notes, e)
		case EventWarning:
			f.warnings = append(f.warnings, e)
		case EventNotice:
			f.noticed[warningKeyOf(e)] = true
		case EventRefusal:
			f.refusals = append(f.refusals, e)
		case EventLift:
			f.lifted[e.Region] = later(f.lifted[e.Region], e.Time)
		}
		if e.Ends != "" {
			f.settled[e.Ends] = later(f.settled[e.Ends], e.Time)
		}
	}
	for _, h := range healthy {
		f.recoveries = append(f.recoveries, recoveryBy(h, blocked))
	}
	return f
}

// A recovery is what a healthy status settles: sightings before the last blocked status before it, but none that a blocked one
// came after of which it does not name every type of entity.
type recovery struct{ from, before time.Time }

func recoveryBy(healthy Event, blocked []Event) (r recovery) {
	for _, b := range blocked {
		if !b.Time.Before(healthy.Time) {
			continue
		}
		r.before = later(r.before, b.Time)
		if !names(healthy, b) {
			r.from = later(r.from, b.Time)
		}
	}
	return r
}

// names reports whether a healthy status speaks of every type of entity that was blocked in another one.
func names(healthy, blocked Event) bool {
	known := strings.Split(healthy.Name, ",")
	for kind := range strings.SplitSeq(blocked.Name, ",") {
		if kind != "" && !slices.Contains(known, kind) {
			return false
		}
	}
	return true
}

func (f *history) recovered(e Event) bool {
	return slices.ContainsFunc(f.recoveries, func(r recovery) bool { return !e.Time.Before(r.from) && e.Time.Before(r.before) })
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// ended reports whether an ending settles a sighting. At equal times the sighting outlasts the provider's ending, and a
// person's clear outlasts the sighting.
func (f *history) ended(e Event) bool {
	if slices.ContainsFunc(f.clears[e.causeKey()], func(clear time.Time) bool { return !clear.Before(e.Time) }) {
		return true
	}
	switch e.Cause {
	case CausePolicyBlock, CauseAccountLock:
		return e.Time.Before(f.reinstated) || f.recovered(e)
	case CauseBan:
		return e.Time.Before(f.reinstated)
	}
	return false
}

// end returns the end that the provider gave to a sighting, or the zero time.
func (f *history) end(e Event) (until time.Time, inferred bool) {
	switch e.Cause {
	case CauseRestriction:
		return e.Until, false
	case CausePolicyBlock:
		until = f.blockEnd(e)
		return until, !until.IsZero()
	}
	return time.Time{}, false
}

// blockEnd returns when a policy block ends: with the restriction of messaging that was active when it was sighted, or was
// announced shortly after, and with what prolongs that (inference). If any of them has no known end, neither has it.
func (f *history) blockEnd(block Event) time.Time {
	var end time.Time
	for prolonged := true; prolonged; {
		prolonged = false
		for _, name := range restrictions {
			for _, r := range f.sightings[causeKey{CauseRestriction, name}] {
				prolongs := r.Time.After(block.Time) && r.Time.Before(end)
				if !prolongs && !f.comesWith(r, block) {
					continue
				}
				if r.Until.IsZero() {
					return time.Time{}
				}
				if r.Until.After(end) {
					end, prolonged = r.Until, true
				}
			}
		}
	}
	return end
}

// comesWith reports whether a restriction was active when a block was sighted, or was announced shortly after.
func (f *history) comesWith(r, block Event) bool {
	if r.Time.After(block.Time) {
		return !r.Time.After(block.Time.Add(announcedWithin))
	}
	if !r.Until.IsZero() && !block.Time.Before(r.Until) {
		return false
	}
	return !slices.ContainsFunc(f.clears[r.causeKey()], func(clear time.Time) bool {
		return !clear.Before(r.Time) && !clear.After(block.Time)
	})
}

// add adds the cause to the state, if it is active.
func (f *history) add(s *State, l causeKey, now time.Time) {
	var active []Event
	a := ActiveCause{Cause: l.cause, Restriction: l.restriction}
	endless := false
	for _, e := range f.sightings[l] {
		until, inferred := f.end(e)
		if f.ended(e) || !until.IsZero() && !now.Before(until) {
			continue
		}
		active = append(active, e)
		a.Sightings += max(e.Count, 1)
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
	} else if s.next.IsZero() || a.Until.Before(s.next) {
		s.next = a.Until
	}
	slices.SortFunc(active, byTime)
	a.describe(s.WABA, active, f.notes)
	for k := MessageCampaign; k < kinds; k++ {
		if stops(l.cause, l.restriction, k) {
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

// byTime orders events, those of one time by identity, so that what is told first is a function of the set, too.
func byTime(a, b Event) int {
	return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.ID(), b.ID()))
}

// describe fills in what people want to know of a cause. active is sorted by time.
func (a *ActiveCause) describe(waba string, active, notes []Event) {
	first := active[0]
	a.Since, a.Last = first.Time, active[len(active)-1].Time
	a.Code = first.Code
	a.Evidence = Evidence{Source: first.Source, Name: first.Name, Ref: first.Ref, By: first.By, Reason: first.Reason}
	if a.Cause == CauseAccountLock {
		a.Why = why(notes, a.Since)
	}
	a.Steps = stepsFor(a.Cause, a.Restriction, a.Why, waba)
}

// why returns what the newest note since a time says.
func why(notes []Event, since time.Time) LockReason {
	notes = slices.DeleteFunc(slices.Clone(notes), func(n Event) bool { return n.Time.Before(since) })
	if len(notes) == 0 {
		return LockUnknown
	}
	return slices.MaxFunc(notes, byTime).Why
}

// warningsAt returns the warnings that stand, one for each name and code, newest first.
func (f *history) warningsAt(now time.Time) []Warning {
	newest := map[warningKey]Warning{}
	for _, w := range f.warnings {
		if w.Time.Before(f.settled[w.Name]) || now.Sub(w.Time) > warnFor || !w.Until.IsZero() && !now.Before(w.Until) {
			continue
		}
		k := warningKeyOf(w)
		t := newest[k]
		t.Name, t.Code, t.Time, t.Until = w.Name, w.Code, later(t.Time, w.Time), later(t.Until, w.Until)
		t.Count += max(w.Count, 1)
		newest[k] = t
	}
	told := []Warning{}
	for _, t := range newest {
		told = append(told, t)
	}
	slices.SortFunc(told, func(a, b Warning) int {
		return cmp.Or(b.Time.Compare(a.Time), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Code, b.Code))
	})
	return told
}
