package listfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math/bits"
	"unicode/utf8"
)

// ErrISO2022 says that a list is in an encoding whose characters are made of delimiters, quotes and
// digits.
var ErrISO2022 = errors.New("text in ISO-2022, whose characters look like delimiters and digits; save it as UTF-8")

// The beginning of a list is looked at wholly, and samples of the rest: who mixes encodings mixes
// them all along, and looking at each byte of a large list would cost a tenth of filtering it.
const (
	wholeBytes  = 4 << 20
	sampleEvery = 16 // reads
)

// An encodingChecker passes a text on and finds out whether it is UTF-8.
type encodingChecker struct {
	r       io.Reader
	cut     []byte // the beginning of a character, whose end is not read yet
	room    [utf8.UTFMax]byte
	read    int // bytes
	reads   int
	invalid bool
}

func (c *encodingChecker) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.reads++; c.read > wholeBytes && c.reads%sampleEvery != 0 {
		c.cut = nil
		return n, err
	}
	if escape := bytes.IndexByte(p[:n], 0x1B); escape >= 0 && isISO2022(p[escape:n]) {
		return escape, ErrISO2022
	}
	if !c.invalid {
		c.check(p[:n])
	}
	c.read += n
	if err == io.EOF && len(c.cut) > 0 {
		c.invalid = true
	}
	return n, err
}

// isISO2022 reports whether a text holds one of the escape sequences that begin two-byte
// characters.
func isISO2022(text []byte) bool {
	for _, begin := range []string{"\x1B$B", "\x1B$@", "\x1B$A", "\x1B$(", "\x1B$)", "\x1B(I", "\x1B(J"} {
		if bytes.Contains(text, []byte(begin)) {
			return true
		}
	}
	return false
}

// check finds out whether what goes on with p is UTF-8 so far.
func (c *encodingChecker) check(p []byte) {
	whole := c.read <= wholeBytes
	if !whole { // what stands before and after is not looked at
		p = p[leadingHalf(p):]
	} else if p = c.finishCut(p); c.invalid || len(c.cut) > 0 {
		return
	}
	end := len(p) - cutRune(p)
	for at := 0; at < end; {
		if at += asciiLength(p[at:end]); at == end {
			break
		}
		r, size := utf8.DecodeRune(p[at:end])
		if r == utf8.RuneError && size == 1 {
			c.invalid = true
			return
		}
		at += size
	}
	if whole && end < len(p) {
		c.cut = append(c.room[:0], p[end:]...)
	}
}

// finishCut takes what belongs to the cut character off p.
func (c *encodingChecker) finishCut(p []byte) (rest []byte) {
	for len(c.cut) > 0 && len(p) > 0 && !utf8.FullRune(c.cut) {
		c.cut, p = append(c.cut, p[0]), p[1:]
	}
	if len(c.cut) > 0 && utf8.FullRune(c.cut) {
		c.invalid = !utf8.Valid(c.cut)
		c.cut = nil
	}
	return p
}

// leadingHalf returns how many bytes at the beginning of p may be the end of a character.
func leadingHalf(p []byte) int {
	for i, b := range p[:min(len(p), utf8.UTFMax-1)] {
		if utf8.RuneStart(b) {
			return i
		}
	}
	return min(len(p), utf8.UTFMax-1)
}

// cutRune returns how many bytes at the end of p may be the beginning of a character.
func cutRune(p []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(p); n++ {
		if utf8.RuneStart(p[len(p)-n]) {
			if utf8.FullRune(p[len(p)-n:]) {
				return 0
			}
			return n
		}
	}
	return 0
}

// asciiLength returns how many bytes at the beginning of p are ASCII. It looks at 64 at once: most
// are.
func asciiLength(p []byte) int {
	at := 0
	for ; len(p)-at >= 64; at += 64 {
		w := (*[64]byte)(p[at:])
		word := func(i int) uint64 { return binary.LittleEndian.Uint64(w[i:]) }
		if (word(0)|word(8)|word(16)|word(24)|word(32)|word(40)|word(48)|word(56))&highBits != 0 {
			break
		}
	}
	for ; len(p)-at >= 8; at += 8 {
		if high := binary.LittleEndian.Uint64(p[at:]) & highBits; high != 0 {
			return at + bits.TrailingZeros64(high)/8
		}
	}
	for at < len(p) && p[at] < utf8.RuneSelf {
		at++
	}
	return at
}

const highBits = 0x8080808080808080
