package cloudapi

// members goes through the members of a JSON object that json.Valid has seen, without building
// anything.
type members struct {
	text []byte
	at   int
}

// membersOf returns the members of a value; ok is false if it is none of the objects.
func membersOf(value []byte) (m members, ok bool) {
	at := skipBetween(value, 0)
	if at == len(value) || value[at] != '{' {
		return members{}, false
	}
	return members{value, at + 1}, true
}

// next returns a key, without its quotes, and its value as they are written.
func (m *members) next() (key, value []byte, ok bool) {
	start := skipBetween(m.text, m.at)
	if m.text[start] == '}' {
		return nil, nil, false
	}
	end := stringEnd(m.text, start)
	key = m.text[start+1 : end-1]
	start = skipBetween(m.text, end)
	m.at = valueEnd(m.text, start)
	return key, m.text[start:m.at], true
}

// skipBetween skips white space and what stands between keys and values.
func skipBetween(text []byte, at int) int {
	for at < len(text) {
		switch text[at] {
		case ' ', '\t', '\r', '\n', ',', ':':
			at++
		default:
			return at
		}
	}
	return at
}

// stringEnd returns where the string that begins at a quote ends.
func stringEnd(text []byte, at int) int {
	for at++; text[at] != '"'; at++ {
		if text[at] == '\\' {
			at++
		}
	}
	return at + 1
}

// valueEnd returns where the value that begins at a place ends.
func valueEnd(text []byte, at int) int {
	for depth := 0; ; {
		switch text[at] {
		case '"':
			at = stringEnd(text, at)
		case '{', '[':
			depth++
			at++
		case '}', ']':
			depth--
			at++
		default:
			at = plainEnd(text, at)
		}
		if depth == 0 {
			return at
		}
		at = skipBetween(text, at)
	}
}

// plainEnd returns where a number or a literal ends.
func plainEnd(text []byte, at int) int {
	for at < len(text) {
		switch text[at] {
		case ' ', '\t', '\r', '\n', ',', ']', '}':
			return at
		}
		at++
	}
	return at
}
