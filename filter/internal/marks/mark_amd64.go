package marks

import "golang.org/x/sys/cpu"

//go:noescape
func markAVX2(text *byte, blocks int, delimiter uint64, ends, lineBreaks, quotes *byte) (wrong, quoted uint64)

// mark marks so many blocks of text, which are those of the span from the first on.
func (m *Marks) mark(text []byte, first, blocks int, delimiter byte) (suspect, hasQuotes bool) {
	if !cpu.X86.HasAVX2 {
		return m.markWords(text, first, blocks, delimiter)
	}
	if blocks == 0 {
		return false, false
	}
	wrong, quoted := markAVX2(&text[0], blocks, uint64(delimiter), &m.Ends[first*8], &m.LineBreaks[first*8], &m.Quotes[first*8])
	return wrong != 0, quoted != 0
}
