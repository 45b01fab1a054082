// Package folderstore keeps the gate's events in a folder, where the processes of one machine share
// them.
//
//	g := gate.New(folderstore.New(dir), gate.Options{})
package folderstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/internal/disk"
)

// lookEvery is how often a folder's journals are looked at for what other processes wrote.
const lookEvery = 400 * time.Millisecond

const journalEnding = ".jsonl"

const (
	// lockWithin is how long a call waits for a lock that another process holds.
	lockWithin = 10 * time.Second
	// blockBytes is how much a file system gives at once: less may fit where a line does not.
	blockBytes = 4096
)

// A Store is a store in a folder: a file of JSON lines for each account, <waba>.jsonl. Any number
// of processes on one machine may use it at once; on a network drive it is as safe as the drive's
// locks are.
//
// A file that has grown is drawn together to one line, see [gate.DrawTogether]: the new file takes
// the place of the old one when it is whole, in one step.
type Store struct {
	path     string
	optional bool          // a missing folder is one without events, and is made when it is first written to
	patience time.Duration // how long a call waits for a lock

	mu       sync.Mutex
	journals map[string]*journal
	looking  bool
}

// New returns the store in a folder that exists. While it does not, the state of every account is
// unknown, and nothing can be written: its name may be mistyped, or what it is on not mounted.
func New(path string) *Store {
	return &Store{path: path, patience: lockWithin, journals: map[string]*journal{}}
}

// Create returns the store in a folder that is made when it is first written to. While it does not
// exist there are no events.
func Create(path string) *Store {
	s := New(path)
	s.optional = true
	return s
}

// Default returns the store in the user's state directory, as Create does.
func Default() (*Store, error) {
	dir, err := stateHome()
	if err != nil {
		return nil, fmt.Errorf("no folder for the gate's state, name one: %w", err)
	}
	return Create(filepath.Join(dir, "listgate")), nil
}

func stateHome() (string, error) {
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return dir, nil
	}
	switch runtime.GOOS {
	case "windows":
		return os.UserCacheDir() // LocalAppData, which does not roam: locks hold on one machine only
	case "darwin":
		return os.UserConfigDir() // Library/Application Support
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, ".local", "state"), err
}

func (s *Store) String() string { return s.path }

// journal returns the one object for an account's file.
func (s *Store) journal(waba string) *journal {
	s.mu.Lock()
	defer s.mu.Unlock()
	j := s.journals[waba]
	if j == nil {
		j = newJournal(s, waba)
		s.journals[waba] = j
	}
	return j
}

// Append implements [gate.Store]. Either all events come into the journal or none.
func (s *Store) Append(ctx context.Context, waba string, events []gate.Event) error {
	if err := gate.CheckEvents(waba, events); err != nil {
		return err
	}
	return s.journal(waba).append(ctx, events)
}

// Follow implements [gate.Store]. Other processes' events come within a second.
func (s *Store) Follow(ctx context.Context, waba string, deliver func(gate.Delivery)) {
	s.journal(waba).follow(ctx, deliver)
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.looking {
		s.looking = true
		go s.look()
	}
}

// look looks at the followed journals until there are none.
func (s *Store) look() {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for range ticker.C {
		if !s.lookOnce() {
			return
		}
	}
}

func (s *Store) lookOnce() (more bool) {
	s.mu.Lock()
	var journals []*journal
	for _, j := range s.journals {
		journals = append(journals, j)
	}
	s.mu.Unlock()
	for _, j := range journals {
		more = j.look() || more
	}
	if !more {
		s.mu.Lock()
		defer s.mu.Unlock()
		// One that came meanwhile saw that somebody was looking.
		more = slices.ContainsFunc(journals, (*journal).followed) || len(s.journals) > len(journals)
		s.looking = more
	}
	return more
}

// Accounts implements [gate.Store].
func (s *Store) Accounts(context.Context) ([]string, error) {
	entries, err := os.ReadDir(s.path)
	if errors.Is(err, fs.ErrNotExist) && s.optional {
		return nil, nil
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, s.missing()
	}
	if err != nil {
		return nil, fmt.Errorf("%s: cannot be read: %w", s.path, plain(err))
	}
	var accounts []string
	for _, e := range entries {
		if waba, ok := strings.CutSuffix(e.Name(), journalEnding); ok && gate.CheckID(waba) == nil {
			accounts = append(accounts, waba)
		}
	}
	return accounts, nil
}

// SetAside implements [gate.Store]: a damaged journal begins anew with what can be read of it and
// the events added, in one step; the old one stays beside it as <waba>.jsonl.bad.
func (s *Store) SetAside(ctx context.Context, waba string, added []gate.Event) (kept string, err error) {
	if err := gate.CheckEvents(waba, added); err != nil {
		return "", err
	}
	return s.journal(waba).setAside(ctx, added)
}

// missing is the error of a folder that does not exist.
func (s *Store) missing() error {
	return fmt.Errorf("%s: this folder does not exist: its name may be mistyped, or what it is on not mounted; "+
		"listgate gate ingest, gate halt and serve make it", s.path)
}

// CheckWritable implements [gate.Store]: it writes a block to a file beside the journals, and
// removes it.
func (s *Store) CheckWritable(context.Context) error {
	if s.optional {
		if err := os.MkdirAll(s.path, 0o700); err != nil {
			return fmt.Errorf("%s: cannot be made: %w", s.path, plain(err))
		}
	}
	f, err := disk.CreateTemp(s.path, ".writable-*")
	if errors.Is(err, fs.ErrNotExist) {
		return s.missing()
	}
	if err == nil {
		_, err = f.Write(make([]byte, blockBytes))
		err = errors.Join(err, f.Sync(), f.Close(), disk.Remove(f.Name()))
	}
	if err != nil {
		return fmt.Errorf("%s: cannot be written: %w", s.path, plain(err))
	}
	return nil
}

// plain takes the path off an error that is told with the path already.
func plain(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
