//go:build amd64 || arm64

package csv

// mark marks blocks of text, which are those of the span from its block number first on.
func (m *Marks) mark(text []byte, first, blocks int, delimiter byte) (suspect, hasQuotes bool) {
	if !hasVectors {
		return m.markWords(text, first, blocks, delimiter)
	}
	if blocks == 0 {
		return false, false
	}
	wrong, quoted := markVectors(&text[0], blocks, uint64(delimiter), &m.Ends[first*8], &m.LineBreaks[first*8],
		&m.Quotes[first*8])
	return wrong != 0, quoted != 0
}

// markVectors marks blocks of text, one at least. What is wrong is not 0 if there is a NUL or a
// carriage return that no line feed follows, quoted if there is a quote.
//
//go:noescape
func markVectors(text *byte, blocks int, delimiter uint64, ends, lineBreaks, quotes *byte) (wrong, quoted uint64)
