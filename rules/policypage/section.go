package policypage

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/listgate/listgate/rules"
)

// A section is what stands below a list's heading.
type section struct {
	regions  []rules.Region // sorted, each once; nil if there is no list
	isList   bool           // there is a list, even if it is not understood
	lastLine int            // of the list
	problems []note
	notes    []note
}

// A piece is a block, or a line of one, and what it names.
type piece struct {
	line    int
	run     int
	text    string
	item    bool // of a list or table, and not a paragraph
	regions []rules.Region
	unknown []error
	notes   []string
}

// role is what a piece is in its section.
type role uint8

const (
	prose   role = iota
	names        // countries, and nothing else
	mixed        // some countries
	maybe        // so short that it may be a name
	between      // a letter or a header between names; it says nothing
)

// readSection reads the list below a heading, and what else stands there.
func readSection(blocks []block) section {
	r := sectionReader{}
	for _, b := range blocks {
		if !r.add(b) {
			r.problem(b.line, "more than %d names below the heading; is it a list of countries?", mostNames)
			r.isList = true
			return r.section
		}
	}
	r.judge()
	r.collect()
	return r.section
}

type sectionReader struct {
	section
	pieces []piece
	roles  []role
}

func (r *sectionReader) problem(line int, format string, args ...any) {
	r.problems = append(r.problems, note{line, fmt.Sprintf(format, args...)})
}

// add reads a block. It reports false if there are too many.
func (r *sectionReader) add(b block) bool {
	switch {
	case b.kind == heading: // one below that of the list
		r.pieces, r.roles = append(r.pieces, piece{line: b.line, run: b.run, text: b.text}), append(r.roles, prose)
		if letters.MatchString(b.text) {
			r.roles[len(r.roles)-1] = between
		}
	case len(b.lines) > 1:
		r.addParagraph(b)
	default:
		r.addPiece(readPiece(b.line, b.run, b.text, b.kind == item))
	}
	return len(r.pieces) <= mostNames
}

func (r *sectionReader) addPiece(p piece) {
	r.pieces, r.roles = append(r.pieces, p), append(r.roles, p.role())
}

// addParagraph reads a paragraph of plain text, whose lines may be names or parts of a list that is
// broken into lines.
func (r *sectionReader) addParagraph(b block) {
	var own []piece
	unknown := 0
	for _, l := range b.lines[:min(len(b.lines), mostNames+1)] {
		p := readPiece(l.number, b.run, l.text, false)
		own, unknown = append(own, p), unknown+len(p.unknown)
	}
	whole := readPiece(b.line, b.run, b.text, false)
	hasCommas := strings.Count(b.text, ",")+strings.Count(b.text, ";") >= len(b.lines)
	if len(whole.regions) > 0 && (len(whole.unknown) == 0 || hasCommas && len(whole.unknown) < unknown) {
		own = []piece{whole}
	}
	for _, p := range own {
		r.addPiece(p)
	}
}

// longest is more than any list in one paragraph takes.
const longest = 8000

func readPiece(line, run int, text string, isItem bool) piece {
	p := piece{line: line, run: run, text: text, item: isItem}
	if len(text) <= longest && !letters.MatchString(text) && !columnHead.MatchString(text) {
		mark := trailing.FindString(text)
		p.regions, p.notes, p.unknown = rules.ReadNames(strings.TrimSuffix(text, mark))
		if mark != "" && len(p.regions) > 0 {
			p.notes = append(
				p.notes,
				fmt.Sprintf("the mark %s was left out; read the footnote", shown(strings.TrimSpace(mark))),
			)
		}
	}
	return p
}

var (
	letters    = regexp.MustCompile(`^[A-Z](?:\s*[-–—]\s*[A-Z])?$`)
	columnHead = regexp.MustCompile(
		`(?i)^(?:countr(?:y|ies)|(?:country|countries)(?:\s*(?:/|or|and|&)\s*(?:region|territory|regions|territories))|allowed countries|name|#|no\.?|[-–—•·*|]+)$`,
	)
	trailing = regexp.MustCompile(`\s*\[[^\]]{0,10}\]$`)
)

func (p piece) role() role {
	switch understood := len(p.regions); {
	case letters.MatchString(p.text) || columnHead.MatchString(p.text):
		return between
	case understood > 0 && len(p.unknown) == 0:
		return names
	case understood > 0 && (p.item || understood >= 3 && understood >= len(p.unknown)):
		return mixed
	case p.item || p.isShort():
		return maybe
	}
	return prose
}

// isShort reports whether a text may be a name rather than a sentence.
func (p piece) isShort() bool {
	return len(p.text) <= 60 && len(strings.Fields(p.text)) <= 6 &&
		!strings.ContainsAny(p.text[len(p.text)-1:], ".:;?!")
}

// judge decides about the pieces that may be names: whether they belong to the list, and so are not
// understood.
func (r *sectionReader) judge() {
	inList := map[int]bool{} // the lists and tables that name a country
	for i, p := range r.pieces {
		if p.item && (r.roles[i] == names || r.roles[i] == mixed) {
			inList[p.run] = true
		}
	}
	for i, p := range r.pieces {
		switch r.roles[i] {
		case mixed:
			r.notUnderstood(p)
		case maybe:
			if p.item && inList[p.run] || !p.item && r.isNameAt(i) {
				r.notUnderstood(p)
			} else {
				r.roles[i] = prose
			}
		}
	}
}

