package cloudapi_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/cloudapi"
	"github.com/listgate/listgate/gate/folderstore"
)

const (
	secret      = "made-up-app-secret"
	verifyToken = "made-up-token"
)

// An endpoint is a handler on loopback, over a store in a folder.
type endpoint struct {
	*httptest.Server
	dir     string
	gate    *gate.Gate
	account *gate.Account
	mu      sync.Mutex
	results []cloudapi.WebhookResult
}

func newEndpoint(t *testing.T, secrets []string, accounts ...string) *endpoint {
	t.Helper()
	e := &endpoint{dir: t.TempDir()}
	e.gate = gate.New(folderstore.New(e.dir), gate.Options{})
	receiver := &cloudapi.Receiver{Gate: e.gate}
	for _, id := range accounts {
		if receiver.Accounts == nil {
			receiver.Accounts = map[string]bool{}
		}
		receiver.Accounts[id] = true
	}
	handler, err := cloudapi.NewHandler(receiver,
		cloudapi.HandlerOptions{AppSecrets: secrets, VerifyToken: verifyToken, Report: func(r cloudapi.WebhookResult) {
			e.mu.Lock()
			defer e.mu.Unlock()
			e.results = append(e.results, r)
		}})
	require.NoError(t, err)
	e.account, err = e.gate.Account(t.Context(), waba)
	require.NoError(t, err)
	e.Server = httptest.NewServer(handler)
	t.Cleanup(func() {
		e.Close()
		require.NoError(t, e.gate.Close())
	})
	return e
}

// sign makes the header as Meta documents it.
func sign(body []byte, secret string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// post sends a body; signature "" sends no header. It returns the status and the result.
func (e *endpoint) post(t *testing.T, body []byte, signature string) (int, cloudapi.WebhookResult) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, e.URL, bytes.NewReader(body))
	require.NoError(t, err)
	if signature != "" {
		r.Header.Set("X-Hub-Signature-256", signature)
	}
	answer, err := e.Client().Do(r)
	require.NoError(t, err)
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	require.NoError(t, err)
	e.mu.Lock()
	defer e.mu.Unlock()
	return answer.StatusCode, e.results[len(e.results)-1]
}

func payload(t *testing.T, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(folder, name))
	require.NoError(t, err)
	return body
}

func TestSignature(t *testing.T) {
	body := payload(t, "status-131031.json")
	good := sign(body, secret)
	altered := bytes.Replace(body, []byte("131031"), []byte("131032"), 1)
	for _, test := range []struct {
		name      string
		body      []byte
		signature string
		status    int
	}{
		{"missing", body, "", 401},
		{"of another secret", body, sign(body, "another"), 401},
		{"of no secret", body, sign(body, ""), 401},
		{"a body altered by one byte", altered, good, 401},
		{"a body with a line break more", append(slices.Clone(body), '\n'), good, 401},
		{"altered by one digit", body,
			good[:len(good)-1] +
				string("0123456789abcdef"[(strings.IndexByte("0123456789abcdef", good[len(good)-1])+1)%16]), 401},
		{"cut short", body, good[:len(good)-2], 401},
		{"too long", body, good + "00", 401},
		{"empty", body, "sha256=", 401},
		{"of the older algorithm", body, "sha1=" + good[7:47], 401},
		{"without the algorithm", body, good[7:], 401},
		{"not hexadecimal", body, "sha256=" + strings.Repeat("x", 64), 401},
		{"right", body, good, 200},
		{"right, the second secret", body, sign(body, "rotated"), 200},
	} {
		e := newEndpoint(t, []string{secret, "rotated"})
		status, result := e.post(t, test.body, test.signature)
		require.Equal(t, test.status, status, test.name)
		require.Equal(t, test.status, result.Status, test.name)
		if status == 200 {
			require.Error(t, e.account.Check(gate.MessageCampaign), test.name)
			continue
		}
		require.ErrorIs(t, result.Err, cloudapi.ErrSignature, test.name)
		require.NoError(t, e.account.Check(gate.MessageCampaign), test.name)
		require.NoFileExists(t, filepath.Join(e.dir, waba+".jsonl"), test.name)
	}
}

