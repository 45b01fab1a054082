package filter

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
)

const (
	maxRowBytes = 1 << 20
	// chunkBytes is how much of a list is read at a time: little enough to stay in a core's cache
	// on its way from the reader to the writer, and enough that handing it on costs nothing.
	chunkBytes = 256 << 10
	// longRows is how many times as much is read at a time where a row does not fit: it is long in
	// most cases, then.
	longRows = 4
)

// A cutter reads a list and cuts it into parts that can be scanned apart from each other: where a
// row seems to end. It guesses; the scan of a part finds out whether the guess was right.
type cutter struct {
	list     io.Reader
	size     int // how much is read at a time
	noQuotes bool
	tail     []byte // read, but behind the cut
	done     bool
}

// next fills p with the next part.
func (c *cutter) next(ctx context.Context, p *chunk) {
	p.shrink()
	p.reset()
	buffer := p.buffer
	if len(c.tail) >= len(buffer) {
		buffer = make([]byte, len(c.tail)+c.size)
	}
	filled := copy(buffer, c.tail)
	for {
		if p.failure = ctx.Err(); p.failure != nil {
			break
		}
		// Not io.ReadFull: it tells an end of the list like one that came too early, such as that
		// of a cut file of gzip.
		var err error
		for n := 0; filled < len(buffer) && err == nil; filled += n {
			n, err = c.list.Read(buffer[filled:])
		}
		if p.atEOF = err == io.EOF; p.atEOF {
			break
		}
		if err != nil {
			p.failure = readingError(err)
			break
		}
		if cut := findCut(buffer[:filled], c.noQuotes); cut > 0 {
			p.buffer, p.data, c.tail = buffer, buffer[:cut], buffer[cut:filled]
			return
		}
		if filled > maxRowBytes+chunkBytes { // no row is as long: let the scan say what is wrong
			break
		}
		buffer = slices.Grow(buffer, longRows*c.size)
		buffer = buffer[:min(cap(buffer), len(buffer)+longRows*c.size)]
	}
	p.buffer, p.data, c.tail = buffer, buffer[:filled], nil
	c.done = p.atEOF || p.failure != nil
}

// more adds the next part to p.
func (c *cutter) more(ctx context.Context, p *chunk) {
	next := newChunk(len(p.buffer), 0)
	c.next(ctx, next)
	p.data = append(p.data, next.data...)
	p.buffer, p.atEOF, p.failure = p.data[:cap(p.data)], next.atEOF, next.failure
}

// findCut returns where the last row ends, or 0 if none seems to. A line break ends a row if the
// quotes before it are even in number. Where that leaves much behind, a quote in the middle of a
// cell is likelier than a row as long, and any line break is taken.
func findCut(data []byte, noQuotes bool) int {
	if noQuotes {
		return bytes.LastIndexByte(data, '\n') + 1
	}
	quotes := func(data []byte) int { return bytes.Count(data, []byte{'"'}) }
	last := bytes.LastIndexByte(data, '\n') + 1
	odd, end := quotes(data)%2 == 1, len(data)
	for {
		lineBreak := bytes.LastIndexByte(data[:end], '\n')
		if lineBreak < len(data)/2 {
			return last
		}
		if quotes(data[lineBreak:end])%2 == 1 {
			odd = !odd
		}
		if !odd {
			return lineBreak + 1
		}
		end = lineBreak
	}
}

// readingError says what an error of reading a list means.
func readingError(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("the list is cut short: %w", err)
	}
	return fmt.Errorf("reading: %w", err)
}
