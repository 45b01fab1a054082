package listfile

import (
	"bufio"
	"errors"
	"io"

	"github.com/klauspost/compress/gzip"
)

var errBehindGzip = errors.New("something that is no gzip follows the compressed list; is it whole?")

// A gzipReader reads one or more gzip members. Zeros behind the last one are no part of the list,
// as gzip itself has it: tapes and archives pad files with them.
type gzipReader struct {
	stored *bufio.Reader
	member *gzip.Reader
}

func newGzipReader(stored *bufio.Reader) (*gzipReader, error) {
	member, err := gzip.NewReader(stored)
	if err != nil {
		return nil, err
	}
	member.Multistream(false)
	return &gzipReader{stored, member}, nil
}

func (g *gzipReader) Read(p []byte) (int, error) {
	for {
		n, err := g.member.Read(p)
		if n > 0 && err == io.EOF {
			return n, nil
		}
		if err != io.EOF {
			return n, err
		}
		if err := g.next(); err != nil {
			return 0, err
		}
	}
}

// next goes on to the next member. The error is io.EOF if there is none.
func (g *gzipReader) next() error {
	first, err := g.stored.Peek(1)
	if err != nil {
		return err
	}
	if first[0] == 0 {
		return g.skipZeros()
	}
	switch err := g.member.Reset(g.stored); {
	case errors.Is(err, gzip.ErrHeader):
		return errBehindGzip
	case err == io.EOF:
		return io.ErrUnexpectedEOF
	case err != nil:
		return err
	}
	g.member.Multistream(false)
	return nil
}

// skipZeros returns io.EOF if nothing but zeros follows.
func (g *gzipReader) skipZeros() error {
	for {
		b, err := g.stored.ReadByte()
		if err != nil {
			return err
		}
		if b != 0 {
			return errBehindGzip
		}
	}
}
