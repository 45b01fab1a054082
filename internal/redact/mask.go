package strict

import (
	"errors"
	"regexp"
)

var (
	numbers = regexp.MustCompile(`\+?\p{Nd}(?:[\p{Zs}\p{Pd}()./_]*\p{Nd}){6,}`)
	date    = regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)
)

// Mask puts … for everything in a message that could be a phone number: seven digits or more, with what is written between
// them. Dates stay.
func Mask(text string) string {
	return numbers.ReplaceAllStringFunc(text, func(number string) string {
		if date.MatchString(number) {
			return number
		}
		return "…"
	})
}

// masked is err itself if there is nothing to mask in it.
func masked(err error) error {
	if text := Mask(err.Error()); text != err.Error() {
		return errors.New(text)
	}
	return err
}
