package natsstore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/listgate/listgate/gate"
)

const (
	lookEvery    = 2 * time.Second        // how often the stream's leader is asked for a sign of life
	lookAgain    = 250 * time.Millisecond // if there was no sign of life
	answerWithin = 3 * time.Second        // how long one answer of a server may take, and how old a sign of life may be
	tryAgain     = 100 * time.Millisecond // after a failure that may pass
	behind       = 10 * time.Millisecond  // after which a replica that is behind the leader is asked again
	heardWithin  = 6 * time.Second        // how lately the leader must have heard a replica; it steps down after ten
	confirmedFor = 5 * time.Second        // for so long must a stream look broken that was alive before
)

// run keeps a connection for as long as the store is open. The client reconnects by itself; a
// connection that it gives up is replaced.
func (s *Store) run() {
	for s.context.Err() == nil {
		closed := make(chan struct{})
		options := s.connect
		options.ClosedCB = func(*nats.Conn) { close(closed) }
		conn, err := options.Connect()
		if err != nil {
			s.setHealth(nil, s.explain(err))
			_ = pause(s.context, lookAgain)
			continue
		}
		s.serve(conn, closed)
		conn.Close()
	}
}

// pause waits, and returns an error if the context ends before.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// serve looks at the stream at intervals and takes what it publishes, until the connection or the
// store is closed.
func (s *Store) serve(conn *nats.Conn, closed <-chan struct{}) {
	l := &link{conn: conn, apiPrefix: s.apiPrefix}
	live := make(chan *nats.Msg, 4096) // what does not fit is dropped by the client, and read by the next look
	_, err := conn.ChanSubscribe(stored+"*", live)
	if err == nil {
		l.js, err = jetstream.NewWithAPIPrefix(conn, s.apiPrefix)
	}
	if err != nil {
		s.setHealth(nil, s.explain(err))
		_ = pause(s.context, lookAgain)
		return
	}
	next := time.NewTimer(s.look(l))
	defer next.Stop()
	for {
		select {
		case m := <-live:
			s.take(m)
		case <-next.C:
			next.Reset(s.look(l))
		case <-s.wake:
			next.Reset(s.look(l))
		case <-closed:
			return
		case <-s.context.Done():
			return
		}
	}
}

// lookNow makes the next look come at once.
func (s *Store) lookNow() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// look asks the leader where the stream ends, delivers everything up to there, and gives a sign of
// life. It returns when to look again.
func (s *Store) look(l *link) time.Duration {
	ctx, cancel := context.WithTimeout(s.context, answerWithin)
	defer cancel()
	info, err := s.streamInfo(ctx, l)
	if err == nil {
		s.identify(info)
		err = s.catchUp(ctx, l, info.State.LastSeq)
	}
	if err != nil {
		s.setHealth(nil, s.explain(err))
		return lookAgain
	}
	s.setHealth(l, nil)
	return lookEvery
}

// catchUp delivers the messages up to the last.
func (s *Store) catchUp(ctx context.Context, l *link, last uint64) error {
	if last+1 < s.next {
		s.cut = true
		return brokenf(
			"stream %s ends at message %d, and ended at message %d before: events were lost; halt by hand the accounts that the provider has blocked, "+
				"and start this process anew",
			Stream,
			last,
			s.next-1,
		)
	}
	if s.cut { // what is there now may be others than were delivered: all of it is, beside those
		s.cut, s.next = false, last+1
		s.each(func(f *follower) { f.reset(false) })
	}
	for s.next <= last {
		messages, err := l.read(ctx, s.next, allSubjects)
		if err != nil {
			return err
		}
		for _, m := range messages {
			if m.seq > s.next {
				return brokenf("stream %s: message %d is missing; %s", Stream, s.next, beginAnew)
			}
			s.dispatch(m)
		}
		if len(messages) == 0 { // the replica that answered is behind the leader
			if err := pause(ctx, behind); err != nil {
				return err
			}
		}
	}
	return ctx.Err() // a sign of life that is old is none
}

// take takes a message that was stored just now. If one before it is missing, all that is missing
// is read.
func (s *Store) take(m *nats.Msg) {
	message, err := parse(m)
	switch {
	case err != nil, message.seq < s.next, s.next == 0:
	case message.seq > s.next:
		s.lookNow()
	default:
		s.dispatch(message)
	}
}

// dispatch gives the message that is next to those who follow its account.
func (s *Store) dispatch(m message) {
	if m.seq != s.next {
		return
	}
	s.next++
	for _, f := range s.of(m.waba) {
		if m.drawn {
			f.drawnThrough(summary{}, 0)
		} else {
			f.live(m)
		}
	}
}

// identify notes which stream it is. One that was made anew has a journal of its own: everything is
// read again.
func (s *Store) identify(info *jetstream.StreamInfo) {
	s.mu.Lock()
	before := s.created
	s.created = info.Created
	s.mu.Unlock()
	if before.Equal(info.Created) {
		return
	}
	s.next = info.State.LastSeq + 1
	s.each(func(f *follower) { f.reset(!before.IsZero()) })
}

// setHealth notes whether the stream is alive, and tells those who follow.
func (s *Store) setHealth(l *link, trouble error) {
	s.mu.Lock()
	was := s.trouble
	s.trouble = trouble
	if l != nil {
		s.link = l
	}
	if was == nil && trouble != nil {
		s.since = time.Now()
	}
	if (was == nil) != (trouble == nil) || was != nil && was.Error() != trouble.Error() {
		close(s.changed)
		s.changed = make(chan struct{})
	}
	known := !s.created.IsZero()
	s.mu.Unlock()

	var broken *brokenError
	switch {
	case !errors.As(trouble, &broken):
		s.broken = time.Time{}
	case s.broken.IsZero():
		s.broken = time.Now()
	}
	switch {
	case trouble == nil:
		s.each(func(f *follower) { f.alive() })
		s.loadLater()
	case known && !s.broken.IsZero() && time.Since(s.broken) > confirmedFor:
		// In a change of the leader a server may say for a moment that there is no stream.
		s.each(func(f *follower) { f.tell(gate.Delivery{Err: s.named(trouble)}) })
	}
}

// streamInfo returns what the stream's leader says about it, if that can be believed.
func (s *Store) streamInfo(ctx context.Context, l *link) (*jetstream.StreamInfo, error) {
	stream, err := l.js.Stream(ctx, Stream)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		s.mu.Lock()
		known := !s.created.IsZero()
		s.mu.Unlock()
		if known {
			return nil, brokenf("stream %s is gone, and every account's events with it; %s", Stream, beginAnew)
		}
		stream, err = s.create(ctx, l)
	}
	if err != nil {
		return nil, err
	}
	if l.stream == nil {
		l.stream = stream
	}
	info := stream.CachedInfo()
	l.draws = slices.Contains(info.Config.Subjects, drawn+"*")
	if !hasQuorum(info.Cluster) {
		return nil, fmt.Errorf("stream %s has no leader at present that hears a majority of its replicas", Stream)
	}
	return info, s.checkStream(info)
}

// hasQuorum reports whether the answer is a leader's that heard a majority of the replicas lately.
// One that is cut off from the others takes itself for the leader for some time.
func hasQuorum(c *jetstream.ClusterInfo) bool {
	if c == nil {
		return true
	}
	if c.Leader == "" {
		return false
	}
	heard := 1
	for _, r := range c.Replicas {
		if r.Active > 0 && r.Active < heardWithin { // 0 is never
			heard++
		}
	}
	return heard > (1+len(c.Replicas))/2
}
