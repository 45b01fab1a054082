package filter

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/listgate/listgate/filter/internal/cell"
)

// A NumberSet is a set of numbers, whatever form each is written in. It takes at most 16 bytes a number. The zero set is
// empty. Methods that only read may be called concurrently.
type NumberSet struct {
	shards [256]numberShard
	length int
}

// Len returns how many numbers the set holds.
func (s *NumberSet) Len() int { return s.length }

// A numberShard is a part of a set, grown apart from the others, so that no growth doubles the whole. Slots hold keys;
// no number is 0.
type numberShard struct {
	slots []numberKey
	used  int
}

func hashOf(key numberKey) uint64 { return uint64(key) * 0x9E3779B97F4A7C15 }

func (s *NumberSet) shardOf(key numberKey) *numberShard { return &s.shards[hashOf(key)>>56] }

// slot returns the place of key, or that where it would stand.
func (h *numberShard) slot(key numberKey) int {
	at := int(hashOf(key) << 8 >> 32 * uint64(len(h.slots)) >> 32)
	for h.slots[at] != 0 && h.slots[at] != key {
		if at++; at == len(h.slots) {
			at = 0
		}
	}
	return at
}

func (s *NumberSet) has(key numberKey) bool {
	h := s.shardOf(key)
	return len(h.slots) > 0 && h.slots[h.slot(key)] == key
}

// add adds key and reports whether it is new.
func (s *NumberSet) add(key numberKey) bool {
	h := s.shardOf(key)
	if h.used*10 >= len(h.slots)*8 {
		h.grow()
	}
	at := h.slot(key)
	if h.slots[at] == key {
		return false
	}
	h.slots[at] = key
	h.used++
	s.length++
	return true
}

// grow makes room for half as many keys more: the table is never less than 8/15 full, 15 bytes a key.
func (h *numberShard) grow() {
	old := h.slots
	h.slots = make([]numberKey, max(8, len(old)*3/2))
	for _, key := range old {
		if key != 0 {
			h.slots[h.slot(key)] = key
		}
	}
}

// ReadNumbers reads numbers to put on a set, one a line, each in any form that the filter reads: by its default region
// and its way with bare digits. Empty lines and a first line that names a phone column are passed over. Any other line
// that is not one readable number is a *ListError with its line, since nobody knows who is meant.
func (f *Filter) ReadNumbers(r io.Reader, name string) (*NumberSet, error) {
	set := &NumberSet{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxRowBytes)
	for line := 1; lines.Scan(); line++ {
		text := bytes.TrimSpace(bytes.TrimPrefix(lines.Bytes(), byteOrderMark))
		if len(text) == 0 || line == 1 && isPhoneName(strings.Trim(string(text), `"`)) {
			continue
		}
		keys, reason := f.keysOfText(text)
		if reason != Undecided {
			return nil, &ListError{Name: name, Line: line, Column: 1, Err: fmt.Errorf("%s: not one number that can be read", reason)}
		}
		for _, key := range keys {
			set.add(key)
		}
	}
	if err := lines.Err(); err != nil {
		if errors.Is(err, bufio.ErrTooLong) {
			err = ErrRowTooLong
		}
		return nil, &ListError{Name: name, Err: err}
	}
	return set, nil
}

// keysOfText returns the keys of the number in text, whichever of its readings is meant.
func (f *Filter) keysOfText(text []byte) ([]numberKey, Reason) {
	var c cell.Cell
	if reason := f.readCell(&c, text, f.options.DefaultRegion); reason != Undecided {
		return nil, reason
	}
	if keys := f.keysOf(c, f.options.DefaultRegion); keys.n > 0 {
		return keys.all(), Undecided
	}
	first, _ := f.read(&c, f.options.DefaultRegion)
	return nil, first.reason
}