// The signature is over the bytes as they came, escapes and all. It was made with: printf '%s' BODY
// | openssl dgst -sha256 -hmac made-up-app-secret.
func TestSignatureOfEscapedUnicode(t *testing.T) {
	const body = `{"object":"whatsapp_business_account","entry":[{"id":"900000000000001","time":1790000000,"changes":[{"field":"account_update","value":{"event":"ACCOUNT_DELETED","note":"gesch\u00e4ft \ud83d\ude00 \/ <made up>"}}]}]}`
	const signature = "sha256=59ad6c84c48c47e8c10284a2528b557a6ccdcec264295fae03e5db29e9cb6714"
	e := newEndpoint(t, []string{secret})
	status, _ := e.post(t, []byte(strings.NewReplacer(`\u00e4`, "ä", `\/`, "/").Replace(body)), signature)
	require.Equal(t, 401, status, "the same JSON in other bytes")
	require.NoError(t, e.account.Check(gate.MessageCampaign))
	status, result := e.post(t, []byte(body), signature)
	require.Equal(t, 200, status)
	require.Empty(t, result.Document.Problems)
	require.Error(t, e.account.Check(gate.MessageCampaign))
}

func TestHandshake(t *testing.T) {
	e := newEndpoint(t, []string{secret})
	for _, test := range []struct {
		query  string
		status int
		body   string
	}{
		{"hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=" + verifyToken, 200, "1158201444"},
		{"hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=" + verifyToken + "x", 403, "Forbidden\n"},
		{"hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=", 403, "Forbidden\n"},
		{"hub.mode=subscribe&hub.challenge=1158201444", 403, "Forbidden\n"},
		{"hub.mode=unsubscribe&hub.challenge=1158201444&hub.verify_token=" + verifyToken, 400, "Bad Request\n"},
		{"hub.mode=subscribe&hub.verify_token=" + verifyToken, 400, "Bad Request\n"},
		{"hub.mode=subscribe&hub.challenge=" + strings.Repeat("1", 257) + "&hub.verify_token=" + verifyToken, 400,
			"Bad Request\n"},
		{"", 400, "Bad Request\n"},
	} {
		answer, err := e.Client().Get(e.URL + "?" + test.query)
		require.NoError(t, err)
		body, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		require.Equal(t, test.status, answer.StatusCode, test.query)
		require.Equal(t, test.body, string(body), test.query)
		require.Equal(t, "text/plain; charset=utf-8", answer.Header.Get("Content-Type"))
		require.Equal(t, "nosniff", answer.Header.Get("X-Content-Type-Options"))
	}
	r, err := http.NewRequest(http.MethodPut, e.URL, strings.NewReader("x"))
	require.NoError(t, err)
	answer, err := e.Client().Do(r)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.Equal(t, 405, answer.StatusCode)
	require.Equal(t, "GET, POST", answer.Header.Get("Allow"))
}

func TestHandlerNeedsItsSecrets(t *testing.T) {
	for _, options := range []cloudapi.HandlerOptions{
		{}, {AppSecrets: []string{secret}}, {VerifyToken: verifyToken},
		{AppSecrets: []string{secret, ""}, VerifyToken: verifyToken},
	} {
		_, err := cloudapi.NewHandler(&cloudapi.Receiver{}, options)
		require.Error(t, err)
	}
}

// Meta's largest body is 3 MB: that is taken, and what is larger is not read to its end.
func TestBodyIsBounded(t *testing.T) {
	e := newEndpoint(t, []string{secret})
	body := payload(t, "status-131031.json")
	body = append(body, bytes.Repeat([]byte(" "), 3<<20-len(body))...)
	over := append(slices.Clone(body), ' ')
	status, result := e.post(t, over, sign(over, secret))
	require.Equal(t, 413, status)
	require.ErrorIs(t, result.Err, cloudapi.ErrTooLarge)
	require.NoError(t, e.account.Check(gate.MessageCampaign))
	status, _ = e.post(t, body, sign(body, secret))
	require.Equal(t, 200, status)
	require.Error(t, e.account.Check(gate.MessageCampaign))
}

// Meta sends again what is not answered 200, so what will never be understood is kept as its hash,
// and answered 200.
func TestNotUnderstoodIsTaken(t *testing.T) {
	for _, body := range []string{
		"not JSON at all", `{"entry":7}`, `{"object":"page","entry":[]}`, `{"error":{"code":368}}`, "", "{", `[]`,
		`{"object":"whatsapp_business_account","entry":[{"id":"x","changes":[{"field":"messages","value":{}}]}]}`,
	} {
		e := newEndpoint(t, []string{secret}, waba)
		status, result := e.post(t, []byte(body), sign([]byte(body), secret))
		require.Equal(t, 200, status, body)
		require.NotEmpty(t, result.Document.Problems, body)
		require.Len(t, result.Document.Events, 1, body)
		kept, err := os.ReadFile(filepath.Join(e.dir, cloudapi.NoAccount+".jsonl"))
		require.NoError(t, err)
		sum := sha256.Sum256([]byte(body))
		require.Contains(t, string(kept), hex.EncodeToString(sum[:]), body)
		require.NoError(t, e.account.Check(gate.MessageCampaign))
	}
}

