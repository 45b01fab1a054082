package strict

import (
	"strconv"
	"strings"
)

// positions holds the line, from 1, of each table, key and array element of a TOML text. The
// decoder has no positions but those of syntax errors. A path is made with key and element.
type positions map[string]int

// The separator cannot stand in a TOML key without an escape, so a key with dots in it is no nest
// of tables.
func key(path, name string) string { return path + "\x00" + name }

func element(path string, i int) string { return path + "\x00\x00" + strconv.Itoa(i) }

// line returns the line of path, or of the nearest that holds it.
func (p positions) line(path string) int {
	for path != "" {
		if line, ok := p[path]; ok {
			return line
		}
		path = strings.TrimRight(path[:max(0, strings.LastIndexByte(path, 0))], "\x00")
	}
	return 1
}

// maxDepth bounds the nesting of tables, arrays and dotted keys. The files that we read need four;
// the decoder takes a minute for ten thousand.
const maxDepth = 32

// maxValues bounds the keys, tables and array elements of a text: each takes some 300 bytes of
// memory. Thousands of accounts and a hundred thousand prefixes pass.
const maxValues = 300_000

// locate scans text. If that is not TOML, the lines may be wrong; it neither fails nor hangs. deep
// is the line where the text is nested deeper than maxDepth, or 0. It stops behind maxValues.
func locate(text string) (found positions, deep int) {
	s := locator{text: text, line: 1, found: positions{}, tables: map[string]int{}}
	table := ""
	for s.skipBlank(); s.rest() != "" && len(s.found) <= maxValues; s.skipBlank() {
		line := s.line
		switch {
		case s.skip("[["):
			table = s.header(s.key(), true, line)
			s.skipLine()
		case s.skip("["):
			table = s.header(s.key(), false, line)
			s.skipLine()
		default:
			s.pair(table)
		}
	}
	return s.found, s.deep
}

type locator struct {
	text   string
	at     int
	line   int
	found  positions
	tables map[string]int // how many [[tables]] of a path there were
	depth  int
	deep   int
}

func (s *locator) rest() string { return s.text[s.at:] }

func (s *locator) skip(prefix string) bool {
	if !strings.HasPrefix(s.rest(), prefix) {
		return false
	}
	s.advance(len(prefix))
	return true
}

// advance is the only place that moves, so that no line break is missed.
func (s *locator) advance(n int) {
	n = min(n, len(s.text)-s.at)
	s.line += strings.Count(s.text[s.at:s.at+n], "\n")
	s.at += n
}

func (s *locator) advanceTo(chars string) {
	n := strings.IndexAny(s.rest(), chars)
	if n < 0 {
		n = len(s.rest())
	}
	s.advance(n)
}

func (s *locator) skipLine() { s.advanceTo("\n") }

// skipBlank skips white space, line breaks and comments.
func (s *locator) skipBlank() {
	for {
		s.advance(len(s.rest()) - len(strings.TrimLeft(s.rest(), " \t\r\n")))
		if !strings.HasPrefix(s.rest(), "#") {
			return
		}
		s.skipLine()
	}
}

func (s *locator) record(path string, line int) {
	if _, ok := s.found[path]; !ok {
		s.found[path] = line
	}
}

// header records a table's header and returns its path. A name on the way that is an array of
// tables means the last one.
func (s *locator) header(parts []string, isArray bool, line int) string {
	path := ""
	for i, part := range parts {
		path = key(path, part)
		s.record(path, line)
		if isArray && i == len(parts)-1 {
			s.tables[path]++
		}
		if n := s.tables[path]; n > 0 {
			path = element(path, n-1)
			s.record(path, line)
		}
	}
	return path
}

// pair records one key = value, of a table or of an inline table.
func (s *locator) pair(path string) {
	line := s.line
	before := s.at
	for _, part := range s.key() {
		path = key(path, part)
		s.record(path, line)
	}
	s.skipBlank()
	s.skip("=")
	s.skipBlank()
	s.value(path)
	if s.at == before {
		s.advance(1) // not TOML; go on rather than stay
	}
}

// key reads a dotted key.
func (s *locator) key() []string {
	var parts []string
	for {
		s.skipBlank()
		if len(parts) == maxDepth {
			s.deep, parts = s.line, nil
		}
		parts = append(parts, s.keyPart())
		s.skipBlank()
		if !s.skip(".") {
			return parts
		}
	}
}

func (s *locator) keyPart() string {
	start := s.at
	switch {
	case s.skip(`"`):
		s.closeString(`"`)
		if plain, err := strconv.Unquote(s.text[start:s.at]); err == nil {
			return plain
		}
		return s.text[start:s.at]
	case s.skip("'"):
		s.closeString("'")
		return strings.Trim(s.text[start:s.at], "'")
	}
	s.advanceTo(" \t\r\n.=]#\"'")
	return s.text[start:s.at]
}

func (s *locator) value(path string) {
	for _, quote := range []string{`"""`, `'''`, `"`, `'`} {
		if s.skip(quote) {
			s.closeString(quote)
			return
		}
	}
	switch {
	case s.skip("["):
		s.list("]", func(i int) {
			s.record(element(path, i), s.line)
			s.value(element(path, i))
		})
	case s.skip("{"):
		s.list("}", func(int) { s.pair(path) })
	default:
		s.advanceTo(",]}#\r\n")
	}
}

// list reads what stands between commas up to end.
func (s *locator) list(end string, item func(i int)) {
	s.depth++
	defer func() { s.depth-- }()
	if s.depth > maxDepth {
		s.deep = s.line
		return
	}
	for i := 0; ; i++ {
		s.skipBlank()
		if s.rest() == "" || s.skip(end) || len(s.found) > maxValues {
			return
		}
		before := s.at
		item(i)
		s.skipBlank()
		s.skip(",")
		if s.at == before {
			s.advance(1) // not TOML; go on rather than stay
		}
	}
}

// closeString goes behind the end of a string that was opened with quote.
func (s *locator) closeString(quote string) {
	for s.rest() != "" {
		switch {
		case quote[0] == '"' && strings.HasPrefix(s.rest(), `\`):
			s.advance(2)
		case s.skip(quote):
			// Up to two quotes may stand before the three that close.
			for len(quote) == 3 && s.skip(quote[:1]) {
			}
			return
		default:
			s.advance(1)
		}
	}
}
