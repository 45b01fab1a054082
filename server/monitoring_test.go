package server_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/gate"
)

const monitoring = "../docs/monitoring/"

var metricName = regexp.MustCompile(`listgate_[a-z_]+`)

// Whatever alerts and dashboard ask for, the server has.
func TestMonitoringNames(t *testing.T) {
	w := newProxied(t, false)
	require.NoError(t, w.gate.Apply(t.Context(), gate.Event{
		Type: gate.EventSighting, WABA: "900000000000008", Time: time.Now(), Received: time.Now(),
		Cause:       gate.CauseRestriction,
		Restriction: gate.RestrictionBusinessInitiated, Until: time.Now().Add(time.Hour),
	}))
	until(t, "the account is followed",
		func() bool { status, _, _ := w.ask("GET", "/v1/gate/900000000000008", ""); return status == 423 })
	_, _, _ = w.send("POST", sendPath, toGB)
	ban := string(readFile(t, "../testdata/webhooks/ban-disable.json"))
	status, _, _ := w.ask("POST", "/webhook", ban, "X-Hub-Signature-256", sign(ban))
	require.Equal(t, 200, status)
	asked := map[string]bool{}
	for _, name := range []string{"alerts.yml", "dashboard.json"} {
		text, err := os.ReadFile(monitoring + name)
		require.NoError(t, err)
		for _, metric := range metricName.FindAllString(string(text), -1) {
			asked[metric] = true
		}
	}
	require.Greater(t, len(asked), 10)
	until(t, "the metrics are there", func() bool {
		_, metrics, _ := w.ask("GET", "/metrics", "")
		for metric := range asked {
			if !strings.Contains(metrics, "\n"+metric+"{") && !strings.Contains(metrics, "\n"+metric+" ") {
				return false
			}
		}
		return true
	})
	var dashboard struct {
		Panels []struct{ Targets []struct{ Expr string } }
	}
	text, err := os.ReadFile(monitoring + "dashboard.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &dashboard))
	require.NotEmpty(t, dashboard.Panels)
}

// Each alert fires where it should, by Prometheus itself.
func TestAlerts(t *testing.T) {
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		require.NotEqual(t, "needed", os.Getenv("LISTGATE_TEST_PROMTOOL"),
			"promtool is not installed: Debian's package prometheus has it")
		t.Skip("promtool is not installed: Debian's package prometheus has it")
	}
	rules, err := os.ReadFile(monitoring + "alerts.yml")
	require.NoError(t, err)
	tests, err := os.ReadFile(monitoring + "alerts_test.yml")
	require.NoError(t, err)
	for _, alert := range regexp.MustCompile(`alert: (\w+)`).FindAllStringSubmatch(string(rules), -1) {
		require.Regexp(t, `alertname: `+alert[1]+`\n\s+exp_alerts:`, string(tests), "%s is fired in no test", alert[1])
	}
	for _, args := range [][]string{{"check", "rules", "alerts.yml"}, {"test", "rules", "alerts_test.yml"},
		{"check", "metrics"}} {
		cmd := exec.CommandContext(t.Context(), promtool, args...)
		cmd.Dir = monitoring
		if args[1] == "metrics" {
			_, metrics, _ := newWorld(t, nil).ask("GET", "/metrics", "")
			cmd.Stdin = strings.NewReader(metrics)
		}
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
	}
	// The dashboard's expressions are well-formed: as rules that record them.
	var dashboard struct {
		Panels []struct{ Targets []struct{ Expr string } }
	}
	text, err := os.ReadFile(monitoring + "dashboard.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &dashboard))
	var recorded strings.Builder
	recorded.WriteString("groups:\n  - name: dashboard\n    rules:\n")
	for i, panel := range dashboard.Panels {
		for j, target := range panel.Targets {
			expr, _ := json.Marshal(target.Expr)
			recorded.WriteString("      - {record: 'panel" + string(rune('a'+i)) + string(rune('a'+j)) + "', expr: " +
				string(expr) + "}\n")
		}
	}
	path := t.TempDir() + "/dashboard.yml"
	require.NoError(t, os.WriteFile(path, []byte(recorded.String()), 0o600))
	out, err := exec.CommandContext(t.Context(), promtool, "check", "rules", path).CombinedOutput()
	require.NoError(t, err, string(out))
}
