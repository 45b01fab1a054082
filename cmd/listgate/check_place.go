package main

import (
	"cmp"
	"crypto/sha256"
	"path/filepath"
	"slices"
	"strings"
)

// id names the kind of problem, whatever list it is in: "restricted/platform-us-marketing".
func (p *problem) id() string {
	if p.rule == "" {
		return p.check
	}
	return p.check + "/" + p.rule
}

// line is where the problem is shown, from 1.
func (p *problem) line() int64 {
	if len(p.lines) == 0 {
		return 1
	}
	return p.lines[0]
}

// path is the list's, with slashes, and relative to the working folder if it is in it, as services want it that show
// findings beside files.
func (l *checkedList) path() string {
	if l.argument == "-" {
		return "stdin"
	}
	path := l.argument
	if here, err := filepath.Abs("."); err == nil && filepath.IsAbs(path) {
		if relative, err := filepath.Rel(here, path); err == nil && filepath.IsLocal(relative) {
			path = relative
		}
	}
	return filepath.ToSlash(filepath.Clean(path))
}

// A placedProblem is a problem and the list that it is in.
type placedProblem struct {
	list *checkedList
	*problem
}

// gravest returns the problems of all lists, the most important first: services show only so many.
func (r *checkRun) gravest() []placedProblem {
	var all []placedProblem
	for _, l := range r.lists {
		for i := range l.problems {
			all = append(all, placedProblem{l, &l.problems[i]})
		}
	}
	slices.SortStableFunc(all, func(a, b placedProblem) int {
		return cmp.Or(cmp.Compare(a.level, b.level), compareBool(b.ofList(), a.ofList()), cmp.Compare(b.rows, a.rows))
	})
	return all
}

// ofList reports whether the list as a whole is wrong.
func (p *problem) ofList() bool { return p.level == levelError && !p.dropped }

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// fingerprint names a problem from one run to the next, whatever its rows and lines: by its list, kind and region. It is
// made of letters: no run of digits can be taken for a phone number.
func (p placedProblem) fingerprint() string {
	parts := []string{p.list.path(), p.id(), p.region}
	if p.check == checkWarning { // they differ only in what they say, and its numbers change
		parts = append(parts, strings.Map(withoutDigits, p.text))
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	var letters strings.Builder
	for _, b := range sum[:16] {
		letters.WriteByte('a' + b>>4)
		letters.WriteByte('a' + b&15)
	}
	return letters.String()
}

func withoutDigits(r rune) rune {
	if '0' <= r && r <= '9' {
		return -1
	}
	return r
}
