package natsstore

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A message of the stream is an event of the account whose subject it has, or none.
func FuzzMessage(f *testing.F) {
	f.Add("900000000000001", []byte(`{"type":"sighting","waba":"900000000000001","time":"2026-11-22T10:00:00Z",`+
		`"received":"2026-11-22T10:00:00Z","cause":"account_lock","code":131031}`))
	f.Add("1", []byte(`{"type":"sighting","waba":"2"}`))
	f.Add("1", []byte("null"))
	f.Add("", []byte{})
	f.Fuzz(func(t *testing.T, waba string, data []byte) {
		e, err := message{waba: waba, data: data}.event()
		if err == nil {
			require.Equal(t, waba, e.WABA)
			require.NotZero(t, e.Type)
			require.NotEmpty(t, e.ID())
		}
	})
}
