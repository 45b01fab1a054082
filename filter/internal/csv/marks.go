package csv

import (
	"encoding/binary"
	"math/bits"
)

const (
	// Span is how much of a text is marked at a time: so much that it stays, with its marks, in a
	// core's nearest cache.
	Span  = 8 << 10
	block = 64 // bytes that one word of marks is about
	// Window is how many bytes the bits of a word at any offset are about, at least.
	Window = block - 7
)

// Bits has one bit for each byte of a span, and zeros behind it for a window that reaches over its
// end.
type Bits [Span/8 + 2*8]byte

// Marks say where the cells and lines of a span of a text end: one bit for each byte, found 64
// bytes at a time, for delimiters, line feeds and quotes. Whoever cuts rows then asks the bits
// instead of the bytes. All offsets are those of the text. The zero Marks are of nothing. No method
// allocates.
type Marks struct {
	Start, End int  // what is marked
	Ends       Bits // delimiters and line feeds
	LineBreaks Bits // line feeds
	Quotes     Bits
	Lines      []uint16 // where the line feeds stand, counted from Start
	lines      [Span + 2]uint16
	before     [Span/block + 2]uint16 // how many of Ends come before each block
	hasQuotes  bool
	quote      int // no quote stands between the offset last asked for and this one
}

// Forget makes m the marks of nothing.
func (m *Marks) Forget() { m.Start, m.End, m.Lines = 0, 0, nil }

// Find marks a span of text that begins at most 63 bytes before offset from. It is suspect if it
// may hold a NUL, or a carriage return that no line feed follows. Of one at its very end it may not
// tell.
func (m *Marks) Find(text []byte, from int, d Dialect) (suspect bool) {
	m.quote = -1
	m.Start = from &^ (block - 1)
	m.End = min(m.Start+Span, len(text))
	span := text[m.Start:m.End]
	blocks := len(span) / block
	suspect, m.hasQuotes = m.mark(span, 0, blocks, d.Delimiter)
	if whole := blocks * block; whole < len(span) {
		var last [block]byte
		for i := copy(last[:], span[whole:]); i < block; i++ {
			last[i] = ' '
		}
		wrong, quotes := m.mark(last[:], blocks, 1, d.Delimiter)
		suspect = suspect || wrong || whole > 0 && span[whole-1] == '\r' && last[0] != '\n'
		m.hasQuotes = m.hasQuotes || quotes
		for _, b := range []*Bits{&m.Ends, &m.LineBreaks, &m.Quotes} { // the delimiter may be a space
			word := b[blocks*8:]
			binary.LittleEndian.PutUint64(word, binary.LittleEndian.Uint64(word)&(1<<(len(span)-whole)-1))
		}
		blocks++
	}
	for _, b := range []*Bits{&m.Ends, &m.LineBreaks, &m.Quotes} {
		clear(b[blocks*8 : blocks*8+8])
	}
	m.hasQuotes = m.hasQuotes && !d.NoQuotes
	m.countEnds(blocks)
	m.listLines(blocks)
	return suspect
}

// listLines lists the line feeds. Most blocks have one or two, so that taking two without asking is
// cheaper.
func (m *Marks) listLines(blocks int) {
	n := 0
	for i := range blocks {
		word := binary.LittleEndian.Uint64(m.LineBreaks[i*8:])
		at := n
		n += bits.OnesCount64(word)
		for {
			m.lines[at] = uint16(i*block + bits.TrailingZeros64(word))
			word &= word - 1
			m.lines[at+1] = uint16(i*block + bits.TrailingZeros64(word))
			word &= word - 1
			if at += 2; at >= n {
				break
			}
		}
	}
	m.Lines = m.lines[:n]
}

// countEnds counts the ends before each block.
func (m *Marks) countEnds(blocks int) {
	n := 0
	for i := range blocks {
		m.before[i] = uint16(n)
		n += bits.OnesCount64(binary.LittleEndian.Uint64(m.Ends[i*8:]))
	}
	m.before[blocks] = uint16(n)
}

// EndsBefore returns how many cells end from Start to before offset at, which lies from Start to
// End.
func (m *Marks) EndsBefore(at int) int {
	i := uint(at - m.Start)
	word := binary.LittleEndian.Uint64(m.Ends[i/block*8:])
	return int(m.before[i/block]) + bits.OnesCount64(word&(1<<(i%block)-1))
}

// At returns the bits of offset at, from Start to End, and of at least 56 behind it, the first one
// lowest. They are 0 behind End.
func (m *Marks) At(b *Bits, at int) uint64 {
	i := uint(at - m.Start)
	return binary.LittleEndian.Uint64(b[i/8:]) >> (i % 8)
}

// NextQuote returns the first quote from offset at on, which lies from Start to End, or -1.
func (m *Marks) NextQuote(at int) int {
	if !m.hasQuotes {
		return -1
	}
	return m.Next(&m.Quotes, at)
}

// SeekQuote is NextQuote for offsets that do not fall. It returns the end of what is marked where
// there is no quote.
func (m *Marks) SeekQuote(at int) int {
	if m.quote < at {
		if m.quote = m.NextQuote(at); m.quote < 0 {
			m.quote = m.End
		}
	}
	return m.quote
}

// Next returns the first offset from at on, which lies from Start to End, whose bit is set, or -1.
func (m *Marks) Next(b *Bits, at int) int {
	for ; at < m.End; at += Window {
		if word := m.At(b, at); word != 0 {
			return at + bits.TrailingZeros64(word)
		}
	}
	return -1
}

// EndOfCell returns where the text of the cell at start ends, and where the delimiter or the line
// break after the cell is. Both are negative if the cell is wrong or not all marked, and end alone
// if its text is not what is between the quotes. It knows the quoting rules of ScanField. text and
// delimiter are those of Find.
func (m *Marks) EndOfCell(text []byte, start int, delimiter byte) (end, stop int) {
	if text[start] != '"' || !m.hasQuotes {
		end = m.Next(&m.Ends, start)
		if end > start && text[end] == '\n' && text[end-1] == '\r' {
			end--
		}
		return end, end
	}
	doubled := false
	for at := start + 1; at < m.End; at += 2 {
		if at = m.NextQuote(at); at < 0 || at+2 >= len(text) {
			break
		}
		switch b := text[at+1]; {
		case b == '"':
			doubled = true
		case b != delimiter && b != '\n' && (b != '\r' || text[at+2] != '\n'):
			return -1, -1
		case doubled:
			return -1, at + 1
		default:
			return at, at + 1
		}
	}
	return -1, -1
}

// EndOfRow returns where the next row begins, given where a cell of this one stops, and how many
// cells follow that cell. next is negative if something is wrong with the rest of the row or it is
// not all marked.
func (m *Marks) EndOfRow(text []byte, stop int, delimiter byte) (next, cells int) {
	lineBreak := m.Next(&m.LineBreaks, stop)
	if m.SeekQuote(stop) > lineBreak {
		return afterBreak(lineBreak), m.EndsBefore(max(lineBreak, stop)) - m.EndsBefore(stop)
	}
	for text[stop] == delimiter {
		if stop+1 >= m.End {
			return -1, 0
		}
		if _, stop = m.EndOfCell(text, stop+1, delimiter); stop < 0 {
			return -1, 0
		}
		cells++
	}
	return afterBreak(m.Next(&m.LineBreaks, stop)), cells
}

// afterBreak returns what follows a line break, negative if there is none.
func afterBreak(lineBreak int) int {
	if lineBreak < 0 {
		return -1
	}
	return lineBreak + 1
}
