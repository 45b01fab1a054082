package filter

import (
	"strings"
	"unicode"

	"github.com/listgate/listgate/filter/internal/csv"
)

// consentOf returns what a row says in a column of consent that nobody asked for, "" if there is no
// such column. Words are told apart; what may be more than a word is not.
func (s *scanner) consentOf(p *chunk, start, end int) string {
	const longest = 12
	if s.layout.consent == nil {
		return ""
	}
	value := strings.ToLower(strings.TrimSpace(s.cellOf(p.data, csv.Record{Start: start, End: end},
		s.layout.consent.Number-1)))
	notWord := func(r rune) bool { return !unicode.IsLetter(r) && r != '-' && r != ' ' }
	switch {
	case value == "":
		return "nothing"
	case value != "1" && value != "0" && (len(value) > longest || strings.ContainsFunc(value, notWord)):
		return "something else"
	}
	return value
}
