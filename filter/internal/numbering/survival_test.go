package numbering_test

import (
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/filter/internal/numbering/oracle"
	"github.com/listgate/listgate/internal/survival"
)

// TestSurvivalLibrary compares far more than TestEqual: with -survival.long a tenth of what the
// command verify does.
func TestSurvivalLibrary(t *testing.T) {
	if !survival.Long() {
		t.Skip("TestEqual compares some of it")
	}
	d, err := oracle.Read()
	require.NoError(t, err)
	compared := 0
	for _, samples := range []iter.Seq[oracle.Sample]{
		oracle.Examples(), oracle.Patterns(1), oracle.Transitions(1), oracle.Short(), oracle.National(2),
		oracle.Prefixes(4, true), anything(200_000),
	} {
		i := 0
		for s := range samples {
			if i++; i%10 > 0 {
				continue
			}
			difference, _ := d.Check(s)
			require.Empty(t, difference)
			compared++
		}
	}
	survival.Held(t, "library", compared)
}
