//go:build unix

package survival

import (
	"fmt"
	"os"
	"testing"
)

// Whatever operation on a file goes wrong, and however: no output is published that is not whole,
// and the status says so.
func TestSurvivalFaults(t *testing.T) {
	for _, fault := range []string{"fail", "done", "short", "stay"} {
		t.Run(fault, func(t *testing.T) {
			trials := trialsOf(t, fault, func(dir string, g *ground, r result) string {
				problem := g.judge(dir, r, fault == "stay")
				if problem == "" && leftIn(dir) != "" {
					problem = g.again(dir)
				}
				return problem
			})
			try(t, trials)
			Held(t, fault, len(trials))
		})
	}
}

// Whenever a run is killed, a report stands only with all that it tells of, and the next run cleans
// up.
func TestSurvivalKills(t *testing.T) {
	var trials []trial
	for _, fault := range []string{"kill", "late", "torn"} {
		trials = append(trials, trialsOf(t, fault, func(dir string, g *ground, r result) string {
			if r.status != -1 && r.status != g.status {
				return fmt.Sprintf("status %d, not killed: %s", r.status, r.stderr)
			}
			if problem := g.judge(dir, r, false); problem != "" {
				return problem
			}
			return g.again(dir)
		})...)
	}
	try(t, trials)
	Held(t, "kill", len(trials))
}

// trialsOf returns a trial for each operation of each kind of run, of those that are like another
// for some; without -survival.long for a few of some kinds, others for each fault.
func trialsOf(t *testing.T, fault string, judge func(dir string, g *ground, r result) string) (trials []trial) {
	for i, g := range grounds(t) {
		step := 1
		switch {
		case !Long() && (i+len(fault))%3 > 0:
			continue
		case !Long():
			step = len(g.ops)
		case g.alike:
			step = len(g.ops)/20 + 1
		}
		for n := (i*7 + len(fault)*5 + int(fault[0])) % step; n < len(g.ops); n += step {
			if (fault == "short" || fault == "torn") && !g.ops[n].transfers() {
				continue
			}
			what := fmt.Sprintf("%s %d (%s %s)", fault, n+1, g.ops[n].what, g.ops[n].name)
			trials = append(trials, trial{g, what, func(g *ground) string {
				dir, err := g.lay()
				if err != nil {
					return err.Error()
				}
				defer os.RemoveAll(dir)
				return judge(dir, g, g.start(dir, fmt.Sprintf("LISTGATE_FAULT=%s %d", fault, n+1)))
			}})
		}
	}
	return trials
}
