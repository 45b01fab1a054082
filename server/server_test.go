package server_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/config"
	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/folderstore"
	"github.com/listgate/listgate/rules"
	"github.com/listgate/listgate/server"
)

const (
	waba          = "900000000000001"
	phoneNumberID = "900000000000002"
	secret        = "made-up-app-secret"
	verifyToken   = "made-up-token"
	d360Key       = "made-up-360dialog-key"
)

// accounts are those of the tests: one that sends, and one that only asks.
var accounts = []config.Account{
	{
		Name: "brand-a", WABA: waba, PhoneNumberIDs: []string{phoneNumberID}, Categories: []string{"alcohol"},
		DefaultRegion: rules.Region{'D', 'E'}, D360KeySHA256: server.KeySHA256(d360Key),
	},
	{Name: "brand-b", WABA: "900000000000008", Categories: []string{"general"}},
}

// A world is a server with its store, answering on loopback.
type world struct {
	*testing.T
	*server.Server
	dir   string
	gate  *gate.Gate
	store gate.Store
	api   *httptest.Server
	log   *talk
	stop  context.CancelFunc
}

// talk is a log, readable while it is written.
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

func newWorld(t *testing.T, change func(*server.Options)) *world {
	t.Helper()
	w := &world{T: t, dir: t.TempDir(), log: &talk{}}
	w.store = folderstore.New(w.dir)
	w.gate = gate.New(w.store, gate.Options{})
	t.Cleanup(func() { _ = w.gate.Close() })
	var ctx context.Context
	ctx, w.stop = context.WithCancel(t.Context())
	o := server.Options{
		Gate: w.gate, Store: w.store, Accounts: accounts, Log: slog.New(slog.NewTextHandler(w.log, nil)),
		Webhooks: server.Webhooks{AppSecrets: []string{secret}, VerifyToken: verifyToken},
	}
	if change != nil {
		change(&o)
	}
	var err error
	w.Server, err = server.New(ctx, o)
	require.NoError(t, err)
	w.api = httptest.NewServer(w.Server)
	t.Cleanup(w.api.Close)
	return w
}

