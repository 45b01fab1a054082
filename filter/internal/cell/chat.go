package cell

import "bytes"

// This file knows the ids and the links of WhatsApp's chats. Both begin with a calling code,
// whatever region a list is of.

// cutChatID takes off the server of a chat id, and the device before it:
// 919876543210:12@s.whatsapp.net. Ids of groups, channels and of people who do not show their
// number hold none.
func cutChatID(text []byte) (user []byte, traits Traits, problem Problem) {
	at := bytes.LastIndexByte(text, '@')
	if at < 0 {
		return text, 0, None
	}
	switch string(text[at:]) {
	case "@c.us", "@s.whatsapp.net", "@whatsapp.net":
		user, device := cutDevice(text[:at])
		if device {
			return user, Chat | Device, None
		}
		return user, Chat, None
	case "@lid", "@g.us", "@newsletter", "@broadcast":
		if bytes.IndexByte(text, '@') == at && !hasSeparator(text) {
			return nil, 0, NotANumber
		}
	}
	return text, 0, None
}

// fewestOfUser is how many digits a chat id has at least before what may be the number of an agent:
// dots are common in numbers.
const fewestOfUser = 7

// cutDevice takes off what tells the devices and agents of one user apart: 919876543210.0:3,
// 919876543210_1:12.
func cutDevice(id []byte) (user []byte, ok bool) {
	user = id
	for _, mark := range [...]byte{':', '.', '_'} {
		at := bytes.LastIndexByte(user, mark)
		if at < 0 || len(user)-at > len(":999") || !isDigits(user[at+1:]) {
			continue
		}
		// or it was a float
		if mark == '.' && (at < fewestOfUser || !isDigits(user[:at]) || !ok && isZeros(user[at+1:])) {
			continue
		}
		user, ok = user[:at], true
	}
	return user, ok
}

// cutLink takes off the address of a chat: https://wa.me/919876543210?text=… It is ok if text is
// such an address, and there is a problem with one that leads to no number, or to two.
func cutLink(text []byte) (number []byte, problem Problem, ok bool) {
	for _, prefix := range [...]string{"https://", "http://", "www."} {
		text, _ = cutPrefix(text, prefix)
	}
	if path, ok := cutPrefix(text, "wa.me/"); ok {
		number, problem = cutPath(path)
		return number, problem, true
	}
	for _, send := range [...]string{
		"api.whatsapp.com/send", "web.whatsapp.com/send", "whatsapp.com/send", "whatsapp://send",
	} {
		if rest, ok := cutPrefix(text, send); ok {
			rest, _ = cutPrefix(rest, "/")
			if query, ok := cutPrefix(rest, "?"); ok {
				number, problem = findPhone(query)
				return number, problem, true
			}
		}
	}
	return nil, None, false
}

// cutPath returns the number of a short link: wa.me/919876543210, of a catalog (c/919876543210) or
// of one of its products (p/4091234/919876543210). Links to a message of a business have a code in
// place of its number.
func cutPath(path []byte) ([]byte, Problem) {
	switch kind, rest, more := bytes.Cut(path, []byte("/")); string(kind) {
	case "c":
		if more {
			path = rest
		}
	case "p":
		product, owner, ok := bytes.Cut(rest, []byte("/"))
		if !ok || !isDigits(product) {
			return nil, NotANumber
		}
		path = owner
	case "message", "qr":
		if !hasSeparator(rest) {
			return nil, NotANumber
		}
	}
	if query, ok := cutPrefix(path, "send"); ok {
		query, _ = cutPrefix(query, "/")
		if query, ok = cutPrefix(query, "?"); ok {
			return findPhone(query)
		}
	}
	number, _ := cutAround(cutQuery(path), "", "/")
	return unescapeURL(number), None
}

// findPhone returns the value of phone in the query of a link, wherever that is:
// text=Hi%20there&phone=919876543210.
func findPhone(query []byte) (number []byte, problem Problem) {
	query, fragment, _ := bytes.Cut(query, []byte("#"))
	found, other := 0, mayHoldNumber(fragment)
	for len(query) > 0 {
		var parameter []byte
		parameter, query, _ = bytes.Cut(query, []byte("&"))
		if value, ok := cutPrefix(parameter, "phone="); ok {
			if value = unescapeURL(value); found == 0 || !bytes.Equal(value, number) {
				found++
			}
			number = value
		} else {
			other = other || mayHoldNumber(parameter)
		}
	}
	switch {
	case found > 1, found == 1 && other:
		return nil, Multiple
	case found == 0:
		return nil, NotANumber
	}
	return number, None
}

// cutQuery takes off what follows the number of a link, ?text=… or &text=…, unless that holds what
// an address can not: then the link has ended before it, and something else follows, such as
// another number.
func cutQuery(text []byte) []byte {
	at := bytes.IndexAny(text, "?&#")
	if at < 0 || mayHoldNumber(text[at:]) || at+1 < len(text) && !isLetter(text[at+1]) {
		return text
	}
	return text[:at]
}

// mayHoldNumber reports whether there is something in a part of a link that addresses do not have,
// such as a blank: the link has ended there, and a number may follow.
func mayHoldNumber(part []byte) bool {
	return hasSeparator(part) && countDigits(part) >= FewestDigits
}

func hasSeparator(text []byte) bool { return bytes.ContainsAny(text, " \n,;|/") }

func countDigits(text []byte) (digits int) {
	for _, b := range text {
		if isDigit(b) {
			digits++
		}
	}
	return digits
}

// unescapeURL decodes %2B and the like where it stands: what is decoded is shorter.
func unescapeURL(text []byte) []byte {
	if bytes.IndexByte(text, '%') < 0 {
		return text
	}
	decoded := text[:0]
	for at := 0; at < len(text); at++ {
		b := text[at]
		if b == '%' && at+2 < len(text) {
			high, low := hexValue(text[at+1]), hexValue(text[at+2])
			if b = high<<4 | low; high < 16 && low < 16 && b < 0x80 {
				b = foldASCII(b)
				at += 2
			} else {
				b = '%'
			}
		}
		decoded = append(decoded, b)
	}
	return decoded
}

// hexValue returns the value of a digit of base 16, or 16.
func hexValue(b byte) byte {
	switch {
	case isDigit(b):
		return b - '0'
	case 'a' <= b && b <= 'f':
		return b - 'a' + 10
	}
	return 16
}
