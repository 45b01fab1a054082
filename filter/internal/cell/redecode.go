package cell

import (
	"bytes"
	"html"
	"unicode/utf8"
)

// This file undoes what programs do to text that they take for text of another kind: UTF-8 read as
// Windows-1252 and written as UTF-8 once more, so that each invisible mark becomes two or three
// letters, and the entities of HTML.

// maxRedecodes is how often text is decoded once more. A bound keeps the work linear.
const maxRedecodes = 3

// redecode undoes both where that is certain. What it returns is text itself unless ok.
func redecode(text []byte) (decoded []byte, ok bool) {
	if bytes.IndexByte(text, '&') >= 0 && bytes.IndexByte(text, ';') >= 0 {
		text, ok = unescape(text)
	}
	for range maxRedecodes {
		once, found := decodeOnce(text)
		if !found {
			break
		}
		text, ok = once, true
	}
	return text, ok
}

// maxEntity is how long an entity is at most: &#x0000202a;
const maxEntity = 12

// unescape replaces the entities of HTML, those that end as they should: in &section=1 there is
// none.
func unescape(text []byte) (unescaped []byte, ok bool) {
	for {
		and := bytes.IndexByte(text, '&')
		if and < 0 {
			break
		}
		end := bytes.IndexByte(text[and:min(len(text), and+maxEntity)], ';') + 1
		entity := string(text[and : and+end])
		character := html.UnescapeString(entity)
		if character == entity {
			unescaped = append(unescaped, text[:and+1]...)
			text = text[and+1:]
			continue
		}
		unescaped = append(append(unescaped, text[:and]...), character...)
		text, ok = text[and+end:], true
	}
	return append(unescaped, text...), ok
}

// decodeOnce decodes each run of characters outside ASCII whose bytes in Windows-1252 are UTF-8: by
// chance they hardly ever are.
func decodeOnce(text []byte) (decoded []byte, ok bool) {
	if !mayBeRedecoded(text) {
		return text, false
	}
	text, ok = dropHalves(text)
	var space [64]byte
	done := 0 // how much of text is in decoded
	for at := 0; at < len(text); {
		if text[at] < utf8.RuneSelf {
			at++
			continue
		}
		run, end := cutRun(space[:0], text[at:])
		if len(run) > 1 && utf8.Valid(run) {
			decoded = append(append(decoded, text[done:at]...), run...)
			done, ok = at+end, true
		}
		at += max(end, 1)
	}
	if done == 0 {
		return text, ok
	}
	return append(decoded, text[done:]...), true
}

var (
	half            = []byte("Â")
	halfBeforeSpace = []byte("Â ")
)

// dropHalves drops each Â before a space and at the end: the first half of a no-break space, whose
// second half was taken for white space.
func dropHalves(text []byte) (whole []byte, ok bool) {
	for {
		at := bytes.Index(text, halfBeforeSpace)
		if at < 0 {
			break
		}
		whole, text, ok = append(whole, text[:at]...), text[at+len(half):], true
	}
	if rest, found := bytes.CutSuffix(text, half); found {
		text, ok = rest, true
	}
	if whole == nil {
		return text, ok
	}
	return append(whole, text...), ok
}

// cutRun appends the bytes of the run of characters at the beginning of text, in Windows-1252, and
// returns where it ends.
func cutRun(run, text []byte) ([]byte, int) {
	at := 0
	for at < len(text) {
		r, size := utf8.DecodeRune(text[at:])
		b, known := toWindows1252(r)
		if !known {
			break
		}
		run = append(run, b)
		at += size
	}
	return run, at
}

// mayBeRedecoded reports whether text holds a character that such a run begins with: one of U+00C2
// to U+00F4.
func mayBeRedecoded(text []byte) bool {
	for at := 0; ; at++ {
		next := bytes.IndexByte(text[at:], 0xC3)
		if next < 0 {
			return false
		}
		if at += next; at+1 < len(text) && 0x82 <= text[at+1] && text[at+1] <= 0xB4 {
			return true
		}
	}
}

// windows1252 are the characters of the bytes from 0x80 to 0x9F. Five bytes have none.
var windows1252 = [...]rune{
	'€', none, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', none, 'Ž', none,
	none, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', none, 'ž', 'Ÿ',
}

const none = utf8.RuneError

// toWindows1252 returns the byte of a character outside ASCII. Programs keep bytes that have none
// as characters of the same value.
func toWindows1252(r rune) (b byte, ok bool) {
	switch {
	case r < 0x80, r == none:
		return 0, false
	case r < 0x100:
		return byte(r), true
	}
	for i, of := range windows1252 {
		if r == of {
			return byte(0x80 + i), true
		}
	}
	return 0, false
}

// fromWindows1252 returns the character of a byte above ASCII.
func fromWindows1252(b byte) rune {
	if b < 0xA0 {
		return windows1252[b-0x80]
	}
	return rune(b)
}

// isLost reports whether folded letters are the remains of a character that was decoded wrongly:
// the mark that programs put in its place, or what is left of a run whose other characters another
// program took for white space.
func isLost(word []byte) bool {
	for _, r := range string(word) {
		switch r {
		case utf8.RuneError, 'â', 'ã', 'ï', 'ù', 'û', 'à', '€':
		default:
			return false
		}
	}
	return true
}
