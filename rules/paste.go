package rules

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/listgate/listgate/internal/redact"
	"github.com/listgate/listgate/internal/strict"
)

// A pasted is one region of a list that a person copied from a policy page.
type pasted struct {
	region Region
	line   int // from 1
}

// readPasted reads country names and codes as they come from a page: one a line or several between
// commas, semicolons, bars or tabs, with bullets, numbers, footnote marks and quotes. What follows
// # is a comment. Notes say what was left out; each piece that is not understood is an error with
// its line.
func readPasted(name string, r io.Reader) (found []pasted, notes []string, errs Errors) {
	text, err := strict.ReadAll(r)
	if err != nil {
		return nil, nil, Errors{{File: name, Err: strict.Plain(err)}}
	}
	if problem := strict.Check(text, aRuleFile); problem != nil {
		return nil, nil, Errors{{name, problem.Line, problem.Err}}
	}
	for i, line := range strings.Split(strings.TrimPrefix(text, "\uFEFF"), "\n") {
		p := pastedLine{}
		p.read(line)
		for _, region := range p.regions {
			found = append(found, pasted{region, i + 1})
		}
		for _, note := range p.notes {
			notes = append(notes, fmt.Sprintf("%s:%d: %s", name, i+1, note))
		}
		for _, err := range p.errs {
			// a list of recipients may be given by mistake
			errs = append(errs, &Error{name, i + 1, errors.New(redact.Mask(err.Error()))})
		}
	}
	if len(found) == 0 && len(errs) == 0 {
		errs = Errors{{File: name, Err: errors.New("no country in it")}}
	}
	return found, notes, errs
}

// ReadNames reads the countries that one line of text names, as [Init] reads pasted lists: English
// names or ISO codes, several between commas, semicolons, bars or tabs, with bullets and footnote
// marks. regions are in the order of the text, and one that is named twice is there twice. notes
// say what was left out, such as a footnote mark. Each piece that is not understood is a problem; a
// problem shows no run of digits that may be a phone number.
func ReadNames(line string) (regions []Region, notes []string, problems []error) {
	p := pastedLine{}
	p.readPieces(visible(line))
	for i, err := range p.errs {
		p.errs[i] = errors.New(redact.Mask(err.Error()))
	}
	return p.regions, p.notes, p.errs
}

type pastedLine struct {
	regions []Region
	words   []Region // those whose code is a word
	notes   []string
	errs    []error
}

func (p *pastedLine) read(line string) {
	line, _, _ = strings.Cut(visible(line), "#")
	p.readPieces(line)
}

func (p *pastedLine) readPieces(line string) {
	var pieces []string
	for _, piece := range strings.FieldsFunc(unbullet(line),
		func(c rune) bool { return strings.ContainsRune(",;|\t", c) }) {
		piece = strings.TrimSpace(piece)
		if rest, ok := cutWord(piece, "and"); ok {
			piece = rest
		}
		if piece != "" {
			pieces = append(pieces, piece)
		}
	}
	for len(pieces) > 0 {
		pieces = pieces[p.take(pieces):]
	}
	p.checkWords()
}

// take reads one name from the front of pieces and returns how many it needed: "Korea, Republic of"
// is one name of two.
func (p *pastedLine) take(pieces []string) int {
	if isNumber(pieces[0]) {
		// It may be a phone number, so it is not repeated.
		p.errs = append(p.errs, errors.New("a number stands for no country; write names or ISO codes"))
		return 1
	}
	for n := min(len(pieces), 4); n > 1; n-- {
		if slices.ContainsFunc(pieces[:n], func(piece string) bool { return isNumber(piece) && !isFootnote(piece) }) {
			continue
		}
		whole := strings.Join(pieces[:n], ", ")
		region, ok := lookupName(trimMarks(whole))
		if !ok {
			continue
		}
		if p.isList(pieces[:n], region) {
			p.errs = append(p.errs, fmt.Errorf("%q may be one name or several; write one a line", whole))
		}
		p.add(whole, region)
		return n
	}
	regions, err := p.piece(pieces[0])
	if err != nil {
		p.errs = append(p.errs, err)
	}
	p.add(pieces[0], regions...)
	return 1
}

// isNumber tells a calling code, a prefix or any other number from names.
func isNumber(piece string) bool {
	return strings.ContainsAny(piece, digits) && strings.Trim(piece, digits+" +-/.()[]") == ""
}

// isFootnote says whether a number can be a mark that belongs to the name before it.
func isFootnote(piece string) bool {
	mark := strings.Trim(piece, "[]()")
	return len(mark) <= 2 && strings.Trim(mark, digits) == ""
}

// isList says whether each piece is a name by itself, and not all are names of region.
func (p *pastedLine) isList(pieces []string, region Region) bool {
	others := false
	for _, piece := range pieces {
		r, err := pastedName(trimMarks(piece))
		if err != nil {
			return false
		}
		others = others || !slices.Equal(r, []Region{region})
	}
	return others
}

