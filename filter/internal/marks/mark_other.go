//go:build !amd64 && !arm64

package marks

// mark marks so many blocks of text, which are those of the span from the first on.
func (m *Marks) mark(text []byte, first, blocks int, delimiter byte) (suspect, hasQuotes bool) {
	return m.markWords(text, first, blocks, delimiter)
}
