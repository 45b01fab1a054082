package infile

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/listgate/listgate/internal/disk"
)

// A ChangedError is an input that somebody wrote to while it was read: what was read is neither the
// old nor the new one.
type ChangedError struct {
	Name          string
	Before, After int64 // bytes, at first and at last
}

func (e *ChangedError) Error() string {
	return fmt.Sprintf("%s: changed while it was read (%d bytes at first, %d at last); use it again when it is whole",
		e.Name, e.Before, e.After)
}

// A File is an open file whose changes are noticed. A pipe or a device never changes. It is for one
// goroutine at a time.
type File struct {
	*disk.File
	name  string
	first look
}

// ErrFolder is in the error of a folder.
var ErrFolder = errors.New("a folder, not a file")

// Open opens a file. A folder is an error. The errors begin with the name.
func Open(name string) (*File, error) {
	file, err := disk.Open(name)
	if err != nil {
		return nil, fmt.Errorf("%s: cannot be read: %w", name, Cause(err))
	}
	f, err := Of(file, name)
	if err != nil {
		file.Close()
		return nil, err
	}
	return f, nil
}

// Of watches a file that is open already, such as standard input. name stands in errors.
func Of(file *disk.File, name string) (*File, error) {
	f := &File{File: file, name: name}
	info, err := file.Stat()
	if err == nil && info.IsDir() {
		err = ErrFolder
	}
	if err == nil {
		settle(info)
		f.first, err = f.look()
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, Cause(err))
	}
	return f, nil
}

// clockTick is how far apart two changes of a file are that its times tell apart: a tick of the
// slowest kernel's clock.
const clockTick = 12 * time.Millisecond

// settle waits until another change of a file that was changed just now would show in its times.
func settle(info fs.FileInfo) {
	last := info.ModTime()
	if change := changeTime(info); change.After(last) {
		last = change
	}
	if age := time.Since(last); age >= 0 && age < clockTick {
		time.Sleep(clockTick - age)
	}
}

// Info returns what the file was at first.
func (f *File) Info() fs.FileInfo { return f.first.info }

// Size returns how many bytes the file had at first, -1 of a pipe or a device.
func (f *File) Size() int64 {
	if !f.first.info.Mode().IsRegular() {
		return -1
	}
	return f.first.info.Size()
}

// Unchanged returns a *ChangedError if the file was written to since it was opened: if its size,
// its time of modification or its first or last bytes are others, or if it was changed and its
// times were put back. That it was renamed, removed or replaced by another file of its name is no
// change: see Replaced.
func (f *File) Unchanged() error {
	if f.Size() < 0 {
		return nil
	}
	now, err := f.look()
	if err != nil {
		return fmt.Errorf("%s: %w", f.name, Cause(err))
	}
	if !now.equal(f.first) {
		return &ChangedError{f.name, f.first.info.Size(), now.info.Size()}
	}
	return nil
}

// Replaced reports whether another file stands under the name by now, or none. The one that was
// opened is whole still.
func (f *File) Replaced() bool {
	if f.Size() < 0 {
		return false
	}
	now, err := os.Stat(f.name)
	return err != nil || !os.SameFile(now, f.first.info)
}

// A look is what can be seen of a file at one time.
type look struct {
	info fs.FileInfo
	ends [sha256.Size]byte // over the first and the last bytes
}

// endBytes is how much is looked at of a file's beginning and of its end.
const endBytes = 4 << 10

func (f *File) look() (look, error) {
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return look{info: info}, err
	}
	sum := sha256.New()
	for _, from := range []int64{0, max(0, info.Size()-endBytes)} {
		if _, err := io.Copy(sum, io.NewSectionReader(f, from, endBytes)); err != nil {
			return look{}, err
		}
	}
	return look{info, [sha256.Size]byte(sum.Sum(nil))}, nil
}

// equal reports whether nobody wrote to the file between two looks.
func (l look) equal(other look) bool {
	if l.info.Size() != other.info.Size() || !l.info.ModTime().Equal(other.info.ModTime()) || l.ends != other.ends {
		return false
	}
	// The time of the last change cannot be put back. It also changes when a file is renamed,
	// removed or given another owner or mode, which changes none of its bytes.
	return changeTime(l.info).Equal(changeTime(other.info)) || ownership(l.info) != ownership(other.info)
}

// ErrTooLarge is in the error of a file that is larger than it may be.
var ErrTooLarge = errors.New("too large")

// ReadFile reads a file that has at most so many bytes, and makes sure that nobody wrote to it
// meanwhile. The errors begin with the name.
func ReadFile(name string, most int64) ([]byte, error) {
	f, err := Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var text bytes.Buffer
	n, err := io.Copy(&text, io.LimitReader(f, most+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: cannot be read: %w", name, Cause(err))
	case n > most:
		return nil, fmt.Errorf("%s: %w: it may have %d bytes", name, ErrTooLarge, most)
	case f.Size() >= 0 && n != f.Size():
		return nil, &ChangedError{name, f.Size(), n}
	}
	return text.Bytes(), f.Unchanged()
}
