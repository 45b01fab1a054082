package gate

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// newsPending says where there are events that are not durable yet and not only repeats.
type newsPending struct{ unwritten, inWriting bool }

// A queued is events that wait to be written: one, or repeats that say the same.
type queued struct {
	events  []Event
	arrived uint64 // orders them
}

// A batch is events that are written at once.
type batch struct {
	done chan struct{} // closed when they are durable, or could not be written
	err  error         // why not
}

func (b *batch) end(err error) {
	if b != nil {
		b.err = err
		close(b.done)
	}
}

// await waits until a batch is durable.
func (g *Gate) await(ctx context.Context, b *batch) error {
	select {
	case <-b.done:
		return b.err
	case <-ctx.Done():
		return ctx.Err()
	case <-g.context.Done(): // nobody writes any more
		return ErrClosed
	}
}

// apply puts events in force, and writes them unless they only repeat what is durable: those are
// written with the batch, sooner if somebody waits for it.
func (a *Account) apply(ctx context.Context, events []Event, waits bool) (b *batch, err error) {
	now := a.gate.now()
	a.mu.Lock()
	news := false
	for _, e := range events {
		if e.Received.IsZero() {
			e.Received = now
		}
		e.Time, e.Until, e.Received = e.Time.Round(0), e.Until.Round(0), e.Received.Round(0)
		if _, known := a.known[e.ID()]; !known {
			repeats := a.repeats(e)
			a.enqueue(e, repeats)
			news, b = news || !repeats, a.next
		}
	}
	if news {
		a.hasNew.unwritten = true
		a.publish(now)
	}
	write := a.hasNew != newsPending{} // what is repeated must be durable, too
	if !write {
		a.schedule(waits)
	}
	a.mu.Unlock()
	if !write {
		return b, nil
	}
	if err := a.flush(ctx, newsOnly); err != nil {
		a.drop(events)
		return nil, err
	}
	if news {
		return nil, nil // written with its repeats, be it after another one's write of the same batch failed
	}
	return b, nil
}

// drop drops those of a person's events that would open an account, or a region, after the person
// was told that it failed. What halts stays, to be tried again.
func (a *Account) drop(events []Event) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, e := range events {
		if e.Type == EventClear || e.Type == EventLift {
			delete(a.unwritten, e.ID())
			delete(a.inWriting, e.ID())
		}
	}
}

// repeats reports whether an event only says again what is known and in force, or comes after its
// end: the verdict stays as it is.
func (a *Account) repeats(e Event) bool {
	known := a.state.history
	if known == nil || e.By != "" {
		return false
	}
	last := len(known.events)
	switch e.Type {
	case EventSighting:
		// A restriction that is over may still be what a block came with.
		return e.Cause != CauseRestriction && known.isSettled(e, last) ||
			slices.ContainsFunc(a.state.Causes, func(c ActiveCause) bool { return c.repeats(e) })
	case EventNotice:
		return e.Ends == "" && e.Region == "" && known.noticed[warningKeyOf(e)]
	case EventWarning:
		return slices.ContainsFunc(a.state.Warnings, func(w Warning) bool {
			return w.Name == e.Name && w.Code == e.Code && w.Until.Equal(e.Until)
		})
	case EventRefusal:
		_, lifted := known.lifted(e, last)
		return lifted ||
			slices.ContainsFunc(a.state.Sighted, func(r RegionRefusals) bool { return r.saysNothingNew(e) })
	}
	return false
}

// repeats reports whether a sighting changes neither whether the cause is active nor until when.
func (a ActiveCause) repeats(e Event) bool {
	if a.Cause != e.Cause || a.Restriction != e.Restriction {
		return false
	}
	if a.Inferred && !a.Until.IsZero() { // it has the same end only while the restriction runs
		return !e.Time.Before(a.Since) && e.Time.Before(a.Until)
	}
	return a.Until.Equal(e.Until)
}

// enqueue keeps an event until it is written. Of repeats that say the same only the newest is, with
// their count: an older sighting of a cause says nothing more. For refusals, see mergeRepeat.
func (a *Account) enqueue(e Event, repeats bool) {
	if a.unwritten == nil {
		a.unwritten = map[string]*queued{}
	}
	if a.next == nil {
		a.next = &batch{done: make(chan struct{})}
	}
	key := e.ID()
	if repeats {
		key = a.repeatKey(e)
	}
	a.arrivals++
	a.merge(key, &queued{[]Event{e}, a.arrivals})
}

// repeatKey returns what repeats have in common that are written as one.
func (a *Account) repeatKey(e Event) string {
	h := a.state.history
	c := h.class(e, len(h.events))
	return e.says() + " " + c.settled + " " + c.from.String() + " " + c.until.String()
}

