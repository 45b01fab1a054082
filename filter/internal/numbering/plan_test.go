package numbering

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPlan checks that table.go and plan.bin belong together, and that no row leads out of the
// table.
func TestPlan(t *testing.T) {
	require.Len(t, plan, planSize)
	require.Equal(t, planSize, 2*words+8*leaves)
	rows := uint32(openings / rowPlaces)
	for i := range uint32(letters) {
		if cell(i) >= rows { // require is slow, and there are half a million
			t.Fatalf("cell %d leads to row %d of %d", i, cell(i), rows)
		}
	}
	for leaf := range uint32(leaves) {
		require.Equal(t, leaf, next(leaf, '7'))
		n := word(leaf)
		require.Less(t, int(n.Set()), Sets)
		require.Less(t, int(n.word>>rewriteShift&0xff), len(rewrites))
		require.False(t, n.Legacy() && (n.Valid() || !n.Possible()))
		require.False(t, n.Possible() && (n.Short() || n.Long()))
		require.Less(t, n.Type(), Type(len(typeNames)))
	}
}

// TestSets checks that regions are sorted, and that a region's own set exists for all that can be
// dialled from.
func TestSets(t *testing.T) {
	require.Empty(t, SetID(0).Regions())
	single := 0
	for id := range SetID(Sets) {
		regions := id.Regions()
		for i := 1; i < len(regions); i++ {
			require.Less(t, string(regions[i-1][:]), string(regions[i][:]))
		}
		if len(regions) == 1 {
			single++
			require.NotZero(t, regionPlace(regions[0]))
		}
	}
	require.Greater(t, single, 240)
}

// TestOrigin walks every number through both halves of the table side by side: Origin answers what
// International does, of all that it answers.
func TestOrigin(t *testing.T) {
	type rows struct{ international, origin uint32 }
	seen := map[rows]bool{}
	compared := 0
	var walk func(r rows, left uint32)
	walk = func(r rows, left uint32) {
		if seen[r] {
			return
		}
		seen[r] = true
		if r.international < leaves || left == 0 {
			n, o := word(r.international), word(r.origin)
			require.Equal(t, [...]any{n.CallingCode(), n.Set(), n.Possible(), n.Short()},
				[...]any{o.CallingCode(), o.Set(), o.Possible(), o.Short()})
			compared++
			return
		}
		for digit := byte('0'); digit <= '9'; digit++ {
			walk(rows{next(r.international, digit), next(r.origin, digit)}, left-1)
		}
	}
	for length := uint32(3); length <= maxDigits; length++ {
		for first := range uint32(1000) {
			walk(rows{cell(openings + length*1000 + first), cell(origins + length*1000 + first)}, length-3)
		}
	}
	require.Greater(t, compared, 2000)
	rng := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		digits := make([]byte, MinOrigin+rng.IntN(MaxOrigin-MinOrigin+1))
		for i := range digits {
			digits[i] = byte('0' + rng.IntN(10))
		}
		n, o := International(digits), Origin(binary.LittleEndian.Uint64(digits), digits).Number()
		if n.CallingCode() != o.CallingCode() || n.Set() != o.Set() || n.Possible() != o.Possible() ||
			n.Short() != o.Short() {
			t.Fatalf("%s: International and Origin do not agree", digits)
		}
	}
}
