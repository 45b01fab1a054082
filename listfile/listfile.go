package filter

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/listgate/listgate/filter/internal/workbook"
)

// maxZstdWindow bounds the memory that a compressed list can ask for.
const maxZstdWindow = 32 << 20

// ErrWorkbook says that a list is a spreadsheet's file and no text. OpenWorkbook reads it, from a file.
var ErrWorkbook = errors.New("a spreadsheet's file, not text; name it as the list (a pipe will not do), or save it as CSV (UTF-8)")

// A Text is a list as UTF-8, or any encoding that keeps ASCII as it is, whatever it is stored as.
type Text struct {
	io.Reader
	// Encoding is what the list was turned into UTF-8 from: "UTF-16LE" or "UTF-16BE". It is empty where the bytes of the
	// list are passed on as they are.
	Encoding string
	// Sheet is the sheet of a workbook, and Sheets are all that it has.
	Sheet  string
	Sheets []string

	close    func()
	workbook *workbook.Reader
}

// Close frees what reading took. It does not close the stored list.
func (t *Text) Close() error {
	if t.workbook != nil {
		return t.workbook.Close()
	}
	if t.close != nil {
		t.close()
	}
	return nil
}

// OpenText returns the text of a list that may be compressed with gzip or Zstandard, and may be UTF-16 with a byte order
// mark, which its first bytes tell, whatever its name. A Zstandard window over 32 MiB is refused when it is met, a
// workbook with ErrWorkbook, and broken UTF-16 with ErrLoneSurrogate or ErrOddByte.
func OpenText(stored io.Reader) (*Text, error) {
	t, err := decompress(bufio.NewReaderSize(stored, 64<<10))
	if err != nil {
		return nil, err
	}
	text := bufio.NewReaderSize(t.Reader, 64<<10)
	t.Reader = text
	mark, err := text.Peek(2)
	if err != nil && err != io.EOF {
		return nil, readingError(err)
	}
	switch string(mark) {
	case "\xFF\xFE":
		t.Reader, t.Encoding = &utf16Reader{r: text}, "UTF-16LE"
	case "\xFE\xFF":
		t.Reader, t.Encoding = &utf16Reader{r: text, big: true}, "UTF-16BE"
	}
	return t, nil
}

func decompress(stored *bufio.Reader) (*Text, error) {
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
		return &Text{Reader: unpacked}, nil
	case bytes.HasPrefix(magic, []byte("\x28\xB5\x2F\xFD")):
		unpacked, err := zstd.NewReader(stored, zstd.WithDecoderMaxWindow(maxZstdWindow), zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, err
		}
		return &Text{Reader: unpacked, close: unpacked.Close}, nil
	case workbook.KindOf(magic) != workbook.Other:
		return nil, ErrWorkbook
	}
	return &Text{Reader: stored}, nil
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
