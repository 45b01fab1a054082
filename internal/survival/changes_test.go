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

// kindNamed returns a kind of run.
func kindNamed(t *testing.T, name string) *ground {
	t.Helper()
	for _, g := range grounds(t) {
		if g.name == name {
			return g
		}
	}
	t.Fatal("no such kind of run: " + name)
	return nil
}

// meeting does a run, and before its operation of a number what somebody else does then.
func meeting(g *ground, n int, does string) (dir string, r result) {
	dir, err := g.lay()
	if err != nil {
		return "", result{-2, "", err.Error()}
	}
	return dir, g.start(dir, fmt.Sprintf("LISTGATE_FAULT=meet %d", n), "LISTGATE_FAULT_MEETS="+does)
}

// operations returns the numbers of a run's operations, without -survival.long of so many of them.
func (g *ground) operations(from, few int) (numbers []int) {
	step := 1
	if !Long() {
		step = max(1, (len(g.ops)-from)/few)
	} else if len(g.ops)-from > 40 {
		step = 4
	}
	for n := from + 1; n <= len(g.ops); n += step {
		numbers = append(numbers, n)
	}
	return numbers
}

// outputs returns what stands in a folder under the names of a run's outputs.
func (g *ground) outputsIn(dir string) (texts []string) {
	for _, name := range g.outputs {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			text = []byte(absent)
		}
		texts = append(texts, plain(string(text)))
	}
	return texts
}

// Whenever an input changes, what comes out is of the one or of the other, or nothing.
func TestSurvivalInputsThatChange(t *testing.T) {
	skipShort(t)
	g := kindNamed(t, "a stop list and rules")
	var trials []trial
	for _, name := range []string{"list.csv", "stop.csv", "brand.toml"} {
		for what, does := range map[string]string{
			"grows":                               "tail -1 NAME >>NAME",
			"shrinks":                             "truncate -s -30 NAME",
			"is emptied":                          ": >NAME",
			"is rewritten, its time put back":     "touch -r NAME time; sed s/1/2/ NAME >new; cat new >NAME; touch -r time NAME",
			"changes in place, its time put back": "touch -r NAME time; printf X | dd of=NAME bs=1 seek=40 conv=notrunc 2>dd; touch -r time NAME",
		} {
			does = strings.ReplaceAll(does, "NAME", name)
			// What comes of the changed input.
			changed, err := g.lay()
			require.NoError(t, err)
			defer os.RemoveAll(changed)
			shell := exec.Command("sh", "-c", does)
			shell.Dir = changed
			require.NoError(t, shell.Run())
			var after []string
			if r := g.start(changed); r.status == 0 {
				after = g.outputsIn(changed)
			}
			for _, n := range g.operations(0, 1) {
				trials = append(trials,
					trial{g, fmt.Sprintf("%s %s before operation %d", name, what, n), func(g *ground) string {
						dir, r := meeting(g, n, does)
						defer os.RemoveAll(dir)
						if r.status == g.status {
							got := g.outputsIn(dir)
							for i, name := range g.outputs {
								if got[i] != g.good[name] && (after == nil || got[i] != after[i]) {
									return fmt.Sprintf("status 0, and %s is of neither", name)
								}
							}
							return ""
						}
						if r.status == 1 && strings.Contains(r.stderr, "nothing was kept") || r.status == 1 &&
							after == nil {
							return "" // an empty list, say
						}
						return g.judge(dir, r, false)
					}})
			}
		}
	}
	try(t, trials)
	Held(t, "changes", len(trials))
}

// A list that is replaced while it is read stays what it was when it was opened.
func TestSurvivalReplacedList(t *testing.T) {
	skipShort(t)
	g := kindNamed(t, "a list")
	does := "sed s/+91/+55/ list.csv >new; mv new list.csv"
	changed, err := g.lay()
	require.NoError(t, err)
	defer os.RemoveAll(changed)
	shell := exec.Command("sh", "-c", does)
	shell.Dir = changed
	require.NoError(t, shell.Run())
	g.start(changed)
	after := g.outputsIn(changed)
	var trials []trial
	for _, n := range g.operations(0, 3) {
		trials = append(trials, trial{g, fmt.Sprintf("replaced before operation %d", n), func(g *ground) string {
			dir, r := meeting(g, n, does)
			defer os.RemoveAll(dir)
			dropped, kept := g.outputs[0], g.outputs[1]
			got := g.outputsIn(dir) // the report may say that it was replaced
			if r.status == 0 && (got[0] == g.good[dropped] && got[1] == g.good[kept] || got[0] == after[0] &&
				got[1] == after[1]) {
				return ""
			}
			return fmt.Sprintf("status %d, and the outputs are of neither list: %s", r.status, r.stderr)
		}})
	}
	try(t, trials)
	Held(t, "replaced", len(trials))
}

