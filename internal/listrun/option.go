package listrun

import (
	"fmt"
	"strings"
)

// An OptionError is an option with a value that is not understood, or that does not fit the list.
type OptionError struct {
	Option string // as the command line calls it, without dashes: "default-region"
	Err    error
}

func (e *OptionError) Error() string { return fmt.Sprintf("--%s: %v", e.Option, e.Err) }

func (e *OptionError) Unwrap() error { return e.Err }

// OptionErrorf returns an *OptionError.
func OptionErrorf(option, format string, args ...any) error {
	return &OptionError{option, fmt.Errorf(format, args...)}
}

// Choose returns the index of value in the choices of an option.
func Choose(option, value string, choices ...string) (int, error) {
	for i, choice := range choices {
		if value == choice {
			return i, nil
		}
	}
	return 0, OptionErrorf(option, "unknown value %q; it is one of %s", value, strings.Join(choices, ", "))
}
