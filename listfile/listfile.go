// Package listfile reads and writes recipient lists as they are stored: plain, compressed with gzip
// or Zstandard, in UTF-16, or as an .xlsx workbook. Its Reader yields the text that filter.Stream
// reads.
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

// bufferBytes is how much is read ahead. What a list is shows in as much.
const bufferBytes = 64 << 10

// ErrWorkbook says that a list is a spreadsheet's file and no text. OpenWorkbook reads it, from a
// file.
var ErrWorkbook = errors.New("a spreadsheet's file, not text; name it as the list (a pipe will not do), or save it as CSV (UTF-8)")

// A Reader yields a stored list as text: UTF-8, or the list's own bytes if its encoding keeps ASCII
// as it is.
type Reader struct {
	io.Reader
	// Encoding is the source encoding if the list is converted to UTF-8: "UTF-16LE" or "UTF-16BE".
	// It is empty if the bytes of the list are passed on unchanged.
	Encoding string
	// Sheet is the sheet of a workbook, and Sheets are all that it has.
	Sheet  string
	Sheets []string

	close      func()
	compressed bool
	workbook   *workbook.Reader
	checked    *encodingChecker
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

// Open returns the text of a list that may be compressed with gzip or Zstandard, and may be UTF-16
// with a byte order mark. The first bytes decide, not the name. A Zstandard window over 32 MiB is
// refused when it is met, a workbook with ErrWorkbook, another kind of file with a *KindError, and
// broken UTF-16 with ErrLoneSurrogate or ErrOddByte.
func Open(stored io.Reader) (*Reader, error) { return open(stored, refuse) }

// OpenText is Open for any text: webhooks, say. It refuses nothing.
func OpenText(stored io.Reader) (*Reader, error) {
	return open(stored, func([]byte, bool) error { return nil })
}

// open opens a text unless refuse says why it is none: a text that begins with head, as it is
// stored and as UTF-8.
func open(stored io.Reader, refuse func(head []byte, compressed bool) error) (r *Reader, err error) {
	if r, err = decompress(bufio.NewReaderSize(stored, bufferBytes)); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			r.Close()
			r = nil
		}
	}()
	text := bufio.NewReaderSize(r.Reader, bufferBytes)
	head, err := text.Peek(headBytes)
	if err != nil && err != io.EOF {
		return r, readingError(err)
	}
	if err := refuse(head, r.compressed); err != nil {
		return r, err
	}
	if r.decode(text, head); r.Encoding == "" {
		return r, nil
	}
	decoded := bufio.NewReaderSize(r.Reader, bufferBytes)
	r.Reader = decoded
	if head, err = decoded.Peek(headBytes); err != nil && err != io.EOF {
		return r, nil // what is wrong is told where it is read
	}
	return r, refuse(head, r.compressed)
}

// decode makes UTF-8 of UTF-16, and finds out whether anything else is UTF-8.
func (r *Reader) decode(text *bufio.Reader, head []byte) {
	switch {
	case bytes.HasPrefix(head, []byte("\xFF\xFE")):
		r.Reader, r.Encoding = &utf16Reader{r: text}, "UTF-16LE"
	case bytes.HasPrefix(head, []byte("\xFE\xFF")):
		r.Reader, r.Encoding = &utf16Reader{r: text, big: true}, "UTF-16BE"
	default:
		r.checked = &encodingChecker{r: text}
		r.Reader = r.checked
	}
}

// refuse returns why what begins with head is no list.
func refuse(head []byte, compressed bool) error {
	switch kind := kindOf(head); {
	case kind != nil:
		return kind
	case workbook.KindOf(head) == workbook.Other:
		return nil
	case compressed:
		return &KindError{"a workbook or an archive that is compressed once more", unpackIt}
	}
	return ErrWorkbook
}

func decompress(stored *bufio.Reader) (*Reader, error) {
	magic, err := stored.Peek(4)
	if err != nil && err != io.EOF {
		return nil, readingError(err)
	}
	switch {
	case bytes.HasPrefix(magic, []byte("\x1F\x8B")):
		unpacked, err := newGzipReader(stored)
		if err != nil {
			return nil, readingError(err)
		}
		return &Reader{Reader: unpacked, compressed: true}, nil
	case isZstd(magic):
		unpacked, err := zstd.NewReader(stored, zstd.WithDecoderMaxWindow(maxZstdWindow),
			zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, err
		}
		return &Reader{Reader: unpacked, close: unpacked.Close, compressed: true}, nil
	}
	return &Reader{Reader: stored}, nil
}

// isZstd reports whether a Zstandard frame begins so, or a frame to skip, such as pzstd writes
// before each other one.
func isZstd(magic []byte) bool {
	return bytes.HasPrefix(magic, []byte("\x28\xB5\x2F\xFD")) ||
		len(magic) == 4 && magic[0]&0xF0 == 0x50 && string(magic[1:]) == "\x2A\x4D\x18"
}

func readingError(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("the list is cut short: %w", err)
	}
	return fmt.Errorf("reading: %w", err)
}

// Compress returns a writer that compresses to w as the suffix of name says: .gz, .zst, or not at
// all. Close ends the compressed text and does not close w.
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