// An account that is not ours is never gated on, whatever stands in entry.id.
func TestOtherAccountsAreIgnored(t *testing.T) {
	const other = "900000000000009"
	e := newEndpoint(t, []string{secret}, other)
	for _, name := range []string{"ban-disable.json", "status-131031.json", "field-unknown.json",
		"not-understood-shape.json"} {
		body := payload(t, name)
		status, _ := e.post(t, body, sign(body, secret))
		require.Equal(t, 200, status)
	}
	require.NoError(t, e.account.Check(gate.MessageCampaign))
	require.NoFileExists(t, filepath.Join(e.dir, waba+".jsonl"))
	require.FileExists(t, filepath.Join(e.dir, cloudapi.NoAccount+".jsonl"))
	for i, ignored := range []int{1, 1, 0, 0} {
		require.Len(t, e.results[i].Document.Ignored, ignored)
	}

	body := bytes.ReplaceAll(payload(t, "ban-disable.json"), []byte(waba), []byte(other))
	status, result := e.post(t, body, sign(body, secret))
	require.Equal(t, 200, status)
	require.Empty(t, result.Document.Ignored)
	a, err := e.gate.Account(t.Context(), other)
	require.NoError(t, err)
	require.Error(t, a.Check(gate.MessageCampaign))
}

// What is not understood of a batch is kept for the account that it is about, and no more than
// once.
func TestBatchNotUnderstood(t *testing.T) {
	e := newEndpoint(t, []string{secret}, waba)
	body := payload(t, "batch-not-understood.json")
	for range 2 {
		status, result := e.post(t, body, sign(body, secret))
		require.Equal(t, 200, status)
		require.Len(t, result.Document.Events, 2)
		require.Len(t, result.Document.Ignored, 2)
	}
	require.Equal(t, 1, e.account.State().Unread)
	require.NoFileExists(t, filepath.Join(e.dir, cloudapi.NoAccount+".jsonl"))
}

func TestDuplicatesAreHarmless(t *testing.T) {
	e := newEndpoint(t, []string{secret})
	for _, name := range []string{"status-131031.json", "status-130497-three-recipients.json",
		"restriction-both.json"} {
		for range 3 {
			body := payload(t, name)
			status, _ := e.post(t, body, sign(body, secret))
			require.Equal(t, 200, status)
		}
	}
	require.NoError(t, e.gate.Flush(t.Context()))
	s := e.account.State()
	require.Equal(t, 1, s.Causes[0].Sightings)
	require.Equal(t, 3, s.Sighted[0].Refusals)
	lines, err := os.ReadFile(filepath.Join(e.dir, waba+".jsonl"))
	require.NoError(t, err)
	require.Equal(t, 3, bytes.Count(lines, []byte("\n")))
}

// What the store cannot take is answered 5xx, and so are repeats of it; what halts is in force here
// all the same.
func TestStoreThatFails(t *testing.T) {
	e := newEndpoint(t, []string{secret})
	lock := filepath.Join(e.dir, waba+".lock")
	require.NoError(t, os.Mkdir(lock, 0o700)) // cannot be locked
	first, second := payload(t, "status-131031.json"), payload(t, "status-131031-absolute-href.json")
	second = bytes.ReplaceAll(second, []byte("wamid.TEST1"), []byte("wamid.TEST9"))
	for _, body := range [][]byte{first, second, first} {
		status, result := e.post(t, body, sign(body, secret))
		require.Equal(t, 503, status)
		require.Error(t, result.Err)
		require.Error(t, e.account.Check(gate.MessageCampaign))
	}
	require.NoError(t, os.Remove(lock))
	status, _ := e.post(t, first, sign(first, secret))
	require.Equal(t, 200, status)
	// A repeat of what is in force counts against a later ending, too: it is not durable because
	// what it repeats is.
	require.NoError(t, os.Remove(lock))
	require.NoError(t, os.Mkdir(lock, 0o700))
	repeat := bytes.ReplaceAll(bytes.ReplaceAll(first, []byte("wamid.TEST1"), []byte("wamid.TEST8")), []byte("1790000"),
		[]byte("1790001"))
	require.NotEqual(t, first, repeat)
	status, _ = e.post(t, repeat, sign(repeat, secret))
	require.Equal(t, 503, status)
	require.NoError(t, os.Remove(lock))
	status, _ = e.post(t, repeat, sign(repeat, secret))
	require.Equal(t, 200, status)
	written, err := os.ReadFile(filepath.Join(e.dir, waba+".jsonl"))
	require.NoError(t, err)
	require.Equal(t, 2, bytes.Count(written, []byte("\n")))
	// Another process that starts now knows it.
	g := gate.New(folderstore.New(e.dir), gate.Options{})
	a, err := g.Account(t.Context(), waba)
	require.NoError(t, err)
	require.Error(t, a.Check(gate.MessageCampaign))
	require.NoError(t, g.Close())
}

