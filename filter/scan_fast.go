package filter

import (
	"math"
	"math/bits"

	"github.com/listgate/listgate/filter/internal/cell"
	"github.com/listgate/listgate/filter/internal/csv"
	"github.com/listgate/listgate/filter/internal/numbering"
)

// A cut is where a row was found in a part.
type cut struct {
	start, next int // where it begins, and the row after it
	from, to    int // its phone cell, without quotes; both 0 if the row is decided already
	lines       int // line breaks before it
}

// A batch is some rows of a part that go from step to step together, found, decided, copied: steps
// so short that a core works on several rows at once.
type batch struct {
	marks    csv.Marks
	line     int // which of marks.Lines is the first behind what was cut
	rows     int
	cuts     [256]cut
	verdicts [256]verdict
	dropped  [256]uint8 // those of the rows that are not kept
	drops    int        // how many
}

// scanFast decides rows by their phone cell alone, and copies those that are kept in runs.
func (s *scanner) scanFast(p *chunk) {
	b := p.batch
	b.marks.Forget()
	from := p.rest
	run := from // where the run of kept rows begins that is not copied yet
	for p.unfinished = true; p.unfinished && len(p.dropped) < mostDropped; {
		p.unfinished = s.cutBatch(p, b)
		s.decideBatch(p, b)
		if p.closely {
			s.noteBatchClosely(p, b)
		}
		run = s.copyBatch(p, b, run)
	}
	switch {
	case !s.wantKept:
	case run == from:
		p.kept = p.data[from:p.rest]
	default:
		p.keptBuffer = append(p.keptBuffer, p.data[run:p.rest]...)
		p.kept = p.keptBuffer
	}
}

// cutBatch fills b with the next rows of p, and reports whether there are more.
func (s *scanner) cutBatch(p *chunk, b *batch) (more bool) {
	m := &b.marks
	for b.rows = 0; b.rows < len(b.cuts); {
		if p.rest >= m.End {
			if p.rest == len(p.data) {
				return false
			}
			s.mark(p, b)
		}
		if s.cutPlain(p, b) || s.cutByCells(p, b) {
			continue
		}
		if p.err != nil {
			return false
		}
		if p.rest-m.Start > csv.Span/2 && m.End < len(p.data) { // the row's end may not be marked
			s.mark(p, b)
		} else if !s.cutExactly(p, b) {
			return false
		}
	}
	return true
}

// mark marks the rows from p.rest on.
func (s *scanner) mark(p *chunk, b *batch) {
	if b.marks.Find(p.data, p.rest, s.layout.dialect) {
		p.mayHoldControl = true
	}
	b.line = 0
	b.pass(p.rest)
}

// pass goes on to the row at offset at, and returns how many line breaks that passes.
func (b *batch) pass(at int) int {
	before := b.line
	for b.line < len(b.marks.Lines) && b.marks.Start+int(b.marks.Lines[b.line]) < at {
		b.line++
	}
	return b.line - before
}

// cutPlain cuts the rows before the next one that has quotes, no phone cell, or one far behind its
// beginning. It reports whether there was any.
func (s *scanner) cutPlain(p *chunk, b *batch) bool {
	data, m := p.data, &b.marks
	before := s.layout.column
	most := s.layout.Columns
	if s.layout.HeaderRow == 0 {
		most = math.MaxInt
	}
	quote := m.SeekQuote(p.rest)
	at, line, rows, lines := p.rest, b.line, b.rows, p.lines
	ended := m.EndsBefore(at)
	for line < len(m.Lines) && rows < len(b.cuts) {
		next := m.Start + int(m.Lines[line]) + 1
		row := m.At(&m.Ends, at)
		from, ends := at, row
		for i := 0; i < before && ends != 0; i++ {
			from = at + bits.TrailingZeros64(ends) + 1
			ends &= ends - 1
		}
		to := at + bits.TrailingZeros64(ends)
		if ends == 0 || to >= next || next > quote {
			break
		}
		if to == next-1 && to > from && data[to-1] == '\r' {
			to--
		}
		if to == at || data[at] == '\r' { // a blank line, it may be
			break
		}
		passed := m.EndsBefore(next)
		if passed-ended > most {
			p.seen.longRows++
		}
		ended = passed
		// Field by field: a literal would be made elsewhere and copied, and the copy would wait for
		// what was just written.
		c := &b.cuts[rows]
		c.start, c.next, c.from, c.to, c.lines = at, next, from, to, lines
		at = next
		line++
		rows++
		lines++
	}
	found := rows > b.rows
	p.rest, b.line, b.rows, p.lines = at, line, rows, lines
	return found
}

