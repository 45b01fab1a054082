package workbook

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

const (
	maxTokenBytes = 1 << 20 // of one tag or one run of text; a cell holds 32,767 characters
	maxAttributes = 1 << 12
	maxDepth      = 64
	xmlBufferSize = 64 << 10
)

// A token is what an xmlScanner found.
type token uint8

const (
	startTag token = iota
	endTag
	text
)

// errXML says that a part is no well-formed XML. What was found may be a piece of a cell: it is not
// told.
var errXML = fmt.Errorf("its XML is not well-formed: %w", ErrDamaged)

// An xmlScanner finds the tags and texts of one part. It takes what encoding/xml takes, with four
// exceptions that no workbook needs: document types, names that are not ASCII, XML declarations
// that are not at the beginning, and anything but white space and comments outside the root element
// are refused.
type xmlScanner struct {
	source  io.Reader
	left    int64 // bytes that may still be read
	err     error // of source; io.EOF at its end
	buffer  []byte
	at, end int // what was read and is not scanned
	first   int // where the token at hand begins; fill keeps it

	tag     tag
	text    []byte // of a text token
	decoded []byte // room for values and texts with entities

	open   []byte // names of the elements that are open, one after the other
	starts []int  // where they begin
	closed bool   // the root element was
	ends   bool   // an element without content: its end tag is the next token
}

func newXMLScanner(source io.Reader, maxBytes int64) *xmlScanner {
	return &xmlScanner{source: source, left: maxBytes, buffer: make([]byte, xmlBufferSize)}
}

// next returns the next token. The error is io.EOF at the end of a whole document.
func (x *xmlScanner) next() (token, error) {
	if x.ends {
		x.ends = false
		x.pop()
		return endTag, nil
	}
	for {
		x.first = x.at
		if x.at == x.end && !x.fill() {
			return 0, x.finish()
		}
		if x.buffer[x.at] != '<' {
			if err := x.scanText(); err != nil {
				return 0, err
			}
			if x.depth() > 0 {
				return text, nil
			}
			continue
		}
		t, ok, err := x.scanMarkup()
		if ok || err != nil {
			return t, err
		}
	}
}

func (x *xmlScanner) depth() int { return len(x.starts) }

// finish returns io.EOF if the document may end here.
func (x *xmlScanner) finish() error {
	switch {
	case x.err != io.EOF:
		return x.err
	case !x.closed:
		return errXML
	}
	return io.EOF
}

// fill reads more, and reports whether there is more to scan. It keeps the token at hand.
func (x *xmlScanner) fill() bool {
	if x.err != nil {
		return false
	}
	if x.first > 0 {
		copy(x.buffer, x.buffer[x.first:x.end])
		x.at, x.end, x.first = x.at-x.first, x.end-x.first, 0
	}
	if x.end >= maxTokenBytes || x.left <= 0 {
		x.err = fmt.Errorf("its XML: %w", ErrTooLarge)
		return false
	}
	if x.end == len(x.buffer) {
		x.buffer = append(x.buffer, make([]byte, len(x.buffer))...)
	}
	for tries := 0; tries < 100; tries++ {
		n, err := x.source.Read(x.buffer[x.end:min(len(x.buffer), x.end+int(min(x.left, maxTokenBytes)))])
		x.end += n
		x.left -= int64(n)
		x.err = err
		if n > 0 || err != nil {
			return n > 0
		}
	}
	x.err = io.ErrNoProgress
	return false
}

// cut says why a token does not end.
func (x *xmlScanner) cut() error {
	if x.err == io.EOF {
		return errXML
	}
	return x.err
}

// more makes at least n bytes from x.at on available.
func (x *xmlScanner) more(n int) bool {
	for x.end-x.at < n {
		if !x.fill() {
			return false
		}
	}
	return true
}

// scanMarkup scans what begins with '<'. It is not ok for what is no token: comments and
// instructions.
func (x *xmlScanner) scanMarkup() (t token, ok bool, err error) {
	if !x.more(2) {
		return 0, false, x.cut()
	}
	switch x.buffer[x.at+1] {
	case '/':
		return endTag, true, x.scanEnd()
	case '?':
		return 0, false, x.scanInstruction()
	case '!':
		return x.scanDeclaration()
	}
	return startTag, true, x.scanStart()
}

// scanEnd scans an end tag, which must be that of the element that was opened last.
func (x *xmlScanner) scanEnd() error {
	if len(x.starts) == 0 {
		return errXML
	}
	name := x.open[x.starts[len(x.starts)-1]:]
	const before = len("</")
	if !x.more(before + len(name) + 1) {
		return x.cut()
	}
	at := x.at + before + len(name)
	if !bytes.Equal(x.buffer[x.at+before:at], name) {
		return errXML
	}
	for ; ; at++ {
		if at == x.end {
			moved := x.first
			if !x.fill() {
				return x.cut()
			}
			at -= moved
		}
		if c := x.buffer[at]; c == '>' {
			break
		} else if !isSpace(c) {
			return errXML
		}
	}
	x.at = at + 1
	x.pop()
	return nil
}

// pop takes the element off that was opened last.
func (x *xmlScanner) pop() {
	last := len(x.starts) - 1
	x.open, x.starts = x.open[:x.starts[last]], x.starts[:last]
	x.closed = last == 0
}

