package main

import "encoding/binary"

// A machine reads digits. Its states are small integers, 0 is the first one.
type machine interface {
	step(state int, digit byte) int
}

// states gives each distinct key a number and remembers where each digit leads.
// A key is the tuple of whatever a machine needs to know about the digits read so far.
type states struct {
	ids  map[string]int
	keys [][]int
	next [][10]int
}

func newStates(first []int) *states {
	s := &states{ids: map[string]int{}}
	s.id(first)
	return s
}

func (s *states) id(key []int) int {
	packed := make([]byte, 0, 2*len(key))
	for _, k := range key {
		packed = binary.AppendVarint(packed, int64(k))
	}
	if id, ok := s.ids[string(packed)]; ok {
		return id
	}
	id := len(s.keys)
	s.ids[string(packed)] = id
	s.keys = append(s.keys, key)
	s.next = append(s.next, [10]int{})
	return id
}

// follow answers where digit leads from state, asking compute the first time only.
func (s *states) follow(state int, digit byte, compute func(key []int, digit byte) []int) int {
	if next := s.next[state][digit]; next != 0 {
		return next - 1
	}
	next := s.id(compute(s.keys[state], digit))
	s.next[state][digit] = next + 1
	return next
}

func run(m machine, state int, digits string) int {
	for i := range len(digits) {
		state = m.step(state, digits[i]-'0')
	}
	return state
}
