package numbering

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPlan checks that table.go and plan.bin belong together, and that no row leads out of the table.
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

// TestSets checks that regions are sorted, and that a region's own set exists for all that can be dialled from.
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
