package main

import (
	"context"
	"errors"
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
	all []func() error
}

func (c *cleaner) add(takeBack func() error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all = append(c.all, takeBack)
}

// run takes all back. The error names what could not be.
func (c *cleaner) run() (err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, takeBack := range c.all {
		err = errors.Join(err, takeBack())
	}
	return err
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
		done := make(chan error, 1)
		go func() { done <- c.run() }()
		select {
		case left := <-done:
			printInterrupted(stderr, left)
		case <-time.After(patience / 4):
			printable.Fprintln(stderr, "listgate: interrupted; outputs may stand that cannot be reached now: use none without its report")
		}
		os.Exit(exitNotDone)
	}()
	return ctx, func() {
		signal.Stop(got)
		close(over)
		cancel()
	}
}

// printInterrupted says that a run was interrupted. left names what could not be taken back.
func printInterrupted(w io.Writer, left error) {
	if left == nil {
		printable.Fprintln(w, "listgate: interrupted; nothing was published")
		return
	}
	printable.Fprintln(w, "listgate: interrupted")
	for _, line := range linesOf(left) {
		printable.Fprintf(w, "listgate: %s\n", line)
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
