package filter

import (
	"fmt"
	"slices"
	"strings"

	"github.com/listgate/listgate/filter/internal/cell"
	"github.com/listgate/listgate/filter/internal/csv"
)

// A rowNote is what a full scan remembers of a row until it is known what becomes of it. Its offsets are into chunk.data, which is
// never as large as int32 allows; a chunk of short rows has many notes.
type rowNote struct {
	verdict
	start, end         int32
	cellStart, cellEnd int32 // the phone cell, without quotes
	lines              int32 // line breaks before it
	digits, digitsEnd  int32 // the E.164 digits of a number that may be kept, in chunk.digits; none if it has two readings
	keys               numberKeys
}

// How many rows are noted at a time: few, or with Dedupe all of a chunk, unless they are shorter than a number. Chunks of such rows would
// take fifty times the memory of others.
const (
	fewNotes  = 256
	mostNotes = notedBytes / len("+1234567890\n")
	// notedBytes is how much of a list is read at a time with Dedupe: the notes take as much memory again.
	notedBytes = chunkBytes / 2
)

// scanFull decides rows by all that is asked for. With Dedupe it notes them only: commit writes them, when it is known which numbers
// stood in earlier chunks.
func (s *scanner) scanFull(p *chunk) {
	p.mayHoldControl = true
	if s.options.inOrder() {
		p.unfinished = s.scanNotes(p, mostNotes)
		return
	}
	for p.unfinished = true; p.unfinished && len(p.dropped) < mostDropped; {
		p.unfinished = s.scanNotes(p, fewNotes)
		s.writeNotes(p)
	}
}

// scanNotes finds and decides the next rows of p, so many at most, and reports whether there may be more.
func (s *scanner) scanNotes(p *chunk, most int) (more bool) {
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
func (s *scanner) decideRow(p *chunk, r csv.Record) rowNote {
	n := rowNote{start: int32(r.Start), end: int32(r.End), cellStart: int32(r.Cell.Start), cellEnd: int32(r.Cell.End)}
	drop := func(reason Reason) rowNote {
		n.verdict = verdict{outcome: outcomeID(reason), traits: n.traits}
		return n
	}
	if !r.Cell.Found {
		return drop(ShortRow)
	}
	home, known := s.homeOf(p, r)
	var c cell.Cell
	reason := s.filter.readCell(&c, r.Cell.Text(p.data), home.region)
	switch {
	case reason != Undecided && reason < NoConsent:
		return drop(reason)
	case !s.consents(p.data, r):
		return drop(NoConsent)
	case reason != Undecided:
		return drop(reason)
	}
	if !known {
		n.traits = unknownRegion
	}
	var keys numberKeys
	if s.options.Dedupe || s.options.Suppress != nil || s.options.Normalize != AsWritten {
		keys = s.filter.keysOf(c, home.region)
	}
	if s.options.Suppress != nil && slices.ContainsFunc(keys.all(), s.options.Suppress.has) {
		return drop(Suppressed)
	}
	first, second := s.filter.read(&c, home.region)
	if !known && first.kind != ReadingInternational { // nobody knows whose digits these are, and they are valid somewhere by chance
		return drop(Invalid)
	}
	t := n.traits
	n.verdict = s.filter.conclude(&c, first, second)
	n.traits |= t
	if s.layout.regionColumn >= 0 && n.outcome >= firstSet && home.contradicts(s.filter.outcomes.regions(n.verdict)) {
		n.traits |= otherRegion
	}
	if !s.filter.outcomes.kept(n.outcome) {
		return n
	}
	n.keys = keys
	if keys.n > 1 && s.options.Normalize != AsWritten { // to write one of its numbers would be to guess
		n.traits |= twoReadings
		return n
	}
	n.digits = int32(len(p.digits))
	p.digits = first.e164(p.digits, &c)
	n.digitsEnd = int32(len(p.digits))
	return n
}

// homeOf returns the default region of a row, and whether what the row says of it was understood. If it was not, the row has none,
// and only a number that begins with + or 00 counts: its country is another one than the filter's for all we know.
func (s *scanner) homeOf(p *chunk, r csv.Record) (home rowRegion, known bool) {
	if s.layout.regionColumn < 0 {
		return rowRegion{region: s.filter.options.DefaultRegion}, true
	}
	name := strings.TrimSpace(cellOf(p.data, r, s.layout.dialect, s.layout.regionColumn))
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
func cellOf(data []byte, r csv.Record, d csv.Dialect, column int) string {
	found, _, err := csv.ScanRecord(data[:r.End], r.Start, true, d, column)
	if err != nil {
		panic(fmt.Sprintf("filter: a row that was scanned cannot be scanned again: %v", err))
	}
	return string(found.Cell.Text(data))
}

// dropDuplicates drops the rows whose number stood in an earlier row that was kept. Chunks must come in order.
func (s *stream) dropDuplicates(p *chunk) {
	for i := range p.notes {
		n := &p.notes[i]
		switch {
		case !s.filter.outcomes.kept(n.outcome):
		case slices.ContainsFunc(n.keys.all(), s.seen.has):
			n.verdict = verdict{outcome: outcomeID(Duplicate), traits: n.traits & unknownRegion}
		default:
			for _, key := range n.keys.all() {
				s.seen.add(key)
			}
		}
	}
}

// writeNotes writes and counts what scanNotes noted.
func (s *scanner) writeNotes(p *chunk) {
	kept, at := p.keptBuffer, p.written
	for i := range p.notes {
		n := &p.notes[i]
		p.tally.add(n.verdict)
		if s.options.Decided != nil {
			s.options.Decided(s.filter.outcomes.kept(n.outcome))
		}
		kept = append(kept, p.data[at:n.start]...) // blank lines
		at = int(n.end)
		switch {
		case !s.filter.outcomes.kept(n.outcome):
			if s.options.Findings > 0 {
				p.addSample(n.verdict, int(n.start), int(n.lines), s.options.Findings)
			}
			if s.wantDropped {
				p.dropped = s.appendDropped(p.dropped, p.data[n.start:n.end], n.verdict)
			}
		case s.options.Normalize != AsWritten && n.digits < n.digitsEnd:
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
	p.keptBuffer, p.written = append(kept, p.data[at:p.rest]...), p.rest
	p.kept = p.keptBuffer
}
