// Package listfile reads and writes recipient lists as they are stored: plain, compressed with gzip or Zstandard, in
// UTF-16, or as an .xlsx workbook. Its Reader yields the text that filter.Stream reads.
//
//	list, err := listfile.Open(file)
//	if err != nil {
//		return err
//	}
//	defer list.Close()
//	result, err := f.Stream(ctx, kept, dropped, list, filter.ListOptions{Name: name})
package listfile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/listgate/listgate/listfile/internal/workbook"
)

// maxZstdWindow bounds the memory that a compressed list can ask for.
const maxZstdWindow = 32 << 20

// ErrWorkbook says that a list is a spreadsheet's file and no text. OpenWorkbook reads it, from a file.
var ErrWorkbook = errors.New("a spreadsheet's file, not text; name it as the list (a pipe will not do), or save it as CSV (UTF-8)")

// A Reader yields a stored list as text: UTF-8, or the list's own bytes if its encoding keeps ASCII as it is.
type Reader struct {
	io.Reader
	// Encoding is the source encoding if the list is converted to UTF-8: "UTF-16LE" or "UTF-16BE". It is empty if the
	// bytes of the list are passed on unchanged.
	Encoding string
	// Sheet is the sheet of a workbook, and Sheets are all that it has.
	Sheet  string
	Sheets []string

	close    func()
	workbook *workbook.Reader
}

// Close frees what reading took. It does not close the stored list.
func (r *Reader) Close() error {
	if r.workbook != nil {
		return r.workbook.Close()
	}
	if r.close != nil {
		r.close()
	}
	return nil
}

// Open returns the text of a list that may be compressed with gzip or Zstandard, and may be UTF-16 with a byte order
// mark. The first bytes decide, not the name. A Zstandard window over 32 MiB is refused when it is met, a workbook with
// ErrWorkbook, and broken UTF-16 with ErrLoneSurrogate or ErrOddByte.
func Open(stored io.Reader) (*Reader, error) {
	r, err := decompress(bufio.NewReaderSize(stored, 64<<10))
	if err != nil {
		return nil, err
	}
	text := bufio.NewReaderSize(r.Reader, 64<<10)
	r.Reader = text
	mark, err := text.Peek(2)
	if err != nil && err != io.EOF {
		return nil, readingError(err)
	}
	switch string(mark) {
	case "\xFF\xFE":
		r.Reader, r.Encoding = &utf16Reader{r: text}, "UTF-16LE"
	case "\xFE\xFF":
		r.Reader, r.Encoding = &utf16Reader{r: text, big: true}, "UTF-16BE"
	}
	return r, nil
}

func decompress(stored *bufio.Reader) (*Reader, error) {
	magic, err := stored.Peek(4)
	if err != nil && err != io.EOF {
		return nil, readingError(err)
	}
	switch {
	case bytes.HasPrefix(magic, []byte("\x1F\x8B")):
		unpacked, err := gzip.NewReader(stored)
		if err != nil {
			return nil, readingError(err)
		}
		return &Reader{Reader: unpacked}, nil
	case bytes.HasPrefix(magic, []byte("\x28\xB5\x2F\xFD")):
		unpacked, err := zstd.NewReader(stored, zstd.WithDecoderMaxWindow(maxZstdWindow), zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, err
		}
		return &Reader{Reader: unpacked, close: unpacked.Close}, nil
	case workbook.KindOf(magic) != workbook.Other:
		return nil, ErrWorkbook
	}
	return &Reader{Reader: stored}, nil
}

func readingError(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("the list is cut short: %w", err)
	}
	return fmt.Errorf("reading: %w", err)
}

// Compress returns a writer that compresses to w as the suffix of name says: .gz, .zst, or not at all. Close ends the
// compressed text and does not close w.
func Compress(w io.Writer, name string) (io.WriteCloser, error) {
	switch lower := strings.ToLower(name); {
	case strings.HasSuffix(lower, ".gz"):
		return gzip.NewWriter(w), nil
	case strings.HasSuffix(lower, ".zst"):
		return zstd.NewWriter(w, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(4<<20))
	}
	return plainWriter{w}, nil
}

type plainWriter struct{ io.Writer }

func (plainWriter) Close() error { return nil }
