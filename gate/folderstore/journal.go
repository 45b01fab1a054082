package folderstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"time"

	"github.com/gofrs/flock"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/internal/disk"
)

const (
	// lockAgain is how often a lock that another process holds is tried.
	lockAgain = 5 * time.Millisecond
	// drawFrom is how many events must have come since a journal was drawn together for it to be
	// drawn again.
	drawFrom = 256
)

// damaged returns the error of a journal that a person can set aside, with the way to do so.
func (j *journal) damaged(line int, err error) error {
	return &gate.DamagedError{
		Path: j.path,
		Line: line,
		Err: fmt.Errorf("%w; look at the file, and in Meta's Business Support Home whether the account "+
			"is blocked; if it is not: listgate gate clear --waba %s --reason … sets the file aside", err, j.waba),
	}
}

// A journal is the file of one account, as far as it was read.
type journal struct {
	store      *Store
	path, waba string
	mu         chan struct{} // a lock that can be waited for with a context

	file      fs.FileInfo // which file was read; nil: none
	size      int64       // bytes read, whole records only
	unended   bool        // the line break of the last one is missing
	lines     int
	drawn     int // how often the file was drawn together
	base      int // how many events it had then
	count     int // how many it has
	sum       sum
	events    []gate.Event // all that were read, for those who begin to follow; drawn together when they are too many
	drawAt    int          // how many are too many
	trouble   error
	fresh     []gate.Event // those that the followers were not told yet
	restart   bool         // and that they are of a journal begun anew
	followers []*follower
}

type follower struct {
	ctx     context.Context
	deliver func(gate.Delivery)
}

func newJournal(s *Store, waba string) *journal {
	return &journal{store: s, path: filepath.Join(s.path, waba+journalEnding), waba: waba, mu: make(chan struct{}, 1)}
}

