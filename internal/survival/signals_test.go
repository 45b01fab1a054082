//go:build unix

package survival

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// larger is a kind of run that takes a while: its list is as long as asked for.
func larger(t *testing.T, rows int) *ground {
	t.Helper()
	for _, g := range grounds(t) {
		if g.name != "a list" {
			continue
		}
		list := strings.Repeat("name,+919800000001\nname,+14155550132\n", rows/2)
		long := &ground{kindOfRun: g.kindOfRun, good: map[string]string{},
			files: map[string]string{"list.csv": "name,phone\n" + list}}
		dir, err := long.lay()
		require.NoError(t, err)
		defer os.RemoveAll(dir)
		r := long.start(dir)
		require.Zero(t, r.status, r.stderr)
		for _, name := range long.outputs {
			text, err := os.ReadFile(filepath.Join(dir, name))
			require.NoError(t, err)
			long.good[name] = plain(string(text))
		}
		return long
	}
	t.Fatal("no such kind of run")
	return nil
}

// interrupted does a run, and sends it a signal after a while.
func interrupted(g *ground, sig os.Signal, after time.Duration) (dir string, r result) {
	dir, err := g.lay()
	if err != nil {
		return "", result{-2, "", err.Error()}
	}
	path, _ := command()
	run := exec.Command(path, strings.Fields(g.args)...)
	run.Dir = dir
	var stderr strings.Builder
	run.Stderr = &stderr
	if err := run.Start(); err != nil {
		return dir, result{-2, "", err.Error()}
	}
	timer := time.AfterFunc(after, func() { _ = run.Process.Signal(sig) })
	_ = run.Wait()
	timer.Stop()
	return dir, result{run.ProcessState.ExitCode(), "", stderr.String()}
}

func TestSurvivalKilledAtAnyTime(t *testing.T) {
	skipShort(t)
	atAnyTime(t, "kill-time", []os.Signal{os.Kill}, func(g *ground, dir string, r result) string {
		if problem := g.judge(dir, r, false); problem != "" {
			return problem
		}
		return g.again(dir)
	})
}

func TestSurvivalInterruptedAtAnyTime(t *testing.T) {
	skipShort(t)
	atAnyTime(t, "signals", []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP},
		func(g *ground, dir string, r result) string {
			if r.status == -1 { // before it could ask for signals, it is ended by them: nothing was begun
				for name, state := range g.found(dir) {
					if state != old {
						return name + ": " + state
					}
				}
			}
			if problem := g.judge(dir, r, false); problem != "" {
				return problem
			}
			return leftIn(dir)
		})
}

func atAnyTime(t *testing.T, row string, signals []os.Signal, judge func(g *ground, dir string, r result) string) {
	rows, times := 400_000, 100
	if !Long() {
		rows, times = 100_000, 4
	}
	g := larger(t, rows)
	begin := time.Now()
	dir, r := interrupted(g, os.Kill, time.Minute)
	whole := time.Since(begin)
	os.RemoveAll(dir)
	require.Zero(t, r.status, r.stderr)
	var trials []trial
	for _, sig := range signals {
		for i := range times {
			after := whole * time.Duration(i) / time.Duration(times)
			trials = append(trials, trial{g, fmt.Sprintf("%s after %s", sig, after), func(g *ground) string {
				dir, r := interrupted(g, sig, after)
				defer os.RemoveAll(dir)
				return judge(g, dir, r)
			}})
		}
	}
	try(t, trials)
	Held(t, row, len(trials), decimal(rows)+" rows")
}

