// Command verify compares package numbering with the phone library, exhaustively: it takes some
// minutes. It prints what it covers and how far it is, and exits with 1 if there is any difference
// that differences.txt does not list.
//
//	go run ./filter/internal/numbering/verify
package main

import (
	"fmt"
	"io"
	"iter"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/listgate/listgate/filter/internal/numbering"
	"github.com/listgate/listgate/filter/internal/numbering/oracle"
)

func main() { os.Exit(run(os.Stdout)) }

func run(out io.Writer) int {
	d, err := oracle.Read()
	if err != nil {
		fmt.Fprintln(out, "verify:", err)
		return 1
	}
	fmt.Fprintf(out, "numbering plan %s against the library, %d workers\n", numbering.Version, runtime.GOMAXPROCS(0))
	begin := time.Now()
	var all tally
	for _, p := range parts() {
		one := verify(d, p.samples, out)
		fmt.Fprintf(out, "%10d compared, %d differ, %10d possible, %10d valid, %6.1f s  %s\n",
			one.compared.Load(), one.differ.Load(), one.possible.Load(), one.valid.Load(), one.took.Seconds(), p.what)
		all.compared.Add(one.compared.Load())
		all.differ.Add(one.differ.Load())
	}
	fmt.Fprintf(out, "%10d compared, %d differ, %.0f s\n", all.compared.Load(), all.differ.Load(),
		time.Since(begin).Seconds())
	if all.differ.Load() > 0 {
		return 1
	}
	return 0
}

type part struct {
	what    string
	samples iter.Seq[oracle.Sample]
}

func parts() []part {
	return []part{
		{"examples: every type of every region, in every form", oracle.Examples()},
		{"patterns: 10 numbers for each pattern of each region, and 10 with one digit changed, in every form",
			oracle.Patterns(10)},
		{"transitions: every row of the table, every two digits, every length", oracle.Transitions(2)},
		{"short: every string of up to 6 digits behind +", oracle.Short()},
		{"national: every 3 digits at every length from 3 to 20, in every region", oracle.National(3)},
		{"around: every 6 digits behind + at every possible length, one longer and one shorter",
			oracle.Prefixes(6, true)},
		{"prefixes: every 7 digits behind + at every possible length", oracle.Prefixes(7, false)},
	}
}

// A tally counts. Its took is set when all is done.
type tally struct {
	compared, differ, possible, valid atomic.Int64
	took                              time.Duration
}

const maxShown = 20 // differences of one part

// batch is how many samples a worker takes at a time: one comparison takes about 10 µs.
const batch = 1000

func verify(d *oracle.Differences, samples iter.Seq[oracle.Sample], out io.Writer) *tally {
	t := &tally{}
	begin := time.Now()
	work := make(chan []oracle.Sample, runtime.GOMAXPROCS(0))
	var workers sync.WaitGroup
	var printing sync.Mutex
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for samples := range work {
				for _, s := range samples {
					if difference := t.compare(d, s); difference != "" && t.differ.Add(1) <= maxShown {
						printing.Lock()
						fmt.Fprintln(out, difference)
						printing.Unlock()
					}
				}
			}
		})
	}
	feed(samples, work, t, out)
	workers.Wait()
	t.took = time.Since(begin)
	return t
}

// feed hands out the samples, and says every 20 seconds how far it is.
func feed(samples iter.Seq[oracle.Sample], work chan<- []oracle.Sample, t *tally, out io.Writer) {
	defer close(work)
	said := time.Now()
	var now []oracle.Sample
	for s := range samples {
		if now = append(now, s); len(now) < batch {
			continue
		}
		work <- now
		now = nil
		if time.Since(said) > 20*time.Second {
			said = time.Now()
			fmt.Fprintf(out, "  … %d compared\n", t.compared.Load())
		}
	}
	work <- now
}

func (t *tally) compare(d *oracle.Differences, s oracle.Sample) string {
	difference, n := d.Check(s)
	t.compared.Add(1)
	if n.Possible() {
		t.possible.Add(1)
	}
	if n.Valid() {
		t.valid.Add(1)
	}
	return difference
}
