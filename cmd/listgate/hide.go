package main

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/listgate/listgate/internal/redact"
)

// hideNumbers takes out of an error what was given on the command line and may be a phone number:
// errors are copied into tickets. Ids of accounts stay.
func hideNumbers(text string, args []string) string {
	const hidden = "(not shown: it may hold a phone number)"
	for i, arg := range args {
		if name, value, ok := strings.Cut(arg, "="); ok && strings.HasPrefix(arg, "-") {
			if arg = value; name == "--waba" || name == "--gate" {
				continue
			}
		} else if i > 0 && (args[i-1] == "--waba" || args[i-1] == "--gate") {
			continue
		}
		if !redact.MayHoldNumber(arg) {
			continue
		}
		text = strings.ReplaceAll(text, strconv.Quote(arg), hidden)
		if strings.IndexFunc(arg, unicode.IsLetter) < 0 {
			text = strings.ReplaceAll(text, arg, hidden)
			text = strings.ReplaceAll(text, strings.TrimPrefix(arg, "+"), hidden) // as an integer is printed
		}
	}
	return text
}
