package main

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/internal/natstest"
)

const (
	serveWABA   = "900000000000001"
	serveSecret = "made-up-app-secret"
	serveToken  = "made-up-token"
)

// A served is a process that runs "listgate serve".
type served struct {
	url    string
	cmd    *exec.Cmd
	stderr *talk
	silent chan struct{} // closed when it has written all
}

// talk is what a process writes, readable while it does.
type talk struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *talk) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *talk) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// secretFile writes a file with a secret.
func secretFile(t *testing.T, secret string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(path, []byte(secret+"\n"), 0o600))
	return path
}

// serve starts the process on a free port of this machine and waits until it listens.
func serve(t *testing.T, store string, args ...string) *served {
	t.Helper()
	s := &served{stderr: &talk{}}
	s.cmd = exec.CommandContext(t.Context(), "listgate",
		append([]string{"serve", "--listen", "127.0.0.1:0", "--store", store}, args...)...)
	s.cmd.Dir = t.TempDir()
	pipe, err := s.cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, s.cmd.Start())
	lines := bufio.NewReader(io.TeeReader(pipe, s.stderr))
	first, err := lines.ReadString('\n')
	require.NoError(t, err, first)
	s.url = regexp.MustCompile(`http://127\.0\.0\.1:[0-9]+`).FindString(first)
	require.NotEmpty(t, s.url, first)
	s.silent = make(chan struct{})
	go func() { _, _ = io.Copy(io.Discard, lines); close(s.silent) }()
	return s
}

// serveWebhooks is serve with the secrets of webhooks.
func serveWebhooks(t *testing.T, store string, args ...string) *served {
	t.Helper()
	return serve(t, store,
		append([]string{"--app-secret-file", secretFile(t, "older-secret\n"+serveSecret), "--verify-token-file",
			secretFile(t, serveToken)}, args...)...)
}

// get returns the status, the header and the body of an answer.
func (s *served) get(t *testing.T, path string) (int, http.Header, string) {
	t.Helper()
	answer, err := http.Get(s.url + path)
	require.NoError(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer.StatusCode, answer.Header, string(body)
}

func (s *served) webhook(t *testing.T, body []byte, secret string) int {
	t.Helper()
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	r, err := http.NewRequest(http.MethodPost, s.url+"/webhook", bytes.NewReader(body))
	require.NoError(t, err)
	r.Header.Set("X-Hub-Signature-256", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	answer, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	return answer.StatusCode
}

// stop terminates the process as an operator would, and returns its status.
func (s *served) stop(t *testing.T) int {
	t.Helper()
	require.NoError(t, s.cmd.Process.Signal(syscall.SIGTERM))
	return s.wait()
}

func (s *served) wait() int {
	<-s.silent
	_ = s.cmd.Wait()
	return s.cmd.ProcessState.ExitCode()
}

// until asks again and again; what comes by another process comes within a second.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.Now().Add(time.Minute) // far beyond: a slow machine fails nothing
	for !done() {
		require.True(t, time.Now().Before(deadline), what)
		time.Sleep(20 * time.Millisecond)
	}
}

func webhookFile(t *testing.T, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("../../testdata/webhooks", name))
	require.NoError(t, err)
	return body
}

func skipOnWindows(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no SIGTERM to stop a process with")
	}
}

