package gate

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// An Account is the handle of one account. The state of the zero Account is unknown.
type Account struct {
	verdict atomic.Pointer[verdict] // what Check answers; nil: unknown

	gate     *Gate
	waba     string
	followed chan struct{} // closed when the journal was read once

	// A lock that can be waited for with a context; held while a journal is written to, taken
	// before mu
	writing chan struct{}

	mu        sync.Mutex
	known     map[string]bool // identities of what is durable; false: it was not delivered yet
	journaled []Event         // in the journal's order; drawn together when they are too many
	drawAt    int             // how many are too many
	appended  []Event         // durable; their place in the journal is not known, since they were not delivered yet
	unwritten map[string]*queued
	inWriting map[string]*queued
	arrivals  uint64
	hasNew    newsPending   // whether there are others than repeats among unwritten and inWriting
	next      *batch        // with which unwritten is written; nil: nobody may wait for it
	wrote     time.Time     // when the last write began
	pace      time.Duration // how long repeats wait
	timer     *time.Timer   // of the next write of repeats; nil: none is scheduled
	due       time.Time     // when that is
	trouble   error
	alive     time.Time // when the store last gave a sign of life
	state     State
	changed   chan struct{} // closed when state changes
	closed    bool
}

// A verdict is the answers to Check and Sighted, made when the state changes, so that they only
// have to load it.
type verdict struct {
	halts   [kinds]error
	sighted map[string]bool
}

// notRead is what Check answers before there is a state.
var notRead error = &UnknownError{Trouble: "it was not read yet"}

func newAccount(g *Gate, waba string) *Account {
	return &Account{
		gate: g, waba: waba, known: map[string]bool{}, followed: make(chan struct{}), changed: make(chan struct{}),
		writing: make(chan struct{}, 1),
		state:   State{WABA: waba, Trouble: "it was not read yet"},
	}
}

// Check returns nil if the account may send a message of the kind now, else a [*HaltedError] or an
// [*UnknownError]. It is meant to be called before each send: one load of a pointer.
func (a *Account) Check(k MessageKind) error {
	v := a.verdict.Load()
	if v == nil {
		return notRead
	}
	if k != MessageReply {
		return v.halts[MessageCampaign]
	}
	return v.halts[MessageReply]
}

// WABA returns the account's id.
func (a *Account) WABA() string { return a.waba }

// State returns what is known about the account now.
func (a *Account) State() State {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.state
}

// Events returns the account's journal, ordered by time. Events that can no longer change an answer
// may be drawn together to one, see [DrawTogether]: it has the time of the newest, First is that of
// the oldest, and Count and Drawn say how many.
func (a *Account) Events() []Event {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.SortedFunc(slices.Values(slices.Concat(a.journaled, a.appended)), byTime)
}

