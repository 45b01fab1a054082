package policypage

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// A document is what a reader of the page sees, in order.
type document struct {
	blocks   []block
	address  string // where it was saved from
	language string // that it says it is in, such as "pt-BR"
	notes    []note
}

// A block is a piece of text that stands on lines of its own.
type block struct {
	kind  kind
	level int    // of a heading, from 1
	line  int    // in the file as it was saved, from 1; 0 is unknown
	run   int    // the same for all blocks of one list, table or paragraph
	text  string // with single spaces
	inTOC bool   // it is a link to another place of the page
	lines []line // of a paragraph of plain text: its lines. Whether each is a name is for those to find who know
}

type line struct {
	number int
	text   string
}

type kind uint8

const (
	paragraph kind = iota
	item           // of a list or a table
	heading
)

// A note is what a person should look at.
type note struct {
	line int
	text string
}

// readDocument finds out by its content what a page is, and reads it.
func readDocument(data []byte) (*document, error) {
	if what := foreign(data); what != "" {
		return nil, fmt.Errorf("it is %s; save the page as a web page (.html, .mhtml), as text or as Markdown", what)
	}
	if doc, ok, err := readMHTML(data); ok {
		return doc, err
	}
	return readPart(data, "", nil)
}

// readPart reads HTML or text in a charset that contentType may name. at maps the part's lines to
// those of the file; nil means that they are the same.
func readPart(data []byte, contentType string, at func(line int) int) (*document, error) {
	encoding := findEncoding(data, contentType)
	if encoding == nil {
		return nil, errors.New("its characters cannot be read here; save it as UTF-8")
	}
	decoded, err := encoding.NewDecoder().Bytes(data)
	if err != nil {
		return nil, errors.New("its characters cannot be read; save it as UTF-8")
	}
	text := strings.TrimPrefix(string(decoded), "\uFEFF")
	if i := strings.IndexByte(text, 0); i >= 0 {
		return nil, errorAt(1+strings.Count(text[:i], "\n"), "holds a zero byte; it is no text")
	}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.ReplaceAll(text, "\r", "\n")
	read := readText
	if isHTML(text) {
		read = readHTML
	}
	doc, err := read(text)
	if at == nil {
		return doc, err
	}
	if wrong := (*lineError)(nil); errors.As(err, &wrong) {
		wrong.line = at(wrong.line)
	}
	if err != nil {
		return nil, err
	}
	for i := range doc.blocks {
		b := &doc.blocks[i]
		b.line = at(b.line)
		for j := range b.lines {
			b.lines[j].number = at(b.lines[j].number)
		}
	}
	for i := range doc.notes {
		doc.notes[i].line = at(doc.notes[i].line)
	}
	return doc, nil
}

// foreign names what a file is that people save a page as, and that is not read here.
func foreign(data []byte) string {
	for prefix, what := range map[string]string{
		"%PDF-": "a PDF", "PK\x03\x04": "a document or an archive (zip)", "bplist": "a Safari web archive",
		"\x89PNG":      "a picture",
		"\xFF\xD8\xFF": "a picture", "\x1F\x8B": "compressed (gzip)", "{\\rtf": "an RTF document",
		"\xD0\xCF\x11\xE0": "an old Office document",
	} {
		if bytes.HasPrefix(data, []byte(prefix)) {
			return what
		}
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return "empty"
	}
	return ""
}

var (
	leadingComments = regexp.MustCompile(`^(?s:\s|<\?.*?\?>|<!--.*?-->)*`)
	wholePage       = regexp.MustCompile(`(?i)<(!doctype\s+html|html|body)[\s>]`)
	blockTag        = regexp.MustCompile(
		`(?i)^<(!doctype|html|head|body|div|section|article|main|header|h[1-6]|p|ul|ol|table|meta|title|span|a|base|link|style|script|nav|details)[\s>/]`,
	)
)

// isHTML tells HTML from text. Markdown may hold tags, but does not begin with one.
func isHTML(text string) bool {
	rest := text[len(leadingComments.FindString(text)):]
	return blockTag.MatchString(rest) || wholePage.MatchString(rest)
}

// pageAddress returns an address without its fragment, or "" if it is none of a web page.
func pageAddress(s string) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil {
		return ""
	}
	u.Fragment, u.RawFragment = "", ""
	return u.String()
}

// isMetas reports whether an address is of a site on which Meta publishes its policies.
func isMetas(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	host := strings.ToLower(u.Hostname())
	for _, site := range []string{"whatsappbusiness.com", "whatsapp.com", "facebook.com", "meta.com"} {
		if host == site || strings.HasSuffix(host, "."+site) {
			return true
		}
	}
	return false
}
