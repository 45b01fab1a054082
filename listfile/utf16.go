package listfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// What can be wrong in a UTF-16 list.
var (
	ErrLoneSurrogate = errors.New("UTF-16: half a character (a lone surrogate)")
	ErrOddByte       = errors.New("UTF-16: ends in the middle of a character (an odd byte)")
)

// A utf16Reader turns UTF-16 into UTF-8. The byte order mark becomes that of UTF-8.
type utf16Reader struct {
	r     *bufio.Reader
	big   bool
	ready []byte // UTF-8 that is not yet read
	line  int
	err   error
}

func (u *utf16Reader) Read(p []byte) (n int, err error) {
	for n == 0 && len(p) > 0 {
		if len(u.ready) == 0 && u.err == nil {
			u.fill()
		}
		if len(u.ready) == 0 {
			return 0, u.err
		}
		n = copy(p, u.ready)
		u.ready = u.ready[n:]
	}
	return n, nil
}

// fill decodes some characters.
func (u *utf16Reader) fill() {
	u.ready = u.ready[:0]
	if cap(u.ready) < 4<<10 {
		u.ready = make([]byte, 0, 4<<10)
	}
	for len(u.ready)+utf8.UTFMax <= cap(u.ready) {
		r, err := u.character()
		if err != nil {
			u.err = err
			return
		}
		if r == '\n' {
			u.line++
		}
		u.ready = utf8.AppendRune(u.ready, r)
	}
}

func (u *utf16Reader) character() (rune, error) {
	first, err := u.unit()
	if err != nil || !utf16.IsSurrogate(first) {
		return first, err
	}
	second, err := u.unit()
	r := utf16.DecodeRune(first, second)
	if err == io.EOF || err == nil && r == utf8.RuneError {
		err = u.fail(ErrLoneSurrogate)
	}
	return r, err
}

func (u *utf16Reader) unit() (rune, error) {
	first, err := u.r.ReadByte()
	if err != nil {
		return 0, err
	}
	second, err := u.r.ReadByte()
	switch {
	case err == io.EOF:
		return 0, u.fail(ErrOddByte)
	case err != nil:
		return 0, err
	case u.big:
		first, second = second, first
	}
	return rune(first) | rune(second)<<8, nil
}

func (u *utf16Reader) fail(err error) error { return fmt.Errorf("line %d: %w", u.line+1, err) }
