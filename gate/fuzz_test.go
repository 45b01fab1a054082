package gate

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// An event is read as it was written, or not at all: of a journal's line, or a message of NATS.
func FuzzEvent(f *testing.F) {
	for _, text := range []string{
		`{"type":"sighting","waba":"1","time":"2026-11-22T10:00:00Z","received":"2026-11-22T10:00:00Z","cause":"account_lock","code":131031}`,
		`{"type":"clear","waba":"1","time":"2026-11-22T10:00:00Z","received":"2026-11-22T10:00:00Z","causes":["ban"],"reason":"x"}`,
		`{"type":"unread","waba":"1","time":"2026-11-22T10:00:00Z","sha256":"00"}`, `{}`, `[]`, `{"type":"sighting","type":"clear"}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var e Event
		if json.Unmarshal(text, &e) != nil || CheckEvents(e.WABA, []Event{e}) != nil {
			return
		}
		again, err := json.Marshal(e)
		require.NoError(t, err)
		var second Event
		require.NoError(t, json.Unmarshal(again, &second), "%s", again)
		require.Equal(t, e.ID(), second.ID(), "%s", again)
		third, err := json.Marshal(second)
		require.NoError(t, err)
		require.Equal(t, string(again), string(third))
	})
}