// Two runs on one output never mix, wherever in the first one the second begins.
func TestSurvivalTwoRuns(t *testing.T) {
	skipShort(t)
	g := kindNamed(t, "a stop list and rules")
	path, err := command()
	require.NoError(t, err)
	// The other run writes the same outputs of another list.
	other := strings.Replace(g.args, "list.csv", "us.csv", 1)
	does := fmt.Sprintf("sed s/+91/+1/ list.csv >us.csv; LISTGATE_FAULT= '%s' %s >said 2>&1; echo $? >status", path,
		other)
	var trials []trial
	for _, n := range g.operations(0, 4) {
		trials = append(trials, trial{g, fmt.Sprintf("another run before operation %d", n), func(g *ground) string {
			dir, r := meeting(g, n, does)
			defer os.RemoveAll(dir)
			status, _ := os.ReadFile(filepath.Join(dir, "status"))
			said, _ := os.ReadFile(filepath.Join(dir, "said"))
			if r.status == 0 {
				if problem := g.judge(dir, r, false); problem != "" && string(status) == "3\n" {
					return problem
				}
			}
			if string(status) == "0\n" || string(status) == "1\n" || r.status == 0 {
				// One was done: its report tells of what stands there.
				verify := exec.Command(path, "verify", "--report", "report.json", "kept.csv")
				verify.Dir = dir
				if out, err := verify.CombinedOutput(); err != nil && !strings.Contains(string(out), "kept") {
					return fmt.Sprintf("the report does not fit: %s (statuses %d and %s: %s)", out, r.status,
						status, said)
				}
			}
			return leftIn(dir)
		}})
	}
	try(t, trials)
	Held(t, "two-runs", len(trials))
}

// What somebody puts at an output's place once the run has begun is neither written through nor
// taken away.
func TestSurvivalPlantedLinks(t *testing.T) {
	skipShort(t)
	g := kindNamed(t, "a list")
	reserved := 0
	for i, op := range g.ops {
		if op.what == "remove" {
			reserved = i + 1
			continue
		}
		break
	}
	published := 0
	for i, op := range g.ops {
		if op.what == "rename" && op.name == "list.dropped.csv" {
			published = i
		}
	}
	var trials []trial
	for _, output := range g.outputs {
		for what, plants := range map[string]string{
			"a link": "ln -s precious NAME", "a dangling link": "ln -s nowhere NAME", "a file": "echo precious >NAME",
			"a folder": "mkdir NAME", "a hard link": "ln precious NAME",
		} {
			plants = "echo precious >precious; " + strings.ReplaceAll(plants, "NAME", output)
			for n := reserved + 1; n <= published+1; n++ {
				// All places where something is put in its place; of the others some.
				if !Long() && n != published+1 && n != reserved+1 {
					continue
				}
				if step := 4; n != published+1 && (n-reserved)%step != 1 || !Long() && what != "a file" &&
					what != "a link" {
					continue
				}
				trials = append(trials, trial{g, fmt.Sprintf("%s at %s before operation %d", what, output, n),
					func(g *ground) string {
						dir, r := meeting(g, n, plants)
						defer os.RemoveAll(dir)
						if r.status != 3 {
							return fmt.Sprintf("status %d: %s", r.status, r.stderr)
						}
						if text, _ := os.ReadFile(filepath.Join(dir, "precious")); string(text) != "precious\n" {
							return "it was written through"
						}
						if _, err := os.Lstat(filepath.Join(dir, output)); err != nil {
							return "it was taken away"
						}
						if _, err := os.Lstat(filepath.Join(dir, "nowhere")); err == nil {
							return "it was written through"
						}
						for name, state := range g.found(dir) {
							if state == fresh {
								return name + " was published"
							}
						}
						return leftIn(dir)
					}})
			}
		}
	}
	try(t, trials)
	Held(t, "links", len(trials))
}

// A configuration that somebody else could have put there sets no flag that writes, reveals or
// loosens; nor does one of the user's own that was only found.
func TestSurvivalPlantedConfiguration(t *testing.T) {
	skipShort(t)
	path, err := command()
	require.NoError(t, err)
	times := 0
	for flag, value := range map[string]string{
		"output": `"planted.csv"`, "dropped": `"planted.csv"`, "report": `"planted.csv"`, "show-numbers": "true",
		"max-dropped": `"100%"`, "confidence": `"low"`, "gate": `"none"`, "store": `"planted.csv"`,
		"max-rule-age": "9999",
		"min-rows":     "0", "fail-on": `"never"`, "max": `["restricted=100%"]`, "quiet": "true",
		"listen": `"0.0.0.0:1"`,
	} {
		for _, place := range []struct {
			name         string
			folder, file os.FileMode
		}{{"others may write the folder", 0o777, 0o644}, {"others may write the file", 0o755, 0o666},
			{"the user's own", 0o755, 0o644}} {
			for _, args := range []string{"check -c general list.csv", "filter -c general list.csv"} {
				if times++; !Long() && times%9 != 1 {
					continue
				}
				above := t.TempDir()
				dir := filepath.Join(above, "below")
				require.NoError(t, os.Mkdir(dir, 0o755))
				require.NoError(t,
					os.WriteFile(filepath.Join(dir, "list.csv"), []byte("phone\n+919812345678\n+14155550132\n"), 0o600))
				require.NoError(t,
					os.WriteFile(filepath.Join(above, "listgate.toml"), []byte(flag+" = "+value+"\n"), place.file))
				require.NoError(t, os.Chmod(filepath.Join(above, "listgate.toml"), place.file))
				require.NoError(t, os.Chmod(above, place.folder))
				run := exec.Command(path, strings.Fields(args)...)
				run.Dir = dir
				out, _ := run.CombinedOutput()
				text := string(out)
				require.NotContains(t, text, "9812345678")
				require.NotContains(t, text, "4155550132")
				for _, folder := range []string{above, dir} {
					require.NoFileExists(t, filepath.Join(folder, "planted.csv"))
				}
				status := run.ProcessState.ExitCode()
				if strings.HasPrefix(args, "check") {
					require.NotZero(t, status, "%s, %s: %s", flag, place.name, text)
				} else if status == 0 {
					require.FileExists(t, filepath.Join(dir, "list.kept.csv"))
					require.FileExists(t, filepath.Join(dir, "list.report.json"))
				}
			}
		}
	}
	if !Long() {
		times /= 9
	}
	Held(t, "config", times)
}
