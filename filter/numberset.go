package filter

import "slices"

// A NumberSet is a set of numbers, whatever form each is written in. It takes at most 16 bytes a
// number. The zero set is empty. Methods that only read may be called concurrently.
type NumberSet struct {
	shards  [256]numberShard
	length  int
	numbers int    // that were read from a list
	empty   int    // rows of that list with no number
	endings uint16 // how long endings are that the set holds: a bit for each length
}

// Len returns how many numbers were read from a list.
func (s *NumberSet) Len() int { return s.numbers }

// Empty returns how many rows of the list held no number.
func (s *NumberSet) Empty() int { return s.empty }

// hasAny reports whether the set has any of the keys.
func (s *NumberSet) hasAny(keys numberKeys) bool { return slices.ContainsFunc(keys.all(), s.has) }

func (s *NumberSet) addAll(keys numberKeys) {
	for _, key := range keys.all() {
		s.add(key)
	}
}

// A numberShard is a part of a set, grown apart from the others, so that no growth doubles the
// whole. Slots hold keys; no number is 0.
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

// smallShard is how many slots a shard has before memory counts more than the time of growing.
const smallShard = 512

// grow makes room for half as many keys more: the table is never less than 8/15 full, 15 bytes a
// key.
func (h *numberShard) grow() {
	old := h.slots
	size := max(8, len(old)*3/2)
	if len(old) < smallShard {
		size = max(8, len(old)*4)
	}
	h.slots = make([]numberKey, size)
	for _, key := range old {
		if key != 0 {
			h.slots[h.slot(key)] = key
		}
	}
}
