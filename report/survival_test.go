package report_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/internal/survival"
	"github.com/listgate/listgate/report"
)

// A report that is cut, changed, or made to cost more than it is worth is refused, and costs
// little.
func TestSurvivalReports(t *testing.T) {
	whole := newRun(t, testTime).report
	tries := 0
	refuse := func(text []byte) {
		t.Helper()
		tries++
		_, err := report.Read(bytes.NewReader(text))
		var failure *report.CheckError
		require.True(t, errors.As(err, &failure), "%.200q: %v", text, err)
	}
	step := 97
	if survival.Long() {
		step = 1
	}
	for end := 0; end < len(whole); end += step {
		if rest := bytes.TrimSpace(whole[end:]); len(rest) > 0 {
			refuse(whole[:end])
		}
	}
	rng := rand.New(rand.NewPCG(70, 0))
	for range 200_000 / step / step {
		changed := bytes.Clone(whole)
		at := rng.IntN(len(changed))
		changed[at] ^= byte(1 + rng.IntN(255))
		refuse(changed)
	}
	most := 0
	size := 1 << 20
	if survival.Long() {
		size = 32 << 20
	}
	for _, flood := range []string{"{", "[", "{}", "[]", `{"a":`, `{"listgate":`, "0", "\"", "\\", "\x00", " ",
		"{\"a\":1},", "\xff", `"\u0041",`} {
		for _, begin := range []string{"", `{"listgate":"1","rules":{"files":[`, `{"reasons":{`, `{"regions":[`} {
			text := []byte(begin + strings.Repeat(flood, size/len(flood)))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			refuse(text)
			runtime.ReadMemStats(&after)
			most = max(most, int(after.TotalAlloc-before.TotalAlloc)>>20)
		}
	}
	require.Less(t, most, 512) // of all that was ever taken, not at one time
	survival.Held(t, "reports", tries, fmt.Sprintf("%d MiB of floods each", size>>20))
}
