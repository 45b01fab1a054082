// Package natsstore keeps the gate's events in NATS JetStream, where a fleet shares them.
//
//	store, err := natsstore.Open(natsstore.Options{
//		URL:    "nats://host:4222,host2:4222",
//		Access: natsstore.Access{Creds: "gate.creds"},
//	})
//	defer store.Close()
//	g := gate.New(store, gate.Options{})
//
// All accounts are in one stream, [Stream]: a subject for each account, a message for each event,
// with the event's identity as the message's id. The stream is made if it is missing, and refused
// if it is configured so that it may lose or change events. JetStream recognises a repeated message
// id for some minutes only; a message that stands in the stream twice is harmless, since a state is
// a function of the set of events.
//
// A process has one connection and one subscription, whatever number of accounts it follows, and
// the servers keep nothing for it. What an account's journal holds is read when it is followed, and
// counted against what the stream's leader says. After that the stream publishes each event again
// once it is stored; what is missed there, in a reconnect or a change of the leader, is noticed by
// its sequence number and read.
//
// # Signs of life
//
// Every two seconds the stream's leader is asked for the stream's last sequence number. The account
// is alive when the leader has heard a majority of the stream's replicas within seconds, and when
// everything up to that number was delivered: neither an open TCP connection nor the word of a
// server that is cut off from the others counts. While no server answers nothing is delivered, and
// the gate's StaleAfter decides how long that may last: a process that is cut off from the others,
// even together with the leader, halts at most nine seconds after that.
//
// # Durability
//
// An event is durable when a majority of the stream's replicas has it. With one server that is as
// durable as the server's own setting: NATS hands events to the operating system at once and syncs
// the disk every two minutes, unless its sync_interval says always. A fleet wants three servers.
//
// # Permissions
//
// The user needs to publish to listgate.gate.*, listgate.drawn.*,
// $JS.API.STREAM.INFO.LISTGATE_GATE, $JS.API.DIRECT.GET.LISTGATE_GATE and, to make the stream,
// $JS.API.STREAM.CREATE.LISTGATE_GATE; and to subscribe to listgate.stored.* and _INBOX.>. Who may
// publish to one of the three may halt and open accounts.
//
// # Age
//
// Nothing is ever deleted from the stream, so that a loss is found: a message that is missing makes
// every account unknown. So that nobody has to read a year of events, a journal that has grown is
// drawn together, see [gate.DrawTogether], into a message of its own on listgate.drawn.<account>:
// whoever begins to follow reads the newest of these, and the messages that came after it. It is
// stored in one step, or not at all. A stream that was made without that subject works as before.
package natsstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/listgate/listgate/gate"
)

// Stream is the name of the stream that holds the events of all accounts.
const Stream = "LISTGATE_GATE"

const (
	subjects = "listgate.gate."   // and the account's id
	stored   = "listgate.stored." // what is stored is published there again

	allSubjects = "listgate.>" // of the stream
)

// Options of a store. The zero value but for the URL is the default.
type Options struct {
	// URL names the servers: nats://host:port[,host:port], or tls://. The port is 4222 if none is
	// given.
	URL    string
	Access Access
	// Replicas is how many servers keep the stream; one with fewer is refused. 0 means any number,
	// and, where the stream must be made, 3 in a cluster and 1 elsewhere.
	Replicas int
	// Patience is how long a call waits for a server or a leader before it gives up. 0 means 10
	// seconds: longer than servers take to elect a leader.
	Patience time.Duration
}

// A Store is a [gate.Store] on NATS JetStream. It may be used concurrently.
type Store struct {
	name      string // for people
	options   Options
	connect   nats.Options
	denied    atomic.Pointer[denial] // the newest
	apiPrefix string
	context   context.Context // ends with Close
	cancel    context.CancelFunc
	done      sync.WaitGroup
	wake      chan struct{}
	next      uint64    // the sequence number that follows what was delivered; of the goroutine that runs
	cut       bool      // the stream ended earlier than what was delivered; of the goroutine that runs
	broken    time.Time // since when the stream looks broken; of the goroutine that runs

	mu         sync.Mutex
	link       *link     // nil: not connected, or the stream was not seen
	trouble    error     // why there is no link, or why it is not alive
	since      time.Time // since when there is trouble
	changed    chan struct{}
	created    time.Time // which stream it is
	followers  map[string][]*follower
	loading    bool
	drawFailed time.Time // when a journal could last not be drawn together
}

// A link is a connection over which the stream was seen.
type link struct {
	conn   *nats.Conn
	js     jetstream.JetStream
	stream jetstream.Stream
	draws  bool // whether the stream keeps journals that were drawn together, too

	apiPrefix string
}

// Open returns the store on the servers that options name. It connects in the background and for as
// long as it takes; its errors are of the options and the files that they name. It must be closed.
func Open(options Options) (*Store, error) {
	if options.Patience <= 0 {
		options.Patience = 10 * time.Second
	}
	s := &Store{
		options:   options,
		wake:      make(chan struct{}, 1),
		changed:   make(chan struct{}),
		followers: map[string][]*follower{},
	}
	s.context, s.cancel = context.WithCancel(context.Background())
	if err := s.prepare(); err != nil {
		s.cancel()
		return nil, err
	}
	s.trouble, s.since = &unreachableError{errors.New("none answered yet")}, time.Now()
	s.done.Go(s.run)
	return s, nil
}

