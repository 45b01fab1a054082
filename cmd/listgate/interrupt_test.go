package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Ctrl-C leaves no output, not even while the list is waited for.
func TestInterruptLeavesNothing(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a process cannot be sent an interrupt there")
	}
	dir := t.TempDir()
	command := exec.CommandContext(t.Context(), buildCommand(t), "filter", "-c", "general", "-o", "kept.csv", "-")
	command.Dir = dir
	list, err := command.StdinPipe()
	require.NoError(t, err)
	var stderr strings.Builder
	command.Stderr = &stderr
	require.NoError(t, command.Start())
	// More than pipes and buffers hold: once it is written, the command is in the middle of its work.
	_, err = io.WriteString(list, "phone\n"+strings.Repeat("+919876543210\n", 100_000))
	require.NoError(t, err)
	require.NoError(t, command.Process.Signal(os.Interrupt))
	err = command.Wait()
	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit)
	require.Equal(t, exitNotDone, exit.ExitCode())
	require.Equal(t, "listgate: interrupted; nothing was published\n", stderr.String())
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left)
}

// A disk that is full is an error, and leaves nothing that looks complete.
func TestFullDisk(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("needs /dev/full")
	}
	dir := t.TempDir()
	list := filepath.Join(dir, "list.csv")
	require.NoError(t, os.WriteFile(list, []byte("phone\n"+strings.Repeat("+919876543210\n", 100_000)), 0o666))
	var stderr strings.Builder
	status := run([]string{"filter", "-c", "general", "-o", "/dev/full", "--dropped", filepath.Join(dir, "dropped.csv"), list}, nil, io.Discard, &stderr)
	require.Equal(t, exitNotDone, status)
	require.Contains(t, stderr.String(), "no space left on device")
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	require.Equal(t, []string{list}, left)
}

func buildCommand(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "listgate")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", path, ".").CombinedOutput()
	require.NoError(t, err, string(out))
	return path
}