// ask sends a request; header is a list of names and values.
func (w *world) ask(method, path, body string, header ...string) (status int, answer string, got http.Header) {
	w.Helper()
	req, err := http.NewRequestWithContext(w.Context(), method, w.api.URL+path, strings.NewReader(body))
	require.NoError(w, err)
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(w, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(w, err)
	return resp.StatusCode, string(text), resp.Header
}

func (w *world) decide(body string) (status int, answer string) {
	w.Helper()
	status, answer, _ = w.ask("POST", "/v1/decide", body, "Content-Type", "application/json")
	return status, answer
}

// halt locks the account.
func (w *world) halt() {
	w.Helper()
	require.NoError(w, w.gate.Apply(w.Context(), gate.Event{
		Type: gate.EventSighting, WABA: waba, Time: time.Now(), Received: time.Now(), Cause: gate.CauseAccountLock,
		Code: 131031,
	}))
}

// breakJournal makes the account's state unknown.
func (w *world) breakJournal() {
	w.Helper()
	require.NoError(w, os.WriteFile(filepath.Join(w.dir, waba+".jsonl"), []byte("broken\n"), 0o600))
	until(w.T, "the damage is seen", func() bool {
		a, err := w.gate.Account(w.Context(), waba)
		return err == nil && a.State().Status(gate.MessageCampaign) == gate.StatusUnknown
	})
}

func sign(body string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.Now().Add(time.Minute) // far beyond: a slow machine fails nothing
	for !done() {
		require.True(t, time.Now().Before(deadline), what)
		time.Sleep(10 * time.Millisecond)
	}
}

// Ids that nobody knows are answered so, and cost those who are known nothing, however many are
// asked for.
func TestUnknownIDs(t *testing.T) {
	w := newWorld(t, func(o *server.Options) { o.Accounts = nil })
	require.NoError(t,
		w.gate.Apply(t.Context(), gate.Event{Type: gate.EventWarning, WABA: "7", Time: time.Now(), Received: time.Now(),
			Code: 131048}))
	for i := range 11_000 {
		recorder := httptest.NewRecorder()
		w.ServeHTTP(recorder, httptest.NewRequest("GET", fmt.Sprintf("/v1/gate/8%d", i), nil))
		require.Equal(t, 404, recorder.Code)
	}
	until(t, "the account of the store is known",
		func() bool { status, _, _ := w.ask("GET", "/v1/gate/7", ""); return status == 200 })
	status, body, _ := w.ask("GET", "/v1/gate/0", "")
	require.Equal(t, 404, status)
	require.Contains(t, body, "account 0 is in no configuration, and has no events in ")
	files, err := os.ReadDir(w.dir)
	require.NoError(t, err)
	require.LessOrEqual(t, len(files), 2, "nothing is made for who is only asked about")
}

// Without the token nobody gets in below /v1/; the rest needs none.
func TestToken(t *testing.T) {
	w := newWorld(t, func(o *server.Options) { o.Token = "made-up" })
	for _, header := range [][]string{nil, {"Authorization", "Bearer wrong"}, {"Authorization", "made-up"},
		{"Authorization", "Basic made-up"}, {"Authorization", "Bearer "}} {
		status, body, got := w.ask("GET", "/v1/gate/"+waba, "", header...)
		require.Equal(t, 401, status)
		require.NotContains(t, body, "made-up")
		require.Contains(t, got.Get("WWW-Authenticate"), "Bearer")
		status, _, _ = w.ask("POST", "/v1/decide", "{}", header...)
		require.Equal(t, 401, status)
	}
	status, _, _ := w.ask("GET", "/v1/gate/"+waba, "", "Authorization", "Bearer made-up")
	require.Equal(t, 200, status)
	for _, path := range []string{"/healthz", "/metrics", "/openapi.json"} {
		status, _, _ = w.ask("GET", path, "")
		require.Equal(t, 200, status, path)
	}
}

// Each cause that comes and goes is logged, not only what it means for sending.
func TestCausesAreLogged(t *testing.T) {
	w := newWorld(t, nil)
	status, _, _ := w.ask("GET", "/v1/gate/"+waba, "")
	require.Equal(t, 200, status)
	w.halt()
	until(t, "it is halted", func() bool { return strings.Contains(w.log.String(), "is halted") })
	require.NoError(t, w.gate.Apply(t.Context(), gate.Event{
		Type: gate.EventSighting, WABA: waba, Time: time.Now(), Received: time.Now(),
		Cause: gate.CausePolicyBlock, Code: 368,
	}))
	until(t, "a second cause", func() bool {
		return strings.Contains(w.log.String(), `a cause has come" cause="account_lock (131031)`) &&
			strings.Contains(w.log.String(), `a cause has come" cause="policy_block (368)`)
	})
	a, err := w.gate.Account(t.Context(), waba)
	require.NoError(t, err)
	_, _, err = a.Clear(t.Context(), []gate.Cause{gate.CausePolicyBlock}, gate.Operator{By: "x", Reason: "y"})
	require.NoError(t, err)
	until(t, "one has gone",
		func() bool { return strings.Contains(w.log.String(), `a cause has gone" cause="policy_block (368)`) })
	require.NotContains(t, w.log.String(), "is open")
}

// What a configuration says that was read again is in force; one that is not good changes nothing.
func TestReload(t *testing.T) {
	w := newWorld(t, nil)
	status, body := w.decide(`{"account":"brand-c","numbers":[]}`)
	require.Equal(t, 400, status, body)
	again := append([]config.Account{{Name: "brand-c", WABA: "900000000000009", Categories: []string{"general"}}},
		accounts...)
	require.NoError(t, w.Reload(again))
	status, body = w.decide(`{"account":"brand-c","numbers":["+5352345678"]}`)
	require.Equal(t, 200, status, body)
	require.Contains(t, body, `"regions":["CU"]`)
	again[0].Categories = []string{"no-such-category"}
	require.Error(t, w.Reload(again))
	status, _ = w.decide(`{"account":"brand-c","numbers":[]}`)
	require.Equal(t, 200, status)
}
