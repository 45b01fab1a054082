package workbook

import (
	"bytes"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// maxSharedBytes bounds the memory for shared texts: the only part of a workbook that is held
// whole.
const maxSharedBytes = 256 << 20

const (
	textBlockBytes = 256 << 10
	refBlockTexts  = 1 << 12
	refBlockBytes  = refBlockTexts * 8
)

// sharedTexts are the texts that cells refer to by number. They lie in blocks, so that none is
// copied as they grow.
type sharedTexts struct {
	blocks [][]byte
	refs   [][]textRef
	texts  int
	bytes  int // that all of it takes
}

// A textRef says where in a block a text lies. One that is longer than a block has one of its own.
type textRef struct {
	block, start uint16 // start in units of textAlign
	length       uint32
}

// textAlign makes the starts of a block fit into 16 bits.
const textAlign = textBlockBytes >> 16

func (s *sharedTexts) at(i int) ([]byte, bool) {
	if i < 0 || i >= s.texts {
		return nil, false
	}
	ref := s.refs[i/refBlockTexts][i%refBlockTexts]
	start := int(ref.start) * textAlign
	return s.blocks[ref.block][start : start+int(ref.length)], true
}

// add adds a text.
func (s *sharedTexts) add(text []byte) {
	if s.texts%refBlockTexts == 0 {
		s.refs = append(s.refs, make([]textRef, 0, refBlockTexts))
		s.bytes += refBlockBytes
	}
	last := len(s.blocks) - 1
	if last < 0 || len(s.blocks[last])+len(text) > textBlockBytes-textAlign {
		s.blocks = append(s.blocks, make([]byte, 0, max(textBlockBytes, len(text))))
		last++
		s.bytes += cap(s.blocks[last])
	}
	block := s.blocks[last]
	start := (len(block) + textAlign - 1) / textAlign
	s.blocks[last] = append(block[:start*textAlign], text...)
	refs := &s.refs[len(s.refs)-1]
	*refs = append(*refs, textRef{uint16(last), uint16(start), uint32(len(text))})
	s.texts++
}

// readShared reads the shared texts. A part that is named and not there is one without texts: a
// cell that refers to one is damaged then.
func (a archive) readShared(name string, maxBytes int) (*sharedTexts, error) {
	s := &sharedTexts{}
	if name == "" || !a.has(name) {
		return s, nil
	}
	var text []byte
	return s, a.read(name, "sst", maxPartBytes, func(p *part, child *tag) (err error) {
		if string(child.name) != "si" {
			return p.skip()
		}
		if text, err = p.appendRichText(text[:0]); err != nil {
			return err
		}
		if s.add(text); s.bytes > maxBytes {
			return fmt.Errorf("its shared texts take more than %d MiB: %w", maxBytes>>20, ErrTooLarge)
		}
		return nil
	})
}

// appendRichText appends the text of the current element, which may be in runs of one look each,
// and reads to its end. Runs that say how a text is pronounced are no part of it.
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

// unescape turns _x000D_ and its like in b[from:] into the characters that XML cannot or should not
// hold. An underscore before such a text is itself written _x005F_.
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