// Watch calls f with the state, and again with each later one, until the context ends. States that
// come while f runs are skipped but for the newest. After the gate is closed, f is called with the
// unknown state and Watch returns ErrClosed.
func (a *Account) Watch(ctx context.Context, f func(State)) error {
	for {
		a.mu.Lock()
		state, changed, closed := a.state, a.changed, a.closed
		a.mu.Unlock()
		f(state)
		if closed {
			return ErrClosed
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// follow begins to follow the journal.
func (a *Account) follow() {
	a.gate.store.Follow(a.gate.context, a.waba, a.deliver)
	close(a.followed)
}

// deliver takes what the store has to say.
func (a *Account) deliver(d Delivery) {
	now := time.Now()
	a.mu.Lock()
	defer a.mu.Unlock()
	silent := a.stale(MessageCampaign, now) || a.stale(MessageReply, now)
	a.alive = now
	if !d.Restart && len(d.Events) == 0 && sameText(d.Err, a.trouble) && !silent && a.verdict.Load() != nil {
		return // a sign of life
	}
	if d.Restart {
		a.known, a.journaled, a.appended, a.drawAt = map[string]bool{}, nil, nil, 0
	}
	a.trouble = d.Err
	a.record(d.Events)
	a.publish(a.gate.now())
}

func sameText(a, b error) bool {
	return a == nil && b == nil || a != nil && b != nil && a.Error() == b.Error()
}

// record adds events as they stand in the journal.
func (a *Account) record(events []Event) {
	for _, e := range events {
		id := e.ID()
		delivered, known := a.known[id]
		if delivered {
			continue
		}
		if known {
			a.appended = slices.DeleteFunc(a.appended, func(other Event) bool { return other.ID() == id })
		}
		a.known[id] = true
		a.journaled = append(a.journaled, e)
	}
	if a.drawAt == 0 && slices.ContainsFunc(events, func(e Event) bool { return e.Drawn > 0 }) {
		a.drawAt = len(a.journaled) + drawFrom // the store has drawn them
	}
	if len(a.journaled) > max(a.drawAt, drawFrom) {
		a.draw()
	}
}

// recordAppended adds events that are durable, and reports whether there were any that the store
// has not delivered yet.
func (a *Account) recordAppended(events []Event) (added bool) {
	for _, e := range events {
		if _, known := a.known[e.ID()]; !known {
			a.known[e.ID()] = false
			a.appended, added = append(a.appended, e), true
		}
	}
	return added
}

// draw draws the journal together, as far as it is remembered here. What the store keeps is the
// store's. What is being written and was delivered stays known, or it would count again once
// Append returns.
func (a *Account) draw() {
	a.journaled = slices.Clip(DrawTogether(a.journaled))
	a.drawAt = len(a.journaled) + drawFrom
	before := a.known
	a.known = map[string]bool{}
	for _, e := range inOrder(a.inWriting) {
		if id := e.ID(); before[id] {
			a.known[id] = true
		}
	}
	for _, e := range a.journaled {
		a.known[e.ID()] = true
	}
	for _, e := range a.appended {
		a.known[e.ID()] = false
	}
}

// inForce returns the events that the state is made of. What halts counts before it is written;
// what opens only after.
func (a *Account) inForce() []Event {
	events := append(slices.Clip(a.journaled), a.appended...) // mostly none, and then it is no copy
	for _, e := range inOrder(a.inWriting, a.unwritten) {
		halts := e.Type == EventSighting || e.Type == EventWarning || e.Type == EventRefusal
		if _, known := a.known[e.ID()]; halts && !known {
			events = append(events, e)
		}
	}
	return events
}

// publish makes the state and the verdict anew, at a time of the wall clock.
func (a *Account) publish(now time.Time) {
	s := fold(a.waba, a.inForce(), now)
	switch {
	case a.closed:
		s.unknown(ErrClosed.Error(), MessageCampaign, MessageReply)
	case a.alive.IsZero():
		s.unknown("it was not read yet", MessageCampaign, MessageReply)
	case a.trouble != nil:
		s.unknown(a.trouble.Error(), MessageCampaign, MessageReply)
	default:
		for k := range kinds {
			if a.stale(k, time.Now()) {
				s.unknown(a.gate.store.String()+" has been silent since "+stamp(a.alive), k)
			}
		}
	}
	a.state = s
	a.verdict.Store(newVerdict(s))
	close(a.changed)
	a.changed = make(chan struct{})
	a.gate.clockChanged()
}

func newVerdict(s State) *verdict {
	v := &verdict{
		halts:   [kinds]error{MessageCampaign: s.Err(MessageCampaign), MessageReply: s.Err(MessageReply)},
		sighted: map[string]bool{},
	}
	for _, r := range s.Sighted {
		if r.Sighted {
			v.sighted[r.Region] = true
		}
	}
	return v
}

func (s *State) unknown(trouble string, of ...MessageKind) {
	s.Trouble = trouble
	for _, k := range of {
		s.set(k, StatusUnknown)
	}
}

// stale reports whether the store has been silent for too long for a kind of message.
func (a *Account) stale(k MessageKind, now time.Time) bool {
	return !a.alive.IsZero() && now.Sub(a.alive) > a.gate.stale[k]
}

// tick applies what time alone changes, and returns after how long to look again.
func (a *Account) tick() (wait time.Duration) {
	now, wall := time.Now(), a.gate.now()
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed || a.alive.IsZero() {
		return lookAgain
	}
	due := !a.state.holdsAt(wall)
	for k := range kinds {
		due = due || a.trouble == nil && a.stale(k, now) != (a.state.Status(k) == StatusUnknown)
	}
	if due {
		a.publish(wall)
	}
	wait = lookAgain
	if next := a.state.next; next.After(wall) {
		wait = min(wait, next.Sub(wall))
	}
	for _, silence := range a.gate.stale {
		if left := a.alive.Add(silence + time.Millisecond).Sub(now); left > 0 {
			wait = min(wait, left)
		}
	}
	return wait
}

func (a *Account) close() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.closed = true
	a.publish(a.gate.now())
}
