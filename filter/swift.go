package filter

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// scanSwiftly decides rows by their phone cell alone, and copies those that are kept in runs.
func (s *scanner) scanSwiftly(p *part) {
	data, kept := p.data, p.keptBuffer[:0]
	run := 0 // where the run of kept rows begins that is not copied yet
	for {
		start, lines := p.rest, p.lines
		v, ok := s.nextCell(p)
		if !ok {
			r, found := s.next(p)
			if !found {
				break
			}
			if r.blank() {
				continue
			}
			v = verdict{outcome: outcome(ShortRow)}
			if r.cell.found {
				v = s.filter.decide(r.cell.text(data))
			}
		}
		p.tally.add(v)
		if s.filter.outcomes.kept(v.outcome) {
			continue
		}
		if s.wantKept {
			kept = append(kept, data[run:start]...)
		}
		run = p.rest
		if s.options.Findings > 0 {
			p.addWitness(v, start, lines, s.options.Findings)
		}
		if s.wantDropped {
			p.dropped = s.appendDropped(p.dropped, data, rowAt(data, start, p.rest), v)
		}
	}
	switch {
	case !s.wantKept:
	case run == 0:
		p.kept = data[:p.rest]
	default:
		p.keptBuffer = append(kept, data[run:p.rest]...)
		p.kept = p.keptBuffer
	}
}

// nextCell takes the next row off p and decides it by its phone cell. It looks at the bytes of a row once where next looks several
// times, and finds digits, with '+' or without, and the end of their cell in one go. It is not ok for rows that may be blank, too
// short or long, wrong or not all there, which it leaves to next.
func (s *scanner) nextCell(p *part) (v verdict, ok bool) {
	data := p.data
	start, lineBreaks := s.startOfCell(data, p.rest)
	if start < 0 || start+20 > len(data) { // so that what follows need not ask for each byte
		return v, false
	}
	quoted := data[start] == '"'
	if quoted {
		start++
	}
	at, plus := start, data[start] == '+'
	if plus {
		at++
	}
	digits := countDigits(data, at)
	end := at + digits
	stop := end
	if quoted && data[stop] == '"' {
		stop++
	}
	if digits == 0 || quoted != (stop > end) || !s.endsCell(data, stop) {
		digits = 0
		if quoted {
			end, stop = s.endOfQuoted(data, start-1)
			lineBreaks += bytes.Count(data[start:max(start, end)], []byte{'\n'})
		} else {
			end = s.endOfPlain(data, start)
			stop = end
		}
		if stop < 0 || stop == p.rest {
			return v, false
		}
	}
	quote := p.quote
	if quote < stop {
		quote = nextQuote(data, stop)
	}
	lineBreak := bytes.IndexByte(data[stop:], '\n')
	if lineBreak < 0 {
		return v, false
	}
	next, more := stop+lineBreak+1, 0
	if next > quote {
		if next, more = s.endOfQuotedRow(data, stop); next < 0 {
			return v, false
		}
	}
	if next-p.rest > maxRowBytes {
		return v, false
	}
	p.quote = quote // only now: a row that is left to next may have quotes before it
	p.rest = next
	p.lines++
	if !s.options.LinesAreRows {
		p.lines += lineBreaks + more
	}
	switch {
	case digits == 0:
		return s.filter.decideAny(data[start:end:end]), true
	case !plus:
		return s.filter.decideBare(data[start:end]), true
	case data[at] != '0':
		return s.filter.decideE164(data[at:end]), true
	}
	return s.filter.decideAny(data[start:end:end]), true
}

// endsCell reports whether data[at] is a delimiter or a line break.
func (s *scanner) endsCell(data []byte, at int) bool {
	b := data[at]
	return b == s.layout.Delimiter || b == '\n' || b == '\r' && data[at+1] == '\n'
}

// startOfCell returns where the phone cell of the row at start begins, and how many line breaks stand in quotes before it. It is
// negative if the row may not have the cell.
func (s *scanner) startOfCell(data []byte, start int) (at, lineBreaks int) {
	at = start
	for column := s.layout.Column; column > 1; column-- {
		if at < len(data) && data[at] == '"' {
			_, stop, err := scanQuoted(data, at, false, s.layout.Delimiter)
			if err != nil || stop < 0 {
				return -1, 0
			}
			lineBreaks += bytes.Count(data[at:stop], []byte{'\n'})
			at = stop
		} else {
			at = endOfCell(data, at, s.layout.Delimiter)
		}
		if at >= len(data) || data[at] != s.layout.Delimiter {
			return -1, 0
		}
		at++
	}
	if at >= len(data) {
		return -1, 0
	}
	return at, lineBreaks
}

// endOfQuoted returns where the text of the quoted cell at start ends and what stands behind its quote, both negative if its end is
// wrong or not there, or if its text is not what stands between the quotes.
func (s *scanner) endOfQuoted(data []byte, start int) (end, stop int) {
	f, stop, err := scanQuoted(data, start, false, s.layout.Delimiter)
	if err != nil || stop < 0 || f.doubled {
		return -1, -1
	}
	return f.end, stop
}

// endOfPlain returns where the cell at start ends, which is not quoted, negative if data may end before.
func (s *scanner) endOfPlain(data []byte, start int) int {
	end := endOfCell(data, start, s.layout.Delimiter)
	switch {
	case end >= len(data), data[end] != s.layout.Delimiter && data[end] != '\n':
		return -1
	case data[end] == '\n' && end > start && data[end-1] == '\r':
		return end - 1
	}
	return end
}

// endOfQuotedRow returns where the row ends of which a cell ends at stop, and how many line breaks stand in quotes before, negative
// if something is wrong with it or data may end before.
func (s *scanner) endOfQuotedRow(data []byte, stop int) (next, lineBreaks int) {
	for data[stop] == s.layout.Delimiter {
		_, end, err := scanField(data, stop+1, false, s.layout.Delimiter)
		if err != nil || end < 0 {
			return -1, 0
		}
		lineBreaks += bytes.Count(data[stop:end], []byte{'\n'})
		stop = end
	}
	if data[stop] == '\r' {
		stop++
	}
	return stop + 1, lineBreaks
}

// countDigits returns how many digits stand at start: 8 to 15, or 0 if there are fewer or more, or if too little data
// follows to tell.
func countDigits(data []byte, start int) int {
	const highs, threes, sixes = 0xF0F0F0F0F0F0F0F0, 0x3030303030303030, 0x0606060606060606
	if start+17 > len(data) || !eightDigits(data[start:]) {
		return 0
	}
	word := binary.LittleEndian.Uint64(data[start+8:])
	other := (word&highs ^ threes) | ((word+sixes)&highs ^ threes)
	if other == 0 {
		return 0
	}
	return 8 + bits.TrailingZeros64(other)/8
}
