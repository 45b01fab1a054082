package countryname

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestNamesOfThePage holds the short table, which the page has, to what Region makes of all
// languages.
func TestNamesOfThePage(t *testing.T) {
	text, err := os.ReadFile("names.txt")
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	require.GreaterOrEqual(t, len(lines), 11)
	for _, line := range lines {
		understood := 0
		for _, entry := range strings.Split(strings.TrimSuffix(line, "\t"), "\t") {
			region, ok := Region(entry[2:])
			if ok {
				require.Equal(t, entry[:2], region.String(), entry)
				understood++
			}
		}
		require.Greater(t, understood, 200, line[:20])
	}
}
