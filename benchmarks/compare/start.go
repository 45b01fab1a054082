package main

import (
	"os"
	"strings"
	"time"

	"github.com/listgate/listgate/benchmarks/internal/process"
)

// A start is how long a command takes to its first byte of output.
type start struct {
	name, command string
	runs          int
	time          time.Duration // median
}

const fewRows = "few.csv"

// measureStart measures the time to the first output, for a list of a few rows on standard input
// and for a long one.
func measureStart(w *workspace, s subject, list string) ([]start, error) {
	few := "name,phone\n" + strings.Repeat("Ana,+5511987654321\n", 10)
	if err := os.WriteFile(w.path(fewRows), []byte(few), 0o666); err != nil {
		return nil, err
	}
	short, long := s.command("filter", "-"), s.command("filter", "-o", "-", list)
	short.Stdin = fewRows
	starts := []start{
		{name: "10 rows on standard input", command: plain(short), runs: 41},
		{name: "the whole list, -o -", command: plain(long), runs: 11},
	}
	var err error
	for i, c := range []process.Command{short, long} {
		c.FirstByte = true
		if starts[i].time, err = w.firstByte(c, starts[i].runs); err != nil {
			return nil, err
		}
	}
	return starts, nil
}

func (w *workspace) firstByte(c process.Command, runs int) (time.Duration, error) {
	var all []process.Usage
	for range runs {
		usage, err := w.run(contestant{name: "start", Command: c})
		if err != nil {
			return 0, err
		}
		all = append(all, usage)
	}
	return medianOf(all, func(u process.Usage) time.Duration { return u.FirstByte }), nil
}
