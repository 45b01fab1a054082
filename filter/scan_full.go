package filter

import (
	"slices"
	"strings"

	"github.com/listgate/listgate/filter/internal/cell"
	"github.com/listgate/listgate/filter/internal/csv"
)

// A rowNote is what a full scan remembers of a row until it is known what becomes of it. Its
// offsets are into chunk.data, which is never as large as int32 allows; a chunk of short rows has
// many notes.
type rowNote struct {
	verdict
	start, end          int32
	lines               int32 // line breaks before it
	numbers, numbersEnd int32 // those of a row that may be kept, or that lacks consent, in chunk.numbers
}

// A phoneNumber is a number of a row, and the cell that it was read from.
type phoneNumber struct {
	cellStart, cellEnd int32 // without quotes
	digits, digitsEnd  int32 // in E.164 form, in chunk.digits; none if it has two readings
	keys               numberKeys
}

// How many rows are noted at a time: few, or with Dedupe all of a chunk, unless they are shorter
// than a number. Chunks of such rows would take fifty times the memory of others.
const (
	fewNotes  = 256
	mostNotes = notedBytes / len("+1234567890\n")
	// notedBytes is how much of a list is read at a time with Dedupe: the notes take as much memory
	// again.
	notedBytes = chunkBytes / 2
)

// scanFull decides rows by all that is asked for. With Dedupe it notes them only: commit writes
// them, when it is known which numbers stood in earlier chunks.
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

