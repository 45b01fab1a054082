package countryname

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A name as pasted means one region, however it is spaced, or none.
func FuzzRegion(f *testing.F) {
	for _, name := range []string{"India", "ind", "IN", "🇮🇳", "Korea, Republic of", "Côte d’Ivoire", "Congo", "भारत", "Türkiye", "  brasil ", "\u202aMéxico", ""} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		region, ok := Region(name)
		if !ok {
			return
		}
		require.Len(t, region.String(), 2)
		spaced, ok := Region("\t " + name + "\u00a0\n")
		require.True(t, ok, "%q", name)
		require.Equal(t, region, spaced, "%q", name)
		code, ok := Region(strings.ToLower(region.String()))
		require.True(t, ok)
		require.Equal(t, region, code)
	})
}
