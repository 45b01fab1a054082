package gate

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
)

// lookEvery is how often a folder's journals are looked at for what other processes wrote.
const lookEvery = 400 * time.Millisecond

const journalEnding = ".jsonl"

// A Folder is a store in a folder: a file of JSON lines for each account, <waba>.jsonl. Any number of processes on one
// machine may use it at once; on a network drive it is as safe as the drive's locks are. The folder is made when it is
// first written to. A folder that does not exist has no events.
type Folder struct {
	path string

	mu       sync.Mutex
	journals map[string]*journal
	looking  bool
}

// NewFolder returns the store in a folder.
func NewFolder(path string) *Folder { return &Folder{path: path, journals: map[string]*journal{}} }

// DefaultFolder returns the folder for the gate's journals in the user's state directory.
func DefaultFolder() (string, error) {
	dir, err := stateHome()
	if err != nil {
		return "", fmt.Errorf("no folder for the gate's state, name one: %w", err)
	}
	return filepath.Join(dir, "listgate"), nil
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

func (f *Folder) String() string { return f.path }

// journal returns the one object for an account's file.
func (f *Folder) journal(waba string) *journal {
	f.mu.Lock()
	defer f.mu.Unlock()
	j := f.journals[waba]
	if j == nil {
		j = newJournal(f.path, waba)
		f.journals[waba] = j
	}
	return j
}

// Append implements [Store]. Either all events come into the journal or none.
func (f *Folder) Append(ctx context.Context, waba string, events []Event) error {
	if err := CheckEvents(waba, events); err != nil {
		return err
	}
	return f.journal(waba).append(ctx, events)
}

// Follow implements [Store]. Other processes' events come within a second.
func (f *Folder) Follow(ctx context.Context, waba string, deliver func(Delivery)) {
	f.journal(waba).follow(ctx, deliver)
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.looking {
		f.looking = true
		go f.look()
	}
}

// look looks at the followed journals until there are none.
func (f *Folder) look() {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for range ticker.C {
		if !f.lookOnce() {
			return
		}
	}
}

func (f *Folder) lookOnce() (more bool) {
	f.mu.Lock()
	var journals []*journal
	for _, j := range f.journals {
		journals = append(journals, j)
	}
	f.mu.Unlock()
	for _, j := range journals {
		more = j.look() || more
	}
	if !more {
		f.mu.Lock()
		defer f.mu.Unlock()
		// One that came meanwhile saw that somebody was looking.
		more = slices.ContainsFunc(journals, (*journal).followed) || len(f.journals) > len(journals)
		f.looking = more
	}
	return more
}

// Accounts implements [Store].
func (f *Folder) Accounts(context.Context) ([]string, error) {
	entries, err := os.ReadDir(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s: cannot be read: %w", f.path, plain(err))
	}
	var accounts []string
	for _, e := range entries {
		if waba, ok := strings.CutSuffix(e.Name(), journalEnding); ok && CheckID(waba) == nil {
			accounts = append(accounts, waba)
		}
	}
	return accounts, nil
}

// SetAside begins a damaged journal anew with what can be read of it and the events added, in one step; the old one stays
// beside it as <waba>.jsonl.bad. It refuses to do so to a journal that can be read.
func (f *Folder) SetAside(ctx context.Context, waba string, added []Event) (kept string, err error) {
	if err := CheckEvents(waba, added); err != nil {
		return "", err
	}
	return f.journal(waba).setAside(ctx, added)
}

// plain takes the path off an error that is told with the path already.
func plain(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
