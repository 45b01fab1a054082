package listrun

import (
	"fmt"
	"strings"

	"github.com/listgate/listgate/internal/redact"
)

// An OptionError is an option with a value that is not understood, or that does not fit the list.
type OptionError struct {
	Option string // as the command line calls it, without dashes: "default-region"
	Value  string // that does not fit, where Err does not say it
	Err    error
}

func (e *OptionError) Error() string {
	if e.Value != "" {
		return fmt.Sprintf("--%s %s: %v", e.Option, redact.Quote(e.Value), e.Err)
	}
	return fmt.Sprintf("--%s: %v", e.Option, e.Err)
}

func (e *OptionError) Unwrap() error { return e.Err }

// OptionErrorf returns an *OptionError.
func OptionErrorf(option, format string, args ...any) error {
	return &OptionError{Option: option, Err: fmt.Errorf(format, args...)}
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
