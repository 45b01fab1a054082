package folderstore_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/folderstore"
	"github.com/listgate/listgate/internal/redact"
)

// yearEvents is how many events the simulated year has: go test ./gate/folderstore -bench Year
// -benchtime 1x -gate.events 10000000
var yearEvents = flag.Int("gate.events", 50_000, "events of the simulated year")

// A year is the traffic of an account in trouble: storms of refused sends while it is locked, a
// payment problem that is told all the time, countries that may not be messaged, restrictions,
// health statuses, documents that are not understood, and a person who clears.
type year struct {
	random *rand.Rand
	now    time.Time
	step   time.Duration
	n      int
	locked int // events until the lock is cleared
}

var regions = []string{"IN", "BR", "ID", "AG|US", "DE", "MX", "ZA", "NG", "PK", "EG", "FR", "ES"}

func (y *year) next() gate.Event {
	y.n++
	y.now = y.now.Add(y.step)
	e := gate.Event{
		Type: gate.EventWarning, WABA: waba, Time: y.now.Truncate(time.Second), Received: y.now, Source: "status",
		Code: 131042,
		Ref:  redact.Hash("message", fmt.Sprint(y.n)),
	}
	kind := y.random.IntN(1000)
	switch {
	case y.locked > 0 && kind < 900:
		y.locked--
		e.Type, e.Cause, e.Code = gate.EventSighting, gate.CauseAccountLock, 131031
	case y.locked > 0 && kind < 950:
		e.Type, e.Name, e.Code, e.Source = gate.EventBlocked, "WABA", 0, "health"
	case kind < 100:
		e.Type, e.Code, e.Region = gate.EventRefusal, 130497, regions[y.random.IntN(len(regions))]
		e.Recipient, e.Message = fmt.Sprintf(
			"%04x",
			y.random.IntN(1<<16),
		), []string{"", "marketing", "utility"}[y.random.IntN(3)]
	case kind < 110:
		e.Name, e.Code = []string{"FLAGGED", "ACCOUNT_VIOLATION-SCAM", "DOWNGRADE"}[y.random.IntN(3)], 0
	case kind < 115:
		e.Type, e.Code, e.Name, e.Fields = gate.EventUnread, 0, "", []string{"entry", "object"}
		e.SHA256, e.Size = redact.Hash("", fmt.Sprint(y.n))[1:], 512
	case kind == 115 && y.random.IntN(200) == 0:
		e.Type, e.Code, e.Cause, e.Restriction = gate.EventSighting, 0, gate.CauseRestriction,
			gate.RestrictionBusinessInitiated
		e.Until = y.now.Add(72 * time.Hour)
	}
	return e
}

func (y *year) stamp() time.Time { return y.now }

// BenchmarkYear plays a year's traffic through a gate. It reports what an event costs, with the
// writes that a real clock would make, how large the account is then in memory and in the folder,
// and how long a process takes that asks for its status.
func BenchmarkYear(b *testing.B) {
	for b.Loop() {
		dir := b.TempDir()
		y := &year{random: rand.New(rand.NewPCG(31, 32)), now: time.Date(2025, 12, 1, 0, 0, 0, 0, time.UTC)}
		y.step = 365 * 24 * time.Hour / time.Duration(*yearEvents)
		g := gate.New(folderstore.New(dir), gate.Options{Now: y.stamp})
		a, err := g.Account(b.Context(), waba)
		require.NoError(b, err)
		before := heap()
		began := time.Now()
		play(b, y, g, a)
		took := time.Since(began)
		memory := heap() - before
		require.NoError(b, g.Close())
		file, err := os.Stat(journal(dir))
		require.NoError(b, err)

		var asked []time.Duration
		for range 5 {
			began := time.Now()
			s := state(b, dir)
			asked = append(asked, time.Since(began))
			require.Empty(b, s.Trouble)
			require.Positive(b, s.Events)
		}
		slices.Sort(asked)
		b.ReportMetric(float64(took.Nanoseconds())/float64(*yearEvents), "ns/event")
		b.ReportMetric(float64(memory), "B/account")
		b.ReportMetric(float64(file.Size()), "B/journal")
		b.ReportMetric(float64(asked[2].Microseconds()), "µs/status")
		b.ReportMetric(0, "ns/op")
		runtime.KeepAlive(a)
	}
}

// play applies a year of events. Repeats are written as often as a real clock would have them.
func play(b *testing.B, y *year, g *gate.Gate, a *gate.Account) {
	written, pace := y.now, time.Second
	for y.n < *yearEvents {
		if y.n%(*yearEvents/26) == 0 { // every other week a lock, for two days
			y.locked = *yearEvents / 180
		}
		require.NoError(b, g.Learn(b.Context(), y.next()))
		if y.now.Sub(written) >= pace {
			require.NoError(b, g.Flush(b.Context()))
			written, pace = y.now, min(2*pace, 30*time.Second)
		}
		if y.locked == 1 {
			y.locked = 0
			_, _, err := a.Clear(b.Context(), nil, gate.Operator{By: "a@b", Reason: "appeal granted"})
			require.NoError(b, err)
			require.NoError(b, a.Lift(b.Context(), "IN", gate.Operator{By: "a@b", Reason: "corrected by Meta"}))
		}
	}
}

func heap() int {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}
