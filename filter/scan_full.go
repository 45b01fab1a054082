package filter

import (
	"fmt"
	"strings"

	"github.com/listgate/listgate/filter/internal/cell"
	"github.com/listgate/listgate/filter/internal/csv"
)

// A note is what scanning carefully remembers of a row until it is known what becomes of it. Its offsets are into part.data, which is
// never as large as int32 allows; a part of short rows has many notes.
type note struct {
	verdict
	start, end         int32
	cellStart, cellEnd int32 // the phone cell, without quotes
	lines              int32 // line breaks before it
	digits, digitsEnd  int32 // the E.164 digits of a number that may be kept, in part.digits
	key                numberKey
}

// How many rows are noted at a time: few, or with Dedupe all of a part, unless they are shorter than a number. Parts of such rows would
// take fifty times the memory of others.
const (
	fewNotes  = 256
	mostNotes = notedBytes / len("+1234567890\n")
	// notedBytes is how much of a list is read at a time with Dedupe: the notes take as much memory again.
	notedBytes = partBytes / 2
)

// scanCarefully decides rows by all that is asked for. With Dedupe it notes them only: settle composes, when it is known which numbers
// stood in earlier parts.
func (s *scanner) scanCarefully(p *part) {
	p.suspect = true
	if s.options.Dedupe {
		p.more = s.takeNotes(p, mostNotes)
		return
	}
	for p.more = true; p.more && len(p.dropped) < mostDropped; {
		p.more = s.takeNotes(p, fewNotes)
		s.compose(p)
	}
}

// takeNotes finds and decides the next rows of p, so many at most, and reports whether there may be more.
func (s *scanner) takeNotes(p *part, most int) (more bool) {
	p.notes, p.digits = p.notes[:0], p.digits[:0]
	for len(p.notes) < most {
		lines := p.lines
		r, ok := s.next(p)
		if !ok {
			return false
		}
		if !r.Blank() {
			n := s.decideRow(p, r)
			n.lines = int32(lines)
			p.notes = append(p.notes, n)
		}
	}
	return true
}

// decideRow decides a row by all of its cells. The checks stand in the order of the reasons.
func (s *scanner) decideRow(p *part, r csv.Record) note {
	n := note{start: int32(r.Start), end: int32(r.End), cellStart: int32(r.Cell.Start), cellEnd: int32(r.Cell.End)}
	drop := func(reason Reason) note {
		n.verdict = verdict{outcome: outcome(reason), traits: n.traits}
		return n
	}
	if !r.Cell.Found {
		return drop(ShortRow)
	}
	var c cell.Cell
	reason := problemReasons[c.Read(r.Cell.Text(p.data))]
	switch {
	case reason != Undecided && reason < NoConsent:
		return drop(reason)
	case !s.consents(p.data, r):
		return drop(NoConsent)
	case reason != Undecided:
		return drop(reason)
	}
	home, known := s.homeOf(p, r)
	if !known {
		n.traits = unknownRegion
	}
	first, second := s.filter.read(&c, home.region)
	if s.options.Suppress != nil && (s.isSuppressed(&c, first) || s.isSuppressed(&c, second)) {
		return drop(Suppressed)
	}
	if !known && first.kind != ReadInternational { // nobody knows whose digits these are, and they are valid somewhere by chance
		return drop(Invalid)
	}
	t := n.traits
	n.verdict = s.filter.conclude(&c, first, second)
	n.traits |= t
	if s.layout.regionColumn >= 0 && n.outcome >= firstSet && home.contradicts(s.filter.outcomes.regions(n.verdict)) {
		n.traits |= otherRegion
	}
	if s.filter.outcomes.kept(n.outcome) {
		n.key = first.key(&c)
		n.digits = int32(len(p.digits))
		p.digits = first.e164(p.digits, &c)
		n.digitsEnd = int32(len(p.digits))
	}
	return n
}

func (s *scanner) isSuppressed(c *cell.Cell, r reading) bool {
	return r.isNumber() && s.options.Suppress.has(r.key(c))
}

// homeOf returns the default region of a row, and whether what the row says of it was understood. If it was not, the row has none,
// and only a number that begins with + or 00 counts: its country is another one than the filter's for all we know.
func (s *scanner) homeOf(p *part, r csv.Record) (home rowRegion, known bool) {
	if s.layout.regionColumn < 0 {
		return rowRegion{region: s.filter.options.DefaultRegion}, true
	}
	name := strings.TrimSpace(cellOf(p.data, r, s.layout.Delimiter, s.layout.regionColumn))
	if name == "" {
		return rowRegion{region: s.filter.options.DefaultRegion}, true
	}
	home, seen := p.homes[name]
	if !seen {
		home = parseRowRegion(name)
		if len(p.homes) < mostNames { // so that a column of anything else does not fill the memory
			p.homes[name] = home
		}
	}
	return home, home.known()
}

// cellOf returns the value of any cell of a row, empty if it has none.
func cellOf(data []byte, r csv.Record, delimiter byte, column int) string {
	found, _, err := csv.ScanRecord(data[:r.End], r.Start, true, delimiter, column)
	if err != nil {
		panic(fmt.Sprintf("filter: a row that was scanned cannot be scanned again: %v", err))
	}
	return string(found.Cell.Text(data))
}

// dropRepeats drops the rows whose number stood in an earlier row that was kept. Parts must come in order.
func (s *stream) dropRepeats(p *part) {
	for i := range p.notes {
		if n := &p.notes[i]; s.filter.outcomes.kept(n.outcome) && !s.seen.add(n.key) {
			n.verdict = verdict{outcome: outcome(Duplicate), traits: n.traits & unknownRegion}
		}
	}
}

// compose writes and counts what takeNotes noted.
func (s *scanner) compose(p *part) {
	kept, at := p.keptBuffer, p.composed
	for i := range p.notes {
		n := &p.notes[i]
		p.tally.add(n.verdict)
		kept = append(kept, p.data[at:n.start]...) // blank lines
		at = int(n.end)
		switch {
		case !s.filter.outcomes.kept(n.outcome):
			if s.options.Findings > 0 {
				p.addWitness(n.verdict, int(n.start), int(n.lines), s.options.Findings)
			}
			if s.wantDropped {
				p.dropped = s.appendDropped(p.dropped, p.data[n.start:n.end], n.verdict)
			}
		case s.options.Normalize != AsWritten:
			kept = append(kept, p.data[n.start:n.cellStart]...)
			if s.options.Normalize == E164 {
				kept = append(kept, '+')
			}
			kept = append(kept, p.digits[n.digits:n.digitsEnd]...)
			kept = append(kept, p.data[n.cellEnd:n.end]...)
		default:
			kept = append(kept, p.data[n.start:n.end]...)
		}
	}
	p.keptBuffer, p.composed = append(kept, p.data[at:p.rest]...), p.rest
	p.kept = p.keptBuffer
}