// A lock comes as a webhook: the process that took it, another one on the same store and the
// command line refuse. A person clears it on the command line, and both servers are open again.
func TestServe(t *testing.T) {
	skipOnWindows(t)
	store := t.TempDir()
	one, two := serveWebhooks(t, store, "--waba", serveWABA), serve(t, store, "--waba", serveWABA)

	status, _, body := one.get(t, "/webhook?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token="+serveToken)
	require.Equal(t, 200, status)
	require.Equal(t, "1158201444", body)
	status, _, _ = one.get(t, "/webhook?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=x")
	require.Equal(t, 403, status)
	status, _, _ = two.get(t, "/webhook")
	require.Equal(t, 404, status, "no webhooks without an app secret")
	until(t, "it says so", func() bool { return strings.Contains(two.stderr.String(), "no webhooks are taken") })

	gatePath := "/v1/gate/" + serveWABA
	for _, s := range []*served{one, two} {
		status, header, body := s.get(t, gatePath)
		require.Equal(t, 200, status)
		require.Equal(t, "no-store", header.Get("Cache-Control"))
		require.Contains(t, body,
			`"state":"open","kind":"campaign","what_to_do":["no events recorded for 900000000000001 in `)
	}
	lock := webhookFile(t, "status-131031.json")
	require.Equal(t, 401, one.webhook(t, lock, "wrong"))
	status, _, _ = one.get(t, gatePath)
	require.Equal(t, 200, status)
	require.Equal(t, 200, one.webhook(t, lock, serveSecret))

	status, header, body := one.get(t, gatePath+"?kind=reply")
	require.Equal(t, 423, status)
	require.Empty(t, header.Get("Retry-After"), "a lock has no known end")
	var answer struct {
		State, Kind, WABA string
		ToDo              []string `json:"what_to_do"`
		Causes            []struct{ Cause, Since string }
	}
	require.NoError(t, json.Unmarshal([]byte(body), &answer))
	require.Equal(t, []string{"halted", "reply", serveWABA}, []string{answer.State, answer.Kind, answer.WABA})
	require.Equal(t, "account_lock", answer.Causes[0].Cause)
	require.Contains(t, answer.ToDo[0], "Business Support Home")
	until(t, "the other process sees the lock",
		func() bool { status, _, _ := two.get(t, gatePath); return status == 423 })
	var out strings.Builder
	require.Equal(t, exitHalted, run([]string{"gate", "status", "--waba", serveWABA, "--store", store},
		nil, &out, &out))

	require.Equal(t, exitDone,
		run([]string{"gate", "clear", "--waba", serveWABA, "--store", store, "--reason", "appeal granted"}, nil, &out,
			&out), out.String())
	for _, s := range []*served{one, two} {
		until(t, "both see that it is over", func() bool { status, _, _ := s.get(t, gatePath); return status == 200 })
	}
	until(t, "what became of it is logged", func() bool {
		return strings.Contains(one.stderr.String(), "is halted") && strings.Contains(one.stderr.String(), "is open")
	})
	require.Contains(t, one.stderr.String(), "account_lock (131031) since 2026-09-21 14:12:20 UTC")
	for _, s := range []*served{one, two} {
		require.Equal(t, exitDone, s.stop(t))
		require.Contains(t, s.stderr.String(), "stopped")
		require.NotRegexp(t, `1500555|`+serveSecret+"|"+serveToken, s.stderr.String())
	}
}

// Two servers of a fleet share a store on NATS. While that is gone, no webhook is taken.
func TestServeOnNATS(t *testing.T) {
	skipOnWindows(t)
	nats := natstest.Start(t)
	one, two := serveWebhooks(t, nats.URL(), "--waba", serveWABA), serve(t, nats.URL(), "--waba", serveWABA)
	halted := func(s *served) func() bool {
		return func() bool { status, _, _ := s.get(t, "/v1/gate/"+serveWABA); return status == 423 }
	}
	status, _, _ := two.get(t, "/v1/gate/"+serveWABA)
	require.Equal(t, 200, status)
	require.Equal(t, 200, one.webhook(t, webhookFile(t, "status-131031.json"), serveSecret))
	until(t, "both refuse", func() bool { return halted(one)() && halted(two)() })
	nats.Stop()
	status, _, _ = one.get(t, "/healthz")
	require.Equal(t, 503, status)
	require.Equal(t, 503, one.webhook(t, webhookFile(t, "ban-disable.json"), serveSecret))
	nats.Start()
	until(t, "it is taken when Meta sends it again", func() bool {
		return one.webhook(t, webhookFile(t, "ban-disable.json"), serveSecret) == 200
	})
	until(t, "the other one knows it",
		func() bool { _, _, body := two.get(t, "/v1/gate/"+serveWABA); return strings.Contains(body, `"ban"`) })
	require.Equal(t, exitDone, one.stop(t), one.stderr.String())
	require.Equal(t, exitDone, two.stop(t), two.stderr.String())
}

