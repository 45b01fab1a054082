package natsstore_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/natsstore"
	"github.com/listgate/listgate/internal/natstest"
)

// A rolling restart of the servers halts nothing and loses nothing: several processes ask all the
// time while each server in turn is stopped and started again, and events are written meanwhile.
func TestRollingRestart(t *testing.T) {
	t.Parallel()
	cluster := natstest.StartCluster(t)
	const processes = 3
	var (
		gates    [processes]*gate.Gate
		accounts [processes]*gate.Account // one that is open all the time
		busy     [processes]*gate.Account // one that is written to
	)
	for i := range processes {
		store := open(t, natsstore.Options{URL: cluster.URL()})
		gates[i], accounts[i] = follow(t, store, waba, gate.Options{})
		var err error
		busy[i], err = gates[i].Account(t.Context(), other)
		require.NoError(t, err)
	}
	var (
		last    = time.Now()
		longest atomic.Int64 // without a sign of life
	)
	open(t, natsstore.Options{URL: cluster.URL()}).Follow(t.Context(), waba, func(gate.Delivery) {
		longest.Store(max(longest.Load(), int64(time.Since(last))))
		last = time.Now()
	})
	defer func() { t.Logf("the longest silence: %s", time.Duration(longest.Load()).Round(time.Millisecond)) }()
	ctx, stop := context.WithCancel(t.Context())
	var (
		asking sync.WaitGroup
		wrong  [processes]error
	)
	for i, a := range accounts {
		asking.Go(func() {
			for ctx.Err() == nil && wrong[i] == nil {
				wrong[i] = a.Check(gate.MessageCampaign)
				time.Sleep(time.Millisecond) // leaves the machine to the servers
			}
		})
	}
	written := 0
	write := func() {
		written++
		e := gate.Event{Type: gate.EventNotice, WABA: other, Time: time.Now(), Name: fmt.Sprint("N", written)}
		require.NoError(t, gates[written%processes].Apply(t.Context(), e))
	}
	for _, server := range cluster {
		write()
		server.Stop()
		write()
		write()
		server.Start()
		cluster.Wait()
		write()
	}
	for _, a := range busy {
		await(t, a, "all events", func(s gate.State) bool { return s.Events == written })
		require.Equal(t, gate.StatusOpen, a.State().Campaign)
	}
	stop()
	asking.Wait()
	for _, err := range wrong {
		require.NoError(t, err)
	}
}

// When all servers are gone the state is unknown within StaleAfter, but for what is known to halt;
// when they are back it is the true one, with what could not be stored meanwhile.
func TestAllServersGone(t *testing.T) {
	needsLong(t)
	t.Parallel()
	const bound = 5 * time.Second
	cluster := natstest.StartCluster(t)
	impatientOne := open(t, natsstore.Options{URL: cluster.URL(), Patience: 100 * time.Millisecond})
	g, a := follow(t, impatientOne, waba, silence(bound))
	_, b := follow(t, open(t, natsstore.Options{URL: cluster.URL()}), waba, silence(bound))
	_, patientOne := follow(t, open(t, natsstore.Options{URL: cluster.URL()}), waba, silence(time.Hour))
	for _, server := range cluster {
		server.Stop()
	}
	gone := time.Now()
	await(t, b, "nobody answers", is(gate.StatusUnknown))
	require.Less(t, time.Since(gone), bound+10*time.Second)
	require.Contains(t, b.State().Trouble, cluster.URL()+" has been silent since")
	require.NoError(
		t,
		patientOne.Check(gate.MessageCampaign),
		"how long is a question of the gate, not of the connection",
	)
	require.Eventually(t, func() bool { // before, an answer is waited for that never comes
		_, err := impatientOne.Accounts(t.Context())
		return err != nil && strings.Contains(err.Error(), "no server can be reached: ")
	}, patient, tick)
	require.ErrorContains(t, g.Apply(t.Context(), lock(waba, 1)), "no server can be reached: ")
	require.Error(t, a.Check(gate.MessageCampaign))
	for _, server := range cluster {
		server.Start()
	}
	cluster.Wait()
	for _, account := range []*gate.Account{a, b, patientOne} {
		await(t, account, "the lock that could not be stored", is(gate.StatusHalted))
	}
}

// Two of three servers gone: the third answers, and its word does not count.
func TestMinority(t *testing.T) {
	needsLong(t)
	t.Parallel()
	cluster := natstest.StartCluster(t)
	_, a := follow(t, open(t, natsstore.Options{URL: cluster.URL()}), waba, silence(5*time.Second))
	cluster[0].Stop()
	cluster[1].Stop()
	await(t, a, "no majority", is(gate.StatusUnknown))
	cluster[0].Start()
	await(t, a, "a majority", is(gate.StatusOpen))
}

