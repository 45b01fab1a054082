package outfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/listgate/listgate/internal/disk"
	"github.com/listgate/listgate/internal/infile"
)

// Access says who may read the outputs. The zero value: only the user.
type Access struct {
	perm  fs.FileMode
	group int // that perm is meant for; only where known
	known bool
}

// AccessOf returns the access that an input gives: what was read from it is for nobody else. A pipe
// or a device gives none.
func AccessOf(input fs.FileInfo) Access {
	if input == nil || !input.Mode().IsRegular() {
		return Access{}
	}
	return Access{input.Mode().Perm(), groupOf(input), true}
}

// And returns what both give.
func (a Access) And(b Access) Access {
	switch {
	case !a.known || !b.known:
		return Access{}
	case a.group != b.group: // a group that has both is not known
		return Access{a.perm & b.perm &^ 0o060, -1, true}
	}
	return Access{a.perm & b.perm, a.group, true}
}

// A Set is the outputs of one run.
type Set struct {
	Notes []string // what a person should know of the outputs' folders

	mu       sync.Mutex // over what follows: an interrupt discards while the run goes on
	outputs  map[string]*reserved
	files    []*File
	locks    []*lock
	done     bool           // nothing is taken back any more
	left     error          // of what could not be taken back
	ended    bool           // nothing is written any more
	removing sync.WaitGroup // of large outputs of an earlier run
}

// A reserved is an output that no other run writes to.
type reserved struct {
	place   string
	old     fs.FileMode // what the output of an earlier run allowed
	oldSize int64       // -1: there is none
}

var errEnded = errors.New("interrupted")

// Reserve takes the outputs for this run, "" and "-" being none: nobody else's run writes to them
// until Close. What a killed run left is removed, and so are the outputs of an earlier run, so that
// nobody takes them for today's. Outputs that are streams are left alone.
func Reserve(paths ...string) (*Set, error) {
	s := &Set{outputs: map[string]*reserved{}}
	var order []string
	for _, path := range paths {
		if path == "" || path == "-" || s.outputs[path] != nil {
			continue
		}
		order = append(order, path)
		if err := s.reserve(path); err != nil {
			s.Close()
			return nil, err
		}
	}
	// Only once all are ours: a run that is refused takes nothing away from the one that goes on.
	for _, path := range order {
		if out := s.outputs[path]; out.oldSize >= 0 {
			if err := s.removeOld(path, out.place, out.oldSize); err != nil {
				s.Close()
				return nil, err
			}
		}
	}
	return s, nil
}

func (s *Set) reserve(path string) error {
	out := &reserved{place: BehindLinks(path), old: 0o666, oldSize: -1}
	s.outputs[path] = out
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return fmt.Errorf("%s: cannot be written: %w", path, infile.Cause(err))
	case info.IsDir():
		return fmt.Errorf("%s: a folder stands where the output should go", path)
	case IsStream(path):
		return nil
	default:
		out.old = info.Mode().Perm()
		out.oldSize = info.Size()
	}
	return s.lock(path, out.place)
}

// lock takes the lock of an output, and removes what a killed run left of it.
func (s *Set) lock(path, place string) error {
	folder := filepath.Dir(place)
	lock, err := takeLock(folder, markOf(place))
	if errors.Is(err, errHeld) {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err != nil {
		return fmt.Errorf("%s: cannot be written: %w", path, infile.Cause(err))
	}
	s.locks = append(s.locks, lock)
	left, err := removeLeftovers(folder, markOf(place))
	if err != nil {
		return fmt.Errorf("%s: what an earlier run left cannot be removed: %w", path, infile.Cause(err))
	}
	if left.Files > 0 {
		s.Notes = append(s.Notes, fmt.Sprintf("%s: an earlier run was killed; what it left (%d bytes) was removed",
			path, left.Bytes))
	}
	if info, err := os.Stat(folder); err == nil && info.Mode().Perm()&0o002 != 0 {
		s.Notes = append(s.Notes,
			fmt.Sprintf("%s: everybody may write to the folder of this output; others could put another list in its place", path))
	}
	return nil
}

// largeBytes is from which size on it pays to remove a file beside other work: 300 MB take a tenth
// of a second.
const largeBytes = 16 << 20

// removeOld takes away the output of an earlier run. A large one loses its name at once, and is
// removed beside what follows.
func (s *Set) removeOld(path, place string, size int64) error {
	gone := temporaryName(place)
	if size > largeBytes && disk.Rename(place, gone) == nil {
		s.removing.Go(func() { _ = disk.Remove(gone) }) // what is left then is removed by the next run
		return nil
	}
	if err := disk.Remove(place); err != nil {
		return fmt.Errorf("%s: the output of an earlier run cannot be removed; is it open in another program? (%w)",
			path, infile.Cause(err))
	}
	return nil
}

// Create opens an output that was reserved. Nobody may read it who could not read what the access
// is of, or the output of the earlier run.
func (s *Set) Create(path string, access Access, summed bool) (*File, error) {
	group := -1
	if access.known {
		group = access.group
	}
	out := s.outputs[path]
	// Not under the lock: a pipe opens when somebody reads it, which may be never.
	file, err := create(path, out.place, access.perm&out.old, group, summed)
	s.mu.Lock()
	defer s.mu.Unlock()
	if file != nil && s.ended {
		_ = file.withdraw() // it is not in its place
		return nil, errEnded
	}
	if file != nil {
		s.files = append(s.files, file)
	}
	return file, err
}

// Finish writes out what is left of the outputs that were created, beside each other, down to the
// disk.
func (s *Set) Finish() error {
	errs := make([]error, len(s.files))
	var all sync.WaitGroup
	for i, o := range s.files {
		all.Go(func() { errs[i] = o.finish() })
	}
	all.Wait()
	return errors.Join(errs...)
}

// Publish puts a finished output in its place.
func (s *Set) Publish(o *File) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return errEnded
	}
	return o.publish()
}

// WriteFile puts an output of this text in its place.
func (s *Set) WriteFile(path string, text []byte, access Access) error {
	o, err := s.Create(path, access, false)
	if err != nil {
		return err
	}
	if _, err := o.Write(text); err != nil {
		return fmt.Errorf("%s: cannot be written: %w", path, infile.Cause(err))
	}
	if err := o.finish(); err != nil {
		return err
	}
	return s.Publish(o)
}

// Done says that all outputs are in their places: nothing is taken back from now on.
func (s *Set) Done() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done = !s.ended
}

// Close takes back all outputs unless the run is done, and lets others have them. It may be called
// while the run goes on, and more than once. The error names, as *LeftErrors, what could not be
// taken back.
func (s *Set) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return s.left
	}
	s.ended = true
	for _, o := range s.files {
		if s.done {
			o.forget()
		} else {
			s.left = errors.Join(s.left, o.withdraw())
		}
	}
	s.removing.Wait()
	for _, l := range s.locks {
		l.release()
	}
	return s.left
}