func TestServeAnswers(t *testing.T) {
	skipOnWindows(t)
	store := t.TempDir()
	s := serveWebhooks(t, store, "--waba", serveWABA, "--waba", "900000000000008", "--waba", "1")
	for path, want := range map[string]int{
		"/v1/gate/x": 400, "/v1/gate/+1": 400, "/v1/gate/" + strings.Repeat("1", 33): 400, "/v1/gate/1?kind=all": 400,
		"/v1/gate/": 404, "/": 404,
		"/healthz": 200, "/v1/gate/1?kind=reply": 200, "/v1/gate/1?kind=": 200, "/metrics": 200,
	} {
		status, _, body := s.get(t, path)
		require.Equal(t, want, status, "%s: %s", path, body)
	}
	_, _, refused := s.get(t, "/v1/gate/+919876543210")
	require.NotContains(t, refused, "98765")
	answer, err := http.Post(s.url+"/v1/gate/1", "", nil)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.Equal(t, 405, answer.StatusCode)

	// A restriction of campaigns with an end: replies go, and when to come again is known.
	end := time.Now().Add(2 * time.Hour)
	restriction := fmt.Appendf(nil,
		`{"object":"whatsapp_business_account","entry":[{"id":"%s","time":%d,"changes":[{"field":"account_update","value":{"event":"ACCOUNT_RESTRICTION","restriction_info":[{"restriction_type":"RESTRICTED_BIZ_INITIATED_MESSAGING","expiration":%d}]}}]}]}`,
		serveWABA, time.Now().Unix(), end.Unix())
	require.Equal(t, 200, s.webhook(t, restriction, "older-secret"))
	status, header, _ := s.get(t, "/v1/gate/"+serveWABA)
	require.Equal(t, 423, status)
	seconds, err := strconv.Atoi(header.Get("Retry-After"))
	require.NoError(t, err)
	require.InDelta(t, time.Until(end).Seconds(), seconds, 60)
	status, _, _ = s.get(t, "/v1/gate/"+serveWABA+"?kind=reply")
	require.Equal(t, 200, status)

	// What is about another account is ignored, what is not understood is kept, and all of it is
	// counted.
	require.Equal(t, 200,
		s.webhook(t, bytes.ReplaceAll(webhookFile(t, "ban-disable.json"), []byte(serveWABA), []byte("900000000000009")),
			serveSecret))
	require.Equal(t, 200, s.webhook(t, []byte("made up"), serveSecret))
	require.Equal(t, 401, s.webhook(t, []byte("made up"), "wrong"))
	require.Equal(t, 200, s.webhook(t, webhookFile(t, "status-130497-three-recipients.json"), serveSecret))
	status, _, body := s.get(t, "/v1/gate/900000000000009")
	require.Equal(t, 404, status)
	// One that the store has, and whose webhooks this server ignores.
	var out strings.Builder
	require.Equal(t, exitDone,
		run([]string{"gate", "ingest", "--waba", "900000000000007", "--store", store,
			"../../testdata/webhooks/error-131042-payment.json"}, nil, &out, &out), out.String())
	until(t, "it is known",
		func() bool { status, _, body = s.get(t, "/v1/gate/900000000000007"); return status == 503 })
	require.Contains(t, body,
		`"state":"unknown","kind":"campaign","what_to_do":["Send nothing until the state is known: this server ignores the account's webhooks, since it is not named with --waba`)
	require.Contains(t, body, `"causes":[]`)
	_, _, metrics := s.get(t, "/metrics")
	for _, line := range []string{
		`listgate_webhook_requests_total{status="200"} 4`, `listgate_webhook_requests_total{status="401"} 1`,
		`listgate_webhook_ignored_events_total 1`, `listgate_webhook_not_understood_total 1`,
		`listgate_webhook_events_total{type="refusal"} 4`, `listgate_webhook_events_total{type="sighting"} 1`,
		`listgate_gate_state{kind="campaign",state="halted",waba="900000000000001"} 1`,
		`listgate_gate_state{kind="reply",state="open",waba="900000000000001"} 1`,
		`listgate_gate_sighted_regions{waba="900000000000001"} 1`,
		`listgate_gate_accounts{kind="campaign",state="halted"} 1`,
		`listgate_gate_accounts{kind="campaign",state="unknown"} 0`,
		`listgate_store_writable 1`,
	} {
		require.Contains(t, metrics, line+"\n")
	}
	require.NotContains(t, metrics, "1500555")

	// A journal that is damaged: unknown, which halts; the store as a whole is alive.
	require.NoError(t, os.WriteFile(filepath.Join(store, "900000000000008.jsonl"), []byte("broken\n"), 0o600))
	until(t, "the damage is seen",
		func() bool { status, header, body = s.get(t, "/v1/gate/900000000000008"); return status == 503 })
	require.Empty(t, header.Get("Retry-After"))
	require.Contains(t, body, `"state":"unknown"`)
	require.Contains(t, body, "900000000000008.jsonl:1: damaged")
	require.Contains(t, body, "listgate gate clear --waba 900000000000008 --reason … sets the file aside")
	status, _, _ = s.get(t, "/healthz")
	require.Equal(t, 200, status)

	// A store that is gone.
	require.NoError(t, os.RemoveAll(store))
	require.NoError(t, os.WriteFile(store, nil, 0o600))
	until(t, "it is seen", func() bool { status, _, body = s.get(t, "/healthz"); return status == 503 })
	require.NotEmpty(t, body)
	require.Equal(t, 503, s.webhook(t, webhookFile(t, "ban-disable.json"), serveSecret))
	until(t, "the state is unknown",
		func() bool { status, _, _ := s.get(t, "/v1/gate/"+serveWABA); return status == 503 })
	require.Equal(t, exitNotDone, s.stop(t), "what is left cannot be written")
}

