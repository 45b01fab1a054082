package natsstore

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"github.com/listgate/listgate/gate"
)

// A follower is somebody who follows an account.
type follower struct {
	store   *Store
	ctx     context.Context
	waba    string
	deliver func(gate.Delivery)

	mu      sync.Mutex // held while deliver runs
	ready   bool       // the journal was read; what comes is delivered as it comes
	waiting bool       // it is not, and nobody reads it: loadLater will
	restart bool       // and is of a stream that was made anew
	reading int        // counts the beginnings
	loaded  bool       // it was told a journal before
	last    uint64     // the sequence number of the last message that was taken
	tail    int        // how many messages came since the journal was drawn together
	most    int        // how many may come before it is again
	pending []message  // what came while the journal was read
	damage  []damage
}

// A damage is a message that cannot be read.
type damage struct {
	seq uint64
	err error
}

// Follow implements [gate.Store]. The first call comes when the journal was read, or patience
// ended.
func (s *Store) Follow(ctx context.Context, waba string, deliver func(gate.Delivery)) {
	f := &follower{store: s, ctx: ctx, waba: waba, deliver: deliver}
	if err := gate.CheckID(waba); err != nil {
		f.tell(gate.Delivery{Err: err})
		return
	}
	s.mu.Lock()
	s.followers[waba] = append(s.followers[waba], f)
	s.mu.Unlock()
	context.AfterFunc(ctx, func() { s.forget(f) })
	if err := s.load(ctx, f); err != nil {
		f.loadFailed(err)
	}
}

func (s *Store) forget(f *follower) {
	s.mu.Lock()
	defer s.mu.Unlock()
	left := slices.DeleteFunc(slices.Clone(s.followers[f.waba]), func(other *follower) bool { return other == f })
	if s.followers[f.waba] = left; len(left) == 0 {
		delete(s.followers, f.waba)
	}
}

// of returns the followers of an account.
func (s *Store) of(waba string) []*follower {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.followers[waba]
}

func (s *Store) each(do func(*follower)) {
	s.mu.Lock()
	var all []*follower
	for _, followers := range s.followers {
		all = append(all, followers...)
	}
	s.mu.Unlock()
	for _, f := range all {
		do(f)
	}
}

// loadLater reads the journals of those who wait for theirs, beside everything else.
func (s *Store) loadLater() {
	var waiting []*follower
	s.each(func(f *follower) {
		if f.isWaiting() {
			waiting = append(waiting, f)
		}
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.loading || len(waiting) == 0 {
		return
	}
	s.loading = true
	s.done.Go(func() {
		for _, f := range waiting {
			if err := s.load(f.ctx, f); err != nil && !isTransient(err) {
				f.loadFailed(err)
			}
			if s.context.Err() != nil {
				return
			}
		}
		s.mu.Lock()
		s.loading = false
		s.mu.Unlock()
	})
}

// load reads an account's journal, as many messages as the leader says there are, and delivers it.
func (s *Store) load(ctx context.Context, f *follower) error {
	return s.try(ctx, func(ctx context.Context, l *link) error {
		reading := f.startLoad()
		j, err := l.readAll(ctx, f.waba)
		if err != nil {
			return err
		}
		s.mu.Lock()
		same := s.created.Equal(j.created)
		s.mu.Unlock()
		if !same || !f.finishLoad(reading, j) {
			s.lookNow()
			return fmt.Errorf("stream %s was made anew", Stream)
		}
		return nil
	})
}

// reset makes a follower wait for its journal, of a stream that was made anew or of one that was
// not seen yet.
func (f *follower) reset(anew bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.waiting = f.waiting || f.ready
	f.ready, f.pending, f.damage, f.last = false, nil, nil, 0
	f.restart = f.restart || anew
	f.reading++
}

func (f *follower) startLoad() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.pending = nil
	return f.reading
}

// finishLoad takes the journal that was read, and what came meanwhile. It reports false if that was
// of another stream.
func (f *follower) finishLoad(reading int, j journal) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.reading != reading {
		return false
	}
	j.messages = append(j.messages, f.pending...)
	f.pending, f.ready, f.waiting = nil, true, false
	// What was told before may be drawn together now.
	f.restart = f.restart || f.loaded && j.summary.through > 0 && j.summary.through >= f.last
	if f.restart {
		f.last, f.damage = 0, nil
	}
	f.loaded = true
	f.take(j)
	return true
}

func (f *follower) isWaiting() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.waiting
}

// loadFailed says why the journal could not be read. It is read when that is possible.
func (f *follower) loadFailed(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.waiting = true
	f.call(gate.Delivery{Err: err})
}

// live takes a message that comes.
func (f *follower) live(m message) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ready {
		f.take(journal{messages: []message{m}})
	} else {
		f.pending = append(f.pending, m)
	}
}

// alive gives a sign of life. What is delivered with it is all there is up to when the leader was
// asked.
func (f *follower) alive() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ready {
		f.call(gate.Delivery{Err: f.trouble()})
	}
}

// tell delivers something that is not of the journal.
func (f *follower) tell(d gate.Delivery) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.call(d)
}

func (f *follower) call(d gate.Delivery) {
	if f.ctx.Err() == nil {
		f.deliver(d)
	}
}

// take delivers a journal, or messages that came: those that were not taken before. It returns the
// events.
func (f *follower) take(j journal) []gate.Event {
	d := gate.Delivery{Restart: f.restart}
	f.restart = false
	if j.summary.through > f.last {
		f.last, f.tail, f.most = j.summary.through, 0, len(j.summary.events)
		d.Events = j.summary.events
	}
	for _, m := range j.messages {
		if m.seq <= f.last {
			continue
		}
		f.last = m.seq
		f.tail++
		f.damage = slices.DeleteFunc(f.damage, func(d damage) bool { return d.seq <= m.setAside })
		if e, err := m.event(); err == nil {
			d.Events = append(d.Events, e)
		} else {
			f.damage = append(f.damage, damage{m.seq, f.store.damaged(m, err)})
		}
	}
	d.Err = f.trouble()
	f.call(d)
	return d.Events
}

// isLong reports whether so much came that the journal should be drawn together.
func (f *follower) isLong() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.ready && len(f.damage) == 0 && f.tail > max(drawFrom, f.most)
}

// drawnThrough notes that the journal was drawn together, by whomever, and how many messages came
// since.
func (f *follower) drawnThrough(s summary, tail int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.tail, f.most = tail, len(s.events)
}

// trouble returns why the journal cannot be read, if it cannot.
func (f *follower) trouble() error {
	if len(f.damage) == 0 {
		return nil
	}
	return f.damage[0].err
}

// event reads the event that a message holds.
func (m message) event() (gate.Event, error) {
	var e gate.Event
	if err := json.Unmarshal(m.data, &e); err != nil {
		return e, err
	}
	return e, gate.CheckEvents(m.waba, []gate.Event{e})
}

func (s *Store) damaged(m message, err error) error {
	return &gate.DamagedError{
		Path: s.name,
		Err: fmt.Errorf("stream %s, message %d: damaged, or written by a later version: %w; "+
			"run that version, or look at it (nats stream get %s %d), and in Meta's Business Support Home whether the account is blocked; if it is not: "+
			"listgate gate clear --waba %s --reason … sets it aside", Stream, m.seq, err, Stream, m.seq, m.waba),
	}
}