// merge adds queued events to those under a key.
func (a *Account) merge(key string, q *queued) {
	to := a.unwritten[key]
	if to == nil {
		a.unwritten[key] = q
		return
	}
	for _, e := range q.events {
		to.events = mergeRepeat(to.events, e, merge)
	}
	to.arrived = max(to.arrived, q.arrived)
}

// schedule makes the unwritten events be written: now, or when the last write is some time ago.
// That time grows while repeats go on, and less for who waits.
func (a *Account) schedule(waits bool) {
	if len(a.unwritten) == 0 || a.closed {
		return
	}
	sinceWrite := time.Since(a.wrote)
	if a.pace == 0 || sinceWrite > 4*a.pace { // it was quiet
		a.pace = repeatEvery
	}
	pace := a.pace
	if waits {
		pace = min(pace, waitMost)
	}
	due := time.Now().Add(max(0, pace-sinceWrite))
	if a.timer != nil {
		if !due.Before(a.due) || !a.timer.Stop() {
			return // it is written earlier, or just now
		}
	}
	a.due = due
	a.timer = time.AfterFunc(time.Until(due), a.writeRepeats)
}

// writeRepeats writes what is counted.
func (a *Account) writeRepeats() {
	a.mu.Lock()
	a.timer = nil
	a.wrote = time.Now()
	a.pace = min(2*a.pace, repeatMost)
	closed := a.closed
	a.mu.Unlock()
	if !closed {
		_ = a.flush(a.gate.context, everything) // if it fails, the events are still unwritten, and scheduled again
	}
}

// What a flush is for.
const (
	everything = false
	newsOnly   = true // where all that is left are repeats, they wait for their turn
)

// flush writes the unwritten events. If others wait for the same, the first one writes for all.
func (a *Account) flush(ctx context.Context, news bool) error {
	select {
	case a.writing <- struct{}{}:
	case <-ctx.Done():
		a.mu.Lock()
		a.schedule(true)
		a.mu.Unlock()
		return ctx.Err()
	}
	defer func() { <-a.writing }()
	events, b := a.takeUnwritten(news)
	if len(events) == 0 {
		b.end(nil)
		return nil
	}
	err := a.gate.store.Append(ctx, a.waba, events)
	a.mu.Lock()
	defer a.mu.Unlock()
	defer func() { b.end(err) }()
	if err != nil {
		a.putBack()
		a.hasNew.unwritten = a.hasNew.unwritten || a.hasNew.inWriting
		a.hasNew.inWriting = false
		a.schedule(true)
		return err
	}
	a.inWriting, a.hasNew.inWriting = nil, false
	if a.recordAppended(events) {
		a.publish(a.gate.now())
	}
	return nil
}

// takeUnwritten takes the unwritten events, in the order in which they came: what came after a
// clear stands after it.
func (a *Account) takeUnwritten(news bool) (events []Event, b *batch) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if news && !a.hasNew.unwritten {
		a.schedule(true)
		return nil, nil
	}
	a.inWriting, a.unwritten = a.unwritten, nil
	a.hasNew.inWriting, a.hasNew.unwritten = a.hasNew.unwritten, false
	b, a.next = a.next, nil
	now := a.gate.now()
	for _, e := range inOrder(a.inWriting) {
		if _, known := a.known[e.ID()]; !known {
			if now.Sub(e.Received) > sameMoment || e.Received.After(now) {
				e.Written = now
			}
			events = append(events, e)
		}
	}
	if len(events) == 0 {
		a.inWriting, a.hasNew.inWriting = nil, false
		return nil, b
	}
	a.wrote = time.Now()
	return events, b
}

// sameMoment is how long before it was written an event may have come for the two to be one moment.
const sameMoment = 10 * time.Millisecond

// inOrder returns queued events in the order in which they came.
func inOrder(all ...map[string]*queued) (events []Event) {
	var sorted []*queued
	for _, of := range all {
		for _, q := range of {
			sorted = append(sorted, q)
		}
	}
	slices.SortFunc(sorted, func(a, b *queued) int { return cmp.Compare(a.arrived, b.arrived) })
	for _, q := range sorted {
		events = append(events, slices.SortedFunc(slices.Values(q.events), byTime)...)
	}
	return events
}

// putBack keeps what could not be written for the next attempt.
func (a *Account) putBack() {
	if a.unwritten == nil {
		a.unwritten = map[string]*queued{}
	}
	for key, q := range a.inWriting {
		a.merge(key, q)
	}
	a.inWriting = nil
}