// A server that comes back with an older copy of its files has lost events: that is noticed, and
// what comes after is not missed.
func TestOlderCopy(t *testing.T) {
	t.Parallel()
	dir, copied := t.TempDir(), t.TempDir()
	server := natstest.Start(t, func(o *server.Options) { o.StoreDir = dir })
	g, a := follow(t, open(t, natsstore.Options{URL: server.URL()}), waba, gate.Options{})
	notice := func(n int) gate.Event {
		return gate.Event{Type: gate.EventNotice, WABA: waba, Time: lock(waba, n).Time, Name: fmt.Sprint("N", n)}
	}
	require.NoError(t, g.Apply(t.Context(), notice(1)))
	server.Stop()
	require.NoError(t, os.CopyFS(copied, os.DirFS(dir)))
	server.Start()
	require.NoError(t, g.Apply(t.Context(), notice(2), notice(3)))
	server.Stop()
	require.NoError(t, os.RemoveAll(dir))
	require.NoError(t, os.CopyFS(dir, os.DirFS(copied)))
	server.Start()
	await(t, a, "noticed", is(gate.StatusUnknown))
	require.Contains(
		t,
		a.State().Trouble,
		"stream LISTGATE_GATE ends at message 1, and ended at message 3 before: events were lost",
	)
	other := open(t, natsstore.Options{URL: server.URL()})
	require.NoError(t, other.Append(t.Context(), waba, []gate.Event{lock(waba, 4), notice(5), notice(6)}))
	await(
		t,
		a,
		"with what came after",
		func(s gate.State) bool { return s.Campaign == gate.StatusHalted && s.Events == 6 },
	)
}

// A process that is cut off learns, when it is back, what others wrote meanwhile.
func TestCutOff(t *testing.T) {
	t.Parallel()
	server := natstest.Start(t)
	wire := newWire(t, server.Address())
	_, a := follow(t, open(t, natsstore.Options{URL: "nats://" + wire.address}), waba, silence(8*time.Second))
	require.NoError(t, a.Check(gate.MessageCampaign))
	wire.cut()
	others := open(t, natsstore.Options{URL: server.URL()})
	for n := range 600 { // more than one answer of the server holds
		require.NoError(t, others.Append(t.Context(), other, []gate.Event{lock(other, n)}))
	}
	require.NoError(t, others.Append(t.Context(), waba, []gate.Event{lock(waba, 1)}))
	await(t, a, "cut off", is(gate.StatusUnknown))
	wire.join()
	await(t, a, "back", is(gate.StatusHalted))
}

// A wire leads to a server, and can be cut.
type wire struct {
	t       *testing.T
	address string
	to      string

	mu       sync.Mutex
	listener net.Listener
	conns    []net.Conn
}

func newWire(t *testing.T, to string) *wire {
	w := &wire{t: t, to: to, address: fmt.Sprintf("127.0.0.1:%d", natstest.FreePort(t))}
	w.join()
	t.Cleanup(w.cut)
	return w
}

func (w *wire) join() {
	l, err := net.Listen("tcp", w.address)
	require.NoError(w.t, err)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.listener, w.address = l, l.Addr().String()
	go func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			to, err := net.Dial("tcp", w.to)
			if err != nil {
				_ = from.Close()
				continue
			}
			w.mu.Lock()
			w.conns = append(w.conns, from, to)
			w.mu.Unlock()
			go func() { _, _ = io.Copy(from, to) }()
			go func() { _, _ = io.Copy(to, from) }()
		}
	}()
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	_ = w.listener.Close()
	for _, c := range w.conns {
		_ = c.Close()
	}
	w.conns = nil
}

// A call does not hang: it says what was tried, and for how long.
func TestUnreachable(t *testing.T) {
	t.Parallel()
	server := natstest.Start(t)
	server.Stop()
	store := open(t, natsstore.Options{URL: server.URL(), Patience: 1200 * time.Millisecond})
	for _, call := range []func() error{
		func() error { return store.Append(t.Context(), waba, []gate.Event{lock(waba, 1)}) },
		func() error { _, err := store.Accounts(t.Context()); return err },
	} {
		began := time.Now()
		err := call()
		require.Error(t, err)
		require.Regexp(
			t,
			server.URL()+": tried for [1-9][0-9]*s: no server can be reached: connection refused$",
			err.Error(),
		)
		require.Less(t, time.Since(began), patient)
	}
	_, a := follow(t, store, waba, gate.Options{})
	require.Contains(t, a.State().Trouble, "no server can be reached")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(
		t,
		open(t, natsstore.Options{URL: server.URL()}).Append(ctx, waba, []gate.Event{lock(waba, 1)}),
		context.Canceled,
	)
	// A process that started first is served when the server comes.
	server.Start()
	await(t, a, "served", is(gate.StatusOpen))
	require.NoError(t, store.Close())
	require.ErrorContains(t, store.Append(t.Context(), waba, []gate.Event{lock(waba, 1)}), "the store is closed")
}