// isNameAt reports whether a short line stands where names stand: in one paragraph with names, or
// between two of them.
func (r *sectionReader) isNameAt(i int) bool {
	run := r.pieces[i].run
	before, after := -1, -1
	for j := i - 1; j >= 0 && before < 0; j-- {
		if r.roles[j] != maybe && r.roles[j] != between {
			before = j
		}
	}
	for j := i + 1; j < len(r.pieces) && after < 0; j++ {
		if r.roles[j] != maybe && r.roles[j] != between {
			after = j
		}
	}
	nameBefore := before >= 0 && r.roles[before] != prose
	nameAfter := after >= 0 && r.roles[after] != prose
	switch {
	case nameBefore && (nameAfter || r.pieces[before].run == run):
		return true
	case nameAfter && r.pieces[after].run == run:
		// The first name of a list, but not the last words of a paragraph that goes on above.
		return before < 0 || r.pieces[before].run != run || strings.HasSuffix(r.pieces[before].text, ":") ||
			strings.HasSuffix(r.pieces[before].text, ".")
	}
	return false
}

func (r *sectionReader) notUnderstood(p piece) {
	r.isList = true
	if len(p.unknown) == 0 {
		r.problem(p.line, "%s is no country", shown(p.text))
	}
	for _, err := range p.unknown {
		text := err.Error()
		if cut := []rune(text); len(cut) > 200 {
			text = string(cut[:200]) + "…"
		}
		r.problem(p.line, "%s", text)
	}
}

// A stretch is names that no words part, and the parts of it that are lists of their own: its
// columns.
type stretch struct {
	line  int
	parts []part
}

type part struct {
	run     int
	line    int
	regions []rules.Region
}

// collect draws the names together.
func (r *sectionReader) collect() {
	var all []stretch
	open := false
	for i, p := range r.pieces {
		switch r.roles[i] {
		case prose:
			open = false
		case names:
			if !open {
				all, open = append(all, stretch{line: p.line}), true
			}
			s := &all[len(all)-1]
			if n := len(s.parts); n == 0 || s.parts[n-1].run != p.run {
				s.parts = append(s.parts, part{run: p.run, line: p.line})
			}
			last := &s.parts[len(s.parts)-1]
			last.regions = append(last.regions, p.regions...)
			r.lastLine = max(r.lastLine, p.line)
			for _, text := range p.notes {
				r.notes = append(r.notes, note{p.line, text})
			}
		}
	}
	for i, s := range all {
		regions, ok := r.join(s)
		if !ok {
			return
		}
		switch {
		case i == 0:
			r.regions = regions
		case slices.Equal(r.regions, regions):
			r.notes = append(r.notes, note{s.line, fmt.Sprintf("the same list stands at line %d, too", all[0].line)})
		default:
			r.isList = true
			r.problem(
				s.line,
				"two lists under one heading: one at line %d, one here; %s",
				all[0].line,
				difference(r.regions, regions),
			)
		}
	}
}

// join draws the columns of a list together. Columns have nothing in common; two copies of a list
// have everything in common; what lies between is two lists that disagree.
func (r *sectionReader) join(s stretch) ([]rules.Region, bool) {
	if other := s.other(); other > 0 {
		r.isList = true
		r.problem(
			s.parts[other].line,
			"two lists under one heading: one at line %d, one here, which goes on no column of the first",
			s.line,
		)
		return nil, false
	}
	line := map[rules.Region]int{}
	for i, part := range s.parts {
		own := sorted(part.regions)
		if n := len(part.regions) - len(own); n > 0 {
			r.notes = append(r.notes, note{part.line, fmt.Sprintf("%d of the names stand twice", n)})
		}
		shared := 0
		for _, region := range own {
			if line[region] > 0 {
				shared++
			}
		}
		if shared > 0 && !(shared == len(own) && r.isCopy(s.parts[:i], own)) {
			r.isList = true
			r.problem(
				part.line,
				"two lists under one heading that disagree: one at line %d, one here; both name some countries, and each some others",
				s.line,
			)
			return nil, false
		}
		for _, region := range own {
			line[region] = part.line
		}
	}
	var regions []rules.Region
	for region := range line {
		regions = append(regions, region)
	}
	return sorted(regions), true
}

// other returns the index of a part that is no column of one list, or 0. Columns go on in the order
// of the alphabet, up or down, one after the other; or they are about as long as each other, but
// for the last.
func (s stretch) other() int {
	up, boundariesUp, boundaries := 0, 0, len(s.parts)-1
	var last rules.Region
	for i, part := range s.parts {
		for j, r := range part.regions {
			step := 0
			if r.Name() > last.Name() {
				step = 1
			}
			if i > 0 || j > 0 {
				up += 2*step - 1
			}
			if i > 0 && j == 0 {
				boundariesUp += step
			}
			last = r
		}
	}
	if up > 0 && boundariesUp == boundaries || up < 0 && boundariesUp == 0 {
		return 0
	}
	length := len(sorted(s.parts[0].regions))
	for i := 1; i < len(s.parts); i++ {
		n := len(sorted(s.parts[i].regions))
		if n > 2*length+1 || 2*n+1 < length && !(i == len(s.parts)-1 && i > 1) {
			return i
		}
	}
	return 0
}

// isCopy reports whether regions are one of the parts again, or all of them together.
func (r *sectionReader) isCopy(parts []part, regions []rules.Region) bool {
	var all []rules.Region
	for _, p := range parts {
		all = append(all, p.regions...)
		if slices.Equal(sorted(p.regions), regions) {
			return true
		}
	}
	return slices.Equal(sorted(all), regions)
}
