package redact

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What was masked holds no number, and masking it again changes nothing.
func FuzzMask(f *testing.F) {
	for _, text := range []string{
		"+919876543210", "91 98765 43210 and 2026-11-22", "2026-11-22 10:00:00 2026-11-22", "９１９８７６５４３２１０", "a1b2c3", "1,2,3,4,5,6,7",
		"2026-11-22-98765", "+2026-11-22", "12026-11-22", "987654321.2026-11-22", "98\u202a765\u200b4321",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		masked := Mask(text)
		require.False(t, MayHoldNumber(masked), "%q of %q", masked, text)
		require.Equal(t, masked, Mask(masked))
		require.NotContains(t, Quote(text), "9876543")
	})
}