// push notes an element that was opened.
func (x *xmlScanner) push(name []byte) error {
	if x.closed {
		return errXML
	}
	if len(x.starts) == maxDepth {
		return fmt.Errorf("its nesting: %w", ErrTooLarge)
	}
	x.starts = append(x.starts, len(x.open))
	x.open = append(x.open, name...)
	return nil
}

// scanText scans text up to the next tag.
func (x *xmlScanner) scanText() error {
	length := 0
	for {
		rest := x.buffer[x.at+length : x.end]
		if i := bytes.IndexByte(rest, '<'); i >= 0 {
			length += i
			break
		}
		length += len(rest)
		if !x.fill() {
			if x.err != io.EOF {
				return x.err
			}
			if len(x.starts) > 0 {
				return errXML
			}
			break
		}
	}
	raw := x.buffer[x.at : x.at+length]
	x.at += length
	x.text = raw
	if class := classesOf(raw); class&^plainClass != 0 {
		if class&bracketClass != 0 && bytes.Contains(raw, []byte("]]>")) {
			return errXML
		}
		var err error
		x.decoded = x.decoded[:0]
		if x.text, err = x.decode(raw, class); err != nil {
			return err
		}
	}
	if x.depth() == 0 && len(bytes.TrimLeft(bytes.TrimPrefix(x.text, []byte("\uFEFF")), " \t\r\n")) > 0 {
		return errXML
	}
	return nil
}

// scanDeclaration scans a comment or a CDATA section, which is text.
func (x *xmlScanner) scanDeclaration() (token, bool, error) {
	if !x.more(4) {
		return 0, false, x.cut()
	}
	if string(x.buffer[x.at:x.at+4]) == "<!--" {
		return 0, false, x.scanComment()
	}
	const cdata = "<![CDATA["
	if !x.more(len(cdata)) {
		return 0, false, x.cut()
	}
	if string(x.buffer[x.at:x.at+len(cdata)]) != cdata || x.depth() == 0 {
		return 0, false, errXML
	}
	raw, err := x.until(len(cdata), "]]>")
	if err != nil {
		return 0, false, err
	}
	x.text = raw
	if class := classesOf(raw) &^ (plainClass | ampersandClass); class != 0 {
		x.decoded = x.decoded[:0]
		x.text, err = x.decode(raw, class)
	}
	return text, true, err
}

func (x *xmlScanner) scanComment() error {
	const before = len("<!--")
	if _, err := x.until(before, "--"); err != nil {
		return err
	}
	if !x.more(1) {
		return x.cut()
	}
	if x.buffer[x.at] != '>' {
		return errXML
	}
	x.at++
	return nil
}

// scanInstruction scans a processing instruction. The XML declaration looks like one.
func (x *xmlScanner) scanInstruction() error {
	beginning := x.depth() == 0 && !x.closed && x.tag.name == nil
	raw, err := x.until(len("<?"), "?>")
	if err != nil {
		return err
	}
	name, local, end := cutName(raw, 0)
	switch {
	case local == nil || end < len(raw) && raw[end] >= utf8.RuneSelf:
		return errXML
	case string(name) == "xml" && (!beginning || !isUTF8Declaration(raw[end:])):
		return errXML
	}
	return nil
}

// isUTF8Declaration reports whether what an XML declaration says is XML 1.0 in UTF-8, which needs
// not be said.
func isUTF8Declaration(b []byte) bool {
	for {
		b = bytes.TrimLeft(b, " \t\r\n")
		if len(b) == 0 {
			return true
		}
		name, _, end := cutName(b, 0)
		b = bytes.TrimLeft(b[end:], " \t\r\n")
		if len(b) < 2 || b[0] != '=' {
			return false
		}
		b = bytes.TrimLeft(b[1:], " \t\r\n")
		if len(b) == 0 || b[0] != '"' && b[0] != '\'' {
			return false
		}
		length := bytes.IndexByte(b[1:], b[0])
		if length < 0 {
			return false
		}
		value := b[1 : 1+length]
		switch said := string(name) + "=" + strings.ToLower(string(value)); said {
		case "version=1.0", "encoding=utf-8", "standalone=yes", "standalone=no":
		default:
			return false
		}
		b = b[length+2:]
	}
}

// until returns what stands between the next skip bytes and the first end after them, and passes
// it.
func (x *xmlScanner) until(skip int, end string) ([]byte, error) {
	seen := skip
	for {
		if from := min(seen, x.end-x.at); from >= skip {
			if i := bytes.Index(x.buffer[x.at+from:x.end], []byte(end)); i >= 0 {
				raw := x.buffer[x.at+skip : x.at+from+i]
				x.at += from + i + len(end)
				return raw, nil
			}
			seen = max(skip, x.end-x.at-len(end)+1)
		}
		if !x.fill() {
			return nil, x.cut()
		}
	}
}

const (
	plainClass     charClass = 1 << iota // nothing
	ampersandClass                       // '&'
	returnClass                          // '\r'
	bracketClass                         // '>' and '<', which text or values may not hold in some places
	wideClass                            // the bytes of characters beyond ASCII
	controlClass                         // characters that XML cannot hold
)
