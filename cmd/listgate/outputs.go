package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"

	replace "github.com/natefinch/atomic"

	"github.com/listgate/listgate/listfile"
)

// A summed writer counts the bytes that pass and, if they are wanted for a report, sums them.
type summed struct {
	io.Writer
	sum   hash.Hash // nil: not wanted
	bytes int64
}

func newSummed(w io.Writer, wanted bool) *summed {
	if !wanted {
		return &summed{Writer: w}
	}
	return &summed{Writer: w, sum: sha256.New()}
}

func (s *summed) Write(p []byte) (int, error) {
	var summing sync.WaitGroup
	if s.sum != nil { // beside the writing, which takes about as long
		summing.Go(func() { s.sum.Write(p) })
	}
	n, err := s.Writer.Write(p)
	summing.Wait()
	s.bytes += int64(n)
	return n, err
}

func (s *summed) sha256() string { return hex.EncodeToString(s.sum.Sum(nil)) }

// An output is a file that appears whole or not at all: it is written beside its place and renamed when it is done. A
// stream is written to directly.
type output struct {
	path   string // as the user gave it
	place  string // where it goes
	file   *os.File
	direct bool
	stored *summed        // what is stored, sums its bytes
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

// removeOld takes away the output of an earlier run, so that nobody takes it for today's. A large one loses its name at
// once, and is removed beside what follows; others waits for that.
func removeOld(path string, others *sync.WaitGroup) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("%s: cannot be written: %w", path, plain(err))
	case info.IsDir():
		return fmt.Errorf("%s: a folder stands where the output should go", path)
	case isStream(path):
		return nil
	}
	place := behindLinks(path)
	gone := temporaryName(place)
	if info.Size() > largeBytes && os.Rename(place, gone) == nil {
		others.Go(func() { _ = os.Remove(gone) }) // what is left then has no output's name
		return nil
	}
	if err := os.Remove(place); err != nil {
		return fmt.Errorf("%s: the output of an earlier run cannot be removed; is it open in another program? (%w)", path, plain(err))
	}
	return nil
}

// isStream reports whether what is written to path goes to a device, a pipe or something that another program has opened for us.
func isStream(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir() && (!info.Mode().IsRegular() || isDescriptor(behindLinks(path)))
}

// isDescriptor reports whether path names an open file, as the ends of /dev/stdout and /dev/fd/3 do.
func isDescriptor(path string) bool {
	return strings.HasPrefix(path, "/proc/") || strings.HasPrefix(path, "/dev/fd/")
}

