//go:build !amd64 && !arm64

package csv

// mark marks blocks of text, which are those of the span from its block number first on.
func (m *Marks) mark(text []byte, first, blocks int, delimiter byte) (suspect, hasQuotes bool) {
	return m.markWords(text, first, blocks, delimiter)
}
