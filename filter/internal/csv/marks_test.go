package csv

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// wanted is what Find must find, byte by byte.
func wanted(text []byte, start, end int, delimiter byte) (ends, lineBreaks, quotes []int, wrong bool) {
	for i := start; i < end; i++ {
		if text[i] == delimiter || text[i] == '\n' {
			ends = append(ends, i)
		}
		if text[i] == '\n' {
			lineBreaks = append(lineBreaks, i)
		}
		if text[i] == '"' {
			quotes = append(quotes, i)
		}
		wrong = wrong || text[i] == 0 || text[i] == '\r' && i+1 < end && text[i+1] != '\n'
	}
	return ends, lineBreaks, quotes, wrong
}

// all is every offset whose bit is set, asked for one after the other.
func all(m *Marks, b *Bits) (offsets []int) {
	for at := m.Next(b, m.Start); at >= 0; at = m.Next(b, at+1) {
		offsets = append(offsets, at)
	}
	return offsets
}

func requireMarks(t *testing.T, m *Marks, text []byte, from int, delimiter byte) {
	t.Helper()
	suspect := m.Find(text, from, Dialect{Delimiter: delimiter})
	require.LessOrEqual(t, m.Start, from)
	require.Greater(t, m.Start+block, from)
	require.Equal(t, min(m.Start+Span, len(text)), m.End)
	ends, lineBreaks, quotes, wrong := wanted(text, m.Start, m.End, delimiter)
	require.Equal(t, ends, all(m, &m.Ends))
	require.Equal(t, lineBreaks, all(m, &m.LineBreaks))
	require.Equal(t, quotes, all(m, &m.Quotes))
	require.Len(t, m.Lines, len(lineBreaks))
	for i, at := range lineBreaks {
		require.Equal(t, at, m.Start+int(m.Lines[i]))
	}
	if last := text[m.End-1]; last != '\r' { // what follows a last one is not looked at
		require.Equal(t, wrong, suspect)
	} else {
		require.True(t, !wrong || suspect)
	}
}

// someText is bytes at random, many of them that mean something, and some next to those in value.
func someText(rng *rand.Rand, length int, pieces string) []byte {
	text := make([]byte, length)
	for i := range text {
		text[i] = pieces[rng.IntN(len(pieces))]
	}
	return text
}

func TestFind(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	m := new(Marks) // one after the other in the same marks, so that what is left of the last ones would show
	for _, pieces := range []string{"x,\n\"", "\n", "abcdefghijklmnop\x80\x8a\xff\x0b\x09\x8d;,", "xyz,\r\n",
		"x\r\n\n\n", "\"", "x\x00,\n", "\t\n|;"} {
		for _, length := range []int{1, 2, 63, 64, 65, 127, 128, 129, 1000, Span - 1, Span, Span + 1, 3 * Span} {
			for range 10 {
				text := someText(rng, length, pieces)
				requireMarks(t, m, text, rng.IntN(length), ",;\t|"[rng.IntN(4)])
			}
		}
	}
}

// TestSuspects puts one wrong byte at every place of two blocks and a rest.
func TestSuspects(t *testing.T) {
	m := new(Marks)
	for length := 1; length < 2*block+10; length++ {
		clean := bytes.Repeat([]byte{'x'}, length)
		require.False(t, m.Find(clean, 0, Dialect{Delimiter: ','}))
		for at := range length {
			text := bytes.Clone(clean)
			text[at] = 0
			require.True(t, m.Find(text, 0, Dialect{Delimiter: ','}), "NUL at %d of %d", at, length)
			text[at] = '\r'
			if at+1 < length {
				require.True(t, m.Find(text, 0, Dialect{Delimiter: ','}), "carriage return at %d of %d", at, length)
				text[at+1] = '\n'
				require.False(t, m.Find(text, 0, Dialect{Delimiter: ','}), "line break at %d of %d", at, length)
			}
		}
	}
}

// TestWordsFindTheSame compares the way for any processor with the one of this processor.
func TestWordsFindTheSame(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, pieces := range []string{"x,\n\"", "xyz,\r\n", "x\r\n\n\n", "x\x00,\n",
		"\x80\x8a\x8d\xa2\xac,\n\r\"\x00\xff"} {
		for range 200 {
			blocks := 1 + rng.IntN(Span/block)
			text := someText(rng, blocks*block, pieces)
			var a, b Marks
			suspect, quotes := a.mark(text, 0, blocks, ',')
			slowSuspect, slowQuotes := b.markWords(text, 0, blocks, ',')
			require.Equal(t, slowSuspect, suspect)
			require.Equal(t, slowQuotes, quotes)
			require.Equal(t, b.Ends, a.Ends)
			require.Equal(t, b.LineBreaks, a.LineBreaks)
			require.Equal(t, b.Quotes, a.Quotes)
		}
	}
}

func TestWindowsReachOverTheEnd(t *testing.T) {
	var m Marks
	m.Find(bytes.Repeat([]byte{'\n'}, Span), 0, Dialect{Delimiter: ','})
	text := []byte("a,b\n")
	m.Find(text, 0, Dialect{Delimiter: ','})
	require.Equal(t, uint64(0b1010), m.At(&m.Ends, 0))
	require.Equal(t, uint64(1), m.At(&m.Ends, 3))
	require.Zero(t, m.At(&m.Ends, m.End))
	require.Equal(t, -1, m.Next(&m.Ends, m.End))
	m.Forget()
	require.Zero(t, m.End)
	require.Empty(t, m.Lines)
}

func TestFindDoesNotAllocate(t *testing.T) {
	m, text := new(Marks), bytes.Repeat([]byte("a,b\n"), Span/4+5)
	require.Zero(t, testing.AllocsPerRun(10, func() {
		m.Find(text, 0, Dialect{Delimiter: ','})
		m.Find(text, Span, Dialect{Delimiter: ','})
	}))
}

func FuzzFind(f *testing.F) {
	f.Add([]byte("name,phone\r\n\"Rao, A\",+919876543210\r\n"), uint16(3), byte(','))
	f.Fuzz(func(t *testing.T, text []byte, from uint16, delimiter byte) {
		if len(text) > 0 && delimiter != '\n' && delimiter != '\r' && delimiter != '"' {
			requireMarks(t, new(Marks), text, int(from)%len(text), delimiter)
		}
	})
}

// BenchmarkFind is with the instructions of this processor, and with those of any.
func BenchmarkFind(b *testing.B) {
	text := bytes.Repeat([]byte("Amelia Souza,+33626782016,Almaty,2025-09-24,SPRING-AUTUMN-0000001\n"), 2*Span/64)
	m := new(Marks)
	b.Run("this", func(b *testing.B) {
		b.SetBytes(Span)
		for b.Loop() {
			m.Find(text, 0, Dialect{Delimiter: ','})
		}
	})
	b.Run("any", func(b *testing.B) {
		b.SetBytes(Span)
		for b.Loop() {
			m.markWords(text, 0, Span/block, ',')
			m.listLines(Span / block)
		}
	})
}
