package filter

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"slices"
	"strings"

	"github.com/listgate/listgate/rules"
)

// A part is a stretch of a list on its way through a run: read, scanned and decided, written.
type part struct {
	buffer  []byte // holds data; kept for the next part
	data    []byte // begins with a row, if the cut before it was right
	atEOF   bool
	failure error // of reading

	// What scanning finds.
	kept, dropped []byte // rows to write; kept is a piece of data if all rows are kept
	keptBuffer    []byte
	tally         *tally
	notes         []note                  // of a careful scan
	digits        []byte                  // of the numbers in notes
	homes         map[string]rules.Region // by what region columns held, so that each name is looked up once
	witnesses     []witness
	witnessed     []int // rows by outcome, with ListOptions.Findings
	quote         int   // the next quote from rest on, or the end of data
	rest          int   // where the first row begins that does not end here
	lines         int   // line breaks before rest
	wrong         error // what is wrong with data, at wrongAt
	wrongAt       int

	scanned chan struct{}
	claimed int // places of other parts that this one takes up, since long rows have blown it up
}

func newPart(size, outcomes int) *part {
	return &part{buffer: make([]byte, size), tally: newTally(outcomes), witnessed: make([]int, outcomes), quote: -1, homes: map[string]rules.Region{}, scanned: make(chan struct{}, 1)}
}

// reset makes p ready for other data. Buffers that a long row has blown up go, so that many parts do not keep them.
func (p *part) reset() {
	for _, buffer := range []*[]byte{&p.buffer, &p.keptBuffer, &p.dropped} {
		if cap(*buffer) > 4*partBytes {
			*buffer = nil
		}
	}
	if p.buffer == nil {
		p.buffer = make([]byte, partBytes)
	}
	p.tally.clear()
	clear(p.witnessed)
	p.witnesses = p.witnesses[:0]
	p.data, p.kept, p.dropped = nil, nil, p.dropped[:0]
	p.atEOF, p.failure, p.wrong, p.rest, p.lines, p.quote = false, nil, nil, 0, 0, -1
}

// claim takes as many places of other parts as p is too large by. It is false if the run is over.
func (p *part) claim(places <-chan *part, over <-chan struct{}) bool {
	for p.claimed = 0; p.claimed < min(len(p.buffer)/(2*partBytes), maxParts-2); p.claimed++ {
		select {
		case <-places:
		case <-over:
			return false
		}
	}
	return true
}

// release gives back the places that p took, and its own.
func (p *part) release(places chan<- *part) {
	for range p.claimed {
		places <- nil
	}
	places <- p
}

// A scanner finds the rows of parts and decides them. It does not change and serves all workers.
type scanner struct {
	filter                *Filter
	layout                Layout
	options               ListOptions
	wantKept, wantDropped bool
}

// scan finds and decides all whole rows of p. It reads nothing but p.data and p.atEOF.
func (s *scanner) scan(p *part) {
	if s.options.careful() {
		s.scanCarefully(p)
		if !s.options.Dedupe {
			s.compose(p)
		}
	} else {
		s.scanSwiftly(p)
	}
	sound := p.data[:p.rest]
	if p.wrong != nil {
		sound = p.data[:p.wrongAt]
	}
	if at := loneReturn(sound, s.layout.Delimiter); at >= 0 {
		p.wrong, p.wrongAt, sound = ErrLoneReturn, at, sound[:at]
	}
	if nul := bytes.IndexByte(sound, 0); nul >= 0 {
		p.wrong, p.wrongAt = ErrNUL, nul
	}
}

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

