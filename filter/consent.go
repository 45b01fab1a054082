package filter

import (
	"strings"
	"unicode"

	"github.com/listgate/listgate/filter/internal/csv"
)

// noteConsent counts what a kept row says in a column of consent that nobody asked for. Words are shown; what may be more
// than a word is not.
func (s *scanner) noteConsent(p *chunk, n *rowNote) {
	const longest = 12
	if s.layout.consent == nil || !s.filter.outcomes.kept(n.outcome) {
		return
	}
	r := csv.Record{Start: int(n.start), End: int(n.end)}
	value := strings.ToLower(strings.TrimSpace(s.cellOf(p.data, r, s.layout.consent.Number-1)))
	notWord := func(r rune) bool { return !unicode.IsLetter(r) && r != '-' && r != ' ' }
	if value != "1" && value != "0" && (len(value) > longest || strings.ContainsFunc(value, notWord)) {
		value = "something else"
	}
	p.seen.consents.add(value, 1)
}
