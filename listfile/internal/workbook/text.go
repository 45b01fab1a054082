package workbook

import (
	"bytes"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// maxSharedBytes bounds the memory for shared texts.
const maxSharedBytes = 512 << 20

// sharedTexts are the texts that cells refer to by number, one after the other.
type sharedTexts struct {
	text []byte
	ends []uint32
}

func (s *sharedTexts) at(i int) ([]byte, bool) {
	if i < 0 || i >= len(s.ends) {
		return nil, false
	}
	start := uint32(0)
	if i > 0 {
		start = s.ends[i-1]
	}
	return s.text[start:s.ends[i]], true
}

func (a archive) readShared(name string, maxBytes int) (*sharedTexts, error) {
	s := &sharedTexts{}
	if name == "" {
		return s, nil
	}
	return s, a.read(name, "sst", maxPartBytes, func(p *part, child *tag) (err error) {
		if string(child.name) != "si" {
			return p.skip()
		}
		s.text, err = p.appendRichText(s.text)
		s.ends = append(s.ends, uint32(len(s.text)))
		if err == nil && len(s.text)+4*len(s.ends) > maxBytes {
			err = fmt.Errorf("its shared texts: %w", ErrTooLarge)
		}
		return err
	})
}

// appendRichText appends the text of the current element, which may be in runs of one look each, and reads to its end.
// Runs that say how a text is pronounced are no part of it.
func (p *part) appendRichText(b []byte) ([]byte, error) {
	start := len(b)
	for inRun := false; ; {
		child, err := p.child()
		if err != nil {
			return b, err
		}
		switch {
		case child == nil && inRun:
			inRun = false
		case child == nil:
			return b, nil
		case string(child.name) == "t":
			from := len(b)
			b, err = p.appendText(b)
			b = unescape(b, from)
		case string(child.name) == "r" && !inRun:
			inRun = true
		default:
			err = p.skip()
		}
		if err != nil {
			return b, err
		}
		if len(b)-start > maxTokenBytes {
			return b, fmt.Errorf("its text: %w", ErrTooLarge)
		}
	}
}

// unescape turns _x000D_ and its like in b[from:] into the characters that XML cannot or should not hold. An underscore
// before such a text is itself written _x005F_.
func unescape(b []byte, from int) []byte {
	const length = len("_x000D_")
	if !bytes.Contains(b[from:], []byte("_x")) {
		return b
	}
	out := b[:from]
	for rest := b[from:]; len(rest) > 0; {
		if len(rest) >= length && rest[0] == '_' && rest[1] == 'x' && rest[length-1] == '_' {
			code, err := strconv.ParseUint(string(rest[2:length-1]), 16, 16)
			if r := rune(code); err == nil && r != 0 && utf8.ValidRune(r) {
				out = utf8.AppendRune(out, r) // at most three bytes for seven
				rest = rest[length:]
				continue
			}
		}
		out = append(out, rest[0])
		rest = rest[1:]
	}
	return out
}

// appendField appends a cell of a CSV row.
func appendField(b, text []byte) []byte {
	if !bytes.ContainsAny(text, ",\"\r\n") {
		return append(b, text...)
	}
	b = append(b, '"')
	for _, c := range text {
		if c == '"' {
			b = append(b, '"')
		}
		b = append(b, c)
	}
	return append(b, '"')
}
