package filter

import (
	"bytes"
	"sync/atomic"

	"github.com/listgate/listgate/filter/internal/csv"
)

// A chunk is a stretch of a list on its way through a run: read, scanned and decided, written.
type chunk struct {
	buffer  []byte // holds data; kept for the next stretch
	data    []byte // begins with a row, if the cut before it was right
	atEOF   bool
	failure error // of reading

	// What scanning finds.
	kept, dropped  []byte // rows to write; kept is a piece of data if all rows are kept
	keptBuffer     []byte
	tally          *tally
	notes          []rowNote            // of a full scan, that are not written
	written        int                  // where those begin
	digits         []byte               // of the numbers in notes
	homes          map[string]rowRegion // by what region columns held, so that each name is looked up once
	numbers        []phoneNumber        // of notes
	closely        bool                 // its numbers are looked at closely
	close          []closeNumber        // those
	seen           listCount
	samples        []rowSample
	seenRows       []int        // rows by outcome, with ListOptions.Findings
	seenPairs      map[pair]int // and those of ambiguous numbers, by their readings
	quote          int          // the next quote from rest on, or the end of data
	mayHoldControl bool         // data before rest may hold a NUL or a stray carriage return
	batch          *batch
	rest           int   // where the first row begins that was not scanned
	unfinished     bool  // scanning stopped early: scan has to be called again
	lines          int   // line breaks before rest
	err            error // what is wrong with data, at errAt
	errAt          int

	scanned chan struct{}
	slots   int // of the budget, that it takes up
}

func newChunk(size, outcomes int) *chunk {
	return &chunk{
		buffer: make([]byte, size), batch: new(batch), tally: newTally(outcomes), seenRows: make([]int, outcomes),
		seenPairs: map[pair]int{},
		quote:     -1, homes: map[string]rowRegion{}, scanned: make(chan struct{}, 1),
	}
}

// reset makes p ready for other data.
func (p *chunk) reset() {
	p.tally.clear()
	clear(p.seenRows)
	clear(p.seenPairs)
	p.samples, p.close = p.samples[:0], p.close[:0]
	p.seen.clear()
	p.data, p.atEOF, p.failure, p.err, p.mayHoldControl, p.rest, p.lines, p.quote = nil, false, nil, nil,
		false, 0, 0, -1
}

// shrink lets buffers go that long rows have enlarged, once rows are shorter again.
func (p *chunk) shrink() {
	if isEnlarged(p.buffer, len(p.data)) {
		p.buffer = make([]byte, chunkBytes)
	}
	if isEnlarged(p.keptBuffer, len(p.keptBuffer)) {
		p.keptBuffer = nil
	}
	if isEnlarged(p.dropped, len(p.dropped)) {
		p.dropped = nil
	}
}

func isEnlarged(buffer []byte, used int) bool {
	return cap(buffer) > slotBytes && used < cap(buffer)/4
}

// size is what the buffers of p take.
func (p *chunk) size() int { return cap(p.buffer) + cap(p.keptBuffer) + cap(p.dropped) }

// A scanner finds the rows of chunks and decides them. It does not change and serves all workers.
type scanner struct {
	filter                *Filter // reads the first phone column
	base                  *Filter // as it was made
	phones                []phone
	looked                atomic.Bool // at as many numbers closely as are to be
	numbers               *NumberSet  // a list of numbers to suppress, which are put there
	layout                Layout
	options               ListOptions
	wantKept, wantDropped bool
	added                 [][]byte // by outcome: what a dropped row gets
}

// mostDropped is about how many bytes of dropped rows are made at a time. Chunks of rows as short
// as "1" come out ten times as long.
const mostDropped = 2 * chunkBytes

// scan finds and decides the whole rows of p from p.rest on, all unless it sets p.unfinished. It
// reads nothing but p.data and p.atEOF.
func (s *scanner) scan(p *chunk) {
	p.kept, p.keptBuffer, p.dropped = nil, p.keptBuffer[:0], p.dropped[:0]
	from := p.rest
	p.written = from
	p.closely = !s.looked.Load()
	switch {
	case s.numbers != nil:
		s.collect(p)
	case s.options.needsWholeRow(&s.layout):
		s.scanFull(p)
	default:
		s.scanFast(p)
	}
	if at := s.halfCharacter(p.data[from:p.rest]); at >= 0 {
		p.err, p.errAt, p.unfinished = errHalfCharacter, from+at, false
	}
	if !p.mayHoldControl {
		return
	}
	sound := p.rest
	switch p.err {
	case nil:
	case csv.ErrRowTooLong:
		sound = p.errAt + maxRowBytes // a return that should have ended a row may be why
	default:
		sound = p.errAt
	}
	if at := csv.LoneReturn(p.data[from:sound], s.layout.dialect); at >= 0 {
		sound = from + at
		p.err, p.errAt = csv.ErrLoneReturn, sound
	}
	if nul := bytes.IndexByte(p.data[from:sound], 0); nul >= 0 {
		p.err, p.errAt = csv.ErrNUL, from+nul
	}
}

// next returns the next whole row of p, and takes it off what is left. It is not ok if there is
// none, or if something is wrong with it.
func (s *scanner) next(p *chunk) (r csv.Record, ok bool) {
	if p.rest >= len(p.data) {
		return r, false
	}
	if p.quote < p.rest {
		p.quote = csv.NextQuote(p.data, p.rest, s.layout.dialect)
	}
	if r, ok = csv.ScanPlain(p.data, p.rest, p.quote, s.layout.dialect, s.layout.column); !ok {
		var offset int
		if r, offset, p.err = csv.ScanRecord(p.data, p.rest, p.atEOF, s.layout.dialect, s.layout.column); p.err != nil {
			p.errAt = offset
			return r, false
		}
		if r.End == 0 {
			return r, false
		}
	}
	if r.End-r.Start > maxRowBytes {
		p.err, p.errAt = csv.ErrRowTooLong, r.Start
		return r, false
	}
	if inner := bytes.Count(p.data[r.Start:r.LineBreak], []byte{'\n'}); inner > 0 && !s.options.LinesAreRows {
		if s.haltAtRiders(p, r.Start, r.LineBreak) {
			return r, false
		}
		p.lines += inner
	}
	p.rest = r.End
	p.lines++
	if s.isLong(p.data[r.Start:r.LineBreak]) {
		p.seen.longRows++
	}
	return r, p.err == nil
}
