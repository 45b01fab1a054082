package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/benchmarks/internal/process"
	"github.com/listgate/listgate/benchmarks/library"
)

func resultOf(c contestant, milliseconds ...int) result {
	r := result{contestant: c}
	for _, n := range milliseconds {
		r.usages = append(r.usages, process.Usage{Wall: time.Duration(n) * time.Millisecond, CPU: time.Second,
			PeakBytes: int64(n) << 20})
	}
	return r
}

// someFindings are of a listgate that reaches all figures but one.
func someFindings() findings {
	s, d := subject{region: "IN"}, library.Denied{Regions: []string{"US", "CU"}, Prefixes: []string{"7978"}}
	const rows, sample = 5_000_000, 100_000
	all := bounds(tools{ripgrep: true}, d, "list.csv", rows)
	f := findings{options: options{rows: rows, peerRows: sample, rounds: 3, shape: "mixed", seed: 1}, listRows: rows,
		subject: s, list: "list.csv",
		tools: tools{missing: []string{pythonLoop}},
		answers: []compared{{goLoop,
			agreement{rows: sample, ours: 90_000, peers: 89_990, explained: map[string]int{"a reason": 10}}}},
		results: []result{resultOf(s.filter("list.csv", rows), 300, 310, 290),
			resultOf(s.decide("list.csv", rows), 150, 150, 150),
			resultOf(all[0], 200, 200, 200), resultOf(all[3], 30, 10, 20), resultOf(all[4], 800, 900, 700),
			resultOf(loops(tools{}, d, "sample.csv", sample, "IN")[0], 1500, 1500, 1500)},
		starts: []start{{"a short list", "listgate filter -", 3, 10 * time.Millisecond}},
		byRows: []result{resultOf(s.decide("a.csv", 10_000), 5), resultOf(s.filter("a.csv", 10_000), 6),
			resultOf(s.decide("b.csv", 100_000), 9), resultOf(s.filter("b.csv", 100_000), 10)}}
	return f
}

func TestFigures(t *testing.T) {
	reached := map[string]bool{}
	for _, g := range someFindings().figures() {
		reached[g.what] = g.reached
	}
	require.Equal(t, map[string]bool{
		filterNothing + ", rows a second":                                         true,
		filterNothing + " against " + countLines:                                  false, // 7.5 times
		filterToFile + " against " + copyAndSync:                                  true,
		filterToFile + " against " + ripgrep:                                      true,
		"the loop over the phone library against " + filterToFile + ", for a row": true, // 250 times
		"start to first output, a short list":                                     true,
		"peak memory at 100 000 rows":                                             true,
	}, reached)
}

func TestRatioIsOfMediansWithinRounds(t *testing.T) {
	a, b := resultOf(contestant{rows: 10}, 100, 400, 900), resultOf(contestant{rows: 20}, 100, 200, 300)
	require.InDelta(t, 4, ratio(a, b), 1e-9) // 2, 4, 6
	require.Zero(t, ratio(result{}, result{}))
}

func TestReport(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, writeReport(&b, someFindings()))
	text := b.String()
	for _, part := range []string{
		"-rows 5000000 -peer-rows 100000", "not measured: " + pythonLoop, "| 7.5 × | at most 6 × | **no** |",
		"a reason: 10 (" + goLoop + ")",
		"./listgate filter -c general --default-region IN --quiet -o kept.csv list.csv\n",
		`rg --no-config -v ',\+(1|53|7978)' list.csv >rg.csv`,
		"wc -l list.csv\n",
		"| listgate filter -o kept.csv | kept and dropped rows, decided and written | 5 000 000 | 0.300 | 0.290–0.310 |",
	} {
		require.Contains(t, text, part)
	}
}

func TestPlots(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, writePlots(folder, someFindings()))
	for _, name := range []string{"rows-per-second.svg", "scaling.svg", "memory.svg"} {
		text, err := os.ReadFile(filepath.Join(folder, name))
		require.NoError(t, err)
		require.Contains(t, string(text), "<svg")
	}
}

func TestPlain(t *testing.T) {
	require.Equal(t, `sh -c 'cp "$1"' sh '' 'it'\''s' <in >out`,
		plain(process.Command{Args: []string{"sh", "-c", `cp "$1"`, "sh", "", "it's"}, Stdin: "in", Stdout: "out"}))
}

func TestCount(t *testing.T) {
	require.Equal(t, "0 999 1 000 12 345 678", count(0)+" "+count(999)+" "+count(1000)+" "+count(12345678))
}

func TestJobCounts(t *testing.T) {
	require.Equal(t, []int{1}, jobCounts(1))
	require.Equal(t, []int{1, 2}, jobCounts(2))
	require.Equal(t, []int{1, 2, 4, 6}, jobCounts(6))
}
