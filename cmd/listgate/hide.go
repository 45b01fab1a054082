package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"

	"github.com/listgate/listgate/internal/redact"
)

const hidden = "(not shown: it may hold a phone number)"

// isNumber reports whether an argument is nothing but what may be a phone number, or that with the
// ending of a file's name where there is no such file.
func isNumber(arg string) bool {
	if !redact.MayHoldNumber(arg) {
		return false
	}
	if strings.IndexFunc(arg, unicode.IsLetter) < 0 {
		return true
	}
	stem, _, _ := strings.Cut(filepath.Base(arg), ".")
	_, err := os.Lstat(arg)
	return err != nil && redact.MayHoldNumber(stem) && strings.IndexFunc(stem, unicode.IsLetter) < 0
}

// A hiddenError is an error whose text shows no number that was given as an argument.
type hiddenError struct {
	error
	args []string
}

func (e hiddenError) Error() string { return hideNumbers(e.error.Error(), e.args) }

func (e hiddenError) Unwrap() error { return e.error }

// hideNumbers takes out of an error what was given on the command line and may be a phone number:
// errors are copied into tickets. Ids of accounts stay.
func hideNumbers(text string, args []string) string {
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
		if isNumber(arg) {
			text = strings.ReplaceAll(text, arg, hidden)
			folder, name := filepath.Split(arg)
			stem, _, _ := strings.Cut(name, ".") // outputs have names that begin so
			text = strings.ReplaceAll(text, folder+stem, hidden)
			text = strings.ReplaceAll(text, strings.TrimPrefix(arg, "+"), hidden) // as an integer is printed
		}
	}
	return text
}
