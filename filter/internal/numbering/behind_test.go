package numbering

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every possible number is of one of the sets behind each of its beginnings, and each set there has
// such a number.
func TestBehind(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		digits := strconv.FormatUint(1e14+random.Uint64N(9e14), 10)[:3+random.IntN(13)]
		n := International(digits)
		for length := 1; length <= len(digits); length++ {
			sets := Behind(digits[:length])
			require.True(t, slices.IsSorted(sets))
			if n.Possible() && n.Set() != 0 {
				require.Contains(t, sets, n.Set(), digits)
			}
		}
	}
	for prefix, want := range map[string]int{"800": 0, "999": 0, "91": 1, "1787": 1, "1234567890123456": 0} {
		require.Len(t, Behind(prefix), want, prefix)
	}
}
