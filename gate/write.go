package gate

import (
	"context"
	"slices"
	"time"
)

// newsPending tells of events that are not durable yet.
type newsPending struct{ unwritten, inWriting bool }

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

// apply puts events in force, and writes them unless they only repeat what is durable: those are written with the batch,
// within a second.
func (a *Account) apply(ctx context.Context, events []Event) (b *batch, err error) {
	now := time.Now()
	a.mu.Lock()
	news := false
	for _, e := range events {
		if e.Received.IsZero() {
			e.Received = now
		}
		if id := e.ID(); !a.known[id] {
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
		a.schedule()
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

// drop drops those of a person's events that would open an account, or a region, after the person was told that it failed.
// What halts stays, to be tried again.
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

// repeats reports whether an event only says again what is known and in force, or comes after its end: the verdict stays as
// it is.
func (a *Account) repeats(e Event) bool {
	known := a.state.history
	if known == nil || e.By != "" {
		return false
	}
	switch e.Type {
	case EventSighting:
		// A restriction that is over may still be what a block came with.
		return e.Cause != CauseRestriction && known.ended(e) || slices.ContainsFunc(a.state.Causes, func(c ActiveCause) bool { return c.repeats(e) })
	case EventNotice:
		return e.Ends == "" && known.noticed[warningKeyOf(e)]
	case EventWarning:
		return slices.ContainsFunc(a.state.Warnings, func(t Warning) bool {
			return t.Name == e.Name && t.Code == e.Code && t.Until.Equal(e.Until)
		})
	case EventRefusal:
		return known.lifts(e) || slices.ContainsFunc(a.state.Sighted, func(r RegionRefusals) bool { return r.saysNothingNew(e) })
	}
	return false
}

// repeats reports whether a sighting changes neither whether the cause is active nor until when.
func (a ActiveCause) repeats(e Event) bool {
	if a.Cause != e.Cause || a.Restriction != e.Restriction {
		return false
	}
	if a.Inferred { // it has the same end only while the restriction runs
		return !e.Time.Before(a.Since) && e.Time.Before(a.Until)
	}
	return a.Until.Equal(e.Until)
}

// enqueue keeps an event until it is written. Of repeats with the same second only the newest is, with their count: within a
// second, an older sighting of a cause says nothing more. For refusals, see mergeRepeat.
func (a *Account) enqueue(e Event, repeats bool) {
	if a.unwritten == nil {
		a.unwritten = map[string][]Event{}
	}
	if a.next == nil {
		a.next = &batch{done: make(chan struct{})}
	}
	if !repeats {
		a.unwritten[e.ID()] = []Event{e}
		return
	}
	same := e
	same.Time, same.Ref, same.Source, same.By, same.Reason = e.Time.Truncate(time.Second), "", "", "", ""
	same.Recipient = ""
	key := same.ID()
	a.unwritten[key] = mergeRepeat(a.unwritten[key], e)
}

func newer(e, other Event) Event {
	n := max(e.Count, 1) + max(other.Count, 1)
	if byTime(other, e) > 0 {
		e = other
	}
	e.Count = n
	return e
}

// schedule makes the unwritten events be written: now, or when the last write is a second ago.
func (a *Account) schedule() {
	if a.scheduled || len(a.unwritten) == 0 || a.closed {
		return
	}
	a.scheduled = true
	time.AfterFunc(max(0, repeatEvery-time.Since(a.wrote)), func() {
		a.mu.Lock()
		a.scheduled, a.wrote = false, time.Now()
		closed := a.closed
		a.mu.Unlock()
		if !closed {
			_ = a.flush(a.gate.context, everything) // if it fails, the events are still unwritten, and scheduled again
		}
	})
}

// What a flush is for.
const (
	everything = false
	newsOnly   = true // where all that is left are repeats, they wait for their second
)

// flush writes the unwritten events. If others wait for the same, the first one writes for all.
func (a *Account) flush(ctx context.Context, news bool) error {
	select {
	case a.writing <- struct{}{}:
	case <-ctx.Done():
		a.mu.Lock()
		a.schedule()
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
		a.schedule()
		return err
	}
	a.inWriting, a.hasNew.inWriting = nil, false
	a.record(events)
	a.publish(time.Now())
	return nil
}

func (a *Account) takeUnwritten(news bool) (events []Event, b *batch) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if news && !a.hasNew.unwritten {
		a.schedule()
		return nil, nil
	}
	a.inWriting, a.unwritten = a.unwritten, nil
	a.hasNew.inWriting, a.hasNew.unwritten = a.hasNew.unwritten, false
	b, a.next = a.next, nil
	for _, second := range a.inWriting {
		for _, e := range second {
			if !a.known[e.ID()] {
				events = append(events, e)
			}
		}
	}
	if len(events) == 0 {
		a.inWriting, a.hasNew.inWriting = nil, false
		return nil, b
	}
	a.wrote = time.Now()
	slices.SortFunc(events, byTime)
	return events, b
}

// putBack keeps what could not be written for the next attempt.
func (a *Account) putBack() {
	if a.unwritten == nil {
		a.unwritten = map[string][]Event{}
	}
	for key, second := range a.inWriting {
		for _, e := range second {
			a.unwritten[key] = mergeRepeat(a.unwritten[key], e)
		}
	}
	a.inWriting = nil
}
