package natsstore_test

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/natsstore"
	"github.com/listgate/listgate/gate/storetest"
	"github.com/listgate/listgate/internal/natstest"
	"github.com/listgate/listgate/internal/redact"
)

const (
	waba  = "900000000000001"
	other = "900000000000002"
)

// patient bounds what a slow machine may take.
const patient = time.Minute

// tick is how often something is looked at that a test waits for.
const tick = 10 * time.Millisecond

// long runs the tests that wait for servers to give each other up. CI sets it.
var long = flag.Bool("gate.long", false, "wait for servers to give each other up")

func needsLong(t *testing.T) {
	t.Helper()
	if !*long {
		t.Skip("takes half a minute of waiting: -gate.long")
	}
}

// TestMain lets more tests run at once than there are processors: they mostly wait.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "8"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

func open(t testing.TB, options natsstore.Options) *natsstore.Store {
	t.Helper()
	options.Patience = cmp.Or(options.Patience, patient)
	s, err := natsstore.Open(options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// follow returns an account of a gate of its own, as a process would have it.
func follow(t testing.TB, store gate.Store, waba string, options gate.Options) (*gate.Gate, *gate.Account) {
	t.Helper()
	g := gate.New(store, options)
	t.Cleanup(func() { _ = g.Close() })
	a, err := g.Account(t.Context(), waba)
	require.NoError(t, err)
	return g, a
}

func silence(d time.Duration) gate.Options {
	return gate.Options{StaleAfter: map[gate.MessageKind]time.Duration{gate.MessageCampaign: d, gate.MessageReply: d}}
}

func lock(waba string, n int) gate.Event {
	return gate.Event{
		Type: gate.EventSighting, WABA: waba, Time: time.Date(2026, 11, 1, 0, 0, n, 0, time.UTC),
		Cause: gate.CauseAccountLock, Code: 131031,
		Ref: redact.Hash("message", fmt.Sprint(n)), Source: "status",
	}
}

// await waits until a state is as it should be.
func await(t testing.TB, a *gate.Account, what string, done func(gate.State) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patient)
	defer cancel()
	ok := false
	_ = a.Watch(ctx, func(s gate.State) {
		if ok = ok || done(s); ok {
			cancel()
		}
	})
	require.True(t, ok, "%s: %+v", what, a.State())
}

func is(want gate.Status) func(gate.State) bool {
	return func(s gate.State) bool { return s.Campaign == want }
}

// admin is a connection of somebody who manages the servers.
func admin(t testing.TB, url string) (*nats.Conn, jetstream.JetStream) {
	t.Helper()
	conn, err := nats.Connect(url, nats.MaxReconnects(-1), nats.Timeout(patient))
	require.NoError(t, err)
	t.Cleanup(conn.Close)
	js, err := jetstream.New(conn, jetstream.WithDefaultTimeout(patient))
	require.NoError(t, err)
	return conn, js
}

func TestStoreConforms(t *testing.T) {
	t.Parallel()
	storetest.Run(t, patient, func(t *testing.T) storetest.Fixture {
		server := natstest.Start(t)
		conn, _ := admin(t, server.URL())
		return storetest.Fixture{
			One: open(
				t,
				natsstore.Options{URL: server.URL()},
			), Two: open(t, natsstore.Options{URL: server.URL()}), Damage: damage(conn),
		}
	})
}

func TestClusterConforms(t *testing.T) {
	t.Parallel()
	cluster := natstest.StartCluster(t)
	conn, js := admin(t, cluster.URL())
	storetest.Run(t, patient, func(t *testing.T) storetest.Fixture {
		t.Cleanup(func() { require.NoError(t, js.DeleteStream(context.Background(), natsstore.Stream)) })
		return storetest.Fixture{
			One: open(
				t,
				natsstore.Options{URL: cluster.URL()},
			), Two: open(t, natsstore.Options{URL: cluster.URL(), Replicas: 3}),
			Damage: damage(conn),
		}
	})
}

// damage stores a message that cannot be read.
func damage(conn *nats.Conn) func(t *testing.T, waba string) {
	return func(t *testing.T, waba string) {
		_, err := conn.Request("listgate.gate."+waba, []byte("made up"), patient)
		require.NoError(t, err)
	}
}

// A stream that is removed is missed, and one that is made anew is another journal.
func TestStreamMadeAnew(t *testing.T) {
	t.Parallel()
	server := natstest.Start(t)
	_, js := admin(t, server.URL())
	g, a := follow(t, open(t, natsstore.Options{URL: server.URL()}), waba, gate.Options{})
	require.NoError(t, g.Apply(t.Context(), lock(waba, 1)))
	require.NoError(t, js.DeleteStream(t.Context(), natsstore.Stream))
	await(t, a, "missed", is(gate.StatusUnknown))
	require.Contains(
		t,
		a.State().Trouble,
		"stream LISTGATE_GATE is gone, and every account's events with it; make the stream anew",
	)

	fresh := open(t, natsstore.Options{URL: server.URL()}) // a process that starts now makes it
	require.NoError(t, fresh.Append(t.Context(), other, []gate.Event{lock(other, 1)}))
	await(t, a, "anew", is(gate.StatusOpen))
	require.Zero(t, a.State().Events)
	require.NoError(t, fresh.Append(t.Context(), waba, []gate.Event{lock(waba, 2)}))
	await(t, a, "followed again", is(gate.StatusHalted))
	require.Equal(t, 1, a.State().Events)
}

// What cannot be read makes the state of its account unknown, and of no other; a person's clear
// sets it aside.
func TestDamagedMessage(t *testing.T) {
	t.Parallel()
	server := natstest.Start(t)
	conn, _ := admin(t, server.URL())
	store := open(t, natsstore.Options{URL: server.URL()})
	g, a := follow(t, store, waba, gate.Options{})
	_, b := follow(t, store, other, gate.Options{})
	require.NoError(t, g.Apply(t.Context(), lock(waba, 1)))
	_, _, err := a.Clear(t.Context(), nil, gate.Operator{By: "a@b", Reason: "x"})
	require.NoError(t, err)
	_, err = store.SetAside(
		t.Context(),
		waba,
		[]gate.Event{{Type: gate.EventNotice, WABA: waba, Time: time.Now(), Name: "X"}},
	)
	require.ErrorContains(t, err, "its journal can be read; nothing to set aside")

	_, err = conn.Request("listgate.gate."+waba, []byte(`{"type":"of a later version"}`), patient)
	require.NoError(t, err)
	await(t, a, "damaged", is(gate.StatusUnknown))
	require.Regexp(
		t,
		`^nats://127.0.0.1:\d+: stream LISTGATE_GATE, message 3: damaged, or written by a later version: unknown type of event`,
		a.State().Trouble,
	)
	require.NoError(t, b.Check(gate.MessageCampaign))

	// What comes after it counts for the person who looks, and for a process that starts now.
	require.NoError(
		t,
		g.Apply(t.Context(), gate.Event{Type: gate.EventSighting, WABA: waba, Time: time.Now(), Cause: gate.CauseBan}),
	)
	late := open(t, natsstore.Options{URL: server.URL()})
	_, c := follow(t, late, waba, gate.Options{})
	require.Equal(t, gate.StatusUnknown, c.State().Campaign)
	require.Len(t, c.State().Causes, 1)

	cleared, kept, err := c.Clear(t.Context(), nil, gate.Operator{By: "a@b", Reason: "restored"})
	require.NoError(t, err)
	require.Len(t, cleared, 1)
	require.Equal(
		t,
		"the messages of subject listgate.gate."+waba+" up to 4 in stream LISTGATE_GATE that cannot be read",
		kept,
	)
	require.Equal(t, gate.StatusOpen, c.State().Campaign)
	_, d := follow(t, open(t, natsstore.Options{URL: server.URL()}), waba, gate.Options{})
	await(t, a, "set aside by the other process", func(s gate.State) bool {
		return s.Campaign == gate.StatusOpen && s.Events == d.State().Events // its events come one by one
	})
	require.Equal(t, "JOURNAL_SET_ASIDE", a.Events()[len(a.Events())-1].Name)
	require.NoError(
		t,
		g.Apply(t.Context(), gate.Event{Type: gate.EventSighting, WABA: waba, Time: time.Now(), Cause: gate.CauseBan}),
	)
	await(t, d, "goes on", is(gate.StatusHalted))
}

// What a person sets aside is what cannot be read. The causes that could be, and that are not
// named, still halt everywhere.
func TestClearOfDamageEndsOnlyWhatIsNamed(t *testing.T) {
	t.Parallel()
	server := natstest.Start(t)
	conn, _ := admin(t, server.URL())
	g, a := follow(t, open(t, natsstore.Options{URL: server.URL()}), waba, gate.Options{})
	require.NoError(
		t,
		g.Apply(
			t.Context(),
			lock(waba, 1),
			gate.Event{Type: gate.EventSighting, WABA: waba, Time: time.Now(), Cause: gate.CauseBan},
		),
	)
	_, err := conn.Request("listgate.gate."+waba, []byte("made up"), patient)
	require.NoError(t, err)
	await(t, a, "damaged", is(gate.StatusUnknown))
	_, _, err = a.Clear(t.Context(), []gate.Cause{gate.CauseAccountLock}, gate.Operator{By: "a@b", Reason: "x"})
	require.NoError(t, err)
	_, late := follow(t, open(t, natsstore.Options{URL: server.URL()}), waba, gate.Options{})
	for _, account := range []*gate.Account{a, late} {
		s := account.State()
		require.Equal(t, gate.StatusHalted, s.Campaign)
		require.Len(t, s.Causes, 1)
		require.Equal(t, gate.CauseBan, s.Causes[0].Cause)
	}
}

// What is said to be durable is known to every process, even where the servers take it for a
// repetition: of an event that was there before the journal was set aside, and of one that cannot
// be read.
func TestEventsAfterSetAside(t *testing.T) {
	t.Parallel()
	server := natstest.Start(t)
	conn, _ := admin(t, server.URL())
	store := open(t, natsstore.Options{URL: server.URL()})
	before, unread := lock(waba, 1), lock(waba, 2)
	require.NoError(t, store.Append(t.Context(), waba, []gate.Event{before}))
	_, err := conn.RequestMsg(&nats.Msg{
		Subject: "listgate.gate." + waba, Header: nats.Header{jetstream.MsgIDHeader: {unread.ID()}},
		Data: []byte(`{"type":"of a later version"}`),
	}, patient)
	require.NoError(t, err)
	_, err = store.SetAside(
		t.Context(),
		waba,
		[]gate.Event{{Type: gate.EventNotice, WABA: waba, Time: time.Now(), Name: "X"}},
	)
	require.NoError(t, err)
	for _, e := range []gate.Event{before, unread} {
		require.NoError(t, store.Append(t.Context(), waba, []gate.Event{e}))
		_, a := follow(t, open(t, natsstore.Options{URL: server.URL()}), waba, gate.Options{})
		require.Equal(t, gate.StatusHalted, a.State().Campaign)
		require.Contains(t, ids(a.Events()), e.ID())
	}
	// A header that anybody may have made up sets nothing aside that comes after it.
	_, err = conn.RequestMsg(
		&nats.Msg{
			Subject: "listgate.gate." + waba,
			Header:  nats.Header{"Listgate-Set-Aside": {"99"}},
			Data:    []byte("x"),
		},
		patient,
	)
	require.NoError(t, err)
	_, a := follow(t, open(t, natsstore.Options{URL: server.URL()}), waba, gate.Options{})
	require.Equal(t, gate.StatusUnknown, a.State().Campaign)
}

func ids(events []gate.Event) (ids []string) {
	for _, e := range events {
		ids = append(ids, e.ID())
	}
	return ids
}

// A stream that may lose events is refused, with what is wrong about it.
func TestStreamThatMayLoseEvents(t *testing.T) {
	t.Parallel()
	server := natstest.Start(t)
	_, js := admin(t, server.URL())
	good := jetstream.StreamConfig{
		Name: natsstore.Stream, Subjects: []string{"listgate.gate.*"}, Discard: jetstream.DiscardNew, DenyDelete: true,
		DenyPurge: true, AllowDirect: true,
		RePublish: &jetstream.RePublish{Source: "listgate.gate.*", Destination: "listgate.stored.{{wildcard(1)}}"},
	}
	for _, test := range []struct {
		change func(*jetstream.StreamConfig)
		want   string // "": it is fine
	}{
		{func(*jetstream.StreamConfig) {}, ""},
		{func(c *jetstream.StreamConfig) { c.MaxBytes, c.Description = 1<<20, "ours" }, ""},
		{func(c *jetstream.StreamConfig) { c.Subjects = append(c.Subjects, "listgate.more") },
			"its subjects must be listgate.gate.* and listgate.drawn.*, or the first alone"},
		{func(c *jetstream.StreamConfig) { c.Subjects = append(c.Subjects, "listgate.drawn.*") }, ""},
		{func(c *jetstream.StreamConfig) { c.Storage = jetstream.MemoryStorage }, "it must be stored in files"},
		{func(c *jetstream.StreamConfig) { c.Retention = jetstream.InterestPolicy }, "its retention must be limits"},
		{func(c *jetstream.StreamConfig) { c.Discard = jetstream.DiscardOld },
			"refuse new messages, not discard old ones"},
		{func(c *jetstream.StreamConfig) { c.MaxAge = time.Hour }, "it must not have a maximum age"},
		{func(c *jetstream.StreamConfig) { c.MaxMsgsPerSubject = 5 },
			"it must not have a maximum of messages per subject"},
		{func(c *jetstream.StreamConfig) { c.DenyDelete = false }, "it must deny that messages are deleted and purged"},
		{func(c *jetstream.StreamConfig) { c.DenyPurge = false }, "it must deny that messages are deleted and purged"},
		{func(c *jetstream.StreamConfig) { c.DenyPurge = false; c.AllowRollup = true },
			"it must not allow rollups or a time to live"},
		{func(c *jetstream.StreamConfig) { c.AllowMsgTTL = true }, "it must not allow rollups or a time to live"},
		{func(c *jetstream.StreamConfig) { c.NoAck = true }, "it must acknowledge a message when it is stored"},
		{func(c *jetstream.StreamConfig) { c.PersistMode = jetstream.AsyncPersistMode },
			"it must acknowledge a message when it is stored"},
		{func(c *jetstream.StreamConfig) {
			c.SubjectTransform = &jetstream.SubjectTransformConfig{Source: "listgate.gate.*",
				Destination: "x.{{wildcard(1)}}"}
		}, "without seal, mirror, sources or transforms"},
		{func(c *jetstream.StreamConfig) { c.AllowDirect = false }, "it must allow direct access to its messages"},
		{func(c *jetstream.StreamConfig) { c.RePublish = nil },
			"it must republish listgate.gate.* to listgate.stored.*"},
		{func(c *jetstream.StreamConfig) { c.RePublish.HeadersOnly = true }, "it must republish"},
	} {
		config := good
		config.RePublish = &jetstream.RePublish{Source: good.RePublish.Source, Destination: good.RePublish.Destination}
		test.change(&config)
		var err error
		require.Eventually(t, func() bool { // the server may still be removing the files of the one before
			_, err = js.CreateStream(t.Context(), config)
			return err == nil
		}, patient, tick, test.want)
		store := open(t, natsstore.Options{URL: server.URL()})
		err = store.Append(t.Context(), waba, []gate.Event{lock(waba, 1)})
		_, a := follow(t, store, waba, gate.Options{})
		if test.want == "" {
			require.NoError(t, err)
			require.Error(t, a.Check(gate.MessageCampaign))
		} else {
			require.ErrorContains(t, err, "stream LISTGATE_GATE could lose events, or not tell them: ")
			require.ErrorContains(t, err, test.want)
			require.Contains(t, a.State().Trouble, test.want)
		}
		require.NoError(t, store.Close())
		require.NoError(t, js.DeleteStream(t.Context(), natsstore.Stream))
	}
	// One that is changed while it is followed.
	_, err := js.CreateStream(t.Context(), good)
	require.NoError(t, err)
	_, a := follow(t, open(t, natsstore.Options{URL: server.URL()}), waba, gate.Options{})
	require.NoError(t, a.Check(gate.MessageCampaign))
	bad := good
	bad.MaxAge = time.Hour
	_, err = js.UpdateStream(t.Context(), bad)
	require.NoError(t, err)
	await(t, a, "noticed", is(gate.StatusUnknown))
	_, err = js.UpdateStream(t.Context(), good)
	require.NoError(t, err)
	await(t, a, "put right", is(gate.StatusOpen))

	store := open(t, natsstore.Options{URL: server.URL(), Replicas: 3})
	require.ErrorContains(
		t,
		store.Append(t.Context(), waba, []gate.Event{lock(waba, 1)}),
		"it has 1 replicas, and 3 were asked for",
	)
}

// A stream in which messages are missing is not a journal.
func TestStreamThatLostEvents(t *testing.T) {
	t.Parallel()
	server := natstest.Start(t)
	_, js := admin(t, server.URL())
	stream, err := js.CreateStream(
		t.Context(),
		jetstream.StreamConfig{Name: natsstore.Stream, Subjects: []string{"listgate.gate.*"}},
	)
	require.NoError(t, err)
	for range 3 {
		_, err = js.Publish(t.Context(), "listgate.gate."+waba, []byte("x"))
		require.NoError(t, err)
	}
	require.NoError(t, stream.DeleteMsg(t.Context(), 2))
	_, err = js.UpdateStream(t.Context(), jetstream.StreamConfig{
		Name: natsstore.Stream, Subjects: []string{"listgate.gate.*"}, Discard: jetstream.DiscardNew, DenyDelete: true,
		DenyPurge: true, AllowDirect: true,
		RePublish: &jetstream.RePublish{Source: "listgate.gate.*", Destination: "listgate.stored.{{wildcard(1)}}"},
	})
	require.NoError(t, err)
	_, a := follow(t, open(t, natsstore.Options{URL: server.URL()}), waba, gate.Options{})
	require.Contains(t, a.State().Trouble, "stream LISTGATE_GATE holds 2 messages of 3: events were lost")
}

// A full stream refuses events, and says so.
func TestFullStream(t *testing.T) {
	t.Parallel()
	server := natstest.Start(t)
	_, js := admin(t, server.URL())
	g, a := follow(t, open(t, natsstore.Options{URL: server.URL()}), waba, gate.Options{})
	stream, err := js.Stream(t.Context(), natsstore.Stream)
	require.NoError(t, err)
	config := stream.CachedInfo().Config
	config.MaxMsgs = 1
	_, err = js.UpdateStream(t.Context(), config)
	require.NoError(t, err)
	require.NoError(
		t,
		g.Apply(t.Context(), gate.Event{Type: gate.EventNotice, WABA: waba, Time: time.Now(), Name: "X"}),
	)
	require.ErrorContains(t, g.Apply(t.Context(), lock(waba, 2)), "maximum messages exceeded")
	require.Error(t, a.Check(gate.MessageCampaign), "what halts is in force all the same")
	config.MaxMsgs = -1
	_, err = js.UpdateStream(t.Context(), config)
	require.NoError(t, err)
	_, b := follow(t, open(t, natsstore.Options{URL: server.URL()}), waba, gate.Options{})
	await(t, b, "written when that is possible", is(gate.StatusHalted))
}
