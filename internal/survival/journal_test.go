//go:build unix

package survival

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Whatever happens to a journal while an event is written: it can be read afterwards, what was said
// to be written is there, and a halt that is given once more takes.
func TestSurvivalJournal(t *testing.T) {
	skipShort(t)
	path, err := command()
	require.NoError(t, err)
	files, err := fixture(path)
	require.NoError(t, err)
	const account = " --store store --waba 900000000000001"
	gate := func(dir string, env []string, args string) (int, string) {
		run := exec.Command(path, strings.Fields("gate "+args)...)
		run.Dir, run.Env = dir, append(os.Environ(), env...)
		out, _ := run.CombinedOutput()
		return run.ProcessState.ExitCode(), string(out)
	}
	var trials []trial
	for i, write := range []struct {
		name, before, args string
		after              int // what gate status answers then
	}{
		{"halt", "", "halt --reason x" + account, 4},
		{"another halt", "halt --reason x" + account, "halt --reason y" + account, 4},
		{"clear", "halt --reason x" + account, "clear --reason z" + account, 0},
		{"ingest", "", "ingest --store store --waba 900000000000001 error.json", 4},
		{"ingest after a clear", "clear --cause 131031 --reason z" + account,
			"ingest --store store --waba 900000000000001 error.json", 4},
	} {
		lay := func() (dir string, before int, err error) {
			if dir, err = os.MkdirTemp(workFolder, "journal-"); err != nil {
				return "", 0, err
			}
			if err := os.WriteFile(filepath.Join(dir, "error.json"), []byte(files["error.json"]), 0o600); err != nil {
				return "", 0, err
			}
			if err := os.Mkdir(filepath.Join(dir, "store"), 0o700); err != nil {
				return "", 0, err
			}
			if write.before != "" {
				if status, out := gate(dir, nil, write.before); status != 0 {
					return "", 0, fmt.Errorf("status %d: %s", status, out)
				}
			}
			before, _ = gate(dir, nil, "status"+account)
			return dir, before, nil
		}
		dir, _, err := lay()
		require.NoError(t, err)
		log := filepath.Join(dir, "log")
		status, out := gate(dir, []string{"LISTGATE_FAULT_LOG=" + log}, write.args)
		require.Zero(t, status, out)
		status, out = gate(dir, nil, "status"+account)
		require.Equal(t, write.after, status, "%s: %s", write.name, out)
		text, err := os.ReadFile(log)
		require.NoError(t, err)
		operations := strings.Count(string(text), "\n")
		for j, fault := range []string{"fail", "done", "short", "stay", "kill", "late", "torn"} {
			for n := 1; n <= operations; n++ {
				if step := 6; (n+i*3+j*5)%step > 0 || !Long() && (n+i*3+j*5)%(20*step) > 0 {
					continue
				}
				what := fmt.Sprintf("%s %d (%s)", fault, n, strings.Split(string(text), "\n")[n-1])
				trials = append(trials,
					trial{&ground{kindOfRun: kindOfRun{name: write.name}}, what, func(*ground) string {
						dir, before, err := lay()
						if err != nil {
							return err.Error()
						}
						defer os.RemoveAll(dir)
						written, out := gate(dir, []string{fmt.Sprintf("LISTGATE_FAULT=%s %d", fault, n)}, write.args)
						if written != 0 && written != 3 && written != -1 {
							return fmt.Sprintf("status %d: %s", written, out)
						}
						if written == 3 && !strings.Contains(out, "listgate: ") {
							return "no reason: " + out
						}
						now, state := gate(dir, nil, "status"+account)
						switch {
						case now != before && now != write.after:
							return fmt.Sprintf("%d before, %d after: %s", before, now, state)
						case written == 0 && now != write.after:
							return fmt.Sprintf("written, and the state is %d: %s", now, state)
						}
						if again, out := gate(dir, nil, write.args); again != 0 {
							return fmt.Sprintf("once more: status %d: %s", again, out)
						}
						if now, state := gate(dir, nil, "status"+account); now != write.after {
							return fmt.Sprintf("once more, and the state is %d: %s", now, state)
						}
						return ""
					}})
			}
		}
	}
	try(t, trials)
	Held(t, "journal", len(trials))
}
