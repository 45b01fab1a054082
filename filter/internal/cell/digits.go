package cell

import "encoding/binary"

// StartOfE164 reports whether text is '+' and 8 to 16 digits, the first not 0. It returns the first
// eight, the first in the lowest byte.
func StartOfE164(text []byte) (first uint64, ok bool) {
	n := len(text)
	if n < 9 || n > 17 || text[0] != '+' || text[1] == '0' {
		return 0, false
	}
	first = binary.LittleEndian.Uint64(text[1:])
	return first, AreDigits(first, binary.LittleEndian.Uint64(text[n-8:])) // which may overlap
}

// IsBare reports whether text is 8 to 15 digits, the first not 0.
func IsBare(text []byte) bool {
	n := len(text)
	return n >= 8 && n <= maxE164 && text[0] != '0' &&
		AreDigits(binary.LittleEndian.Uint64(text), binary.LittleEndian.Uint64(text[n-8:]))
}

// AreDigits reports whether all bytes of both words are digits: 0x30 to 0x39, which stay 0x3. when
// 6 is added.
func AreDigits(a, b uint64) bool {
	const high, threes, sixes = 0xF0F0F0F0F0F0F0F0, 0x3030303030303030, 0x0606060606060606
	return (a&high^threes)|((a+sixes)&high^threes)|(b&high^threes)|((b+sixes)&high^threes) == 0
}
