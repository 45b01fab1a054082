package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/listgate/listgate/benchmarks/internal/process"
)

// A result is what the runs of a contestant cost, by round.
type result struct {
	contestant
	usages []process.Usage
}

// race runs all contestants in turn, so that a machine that gets slower does so for all of them.
func race(w *workspace, contestants []contestant, rounds int, log io.Writer) ([]result, error) {
	results := make([]result, len(contestants))
	for round := range rounds {
		for i, c := range contestants {
			usage, err := w.run(c)
			if err != nil {
				return nil, err
			}
			results[i].contestant = c
			results[i].usages = append(results[i].usages, usage)
			fmt.Fprintf(log, "round %d: %-50s %8.3f s\n", round+1, c.name, usage.Wall.Seconds())
		}
	}
	for _, c := range contestants {
		if err := w.remove(c.outputs); err != nil {
			return nil, err
		}
	}
	return results, nil
}

func wallOf(u process.Usage) time.Duration { return u.Wall }
func cpuOf(u process.Usage) time.Duration  { return u.CPU }

func (r result) wall() time.Duration { return medianOf(r.usages, wallOf) }
func (r result) cpu() time.Duration  { return medianOf(r.usages, cpuOf) }

func (r result) peakBytes() int64 { return peakOf(r.usages) }

func (r result) rowsPerSecond() float64 { return float64(r.rows) / r.wall().Seconds() }

// ratio returns how many times as long as b a takes for a row: the median of the ratios within each
// round.
func ratio(a, b result) float64 {
	var ratios []float64
	for i := range min(len(a.usages), len(b.usages)) {
		perRow := func(r result) float64 { return r.usages[i].Wall.Seconds() / float64(r.rows) }
		ratios = append(ratios, perRow(a)/perRow(b))
	}
	return median(ratios)
}

func medianOf(usages []process.Usage, what func(process.Usage) time.Duration) time.Duration {
	var all []time.Duration
	for _, u := range usages {
		all = append(all, what(u))
	}
	return median(all)
}

func peakOf(usages []process.Usage) int64 {
	var peak int64
	for _, u := range usages {
		peak = max(peak, u.PeakBytes)
	}
	return peak
}

// median returns the middle value, the upper one of two, and zero of none.
func median[T cmp.Ordered](values []T) T {
	if len(values) == 0 {
		var zero T
		return zero
	}
	return slices.Sorted(slices.Values(values))[len(values)/2]
}

// find returns the result of a contestant.
func find(results []result, name string) (result, bool) {
	i := slices.IndexFunc(results, func(r result) bool { return r.name == name })
	if i < 0 {
		return result{}, false
	}
	return results[i], true
}

// sum returns the SHA-256 sum of a file.
func (w *workspace) sum(name string) (string, error) {
	file, err := os.Open(w.path(name))
	if err != nil {
		return "", err
	}
	defer file.Close()
	hash := sha256.New()
	_, err = io.Copy(hash, file)
	return hex.EncodeToString(hash.Sum(nil)), err
}
