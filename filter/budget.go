package filter

import (
	"slices"
	"sync"
)

const (
	// maxParts is how many parts are under way at most, whatever the number of cores: memory does not grow with them.
	// Those of long rows take the places of several.
	maxParts = 8
	// placeBytes is what the buffers of a part take at most, unless its rows are long.
	placeBytes = 4 * partBytes
)

// places bounds what all parts of a run take together. A part that is done is used again before those that wait for longer, so that of
// long rows only some are blown up.
type places struct {
	free chan struct{} // holds one for each place that no part takes
	over <-chan struct{}

	mu   sync.Mutex
	idle []*part // no more than there are free places
}

// newPlaces returns the places of a run that is over when over is closed. Its first part takes one.
func newPlaces(over <-chan struct{}) *places {
	p := &places{free: make(chan struct{}, maxParts), over: over}
	for range maxParts - 1 {
		p.free <- struct{}{}
	}
	return p
}

// take takes a place, and returns a part that was used before, nil if there is none. It is not ok if the run is over.
func (p *places) take() (used *part, ok bool) {
	select {
	case <-p.free:
	case <-p.over:
		return nil, false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if last := len(p.idle) - 1; last >= 0 {
		used, p.idle = p.idle[last], p.idle[:last]
	}
	return used, true
}

// claim takes as many places more for a part that has one as it is too large by. It is false if the run is over.
func (p *places) claim(of *part) bool {
	more := min(of.size()/placeBytes, maxParts-2)
	for of.places = 1; of.places <= more; of.places++ {
		select {
		case <-p.free:
		case <-p.over:
			return false
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = slices.Delete(p.idle, 0, max(0, len(p.idle)-len(p.free)))
	return true
}

// release gives back the places of a part that is done.
func (p *places) release(done *part) {
	given := done.places // another may take it as soon as there is one
	p.mu.Lock()
	p.idle = append(p.idle, done)
	p.mu.Unlock()
	for range given {
		p.free <- struct{}{}
	}
}
