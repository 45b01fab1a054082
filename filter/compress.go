package filter

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// maxZstdWindow bounds the memory that a compressed list can ask for.
const maxZstdWindow = 32 << 20

// ErrSpreadsheet says that a list is a spreadsheet file and no text.
var ErrSpreadsheet = errors.New("a spreadsheet file, not text; save it as CSV (UTF-8) and filter that")

// Decompress returns the text of a list that may be compressed with gzip or Zstandard, which its first bytes tell,
// whatever its name. A Zstandard window over 32 MiB is refused when it is met, a spreadsheet file with ErrSpreadsheet.
// Close does not close r.
func Decompress(r io.Reader) (io.ReadCloser, error) {
	buffered := bufio.NewReaderSize(r, 64<<10)
	magic, err := buffered.Peek(4)
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("reading: %w", err)
	}
	switch {
	case bytes.HasPrefix(magic, []byte("\x1F\x8B")):
		return gzip.NewReader(buffered)
	case bytes.HasPrefix(magic, []byte("\x28\xB5\x2F\xFD")):
		d, err := zstd.NewReader(buffered, zstd.WithDecoderMaxWindow(maxZstdWindow), zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, err
		}
		return d.IOReadCloser(), nil
	case bytes.HasPrefix(magic, []byte("PK\x03\x04")), bytes.HasPrefix(magic, []byte("\xD0\xCF\x11\xE0")):
		return nil, ErrSpreadsheet
	}
	return io.NopCloser(buffered), nil
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
