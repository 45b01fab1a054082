// Package infile reads the files that others give to the command.
package infile

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
)

// Interruptible returns a reader that ends with the context, although a read from a terminal or a
// pipe cannot be ended.
func Interruptible(ctx context.Context, r io.Reader) io.Reader {
	read, write := io.Pipe()
	go func() {
		_, err := io.Copy(write, r)
		write.CloseWithError(err)
	}()
	context.AfterFunc(ctx, func() { write.CloseWithError(ctx.Err()) })
	return read
}

// Cause takes the path off an error that is about to be told with the path that the user gave.
func Cause(err error) error {
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
