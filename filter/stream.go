package filter

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"sync"

	"github.com/listgate/listgate/filter/internal/csv"
)

// addedColumns are the names of the cells that dropped rows get.
var addedColumns = [...]string{"listgate_reason", "listgate_region", "listgate_rule"}

// Stream reads a list and copies the header and the rows that may be sent to kept, the header and
// all other rows, with the reason, the region and the rule in three more cells, to dropped. Either
// may be nil: nowhere. Rows are copied byte for byte and in order; blank lines, which are no rows,
// go to kept. The list is UTF-8, or any encoding that keeps ASCII as it is.
//
// The work is spread over options.Jobs cores, and the outputs do not depend on how many there are.
// Memory is bounded by the longest row, 1 MiB, not by the list or the cores. Stream reads and
// writes from one goroutine each.
//
// An error leaves kept and dropped incomplete. It is a *ColumnError if the phone column cannot be
// determined, else a *ListError: with a line and a column where the list is damaged (a quote that
// is not closed or that text follows, a NUL, a carriage return that ends no line, a row over 1
// MiB), or around the error of list, kept, dropped or ctx.
func (f *Filter) Stream(ctx context.Context, kept, dropped io.Writer, list io.Reader,
	options ListOptions) (*Result, error) {
	s := f.newStream(kept, dropped, options)
	if err := s.run(ctx, list); err != nil {
		return nil, err
	}
	return s.result(), nil
}

// A stream is one run. Chunks of the list are read and cut one after the other, scanned by all
// workers at once, and committed in order; a chunk that was cut inside a row is repaired then.
type stream struct {
	scanner
	chunkBytes    int
	kept, dropped io.Writer
	tally         *tally
	lines         int                       // line breaks before the chunk at hand
	carry         []byte                    // the row that the chunk before did not end, if its cut was wrong
	rejoined      *chunk                    // scans what was carried and the chunk after it
	seen          NumberSet                 // with Dedupe: the numbers of the rows that were kept
	firstRows     map[outcomeKey][]firstRow // with Findings
	count         listCount
	closely       closeLook
}

func (f *Filter) newStream(kept, dropped io.Writer, options ListOptions) *stream {
	size := chunkBytes
	if options.inOrder() {
		size = notedBytes
	}
	return &stream{
		scanner:    scanner{filter: f, base: f, wantKept: kept != nil, wantDropped: dropped != nil, options: options},
		chunkBytes: size,
		kept:       kept, dropped: dropped, tally: newTally(len(f.outcomes.byID)),
		firstRows: map[outcomeKey][]firstRow{},
	}
}

func (s *stream) newChunk() *chunk {
	p := newChunk(s.chunkBytes, len(s.tally.rows))
	if s.wantKept {
		p.keptBuffer = make([]byte, 0, s.chunkBytes)
	}
	if s.wantDropped {
		p.dropped = make([]byte, 0, s.chunkBytes/4)
	}
	return p
}

func (s *stream) run(ctx context.Context, list io.Reader) error {
	c := &cutter{list: list, size: s.chunkBytes, noQuotes: s.options.Quote == QuoteNone}
	first := s.newChunk()
	c.next(ctx, first)
	if err := s.begin(ctx, c, first); err != nil {
		return err
	}
	jobs := s.options.Jobs
	if jobs < 1 {
		jobs = runtime.GOMAXPROCS(0)
	}
	if jobs == 1 || c.done {
		return s.runAlone(ctx, c, first)
	}
	return s.runTogether(ctx, c, first, jobs)
}

// runAlone does all of the work in this goroutine.
func (s *stream) runAlone(ctx context.Context, c *cutter, p *chunk) error {
	for {
		s.scan(p)
		if err := s.commit(p); err != nil || c.done {
			return err
		}
		c.next(ctx, p)
	}
}

// runTogether reads ahead in one goroutine, scans in so many others, and commits here. Workers that
// read what they scan would be some hundredths faster, but wait for each other where reading takes
// long: where the list is summed, or unpacked.
func (s *stream) runTogether(ctx context.Context, c *cutter, first *chunk, jobs int) error {
	ctx, cancel := context.WithCancel(ctx)
	slots := newBudget(ctx.Done())
	toScan, inOrder := make(chan *chunk, maxChunks), make(chan *chunk, maxChunks)
	var all sync.WaitGroup
	defer all.Wait()
	defer cancel()
	all.Go(func() {
		defer close(toScan)
		defer close(inOrder)
		for p := first; slots.acquire(p); c.next(ctx, p) {
			toScan <- p
			inOrder <- p
			if c.done {
				return
			}
			var ok bool
			if p, ok = slots.take(); !ok {
				return
			}
			if p == nil { // made when it is needed: a short list needs few
				p = s.newChunk()
			}
		}
	})
	for range min(jobs, maxChunks) {
		all.Go(func() {
			for p := range toScan {
				s.scan(p)
				p.scanned <- struct{}{}
			}
		})
	}
	for p := range inOrder {
		<-p.scanned
		if err := s.commit(p); err != nil {
			return err
		}
		slots.release(p)
	}
	return s.stopped(ctx)
}

// stopped returns the error of a context that ended the reading.
func (s *stream) stopped(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return s.fail(err)
	}
	return nil
}

