package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/rules"
)

func alcohol(t testing.TB) func() *filter.Filter {
	set, err := rules.Load(rules.Options{Categories: []string{"alcohol"}})
	require.NoError(t, err)
	f, err := filter.New(set.Compile(rules.Marketing, time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), rules.Medium),
		filter.Options{})
	require.NoError(t, err)
	return func() *filter.Filter { return f }
}

// TestDecideAnswersEachLine holds it to Decide, however the input comes in.
func TestDecideAnswersEachLine(t *testing.T) {
	current := alcohol(t)
	random := rand.New(rand.NewPCG(1, 2))
	var in, want strings.Builder
	for range 3000 {
		line := fmt.Sprintf("+%d", random.Int64N(1e13))
		if random.IntN(10) == 0 {
			line = strings.Repeat("x", random.IntN(200))
		}
		in.WriteString(line + []string{"\n", "\r\n"}[random.IntN(2)])
		d := current().DecideString(line)
		fmt.Fprintf(&want, "%v\t%v\t%v\t%v\n", d.Kept(), d.Reason, d.Regions, d.Rule)
	}
	for name, reader := range map[string]io.Reader{
		"whole":            strings.NewReader(in.String()),
		"byte by byte":     iotest.OneByteReader(strings.NewReader(in.String())),
		"no last new line": strings.NewReader(strings.TrimRight(in.String(), "\r\n")),
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			s := lineDecider{filter: current, out: &out}
			require.NoError(t, s.run(reader))
			require.Equal(t, want.String(), out.String())
		})
	}
}

// TestDecideAnswersAtOnce asks one line at a time: the answer to each comes before the next is
// asked.
func TestDecideAnswersAtOnce(t *testing.T) {
	in, ask := io.Pipe()
	answers, out := io.Pipe()
	s := lineDecider{filter: alcohol(t), out: out, chunked: true}
	go func() { out.CloseWithError(s.run(in)) }()
	lines := bufio.NewScanner(answers)
	for range 100 {
		fmt.Fprint(ask, "1\n+525512345678\n")
		require.True(t, lines.Scan())
		require.Equal(t, "true\tallowed\tMX\talcohol-allowed", lines.Text())
	}
	ask.Close()
	require.False(t, lines.Scan())
	require.NoError(t, lines.Err())
}

// TestDecidePassesOverLongLines answers a line that is too long, once, and those around it.
func TestDecidePassesOverLongLines(t *testing.T) {
	for _, field := range []string{"", "phone"} {
		var out bytes.Buffer
		s := lineDecider{filter: alcohol(t), out: &out, field: field}
		require.NoError(t,
			s.run(strings.NewReader("1\n"+strings.Repeat("9", 5<<20)+"\n2\n"+strings.Repeat("9", 5<<20))))
		require.Equal(t, 4, strings.Count(out.String(), "\n"))
		require.Less(t, out.Len(), 1000)
	}
}

// FuzzDecideObjects looks for lines whose answer is not one line of JSON with one decision.
func FuzzDecideObjects(f *testing.F) {
	current := alcohol(f)
	f.Add([]byte(`{"phone":"+525512345678"}`))
	f.Add([]byte(`{"a":{"phone":1},"listgate":[], "phone" : null }`))
	f.Add([]byte(`{"phone":"\ud800"`))
	f.Add([]byte(`0"listgate`))
	f.Fuzz(func(t *testing.T, line []byte) {
		if bytes.ContainsAny(line, "\r\n") {
			t.Skip()
		}
		answer := appendObject(nil, current(), line, "phone")
		require.NotContains(t, string(answer), "\n")
		again, _, ok := readObject(answer, "none")
		require.True(t, ok, "%s", answer)
		var others map[string]any
		require.NoError(t, json.Unmarshal(append(again, '}'), &others), "%s", answer)
		require.NotContains(t, others, "listgate")
		var all struct{ Listgate map[string]any }
		require.NoError(t, json.Unmarshal(answer, &all), "%s", answer)
		require.Contains(t, all.Listgate, "reason")
	})
}

// BenchmarkDecideLines decides lines of E.164 numbers, as a data engine sends them.
func BenchmarkDecideLines(b *testing.B) {
	current := alcohol(b)
	var in bytes.Buffer
	for i := range 100_000 {
		fmt.Fprintf(&in, "+9198%08d\n", i*7919%100_000_000)
	}
	for b.Loop() {
		s := lineDecider{filter: current, out: io.Discard}
		require.NoError(b, s.run(bytes.NewReader(in.Bytes())))
	}
	b.ReportMetric(float64(b.N)*100_000/b.Elapsed().Seconds(), "lines/s")
}
