// Package benchmarks_test times one decision, beside the phone library:
//
//	go test -run '^$' -bench . -count 10 . >new.txt
//	go tool benchstat -col /by new.txt
package benchmarks_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/listgate/listgate/benchmarks/library"
	"github.com/listgate/listgate/benchmarks/list"
	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/rules"
)

// cells is how many cells of a shape a benchmark goes through, a power of two: about as many as a
// block of a list holds, and too many for the processor to learn which way each branch goes.
const cells = 1 << 14

var shapes = []list.Shape{
	list.E164, list.WaID, list.Formatted, list.NationalIN, list.NationalUS, list.Shared, list.Crimea,
	list.Dirty, list.Mixed,
}

func BenchmarkDecide(b *testing.B) {
	policy := newPolicy(b)
	for _, shape := range shapes {
		f, decider, texts := newFilter(b, policy, shape), library.New(shape.DefaultRegion(), library.DeniedBy(policy)),
			cellsOf(shape)
		run(b, shape, "listgate", texts, func(cell []byte) bool { return f.Decide(cell).Kept() })
		run(b, shape, "library", texts, func(cell []byte) bool { return decider.Keep(string(cell)) })
	}
}

func run(b *testing.B, shape list.Shape, by string, texts [][]byte, keep func(cell []byte) bool) {
	b.Run(fmt.Sprintf("shape=%s/by=%s", shape, by), func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			keep(texts[i%cells])
		}
	})
}

// cellsOf returns cells that lie one after the other, as in a list.
func cellsOf(shape list.Shape) [][]byte {
	g := list.New(shape, 1)
	all, buffer := make([][]byte, cells), make([]byte, 0, cells*64)
	for i := range all {
		start := len(buffer)
		buffer = g.AppendCell(buffer)
		all[i] = buffer[start:len(buffer):len(buffer)]
	}
	return all
}

func newPolicy(tb testing.TB) *rules.Policy {
	tb.Helper()
	set, err := rules.Load(rules.Options{Categories: []string{"general"}})
	if err != nil {
		tb.Fatal(err)
	}
	return set.Compile(rules.Marketing, time.Now(), rules.Medium)
}

func newFilter(tb testing.TB, policy *rules.Policy, shape list.Shape) *filter.Filter {
	tb.Helper()
	var options filter.Options
	var err error
	if name := shape.DefaultRegion(); name != "" {
		if options.DefaultRegion, err = rules.ParseRegion(name); err != nil {
			tb.Fatal(err)
		}
	}
	f, err := filter.New(policy, options)
	if err != nil {
		tb.Fatal(err)
	}
	return f
}
