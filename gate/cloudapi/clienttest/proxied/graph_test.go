package proxied

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// A graph is what the Graph API is to a client: it takes messages, or answers with an error.
type graph struct {
	*httptest.Server
	mu    sync.Mutex
	code  int // with which messages are refused; 0: they are not
	taken []arrival
}

// An arrival is what arrived of a request, as far as a sender has a say in it.
type arrival struct {
	request, authorization, key, contentType, userAgent, body string
}

func newGraph(t *testing.T) *graph {
	g := &graph{}
	g.Server = httptest.NewServer(g)
	t.Cleanup(g.Close)
	return g
}

func (g *graph) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	g.mu.Lock()
	defer g.mu.Unlock()
	h := r.Header
	g.taken = append(g.taken, arrival{
		r.Method + " " + r.RequestURI, h.Get("Authorization"), h.Get("D360-API-KEY"), h.Get("Content-Type"),
		h.Get("User-Agent"), string(body),
	})
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	if g.code != 0 {
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprintf(w, `{"error":{"message":"(#%d) made up","type":"OAuthException","code":%d,`+
			`"error_data":{"messaging_product":"whatsapp","details":"made up details"},"fbtrace_id":"AbC%d"}}`,
			g.code, g.code, len(g.taken))
		return
	}
	_, _ = io.WriteString(w, `{"messaging_product":"whatsapp","contacts":[{"input":"x","wa_id":"x"}],`+
		`"messages":[{"id":"wamid.TEST"}]}`)
}

// refuse makes it refuse messages from now on; 0: take them.
func (g *graph) refuse(code int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.code = code
}

func (g *graph) count() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.taken)
}

// last returns what arrived last, with the phone number id of the sender taken out of the path.
func (g *graph) last(phoneNumberID string) arrival {
	g.mu.Lock()
	defer g.mu.Unlock()
	a := g.taken[len(g.taken)-1]
	a.request = strings.Replace(a.request, "/"+phoneNumberID+"/", "/ID/", 1)
	return a
}
