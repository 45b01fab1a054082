package csv

import (
	"bytes"
	"encoding/binary"
)

// markWords is mark for any processor, eight bytes at a time. What most lists do not have it looks
// for once.
func (m *Marks) markWords(text []byte, first, blocks int, delimiter byte) (suspect, hasQuotes bool) {
	text = text[:blocks*block]
	suspect = bytes.IndexByte(text, 0) >= 0
	hasQuotes = bytes.IndexByte(text, '"') >= 0
	hasReturns := bytes.IndexByte(text, '\r') >= 0
	carry := uint64(0) // whether the block before ends with a carriage return
	for b := range blocks {
		part := (*[block]byte)(text[b*block:])
		lineBreaks, quotes := find(part, '\n'), uint64(0)
		if hasQuotes {
			quotes = find(part, '"')
		}
		if hasReturns {
			returns := find(part, '\r')
			suspect = suspect || (returns<<1|carry)&^lineBreaks != 0
			carry = returns >> (block - 1)
		}
		at := (first + b) * 8
		binary.LittleEndian.PutUint64(m.Ends[at:], lineBreaks|find(part, delimiter))
		binary.LittleEndian.PutUint64(m.LineBreaks[at:], lineBreaks)
		binary.LittleEndian.PutUint64(m.Quotes[at:], quotes)
	}
	return suspect, hasQuotes
}

// find returns the bits of the bytes that are wanted.
func find(text *[block]byte, wanted byte) uint64 {
	pattern := uint64(wanted) * 0x0101010101010101
	return findIn(text[0:8], pattern) | findIn(text[8:16], pattern)<<8 | findIn(text[16:24],
		pattern)<<16 | findIn(text[24:32], pattern)<<24 |
		findIn(text[32:40], pattern)<<32 | findIn(text[40:48], pattern)<<40 | findIn(text[48:56],
		pattern)<<48 | findIn(text[56:64], pattern)<<56
}

// findIn is find for eight bytes.
func findIn(eight []byte, pattern uint64) uint64 {
	const lows = 0x7F7F7F7F7F7F7F7F
	word := binary.LittleEndian.Uint64(eight) ^ pattern // 0 where a byte is wanted
	highs := ^((word&lows + lows) | word | lows)        // its highest bit there
	return highs * 0x0002040810204081 >> 56             // those bits side by side
}
