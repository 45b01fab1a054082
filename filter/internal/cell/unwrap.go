package cell

// maxWrappers is how deep wrappers are taken off. A bound keeps the work linear.
const maxWrappers = 8

// unwrap strips what people and programs put around a number, in any order, and tells a cell that
// holds nothing from one that holds nothing but marks.
func unwrap(text []byte) (inner []byte, traits Traits, problem Problem) {
	marked := false
	for range maxWrappers {
		if isNegative(text) {
			return nil, 0, Mangled
		}
		for len(text) > 0 && (isNeutral(text[0]) || text[0] == '\n') {
			marked = marked || !isBlank(text[0])
			text = text[1:]
		}
		for n := len(text) - 1; n >= 0 && (isNeutral(text[n]) || text[n] == '\n'); n-- {
			marked = marked || !isBlank(text[n])
			text = text[:n]
		}
		inner, found, problem := cutWrapper(text)
		if problem != None {
			return nil, 0, problem
		}
		traits |= found
		if len(inner) == len(text) {
			break
		}
		text = inner
	}
	switch {
	case len(text) > 0:
		return text, traits, None
	case marked:
		return nil, 0, NotANumber
	}
	return nil, 0, Empty
}

// isNegative reports whether text is a number less than zero: what a spreadsheet makes of
// +91-9876543210 if it takes it for a sum, perhaps with a '+' that somebody put before it. The
// digits are no longer those that were typed. A list item has a space behind its dash.
func isNegative(text []byte) bool {
	for len(text) > 0 && isBlank(text[0]) {
		text = text[1:]
	}
	if len(text) > 0 && text[0] == '+' {
		text = text[1:]
	}
	return len(text) > 1 && text[0] == '-' && isDigit(text[1])
}

func isBlank(b byte) bool { return b == ' ' || b == '\n' }

// cutWrapper takes one wrapper off, if there is one.
func cutWrapper(text []byte) (inner []byte, traits Traits, problem Problem) {
	if len(text) == 0 || (isDigit(text[0]) || text[0] == '+') && isDigit(text[len(text)-1]) {
		return text, 0, None // as nearly all
	}
	switch text[0] {
	case '=', '"', '\'':
		// ="…" is what keeps a spreadsheet's hands off
		for _, quotes := range [...][2]string{{`="`, `"`}, {`"`, `"`}, {`'`, `'`}} {
			if inner, ok := cutAround(text, quotes[0], quotes[1]); ok {
				return inner, 0, None
			}
		}
		if rest, ok := cutPrefix(text, "'"); ok { // which tells a spreadsheet that a text follows
			return rest, 0, None
		}
	case 't', 'p':
		for _, prefix := range [...]string{"tel:", "p:"} { // Facebook's lead forms export p:+91…
			if rest, ok := cutPrefix(text, prefix); ok {
				return rest, 0, None
			}
		}
	}
	if inner, traits, problem := cutChatID(text); traits != 0 || problem != None {
		return inner, traits, problem
	}
	switch text[0] {
	case 'h', 'w', 'a':
		if number, problem, ok := cutLink(text); ok {
			return number, Chat, problem
		}
		text, _ = cutPrefix(text, "whatsapp:")
	}
	return text, 0, None
}

func cutPrefix(text []byte, prefix string) ([]byte, bool) { return cutAround(text, prefix, "") }

// cutAround takes prefix and suffix off, if text has both.
func cutAround(text []byte, prefix, suffix string) ([]byte, bool) {
	end := len(text) - len(suffix)
	if end < len(prefix) || string(text[:len(prefix)]) != prefix || string(text[end:]) != suffix {
		return text, false
	}
	return text[len(prefix):end], true
}