// Close ends the connection. Whoever follows gets nothing more.
func (s *Store) Close() error {
	s.cancel()
	s.done.Wait()
	return nil
}

// String returns the servers' addresses, without user and password.
func (s *Store) String() string { return s.name }

// Append implements [gate.Store]. Each event is stored by itself.
func (s *Store) Append(ctx context.Context, waba string, events []gate.Event) error {
	if err := gate.CheckEvents(waba, events); err != nil {
		return err
	}
	for _, e := range events {
		if err := s.publish(ctx, e, nil); err != nil {
			return err
		}
	}
	s.drawIfLong(ctx, waba)
	return nil
}

// publish stores an event.
func (s *Store) publish(ctx context.Context, e gate.Event, header nats.Header) error {
	text, err := json.Marshal(e)
	if err != nil {
		return err
	}
	m := &nats.Msg{Subject: subjects + e.WABA, Header: header, Data: text}
	return s.try(ctx, func(ctx context.Context, l *link) error {
		ctx, cancel := context.WithTimeout(ctx, answerWithin)
		defer cancel()
		stored, err := l.js.PublishMsg(ctx, m, jetstream.WithMsgID(e.ID()), jetstream.WithExpectStream(Stream))
		if err != nil || !stored.Duplicate {
			return err
		}
		// The message that has the event's identity may be one that cannot be read, and was set
		// aside.
		if known, err := l.holds(ctx, stored.Sequence, e); err != nil || known {
			return err
		}
		_, err = l.js.PublishMsg(
			ctx,
			m,
			jetstream.WithMsgID(fmt.Sprintf("%s@%d", e.ID(), stored.Sequence)),
			jetstream.WithExpectStream(Stream),
		)
		return err
	})
}

// Accounts implements [gate.Store].
func (s *Store) Accounts(ctx context.Context) ([]string, error) {
	var accounts []string
	err := s.try(ctx, func(ctx context.Context, l *link) error {
		_, counts, err := l.count(ctx, subjects+"*")
		if err != nil {
			return err
		}
		accounts = nil
		for subject := range counts {
			if waba := strings.TrimPrefix(subject, subjects); gate.CheckID(waba) == nil {
				accounts = append(accounts, waba)
			}
		}
		return nil
	})
	slices.Sort(accounts)
	return accounts, err
}

// try does something that needs the servers, again if it fails for a reason that passes, until it
// succeeds or patience ends.
func (s *Store) try(ctx context.Context, do func(ctx context.Context, l *link) error) error {
	began := time.Now()
	for {
		l, err := s.await(ctx, began)
		if err != nil {
			return err
		}
		err = s.explain(do(ctx, l))
		if err == nil {
			return nil
		}
		if !isTransient(err) {
			return s.named(err)
		}
		if tried := time.Since(began); tried > s.options.Patience {
			return s.named(fmt.Errorf("tried for %s: %w", tried.Round(time.Second), err))
		}
		if err := pause(ctx, tryAgain); err != nil {
			return s.named(err)
		}
	}
}

// await returns the link, once there is one that is alive. It gives up when patience ends, which
// begins with the call or, if that is earlier, with the trouble; and at once if patience does not
// help.
func (s *Store) await(ctx context.Context, began time.Time) (*link, error) {
	for {
		s.mu.Lock()
		l, trouble, since, changed := s.link, s.trouble, s.since, s.changed
		s.mu.Unlock()
		if since.Before(began) {
			began = since
		}
		left := s.options.Patience - time.Since(began)
		switch {
		case s.context.Err() != nil:
			return nil, s.named(errClosed)
		case ctx.Err() != nil:
			return nil, s.named(ctx.Err())
		case trouble == nil:
			return l, nil
		case !isTransient(trouble):
			return nil, s.named(trouble)
		case left <= 0:
			return nil, s.named(fmt.Errorf("tried for %s: %w", time.Since(since).Round(time.Second), trouble))
		}
		timer := time.NewTimer(left)
		select {
		case <-changed:
		case <-timer.C:
		case <-ctx.Done():
		case <-s.context.Done():
		}
		timer.Stop()
	}
}

// named puts the store's name before an error.
func (s *Store) named(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", s.name, err)
}

// CheckWritable implements [gate.Store]: the stream's leader must answer, and neither the stream
// nor the account that it belongs to may be full. It stores nothing, since nothing is ever deleted
// from the stream.
func (s *Store) CheckWritable(ctx context.Context) error {
	return s.try(ctx, func(ctx context.Context, l *link) error {
		ctx, cancel := context.WithTimeout(ctx, answerWithin)
		defer cancel()
		info, err := l.stream.Info(ctx)
		if err != nil {
			return err
		}
		c, state := info.Config, info.State
		if c.MaxBytes > 0 && state.Bytes+reserve > uint64(c.MaxBytes) ||
			c.MaxMsgs > 0 && state.Msgs >= uint64(c.MaxMsgs) {
			return &finalError{fmt.Errorf("stream %s is full: %d messages, %d bytes", Stream, state.Msgs, state.Bytes)}
		}
		account, err := l.js.AccountInfo(ctx)
		if err != nil {
			return nil // the user may not ask, and need not
		}
		if most := account.Limits.MaxStore; most > 0 && account.Store+reserve > uint64(most) {
			return &finalError{fmt.Errorf("the account's storage is full: %d of %d bytes", account.Store, most)}
		}
		return nil
	})
}

// reserve is the storage that an event may need.
const reserve = 4096
