package clienttest

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	waba          = "900000000000001"
	phoneNumberID = "900000000000002"
	appSecret     = "the app's secret"
	verifyToken   = "the verify token"
)

// A provider is what the Cloud API is to a client: it takes messages, refuses them with an error in
// the answer, or accepts them and says later, by webhook, that they failed.
type provider struct {
	*httptest.Server
	t       *testing.T
	webhook string // where statuses go

	mu      sync.Mutex
	code    int           // with which messages are refused; 0: they are not
	later   bool          // not in the answer but by webhook
	taken   []sentMessage // all that reached the server
	pending sync.WaitGroup
}

type sentMessage struct {
	To       string
	Type     string
	Status   string
	Template struct{ Name string }
}

func newProvider(t *testing.T) *provider {
	p := &provider{t: t}
	p.Server = httptest.NewServer(p)
	t.Cleanup(func() {
		p.pending.Wait()
		p.Close()
	})
	return p
}

// refuse makes the provider refuse what comes from now on.
func (p *provider) refuse(code int, later bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.code, p.later = code, later
}

func (p *provider) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.taken)
}

func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var m sentMessage
	isMessage := r.Method == http.MethodPost && r.URL.Path == "/v25.0/"+phoneNumberID+"/messages" &&
		r.Header.Get("Authorization") == "Bearer T" && r.Header.Get("Content-Type") == "application/json"
	if err != nil || !isMessage || json.Unmarshal(body, &m) != nil || int64(len(body)) != r.ContentLength {
		p.t.Errorf("no message as the Cloud API takes it: %s %s, %v", r.Method, r.URL.Path, err)
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	p.mu.Lock()
	p.taken = append(p.taken, m)
	id, code, later := fmt.Sprintf("wamid.TEST%d", len(p.taken)), p.code, p.later
	p.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	switch {
	case m.Status == "read":
		fmt.Fprint(w, `{"success":true}`)
	case code != 0 && !later:
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprintf(w, `{"error":{"message":"(#%d) made up","type":"OAuthException","code":%d,`+
			`"error_data":{"messaging_product":"whatsapp","details":"made up details"},"error_subcode":2494000,"fbtrace_id":"AbC%s"}}`, code, code, id)
	default:
		waID := strings.TrimPrefix(m.To, "+")
		fmt.Fprintf(w, `{"messaging_product":"whatsapp","contacts":[{"input":%q,"wa_id":%q}],"messages":[{"id":%q}]}`,
			m.To, waID, id)
		if code != 0 {
			p.pending.Go(func() { p.fail(id, waID, code) })
		}
	}
}

// fail tells by webhook that a message failed, signed as Meta signs.
func (p *provider) fail(id, waID string, code int) {
	body := fmt.Appendf(nil,
		`{"object":"whatsapp_business_account","entry":[{"id":%q,"changes":[{"field":"messages","value":{`+
			`"messaging_product":"whatsapp","metadata":{"display_phone_number":"15005550100","phone_number_id":%q},`+
			`"statuses":[{"id":%q,"status":"failed","timestamp":"1790000000","recipient_id":%q,"errors":[{"code":%d,"title":"made up",`+
			`"message":"made up","error_data":{"details":"made up details"},"href":"/documentation/business-messaging/whatsapp/support/error-codes"}]}]}}]}]}`,
		waba, phoneNumberID, id, waID, code)
	mac := hmac.New(sha256.New, []byte(appSecret))
	mac.Write(body)
	req, err := http.NewRequest(http.MethodPost, p.webhook, bytes.NewReader(body))
	if err != nil {
		p.t.Error(err)
		return
	}
	req.Header.Set("X-Hub-Signature-256", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Error(err)
		return
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		p.t.Errorf("the webhook was answered %d", resp.StatusCode)
	}
}

// delivered waits until the gate has every webhook.
func (p *provider) delivered() { p.pending.Wait() }

// requireCount checks how many messages have reached the server.
func (p *provider) requireCount(want int) {
	p.t.Helper()
	require.Equal(p.t, want, p.count())
}
