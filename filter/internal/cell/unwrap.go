package cell

import "bytes"

// maxWrappers is how deep wrappers are taken off. A bound keeps the work linear.
const maxWrappers = 8

// unwrap strips what people and programs put around a number, in any order, and tells a cell that holds nothing from
// one that holds nothing but marks.
func unwrap(text []byte) ([]byte, Problem) {
	marked := false
	for range maxWrappers {
		if isNegative(text) {
			return nil, Mangled
		}
		for len(text) > 0 && (isNeutral(text[0]) || text[0] == '\n') {
			marked = marked || !isBlank(text[0])
			text = text[1:]
		}
		for n := len(text) - 1; n >= 0 && (isNeutral(text[n]) || text[n] == '\n'); n-- {
			marked = marked || !isBlank(text[n])
			text = text[:n]
		}
		inner := cutWrapper(text)
		if len(inner) == len(text) {
			break
		}
		text = inner
	}
	switch {
	case len(text) > 0:
		return text, None
	case marked:
		return nil, NotANumber
	}
	return nil, Empty
}

// isNegative reports whether text is a number less than zero: what a spreadsheet makes of +91-9876543210 if it takes it for a
// sum, perhaps with a '+' that somebody put before it. The digits are no longer those that were typed. A list item has a space
// behind its dash.
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
func cutWrapper(text []byte) []byte {
	if len(text) == 0 || (isDigit(text[0]) || text[0] == '+') && isDigit(text[len(text)-1]) {
		return text // as nearly all
	}
	switch text[0] {
	case '=', '"', '\'':
		for _, quotes := range [...][2]string{{`="`, `"`}, {`"`, `"`}, {`'`, `'`}} { // ="…" is what keeps a spreadsheet's hands off
			if inner, ok := cutAround(text, quotes[0], quotes[1]); ok {
				return inner
			}
		}
		if rest, ok := cutPrefix(text, "'"); ok { // which tells a spreadsheet that a text follows
			return rest
		}
	case 't', 'p':
		for _, prefix := range [...]string{"tel:", "p:"} { // Facebook's lead forms export p:+91…
			if rest, ok := cutPrefix(text, prefix); ok {
				return rest
			}
		}
	}
	for _, server := range [...]string{"@c.us", "@s.whatsapp.net"} {
		if rest, ok := cutAround(text, "", server); ok {
			return rest
		}
	}
	switch text[0] {
	case 'h', 'w', 'a':
		if number, ok := cutLink(text); ok {
			return number
		}
		text, _ = cutPrefix(text, "whatsapp:")
	}
	return text
}

// cutLink takes off the address of a chat: https://wa.me/919876543210?text=…
func cutLink(text []byte) ([]byte, bool) {
	for _, prefix := range [...]string{"https://", "http://", "www."} {
		text, _ = cutPrefix(text, prefix)
	}
	for _, chat := range [...]string{
		"wa.me/", "api.whatsapp.com/send?phone=", "api.whatsapp.com/send/?phone=", "web.whatsapp.com/send?phone=",
		"web.whatsapp.com/send/?phone=", "whatsapp://send?phone=", "whatsapp://send/?phone=",
	} {
		if number, ok := cutPrefix(text, chat); ok {
			number, _ = cutAround(cutQuery(number), "", "/")
			if _, escaped := cutPrefix(number, "%2b"); escaped {
				number = number[len("%2b")-1:]
				number[0] = '+'
			}
			return number, true
		}
	}
	return nil, false
}

// cutQuery takes off what follows the number of a link, ?text=… or &text=…, unless that holds what an address can not:
// then the link has ended before it, and something else follows, such as another number.
func cutQuery(text []byte) []byte {
	at := bytes.IndexAny(text, "?&")
	if at < 0 || bytes.ContainsAny(text[at:], " \n,;|/") || at+1 < len(text) && !isLetter(text[at+1]) {
		return text
	}
	return text[:at]
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
