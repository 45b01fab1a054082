//go:build unix

package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A pipe that nobody serves, as the list, as an output or as another input, does not keep a run
// from ending: the first signal ends it with status 3 and takes everything back. A second one is
// not needed.
func TestInterruptOnPipes(t *testing.T) {
	command := buildCommand(t)
	rows := "phone\n" + strings.Repeat("+919876543210\n", 50_000)
	for name, args := range map[string]string{
		"the list is never opened":      "-o kept.csv --report report.json pipe",
		"the list is never written":     "-o kept.csv held",
		"standard input":                "-o kept.csv -",
		"the output is never opened":    "-o pipe list.csv",
		"the output is never read":      "-o held list.csv",
		"the dropped rows":              "-o kept.csv --dropped held us.csv",
		"the stop list is never opened": "--suppress pipe list.csv",
		"the stop list is not written":  "--suppress held list.csv",
		"standard output is never read": "-o - list.csv",
	} {
		for _, sig := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
			if testing.Short() && sig != syscall.SIGTERM {
				continue
			}
			t.Run(name+" "+sig.String(), func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				path := func(name string) string { return filepath.Join(dir, name) }
				require.NoError(t, os.WriteFile(path("list.csv"), []byte(rows), 0o600))
				require.NoError(t, os.WriteFile(path("us.csv"), []byte(strings.ReplaceAll(rows, "+91", "+1")), 0o600))
				require.NoError(t, syscall.Mkfifo(path("pipe"), 0o600))
				require.NoError(t, syscall.Mkfifo(path("held"), 0o600))
				held, err := os.OpenFile(path("held"), os.O_RDWR, 0) // both ends are open, and nobody does anything
				require.NoError(t, err)
				defer held.Close()
				read, write, err := os.Pipe()
				require.NoError(t, err)
				defer read.Close()
				defer write.Close()

				run := exec.CommandContext(t.Context(), command,
					append([]string{"filter", "-c", "general"}, strings.Fields(args)...)...)
				run.Dir, run.Stdin, run.Stdout = dir, read, write
				talk, err := run.StderrPipe()
				require.NoError(t, err)
				require.NoError(t, run.Start())
				waitUntilBlocked(t, run.Process.Pid)
				require.NoError(t, run.Process.Signal(sig))
				said, err := io.ReadAll(talk)
				require.NoError(t, err)
				var exit *exec.ExitError
				require.ErrorAs(t, run.Wait(), &exit)
				require.Equal(t, exitNotDone, exit.ExitCode(), string(said))
				require.Equal(t, "listgate: interrupted; nothing was published\n", string(said))
				left, err := os.ReadDir(dir)
				require.NoError(t, err)
				require.Len(t, left, 4)
			})
		}
	}
}

// waitUntilBlocked waits until a process has begun to work, uses no more time, and none of its
// threads waits for a core.
func waitUntilBlocked(t *testing.T, pid int) {
	t.Helper()
	last, same := "", 0
	for rounds := 0; same < 5 && rounds < 1500; rounds++ {
		time.Sleep(20 * time.Millisecond)
		threads, err := filepath.Glob(filepath.Join("/proc", strconv.Itoa(pid), "task", "*", "stat"))
		if err != nil || len(threads) == 0 {
			time.Sleep(300 * time.Millisecond) // no such thing here
			return
		}
		now, asleep := "", true
		for _, thread := range threads {
			stat, err := os.ReadFile(thread)
			if err != nil {
				asleep = false // it has just ended
				break
			}
			fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
			asleep = asleep && fields[0] == "S"
			now += fields[11] + " " + fields[12] + " "
		}
		if !asleep || now != last {
			last, same = now, 0
		} else {
			same++
		}
	}
}
