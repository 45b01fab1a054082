package gate

import (
	"cmp"
	"slices"
	"time"
)

// An ending is a person's, or a provider's that is dated far ahead.
type ending struct {
	place  int       // in the journal's order
	until  time.Time // it settles what is dated up to here, of what the journal had then
	moment time.Time // and up to here, of what came after it: when the person acted, when the provider's word came
}

// endingByHand returns the ending that a clear or a lift is. Its time is the later of the moment at
// which the person acted and the newest sighting that they saw: clocks run ahead.
func endingByHand(e Event, place int) ending {
	moment := e.Time
	if !e.Received.IsZero() && e.Received.Before(moment) {
		moment = e.Received
	}
	return ending{place: place, until: e.Time, moment: moment}
}

// settles reports whether what a person ended includes an event. Of what came after it that is only
// what lies before the moment at which the person acted, such as a late webhook; and not what was
// written by a clock that had not reached that moment: one of the two clocks is wrong, and the
// doubt is decided for the halt.
func (c ending) settles(e Event, place int) bool {
	if e.Time.After(c.until) {
		return false
	}
	written := e.writtenAt()
	return place < c.place || !e.Time.After(c.moment) && (written.IsZero() || !written.Before(c.moment))
}

// cleared returns the newest clear that settles a sighting.
func (h *history) cleared(e Event, place int) (c ending, ok bool) {
	return settledBy(h.clears[e.causeKey()], e, place)
}

// lifted returns the newest lift that settles a refusal.
func (h *history) lifted(e Event, place int) (c ending, ok bool) {
	return settledBy(h.lifts[e.Region], e, place)
}

func settledBy(endings []ending, e Event, place int) (c ending, ok bool) {
	for _, c := range slices.Backward(endings) {
		if c.settles(e, place) {
			return c, true
		}
	}
	return c, false
}

// isSettled reports whether an ending settles a sighting. At equal times the sighting outlasts the
// provider's ending, and a person's clear outlasts the sighting.
func (h *history) isSettled(e Event, place int) bool {
	if _, ok := h.cleared(e, place); ok {
		return true
	}
	switch e.Cause {
	case CausePolicyBlock, CauseAccountLock:
		return h.isReinstated(e, place) || h.recovery(e, place) >= 0
	case CauseBan:
		return h.isReinstated(e, place)
	}
	return false
}

// isReinstated reports whether the provider took back what an event sighted. One that is dated far
// ahead of the clock of who wrote it ends, of what came after it, only what lies before it was
// written.
func (h *history) isReinstated(e Event, place int) bool {
	return e.Time.Before(h.reinstated) || slices.ContainsFunc(h.reinstates, func(r ending) bool {
		return e.Time.Before(r.until) && (place < r.place || e.Time.Before(r.moment))
	})
}

// A recovery is what a healthy status settles: sightings before the last blocked status before it,
// but none that a blocked one came after of which it does not name every type of entity.
type recovery struct {
	from, before time.Time
	ahead        *ending // of a status that is dated far ahead
}

// recoveries returns what the healthy statuses among the health statuses at places settle. Of
// statuses in a row that say the same it looks at one: they settle the same.
func recoveries(events []Event, health []int) (all []recovery) {
	sortHealth(events, health)
	var blocked []Event // the newest status of each row
	for n, place := range health {
		e := events[place]
		switch {
		case e.Type == EventBlocked:
			if last := len(blocked) - 1; last >= 0 && blocked[last].Name == e.Name {
				blocked[last] = e
			} else {
				blocked = append(blocked, e)
			}
		case n == 0 || !saySame(e, events[health[n-1]]) || e.isFarAhead():
			all = append(all, recoveryBy(e, place, blocked))
		}
	}
	return all
}

// sortHealth orders health statuses by time; of one time the healthy come first, since a recovery
// needs an earlier blocked one.
func sortHealth(events []Event, health []int) {
	slices.SortStableFunc(health, func(a, b int) int {
		return cmp.Or(events[a].Time.Compare(events[b].Time), -cmp.Compare(events[a].Type, events[b].Type))
	})
}

// saySame reports whether two health statuses say the same.
func saySame(a, b Event) bool {
	return a.Type == b.Type && a.Name == b.Name && a.isFarAhead() == b.isFarAhead()
}

func recoveryBy(healthy Event, place int, blocked []Event) (r recovery) {
	for _, b := range slices.Backward(blocked) {
		if !b.Time.Before(healthy.Time) {
			continue
		}
		r.before = later(r.before, b.Time)
		if !names(healthy, b) {
			r.from = b.Time
			break
		}
	}
	if healthy.isFarAhead() {
		r.ahead = &ending{place: place, moment: healthy.writtenAt()}
	}
	return r
}

// recovery returns the index of the recovery that settles a sighting, or -1. All that an event
// stands for must lie in one: a blocked status that comes late may part them.
func (h *history) recovery(e Event, place int) int {
	return slices.IndexFunc(h.recoveries, func(r recovery) bool {
		within := !e.oldest().Before(r.from) && e.Time.Before(r.before)
		return within && (r.ahead == nil || place < r.ahead.place || e.Time.Before(r.ahead.moment))
	})
}

// end returns the end that the provider gave to a sighting, or the zero time.
func (h *history) end(e Event) (until time.Time, inferred bool) {
	switch e.Cause {
	case CauseRestriction:
		return e.Until, false
	case CausePolicyBlock:
		until = h.blockEnd(e.Time)
		if !e.First.IsZero() && !h.blockEnd(e.First).Equal(until) {
			return time.Time{}, false // one of those in between may have no end
		}
		return until, !until.IsZero()
	}
	return time.Time{}, false
}

// blockEnd returns when a policy block that was sighted at a time ends: with the restriction of
// messaging that was active then, or was announced shortly after, and with what prolongs that
// (inference). If any of them has no known end, neither has it.
func (h *history) blockEnd(block time.Time) time.Time {
	var end time.Time
	for prolonged := true; prolonged; {
		prolonged = false
		for _, key := range causeKeys {
			if key.cause != CauseRestriction {
				continue
			}
			for _, place := range h.sightings[key] {
				r := h.events[place]
				if !h.endsBlock(r, place, block, end) {
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

// endsBlock reports whether a restriction belongs to a block: it was active when the block was
// sighted, was announced shortly after, or was announced before the end that is known so far. Of
// several in one event the oldest and the newest say.
func (h *history) endsBlock(r Event, place int, block, end time.Time) bool {
	for _, at := range []time.Time{r.oldest(), r.Time} {
		if at.After(block) {
			if at.Before(end) || !at.After(block.Add(announcedWithin)) {
				return true
			}
		} else if r.Until.IsZero() || block.Before(r.Until) {
			cleared := func(c ending) bool { return c.settles(r, place) && !c.moment.After(block) }
			if !slices.ContainsFunc(h.clears[r.causeKey()], cleared) {
				return true
			}
		}
	}
	return false
}
