package policypage

import (
	"bytes"
	"regexp"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

var namedCharset = regexp.MustCompile(`(?i)charset\s*=\s*["']?\s*([\w-]+)`)

// findEncoding returns the encoding of a page: UTF-8, UTF-16 with its mark, or Windows-1252. The
// page in a browser has no room for tables of other encodings, so a page in one is refused: nil.
func findEncoding(data []byte, contentType string) encoding.Encoding {
	if bytes.HasPrefix(data, []byte("\xFF\xFE")) || bytes.HasPrefix(data, []byte("\xFE\xFF")) {
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	}
	name := namedCharset.FindSubmatch([]byte(contentType))
	if name == nil {
		name = namedCharset.FindSubmatch(data[:min(len(data), 1024)])
	}
	switch {
	case utf8.Valid(data):
		if name != nil && bytes.HasPrefix(bytes.ToLower(name[1]), []byte("iso-2022")) { // looks like ASCII
			return nil
		}
		return unicode.UTF8
	case name == nil, bytes.EqualFold(name[1], []byte("windows-1252")), bytes.EqualFold(name[1], []byte("iso-8859-1")):
		return charmap.Windows1252
	}
	return nil
}
