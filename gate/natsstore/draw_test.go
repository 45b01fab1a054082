package natsstore_test

import (
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/natsstore"
	"github.com/listgate/listgate/internal/natstest"
)

// A summary stands for what is in the stream all the same: one that cannot be read, that claims
// what comes later, or that is of a process that was killed before it was stored, costs nothing but
// time. A stream without summaries works as well.
func TestSummariesThatDoNotCount(t *testing.T) {
	t.Parallel()
	const events = 300
	for name, harm := range map[string]func(t *testing.T, conn *nats.Conn, js jetstream.JetStream){
		"cannot be read": func(t *testing.T, conn *nats.Conn, _ jetstream.JetStream) {
			_, err := conn.RequestMsg(&nats.Msg{Subject: "listgate.drawn." + waba, Data: []byte("x"),
				Header: nats.Header{
					"Listgate-Through": {"10"}, "Listgate-Messages": {"10"},
				}}, patient)
			require.NoError(t, err)
		},
		"claims what comes later": func(t *testing.T, conn *nats.Conn, _ jetstream.JetStream) {
			_, err := conn.RequestMsg(&nats.Msg{Subject: "listgate.drawn." + waba, Data: []byte("[]"),
				Header: nats.Header{
					"Listgate-Through": {"9999"}, "Listgate-Messages": {"10"},
				}}, patient)
			require.NoError(t, err)
		},
		"none are kept": func(t *testing.T, _ *nats.Conn, js jetstream.JetStream) {
			stream, err := js.Stream(t.Context(), natsstore.Stream)
			require.NoError(t, err)
			config := stream.CachedInfo().Config
			config.Subjects = []string{"listgate.gate.*"}
			_, err = js.UpdateStream(t.Context(), config)
			require.NoError(t, err)
		},
	} {
		server := natstest.Start(t)
		conn, js := admin(t, server.URL())
		g, a := follow(t, open(t, natsstore.Options{URL: server.URL()}), waba, gate.Options{})
		require.NoError(t, g.Apply(t.Context(), lock(waba, 0)))
		harm(t, conn, js)
		store := open(t, natsstore.Options{URL: server.URL()})
		for n := 1; n < events; n++ {
			require.NoError(t, store.Append(t.Context(), waba, []gate.Event{lock(waba, n)}))
		}
		_, late := follow(t, open(t, natsstore.Options{URL: server.URL()}), waba, gate.Options{})
		for _, account := range []*gate.Account{a, late} {
			await(
				t,
				account,
				name,
				func(s gate.State) bool { return s.Events == events && s.Campaign == gate.StatusHalted },
			)
			require.Equal(t, events, account.State().Causes[0].Sightings, name)
		}
	}
}