func (p *pastedLine) add(text string, regions ...Region) {
	p.regions = append(p.regions, regions...)
	if len(regions) == 1 && trimMarks(text) == regions[0].String() &&
		slices.Contains(splitRegions(wordCodes), regions[0]) {
		p.words = append(p.words, regions[0])
	}
	if last, ok := footnote(text); ok && len(regions) > 0 {
		p.notes = append(p.notes, fmt.Sprintf("the mark %q was left out; read the footnote", last))
	}
}

// wordCodes are codes that are English words in a table's other columns ("Brazil | NO").
const wordCodes = "AMASATBEDOININISITMEMYNOPMSOTO"

// checkWords refuses a code that is a word, beside names of other regions.
func (p *pastedLine) checkWords() {
	for _, word := range p.words {
		beside := slices.ContainsFunc(p.regions,
			func(r Region) bool { return r != word && !slices.Contains(p.words, r) })
		if beside {
			p.errs = append(p.errs, fmt.Errorf("%q may be the word or %s; write the name", word, word.Name()))
		}
	}
}

// piece reads a piece without comma: a name, a name and its code in brackets, or two names with
// "and".
func (p *pastedLine) piece(text string) ([]Region, error) {
	text = trimMarks(text)
	regions, err := pastedName(text)
	if err == nil {
		return regions, nil
	}
	outer, inner, hasBracket := strings.Cut(strings.TrimSuffix(text, ")"), "(")
	if hasBracket {
		one, errOne := pastedName(trimMarks(outer))
		two, errTwo := pastedName(trimMarks(inner))
		if errOne == nil && errTwo == nil && slices.Equal(one, two) {
			return one, nil
		}
		return nil, err
	}
	left, right, hasAnd := strings.Cut(text, " and ")
	if hasAnd {
		one, errOne := pastedName(trimMarks(left))
		two, errTwo := pastedName(trimMarks(right))
		if errOne == nil && errTwo == nil {
			return append(one, two...), nil
		}
	}
	return nil, err
}

// groups are names of many regions, plain.
var groups = map[string]string{
	"eu": euMembers, "european union": euMembers,
	"eea": eeaMembers, "european economic area": eeaMembers,
}

// pastedName is RegionByName for text that may be prose: a code of two letters has capitals. It
// knows groups too.
func pastedName(text string) ([]Region, error) {
	if codes, ok := groups[plainName(text)]; ok {
		return splitRegions(codes), nil
	}
	if len(text) <= 2 && text != strings.ToUpper(text) {
		return nil, fmt.Errorf("no country is called %q; a code has capitals", text)
	}
	r, err := RegionByName(text)
	return []Region{r}, err
}

// visible takes out what cannot be seen and makes every white space but tab a space.
func visible(line string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c == '\t':
			return c
		case unicode.IsSpace(c):
			return ' '
		case unicode.Is(unicode.Cf, c):
			return -1
		}
		return c
	}, line)
}

// unbullet takes off "- ", "•", "1. ", "2) " and the number of a row that is followed by its name.
func unbullet(line string) string {
	line = strings.TrimLeft(line, " \t-–—*•·▪◦●‣○■>")
	if name := strings.TrimLeft(line, "+ \t"); strings.IndexAny(name, digits) != 0 { // "+ Brazil", but not "+55"
		line = name
	}
	rest := strings.TrimLeft(line, digits)
	name := strings.TrimSpace(rest)
	switch n := len(line) - len(rest); {
	case n == 0 || n > 3: // nobody counts so far
	case strings.HasPrefix(rest, "."), strings.HasPrefix(rest, ")"):
		return strings.TrimSpace(rest[1:])
	case rest != name && !isNumber(line):
		return name
	}
	return strings.TrimSpace(line)
}

const digits = "0123456789"

const footnoteMarks = "*†‡§¶⁰¹²³⁴⁵⁶⁷⁸⁹" + digits

// trimMarks takes off quotes, a last stop, and footnote marks.
func trimMarks(text string) string {
	for {
		before := text
		text = strings.Trim(text, " \t.:\"'“”„«»`´"+footnoteMarks)
		for _, brackets := range []string{"[]", "()"} {
			open := strings.LastIndexByte(text, brackets[0])
			if open >= 0 && strings.HasSuffix(text, brackets[1:]) &&
				strings.Trim(text[open+1:len(text)-1], footnoteMarks) == "" {
				text = text[:open]
			}
		}
		if text == before {
			return text
		}
	}
}

// footnote returns the footnote mark at the end of text, if there is one.
func footnote(text string) (string, bool) {
	_, mark, ok := strings.Cut(text, trimMarks(text))
	mark = strings.Trim(mark, " .:\"'“”„«»`´")
	return mark, ok && strings.ContainsAny(mark, footnoteMarks)
}

func cutWord(text, word string) (rest string, ok bool) {
	if len(text) > len(word) && strings.EqualFold(text[:len(word)], word) && text[len(word)] == ' ' {
		return strings.TrimSpace(text[len(word):]), true
	}
	return text, false
}
