package numbering

import _ "embed"

// plan is the table; gen/table.go draws it. It is read where it lies: no work at start, and one
// copy for all processes.
//
//go:embed plan.bin
var plan string

// cell reads 2 bytes. The place is doubled in 64 bits so that the compiler sees that the second
// byte is the only one to check.
func cell(place uint32) uint32 {
	i := uint64(place) * 2
	return uint32(plan[i+1])<<8 | uint32(plan[i])
}

// next is the row that one digit leads to. The low half of an ASCII digit is its value.
func next(row uint32, digit byte) uint32 { return cell(row*rowPlaces + uint32(digit)%rowPlaces) }

// walk goes on from row to a leaf.
func walk[T []byte | string](row uint32, digits T) Number {
	for i := 0; row >= leaves && i < len(digits); i++ {
		row = next(row, digits[i])
	}
	return word(row)
}

// word is what stands at a leaf. It is zero for any other row: with digits only every walk ends in
// a leaf.
func word(leaf uint32) Number {
	if leaf >= leaves {
		return Number{}
	}
	b := plan[2*words+8*uint64(leaf):][:8]
	return Number{uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56}
}

// start is the row before the first of so many digits dialled in a region, 0 if there is no such
// region: the leaf that knows nothing.
func start(region [2]byte, length uint32) uint32 {
	return cell(starts + regionPlace(region)*(maxDigits+1) + length)
}

// regionPlace is a region's place among starts, 0 for none.
func regionPlace(region [2]byte) uint32 {
	a, b := uint32(region[0]-'A'), uint32(region[1]-'A')
	if a >= 26 || b >= 26 {
		return 0
	}
	return cell(letters + a*26 + b)
}