// While the server stops, a request that is being answered ends, and what was only counted is
// written.
func TestServeStopsGracefully(t *testing.T) {
	skipOnWindows(t)
	store := t.TempDir()
	s := serveWebhooks(t, store)
	lock := webhookFile(t, "status-131031.json")
	require.Equal(t, 200, s.webhook(t, lock, serveSecret))
	for i := range 20 {
		again := bytes.ReplaceAll(lock, []byte("wamid.TEST1"), fmt.Appendf(nil, "wamid.AGAIN%d", i))
		require.Equal(t, 200, s.webhook(t, again, serveSecret))
	}
	// The body of this one is still on its way when the server is told to stop: the client sends it
	// once it is asked for.
	last := webhookFile(t, "ban-disable.json")
	mac := hmac.New(sha256.New, []byte(serveSecret))
	mac.Write(last)
	reader, writer := io.Pipe()
	r, err := http.NewRequest(http.MethodPost, s.url+"/webhook", reader)
	require.NoError(t, err)
	r.ContentLength = int64(len(last))
	r.Header.Set("X-Hub-Signature-256", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	r.Header.Set("Expect", "100-continue")
	answered := make(chan int, 1)
	go func() {
		answer, err := (&http.Client{Transport: &http.Transport{ExpectContinueTimeout: time.Minute}}).Do(r)
		if err != nil {
			answered <- 0
			return
		}
		_ = answer.Body.Close()
		answered <- answer.StatusCode
	}()
	_, err = writer.Write(last[:10])
	require.NoError(t, err)
	require.NoError(t, s.cmd.Process.Signal(syscall.SIGTERM))
	until(t, "it no longer listens", func() bool {
		answer, err := http.Get(s.url + "/healthz")
		if err == nil {
			_ = answer.Body.Close()
		}
		return err != nil
	})
	_, err = writer.Write(last[10:])
	require.NoError(t, err)
	require.NoError(t, writer.Close())
	require.Equal(t, 200, <-answered)
	require.Equal(t, exitDone, s.wait(), s.stderr.String())
	var out strings.Builder
	require.Equal(t, exitHalted, run([]string{"gate", "status", "--waba", serveWABA, "--store", store},
		nil, &out, &out))
	require.Contains(t, out.String(), "seen 21 times")
	require.Contains(t, out.String(), "ban since")
}

// The health of a halted account is asked for, with the token from the environment; the account
// that is open is not.
func TestServeAsksForHealth(t *testing.T) {
	skipOnWindows(t)
	store := t.TempDir()
	var mu sync.Mutex
	health := webhookFile(t, "health-payment.json")
	var asked []string
	graph := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, r.Method+" "+r.URL.String()+" "+r.Header.Get("Authorization"))
		_, _ = w.Write(health)
	}))
	defer graph.Close()
	var out strings.Builder
	require.Equal(t, exitDone,
		run([]string{"gate", "ingest", "--store", store, "../../testdata/webhooks/status-131031.json"}, nil, &out,
			&out), out.String())
	require.Equal(t, exitDone,
		run([]string{"gate", "halt", "--store", store, "--waba", "900000000000009", "--reason", "x"}, nil, &out, &out),
		out.String())
	require.Equal(t, exitDone,
		run([]string{"gate", "clear", "--store", store, "--waba", "900000000000009", "--reason", "x"}, nil, &out, &out),
		out.String())
	t.Setenv(graphTokenVariable, "made-up-graph-token")
	s := serve(t, store, "--health-interval", "1s", "--graph-url", graph.URL+"/v25.0")
	until(t, "it was asked and said blocked", func() bool { mu.Lock(); defer mu.Unlock(); return len(asked) >= 1 })
	status, _, _ := s.get(t, "/v1/gate/"+serveWABA)
	require.Equal(t, 423, status)
	until(t, "the answer is in the store", func() bool {
		text, err := os.ReadFile(filepath.Join(store, serveWABA+".jsonl"))
		return err == nil && bytes.Contains(text, []byte(`"blocked"`))
	})
	mu.Lock()
	health = webhookFile(t, "health-available.json")
	mu.Unlock()
	until(t, "it opens", func() bool { status, _, _ := s.get(t, "/v1/gate/"+serveWABA); return status == 200 })
	_, _, metrics := s.get(t, "/metrics")
	require.Contains(t, metrics, `listgate_health_requests_total{result="answered"}`)
	require.Equal(t, exitDone, s.stop(t))
	mu.Lock()
	defer mu.Unlock()
	for _, a := range asked {
		require.Equal(t, "GET /v25.0/"+serveWABA+"?fields=health_status Bearer made-up-graph-token", a)
	}
	require.NotContains(t, s.stderr.String(), "made-up-graph-token")
}
