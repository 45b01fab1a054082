package numbering

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestHome compares a region that was made ready with the table it was made from.
func TestHome(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	regions := [][2]byte{{'Z', 'Z'}, {'A', 'A'}}
	for _, set := range sets {
		if len(set) == 1 {
			regions = append(regions, set[0])
		}
	}
	require.Greater(t, len(regions), 240)
	read := map[Kind]int{}
	for _, region := range regions {
		home := HomeOf(region)
		require.Same(t, home, HomeOf(region))
		for range 1000 {
			digits := make([]byte, rng.IntN(maxDigits+3))
			for i := range digits {
				digits[i] = byte('0' + rng.IntN(10))
			}
			want, wantKind := Dialled(region, digits)
			n, kind := home.Dialled(digits)
			read[kind]++
			if n != want || kind != wantKind {
				t.Fatalf("%s in %s: %v and %v do not agree (%v, %v)", digits, region, n, want, kind, wantKind)
			}
		}
	}
	require.Len(t, read, len(kindNames))
}
