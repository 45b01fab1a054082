package workbook

import (
	"bytes"
	"errors"
	"fmt"
)

// A tag is the start of an element. It is good until the next token.
type tag struct {
	name       []byte // without prefix
	attributes []attribute
}

// An attribute has a name without prefix. Declarations of namespaces are left out.
type attribute struct{ name, value []byte }

// attribute returns the value of an attribute; it is nil if there is none.
func (t *tag) attribute(name string) []byte {
	for i := range t.attributes {
		if a := &t.attributes[i]; string(a.name) == name {
			return a.value
		}
	}
	return nil
}

// errCut says that a tag does not end in the buffer.
var errCut = errors.New("cut")

// scanStart scans a start tag.
func (x *xmlScanner) scanStart() error {
	for {
		length, name, err := x.parseStart(x.buffer[x.at:x.end])
		if err == errCut {
			if !x.fill() {
				return x.cut()
			}
			continue
		}
		if err == nil {
			err = x.push(name)
		}
		x.at += length
		return err
	}
}

// parseStart parses a start tag at the beginning of b, and returns its length and its name, with
// prefix.
func (x *xmlScanner) parseStart(b []byte) (length int, name []byte, err error) {
	x.tag.attributes, x.decoded = x.tag.attributes[:0], x.decoded[:0]
	name, local, i := cutName(b, 1)
	if i == len(b) {
		return 0, nil, errCut
	}
	if local == nil {
		return 0, nil, errXML
	}
	x.tag.name = local
	for {
		for i < len(b) && isSpace(b[i]) {
			i++
		}
		switch {
		case i == len(b):
			return 0, nil, errCut
		case b[i] == '>':
			return i + 1, name, nil
		case b[i] == '/' && i+1 == len(b):
			return 0, nil, errCut
		case b[i] == '/' && b[i+1] == '>':
			x.ends = true
			return i + 2, name, nil
		case len(x.tag.attributes) == maxAttributes:
			return 0, nil, fmt.Errorf("its XML: %w", ErrTooLarge)
		}
		if i, err = x.parseAttribute(b, i); err != nil {
			return 0, nil, err
		}
	}
}

// parseAttribute parses an attribute at b[i:] and returns where it ends.
func (x *xmlScanner) parseAttribute(b []byte, i int) (end int, err error) {
	name, local, i := cutName(b, i)
	if i < len(b) && local == nil {
		return 0, errXML
	}
	for i < len(b) && isSpace(b[i]) {
		i++
	}
	if i < len(b) && b[i] != '=' {
		return 0, errXML
	}
	for i++; i < len(b) && isSpace(b[i]); i++ {
	}
	if i >= len(b) {
		return 0, errCut
	}
	quote := b[i]
	if quote != '"' && quote != '\'' {
		return 0, errXML
	}
	i++
	length := bytes.IndexByte(b[i:], quote)
	if length < 0 {
		return 0, errCut
	}
	value := b[i : i+length]
	if class := classesOf(value); class&^plainClass != 0 {
		if bytes.IndexByte(value, '<') >= 0 {
			return 0, errXML
		}
		if value, err = x.decode(value, class); err != nil {
			return 0, err
		}
	}
	if !bytes.HasPrefix(name, []byte("xmlns:")) || len(local) == len(name) {
		x.tag.attributes = append(x.tag.attributes, attribute{local, value})
	}
	return i + length + 1, nil
}

// cutName returns the name at b[i:], all of it and without its prefix, and where it ends. Without a
// name both are nil.
func cutName(b []byte, i int) (name, local []byte, end int) {
	start, colon := i, -1
	for ; i < len(b); i++ {
		class := nameClasses[b[i]]
		if class == 0 || i == start && class != nameStart {
			break
		}
		if b[i] == ':' {
			if colon >= 0 {
				return nil, nil, i
			}
			colon = i
		}
	}
	if i == start {
		return nil, nil, i
	}
	name, local = b[start:i], b[start:i]
	if colon > start && colon < i-1 {
		local = b[colon+1 : i]
	}
	return name, local, i
}

const (
	nameStart = 1 // may begin a name
	nameByte  = 2 // may stand in one
)

var nameClasses = func() (classes [256]uint8) {
	for c := range classes {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '_', c == ':':
			classes[c] = nameStart
		case '0' <= c && c <= '9', c == '-', c == '.':
			classes[c] = nameByte
		}
	}
	return classes
}()
