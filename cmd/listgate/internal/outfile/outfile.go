// Package outfile writes files that appear whole or not at all.
//
// The outputs of one run are a Set. While it is open no other run writes to the same outputs, and
// what a killed run left beside them is removed. A run that fails, is interrupted or is killed
// leaves nothing under an output's name.
package outfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
	"sync/atomic"

	"github.com/listgate/listgate/internal/disk"
	"github.com/listgate/listgate/internal/infile"
	"github.com/listgate/listgate/listfile"
)

// A File is a file that appears whole or not at all: it is written beside its place and renamed
// when it is done. A stream is written to directly.
type File struct {
	path   string // as the user gave it
	place  string // where it goes
	file   *disk.File
	info   fs.FileInfo // of the file, to know it again
	direct bool
	// What stands in its place is replaced.
	replaces bool
	Stored   *infile.Summed // what is stored, sums its bytes
	small    *blockWriter   // writes to stored in blocks
	text     io.WriteCloser // compresses to small where the name asks for it

	unsynced int64       // bytes stored since the last time that they were sent on to the disk
	syncing  atomic.Bool // that goes on, beside the writing
	synced   sync.WaitGroup
}

// syncBytes is after how many bytes an output is sent on to the disk, so that there is little left
// to wait for at its end.
const syncBytes = 16 << 20

// create opens an output for so many permissions at most.
func create(path, place string, perm fs.FileMode, group int, summed bool) (*File, error) {
	o := &File{path: path, place: place}
	var err error
	if IsStream(path) {
		o.direct = true
		o.file, err = disk.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	} else {
		o.file, err = createTemporary(place, perm, group)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: cannot be written: %w", path, infile.Cause(err))
	}
	if o.info, err = o.file.Stat(); err != nil {
		return o, fmt.Errorf("%s: cannot be written: %w", path, infile.Cause(err))
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
			writeBack(o.file) // finish waits for it, and tells what went wrong
			o.syncing.Store(false)
		})
	}
	return o.text.Write(p)
}

// finish writes out all that is left, down to the disk.
func (o *File) finish() error {
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

// publish puts a finished output in its place, where nothing may stand by now: what somebody put
// there during the run, a file or a link, is neither written to nor replaced.
func (o *File) publish() error {
	if o.direct {
		return nil
	}
	if BehindLinks(o.path) != o.place {
		return fmt.Errorf("%s: leads elsewhere than when the run began: a link was put there meanwhile", o.path)
	}
	info, err := os.Lstat(o.place)
	switch {
	case err == nil && !(o.replaces && info.Mode().IsRegular()):
		return fmt.Errorf("%s: %s was put there while the run went on; nothing was written to it", o.path, kindOf(info))
	case o.replaces:
		err = disk.Rename(o.file.Name(), o.place)
	default:
		err = disk.RenameNew(o.file.Name(), o.place)
	}
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s: something was put there while the run went on; nothing was written to it", o.path)
	}
	if err != nil {
		return fmt.Errorf("%s: cannot be put in place: %w", o.path, infile.Cause(err))
	}
	return nil
}

// kindOf says what stands at a path.
func kindOf(info fs.FileInfo) string {
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		return "a link"
	case info.IsDir():
		return "a folder"
	}
	return "a file"
}

// A LeftError says that a run failed and what it wrote could not be taken back: it stands under an
// output's name.
type LeftError struct {
	Path string
	Err  error
}

func (e *LeftError) Error() string {
	return fmt.Sprintf("%s: is of this run, which failed, and cannot be removed (%v); remove it", e.Path, e.Err)
}

func (e *LeftError) Unwrap() error { return e.Err }

// withdraw takes the output back, whether it is in its place or not. It removes no other file that
// stands there: a rename may have been done and reported as failed. The error is a *LeftError.
func (o *File) withdraw() (err error) {
	if o.direct {
		return nil
	}
	o.synced.Wait()
	if o.standsInPlace() {
		if removed := disk.Remove(o.place); removed != nil && o.standsInPlace() {
			err = &LeftError{o.path, infile.Cause(removed)}
		}
	}
	o.file.Close()
	_ = disk.Remove(o.file.Name())
	return err
}

// standsInPlace reports whether what was written is what stands under the output's name.
func (o *File) standsInPlace() bool {
	now, err := os.Lstat(o.place)
	return err == nil && o.info != nil && os.SameFile(now, o.info)
}

// forget removes what was written and not put in its place.
func (o *File) forget() {
	if !o.direct {
		o.file.Close()
		_ = disk.Remove(o.file.Name())
	}
}

// Replace opens a file that takes the place of another one when it is published, which stays until
// then. It is for what is written by hand, too, and is in no Set.
func Replace(path string, perm fs.FileMode) (*File, error) {
	o, err := create(path, BehindLinks(path), perm, -1, false)
	if o != nil {
		o.replaces = true
	}
	return o, err
}

// Finish writes out what is left of files that replace others, down to the disk.
func Finish(files ...*File) error {
	var errs error
	for _, o := range files {
		errs = errors.Join(errs, o.finish())
	}
	return errs
}

// Publish puts a finished file that replaces another one in its place.
func (o *File) Publish() error { return o.publish() }

// Discard removes a file that was not published. A nil file is none.
func (o *File) Discard() {
	if o != nil {
		o.forget()
	}
}

// WriteFile replaces a file by one of this text.
func WriteFile(path string, text []byte) error {
	o, err := Replace(path, 0o666)
	if err != nil {
		return err
	}
	return o.writeAll(text)
}

// WriteNew makes a file of this text where nothing stands. The error is [fs.ErrExist] if something
// does.
func WriteNew(path string, text []byte) error {
	if _, err := os.Lstat(path); err == nil {
		return fs.ErrExist
	}
	o, err := create(path, path, 0o666, -1, false)
	if err != nil {
		if o != nil {
			o.Discard()
		}
		return err
	}
	if err := o.writeAll(text); err != nil {
		return errors.Join(err, o.withdraw())
	}
	return nil
}

// writeAll writes a text, and publishes the file.
func (o *File) writeAll(text []byte) error {
	defer o.Discard()
	if _, err := o.Write(text); err != nil {
		return fmt.Errorf("%s: cannot be written: %w", o.path, infile.Cause(err))
	}
	if err := o.finish(); err != nil {
		return err
	}
	return o.publish()
}
