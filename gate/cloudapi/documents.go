package cloudapi

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

const (
	// maxDocument bounds one document. Meta's largest is 3 MB.
	maxDocument = 16 << 20
	// maxAgain bounds how much is read again in search of documents that a broken one swallowed.
	maxAgain = 8 * maxDocument
)

// Documents calls f with each JSON document of r and the line, from 1, where it begins: one
// document, documents after each other, JSON lines, or a list of documents. A stretch that is no
// JSON is passed on as it is, up to the next line that begins like a document, so that one broken
// line costs no other. body may be kept.
func Documents(r io.Reader, f func(line int, body []byte) error) error {
	s := &splitter{r: bufio.NewReaderSize(r, 1<<20), line: 1}
	for {
		line, body, err := s.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = f(line, body)
		}
		if err != nil {
			return err
		}
	}
}

// A splitter cuts a text into documents by their brackets.
type splitter struct {
	r     *bufio.Reader
	line  int
	again int // bytes that were read again
}

// next returns the next document, or io.EOF.
func (s *splitter) next() (line int, body []byte, err error) {
	first, err := s.skip()
	if err != nil {
		return 0, nil, err
	}
	line = s.line
	switch first {
	case '{':
	case '"':
		body, err = s.text()
		return line, body, err
	default:
		body, err = s.restOfLine(nil)
		return line, body, err
	}
	body, cutAtBreak, err := s.object()
	switch {
	case err != nil:
		return line, nil, err
	case cutAtBreak:
		s.line++ // the break was read
	case !json.Valid(body):
		if body, err = s.broken(body); err != nil {
			return line, nil, err
		}
	}
	s.line += bytes.Count(body, []byte("\n"))
	return line, body, nil
}

// skip skips what may stand between documents, and leaves the first byte of the next one.
func (s *splitter) skip() (byte, error) {
	for {
		c, err := s.r.ReadByte()
		if err != nil {
			return 0, err
		}
		switch c {
		case '\n':
			s.line++
		case ' ', '\t', '\r', ',', '[', ']', 0xEF, 0xBB, 0xBF: // a list of documents; a byte order mark
		default:
			return c, s.r.UnreadByte()
		}
	}
}

// text reads a JSON string, which may hold a document, or up to the end of the line if it is not
// closed there.
func (s *splitter) text() ([]byte, error) {
	var body []byte
	for escaped := false; ; {
		c, err := s.r.ReadByte()
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		if err != nil {
			return bytes.TrimRight(body, "\r"), nil
		}
		if c == '\n' {
			return bytes.TrimRight(body, "\r"), s.r.UnreadByte()
		}
		if body = append(body, c); len(body) > maxDocument {
			return nil, fmt.Errorf("line %d: a document of more than %d MiB", s.line, maxDocument>>20)
		}
		switch {
		case escaped:
			escaped = false
		case c == '\\':
			escaped = true
		case c == '"' && len(body) > 1:
			if json.Valid(body) {
				return body, nil
			}
			return s.restOfLine(body)
		}
	}
}

// object reads up to the bracket that closes the first one, to the end, or to a line break after
// which it cannot go on.
func (s *splitter) object() (body []byte, cutAtBreak bool, err error) {
	depth, inString, escaped := 0, false, false
	for {
		c, err := s.r.ReadByte()
		if errors.Is(err, io.EOF) {
			return body, false, nil
		}
		if err != nil {
			return nil, false, err
		}
		if c == '\n' && (inString || s.beginsAnew(body)) {
			return bytes.TrimRight(body, "\r"), true, nil
		}
		if body = append(body, c); len(body) > maxDocument {
			return nil, false, fmt.Errorf("line %d: a document of more than %d MiB", s.line, maxDocument>>20)
		}
		switch {
		case escaped:
			escaped = false
		case inString:
			escaped, inString = c == '\\', c != '"'
		case c == '"':
			inString = true
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 {
				return body, false, nil
			}
		}
	}
}

// beginsAnew reports whether the next line begins a document, so that the one before is broken: an
// object cannot stand after what was read, or the line is a document by itself.
func (s *splitter) beginsAnew(body []byte) bool {
	if next, err := s.r.Peek(1); err != nil || next[0] != '{' {
		return false
	}
	before := bytes.TrimRight(body, " \t\r\n")
	if !bytes.ContainsAny(before[len(before)-1:], "[,:") {
		return true
	}
	return json.Valid(s.peekLine())
}

// peekLine returns the next line, as far as it fits into the buffer.
func (s *splitter) peekLine() []byte {
	for n := 1 << 10; ; n = min(2*n, s.r.Size()) {
		text, err := s.r.Peek(n)
		if i := bytes.IndexByte(text, '\n'); i >= 0 {
			return text[:i]
		}
		if err != nil || n == s.r.Size() {
			return text
		}
	}
}

// restOfLine reads up to the end of the line, which it leaves.
func (s *splitter) restOfLine(body []byte) ([]byte, error) {
	for {
		part, err := s.r.ReadSlice('\n')
		body = append(body, part...)
		switch {
		case len(body) > maxDocument:
			return nil, fmt.Errorf("line %d: a line of more than %d MiB", s.line, maxDocument>>20)
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF):
			return bytes.TrimRight(body, "\r"), nil
		case err != nil:
			return nil, err
		default:
			return bytes.TrimRight(body, "\r\n"), s.r.UnreadByte()
		}
	}
}

// broken returns what is broken at the beginning of body, and gives the rest back: the text from
// the next line that begins like a document, which a missing bracket had swallowed.
func (s *splitter) broken(body []byte) ([]byte, error) {
	i := bytes.Index(body, []byte("\n{"))
	if i < 0 || s.again > maxAgain {
		// A document that was closed too early: the rest of its line belongs to it.
		return s.restOfLine(body)
	}
	s.again += len(body) - i
	s.r = bufio.NewReaderSize(io.MultiReader(bytes.NewReader(body[i:]), s.r), 1<<20)
	return body[:i], nil
}
