package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/gofrs/flock"
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
	// More than pipes and buffers hold: once it is written, the command is in the middle of its
	// work.
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

// A clear that is interrupted says so, and does not open the account after all.
func TestInterruptedClear(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a process cannot be sent an interrupt there")
	}
	const waba = "900000000000001"
	store := t.TempDir()
	held := flock.New(filepath.Join(store, waba+".lock"))
	require.NoError(t, held.Lock())
	command := exec.CommandContext(t.Context(), buildCommand(t), "gate", "clear", "--store", store, "--waba", waba,
		"--cause", "368", "--reason", "x")
	out, err := command.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	stderr := bufio.NewReader(out)
	line, err := stderr.ReadString('\n')
	require.NoError(t, err)
	require.Contains(t, line, "no events recorded") // it is about to wait for the lock
	require.NoError(t, command.Process.Signal(os.Interrupt))
	rest, err := io.ReadAll(stderr)
	require.NoError(t, err)
	var exit *exec.ExitError
	require.ErrorAs(t, command.Wait(), &exit)
	require.Equal(t, exitNotDone, exit.ExitCode())
	require.Equal(t, "listgate: interrupted; what stands in the journal now, listgate gate log tells\n", string(rest))
	require.NoFileExists(t, filepath.Join(store, waba+".jsonl"))
	require.NoError(t, held.Close())
}

// A reader that has gone ends the run with status 3, without a word: head has what it wanted. What
// was half-written is gone.
func TestBrokenPipe(t *testing.T) {
	dir := t.TempDir()
	list := filepath.Join(dir, "list.csv")
	require.NoError(t, os.WriteFile(list, []byte("phone\n"+strings.Repeat("+919876543210\n", 100_000)), 0o666))
	command := exec.CommandContext(t.Context(), buildCommand(t), "filter", "-c", "general", "-o", "-", "--dropped",
		"dropped.csv", "list.csv")
	command.Dir = dir
	read, write, err := os.Pipe()
	require.NoError(t, err)
	require.NoError(t, read.Close())
	command.Stdout = write
	var stderr strings.Builder
	command.Stderr = &stderr
	err = command.Run()
	require.NoError(t, write.Close())
	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit)
	require.Equal(t, exitNotDone, exit.ExitCode(), stderr.String())
	require.Empty(t, stderr.String())
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, left, 1)
}

// However early or late a run is killed, a file that has an output's name is complete, and the
// report is the last.
func TestKilledRunLeavesNothingThatLooksComplete(t *testing.T) {
	command := buildCommand(t)
	list := "phone\n" + strings.Repeat("+919876543210\n+14155550132\n", 50_000)
	wantKept := "phone\n" + strings.Repeat("+919876543210\n", 50_000)
	for _, delay := range []time.Duration{0, 5, 10, 15, 20, 25, 30, 35, 40, 50, 60, 80} {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, "list.csv"), []byte(list), 0o666))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "list.kept.csv"), []byte(list), 0o666)) // yesterday's
		run := exec.CommandContext(t.Context(), command, "filter", "-c", "general", "--quiet", "list.csv")
		run.Dir = dir
		require.NoError(t, run.Start())
		timer := time.AfterFunc(delay*time.Millisecond, func() { _ = run.Process.Kill() })
		_ = run.Wait() // killed or not: both must hold what follows
		timer.Stop()
		exists := func(name string) bool { _, err := os.Stat(filepath.Join(dir, name)); return err == nil }
		if exists("list.report.json") {
			require.True(t, exists("list.kept.csv") && exists("list.dropped.csv"))
		}
		if kept, err := os.ReadFile(filepath.Join(dir, "list.kept.csv")); err == nil && string(kept) != list {
			require.Equal(t, len(wantKept), len(kept))
			require.True(t, exists("list.dropped.csv"))
		}
	}
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
	status := run([]string{"filter", "-c", "general", "-o", "/dev/full", "--dropped", filepath.Join(dir, "dropped.csv"),
		list}, nil, io.Discard, &stderr)
	require.Equal(t, exitNotDone, status)
	require.Contains(t, stderr.String(), "no space left on device")
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	require.Equal(t, []string{list}, left)
}

// A pipe is written to, however it is named, and no link to it is touched. What went there cannot
// be taken back.
func TestOutputIsPipe(t *testing.T) {
	if _, err := os.Stat("/proc/self/fd"); err != nil {
		t.Skip("needs /proc")
	}
	const rows = "phone\n+919876543210\n"
	dir := t.TempDir()
	list, link := filepath.Join(dir, "list.csv"), filepath.Join(dir, "kept.csv")
	require.NoError(t, os.WriteFile(list, []byte(rows), 0o666))
	read, write, err := os.Pipe()
	require.NoError(t, err)
	defer read.Close()
	pipe := fmt.Sprintf("/proc/self/fd/%d", write.Fd())
	require.NoError(t, os.Symlink(pipe, link))
	for _, output := range []string{pipe, link} {
		command := []string{"filter", "-c", "general", "-o", output, "--dropped", "none", "--report", "none"}
		var stderr strings.Builder
		require.Equal(t, exitDone, run(append(command, list), nil, io.Discard, &stderr), stderr.String())
		kept := make([]byte, len(rows)+1)
		n, err := read.Read(kept)
		require.NoError(t, err)
		require.Equal(t, rows, string(kept[:n]))
		target, err := os.Readlink(link)
		require.NoError(t, err)
		require.Equal(t, pipe, target)

		require.Equal(t, exitUsage, run(append(command, "--max-dropped", "0", list), nil, io.Discard, &stderr))
		require.Contains(t, stderr.String(), "cannot be taken back")
	}
	require.NoError(t, write.Close())
	_, err = read.Read(make([]byte, 1))
	require.Equal(t, io.EOF, err, "more than was kept")
}

// Standard output that is closed takes no rows, and that is said; nobody who sends them to the null
// device is refused.
func TestStandardOutputThatIsClosed(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell")
	}
	dir, command := t.TempDir(), buildCommand(t)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "list.csv"), []byte("phone\n+919876543210\n"), 0o600))
	for script, want := range map[string]int{
		`"$0" filter -c general -o - list.csv >&-`:               exitNotDone,
		`"$0" check -c general --format json list.csv >&-`:       exitNotDone,
		`"$0" decide -c general <list.csv >&-`:                   exitNotDone,
		`"$0" filter -c general -o - list.csv >/dev/null`:        exitDone,
		`"$0" check -c general list.csv >/dev/null`:              exitDone,
		`"$0" filter -c general -o kept.csv list.csv >&-`:        exitDone,
		`"$0" explain -c general +919876543210 >/dev/full`:       exitNotDone,
		`"$0" rules show alcohol | head -1 >/dev/null && exit 0`: exitDone,
	} {
		run := exec.CommandContext(t.Context(), "sh", "-c", script, command)
		run.Dir = dir
		out, err := run.CombinedOutput()
		status := 0
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			status = exit.ExitCode()
		}
		require.Equal(t, want, status, "%s: %s", script, out)
		if want != exitDone {
			require.Contains(t, string(out), "listgate: ", script)
		}
	}
}

func buildCommand(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "listgate")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", path, ".").CombinedOutput()
	require.NoError(t, err, string(out))
	return path
}
