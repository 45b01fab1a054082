package workbook

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/internal/survival"
)

// Whatever bytes of a workbook are lost or others, it is refused, or has the rows that it had. A
// changed byte that stands in no check sum of the archive, in a name say, may be one that nobody
// reads.
func TestSurvivalWorkbooks(t *testing.T) {
	paths, err := filepath.Glob(lists + "*.xlsx")
	require.NoError(t, err)
	rng := rand.New(rand.NewPCG(89, 0))
	tries, refused := 0, 0
	for _, path := range paths {
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		want, err := readText(string(content), "")
		if err != nil {
			continue // one that is protected
		}
		times := 40
		if survival.Long() {
			times = 6000
		}
		for range times {
			changed := bytes.Clone(content)
			at := rng.IntN(len(changed))
			switch rng.IntN(4) {
			case 0:
				changed = changed[:at]
			case 1:
				changed[at] ^= byte(1 + rng.IntN(255))
			case 2: // a piece is gone
				changed = append(changed[:at], changed[min(len(changed), at+1+rng.IntN(600)):]...)
			case 3: // a piece is there twice
				piece := bytes.Clone(changed[at:min(len(changed), at+1+rng.IntN(600))])
				changed = append(changed[:at], append(piece, changed[at:]...)...)
			}
			got, err := readText(string(changed), "")
			requireCSV(t, got, err)
			if tries++; err != nil {
				refused++
			} else {
				require.Equal(t, want, got, "%s, changed at %d", path, at)
			}
		}
	}
	require.Greater(t, refused, tries/2)
	survival.Held(t, "workbooks", tries)
}
