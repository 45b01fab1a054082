package natsstore_test

import (
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/natsstore"
	"github.com/listgate/listgate/internal/natstest"
)

// 3,000 accounts in a process are one connection and one subscription, and their memory is that of
// their events.
func TestManyAccounts(t *testing.T) {
	server := natstest.Start(t)
	const events = 5
	accounts := 3000
	if testing.Short() {
		accounts = 300
	}
	id := func(n int) string { return fmt.Sprint(900000000000000 + n) }
	writer := open(t, natsstore.Options{URL: server.URL()})
	for n := range accounts / 10 { // most have no events
		for i := range events {
			e := lock(id(n*10), i)
			require.NoError(t, writer.Append(t.Context(), e.WABA, []gate.Event{e}))
		}
	}
	connections, subscriptions := server.Connections(), server.Subscriptions()
	before := heap()
	began := time.Now()
	g := gate.New(open(t, natsstore.Options{URL: server.URL()}), gate.Options{})
	defer g.Close()
	var all []*gate.Account
	for n := range accounts {
		a, err := g.Account(t.Context(), id(n))
		require.NoError(t, err)
		require.Equal(t, n%10 == 0, a.Check(gate.MessageCampaign) != nil, n)
		all = append(all, a)
	}
	t.Logf(
		"%d accounts: followed in %s, %d bytes each",
		accounts,
		time.Since(began).Round(time.Millisecond),
		(heap()-before)/accounts,
	)
	require.Less(t, (heap()-before)/accounts, 8<<10)
	require.Equal(t, connections+1, server.Connections())
	require.LessOrEqual(t, server.Subscriptions(), subscriptions+3) // stored events, and the client's own for answers
	last := all[accounts-1]
	require.NoError(t, writer.Append(t.Context(), last.WABA(), []gate.Event{lock(last.WABA(), 1)}))
	await(t, last, "what is written to one of them", is(gate.StatusHalted))
	runtime.KeepAlive(all)
}

func heap() int {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// BenchmarkPropagation measures how long it takes from the beginning of Append in one process until
// Check halts in another, and until Append returns.
func BenchmarkPropagation(b *testing.B) {
	for name, start := range map[string]func() string{
		"one server":  func() string { return natstest.Start(b).URL() },
		"three of R3": func() string { return natstest.StartCluster(b).URL() },
	} {
		b.Run(name, func(b *testing.B) {
			url := start()
			one, two := open(b, natsstore.Options{URL: url}), open(b, natsstore.Options{URL: url})
			came := make(chan struct{}, 1)
			two.Follow(b.Context(), waba, func(d gate.Delivery) {
				if len(d.Events) > 0 {
					came <- struct{}{}
				}
			})
			var took []time.Duration
			for n := 0; b.Loop(); n++ {
				began := time.Now()
				require.NoError(b, one.Append(b.Context(), waba, []gate.Event{lock(waba, n)}))
				<-came
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "µs/median")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "µs/p99")
			b.ReportMetric(float64(took[len(took)-1].Microseconds()), "µs/max")
		})
	}
}
