package folderstore

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/gate"
)

// Whatever follows the records of a journal, or stands in their place: nothing panics, what was
// written is not forgotten without a word, and no event comes of it that nobody wrote.
func FuzzJournal(f *testing.F) {
	const waba = "900000000000001"
	at := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	var good []byte
	var before sum
	var written []gate.Event
	for i, e := range []gate.Event{
		{Type: gate.EventSighting, WABA: waba, Time: at, Received: at, Cause: gate.CauseAccountLock, Code: 131031},
		{Type: gate.EventSighting, WABA: waba, Time: at.Add(time.Hour), Received: at.Add(time.Hour),
			Cause: gate.CausePolicyBlock, Code: 368},
	} {
		line, after, err := encodeLine(0, []gate.Event{e}, before)
		require.NoError(f, err, i)
		good, before, written = append(good, line...), after, append(written, e)
	}
	f.Add([]byte{}, len(good))
	f.Add([]byte("\x00\x00\x00"), len(good))
	f.Add([]byte("\x00\n"), len(good)-1)
	f.Add([]byte("not a line\n"), len(good))
	f.Add(good, len(good))
	f.Add(good[:40], len(good))
	f.Add([]byte(`{"format":1,"drawn":2,"events":[],"sum":""}`), 0)
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte, whole int) {
		whole = max(0, min(whole, len(good)))
		text := append(bytes.Clone(good[:whole]), data...)
		j := newJournal(New(dir), waba)
		j.path = filepath.Join(dir, waba+".jsonl")
		err := j.take(text)
		lines := bytes.Count(good[:whole], []byte("\n"))
		if whole < len(good) && bytes.HasPrefix(good[whole:], data) {
			return // one that was cut, which may be a torn write
		}
		require.GreaterOrEqual(t, len(j.events), lines, "%q: %v", data, err)
		require.LessOrEqual(t, len(j.events), len(written))
		for i, e := range j.events {
			require.Equal(t, written[i].ID(), e.ID())
		}
		// What can be read behind the damage opens nothing.
		for _, e := range j.behindDamage(text) {
			require.NotEqual(t, gate.EventClear, e.Type)
		}
		readableSightings(data, waba)
		statedSum(data)
	})
}
