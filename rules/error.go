package rules

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/listgate/listgate/internal/strict"
)

// An Error is a problem in a rule file. Line counts from 1; 0 means the file as a whole.
type Error struct {
	File string
	Line int
	Err  error
}

func (e *Error) Error() string {
	if e.File == "" {
		return e.Err.Error()
	}
	if e.Line == 0 {
		return fmt.Sprintf("%s: %v", e.File, e.Err)
	}
	return fmt.Sprintf("%s:%d: %v", e.File, e.Line, e.Err)
}

func (e *Error) Unwrap() error { return e.Err }

// Errors are all problems of all files, sorted by file and line: of one file the first 1000 and how
// many more there are. Its text has one line each, for the first 50, and how many more there are.
type Errors []*Error

func (es Errors) Error() string {
	var lines []string
	for _, e := range es.First(mostPrinted) {
		lines = append(lines, e.Error())
	}
	return strings.Join(lines, "\n")
}

// mostPrinted is how many problems are told to a person at once.
const mostPrinted = 50

// First returns the first n problems and, if there are more, an error that says how many.
func (es Errors) First(n int) Errors {
	told, more := Errors{}, 0
	for _, e := range es {
		hidden, isMore := errors.AsType[strict.MoreProblems](e.Err)
		switch {
		case isMore:
			more += int(hidden)
		case len(told) == n:
			more++
		default:
			told = append(told, e)
		}
	}
	if more > 0 {
		told = append(told, &Error{Err: strict.MoreProblems(more)})
	}
	return told
}

func (es Errors) Unwrap() []error {
	all := make([]error, len(es))
	for i, e := range es {
		all[i] = e
	}
	return all
}

// orNil returns the problems as an error, sorted, or nil if there are none.
func (es Errors) orNil() error {
	if len(es) == 0 {
		return nil
	}
	slices.SortStableFunc(es, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return es
}

// An UnknownCategoryError says that no rule file has the category asked for.
type UnknownCategoryError struct {
	Name    string
	Nearest string // the known category most like it, or ""
	Hint    string // what to ask for instead, or ""
}

func (e *UnknownCategoryError) Error() string {
	text := fmt.Sprintf("unknown category %q", e.Name)
	if e.Nearest != "" {
		text += fmt.Sprintf("; did you mean %q?", e.Nearest)
	}
	if e.Hint != "" {
		text += "; " + e.Hint
	}
	return text
}
