// Package fleet_test sends through cloudapi.Transport as a fleet does, from several processes that
// share a NATS store, and counts the calls that reach the server after the account was locked.
//
//	go test ./gate/fleet -v -seeds 100
package fleet_test

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/cloudapi"
	"github.com/listgate/listgate/gate/natsstore"
	"github.com/listgate/listgate/internal/natstest"
)

var seeds = flag.Int("seeds", 6, "how many accounts are locked, each at another moment; every second one by webhook")

const (
	processes  = 4
	workers    = 4               // in each process
	staleAfter = 5 * time.Second // of the gates where the store is gone
)

func TestMain(m *testing.M) {
	if os.Getenv(processVariable) != "" {
		runProcess()
		return
	}
	flag.Parse()
	os.Exit(m.Run())
}

// A process is one of the fleet, as its parent sees it.
type process struct {
	send    *json.Encoder
	results *bufio.Reader
}

// startFleet starts the processes, each with a gate of its own on the store.
func startFleet(t *testing.T, store string, staleAfter time.Duration) []*process {
	t.Helper()
	var fleet []*process
	for range processes {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), processVariable+"="+store, staleVariable+"="+staleAfter.String())
		cmd.Stderr = os.Stderr
		in, err := cmd.StdinPipe()
		require.NoError(t, err)
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		t.Cleanup(func() {
			_ = in.Close()
			if t.Failed() { // it may send for ever
				_ = cmd.Process.Kill()
			}
			require.NoError(t, cmd.Wait())
		})
		fleet = append(fleet, &process{json.NewEncoder(in), bufio.NewReader(out)})
	}
	return fleet
}

// send tells all processes to send for an account.
func send(t *testing.T, fleet []*process, o order) {
	t.Helper()
	for i, p := range fleet {
		o.Process = i
		require.NoError(t, p.send.Encode(o))
	}
}

// await returns what became of it in each process.
func await(t *testing.T, fleet []*process) []outcome {
	t.Helper()
	outcomes := make([]outcome, len(fleet))
	for i, p := range fleet {
		line, err := p.results.ReadBytes('\n')
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(line, &outcomes[i]), "%s", line)
		require.Empty(t, outcomes[i].Trouble)
	}
	return outcomes
}

// Sixteen workers in four processes send as fast as they can while the account is locked at a
// random moment: told in an answer, or only in a webhook. Every one of them stops. After the first
// refusal was on its way, a process sends what fits into the time until it knows, and then no more
// than what was already past the gate.
func TestLockStopsTheFleet(t *testing.T) {
	n := *seeds
	if testing.Short() {
		n = 2
	}
	cluster := natstest.StartCluster(t)
	server := newGraph(t, newHandler(t, cluster.URL()))
	fleet := startFleet(t, cluster.URL(), time.Minute)
	var byAnswer, byWebhook report
	for seed := range n {
		random := rand.New(rand.NewPCG(uint64(seed), 131031))
		a := server.account(seed)
		a.lockAt, a.byWebhook = 1+random.IntN(800), seed%2 == 1
		r := &byAnswer
		if a.byWebhook {
			r = &byWebhook
		}
		send(t, fleet, a.order(server.URL))
		outcomes := await(t, fleet)

		arrivals := a.arrived()
		afterLock := 0
		for p, o := range outcomes {
			require.Equal(t, "deferred", o.Refusal, "seed %d, process %d", seed, p)
			late := 0
			for _, arrival := range arrivals {
				if arrival.process != p || !arrival.at.After(a.refused) {
					continue
				}
				afterLock++
				if arrival.at.After(o.RefusedAt) {
					late++
				}
			}
			require.Less(t, late, workers, "seed %d, process %d: sent after its gate was closed", seed, p)
			if o.SentAt.Before(a.refused) && !o.SentAt.IsZero() { // else it was not ready yet: nothing had to stop
				r.told = append(r.told, o.RefusedAt.Sub(a.refused).Seconds()*1000)
			}
		}
		r.calls = append(r.calls, float64(afterLock))
		require.Len(t, a.arrived(), len(arrivals), "seed %d: calls after all had stopped", seed)
	}
	t.Logf("%d accounts locked, %d processes with %d workers each", n, processes, workers)
	t.Logf("told in an answer: %s", &byAnswer)
	t.Logf("told by webhook: %s", &byWebhook)
}

// Without the store nobody sends for longer than StaleAfter; when it is back, each account is what
// it was.
func TestStoreGone(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for StaleAfter")
	}
	cluster := natstest.StartCluster(t)
	server := newGraph(t, newHandler(t, cluster.URL()))
	fleet := startFleet(t, cluster.URL(), staleAfter)
	locked, open := server.account(1), server.account(2)
	locked.lockAt, open.lockAt = 1, 1<<40
	send(t, fleet, locked.order(server.URL))
	await(t, fleet)

	send(t, fleet, open.order(server.URL))
	require.Eventually(t, func() bool { return len(open.arrived()) > 100 }, time.Minute, 10*time.Millisecond)
	for _, s := range cluster {
		s.Stop()
	}
	gone := time.Now()
	for p, o := range await(t, fleet) {
		require.Equal(t, "unknown", o.Refusal, "process %d", p)
		silent := o.RefusedAt.Sub(gone)
		t.Logf("process %d stopped %.1f s after the last server", p, silent.Seconds())
		require.Less(t, silent, staleAfter+10*time.Second, "process %d", p) // the machine may be slow
	}
	sent := len(open.arrived())

	for _, s := range cluster {
		s.Start()
	}
	cluster.Wait()
	open.lockAt = sent + 100
	for _, a := range []*account{locked, open} {
		o := a.order(server.URL)
		o.AwaitStore = true
		before := len(a.arrived())
		send(t, fleet, o)
		for p, outcome := range await(t, fleet) {
			require.Equal(t, "deferred", outcome.Refusal, "process %d", p)
		}
		if a == locked {
			require.Len(t, a.arrived(), before, "the lock is remembered")
		} else {
			require.GreaterOrEqual(t, len(a.arrived()), open.lockAt, "what was open is open again")
		}
	}
}

func newHandler(t *testing.T, store string) *cloudapi.Handler {
	t.Helper()
	s, err := natsstore.Open(natsstore.Options{URL: store})
	require.NoError(t, err)
	g := gate.New(s, gate.Options{})
	t.Cleanup(func() {
		require.NoError(t, g.Close())
		require.NoError(t, s.Close())
	})
	h, err := cloudapi.NewHandler(
		&cloudapi.Receiver{Gate: g},
		cloudapi.HandlerOptions{AppSecrets: []string{appSecret}, VerifyToken: "token"},
	)
	require.NoError(t, err)
	return h
}

// A report is what runs of one sort came to.
type report struct {
	told  []float64 // milliseconds from the first refusal until a process refuses by itself
	calls []float64 // that reached the server after the first refusal
}

func (r *report) String() string {
	return fmt.Sprintf(
		"after the first refusal a process refuses by itself within %s ms; calls that still reached the server: %s",
		spread(r.told),
		spread(r.calls),
	)
}

func spread(figures []float64) string {
	if len(figures) == 0 {
		return "none"
	}
	slices.Sort(figures)
	return fmt.Sprintf(
		"%.1f (median), %.1f (95 %%), %.1f (all)",
		figures[len(figures)/2],
		figures[len(figures)*95/100],
		figures[len(figures)-1],
	)
}
