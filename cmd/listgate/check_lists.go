package main

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// A namedList is a list that a command line names. A pattern that nothing matches is a list that cannot be read.
type namedList struct {
	name string
	info fs.FileInfo // nil: standard input, or there is none
	err  error
}

// expandLists returns the lists that arguments name, patterns expanded, by name, a file once.
func expandLists(args []string) ([]namedList, error) {
	var lists []namedList
	for _, arg := range args {
		names := []string{arg}
		if _, err := os.Lstat(arg); err != nil && strings.ContainsAny(arg, "*?[{") {
			var bad error
			if names, bad = doublestar.FilepathGlob(arg, doublestar.WithFilesOnly()); errors.Is(bad, doublestar.ErrBadPattern) {
				return nil, usagef("%s: not a pattern: a bracket is open", arg)
			}
			if len(names) == 0 {
				lists = append(lists, namedList{name: arg, err: &noMatchError{arg}})
			}
		}
		for _, name := range names {
			l := namedList{name: name}
			if name != "-" {
				l.info, _ = os.Stat(name) // opening it tells what is wrong
			}
			lists = append(lists, l)
		}
	}
	slices.SortStableFunc(lists, func(a, b namedList) int { return cmp.Compare(a.name, b.name) })
	return dropRepeated(lists), nil
}

// A noMatchError says that a pattern names no file: an export that did not run must not pass.
type noMatchError struct{ pattern string }

func (e *noMatchError) Error() string { return e.pattern + ": no file matches this pattern" }

// dropRepeated drops lists that are an earlier one by another name.
func dropRepeated(lists []namedList) []namedList {
	var once []namedList
	for _, l := range lists {
		same := func(other namedList) bool {
			return l.name == other.name || l.info != nil && other.info != nil && os.SameFile(l.info, other.info)
		}
		if !slices.ContainsFunc(once, same) {
			once = append(once, l)
		}
	}
	return once
}
