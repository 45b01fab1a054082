package filter

import (
	"encoding/binary"

	"github.com/listgate/listgate/filter/internal/cell"
	"github.com/listgate/listgate/filter/internal/csv"
	"github.com/listgate/listgate/filter/internal/numbering"
)

// mostClosely is how many numbers that are kept are looked at closely: compared with each other,
// and with the ranges that are assigned. It bounds the memory, 16 bytes for each reading of a
// number, and the time that this takes of a long list.
const mostClosely = 20_000

// A closeNumber is a number that is looked at closely, of a row that is kept or lacks consent.
type closeNumber struct {
	keys       numberKeys
	unassigned bool   // of no assigned range
	refused    bool   // its row lacks consent
	more       bool   // the next one is of the same row
	consent    string // what its row says in a column of consent that nobody asked for
}

// A closeCount is what shows only when the numbers of a list are compared.
type closeCount struct {
	numbers    int64 // looked at
	unassigned int64
	repeated   int64     // rows that Dedupe would drop
	torn       int64     // numbers of which one row agrees and another does not
	doubtful   int64     // numbers with two valid readings
	consents   nameCount // what kept rows say in a column of consent that nobody asked for
}

// A closeLook compares the numbers of a list, in its order.
type closeLook struct {
	closeCount

	seen, agreed, refused, counted NumberSet
}

// done reports whether all has been looked at that is to be.
func (l *closeCount) done() bool { return l.numbers >= mostClosely }

// look looks at the numbers of a chunk. Where consent is required, what rows say of it is compared.
func (l *closeLook) look(numbers []closeNumber, consent bool) {
	isNew := false
	for i, n := range numbers {
		if l.done() {
			return
		}
		l.numbers++
		if consent {
			l.compareConsent(n)
		}
		if n.refused {
			continue
		}
		if n.consent != "" && !n.more {
			l.consents.add(n.consent, 1)
		}
		if n.unassigned {
			l.unassigned++
		}
		if n.keys.n > 1 {
			l.doubtful++
		}
		if n.keys.n == 1 && !n.more && !isNew { // nearly all, in half of the time
			if !l.seen.add(n.keys.keys[0]) {
				l.repeated++
			}
			continue
		}
		if isNew = isNew || !l.seen.hasAny(n.keys); n.more {
			continue
		}
		if !isNew {
			l.repeated++
		}
		isNew = false
		for first := i; first >= 0 && (first == i || numbers[first].more); first-- {
			l.seen.addAll(numbers[first].keys)
		}
	}
}

// compareConsent finds numbers of which rows say different things.
func (l *closeLook) compareConsent(n closeNumber) {
	ours, others := &l.agreed, &l.refused
	if n.refused {
		ours, others = others, ours
	}
	for _, key := range n.keys.all() {
		ours.add(key)
		if others.has(key) && l.counted.add(key) {
			l.torn++
			return
		}
	}
}

// noteClosely keeps the numbers of a row to be looked at closely.
func (s *scanner) noteClosely(p *chunk, n *rowNote) {
	isRefused := n.outcome == outcomeID(NoConsent)
	if !p.closely || !isRefused && !s.filter.outcomes.kept(n.outcome) {
		return
	}
	numbers, consent := p.numbersOf(n), s.consentOf(p, int(n.start), int(n.end))
	for i, number := range numbers {
		digits := p.digits[number.digits:number.digitsEnd]
		p.close = append(p.close, closeNumber{
			keys: number.keys, refused: isRefused, more: i < len(numbers)-1, consent: consent,
			unassigned: len(digits) > 0 && isUnassigned(numbering.International(digits)),
		})
	}
}

// noteBatchClosely is noteClosely for the kept rows of a batch.
func (s *scanner) noteBatchClosely(p *chunk, b *batch) {
	f, drops := s.filter, b.dropped[:b.drops]
	for i := range b.cuts[:b.rows] {
		if len(p.close) >= mostClosely {
			return
		}
		if len(drops) > 0 && int(drops[0]) == i {
			drops = drops[1:]
			continue
		}
		text, consent := s.phoneText(p, &b.cuts[i]), s.consentOf(p, b.cuts[i].start, b.cuts[i].next)
		if first, ok := cell.StartOfE164(text); ok && first&0xFF != '0' {
			n := closeNumber{consent: consent, unassigned: isUnassigned(numbering.International(text[1:]))}
			n.keys.add(foldLine(text[1:]))
			p.close = append(p.close, n)
			continue
		}
		var c cell.Cell
		if len(text) > 0 && f.readCell(&c, text, f.options.DefaultRegion) == Undecided {
			first, _ := f.read(&c, f.options.DefaultRegion)
			p.close = append(p.close, closeNumber{consent: consent, keys: f.keysOf(c, f.options.DefaultRegion),
				unassigned: isUnassigned(first.number)})
		}
	}
}

// phoneText returns the phone cell of a row.
func (s *scanner) phoneText(p *chunk, c *cut) []byte {
	if c.to > 0 {
		return p.data[c.from:c.to]
	}
	r := csv.Record{Start: c.start, End: c.next}
	return s.anyCell(p.data, r, s.layout.column).Text(p.data)
}

// countZeros counts a number that ends in zeros, as those do of which a program has rounded the
// last digits away.
func (c *listCount) countZeros(text []byte) {
	const zeros = 0x30303030
	if len(text) < 8 || text[len(text)-1] != '0' {
		return
	}
	switch last := binary.LittleEndian.Uint32(text[len(text)-4:]); {
	case last == zeros:
		c.fourZeros++
		c.threeZeros++
	case last&^0xFF == zeros&^0xFF:
		c.threeZeros++
	}
}

// isUnassigned reports whether a number is of no assigned range. Forms that WhatsApp accounts keep
// from an older plan are not: their owners have them.
func isUnassigned(n numbering.Number) bool { return !n.Valid() && !n.Legacy() }
