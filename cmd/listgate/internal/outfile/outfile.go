// Package outfile writes files that appear whole or not at all.
package outfile

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"

	replace "github.com/natefinch/atomic"

	"github.com/listgate/listgate/internal/infile"
	"github.com/listgate/listgate/listfile"
)

// A File is a file that appears whole or not at all: it is written beside its place and renamed when it is done. A
// stream is written to directly.
type File struct {
	path   string // as the user gave it
	place  string // where it goes
	file   *os.File
	direct bool
	Stored *infile.Summed // what is stored, sums its bytes
	small  *blockWriter   // writes to stored in blocks
	text   io.WriteCloser // compresses to small where the name asks for it

	unsynced int64       // bytes stored since the last time that they were sent on to the disk
	syncing  atomic.Bool // that goes on, beside the writing
	synced   sync.WaitGroup
}

// syncBytes is after how many bytes an output is sent on to the disk, so that there is little left to wait for at its end.
const syncBytes = 16 << 20

// largeBytes is from which size on it pays to remove a file beside other work: 300 MB take a tenth of a second.
const largeBytes = 16 << 20

// RemoveOld takes away the output of an earlier run, so that nobody takes it for today's. A large one loses its name at
// once, and is removed beside what follows; others waits for that.
func RemoveOld(path string, others *sync.WaitGroup) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("%s: cannot be written: %w", path, infile.Cause(err))
	case info.IsDir():
		return fmt.Errorf("%s: a folder stands where the output should go", path)
	case IsStream(path):
		return nil
	}
	place := BehindLinks(path)
	gone := temporaryName(place)
	if info.Size() > largeBytes && os.Rename(place, gone) == nil {
		others.Go(func() { _ = os.Remove(gone) }) // what is left then has no output's name
		return nil
	}
	if err := os.Remove(place); err != nil {
		return fmt.Errorf("%s: the output of an earlier run cannot be removed; is it open in another program? (%w)", path, infile.Cause(err))
	}
	return nil
}

// IsStream reports whether what is written to path goes to a device, a pipe or something that another program has opened for us.
func IsStream(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir() && (!info.Mode().IsRegular() || isDescriptor(BehindLinks(path)))
}

// isDescriptor reports whether path names an open file, as the ends of /dev/stdout and /dev/fd/3 do.
func isDescriptor(path string) bool {
	return strings.HasPrefix(path, "/proc/") || strings.HasPrefix(path, "/dev/fd/")
}

// BehindLinks returns what the symbolic links at path lead to, be there a file or not, so that outputs go there and links stay: whoever
// reads behind a link must not find an earlier run's output.
func BehindLinks(path string) string {
	for range 40 { // as many as Linux follows
		target, err := os.Readlink(path)
		if err != nil || isDescriptor(path) {
			break
		}
		if !filepath.IsAbs(target) {
			target = filepath.Dir(path) + string(filepath.Separator) + target // not cleaned: ".." may lead out of a link
		}
		path = target
	}
	return path
}

// temporaryName returns a new name beside path that nobody takes for an output.
func temporaryName(path string) string {
	return filepath.Join(filepath.Dir(path), fmt.Sprintf(".%s.%s.tmp", filepath.Base(path), rand.Text()[:8]))
}

// Create opens an output with at most the permissions of perm.
func Create(path string, perm fs.FileMode, summed bool) (*File, error) {
	o := &File{path: path, place: BehindLinks(path)}
	var err error
	if IsStream(path) {
		o.direct = true
		o.file, err = os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	} else {
		o.file, err = os.OpenFile(temporaryName(o.place), os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: cannot be written: %w", path, infile.Cause(err))
	}
	o.Stored = infile.NewSummed(o.file, summed)
	o.small = newBlockWriter(o.Stored)
	o.text, err = listfile.Compress(o.small, path)
	return o, err
}

func (o *File) Write(p []byte) (int, error) {
	if o.unsynced += int64(len(p)); o.unsynced > syncBytes && !o.direct && o.syncing.CompareAndSwap(false, true) {
		o.unsynced = 0
		o.synced.Go(func() {
			writeBack(o.file) // Finish waits for it, and tells what went wrong
			o.syncing.Store(false)
		})
	}
	return o.text.Write(p)
}

// FinishAll finishes outputs beside each other. nil ones are none.
func FinishAll(outputs ...*File) error {
	errs := make([]error, len(outputs))
	var all sync.WaitGroup
	for i, o := range outputs {
		if o != nil {
			all.Go(func() { errs[i] = o.Finish() })
		}
	}
	all.Wait()
	return errors.Join(errs...)
}

// Finish writes out all that is left, down to the disk.
func (o *File) Finish() error {
	err := errors.Join(o.text.Close(), o.small.Flush())
	o.synced.Wait()
	if !o.direct {
		err = errors.Join(err, o.file.Sync())
	}
	err = errors.Join(err, o.file.Close())
	if err != nil {
		return fmt.Errorf("%s: cannot be written: %w", o.path, infile.Cause(err))
	}
	return nil
}

// Temporary is where what was written stands until it is published.
func (o *File) Temporary() string { return o.file.Name() }

// Publish puts a finished output in its place.
func (o *File) Publish() error {
	if o.direct {
		return nil
	}
	if err := replace.ReplaceFile(o.file.Name(), o.place); err != nil {
		return fmt.Errorf("%s: cannot be put in place: %w", o.path, infile.Cause(err))
	}
	return nil
}

// WriteFile puts a file of this text in its place, whole or not at all.
func WriteFile(path string, text []byte) error {
	o, err := Create(path, 0o666, false)
	if err != nil {
		return err
	}
	defer o.Discard()
	if _, err := o.Write(text); err != nil {
		return fmt.Errorf("%s: cannot be written: %w", path, infile.Cause(err))
	}
	if err := o.Finish(); err != nil {
		return err
	}
	return o.Publish()
}

// Discard removes what was written, if it was not published.
func (o *File) Discard() {
	if o == nil || o.direct {
		return
	}
	o.synced.Wait()
	o.file.Close()
	os.Remove(o.file.Name())
}
