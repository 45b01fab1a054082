package listfile

import (
	"sync"

	"github.com/listgate/listgate/listfile/internal/workbook"
)

// blockBytes is how much of what rows store lies together.
const blockBytes = 64 << 10

// A rowQueue holds what was read of rows and not yet written. Its memory is used again, so that a
// sheet of any length takes no more than what lies between reading and writing. Rows are pushed by
// one goroutine and taken by another.
type rowQueue struct {
	mu    sync.Mutex
	rows  fifo[queuedRow]
	block *rowBlock // that rows are pushed to
	free  []*rowBlock
}

// A rowBlock is the memory of some rows.
type rowBlock struct {
	data []byte
	rows int // that are not released
}

// A queuedRow is a row in the memory of a block; a blank line has none.
type queuedRow struct {
	row   workbook.Row
	block *rowBlock
}

// push appends a copy of a row.
func (q *rowQueue) push(row workbook.Row) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if row == nil {
		q.rows.push(queuedRow{})
		return
	}
	if q.block == nil || len(q.block.data)+len(row) > cap(q.block.data) {
		q.block = q.newBlock(len(row))
	}
	b := q.block
	start := len(b.data)
	b.data = append(b.data, row...)
	b.rows++
	q.rows.push(queuedRow{workbook.Row(b.data[start:]), b})
}

func (q *rowQueue) newBlock(size int) *rowBlock {
	if last := len(q.free) - 1; last >= 0 && size <= blockBytes {
		b := q.free[last]
		q.free = q.free[:last]
		return b
	}
	return &rowBlock{data: make([]byte, 0, max(blockBytes, size))}
}

// take takes the first row. It is not ok if there is none.
func (q *rowQueue) take() (row queuedRow, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.rows.pop()
}

// release gives the memory of a row back.
func (q *rowQueue) release(row queuedRow) {
	if row.block == nil {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if row.block.rows--; row.block.rows == 0 && row.block != q.block {
		row.block.data = row.block.data[:0]
		q.free = append(q.free, row.block)
	}
}

// A fifo is a queue whose memory is used again.
type fifo[T any] struct {
	items []T
	first int
}

func (f *fifo[T]) push(item T) {
	if f.first > 1024 && f.first > len(f.items)/2 {
		f.items = f.items[:copy(f.items, f.items[f.first:])]
		f.first = 0
	}
	f.items = append(f.items, item)
}

func (f *fifo[T]) pop() (item T, ok bool) {
	if f.first == len(f.items) {
		return item, false
	}
	item = f.items[f.first]
	if f.first++; f.first == len(f.items) {
		f.items, f.first = f.items[:0], 0
	}
	return item, true
}
