package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"

	"github.com/listgate/listgate/internal/infile"
	"github.com/listgate/listgate/internal/printable"
)

// A standardOutput remembers that something could not be written. What commands print through it is
// text; rows of a list go to rows, byte for byte.
type standardOutput struct {
	*printable.Writer
	rows *rowWriter
}

func newStandardOutput(w io.Writer) *standardOutput {
	rows := &rowWriter{w: w}
	if file, ok := w.(*os.File); ok {
		rows.closed = wasClosed(file)
	}
	return &standardOutput{printable.NewWriter(textWriter{rows}), rows}
}

// rowsTo returns where rows go that are meant for a command's standard output.
func rowsTo(stdout io.Writer) io.Writer {
	if out, ok := stdout.(*standardOutput); ok {
		return out.rows
	}
	return stdout
}

// A rowWriter writes to standard output and remembers the first error.
type rowWriter struct {
	w      io.Writer
	closed bool // at the start: what is written would be lost without a word
	err    error
}

var errClosed = errors.New("it is closed, or /dev/null opened for reading and writing; send the rows somewhere, or name a file with -o")

func (r *rowWriter) Write(p []byte) (int, error) {
	if r.closed && r.err == nil {
		r.err = errClosed
	}
	if r.err != nil {
		return 0, r.err
	}
	return r.write(p)
}

func (r *rowWriter) write(p []byte) (n int, err error) {
	if n, err = r.w.Write(p); err != nil {
		r.err = err
	}
	return n, err
}

// A textWriter writes text, which nobody may want: then that it is lost is no error.
type textWriter struct{ rows *rowWriter }

func (t textWriter) Write(p []byte) (int, error) { return t.rows.write(p) }

// readerGone reports whether whoever read standard output has gone: head has its lines, say. That
// is said by the status alone, since it is mostly meant.
func (o *standardOutput) readerGone() bool { return errors.Is(o.rows.err, syscall.EPIPE) }

// failed returns what could not be written, as an error that a person understands.
func (o *standardOutput) failed() error {
	if o.rows.err == nil {
		return nil
	}
	return fmt.Errorf("standard output: cannot be written: %w", infile.Cause(o.rows.err))
}