// While the first signal is answered, which may take a moment where a pipe hangs, a second one ends
// the run at once.
func TestSurvivalSecondSignal(t *testing.T) {
	skipShort(t)
	path, err := command()
	require.NoError(t, err)
	runs := 0
	for _, args := range []string{
		"filter -c general -o kept.csv pipe", "filter -c general -o pipe list.csv", "check -c general pipe",
		"filter -c general --suppress pipe list.csv",
	} {
		for _, second := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
			if !Long() && runs > 1 {
				break
			}
			runs++
			t.Run(args+" "+second.String(), func(t *testing.T) {
				dir := t.TempDir()
				require.NoError(t, syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600))
				require.NoError(t,
					os.WriteFile(filepath.Join(dir, "list.csv"), []byte("phone\n+919876543210\n"), 0o600))
				run := exec.Command(path, strings.Fields(args)...)
				run.Dir = dir
				// It asks for the pipe next, which nobody opens.
				run.Env = append(os.Environ(), "LISTGATE_FAULT=meet 1", "LISTGATE_FAULT_MEETS=echo begun >begun")
				var stderr bytes.Buffer
				run.Stderr = &stderr
				require.NoError(t, run.Start())
				waitFor(t, filepath.Join(dir, "begun"))
				time.Sleep(50 * time.Millisecond)
				require.NoError(t, run.Process.Signal(syscall.SIGTERM))
				time.Sleep(20 * time.Millisecond) // two at once may be one
				_ = run.Process.Signal(second)    // unless the first one was enough
				_ = run.Wait()
				require.Equal(t, 3, run.ProcessState.ExitCode(), stderr.String())
				// What the end by itself says after its patience, the end at once does not.
				if said := stderr.String(); said != "" {
					require.Equal(t, "listgate: interrupted; nothing was published\n", said)
				}
				require.NoFileExists(t, filepath.Join(dir, "kept.csv"))
			})
		}
	}
	Held(t, "twice", runs)
}

func waitFor(t *testing.T, path string) {
	t.Helper()
	for range 3000 {
		if _, err := os.Stat(path); err == nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal(path + ": never came")
}

// Where standard output is closed, full, or left by its reader, no row is lost with status 0.
func TestSurvivalStandardOutput(t *testing.T) {
	skipShort(t)
	path, err := command()
	require.NoError(t, err)
	list := "phone\n" + strings.Repeat("+919800000001\n", 40_000)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "list.csv"), []byte(list), 0o600))
	times := 0
	for _, args := range []string{
		"filter -c general -o - list.csv", "filter -c general - <list.csv", "decide -c general <list.csv",
		"check -c general --format json list.csv",
		"explain -c general +919876543210", "rules show alcohol", "rules list", "version",
		"verify --report none list.csv",
		"gate status --store . --waba 1", "config show",
	} {
		rows := strings.Contains(args, "list.csv") && !strings.HasPrefix(args, "verify")
		for _, to := range []string{">&-", ">/dev/full"} {
			if to == ">/dev/full" {
				if _, err := os.Stat("/dev/full"); err != nil {
					continue
				}
			}
			times++
			run := exec.Command("sh", "-c", `"$0" `+args+" "+to, path)
			run.Dir = dir
			out, _ := run.CombinedOutput()
			status := run.ProcessState.ExitCode()
			if to == ">/dev/full" || rows {
				require.NotZero(t, status, "%s %s", args, to)
			}
			if status != 0 {
				require.NotEmpty(t, string(out), "%s %s", args, to)
			}
			require.False(t, number.Match(out), "%s %s: %s", args, to, out)
		}
		if !rows {
			continue
		}
		for _, after := range []int{0, 1, 100, 5000, 70_000, 200_000} {
			if strings.HasPrefix(args, "check") && after > 0 || !Long() && after != 100 {
				continue // that is less
			}
			times++
			run := exec.Command("sh", "-c", `exec "$0" `+args, path)
			run.Dir = dir
			var stderr strings.Builder
			run.Stderr = &stderr
			out, err := run.StdoutPipe()
			require.NoError(t, err)
			require.NoError(t, run.Start())
			_, err = io.ReadFull(out, make([]byte, after))
			require.NoError(t, err)
			require.NoError(t, out.Close())
			_ = run.Wait()
			require.Equal(t, 3, run.ProcessState.ExitCode(), "%s, left after %d bytes: %s", args, after,
				stderr.String())
			require.Empty(t, stderr.String(), args)
		}
	}
	Held(t, "stdout", times)
}
