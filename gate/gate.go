// Package gate halts all sending of a WhatsApp Business account while the provider has it blocked,
// locked, restricted or banned. It believes the provider: one refusal closes the gate, and only
// what the provider or a person says opens it.
//
//	g := gate.New(folderstore.New(dir), gate.Options{})
//	defer g.Close()
//	account, err := g.Account(ctx, "900000000000001")
//	if err := account.Check(gate.MessageCampaign); err != nil { // a few nanoseconds, before each send
//		return err // why, since when, until when if known, and what to do
//	}
//
// An account is a WABA, a WhatsApp Business account, named by its id. What happened to it are
// events: a sighting (the provider refused, or said that it will), an ending, a person's clear. Its
// state is a set of causes, and is a function of the set of events alone: neither their order of
// arrival nor repetition matters. A cause is active while it has a sighting that no ending settles.
// There is no timer of ours and no trial send: an account lock is a fact, and trying is harmful.
// Where the state cannot be known (a damaged journal, a store that is silent, a closed gate), it is
// unknown, and unknown halts.
//
// A message to a country that the account may not message (130497) is another matter: it is counted
// for its region, and from three recipients on [Account.Sighted] says so, until a person lifts it.
// It never halts.
//
// Events stand in a [Store], an append-only journal for each account that every process follows and
// folds by itself: a package folderstore for the processes of one machine, package natsstore for a
// fleet. The package knows nothing of how the provider words its messages; see package cloudapi.
//
// # Concurrency
//
// A [Gate] and an [Account] may be used by any number of goroutines. [Account.Check] and
// [Account.Sighted] take no lock, do no I/O, read no clock and allocate nothing: ends and staleness
// are applied by the gate's own goroutine, which also finds within half a minute that the
// computer's clock was set back.
package gate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/listgate/listgate/internal/redact"
)

const (
	// staleAfter is how long a store may be silent, if nothing else was asked for.
	staleAfter = 30 * time.Second
	// Repeats are written once a second at first, then less and less often while they go on: as
	// often as repeatMost says. Where somebody waits for it, a webhook above all, they wait for
	// waitMost at most, since who sends webhooks gives up on slow answers.
	repeatEvery = time.Second
	repeatMost  = 30 * time.Second
	waitMost    = 200 * time.Millisecond
	// drawFrom is how many events an account remembers one by one before it draws them together.
	drawFrom = 128
	// lookAgain bounds how long a step of the computer's clock goes unnoticed.
	lookAgain = 30 * time.Second
	// closeWithin bounds how long Close waits for a lock that another process holds.
	closeWithin = 10 * time.Second
)

// ErrClosed is why the state of every account is unknown after Close.
var ErrClosed = errors.New("the gate is closed")

// Options of a gate. The zero value is the default.
type Options struct {
	// StaleAfter is how long a store may be silent before the state of its accounts is unknown for
	// a kind of message. A kind that it does not name has 30 seconds. It must be well above the
	// time between a store's signs of life.
	StaleAfter map[MessageKind]time.Duration
	// Now tells the time of the wall clock, which ends and events go by; nil: time.Now.
	Now func() time.Time
}

// A Gate follows the accounts of one store.
type Gate struct {
	store   Store
	stale   [kinds]time.Duration // how long the store may be silent
	clock   func() time.Time     // the wall clock; how long something takes, the computer's own clock says
	context context.Context      // ends with Close
	cancel  context.CancelFunc
	wake    chan struct{}
	done    sync.WaitGroup

	mu       sync.Mutex
	accounts map[string]*Account
}

// New returns a gate over a store. It must be closed.
func New(store Store, options Options) *Gate {
	g := &Gate{store: store, clock: options.Now, wake: make(chan struct{}, 1), accounts: map[string]*Account{}}
	if g.clock == nil {
		g.clock = time.Now
	}
	for k := range g.stale {
		g.stale[k] = staleAfter
		if own := options.StaleAfter[MessageKind(k)]; own > 0 {
			g.stale[k] = own
		}
	}
	g.context, g.cancel = context.WithCancel(context.Background())
	g.done.Go(g.watchClock)
	return g
}

