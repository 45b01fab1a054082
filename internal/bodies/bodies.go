// Package bodies reads the bodies of requests into memory, and bounds what all of them take
// together, so that many that come slowly, or never end, cannot take more than one that is read at
// once.
package bodies

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// ErrCutOff says that a body was not read to its end: others needed its memory, or the server
// stops.
var ErrCutOff = errors.New("the body came too slowly while others waited, or while the server stops")

// A TooLargeError says that a body is larger than one may be.
type TooLargeError struct{ Bound int }

func (e *TooLargeError) Error() string { return fmt.Sprintf("a body of more than %d KiB", e.Bound>>10) }

// firstPart is what is taken for a body before its first byte: most fit into it.
const firstPart = 4 << 10

// A Budget bounds the memory of all bodies that are held. If it is used up, the body that has got
// no byte for the longest is cut off. It may be used by any number of goroutines.
type Budget struct {
	mu      sync.Mutex
	free    int
	stopped bool
	reading map[*reading]bool
}

// NewBudget returns a budget of so many bytes.
func NewBudget(bytes int) *Budget { return &Budget{free: bytes, reading: map[*reading]bool{}} }

// reading is a body that is not read to its end. The budget's lock guards it.
type reading struct {
	reserved int
	since    time.Time // when it last got something
	cut      bool
	control  *http.ResponseController
}

// Read reads a request's body of at most bound bytes. release gives its memory back, and must be
// called once the body is no longer used, unless there was an error: a [TooLargeError], ErrCutOff,
// or why it could not be read.
func (b *Budget) Read(w http.ResponseWriter, r *http.Request, bound int) (body []byte, release func(), err error) {
	if r.ContentLength > int64(bound) {
		return nil, nil, &TooLargeError{bound}
	}
	in := &reading{since: time.Now(), control: http.NewResponseController(w)}
	b.mu.Lock()
	b.reading[in] = true
	b.mu.Unlock()
	body, err = b.fill(in, r, bound)
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.reading, in)
	switch {
	case in.cut:
		return nil, nil, ErrCutOff
	case err != nil:
		b.free += in.reserved
		return nil, nil, err
	}
	return body, sync.OnceFunc(func() {
		b.mu.Lock()
		b.free += in.reserved
		b.mu.Unlock()
	}), nil
}

func (b *Budget) fill(in *reading, r *http.Request, bound int) (body []byte, err error) {
	most := bound + 1 // one more, to see that it is too large
	if r.ContentLength >= 0 {
		most = int(r.ContentLength) + 1
	}
	for size := min(firstPart, most); ; size = min(4*size, most) {
		if err := b.reserve(in, size); err != nil {
			return nil, err
		}
		body = append(make([]byte, 0, size), body...)
		for len(body) < size {
			n, err := r.Body.Read(body[len(body):size])
			body = body[:len(body)+n]
			if len(body) > bound {
				return nil, &TooLargeError{bound}
			}
			if errors.Is(err, io.EOF) {
				return body, nil
			}
			if err != nil {
				return nil, fmt.Errorf("the body could not be read: %w", err)
			}
			b.progress(in)
		}
	}
}

// reserve makes the part of the budget that a body has as large as size.
func (b *Budget) reserve(in *reading, size int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for !in.cut && !b.stopped && b.free < size-in.reserved {
		slowest := b.slowest(in)
		if slowest == nil {
			return ErrCutOff
		}
		b.cut(slowest)
	}
	if in.cut {
		return ErrCutOff
	}
	b.free -= size - in.reserved
	in.reserved = size
	return nil
}

func (b *Budget) progress(in *reading) {
	b.mu.Lock()
	in.since = time.Now()
	b.mu.Unlock()
}

// slowest returns the body, other than one, that has got nothing for the longest.
func (b *Budget) slowest(but *reading) (slowest *reading) {
	for in := range b.reading {
		if in != but && !in.cut && in.reserved > 0 && (slowest == nil || in.since.Before(slowest.since)) {
			slowest = in
		}
	}
	return slowest
}

func (b *Budget) cut(in *reading) {
	in.cut = true
	b.free += in.reserved
	in.reserved = 0
	_ = in.control.SetReadDeadline(time.Unix(1, 0)) // what is no connection cannot be slow
}

// CutOff cuts off every body that is being read.
func (b *Budget) CutOff() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.stopped = true
	for in := range b.reading {
		if !in.cut {
			b.cut(in)
		}
	}
}
