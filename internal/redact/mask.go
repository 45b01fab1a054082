package redact

import (
	"strings"
	"unicode"
)

// Mask puts … for everything in a message that may be a phone number. Dates stay.
func Mask(text string) string {
	return dateFirst.ReplaceAllStringFunc(text, func(found string) string {
		if isDateTime.MatchString(found) {
			return found
		}
		before := strings.IndexFunc(found, func(r rune) bool { return r == '+' || r == '＋' || unicode.IsDigit(r) })
		return found[:before] + "…"
	})
}