// begin finds the layout, writes the byte order mark, the sep= line and the header to both outputs,
// and leaves the rows in p.
func (s *stream) begin(ctx context.Context, c *cutter, p *chunk) (err error) {
	for {
		if p.failure != nil {
			return s.fail(p.failure)
		}
		if nul := bytes.IndexByte(p.data, 0); nul >= 0 {
			return s.failAt(p.data, nul, csv.ErrNUL)
		}
		s.layout, err = s.filter.findLayout(p.data, p.atEOF, s.options)
		if err != nil || s.layout.Columns > 0 || p.atEOF || len(p.data) > maxRowBytes {
			break
		}
		c.more(ctx, p) // there were blank lines only
	}
	data, at := p.data, s.layout.marked
	if lone := csv.LoneReturn(data[at:], s.layout.dialect); lone >= 0 {
		return s.failAt(data, at+lone, csv.ErrLoneReturn)
	}
	if err != nil {
		// which may be why no column was found
		if offset, wrong := csv.FirstWrong(data, at, p.atEOF, s.layout.dialect); wrong != nil {
			return s.failAt(data, offset, wrong)
		}
		return err
	}
	if s.layout.Columns == 0 {
		return s.noRow(p)
	}
	s.makePhones()
	if s.wantDropped {
		s.makeAdded()
	}
	dropped := data[:at]
	if h := s.layout.header; h.end > 0 {
		if h.end-h.start > maxRowBytes {
			return s.failAt(data, h.start, csv.ErrRowTooLong)
		}
		dropped = s.appendRow(bytes.Clone(dropped), data[h.start:h.end], s.cells(addedColumns[:]...))
		at = h.end
	}
	if s.lines = s.layout.rowsAbove; !s.options.LinesAreRows {
		s.lines = bytes.Count(data[:at], []byte{'\n'})
	}
	p.data = data[at:]
	if s.options.Started != nil {
		s.options.Started(s.layout)
	}
	return s.write(data[:at], dropped)
}

// noRow says why not one row was found at the beginning of a list.
func (s *stream) noRow(p *chunk) error {
	at := s.layout.marked
	if offset, err := csv.FirstWrong(p.data, at, p.atEOF, s.layout.dialect); err != nil {
		return s.failAt(p.data, offset, err)
	}
	if at += len(p.data[at:]) - len(bytes.TrimLeft(p.data[at:], "\r\n")); at < len(p.data) {
		return s.failAt(p.data, at, csv.ErrRowTooLong)
	}
	if !p.atEOF {
		return s.failAt(p.data, len(p.data), errBlank)
	}
	return s.fail(ErrEmptyList)
}

// commit writes and counts what scanning a chunk came to. If the chunk before it did not end with a
// row, the cut between the two was wrong, and so is all that scanning found: the row is put before
// the chunk, and both are scanned again.
func (s *stream) commit(p *chunk) error {
	if p.failure != nil {
		return s.fail(p.failure)
	}
	if len(s.carry) > 0 {
		p = s.rejoin(p)
	}
	for {
		if p.err != nil {
			return s.failAt(p.data, p.errAt, p.err)
		}
		if s.options.Dedupe {
			s.dropDuplicates(p)
		}
		if s.options.inOrder() {
			s.writeNotes(p)
		}
		if err := s.write(p.kept, p.dropped); err != nil {
			return err
		}
		if !p.unfinished {
			break
		}
		s.scan(p)
	}
	if len(p.data)-p.rest > maxRowBytes {
		if lone := csv.LoneReturn(p.data[p.rest:], s.layout.dialect); lone >= 0 {
			return s.failAt(p.data, p.rest+lone, csv.ErrLoneReturn)
		}
		return s.failAt(p.data, p.rest, csv.ErrRowTooLong)
	}
	s.collectSamples(p)
	s.lines += p.lines
	s.tally.merge(p.tally)
	s.count.merge(&p.seen)
	s.closely.look(p.close, len(s.layout.required) > 0)
	s.looked.Store(s.closely.done())
	s.carry = append(s.carry[:0], p.data[p.rest:]...)
	return nil
}

// rejoin scans what was carried and p together.
func (s *stream) rejoin(p *chunk) *chunk {
	if s.rejoined == nil {
		s.rejoined = s.newChunk()
	}
	j := s.rejoined
	j.reset()
	j.buffer = append(append(j.buffer[:0], s.carry...), p.data...)
	j.data, j.atEOF = j.buffer, p.atEOF
	s.scan(j)
	return j
}

func (s *stream) write(kept, dropped []byte) error {
	if len(kept) > 0 && s.kept != nil {
		if _, err := s.kept.Write(kept); err != nil {
			return s.fail(fmt.Errorf("writing the kept rows: %w", err))
		}
	}
	if len(dropped) > 0 && s.dropped != nil {
		if _, err := s.dropped.Write(dropped); err != nil {
			return s.fail(fmt.Errorf("writing the dropped rows: %w", err))
		}
	}
	return nil
}

func (s *stream) fail(err error) error { return &ListError{Name: s.options.Name, Err: err} }

// failAt says on which line, and where on it, data[offset] stands.
func (s *stream) failAt(data []byte, offset int, err error) error {
	before := data[:offset]
	return &ListError{
		Name:   s.options.Name,
		Line:   s.lines + bytes.Count(before, []byte{'\n'}) + 1,
		Column: offset - bytes.LastIndexByte(before, '\n'),
		Err:    err,
	}
}
