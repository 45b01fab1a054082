package findings

import (
	"cmp"
	"crypto/sha256"
	"path/filepath"
	"slices"
	"strings"
)

// id names the kind of problem, whatever list it is in: "restricted/platform-us-marketing".
func (p *Finding) id() string {
	if p.rule == "" {
		return p.check
	}
	return p.check + "/" + p.rule
}

// line is where the problem is shown, from 1.
func (p *Finding) line() int64 {
	if len(p.lines) == 0 {
		return 1
	}
	return p.lines[0]
}

// pathOf returns the path of a list, with slashes, and relative to the working folder if it is in
// it.
func pathOf(argument string) string {
	path := argument
	if path == "-" {
		return ""
	}
	if here, err := filepath.Abs("."); err == nil && filepath.IsAbs(path) {
		if relative, err := filepath.Rel(here, path); err == nil && filepath.IsLocal(relative) {
			path = relative
		}
	}
	return filepath.ToSlash(filepath.Clean(path))
}

// shownPath is where services show the list's findings that must have a file.
func (l *List) shownPath() string { return cmp.Or(l.Path, "stdin") }

// A placedFinding is a problem and the list that it is in.
type placedFinding struct {
	list *List
	*Finding
}

// bySeverity returns the problems of all lists, the most important first: services show only so
// many.
func (r *Document) bySeverity() []placedFinding {
	var all []placedFinding
	for _, l := range r.Lists {
		for i := range l.Findings {
			all = append(all, placedFinding{l, &l.Findings[i]})
		}
	}
	slices.SortStableFunc(all, func(a, b placedFinding) int {
		return cmp.Or(cmp.Compare(a.gravity(), b.gravity()), cmp.Compare(b.rows, a.rows))
	})
	return all
}

// gravity sorts Findings: 0 if the list as a whole is wrong, then those of rows, warnings, and
// notes.
func (p *Finding) gravity() int {
	if p.level == levelError && !p.dropped {
		return 0
	}
	return int(p.level) + 1
}

// fingerprint names a problem from one run to the next, whatever its rows and lines: by its list,
// kind and region. It is made of letters: no run of digits can be taken for a phone number.
func (p placedFinding) fingerprint() string {
	parts := []string{p.list.shownPath(), p.id(), p.region}
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