// scanNotes finds and decides the next rows of p, so many at most, and reports whether there may be
// more.
func (s *scanner) scanNotes(p *chunk, most int) (more bool) {
	p.notes, p.digits, p.numbers = p.notes[:0], p.digits[:0], p.numbers[:0]
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

// decideRow decides a row by all of its cells: by the first phone column that drops it, if there
// are several. Columns that the row leaves empty do not count, as long as one holds a number.
func (s *scanner) decideRow(p *chunk, r csv.Record) rowNote {
	n := rowNote{start: int32(r.Start), end: int32(r.End), numbers: int32(len(p.numbers))}
	n.outcome = outcomeID(ShortRow)
	home, known := s.homeOf(p, r)
	if !known {
		p.seen.countries.add(strings.TrimSpace(s.cellOf(p.data, r, s.layout.regionColumn)), 1)
	}
	for _, phone := range s.phones {
		f := s.phoneCell(p.data, r, phone)
		if !f.Found {
			continue
		}
		v := s.decideCell(p, r, phone.filter, f, home, known)
		switch isEmpty := v.outcome == outcomeID(Empty); {
		case isEmpty && n.outcome == outcomeID(ShortRow), !isEmpty && n.outcome <= outcomeID(Empty):
			n.verdict = v
		case isEmpty:
			continue
		default:
			v.traits |= n.traits
			if !s.filter.outcomes.kept(v.outcome) {
				n.verdict = v
			}
			n.traits = v.traits
		}
		if n.outcome > outcomeID(Empty) && !s.filter.outcomes.kept(n.outcome) {
			break
		}
	}
	n.numbersEnd = int32(len(p.numbers))
	return n
}

// decideCell decides a row by one of its phone cells, and notes the number. The checks stand in the
// order of the reasons.
func (s *scanner) decideCell(p *chunk, r csv.Record, f *Filter, text csv.Field, home rowRegion,
	known bool) (v verdict) {
	var c cell.Cell
	reason := f.readCell(&c, text.Text(p.data), home.region)
	if reason != Undecided && reason < NoConsent {
		return verdict{outcome: outcomeID(reason)}
	}
	number := phoneNumber{cellStart: int32(text.Start), cellEnd: int32(text.End)}
	if reason == Undecided && s.wantsKeys(p) {
		number.keys = f.keysOf(c, home.region)
	}
	switch {
	case !s.consents(p.data, r):
		p.numbers = append(p.numbers, number)
		return verdict{outcome: outcomeID(NoConsent)}
	case reason != Undecided:
		return verdict{outcome: outcomeID(reason)}
	}
	if !known {
		v.traits = unknownRegion
	}
	if s.options.Suppress != nil && s.options.Suppress.suppresses(number.keys, &c) {
		return verdict{outcome: outcomeID(Suppressed), traits: v.traits}
	}
	p.seen.countZeros(text.Text(p.data))
	first, second := f.read(&c, home.region)
	// nobody knows whose digits these are, and they are valid somewhere by chance
	if !known && first.kind != ReadingInternational {
		return verdict{outcome: outcomeID(Invalid), traits: v.traits | lostCountry}
	}
	t := v.traits
	v = f.conclude(&c, first, second)
	v.traits |= t
	if s.layout.regionColumn >= 0 && v.outcome >= firstSet && home.contradicts(f.outcomes.regions(v)) {
		v.traits |= otherRegion
	}
	if !f.outcomes.kept(v.outcome) {
		return v
	}
	if number.keys.n > 1 && s.options.Normalize != AsWritten { // to write one of its numbers would be to guess
		v.traits |= twoReadings
	} else {
		number.digits = int32(len(p.digits))
		p.digits = first.e164(p.digits, &c)
		number.digitsEnd = int32(len(p.digits))
	}
	p.numbers = append(p.numbers, number)
	return v
}

// wantsKeys reports whether the lines of numbers are compared.
func (s *scanner) wantsKeys(p *chunk) bool {
	return p.closely || s.options.Dedupe || s.options.Suppress != nil || s.options.Normalize != AsWritten
}

// homeOf returns the default region of a row, and whether what the row says of it was understood.
// If it was not, the row has none, and only a number that begins with + or 00 counts: its country
// is another one than the filter's for all we know.
func (s *scanner) homeOf(p *chunk, r csv.Record) (home rowRegion, known bool) {
	if s.layout.regionColumn < 0 {
		return rowRegion{region: s.filter.options.DefaultRegion}, true
	}
	name := strings.TrimSpace(s.cellOf(p.data, r, s.layout.regionColumn))
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

// dropDuplicates drops the rows whose numbers were all in earlier rows that were kept. Chunks must
// come in order.
func (s *stream) dropDuplicates(p *chunk) {
	for i := range p.notes {
		n := &p.notes[i]
		if !s.filter.outcomes.kept(n.outcome) {
			continue
		}
		isNew := false
		for _, number := range p.numbersOf(n) {
			isNew = isNew || !s.seen.hasAny(number.keys)
		}
		if !isNew {
			n.verdict = verdict{outcome: outcomeID(Duplicate), traits: n.traits & unknownRegion}
			continue
		}
		for _, number := range p.numbersOf(n) {
			s.seen.addAll(number.keys)
		}
	}
}

// numbersOf returns the numbers of a row.
func (p *chunk) numbersOf(n *rowNote) []phoneNumber { return p.numbers[n.numbers:n.numbersEnd] }

// writeNotes writes and counts what scanNotes noted.
func (s *scanner) writeNotes(p *chunk) {
	kept, at := p.keptBuffer, p.written
	for i := range p.notes {
		n := &p.notes[i]
		p.tally.add(n.verdict)
		if s.options.Decided != nil {
			s.options.Decided(s.filter.outcomes.kept(n.outcome))
		}
		s.noteClosely(p, n)
		kept = append(kept, p.data[at:n.start]...) // blank lines
		at = int(n.end)
		switch {
		case s.filter.outcomes.kept(n.outcome):
			kept = s.appendKept(kept, p, n)
		default:
			if s.options.Findings > 0 {
				p.addSample(n.verdict, int(n.start), int(n.lines), s.options.Findings)
			}
			if s.wantDropped {
				p.dropped = s.appendDropped(p.dropped, p.data[n.start:n.end], n.verdict)
			}
		}
	}
	p.keptBuffer, p.written = append(kept, p.data[at:p.rest]...), p.rest
	p.kept = p.keptBuffer
}

// appendKept appends a row, with its numbers written as it was asked for.
func (s *scanner) appendKept(out []byte, p *chunk, n *rowNote) []byte {
	at := n.start
	if s.options.Normalize != AsWritten {
		numbers := p.numbersOf(n)
		slices.SortFunc(numbers, func(a, b phoneNumber) int { return int(a.cellStart - b.cellStart) })
		for _, number := range numbers {
			if number.digits == number.digitsEnd {
				continue
			}
			out = append(out, p.data[at:number.cellStart]...)
			if s.options.Normalize == E164 {
				out = append(out, '+')
			}
			out = append(out, p.digits[number.digits:number.digitsEnd]...)
			at = number.cellEnd
		}
	}
	return append(out, p.data[at:n.end]...)
}
