package listfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"unicode/utf8"
)

// ErrISO2022 says that a list is in an encoding whose characters are made of delimiters, quotes and digits.
var ErrISO2022 = errors.New("text in ISO-2022, whose characters look like delimiters and digits; save it as UTF-8")

// An encodingChecker passes a text on and finds out whether it is UTF-8.
type encodingChecker struct {
	r       io.Reader
	cut     []byte // the beginning of a character, whose end is not read yet
	room    [utf8.UTFMax]byte
	invalid bool
}

func (c *encodingChecker) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if escape := bytes.IndexByte(p[:n], 0x1B); escape >= 0 && isISO2022(p[escape:n]) {
		return escape, ErrISO2022
	}
	if !c.invalid && (len(c.cut) > 0 || !isASCII(p[:n])) {
		c.check(p[:n])
	}
	if err == io.EOF && len(c.cut) > 0 {
		c.invalid = true
	}
	return n, err
}

// isISO2022 reports whether a text holds one of the escape sequences that begin two-byte characters.
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
	for len(c.cut) > 0 && len(p) > 0 && !utf8.FullRune(c.cut) {
		c.cut, p = append(c.cut, p[0]), p[1:]
	}
	if len(c.cut) > 0 {
		if !utf8.FullRune(c.cut) {
			return
		}
		c.invalid = !utf8.Valid(c.cut)
		c.cut = nil
	}
	whole := len(p) - cutRune(p)
	c.invalid = c.invalid || !utf8.Valid(p[:whole])
	if whole < len(p) {
		c.cut = append(c.room[:0], p[whole:]...)
	}
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

// isASCII looks at 64 bytes at once: most lists are nothing but ASCII.
func isASCII(p []byte) bool {
	for ; len(p) >= 64; p = p[64:] {
		word := func(at int) uint64 { return binary.LittleEndian.Uint64(p[at:]) }
		if (word(0)|word(8)|word(16)|word(24)|word(32)|word(40)|word(48)|word(56))&0x8080808080808080 != 0 {
			return false
		}
	}
	for _, b := range p {
		if b >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
