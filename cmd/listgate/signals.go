package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/listgate/listgate/internal/printable"
)

// patience is how long a command may take to end by itself after an interrupt. A read or a write of
// a pipe that nobody serves would never end.
const patience = 700 * time.Millisecond

// A cleaner knows what a command has to take back if it is interrupted where it cannot be reached.
type cleaner struct {
	mu  sync.Mutex
	all []func()
}

func (c *cleaner) add(takeBack func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all = append(c.all, takeBack)
}

func (c *cleaner) run() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, takeBack := range c.all {
		takeBack()
	}
}

// untilInterrupted returns a context that ends with the first signal to end. A command that has not
// ended soon after is ended, with all taken back; the second signal ends it at once. stop ends the
// watch.
func untilInterrupted(parent context.Context, c *cleaner, stderr io.Writer, signals ...os.Signal) (ctx context.Context,
	stop func()) {
	ctx, cancel := context.WithCancel(parent)
	got := make(chan os.Signal, 2)
	over := make(chan struct{})
	signal.Notify(got, signals...)
	go func() {
		select {
		case <-got:
		case <-over:
			return
		}
		cancel()
		select {
		case <-got:
			os.Exit(exitNotDone)
		case <-time.After(patience):
		case <-over:
			return
		}
		go func() {
			<-got
			os.Exit(exitNotDone)
		}()
		done := make(chan struct{})
		go func() { c.run(); close(done) }()
		select {
		case <-done:
		case <-time.After(patience / 4):
		}
		printable.Fprintln(stderr, "listgate: interrupted; nothing was published")
		os.Exit(exitNotDone)
	}()
	return ctx, func() {
		signal.Stop(got)
		close(over)
		cancel()
	}
}

// endingSignals are those that a command line is ended by. serve takes SIGHUP to read its settings
// again.
func endingSignals(args []string) []os.Signal {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	for _, arg := range args {
		if arg == "serve" {
			return signals
		}
	}
	return append(signals, syscall.SIGHUP)
}
