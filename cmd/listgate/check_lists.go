package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// A namedList is a list that a command line names.
type namedList struct {
	name string
	info fs.FileInfo // nil: standard input, or there is none
	err  error       // why a pattern names no list
}

// expandLists returns the lists that arguments name, patterns expanded, by name, a file once.
func expandLists(args []string) ([]namedList, error) {
	var lists []namedList
	for _, arg := range args {
		if _, err := os.Lstat(arg); err != nil && strings.ContainsAny(arg, "*?[{") {
			expanded, err := expandPattern(arg)
			if err != nil {
				return nil, err
			}
			lists = append(lists, expanded...)
			continue
		}
		l := namedList{name: arg}
		if arg != "-" {
			l.info, _ = os.Stat(arg) // opening it tells what is wrong
		}
		lists = append(lists, l)
	}
	slices.SortStableFunc(lists, func(a, b namedList) int { return cmp.Compare(a.name, b.name) })
	return dropRepeated(lists), nil
}

// expandPattern returns the files that a pattern names, as shells do: not those whose names begin
// with a dot. It does not go through links to folders, which may lead in circles. One that names no
// file is a list that cannot be read: an export that did not run must not pass.
func expandPattern(pattern string) (lists []namedList, err error) {
	names, err := doublestar.FilepathGlob(pattern, doublestar.WithFilesOnly(), doublestar.WithNoFollow(),
		doublestar.WithNoHidden(),
		doublestar.WithFailOnIOErrors())
	if errors.Is(err, doublestar.ErrBadPattern) {
		return nil, usagef("%s: not a pattern: a bracket is open", pattern)
	}
	for _, name := range names {
		if info, _ := os.Stat(name); info == nil || !info.IsDir() {
			lists = append(lists, namedList{name: name, info: info})
		}
	}
	if err == nil && len(lists) == 0 {
		err = errors.New("no file matches this pattern")
	}
	if err != nil {
		lists = append(lists, namedList{name: pattern, err: fmt.Errorf("%s: %w", pattern, err)})
	}
	return lists, nil
}

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
