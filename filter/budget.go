package filter

import (
	"slices"
	"sync"
)

const (
	// maxChunks is how many chunks are under way at most, whatever the number of cores: memory does
	// not grow with them. Those of long rows take the slots of several.
	maxChunks = 8
	// slotBytes is what the buffers of a chunk take at most, unless its rows are long.
	slotBytes = 4 * chunkBytes
)

// A budget bounds the buffers of all chunks of a run. The chunk released last is reused first, so
// that long rows enlarge only a few buffers.
type budget struct {
	free chan struct{} // holds one for each slot that no chunk takes
	over <-chan struct{}

	mu   sync.Mutex
	idle []*chunk // no more than there are free slots
}

// newBudget returns the budget of a run that is over when over is closed. Its first chunk takes one
// slot.
func newBudget(over <-chan struct{}) *budget {
	b := &budget{free: make(chan struct{}, maxChunks), over: over}
	for range maxChunks - 1 {
		b.free <- struct{}{}
	}
	return b
}

// take takes a slot, and returns a chunk that was used before, nil if there is none. It is not ok
// if the run is over.
func (b *budget) take() (used *chunk, ok bool) {
	select {
	case <-b.free:
	case <-b.over:
		return nil, false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if last := len(b.idle) - 1; last >= 0 {
		used, b.idle = b.idle[last], b.idle[:last]
	}
	return used, true
}

// acquire takes one more slot for each slotBytes by which the buffers of c exceed its first slot.
// It is false if the run is over.
func (b *budget) acquire(c *chunk) bool {
	more := min(c.size()/slotBytes, maxChunks-2)
	for c.slots = 1; c.slots <= more; c.slots++ {
		select {
		case <-b.free:
		case <-b.over:
			return false
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.idle = slices.Delete(b.idle, 0, max(0, len(b.idle)-len(b.free)))
	return true
}

// release gives back the slots of a chunk that is done.
func (b *budget) release(done *chunk) {
	slots := done.slots // another may take it as soon as there is one
	b.mu.Lock()
	b.idle = append(b.idle, done)
	b.mu.Unlock()
	for range slots {
		b.free <- struct{}{}
	}
}