// behindLinks returns what the symbolic links at path lead to, be there a file or not, so that outputs go there and links stay: whoever
// reads behind a link must not find an earlier run's output.
func behindLinks(path string) string {
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

// createOutput opens an output with at most the permissions of perm.
func createOutput(path string, perm fs.FileMode, summed bool) (*output, error) {
	o := &output{path: path, place: behindLinks(path)}
	var err error
	if isStream(path) {
		o.direct = true
		o.file, err = os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	} else {
		o.file, err = os.OpenFile(temporaryName(o.place), os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: cannot be written: %w", path, plain(err))
	}
	o.stored = newSummed(o.file, summed)
	o.small = newBlockWriter(o.stored)
	o.text, err = listfile.Compress(o.small, path)
	return o, err
}

func (o *output) Write(p []byte) (int, error) {
	if o.unsynced += int64(len(p)); o.unsynced > syncBytes && !o.direct && o.syncing.CompareAndSwap(false, true) {
		o.unsynced = 0
		o.synced.Go(func() {
			writeBack(o.file) // finish waits for it, and tells what went wrong
			o.syncing.Store(false)
		})
	}
	return o.text.Write(p)
}

// finishAll finishes outputs beside each other. nil ones are none.
func finishAll(outputs ...*output) error {
	errs := make([]error, len(outputs))
	var all sync.WaitGroup
	for i, o := range outputs {
		if o != nil {
			all.Go(func() { errs[i] = o.finish() })
		}
	}
	all.Wait()
	return errors.Join(errs...)
}

// finish writes out all that is left, down to the disk.
func (o *output) finish() error {
	err := errors.Join(o.text.Close(), o.small.Flush())
	o.synced.Wait()
	if !o.direct {
		err = errors.Join(err, o.file.Sync())
	}
	err = errors.Join(err, o.file.Close())
	if err != nil {
		return fmt.Errorf("%s: cannot be written: %w", o.path, plain(err))
	}
	return nil
}

// publish puts a finished output in its place.
func (o *output) publish() error {
	if o.direct {
		return nil
	}
	if err := replace.ReplaceFile(o.file.Name(), o.place); err != nil {
		return fmt.Errorf("%s: cannot be put in place: %w", o.path, plain(err))
	}
	return nil
}

// writeFile puts a file of this text in its place, whole or not at all.
func writeFile(path string, text []byte) error {
	o, err := createOutput(path, 0o666, false)
	if err != nil {
		return err
	}
	defer o.discard()
	if _, err := o.Write(text); err != nil {
		return fmt.Errorf("%s: cannot be written: %w", path, plain(err))
	}
	if err := o.finish(); err != nil {
		return err
	}
	return o.publish()
}

// discard removes what was written, if it was not published.
func (o *output) discard() {
	if o == nil || o.direct {
		return
	}
	o.synced.Wait()
	o.file.Close()
	os.Remove(o.file.Name())
}

// plain takes the path off an error that is about to be told with the path that the user gave.
func plain(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.Err
	}
	return err
}

// An input is the list, counted and summed as it is stored.
type input struct {
	name   string // as the user gave it
	file   *os.File
	before fs.FileInfo
	stored *summedReader
	text   *listfile.Reader
}

type summedReader struct {
	io.Reader
	*summed
}

func (r summedReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.summed.Write(p[:n])
	return n, err
}

// openInput opens a list, "-" for standard input. sheet names the one to read of a workbook.
func openInput(ctx context.Context, name, sheet string, stdin io.Reader, summed bool, progress func(read int64)) (*input, error) {
	in := &input{name: name}
	source := stdin
	if name == "-" {
		in.name = "standard input"
		source = interruptible(ctx, stdin)
	} else {
		var err error
		if in.file, err = os.Open(name); err != nil {
			return nil, fmt.Errorf("%s: cannot be read: %w", name, plain(err))
		}
		if in.before, err = in.file.Stat(); err == nil && in.before.IsDir() {
			err = errors.New("a folder, not a list")
		}
		if err != nil {
			in.file.Close()
			return nil, fmt.Errorf("%s: %w", name, plain(err))
		}
		source = in.file
	}
	in.stored = &summedReader{source, newSummed(progressWriter(progress), summed)}
	var err error
	in.text, err = listfile.Open(in.stored)
	if errors.Is(err, listfile.ErrWorkbook) && in.size() >= 0 {
		err = in.openWorkbook(sheet, summed)
	} else if err == nil && sheet != "" {
		err = usagef("--sheet %q: not a workbook, it has no sheets", sheet)
	}
	if err != nil {
		in.close()
		return nil, fmt.Errorf("%s: %w", in.name, err)
	}
	return in, nil
}

// openWorkbook reads the list as a workbook, whose parts do not stand in the order in which they are needed: it is summed
// first, from end to end.
func (in *input) openWorkbook(sheet string, summed bool) error {
	if _, err := in.file.Seek(0, io.SeekStart); err != nil {
		return plain(err)
	}
	in.stored = &summedReader{in.file, newSummed(io.Discard, summed)}
	if _, err := io.Copy(io.Discard, in.stored); err != nil {
		return plain(err)
	}
	var err error
	in.text, err = listfile.OpenWorkbook(in.file, in.size(), sheet)
	return err
}

type progressWriter func(int64)

func (p progressWriter) Write(b []byte) (int, error) {
	p(int64(len(b)))
	return len(b), nil
}

func (in *input) Read(p []byte) (int, error) { return in.text.Read(p) }

func (in *input) size() int64 {
	if in.before == nil || !in.before.Mode().IsRegular() {
		return -1
	}
	return in.before.Size()
}

// checkUnchanged finds a list that somebody wrote to while it was read.
func (in *input) checkUnchanged() error {
	if in.size() < 0 {
		return nil
	}
	after, err := in.file.Stat()
	if err != nil {
		return fmt.Errorf("%s: %w", in.name, plain(err))
	}
	if after.Size() != in.size() || in.stored.bytes != in.size() || !after.ModTime().Equal(in.before.ModTime()) {
		return fmt.Errorf("%s: changed while it was read (%d bytes at first, %d at last); filter it again when it is whole",
			in.name, in.size(), after.Size())
	}
	return nil
}

func (in *input) close() {
	if in.text != nil {
		in.text.Close()
	}
	if in.file != nil {
		in.file.Close()
	}
}

// interruptible returns a reader that ends with the context, although a read from a terminal or a pipe cannot be ended.
func interruptible(ctx context.Context, r io.Reader) io.Reader {
	read, write := io.Pipe()
	go func() {
		_, err := io.Copy(write, r)
		write.CloseWithError(err)
	}()
	context.AfterFunc(ctx, func() { write.CloseWithError(ctx.Err()) })
	return read
}