// cutByCells cuts the next row cell by cell. It does not if the row may be blank, too short, wrong
// or not all marked, or if its phone cell has doubled quotes.
func (s *scanner) cutByCells(p *chunk, b *batch) bool {
	data, m := p.data, &b.marks
	from := p.rest
	for range s.layout.column {
		_, stop := m.EndOfCell(data, from, s.layout.Delimiter)
		if stop < 0 || data[stop] != s.layout.Delimiter || stop+1 >= m.End {
			return false
		}
		from = stop + 1
	}
	to, stop := m.EndOfCell(data, from, s.layout.Delimiter)
	if to <= p.rest || data[p.rest] == '\r' {
		return false
	}
	if data[from] == '"' && !s.layout.dialect.NoQuotes {
		from++
	}
	next, cells := m.EndOfRow(data, stop, s.layout.Delimiter)
	if next < 0 {
		return false
	}
	line := b.line
	lines := b.pass(next)
	if lines > 1 && !s.options.LinesAreRows && s.haltAtRiders(p, p.rest, next) {
		b.line = line
		return false
	}
	if s.layout.HeaderRow != 0 && s.layout.column+1+cells > s.layout.Columns {
		p.seen.longRows++
	}
	b.cuts[b.rows] = cut{start: p.rest, next: next, from: from, to: to, lines: p.lines}
	b.rows++
	p.rest = next
	if s.options.LinesAreRows {
		lines = 1
	}
	p.lines += lines
	return p.err == nil
}

// cutExactly takes the next row of any form off p, and decides it, unless it is blank. It is false
// if there is none.
func (s *scanner) cutExactly(p *chunk, b *batch) bool {
	start, lines := p.rest, p.lines
	r, ok := s.next(p)
	if !ok || p.rest > b.marks.End {
		p.mayHoldControl = true // nobody has looked at all of it
	}
	if !ok {
		return false
	}
	b.pass(p.rest)
	if r.Blank() {
		return true
	}
	v := verdict{outcome: outcomeID(ShortRow)}
	if r.Cell.Found {
		v = s.filter.decide(r.Cell.Text(p.data))
		if v.reading != NoReading {
			p.seen.countZeros(r.Cell.Text(p.data))
		}
	}
	b.cuts[b.rows], b.verdicts[b.rows] = cut{start: start, next: p.rest, lines: lines}, v
	b.rows++
	return true
}

// decideBatch decides and counts the rows of b, and notes which are dropped.
func (s *scanner) decideBatch(p *chunk, b *batch) {
	f, n := s.filter, 0
	for i := range b.cuts[:b.rows] {
		c, v := &b.cuts[i], &b.verdicts[i]
		text := p.data[c.from:c.to:c.to]
		x := outcomeID(Undecided)
		first, ok := cell.StartOfE164(text)
		if ok && !f.options.RequireValid {
			x = f.outcomes.byLeaf[numbering.Origin(first, text[1:])]
		}
		// what decideE164 and add come to, without the calls: a tenth of the time of most lists
		if x != outcomeID(Undecided) {
			v.outcome, v.reading, v.pair, v.traits = x, ReadingInternational, 0, 0
			p.tally.rows[x][ReadingInternational]++
			p.seen.countZeros(text)
		} else {
			if c.to > 0 {
				*v = f.decide(text)
				if v.reading != NoReading {
					p.seen.countZeros(text)
				}
			}
			p.tally.add(*v)
			x = v.outcome
		}
		b.dropped[n] = uint8(i) // written for each row, and counted for dropped ones: a branch would often guess wrong
		n += f.outcomes.drops(x)
	}
	b.drops = n
}

// copyBatch copies the kept rows before each dropped one, and writes and notes the dropped ones. It
// returns where the run of kept rows begins that is not copied yet.
func (s *scanner) copyBatch(p *chunk, b *batch, run int) int {
	for _, i := range b.dropped[:b.drops] {
		c, v := &b.cuts[i], &b.verdicts[i]
		if s.wantKept {
			p.keptBuffer = append(p.keptBuffer, p.data[run:c.start]...)
		}
		run = c.next
		if s.options.Findings > 0 {
			p.addSample(*v, c.start, c.lines, s.options.Findings)
		}
		if s.wantDropped {
			p.dropped = s.appendDropped(p.dropped, p.data[c.start:c.next], *v)
		}
	}
	return run
}
