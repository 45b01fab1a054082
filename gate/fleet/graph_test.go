package fleet_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

const appSecret = "a secret of the tests"

// A graph is a server on loopback that takes messages as the Cloud API does, and locks accounts.
type graph struct {
	t *testing.T
	*httptest.Server
	webhook *httptest.Server // our endpoint
	telling sync.WaitGroup

	mu       sync.Mutex
	accounts map[string]*account // by phone number id
}

// An account is one that messages are sent for, as the server sees it.
type account struct {
	waba, phone string
	lockAt      int  // the message with which it is locked, from 1
	byWebhook   bool // nobody is told in an answer

	mu       sync.Mutex
	arrivals []arrival
	refused  time.Time // when the first refusal was sent
}

// An arrival is a message that reached the server.
type arrival struct {
	at      time.Time
	process int
}

func newGraph(t *testing.T, webhook http.Handler) *graph {
	g := &graph{t: t, accounts: map[string]*account{}, webhook: httptest.NewServer(webhook)}
	g.Server = httptest.NewServer(g)
	t.Cleanup(func() {
		g.Close()
		g.telling.Wait()
		g.webhook.Close()
	})
	return g
}

// account returns a new account.
func (g *graph) account(n int) *account {
	a := &account{waba: fmt.Sprint(910000000000000 + n), phone: fmt.Sprint(920000000000000 + n)}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.accounts[a.phone] = a
	return a
}

func (a *account) arrived() []arrival {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]arrival(nil), a.arrivals...)
}

func (a *account) order(server string) order {
	return order{Server: server, WABA: a.waba, Phone: a.phone}
}

func (g *graph) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	at := time.Now()
	g.mu.Lock()
	a := g.accounts[strings.Split(r.URL.Path, "/")[2]]
	g.mu.Unlock()
	process, err := strconv.Atoi(r.Header.Get(processHeader))
	if a == nil || err != nil {
		http.Error(w, "no such account", http.StatusNotFound)
		return
	}
	a.mu.Lock()
	a.arrivals = append(a.arrivals, arrival{at, process})
	n := len(a.arrivals)
	locked := n >= a.lockAt
	if locked && a.refused.IsZero() {
		a.refused = time.Now()
	}
	a.mu.Unlock()

	w.Header().Set("Content-Type", "application/json")
	if locked && !a.byWebhook {
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprintf(w, `{"error":{"message":"(#131031) Business Account locked","type":"OAuthException","code":131031,`+
			`"error_data":{"messaging_product":"whatsapp","details":"Business account has been locked."},"fbtrace_id":"T%d"}}`, n)
		return
	}
	fmt.Fprintf(
		w,
		`{"messaging_product":"whatsapp","contacts":[{"input":"x","wa_id":"x"}],"messages":[{"id":"wamid.%s.%d"}]}`,
		a.phone,
		n,
	)
	if locked {
		g.telling.Go(func() { g.tell(a, n) })
	}
}

// tell sends the webhook that says that a message failed, since the account is locked.
func (g *graph) tell(a *account, n int) {
	body := fmt.Appendf(
		nil,
		`{"object":"whatsapp_business_account","entry":[{"id":"%s","changes":[{"field":"messages","value":{`+
			`"messaging_product":"whatsapp","metadata":{"display_phone_number":"15005550100","phone_number_id":"%s"},`+
			`"statuses":[{"id":"wamid.%s.%d","status":"failed","timestamp":"%d","recipient_id":"15005550111","errors":[{"code":131031,`+
			`"title":"Business Account locked","message":"Business Account locked","error_data":{"details":"Business account has been locked."}}]}]}}]}]}`,
		a.waba,
		a.phone,
		a.phone,
		n,
		time.Now().Unix(),
	)
	mac := hmac.New(sha256.New, []byte(appSecret))
	mac.Write(body)
	req, err := http.NewRequest(http.MethodPost, g.webhook.URL, bytes.NewReader(body))
	if err != nil {
		g.t.Error(err)
		return
	}
	req.Header.Set("X-Hub-Signature-256", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		g.t.Error(err)
		return
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		g.t.Errorf("webhook: %s", resp.Status)
	}
}
