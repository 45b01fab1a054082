package workbook

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// decode returns a text without its entities and with line feeds alone as line breaks, as XML
// demands it. Class is what classesOf says of it: an '&' counts only if it is there.
func (x *xmlScanner) decode(raw []byte, class charClass) ([]byte, error) {
	if class&controlClass != 0 || class&wideClass != 0 && !isXMLText(raw) {
		return nil, errXML
	}
	if class&(ampersandClass|returnClass) == 0 {
		return raw, nil
	}
	start := len(x.decoded)
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case c == '\r':
			x.decoded = append(x.decoded, '\n')
			if i+1 < len(raw) && raw[i+1] == '\n' {
				i++
			}
		case c == '&' && class&ampersandClass != 0:
			r, length := parseEntity(raw[i:])
			if length == 0 {
				return nil, errXML
			}
			x.decoded = utf8.AppendRune(x.decoded, r)
			i += length - 1
		default:
			x.decoded = append(x.decoded, c)
		}
	}
	return x.decoded[start:], nil
}

// parseEntity parses an entity at the beginning of b. The length is 0 if it is none of XML's own,
// or no character.
func parseEntity(b []byte) (r rune, length int) {
	end := bytes.IndexByte(b, ';')
	if end < 0 {
		return 0, 0
	}
	switch name := string(b[1:end]); name {
	case "lt":
		r = '<'
	case "gt":
		r = '>'
	case "amp":
		r = '&'
	case "apos":
		r = '\''
	case "quot":
		r = '"'
	default:
		if len(name) < 2 || name[0] != '#' {
			return 0, 0
		}
		digits, base := name[1:], 10
		if digits[0] == 'x' {
			digits, base = digits[1:], 16
		}
		n, err := strconv.ParseUint(digits, base, 32)
		if err != nil || n > utf8.MaxRune {
			return 0, 0
		}
		if r = rune(n); !utf8.ValidRune(r) {
			r = utf8.RuneError
		}
	}
	if !isXMLRune(r) {
		return 0, 0
	}
	return r, end + 1
}

// isXMLText reports whether b is UTF-8 of characters that XML can hold.
func isXMLText(b []byte) bool {
	for len(b) > 0 {
		if b[0] < utf8.RuneSelf {
			b = b[1:]
			continue
		}
		r, size := utf8.DecodeRune(b)
		if r == utf8.RuneError && size == 1 || !isXMLRune(r) {
			return false
		}
		b = b[size:]
	}
	return true
}

func isXMLRune(r rune) bool {
	return r >= ' ' && r <= 0xD7FF || r == '\t' || r == '\n' || r == '\r' || r >= 0xE000 && r <= 0xFFFD || r > 0xFFFF &&
		r <= utf8.MaxRune
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// A charClass says what has to be looked at in a text; each is a bit, so that those of many bytes
// are one.
type charClass uint8

var charClasses = func() (classes [256]charClass) {
	for c := range classes {
		switch {
		case c == '&':
			classes[c] = ampersandClass
		case c == '\r':
			classes[c] = returnClass
		case c == '>', c == '<':
			classes[c] = bracketClass
		case c >= utf8.RuneSelf:
			classes[c] = wideClass
		case c < ' ' && c != '\t' && c != '\n':
			classes[c] = controlClass
		default:
			classes[c] = plainClass
		}
	}
	return classes
}()

func classesOf(b []byte) (class charClass) {
	for _, c := range b {
		class |= charClasses[c]
	}
	return class
}
