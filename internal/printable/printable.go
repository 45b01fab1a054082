// Package printable makes text that did not come from us fit to be shown: names of files, sheets
// and columns, what stands in rule files, reports and events, and whatever was given on a command
// line.
//
// Such text could drive a terminal, reorder what a reader sees, add lines of its own to a log, or
// be read by a CI service as a command. Nothing is removed: what cannot be seen is written as an
// escape, \n, \t, \r or \u and four hexadecimal digits as in JSON, two of them for what lies beyond
// U+FFFF; a byte that is no UTF-8 is \u00 and its value.
package printable

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Line returns s as part of one line: without line breaks, control characters (C0, C1), direction
// marks, line separators and other characters that nobody sees, each replaced by its escape. What
// CI services take for a command (::error, ##[error],
// ##vso[…]) is broken up. Text that holds none of these is returned as it is.
func Line(s string) string {
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		appendRune(&b, r, s[i:i+size], true)
		i += size
	}
	return defuse(b.String())
}

// isPlain reports whether Line has nothing to do: printable ASCII without what a command needs.
func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == ':' && i+1 < len(s) && s[i+1] == ':' || c == '#' {
			return false
		}
	}
	return true
}

// Lines is Line for each element.
func Lines(all []string) []string {
	lines := make([]string, len(all))
	for i, s := range all {
		lines[i] = Line(s)
	}
	return lines
}

// Text returns a text of ours that may hold others': all but its line breaks and tabs as Line shows
// it, and commands broken up that count anywhere in a line. A JSON document stays one, and means
// the same.
func Text(p []byte) []byte {
	if bytes.IndexFunc(p, isHidden) < 0 && utf8.Valid(p) && !bytes.Contains(p, []byte("##")) {
		return p
	}
	var b strings.Builder
	for i := 0; i < len(p); {
		r, size := utf8.DecodeRune(p[i:])
		appendRune(&b, r, string(p[i:i+size]), false)
		i += size
	}
	return inlineCommand.ReplaceAll([]byte(b.String()), []byte(`#\u0023$1[`))
}

// appendRune appends a rune, which stands as source in the text.
func appendRune(b *strings.Builder, r rune, source string, oneLine bool) {
	switch {
	case r == utf8.RuneError && len(source) == 1:
		fmt.Fprintf(b, `\u%04x`, source[0])
	case r == '\n' && !oneLine:
		b.WriteByte('\n')
	case r == '\n':
		b.WriteString(`\n`)
	case r == '\r':
		b.WriteString(`\r`)
	case r == '\t' && oneLine:
		b.WriteString(`\t`)
	case !isHidden(r):
		b.WriteString(source)
	case r > 0xffff:
		high, low := utf16.EncodeRune(r)
		fmt.Fprintf(b, `\u%04x\u%04x`, high, low)
	default:
		fmt.Fprintf(b, `\u%04x`, r)
	}
}

// isHidden reports whether a rune moves, breaks or reorders what stands around it, or cannot be
// seen. The joiners of Persian, Indic scripts and emoji (U+200C, U+200D) are letters' parts. Line
// breaks and tabs are ours, in a text.
func isHidden(r rune) bool {
	switch {
	case r == '\n' || r == '\t' || r == '\u200c' || r == '\u200d':
		return false
	case r < utf8.RuneSelf:
		return r < ' ' || r == 0x7f
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

// ciCommand is what services look for: GitHub's at the start of a line, those of GitHub's older
// form, of Azure and of TeamCity anywhere.
var ciCommand = regexp.MustCompile(`^\s*::|##[A-Za-z-]*\[`)

// inlineCommand is what is a command anywhere in a line.
var inlineCommand = regexp.MustCompile(`##([A-Za-z-]*)\[`)

// defuse breaks up what a CI service would take for a command.
func defuse(s string) string {
	return ciCommand.ReplaceAllStringFunc(s, func(found string) string {
		if strings.HasPrefix(found, "##") {
			return `#\u0023` + found[2:]
		}
		return strings.TrimSuffix(found, "::") + `\u003a:`
	})
}

// A Writer writes text as Text shows it. It is for one goroutine at a time.
type Writer struct {
	w    io.Writer
	rest []byte // the beginning of a rune, less than utf8.UTFMax bytes
}

// NewWriter returns a Writer to w.
func NewWriter(w io.Writer) *Writer { return &Writer{w: w} }

// Write writes p but for the beginning of a rune at its end, which waits for the rest.
func (w *Writer) Write(p []byte) (int, error) {
	text := append(w.rest, p...)
	whole := len(text)
	for back := 1; back < utf8.UTFMax && back <= len(text); back++ {
		if last := text[len(text)-back:]; utf8.RuneStart(last[0]) {
			if !utf8.FullRune(last) {
				whole -= back
			}
			break
		}
	}
	w.rest = bytes.Clone(text[whole:])
	if _, err := w.w.Write(Text(text[:whole])); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Unwrap returns the writer behind w, for what is no text: rows of a list, a progress bar.
func (w *Writer) Unwrap() io.Writer { return w.w }
