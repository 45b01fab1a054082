package main

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// A table is the blob that numbering embeds, and the places in it. All numbers are little endian.
//
//	rows     2 bytes for each of 10 digits, and 6 that are not used: the next row. The first
//	         rows are the leaves, which lead to themselves. With 16 places a row is found by a
//	         shift, and lies in one cache line: a step takes a third less.
//	openings 2 bytes for each length up to maxDigits and each three digits: the row after the
//	         first three digits of an international number
//	origins  the same, of the rows that lead no further than to whose number it is
//	starts   2 bytes for each region (0: none) and each length: the row before the first digit
//	         that somebody dials there
//	letters  2 bytes for each two letters A to Z: the region's place among starts, 0 for none
//	words    8 bytes for each leaf
type table struct {
	blob     []byte
	leaves   int
	rows     int
	openings int // places are in units of 2 bytes
	origins  int
	starts   int
	letters  int
	words    int
}

// rowPlaces is how many places a row has.
const rowPlaces = 16

func build(w *world, t *tree) (*table, error) {
	openings := openings(w, t)
	origins := make([]uint32, len(openings))
	for i, id := range openings {
		origins[i] = t.origin(id)
	}
	starts := starts(w, t)
	b := &table{leaves: len(t.leaves), rows: len(t.leaves) + len(t.nodes)}
	if b.rows > 1<<16 || len(t.words.sets) > maxSets || len(t.words.rewrites) > maxRewrites || len(w.names) < 200 {
		return nil, fmt.Errorf("%d rows, %d sets, %d rewrites, %d regions", b.rows, len(t.words.sets),
			len(t.words.rewrites), len(w.names))
	}
	for leaf := range t.leaves {
		for range rowPlaces {
			b.put(leaf)
		}
	}
	for _, node := range t.nodes {
		b.putAll(node[:])
		for range rowPlaces - len(node) {
			b.put(0)
		}
	}
	b.openings = b.place()
	b.putAll(openings)
	b.origins = b.place()
	b.putAll(origins)
	b.starts = b.place()
	b.putAll(starts)
	b.letters = b.place()
	for _, i := range letters(w.names) {
		b.put(i)
	}
	for len(b.blob)%8 != 0 {
		b.put(0)
	}
	b.words = b.place()
	for _, word := range t.leaves {
		b.blob = binary.LittleEndian.AppendUint64(b.blob, word)
	}
	return b, nil
}

func (b *table) place() int { return len(b.blob) / 2 }

func (b *table) put(row int) { b.blob = binary.LittleEndian.AppendUint16(b.blob, uint16(row)) }

func (b *table) putAll(ids []uint32) {
	for _, id := range ids {
		if id&leafBit != 0 {
			b.put(int(id &^ leafBit))
		} else {
			b.put(int(id) + b.leaves)
		}
	}
}

func openings(w *world, t *tree) []uint32 {
	var out []uint32
	for length := range maxDigits + 1 {
		for first := range 1000 {
			out = append(out, opening(w, t, fmt.Sprintf("%03d", first), length))
		}
	}
	return out
}

// opening is the node for an international number of so many digits that begins with three known
// ones.
func opening(w *world, t *tree, digits string, length int) uint32 {
	if length < len(digits) {
		return t.leaf(0)
	}
	for _, callingCode := range w.callingCodes {
		if rest, ok := strings.CutPrefix(digits, digitsOf(callingCode)); ok {
			j := w.international[callingCode]
			return t.judged(j, run(j, 0, rest), length-len(digits))
		}
	}
	return t.leaf(0)
}

func starts(w *world, t *tree) []uint32 {
	out := make([]uint32, maxDigits+1)
	for i := range out {
		out[i] = t.leaf(0)
	}
	for _, name := range w.names {
		for length := range maxDigits + 1 {
			if length < minNSN {
				out = append(out, t.leaf(shortBit))
			} else {
				out = append(out, t.dialled(w.dialled[name], 0, length))
			}
		}
	}
	return out
}

func letters(names []string) []int {
	out := make([]int, 26*26)
	for i, n := range names {
		out[int(n[0]-'A')*26+int(n[1]-'A')] = i + 1
	}
	return out
}