// failures is the webhook of so many messages that a lock made fail.
func failures(batch, size int) []byte {
	var b bytes.Buffer
	b.WriteString(`{"object":"whatsapp_business_account","entry":[{"id":"` + waba +
		`","changes":[{"field":"messages","value":{"messaging_product":"whatsapp","statuses":[`)
	for i := range size {
		if i > 0 {
			b.WriteByte(',')
		}
		n := batch*size + i
		code := []int{131031, 368, 130497}[n%3]
		fmt.Fprintf(&b,
			`{"id":"wamid.%d","status":"failed","timestamp":"%d","recipient_id":"1415%07d","errors":[{"code":%d}]}`, n,
			1790000000+n%7, n%10_000_000, code)
	}
	b.WriteString(`]}}]}]}`)
	return b.Bytes()
}

// counted counts what reaches a store.
type counted struct {
	*folderstore.Store
	mu      sync.Mutex
	appends int
}

func (c *counted) Append(ctx context.Context, waba string, events []gate.Event) error {
	c.mu.Lock()
	c.appends++
	c.mu.Unlock()
	return c.Store.Append(ctx, waba, events)
}

// A storm of failed statuses after a lock, as Meta sends it: each POST is answered 200 once the
// store has it, every refusal is counted, and the store is written to about once a second.
func TestStorm(t *testing.T) {
	const size = 50
	clients, n := 200, 100_000
	if testing.Short() { // under the race detector: so many at once wait too long for a processor
		clients, n = clients/10, n/10
	}
	store := &counted{Store: folderstore.New(t.TempDir())}
	g := gate.New(store, gate.Options{})
	handler, err := cloudapi.NewHandler(&cloudapi.Receiver{Gate: g},
		cloudapi.HandlerOptions{AppSecrets: []string{secret}, VerifyToken: verifyToken})
	require.NoError(t, err)
	server := httptest.NewServer(handler)
	defer server.Close()
	batches := make(chan int)
	errs := make(chan error, clients)
	began := time.Now()
	slowest := make([]time.Duration, clients)
	for c := range clients {
		go func() {
			errs <- func() error {
				var failed error
				for batch := range batches {
					sent := time.Now()
					failed = errors.Join(failed, deliver(server, failures(batch, size)))
					slowest[c] = max(slowest[c], time.Since(sent))
				}
				return failed
			}()
		}()
	}
	for batch := range n / size {
		batches <- batch
	}
	close(batches)
	for range clients {
		require.NoError(t, <-errs)
	}
	require.NoError(t, g.Flush(t.Context()))
	seconds := int(time.Since(began)/time.Second) + 1
	// The first one at once, five a second, since the webhooks wait, and the last by Flush.
	require.LessOrEqual(t, store.appends, 2+5*seconds)
	t.Logf("%d statuses in %s, slowest POST %s, %d writes", n, time.Since(began), slices.Max(slowest), store.appends)

	a, err := g.Account(t.Context(), waba)
	require.NoError(t, err)
	s := a.State()
	seen := s.Sighted[0].Refusals
	for _, c := range s.Causes {
		seen += c.Sightings
	}
	require.Len(t, s.Causes, 2)
	require.Equal(t, n, seen)
	require.True(t, s.Sighted[0].Sighted)
	require.NoError(t, g.Close())
}

func deliver(server *httptest.Server, body []byte) error {
	r, err := http.NewRequest(http.MethodPost, server.URL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("X-Hub-Signature-256", sign(body, secret))
	answer, err := server.Client().Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return errors.New(answer.Status)
	}
	_, err = io.Copy(io.Discard, answer.Body)
	return err
}

func TestReceiver(t *testing.T) {
	g := gate.New(folderstore.New(t.TempDir()), gate.Options{})
	defer g.Close()
	r := &cloudapi.Receiver{Gate: g}
	d, err := r.Apply(t.Context(), payload(t, "status-131031.json"))
	require.NoError(t, err)
	require.Equal(t, "messages", d.Shape)
	a, err := g.Account(t.Context(), waba)
	require.NoError(t, err)
	require.Error(t, a.Check(gate.MessageCampaign))
	_, err = r.Apply(t.Context(), payload(t, "error-368.json"))
	require.ErrorIs(t, err, cloudapi.ErrNeedsAccount)
	d, err = r.Apply(t.Context(), []byte("made up"))
	require.NoError(t, err)
	require.NotEmpty(t, d.Problems)
}
