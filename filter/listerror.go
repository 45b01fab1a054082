package filter

import (
	"errors"
	"fmt"
)

// A ListError says where a list could not be read. No error holds a number or any other text of the
// list.
type ListError struct {
	Name         string
	Line, Column int // from 1, the column in bytes; 0 where the error has no place
	Err          error
}

func (e *ListError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %v", e.Name, e.Err)
	}
	return fmt.Sprintf("%s:%d:%d: %v", e.Name, e.Line, e.Column, e.Err)
}

func (e *ListError) Unwrap() error { return e.Err }

// ErrEmptyList says that a list holds nothing at all, not even a header.
var ErrEmptyList = errors.New("the list is empty, not even a header")

var errBlank = errors.New("no row up to here, nothing but blank lines")