func (j *journal) lock(ctx context.Context) error {
	select {
	case j.mu <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (j *journal) tryLock() bool {
	select {
	case j.mu <- struct{}{}:
		return true
	default:
		return false
	}
}

func (j *journal) unlock() { <-j.mu }

// exclude takes the lock between processes, in a folder that exists. Each call has an object of its
// own: one that is held excludes nobody who uses the same one. What the file holds means nothing,
// and it is never removed: a removed one would lock nobody out.
func (j *journal) exclude(ctx context.Context, options ...flock.Option) (release func(), err error) {
	path := j.path[:len(j.path)-len(journalEnding)] + ".lock"
	side := flock.New(path, append(options, flock.SetPermissions(0o600))...)
	waits, cancel := context.WithTimeout(ctx, j.store.patience)
	defer cancel()
	_, err = side.TryLockContext(waits, lockAgain)
	switch {
	case err == nil:
		return func() { _ = side.Close() }, nil
	case ctx.Err() == nil && waits.Err() != nil:
		return nil, fmt.Errorf(
			"%s: another process has held this lock for %s and does not give it back; nothing was written; "+
				"find who has the file open, and end it",
			path,
			j.store.patience,
		)
	}
	return nil, fmt.Errorf("%s: cannot be locked: %w", path, plain(err))
}

// excludeWriters is exclude for those who write.
func (j *journal) excludeWriters(ctx context.Context) (release func(), err error) {
	_, err = os.Stat(j.store.path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !j.store.optional:
		return nil, j.store.missing()
	case errors.Is(err, fs.ErrNotExist):
		if err := os.MkdirAll(j.store.path, 0o700); err != nil {
			return nil, fmt.Errorf("%s: cannot be made: %w", j.store.path, plain(err))
		}
	}
	return j.exclude(ctx)
}

// follow delivers what there is, and notes who wants more.
func (j *journal) follow(ctx context.Context, deliver func(gate.Delivery)) {
	if err := j.lock(ctx); err != nil {
		deliver(gate.Delivery{Err: err})
		return
	}
	defer j.unlock()
	j.catchUp(ctx)
	deliver(gate.Delivery{Events: slices.Clone(j.events), Err: j.trouble})
	j.followers = append(j.followers, &follower{ctx, deliver})
}

// look looks for what other processes wrote, and reports whether somebody follows.
func (j *journal) look() bool {
	if !j.tryLock() {
		// Somebody writes; a lock that another process never gives back must not keep other
		// accounts waiting
		return true
	}
	defer j.unlock()
	j.followers = slices.DeleteFunc(j.followers, func(f *follower) bool { return f.ctx.Err() != nil })
	if len(j.followers) == 0 {
		return false
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	j.catchUp(ctx)
	return true
}

func (j *journal) followed() bool {
	if !j.tryLock() {
		return true
	}
	defer j.unlock()
	return len(j.followers) > 0
}

// catchUp reads what came since, and tells the followers. Damage is only believed under the lock
// between processes: a reader may meet a torn line that a writer is about to cut off.
func (j *journal) catchUp(ctx context.Context) {
	before := j.trouble
	j.trouble = j.read()
	if j.trouble != nil && before == nil {
		// who reads makes nothing: the folder may be gone for good
		if release, err := j.exclude(ctx, flock.SetFlag(os.O_RDONLY)); err == nil {
			j.trouble = j.read()
			release()
		}
	}
	j.tell()
}

// tell tells the followers what was read, at once: half of it would be a state that never was.
func (j *journal) tell() {
	d := gate.Delivery{Events: j.fresh, Restart: j.restart, Err: j.trouble}
	j.fresh, j.restart = nil, false
	for _, f := range j.followers {
		if f.ctx.Err() == nil {
			f.deliver(d)
		}
	}
}

// read reads whole lines from where it stopped. It goes by the file's identity: another file under
// the name is a journal begun anew.
func (j *journal) read() error {
	if info, err := os.Stat(j.path); err == nil && j.lines > 0 && os.SameFile(j.file, info) && info.Size() == j.size {
		if info.ModTime().Equal(j.file.ModTime()) {
			return nil // nothing new, by far the most frequent answer
		}
		j.forget() // written to and not longer: read it anew
	}
	f, err := disk.Open(j.path)
	if errors.Is(err, fs.ErrNotExist) {
		return j.absent()
	}
	if err != nil {
		return j.unreadable(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return j.unreadable(err)
	}
	if j.file != nil && (!os.SameFile(j.file, info) || drawnOf(f) > j.drawn) {
		j.forget()
	}
	j.file = info
	if info.Size() < j.size {
		return j.damaged(0, fmt.Errorf("%d bytes were cut off its end", j.size-info.Size()))
	}
	text, err := io.ReadAll(io.NewSectionReader(f, j.size, info.Size()-j.size))
	if err != nil {
		return j.unreadable(err)
	}
	return j.take(text)
}

func (j *journal) unreadable(err error) error {
	return &gate.DamagedError{Path: j.path, Err: fmt.Errorf("cannot be read: %w", plain(err))}
}

// absent says what it means that there is no file: no events, unless there were some, or there is
// no folder.
func (j *journal) absent() error {
	if j.file != nil {
		return j.damaged(0, errors.New("it was there, and is gone"))
	}
	info, err := os.Stat(j.store.path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && j.store.optional, err == nil && info.IsDir():
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return j.store.missing()
	case err == nil:
		err = syscall.ENOTDIR
	}
	return j.unreadable(err)
}

// drawnOf returns how often the journal in a file was drawn together. It tells a file that took the
// place of another from one that was written to, where the system gives the new file the old one's
// identity.
func drawnOf(f io.ReaderAt) (times int) {
	head := make([]byte, 64)
	n, _ := f.ReadAt(head, 0)
	_, _ = fmt.Sscanf(string(head[:n]), drawnHead, &times)
	return times
}

func (j *journal) forget() {
	j.size, j.unended, j.lines, j.drawn, j.base, j.count, j.sum = 0, false, 0, 0, 0, 0, sum{}
	j.events, j.fresh, j.drawAt = nil, nil, 0
	j.restart = true
}

// take takes the records of text. What follows the last line break is one that lacks its own, or is
// not written yet, or torn. A file of nothing is no journal: whoever made it heard of the account.
func (j *journal) take(text []byte) error {
	if j.lines == 0 && len(bytes.TrimRight(text, "\x00")) == 0 {
		return j.damaged(0, errors.New("it is empty, and it was not when it was made"))
	}
	if j.unended && len(text) > 0 && text[0] == '\n' {
		j.unended, j.size, text = false, j.size+1, text[1:]
	}
	for len(text) > 0 {
		record, rest, ended := j.cut(text)
		if !ended && isTorn(record) {
			return nil
		}
		l, after, err := decodeLine(record, j.waba, j.sum)
		if err == nil && j.unended {
			err = errors.New("something follows the last record")
		}
		if err != nil {
			return j.damaged(j.lines+1, err)
		}
		j.add(l)
		j.sum, j.unended = after, !ended
		j.size += int64(len(record))
		if ended {
			j.size += int64(len(text) - len(record) - len(rest))
		}
		text = rest
	}
	return nil
}

// cut cuts the first record off text, at its line break or at the NULs that a power loss left in
// its place.
func (j *journal) cut(text []byte) (record, rest []byte, ended bool) {
	record, rest, ended = bytes.Cut(text, []byte("\n"))
	end := bytes.IndexByte(record, 0)
	if end < 0 {
		return record, rest, ended
	}
	if _, _, err := decodeLine(record[:end], j.waba, j.sum); err != nil {
		return record, rest, ended
	}
	rest = bytes.TrimLeft(text[end:], "\x00")
	rest = bytes.TrimPrefix(rest, []byte("\n"))
	return record[:end], rest, ended || len(rest) > 0
}

// add adds the events of a line.
func (j *journal) add(l line) {
	if l.Drawn > 0 {
		j.drawn, j.base, j.drawAt = l.Drawn, len(l.Events), len(l.Events)+drawFrom/2
	}
	j.lines, j.count = j.lines+1, j.count+len(l.Events)
	for i := range l.Events {
		l.Events[i].WABA = j.waba // one text for all
	}
	j.events, j.fresh = append(j.events, l.Events...), append(j.fresh, l.Events...)
	if len(j.events) > max(j.drawAt, drawFrom) {
		j.events = slices.Clip(gate.DrawTogether(j.events))
		j.drawAt = len(j.events) + drawFrom/2
	}
}

// append writes one line, durable when it returns.
func (j *journal) append(ctx context.Context, events []gate.Event) error {
	waits, cancel := context.WithTimeout(ctx, j.store.patience)
	defer cancel()
	if err := j.lock(waits); err != nil {
		return fmt.Errorf("%s: cannot be locked: %w", j.path, err)
	}
	defer j.unlock()
	release, err := j.excludeWriters(ctx)
	if err != nil {
		return err
	}
	defer release()
	defer j.tell()
	if j.trouble = j.read(); j.trouble != nil {
		return j.trouble
	}
	text, _, err := encodeLine(0, events, j.sum)
	if err != nil {
		return err
	}
	if j.unended {
		text = append([]byte("\n"), text...)
	}
	if err := j.write(text); err != nil {
		return fmt.Errorf("%s: cannot be written: %w", j.path, plain(err))
	}
	if j.trouble = j.read(); j.trouble == nil && j.count-j.base > max(drawFrom, j.base) {
		j.trouble = j.drawTogether()
	}
	return j.trouble
}

// write puts a line after the last record. A torn one is cut off first, and so is this one if it
// cannot be written. A new file appears with its line: an empty one would be damage.
func (j *journal) write(text []byte) error {
	if j.file == nil {
		return j.replace(text)
	}
	f, err := disk.OpenFile(j.path, os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Truncate(j.size); err != nil {
		return err
	}
	if _, err = f.WriteAt(text, j.size); err == nil {
		err = f.Sync()
	}
	if err != nil {
		return errors.Join(err, f.Truncate(j.size))
	}
	return nil
}

// replace puts a new file in the place of the journal, or of none, in one step and when it is
// whole.
func (j *journal) replace(text []byte) error {
	fresh := j.path + ".new"
	err := writeFile(fresh, text)
	if err == nil {
		err = disk.Rename(fresh, j.path)
	}
	if err != nil {
		_ = disk.Remove(fresh)
		return err
	}
	return syncFolder(filepath.Dir(j.path))
}

// drawTogether replaces the journal by one of a line. Where that fails the old one stays, which is
// no trouble.
func (j *journal) drawTogether() error {
	text, _, err := encodeLine(j.drawn+1, gate.DrawTogether(j.events), sum{})
	if err != nil || j.replace(text) != nil {
		return nil
	}
	return j.read()
}

// syncFolder makes a new name durable. Windows keeps names durable by itself, and cannot open a
// folder.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := disk.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// setAside copies the journal away and puts one in its place that holds what could be read of it,
// and the events added. Whoever looks sees the old one or the new one.
func (j *journal) setAside(ctx context.Context, added []gate.Event) (kept string, err error) {
	if err := j.lock(ctx); err != nil {
		return "", err
	}
	defer j.unlock()
	release, err := j.excludeWriters(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	defer j.tell()
	if j.trouble = j.read(); j.trouble == nil {
		return "", fmt.Errorf("%s: can be read; nothing to set aside", j.path)
	}
	kept, old, err := j.copyAway()
	if err != nil {
		return "", fmt.Errorf("%s: cannot be set aside: %w", j.path, plain(err))
	}
	text, _, err := encodeLine(j.drawn+1, slices.Concat(j.events, j.behindDamage(old), added), sum{})
	if err != nil {
		return "", err
	}
	if err := j.replace(text); err != nil {
		return "", fmt.Errorf("%s: cannot be begun anew: %w", j.path, plain(err))
	}
	j.file = nil
	j.forget()
	j.trouble = j.read()
	return kept, j.trouble
}

// behindDamage returns the events of the lines behind the damage, in the text of the whole journal,
// whose sums still fit: to what could be read, or to the sum that the line before states. Of others
// that can be read it returns those that open nothing.
func (j *journal) behindDamage(text []byte) (events []gate.Event) {
	before := j.sum
	for line := range bytes.Lines(text[min(j.size, int64(len(text))):]) {
		line = bytes.TrimSuffix(line, []byte("\n"))
		whole, after, err := decodeLine(line, j.waba, before)
		if err == nil {
			events, before = append(events, whole.Events...), after
			continue
		}
		events = append(events, readableSightings(line, j.waba)...)
		if stated, ok := statedSum(line); ok {
			before = stated
		}
	}
	return events
}

// copyAway copies the journal to <waba>.jsonl.bad, or .bad2 and so on: what was set aside before
// stays.
func (j *journal) copyAway() (kept string, text []byte, err error) {
	text, err = os.ReadFile(j.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", nil, err
	}
	kept = j.path + ".bad"
	for n := 2; ; n++ {
		if _, err := os.Lstat(kept); errors.Is(err, fs.ErrNotExist) {
			return kept, text, writeFile(kept, text)
		}
		kept = fmt.Sprintf("%s.bad%d", j.path, n)
	}
}

func writeFile(path string, text []byte) error {
	f, err := disk.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Sync(), f.Close())
}
