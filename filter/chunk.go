package filter

import (
	"bytes"
	"slices"
	"strings"

	"github.com/listgate/listgate/filter/internal/csv"
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
	notes         []note               // of a careful scan, that are not composed
	composed      int                  // where that begins
	digits        []byte               // of the numbers in notes
	homes         map[string]rowRegion // by what region columns held, so that each name is looked up once
	witnesses     []witness
	witnessed     []int        // rows by outcome, with ListOptions.Findings
	witnessedPair map[pair]int // and those of ambiguous numbers, by their readings
	quote         int          // the next quote from rest on, or the end of data
	suspect       bool         // data before rest may hold a NUL or a stray carriage return
	batch         *batch
	rest          int   // where the first row begins that was not scanned
	more          bool  // it may end here; else it does not
	lines         int   // line breaks before rest
	wrong         error // what is wrong with data, at wrongAt
	wrongAt       int

	scanned chan struct{}
	places  int // that it takes up
}

func newPart(size, outcomes int) *part {
	return &part{buffer: make([]byte, size), batch: new(batch), tally: newTally(outcomes), witnessed: make([]int, outcomes), witnessedPair: map[pair]int{}, quote: -1, homes: map[string]rowRegion{}, scanned: make(chan struct{}, 1)}
}

// reset makes p ready for other data.
func (p *part) reset() {
	p.tally.clear()
	clear(p.witnessed)
	clear(p.witnessedPair)
	p.witnesses = p.witnesses[:0]
	p.data, p.atEOF, p.failure, p.wrong, p.suspect, p.rest, p.lines, p.quote = nil, false, nil, nil, false, 0, 0, -1
}

// shrink lets buffers go that long rows have blown up, once rows are not as long any more.
func (p *part) shrink() {
	if isBlownUp(p.buffer, len(p.data)) {
		p.buffer = make([]byte, partBytes)
	}
	if isBlownUp(p.keptBuffer, len(p.keptBuffer)) {
		p.keptBuffer = nil
	}
	if isBlownUp(p.dropped, len(p.dropped)) {
		p.dropped = nil
	}
}

func isBlownUp(buffer []byte, used int) bool {
	return cap(buffer) > placeBytes && used < cap(buffer)/4
}

// size is what the buffers of p take.
func (p *part) size() int { return cap(p.buffer) + cap(p.keptBuffer) + cap(p.dropped) }

// A scanner finds the rows of parts and decides them. It does not change and serves all workers.
type scanner struct {
	filter                *Filter
	layout                Layout
	options               ListOptions
	wantKept, wantDropped bool
	added                 [][]byte // by outcome: what a dropped row gets
}

// mostDropped is about how many bytes of dropped rows are made at a time. Parts of rows as short as "1" come out ten times as long.
const mostDropped = 2 * partBytes

// scan finds and decides the whole rows of p from p.rest on: all, but for p.more. It reads nothing but p.data and p.atEOF.
func (s *scanner) scan(p *part) {
	p.kept, p.keptBuffer, p.dropped = nil, p.keptBuffer[:0], p.dropped[:0]
	from := p.rest
	p.composed = from
	if s.options.needsWholeRow(&s.layout) {
		s.scanCarefully(p)
	} else {
		s.scanSwiftly(p)
	}
	if !p.suspect {
		return
	}
	sound := p.rest
	switch p.wrong {
	case nil:
	case ErrRowTooLong:
		sound = p.wrongAt + maxRowBytes // a return that should have ended a row may be why
	default:
		sound = p.wrongAt
	}
	if at := csv.LoneReturn(p.data[from:sound], s.layout.Delimiter); at >= 0 {
		sound = from + at
		p.wrong, p.wrongAt = ErrLoneReturn, sound
	}
	if nul := bytes.IndexByte(p.data[from:sound], 0); nul >= 0 {
		p.wrong, p.wrongAt = ErrNUL, from+nul
	}
}

// next returns the next whole row of p, and takes it off what is left. It is not ok if there is none, or if something is
// wrong with it.
func (s *scanner) next(p *part) (r csv.Record, ok bool) {
	if p.rest >= len(p.data) {
		return r, false
	}
	if p.quote < p.rest {
		p.quote = csv.NextQuote(p.data, p.rest)
	}
	if r, ok = csv.ScanPlain(p.data, p.rest, p.quote, s.layout.Delimiter, s.layout.column); !ok {
		var offset int
		if r, offset, p.wrong = csv.ScanRecord(p.data, p.rest, p.atEOF, s.layout.Delimiter, s.layout.column); p.wrong != nil {
			p.wrongAt = offset
			return r, false
		}
		if r.End == 0 {
			return r, false
		}
	}
	if r.End-r.Start > maxRowBytes {
		p.wrong, p.wrongAt = ErrRowTooLong, r.Start
		return r, false
	}
	p.rest = r.End
	p.lines++
	if !s.options.LinesAreRows {
		p.lines += bytes.Count(p.data[r.Start:r.LineBreak], []byte{'\n'})
	}
	return r, true
}

// appendDropped appends a row with its reason, region and rule.
func (s *scanner) appendDropped(out, row []byte, v verdict) []byte {
	if v.pair == 0 {
		return s.appendRow(out, row, s.added[v.outcome])
	}
	return s.appendRow(out, row, s.addedTo(v))
}

// makeAdded makes what dropped rows get, once for each outcome.
func (s *scanner) makeAdded() {
	s.added = make([][]byte, len(s.filter.outcomes.judgedBy))
	for x := range s.added {
		s.added[x] = s.addedTo(verdict{outcome: outcome(x)})
	}
}

// addedTo returns the cells that a dropped row gets.
func (s *scanner) addedTo(v verdict) []byte {
	j := s.filter.outcomes.judgement(v.outcome)
	return s.cells(j.reason.String(), s.filter.outcomes.regions(v).String(), j.rule)
}

// cells returns cells as they stand in the list, a delimiter before each.
func (s *scanner) cells(cells ...string) (out []byte) {
	for _, cell := range cells {
		out = append(out, s.layout.Delimiter)
		if strings.IndexByte(cell, s.layout.Delimiter) >= 0 { // a set of regions in a list with the delimiter '|'
			out = append(append(append(out, '"'), cell...), '"')
		} else {
			out = append(out, cell...)
		}
	}
	return out
}

// appendRow appends a row with cells before its line break, in place of those that an earlier run added. Returns of which a line
// break has too many are part of it.
func (s *scanner) appendRow(out, row, cells []byte) []byte {
	end := len(row)
	if end > 0 && row[end-1] == '\n' {
		end--
	}
	out = slices.Grow(out, len(row)+len(cells))
	for end > 0 && row[end-1] == '\r' {
		end--
	}
	if len(s.layout.replaced) == 0 {
		out = append(out, row[:end]...)
	} else {
		out = s.appendOwnCells(out, row[:end])
	}
	out = append(out, cells...)
	return append(out, row[end:]...)
}

// appendOwnCells appends the cells of a row but for those that an earlier run added.
func (s *scanner) appendOwnCells(out, row []byte) []byte {
	for column, at, first := 0, 0, true; ; column++ {
		_, stop, err := csv.ScanField(row, at, true, s.layout.Delimiter)
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
