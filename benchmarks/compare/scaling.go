package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strconv"
)

const (
	// scaleRuns is how often each size and each number of jobs is run.
	scaleRuns = 3
	// keptRows is the most rows of a list that stays in the workspace. A longer one takes
	// gigabytes, and minutes to write: it runs once.
	keptRows = 10_000_000
)

// scaleRows runs listgate on lists of 10^4 rows, 10^5 and so on.
func scaleRows(w *workspace, s subject, maxRows int, log io.Writer) ([]result, error) {
	var all []result
	for rows := 10_000; rows <= maxRows; rows *= 10 {
		name, err := w.list(rows)
		if err != nil {
			return nil, err
		}
		runs := scaleRuns
		if rows > keptRows {
			defer os.Remove(w.path(name))
			runs = 1
		}
		results, err := race(w, []contestant{s.decide(name, rows), s.filter(name, rows)}, runs, log)
		if err != nil {
			return nil, err
		}
		all = append(all, results...)
	}
	return all, nil
}

// scaleJobs runs listgate with 1, 2, 4, … jobs and as many as there are cores, on one list.
func scaleJobs(w *workspace, s subject, list string, rows int, log io.Writer) ([]result, error) {
	if !s.hasJobs {
		fmt.Fprintln(log, "listgate has no --jobs: scaling over cores is left out")
		return nil, nil
	}
	var contestants []contestant
	for _, jobs := range jobCounts(runtime.NumCPU()) {
		for _, c := range []contestant{s.decide(list, rows, "--jobs", strconv.Itoa(jobs)),
			s.filter(list, rows, "--jobs", strconv.Itoa(jobs))} {
			c.name += fmt.Sprintf(", --jobs %d", jobs)
			contestants = append(contestants, c)
		}
	}
	return race(w, contestants, scaleRuns, log)
}

func jobCounts(cores int) []int {
	var counts []int
	for n := 1; n < cores; n *= 2 {
		counts = append(counts, n)
	}
	return slices.Compact(append(counts, cores))
}