// rowAt returns the row from start to end, line break included, without its cell.
func rowAt(data []byte, start, end int) record {
	r := record{start: start, lineBreak: end, end: end}
	if data[end-1] == '\n' {
		r.lineBreak--
		if r.lineBreak > start && data[r.lineBreak-1] == '\r' {
			r.lineBreak--
		}
	}
	return r
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
	next, more := s.endOfRow(p, stop)
	if next < 0 || next-p.rest > maxRowBytes {
		p.quote = -1 // there may be one before what endOfRow found
		return v, false
	}
	p.rest = next
	p.lines++
	if !s.options.LinesAreRows {
		p.lines += lineBreaks + more
	}
	switch {
	case digits == 0:
		return s.filter.decideAny(data[start:end:end]), true
	case plus && data[at] != '0':
		return s.filter.decideE164(data[at:end]), true
	}
	return s.filter.decide(data[start:end]), true
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

// endOfRow returns where the row ends of which a cell ends at stop, and how many line breaks stand in quotes before, negative if
// something is wrong with it or data may end before.
func (s *scanner) endOfRow(p *part, stop int) (next, lineBreaks int) {
	data := p.data
	quote := p.quote
	if quote < stop {
		quote = nextQuote(data, stop)
	}
	lineBreak := bytes.IndexByte(data[stop:], '\n')
	if lineBreak < 0 {
		return -1, 0
	}
	if next = stop + lineBreak + 1; next <= quote {
		p.quote = quote
		return next, 0
	}
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

// next returns the next whole row of p, and takes it off what is left. It is not ok if there is none, or if something is
// wrong with it.
func (s *scanner) next(p *part) (r record, ok bool) {
	if p.rest >= len(p.data) {
		return r, false
	}
	if p.quote < p.rest {
		p.quote = nextQuote(p.data, p.rest)
	}
	if r, ok = scanPlain(p.data, p.rest, p.quote, s.layout.Delimiter, s.layout.Column-1); !ok {
		var offset int
		if r, offset, p.wrong = scanRecord(p.data, p.rest, p.atEOF, s.layout.Delimiter, s.layout.Column-1); p.wrong != nil {
			p.wrongAt = offset
			return r, false
		}
		if r.end == 0 {
			return r, false
		}
	}
	if r.end-r.start > maxRowBytes {
		p.wrong, p.wrongAt = ErrRowTooLong, r.start
		return r, false
	}
	p.rest = r.end
	p.lines++
	if !s.options.LinesAreRows {
		p.lines += bytes.Count(p.data[r.start:r.lineBreak], []byte{'\n'})
	}
	return r, true
}

// nextQuote returns where the next quote stands, or the end of data.
func nextQuote(data []byte, from int) int {
	if i := bytes.IndexByte(data[from:], '"'); i >= 0 {
		return from + i
	}
	return len(data)
}

// scanPlain is scanRecord for a row that ends before the first quote, which can be cut without looking at each byte.
func scanPlain(data []byte, start, quote int, delimiter byte, column int) (r record, ok bool) {
	line := data[start:quote]
	length := bytes.IndexByte(line, '\n')
	if length < 0 {
		return r, false
	}
	r = record{start: start, lineBreak: start + length, end: start + length + 1}
	if length > 0 && line[length-1] == '\r' {
		r.lineBreak--
	}
	at := start
	for ; column > 0; column-- {
		next := bytes.IndexByte(data[at:r.lineBreak], delimiter)
		if next < 0 {
			return r, true
		}
		at += next + 1
	}
	r.cell = field{start: at, end: r.lineBreak, found: true}
	if next := bytes.IndexByte(data[at:r.lineBreak], delimiter); next >= 0 {
		r.cell.end = at + next
	}
	return r, true
}

// appendDropped appends a row with its reason, region and rule.
func (s *scanner) appendDropped(out, data []byte, r record, v verdict) []byte {
	j := s.filter.outcomes.judgement(v.outcome)
	return s.appendRow(out, data, r, [...]string{j.reason.String(), s.filter.outcomes.regions(v).String(), j.rule})
}

// appendRow appends a row with cells before its line break, in place of those that an earlier run added.
func (s *scanner) appendRow(out, data []byte, r record, cells [len(addedColumns)]string) []byte {
	if len(s.layout.replaced) == 0 {
		out = append(out, data[r.start:r.lineBreak]...)
	} else {
		out = s.appendOwnCells(out, data, r)
	}
	for _, cell := range cells {
		out = append(out, s.layout.Delimiter)
		if strings.IndexByte(cell, s.layout.Delimiter) >= 0 { // a set of regions in a list with the delimiter '|'
			out = append(append(append(out, '"'), cell...), '"')
		} else {
			out = append(out, cell...)
		}
	}
	return append(out, data[r.lineBreak:r.end]...)
}

// appendOwnCells appends the cells of a row but for those that an earlier run added.
func (s *scanner) appendOwnCells(out, data []byte, r record) []byte {
	row := data[:r.lineBreak]
	for column, at, first := 0, r.start, true; ; column++ {
		_, stop, err := scanField(row, at, true, s.layout.Delimiter)
		if err != nil {
			panic("filter: a row that was scanned cannot be scanned again")
		}
		if !slices.Contains(s.layout.replaced, column) {
			if !first {
				out = append(out, s.layout.Delimiter)
			}
			out, first = append(out, row[at:stop]...), false
		}
		if stop == len(row) {
			return out
		}
		at = stop + 1
	}
}
