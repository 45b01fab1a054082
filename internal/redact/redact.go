// Package redact keeps phone numbers out of errors, logs, summaries and journals.
//
// What may be a phone number is defined here, once: seven digits or more, of any script, with
// nothing between them but what people write inside a number: spaces, dashes, dots, brackets,
// slashes, marks that nobody sees, or one comma. A date such as 2026-11-22 is none, with its time
// or without. Seven, since a number without its area code is a number too.
//
//	redact.Quote(arg)   // a value that somebody gave, in an error
//	redact.Mask(text)   // a message of another package, which may repeat what it was given
//	redact.Word(name)   // a word of the provider's that a journal keeps
//	redact.Hash(kind, id)
package redact

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	inNumber = `[\s\p{Z}\p{Pd}\p{Cf}()\[\]./_+＋*~'’·•]` // what people write between the digits of a number
	dateTime = `\b(?:19|20)\d\d-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?\b`

	// fewestOfWords is from how many digits a number without a plus sign is refused in a person's
	// words: those of a ticket or a case are shorter.
	fewestOfWords = 10
	// mostDigits is how many digits an international number has at most.
	mostDigits = 15
	// longestReason is how many bytes a person's reason may have.
	longestReason = 500
)

var (
	number     = regexp.MustCompile(`(?:[+＋]` + inNumber + `*)?\p{Nd}(?:(?:` + inNumber + `*|,)\p{Nd}){6,}`)
	dateFirst  = regexp.MustCompile(dateTime + `|` + number.String())
	isDateTime = regexp.MustCompile(`^` + dateTime + `$`)
	digitRun   = regexp.MustCompile(`\p{Nd}+`)
)

// MayHoldNumber reports whether s holds what may be a phone number.
func MayHoldNumber(s string) bool {
	for _, found := range dateFirst.FindAllString(s, -1) {
		if !isDateTime.MatchString(found) {
			return true
		}
	}
	return false
}

// Quote quotes what a person gave, for an error. What may hold a phone number is not shown.
func Quote(s string) string {
	if MayHoldNumber(s) {
		return "a text that may hold a phone number"
	}
	return fmt.Sprintf("%q", s)
}

// Hash makes a reference out of a provider's id, such as kind "message" and a message id. The id is
// hashed: a message id holds the recipient's number, hardly hidden. An empty id has an empty
// reference.
func Hash(kind, id string) string {
	if id == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(id))
	return kind + ":" + hex.EncodeToString(sum[:12])
}

// Trace makes the reference of an error body out of its fbtrace_id, which support asks for: it
// stays readable, unless it may hold a phone number or is no such id.
func Trace(id string) string {
	notPrintable := func(r rune) bool { return r <= ' ' || r > '~' }
	if id == "" || len(id) > 64 || strings.ContainsFunc(id, notPrintable) || MayHoldNumber(id) {
		return Hash("trace", id)
	}
	return "fbtrace_id:" + id
}

// Word returns s if it is a word of the provider's that a journal may hold, such as
// ACCOUNT_VIOLATION, else a hash of it.
func Word(s string) string {
	plain := func(r rune) bool {
		return r == '_' || r == '-' || r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r))
	}
	if len(s) <= 100 && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 && !MayHoldNumber(s) {
		return s
	}
	return Hash("sha256", s)
}

// CheckReason returns an error if a person's words cannot stand in the journal of an account:
// longer than 500 bytes, or with a phone number in them. The account's own id may stand there, and
// so may an id of more digits than a phone number has, 15, and a ticket's of fewer than ten without
// a plus sign.
func CheckReason(s, waba string) error {
	if len(s) > longestReason {
		return fmt.Errorf("a reason of %d bytes is too long; at most %d", len(s), longestReason)
	}
	withoutIDs := digitRun.ReplaceAllStringFunc(s, func(digits string) string {
		if digits == waba || utf8.RuneCountInString(digits) > mostDigits {
			return "id"
		}
		return digits
	})
	for _, found := range dateFirst.FindAllString(withoutIDs, -1) {
		if isDateTime.MatchString(found) || countDigits(found) < fewestOfWords && !strings.ContainsAny(found, "+＋") {
			continue
		}
		return errors.New(
			"the reason holds what looks like a phone number; a journal must not: leave out ten digits or more in a row, " +
				"spaced or not, and all that begins with +; the account's own id may stand there",
		)
	}
	return nil
}

func countDigits(s string) (digits int) {
	for _, r := range s {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	return digits
}
