package numbering

import "iter"

// An Access is a way to a row of the table: digits that lead there in numbers with left digits
// more, behind "+" or (Region not zero) as dialled in a region.
type Access struct {
	Region [2]byte
	Digits string
	Left   int
}

// Rows yields one of the shortest accesses to every row that is no leaf, once for each number of
// digits that can follow. It is for the tests and the command verify, which try every transition.
func Rows() iter.Seq[Access] {
	return func(yield func(Access) bool) {
		seen := map[[2]uint32]bool{}
		for queue := roots(); len(queue) > 0; queue = queue[1:] {
			r := queue[0]
			id := [2]uint32{r.row, uint32(r.Left)}
			if r.row < leaves || seen[id] {
				continue
			}
			seen[id] = true
			if !yield(r.Access) {
				return
			}
			for digit := byte('0'); digit <= '9'; digit++ {
				queue = append(queue,
					reached{next(r.row, digit), Access{r.Region, r.Digits + string(digit), r.Left - 1}})
			}
		}
	}
}

// reached is a row and the way there.
type reached struct {
	row uint32
	Access
}

func roots() []reached {
	var all []reached
	for length := uint32(3); length <= maxDigits; length++ {
		for first := range uint32(1000) {
			digits := string([]byte{'0' + byte(first/100), '0' + byte(first/10%10), '0' + byte(first%10)})
			all = append(all,
				reached{cell(openings + length*1000 + first), Access{Digits: digits, Left: int(length) - 3}})
		}
	}
	for _, set := range sets {
		if len(set) != 1 {
			continue
		}
		for length := uint32(2); length <= maxDigits; length++ {
			all = append(all, reached{start(set[0], length), Access{Region: set[0], Left: int(length)}})
		}
	}
	return all
}
