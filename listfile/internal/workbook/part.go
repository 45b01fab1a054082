package workbook

import (
	"archive/zip"
	"bufio"
	"compress/flate"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
)

const (
	maxPartBytes  = 16 << 30 // of a sheet, the shared texts or the styles, unpacked
	maxIndexBytes = 16 << 20 // of the parts that list others
	maxTokenBytes = 1 << 20  // of one tag or one run of text; a cell holds 32,767 characters
	maxDepth      = 64
)

// A part is one XML file of the archive, read token by token.
type part struct {
	file    io.ReadCloser
	source  *boundedSource
	decoder *xml.Decoder
	depth   int
}

// open opens a part and reads up to its root element.
func (a archive) open(name, root string, maxBytes int64) (*part, error) {
	file, ok := a[partName(name)]
	if !ok {
		return nil, fmt.Errorf("it lacks a part: %w", ErrDamaged)
	}
	if file.Flags&1 != 0 {
		return nil, ErrEncrypted
	}
	opened, err := file.Open()
	if err != nil {
		return nil, classify(err)
	}
	source := &boundedSource{Reader: bufio.NewReaderSize(opened, 32<<10), part: maxBytes}
	p := &part{file: opened, source: source, decoder: xml.NewDecoder(source)}
	start, ok, err := p.child()
	if err == nil && (!ok || start.Name.Local != root) {
		err = fmt.Errorf("it has a part of the wrong kind: %w", ErrDamaged)
	}
	if err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

func (p *part) close() error { return p.file.Close() }

// read calls do for each element inside the root of a part, which do reads to its end, and reads the part to its end.
func (a archive) read(name, root string, maxBytes int64, do func(*part, xml.StartElement) error) error {
	p, err := a.open(name, root, maxBytes)
	if err != nil {
		return err
	}
	defer p.close()
	for {
		child, ok, err := p.child()
		if err == nil && !ok {
			return p.finish()
		}
		if err == nil {
			err = do(p, child)
		}
		if err != nil {
			return err
		}
	}
}

// finish reads what follows the root element. Only the end of a part tells whether its checksum is right.
func (p *part) finish() error {
	for {
		switch _, err := p.next(); {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
	}
}

// next returns the next token, which is good until the one after. The error is io.EOF at the end of a whole part.
func (p *part) next() (xml.Token, error) {
	p.source.token = maxTokenBytes
	token, err := p.decoder.Token()
	switch {
	case err == io.EOF:
		return nil, err
	case err != nil && p.source.err == nil: // what the decoder found may be a piece of a cell: it is not told
		return nil, fmt.Errorf("its XML is not well-formed: %w", ErrDamaged)
	case err != nil:
		return nil, classify(p.source.err)
	}
	switch token.(type) {
	case xml.StartElement:
		if p.depth++; p.depth > maxDepth {
			return nil, fmt.Errorf("its nesting: %w", ErrTooLarge)
		}
	case xml.EndElement:
		p.depth--
	}
	return token, nil
}

// classify tells an archive that is damaged from one that cannot be read.
func classify(err error) error {
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, zip.ErrFormat):
		return fmt.Errorf("it is cut short: %w", ErrDamaged)
	case errors.Is(err, zip.ErrChecksum), errors.Is(err, zip.ErrAlgorithm), errors.As(err, &corrupt):
		return fmt.Errorf("its bytes are not those that were written: %w", ErrDamaged)
	}
	return err
}

// child returns the start of the next element inside the current one. It is not ok at the current element's end.
// The caller goes on by reading the child to its end.
func (p *part) child() (start xml.StartElement, ok bool, err error) {
	for {
		token, err := p.next()
		if err != nil {
			return xml.StartElement{}, false, classify(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			return t, true, nil
		case xml.EndElement:
			return xml.StartElement{}, false, nil
		}
	}
}

// each calls do for every element inside the current one that is named so.
func (p *part) each(name string, do func(xml.StartElement) error) error {
	for {
		start, ok, err := p.child()
		if err != nil || !ok {
			return err
		}
		if start.Name.Local == name {
			err = do(start)
		}
		if err == nil {
			err = p.skip()
		}
		if err != nil {
			return err
		}
	}
}

// skip reads to the end of the current element.
func (p *part) skip() error {
	for end := p.depth - 1; p.depth > end; {
		if _, err := p.next(); err != nil {
			return classify(err)
		}
	}
	return nil
}

// appendText appends the text of the current element and reads to its end.
func (p *part) appendText(b []byte) ([]byte, error) {
	start := len(b)
	for end := p.depth - 1; p.depth > end; {
		token, err := p.next()
		if err != nil {
			return b, classify(err)
		}
		if text, ok := token.(xml.CharData); ok && p.depth == end+1 {
			if b = append(b, text...); len(b)-start > maxTokenBytes {
				return b, fmt.Errorf("its text: %w", ErrTooLarge)
			}
		}
	}
	return b, nil
}

// A boundedSource feeds the XML decoder, which holds a token whole however long it is.
type boundedSource struct {
	*bufio.Reader
	token int   // bytes left for the token
	part  int64 // and for the part
	err   error // the first, io.EOF too
}

func (s *boundedSource) ReadByte() (b byte, err error) {
	s.token--
	s.part--
	if s.token < 0 || s.part < 0 {
		err = fmt.Errorf("its XML: %w", ErrTooLarge)
	} else {
		b, err = s.Reader.ReadByte()
	}
	if err != nil && s.err == nil {
		s.err = err
	}
	return b, err
}

// attribute returns the value of an attribute; "" is also that of one that is not there.
func attribute(start xml.StartElement, name string) string {
	for _, a := range start.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// isTrue reads a truth value as XML Schema writes it.
func isTrue(value string) bool { return value == "1" || value == "true" }
