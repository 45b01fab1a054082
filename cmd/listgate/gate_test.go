package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// An account that is locked while its list is filtered: the gate is asked again just before
// publishing.
func TestLockWhileFiltering(t *testing.T) {
	dir := t.TempDir()
	store, kept := filepath.Join(dir, "store"), filepath.Join(dir, "kept.csv")
	const waba = "900000000000001"
	require.NoError(t, os.Mkdir(store, 0o700))
	list, writer := io.Pipe()
	var stderr strings.Builder
	done := make(chan int)
	go func() {
		defer list.Close() // a run that ends early ends the test
		done <- run([]string{"filter", "-c", "general", "--gate", waba, "--store", store, "-o", kept, "-"}, list,
			io.Discard, &stderr)
	}()
	_, err := io.WriteString(writer, "phone\n+919876543210\n") // read, so the gate was open at the start
	require.NoError(t, err)
	var out strings.Builder
	require.Equal(t, exitDone,
		run([]string{"gate", "ingest", "--store", store, "../../testdata/webhooks/status-131031.json"}, nil, &out,
			&out), out.String())
	require.NoError(t, writer.Close())
	require.Equal(t, exitHalted, <-done)
	require.Contains(t, stderr.String(), "account_lock (131031)")
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, left, 1, "only the store")
}
