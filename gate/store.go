package gate

import (
	"context"
	"fmt"

	"github.com/listgate/listgate/internal/redact"
)

// A Store keeps a journal of events for each account: append-only, shared by processes, followed by
// each of them. Package storetest holds what a store must do, as tests.
//
// A store draws a journal that has grown together with [DrawTogether], which keeps its answers:
// nobody has to wait for a year of events to be read. Whoever follows is told the events that came,
// or with Restart the whole journal that is there now.
type Store interface {
	// String names the store for people, as they named it.
	String() string

	// Append adds events to an account's journal. When it returns without an error they are
	// durable; with one, none, some or all of them may be. An event that the journal holds already
	// is harmless.
	Append(ctx context.Context, waba string, events []Event) error

	// Follow calls deliver with the account's journal from its beginning, then with what any
	// process adds, until the context ends. It returns after the first call. Calls are not
	// concurrent for one Follow. Trouble is delivered, too. A call with nothing is a sign of life.
	Follow(ctx context.Context, waba string, deliver func(Delivery))

	// Accounts returns the ids of the accounts that have a journal, sorted.
	Accounts(ctx context.Context) ([]string, error)

	// SetAside takes what cannot be read out of an account's journal and adds the events, the first
	// of which says so, in one step. What can be read still counts, and what was taken out is kept
	// where kept says. It refuses to do so to a journal that can be read.
	SetAside(ctx context.Context, waba string, added []Event) (kept string, err error)

	// CheckWritable returns an error if nothing could be written now: a full disk, a folder that is
	// gone, servers that do not answer. It leaves nothing in any journal.
	CheckWritable(ctx context.Context) error
}

// A Delivery is what a store has to say about an account.
type Delivery struct {
	Events  []Event
	Restart bool  // the journal began anew: forget what was delivered before
	Err     error // the journal cannot be read: the state is unknown until a delivery without
}

// CheckEvents is for stores: it returns an error if events cannot stand in an account's journal,
// since they are of another.
func CheckEvents(waba string, events []Event) error {
	if err := CheckID(waba); err != nil {
		return err
	}
	for _, e := range events {
		if e.WABA != waba {
			return fmt.Errorf("an event of account %q in the journal of %s", redact.Word(e.WABA), waba)
		}
	}
	return nil
}

// A DamagedError says that a journal cannot be read, so that the state of its account is unknown.
type DamagedError struct {
	Path string
	Line int // from 1; 0: the file as a whole
	Err  error
}

func (e *DamagedError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %v", e.Path, e.Err)
	}
	return fmt.Sprintf("%s:%d: damaged: %v", e.Path, e.Line, e.Err)
}

func (e *DamagedError) Unwrap() error { return e.Err }
