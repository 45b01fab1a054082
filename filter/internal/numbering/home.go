package numbering

import "sync"

// A Home is a region whose numbers are dialled often. It knows where the first three digits lead.
type Home struct {
	region [2]byte
	opened [maxOpened + 1][1000]uint16 // by how many digits there are, and the first three
}

const (
	minOpened = len("123")
	maxOpened = 15
)

// homes are the *Home of each region that was asked for: thousands of filters, one for each
// account, share a few.
var homes sync.Map

// HomeOf returns the home of a region: one for all callers, of 32 KB. A region that the table does
// not have is one where all digits are Unread.
func HomeOf(region [2]byte) *Home {
	if h, ok := homes.Load(region); ok {
		return h.(*Home)
	}
	h := &Home{region: region}
	for length := minOpened; length <= maxOpened; length++ {
		for first := range h.opened[length] {
			row := start(region, uint32(length))
			for _, digit := range []byte{byte(first / 100), byte(first / 10 % 10), byte(first % 10)} {
				row = next(row, digit)
			}
			h.opened[length][first] = uint16(row)
		}
	}
	kept, _ := homes.LoadOrStore(region, h)
	return kept.(*Home)
}

// Dialled is [Dialled] in the region.
func (h *Home) Dialled(digits []byte) (Number, Kind) {
	if len(digits) < minOpened || len(digits) > maxOpened {
		return Dialled(h.region, digits)
	}
	first := uint32(digits[0]-'0')*100 + uint32(digits[1]-'0')*10 + uint32(digits[2]-'0')
	return readDialled(walk(uint32(h.opened[len(digits)][first%1000]), digits[minOpened:]), digits)
}
