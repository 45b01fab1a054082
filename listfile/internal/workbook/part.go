package workbook

import (
	"archive/zip"
	"compress/flate"
	"errors"
	"fmt"
	"io"

	klauspost "github.com/klauspost/compress/flate"
)

const (
	maxPartBytes  = 16 << 30 // of a sheet, the shared texts or the styles, unpacked
	maxIndexBytes = 16 << 20 // of the parts that list others
)

// A part that unpacks to more than this is a bomb if it unpacks to more than so many times its
// size. Sheets and texts of people unpack to ten or forty times theirs; the most that the method
// allows is 1,032 times.
const (
	alwaysUnpacked = 64 << 20
	maxExpansion   = 250
)

// A part is one XML file of the archive, read element by element.
type part struct {
	file io.ReadCloser
	*xmlScanner
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
	p := &part{opened, newXMLScanner(opened, min(maxBytes, mostUnpacked(file.CompressedSize64)))}
	start, err := p.child()
	if err == nil && (start == nil || string(start.name) != root) {
		err = fmt.Errorf("it has a part of the wrong kind: %w", ErrDamaged)
	}
	if err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

// mostUnpacked is how large a part may be that takes so many bytes in the archive.
func mostUnpacked(compressed uint64) int64 {
	return max(alwaysUnpacked, int64(min(compressed, maxPartBytes))*maxExpansion)
}

func (p *part) close() error { return p.file.Close() }

// read calls do for each element inside the root of a part, which do reads to its end, and reads
// the part to its end.
func (a archive) read(name, root string, maxBytes int64, do func(*part, *tag) error) error {
	p, err := a.open(name, root, maxBytes)
	if err != nil {
		return err
	}
	defer p.close()
	for {
		child, err := p.child()
		if err == nil && child == nil {
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

// finish reads what follows the root element. Only the end of a part tells whether its checksum is
// right.
func (p *part) finish() error {
	for {
		switch _, err := p.next(); {
		case err == io.EOF:
			return nil
		case err != nil:
			return classify(err)
		}
	}
}

// classify tells an archive that is damaged from one that cannot be read.
func classify(err error) error {
	var corrupt flate.CorruptInputError
	var corrupt2 klauspost.CorruptInputError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, zip.ErrFormat):
		return fmt.Errorf("it is cut short: %w", ErrDamaged)
	case errors.Is(err, zip.ErrChecksum), errors.Is(err, zip.ErrAlgorithm), errors.As(err, &corrupt),
		errors.As(err, &corrupt2):
		return fmt.Errorf("its bytes are not those that were written: %w", ErrDamaged)
	}
	return err
}

// child returns the start of the next element inside the current one, nil at the current element's
// end. The caller goes on by reading the child to its end, and has looked at its attributes by
// then.
func (p *part) child() (*tag, error) {
	for {
		switch t, err := p.next(); {
		case err != nil:
			return nil, classify(err)
		case t == startTag:
			return &p.tag, nil
		case t == endTag:
			return nil, nil
		}
	}
}

// each calls do for every element inside the current one that is named so.
func (p *part) each(name string, do func(*tag) error) error {
	for {
		start, err := p.child()
		if err != nil || start == nil {
			return err
		}
		if string(start.name) == name {
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
	for end := p.depth() - 1; p.depth() > end; {
		if _, err := p.next(); err != nil {
			return classify(err)
		}
	}
	return nil
}

// appendText appends the text of the current element and reads to its end.
func (p *part) appendText(b []byte) ([]byte, error) {
	start := len(b)
	for end := p.depth() - 1; p.depth() > end; {
		t, err := p.next()
		if err != nil {
			return b, classify(err)
		}
		if t == text && p.depth() == end+1 {
			if b = append(b, p.text...); len(b)-start > maxTokenBytes {
				return b, fmt.Errorf("its text: %w", ErrTooLarge)
			}
		}
	}
	return b, nil
}

// isTrue reads a truth value as XML Schema writes it.
func isTrue(value []byte) bool { return string(value) == "1" || string(value) == "true" }