// Account returns the handle of an account, which every caller shares. The first call waits until
// the journal was read; an account whose journal cannot be read has a handle too, whose state is
// unknown, and so has one that is not read yet when the context ends. The error is one of the id,
// of the context, or ErrClosed.
func (g *Gate) Account(ctx context.Context, waba string) (*Account, error) {
	if err := CheckID(waba); err != nil {
		return nil, err
	}
	g.mu.Lock()
	if g.context.Err() != nil {
		g.mu.Unlock()
		return nil, ErrClosed
	}
	a := g.accounts[waba]
	if a == nil {
		a = newAccount(g, waba)
		g.accounts[waba] = a
		g.done.Go(a.follow)
	}
	g.mu.Unlock()
	select {
	case <-a.followed:
	case <-ctx.Done():
	}
	return a, ctx.Err()
}

// Apply adds events, each to the account that it names. When it returns, they are in force here and
// durable in the store. Repeats of what is known already are counted, and written at most once a
// second, those of all callers together, and less often while they go on: it may wait for them, at
// most four seconds. If the store cannot take them, what halts is in force here all the same, and
// is tried again within a second; a clear or a lift is not, though the store may have it already.
func (g *Gate) Apply(ctx context.Context, events ...Event) error {
	batches, err := g.apply(ctx, events, true)
	for _, b := range batches {
		err = errors.Join(err, g.await(ctx, b))
	}
	return err
}

// Learn is Apply for those who cannot wait for repeats: they are counted, and written within a
// second, half a minute while they go on, or by Flush.
func (g *Gate) Learn(ctx context.Context, events ...Event) error {
	_, err := g.apply(ctx, events, false)
	return err
}

// apply puts events in force, and returns the batches with which those are written that are not
// durable yet.
func (g *Gate) apply(ctx context.Context, events []Event, waits bool) (batches []*batch, err error) {
	for _, e := range events {
		if err := e.check(); err != nil {
			return nil, err
		}
	}
	for len(events) > 0 {
		waba := events[0].WABA
		var of []Event
		of, events = partition(events, waba)
		a, errOf := g.Account(ctx, waba)
		if a != nil { // what halts is in force even if the context ended before the journal was read
			var b *batch
			if b, errOf = a.apply(ctx, of, waits); b != nil && errOf == nil {
				batches = append(batches, b)
			}
		}
		err = errors.Join(err, errOf) // the trouble of one account is not that of the others
	}
	return batches, err
}

func partition(events []Event, waba string) (of, others []Event) {
	for _, e := range events {
		if e.WABA == waba {
			of = append(of, e)
		} else {
			others = append(others, e)
		}
	}
	return of, others
}

// Flush writes what is counted and not yet written.
func (g *Gate) Flush(ctx context.Context) error {
	var errs error
	for _, a := range g.all() {
		errs = errors.Join(errs, a.flush(ctx, everything))
	}
	return errs
}

// Close writes what is left, and ends the gate: the state of each account is unknown from then on.
// The store stays open.
func (g *Gate) Close() error {
	g.mu.Lock()
	closed := g.context.Err() != nil
	g.mu.Unlock()
	if closed {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
	defer cancel()
	err := g.Flush(ctx)
	g.mu.Lock()
	g.cancel()
	g.mu.Unlock()
	g.done.Wait()
	for _, a := range g.all() {
		a.close()
	}
	return err
}

func (g *Gate) all() []*Account {
	g.mu.Lock()
	defer g.mu.Unlock()
	all := make([]*Account, 0, len(g.accounts))
	for _, a := range g.accounts {
		all = append(all, a)
	}
	return all
}

// watchClock applies what time alone changes: ends that the provider gave, and the silence of the
// store.
func (g *Gate) watchClock() {
	timer := time.NewTimer(lookAgain)
	defer timer.Stop()
	for {
		select {
		case <-g.context.Done():
			return
		case <-g.wake:
		case <-timer.C:
		}
		wait := lookAgain
		for _, a := range g.all() {
			wait = min(wait, a.tick())
		}
		timer.Reset(max(wait, time.Millisecond))
	}
}

// clockChanged tells the gate's goroutine that something is due earlier than it knows.
func (g *Gate) clockChanged() {
	select {
	case g.wake <- struct{}{}:
	default: // it is about to look anyway
	}
}

// now returns what the wall clock says, and nothing but that: times are compared with those of
// other computers.
func (g *Gate) now() time.Time { return g.clock().Round(0) }

// CheckID returns an error if waba cannot be the id of an account: 1 to 32 digits.
func CheckID(waba string) error {
	notDigit := func(r rune) bool { return r < '0' || r > '9' }
	if len(waba) == 0 || len(waba) > 32 || slices.ContainsFunc([]rune(waba), notDigit) {
		return fmt.Errorf("%s is not the id of a WhatsApp Business account: 1 to 32 digits", redact.Quote(waba))
	}
	return nil
}
