package server_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/config"
	"github.com/listgate/listgate/server"
)

const (
	sendPath = "/v25.0/" + phoneNumberID + "/messages"
	toGB     = `{"messaging_product":"whatsapp","to":"+447911123456","type":"text","text":{"body":"hi"}}`
	toCuba   = `{"messaging_product":"whatsapp","to":"+5352345678","type":"text","text":{"body":"hi"}}`
	lock     = `{"error":{"message":"(#131031) Business Account locked","type":"OAuthException","code":131031,"fbtrace_id":"X"}}`
)

// A graph is what the Graph API is to the proxy.
type graph struct {
	*httptest.Server
	mu       sync.Mutex
	requests []*http.Request // without their bodies
	bodies   []string
	answer   func(w http.ResponseWriter, r *http.Request, body string)
}

func newGraph(t *testing.T, http2 bool) *graph {
	t.Helper()
	g := &graph{}
	g.Server = httptest.NewUnstartedServer(g)
	if g.EnableHTTP2 = http2; http2 {
		g.StartTLS()
	} else {
		g.Start()
	}
	t.Cleanup(g.Close)
	return g
}

func (g *graph) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	g.mu.Lock()
	g.requests, g.bodies = append(g.requests, r), append(g.bodies, string(body))
	answer := g.answer
	g.mu.Unlock()
	if answer != nil {
		answer(w, r, string(body))
		return
	}
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprint(w,
		`{"messaging_product":"whatsapp","contacts":[{"input":"x","wa_id":"x"}],"messages":[{"id":"wamid.X"}]}`)
}

func (g *graph) taken() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.requests)
}

func (g *graph) last() (*http.Request, string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.requests[len(g.requests)-1], g.bodies[len(g.bodies)-1]
}

// A proxied world has a proxy in front of a graph.
type proxied struct {
	*world
	graph *graph
	proxy *httptest.Server
}

func newProxied(t *testing.T, http2 bool) *proxied {
	t.Helper()
	p := &proxied{graph: newGraph(t, http2)}
	to, err := url.Parse(p.graph.URL)
	require.NoError(t, err)
	p.world = newWorld(t, func(o *server.Options) {
		o.Accounts = []config.Account{accounts[0]}
		o.Accounts[0].Categories = []string{"general"}
		o.Proxy = server.Proxy{To: to, To360dialog: to, Base: baseOf(p.graph)}
	})
	p.proxy = httptest.NewServer(p.ProxyHandler())
	t.Cleanup(p.proxy.Close)
	return p
}

// baseOf returns what reaches a graph, without compression of its own, as the proxy's own does.
func baseOf(g *graph) http.RoundTripper {
	base := g.Client().Transport.(*http.Transport).Clone()
	base.DisableCompression = true
	return base
}

func (p *proxied) send(method, path, body string, header ...string) (status int, answer string, got http.Header) {
	p.Helper()
	req, err := http.NewRequestWithContext(p.Context(), method, p.proxy.URL+path, strings.NewReader(body))
	require.NoError(p, err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer T")
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := (&http.Client{Transport: &http.Transport{DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(req)
	require.NoError(p, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(p, err)
	return resp.StatusCode, string(text), resp.Header
}

// graphError is an error of the Graph API's shape.
type graphError struct {
	Error struct {
		Message   string
		Type      string
		Code      int
		ErrorData struct {
			MessagingProduct string `json:"messaging_product"`
			Details          string
		} `json:"error_data"`
	}
}

func refusal(t *testing.T, body string) graphError {
	t.Helper()
	var e graphError
	require.NoError(t, json.Unmarshal([]byte(body), &e), body)
	require.Equal(t, "OAuthException", e.Error.Type)
	require.Equal(t, "whatsapp", e.Error.ErrorData.MessagingProduct)
	require.Contains(t, e.Error.ErrorData.Details, "listgate: ")
	return e
}

// What may be sent passes byte for byte, what may not gets an answer of Meta's shape, and nothing
// of it leaves. What the answers say is in force before they are passed back.
func TestProxy(t *testing.T) {
	for name, http2 := range map[string]bool{"HTTP/1.1": false, "HTTP/2": true} {
		t.Run(name, func(t *testing.T) {
			p := newProxied(t, http2)
			status, body, _ := p.send("POST", sendPath+"?access_token=T&x=%2f;y", toGB, "User-Agent", "made-up/1",
				"X-Forwarded-For", "192.0.2.1", "X-Custom", "a, b")
			require.Equal(t, 403, status, body) // a query that two may read differently
			status, body, _ = p.send("POST", sendPath+"?access_token=T&x=%2f", toGB, "User-Agent", "made-up/1",
				"X-Forwarded-For", "192.0.2.1", "X-Custom", "a, b")
			require.Equal(t, 200, status, body)
			require.Contains(t, body, "wamid.X")
			r, sent := p.graph.last()
			require.Equal(t, toGB, sent)
			require.Equal(t, sendPath+"?access_token=T&x=%2f", r.RequestURI)
			require.Equal(t, []string{"Bearer T", "made-up/1", "192.0.2.1", "a, b"},
				[]string{r.Header.Get("Authorization"), r.Header.Get("User-Agent"), r.Header.Get("X-Forwarded-For"),
					r.Header.Get("X-Custom")})
			require.Equal(t, int64(len(toGB)), r.ContentLength)
			require.Equal(t, strings.TrimPrefix(strings.TrimPrefix(p.graph.URL, "https://"), "http://"), r.Host)
			require.Equal(t, http2, r.ProtoMajor == 2)

			status, body, header := p.send("POST", sendPath, toCuba)
			require.Equal(t, 403, status)
			e := refusal(t, body)
			require.Equal(t, 130497, e.Error.Code)
			require.Contains(t, e.Error.ErrorData.Details, "restricted in CU by rule")
			require.Equal(t, "permanent", header.Get("X-Listgate"))
			require.NotContains(t, body, "52345678")
			require.Equal(t, 1, p.graph.taken())

			p.graph.answer = func(w http.ResponseWriter, _ *http.Request, _ string) {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(403)
				_, _ = io.WriteString(w, lock)
			}
			status, body, _ = p.send("POST", sendPath, toGB)
			require.Equal(t, 403, status)
			require.Equal(t, lock, body)
			require.Equal(t, 2, p.graph.taken())
			status, body, _ = p.send("POST", sendPath, toGB)
			require.Equal(t, 403, status)
			e = refusal(t, body)
			require.Equal(t, 131031, e.Error.Code)
			require.Contains(t, e.Error.ErrorData.Details, "account_lock (131031)")
			require.Equal(t, 2, p.graph.taken())
			until(t, "it is logged",
				func() bool { return strings.Contains(p.log.String(), "the proxy refused POST messages: deferred") })
			require.NotRegexp(t, `447911|52345678|Bearer|access_token`, p.log.String())
			until(t, "it is counted", func() bool {
				_, metrics, _ := p.ask("GET", "/metrics", "")
				return strings.Contains(metrics, `listgate_proxy_requests_total{class="messages",status="403"} 4`) &&
					strings.Contains(metrics, `listgate_proxy_refused_total{reason="deferred"} 1`)
			})
		})
	}
}

// What encodings a client accepts must not keep anything from being learned.
func TestProxyLearnsFromCompressedAnswers(t *testing.T) {
	p := newProxied(t, false)
	p.graph.answer = func(w http.ResponseWriter, r *http.Request, _ string) {
		if r.Header.Get("Accept-Encoding") != "gzip" { // a server would take the best, and nobody here could read it
			w.Header().Set("Content-Encoding", "br")
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		w.WriteHeader(403)
		z := gzip.NewWriter(w)
		_, _ = io.WriteString(z, lock)
		_ = z.Close()
	}
	status, _, header := p.send("POST", sendPath, toGB, "Accept-Encoding", "gzip, deflate, br, zstd")
	require.Equal(t, 403, status)
	require.Equal(t, "gzip", header.Get("Content-Encoding"))
	_, body, _ := p.send("POST", sendPath, toGB)
	require.Equal(t, 131031, refusal(t, body).Error.Code)
	require.Equal(t, 1, p.graph.taken())
}

// Messages that are halted by a block say so.
func TestProxyCodes(t *testing.T) {
	p := newProxied(t, false)
	p.graph.answer = func(w http.ResponseWriter, _ *http.Request, _ string) {
		w.WriteHeader(400)
		_, _ = io.WriteString(w, `{"error":{"message":"(#368) made up","code":368,"fbtrace_id":"X"}}`)
	}
	_, _, _ = p.send("POST", sendPath, toGB)
	_, body, _ := p.send("POST", sendPath, toGB)
	require.Equal(t, 368, refusal(t, body).Error.Code)
}

// Whatever is no message passes, in both directions, while it comes: bodies of any size in little
// memory, trailers of none.
func TestProxyPassesTheRest(t *testing.T) {
	p := newProxied(t, false)
	p.halt() // nothing but messages is asked about
	p.graph.answer = func(w http.ResponseWriter, r *http.Request, body string) {
		w.Header().Set("Location", "https://example.com/")
		w.Header().Set("X-Fb-Trace-Id", "x")
		w.WriteHeader(302)
		fmt.Fprintf(w, "%s %s %x", r.Method, r.RequestURI, sha256.Sum256([]byte(body)))
	}
	for _, test := range []struct{ method, path, body string }{
		{"GET", "/v25.0/" + phoneNumberID + "?fields=a,b%20c", ""},
		{"DELETE", "/v25.0/x%2Fy/media", ""},
		{"POST", "/v25.0/" + phoneNumberID + "/media", strings.Repeat("x", 5<<20)},
		{"PUT", "/v25.0//x/../y", "z"},
		{"POST", "/v25.0/" + waba + "/message_templates", `{"name":"x"}`},
	} {
		status, body, header := p.send(test.method, test.path, test.body)
		require.Equal(t, 302, status, "no redirect is followed")
		require.Equal(t, "https://example.com/", header.Get("Location"))
		require.Equal(t, fmt.Sprintf("%s %s %x", test.method, test.path, sha256.Sum256([]byte(test.body))), body)
		require.Equal(t, "x", header.Get("X-Fb-Trace-Id"))
	}
}

// An upload goes while it comes, and a download comes while it is sent.
func TestProxyStreams(t *testing.T) {
	p := newProxied(t, false)
	read, goOn := make(chan string), make(chan struct{})
	p.graph.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		part := make([]byte, 5)
		_, _ = io.ReadFull(r.Body, part)
		read <- string(part)
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, "begin")
		w.(http.Flusher).Flush()
		<-goOn
		_, _ = io.WriteString(w, "end")
	})
	body, feed := io.Pipe()
	req, err := http.NewRequestWithContext(t.Context(), "POST", p.proxy.URL+"/v25.0/1/media", body)
	require.NoError(t, err)
	go func() {
		_, _ = feed.Write([]byte("first"))
		if part := <-read; part != "first" {
			t.Error(part)
		}
		_ = feed.Close()
	}()
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	part := make([]byte, 5)
	_, err = io.ReadFull(resp.Body, part)
	require.NoError(t, err)
	require.Equal(t, "begin", string(part), "the download has not ended")
	close(goOn)
	rest, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Equal(t, "end", string(rest))
}

// raw sends bytes to the proxy as it really listens, and returns the status of the first answer.
func (p *proxied) raw(listener net.Addr, text string) (status int, body string) {
	p.Helper()
	c, err := net.Dial("tcp", listener.String())
	require.NoError(p, err)
	defer c.Close()
	_, err = io.WriteString(c, text)
	require.NoError(p, err)
	require.NoError(p, c.SetReadDeadline(time.Now().Add(time.Minute)))
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	require.NoError(p, err, text)
	defer resp.Body.Close()
	b, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(b)
}

// serve runs the server on real listeners and returns the proxy's address.
func (p *proxied) serve() (proxy net.Addr, ended chan error) {
	p.Helper()
	api, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(p, err)
	front, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(p, err)
	ended = make(chan error, 1)
	go func() { ended <- p.Serve(api, front) }()
	p.Cleanup(func() { p.stop() })
	return front.Addr(), ended
}

// What is no request to the Graph API, or could be read in two ways, goes nowhere.
func TestProxyRefusesWhatIsUnfit(t *testing.T) {
	p := newProxied(t, false)
	at, _ := p.serve()
	message := fmt.Sprintf("Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(toGB), toGB)
	for _, test := range []struct {
		text   string
		status int
	}{
		{"CONNECT graph.facebook.com:443 HTTP/1.1\r\nHost: graph.facebook.com\r\n\r\n", 400},
		{"GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\n\r\n", 400},
		{"POST http://graph.facebook.com" + sendPath + " HTTP/1.1\r\nHost: x\r\n" + message, 400},
		{"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 400},
		{"GET /v25.0/1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", 400},
		{"POST " + sendPath +
			" HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
		{"POST /v25.0/1/media HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\ncontent-length: 4\r\n\r\n0\r\n\r\n",
			400},
		{"POST " + sendPath + " HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde", 400},
		{"POST " + sendPath + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501},
		{"POST " + sendPath + " HTTP/1.1\r\nHost: x\r\nD360-API-KEY: a\r\nD360-API-KEY: b\r\n" + message, 400},
		{"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 8\r\n\r\nbatch=[]", 403},
		{"POST /v25.0 HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{\"batch\":[]}", 403},
		{"POST /messages HTTP/1.1\r\nHost: x\r\n" + message, 403},
		{"POST /v25.0/900000000000077/messages HTTP/1.1\r\nHost: x\r\n" + message, 403},
		{"POST " + sendPath +
			" HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 4\r\n\r\nto=1",
			403},
		{"POST " + sendPath +
			" HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 21\r\n\r\n{\"to\":\"+1\",\"to\":\"+2\"}", 403},
		{"POST " + sendPath +
			" HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 19\r\n\r\n{\"to\":447911123456}",
			403},
		{"POST " + sendPath +
			" HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2000000\r\n\r\n", 400},
	} {
		status, body := p.raw(at, test.text)
		require.Equal(t, test.status, status, "%s\n%s", test.text, body)
		if status == 403 {
			refusal(t, body)
		}
	}
	require.Zero(t, p.graph.taken())
	// A chunked one that is what it says passes, on a connection that is used again.
	chunked := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", sendPath, len(toGB), toGB)
	c, err := net.Dial("tcp", at.String())
	require.NoError(t, err)
	defer c.Close()
	answers := bufio.NewReader(c)
	for i := range 3 {
		_, err = io.WriteString(c, chunked)
		require.NoError(t, err)
		resp, err := http.ReadResponse(answers, nil)
		require.NoError(t, err)
		_, err = io.Copy(io.Discard, resp.Body)
		require.NoError(t, err)
		require.Equal(t, 200, resp.StatusCode)
		require.Equal(t, i+1, p.graph.taken())
		_, body := p.graph.last()
		require.Equal(t, toGB, body)
	}
}

// A 360dialog client is known by its key, and its requests go to 360dialog.
func TestProxy360dialog(t *testing.T) {
	p := newProxied(t, false)
	status, _, _ := p.send("POST", "/messages", toGB, "D360-API-KEY", d360Key)
	require.Equal(t, 200, status)
	status, body, _ := p.send("POST", "/messages", toCuba, "D360-API-KEY", d360Key)
	require.Equal(t, 403, status)
	require.Equal(t, 130497, refusal(t, body).Error.Code)
	status, body, _ = p.send("POST", "/messages", toGB, "D360-API-KEY", "another")
	require.Equal(t, 403, status)
	require.Contains(t, refusal(t, body).Error.ErrorData.Details, "d360_key_sha256")
	require.NotContains(t, body+p.log.String(), "another")
	require.Equal(t, 1, p.graph.taken())

	w := newWorld(t, nil)
	recorder := httptest.NewRecorder()
	r := httptest.NewRequest("GET", "/v1/configs", nil)
	r.Header.Set("D360-API-KEY", d360Key)
	w.ProxyHandler().ServeHTTP(recorder, r)
	require.Equal(t, 403, recorder.Code)
	require.Contains(t, recorder.Body.String(), "--to-360dialog")
}

// An upstream that is down, slow or breaks off is said to be so, or the answer breaks off, too:
// never an answer that looks whole.
func TestProxyUpstreamTrouble(t *testing.T) {
	p := newProxied(t, false)
	p.graph.answer = func(w http.ResponseWriter, _ *http.Request, _ string) {
		w.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(w, "half")
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
	resp, err := http.Get(p.proxy.URL + "/v25.0/1")
	require.NoError(t, err)
	_, err = io.ReadAll(resp.Body)
	require.Error(t, err)
	require.NoError(t, resp.Body.Close())
	p.graph.answer = func(http.ResponseWriter, *http.Request, string) { panic(http.ErrAbortHandler) }
	status, body, _ := p.send("POST", sendPath, toGB)
	require.Equal(t, 502, status)
	require.Equal(t, 2, refusal(t, body).Error.Code)
	p.graph.Close()
	status, body, _ = p.send("POST", sendPath, toGB)
	require.Equal(t, 502, status)
	require.NotContains(t, body, "127.0.0.1")
	status, _, _ = p.ask("GET", "/v1/gate/"+waba, "")
	require.Equal(t, 200, status, "trouble of the network says nothing about the account")
}

// Whoever gives up is not waited for upstream.
func TestProxyPassesCancellationOn(t *testing.T) {
	p := newProxied(t, false)
	begun, cancelled := make(chan struct{}), make(chan struct{})
	p.graph.answer = func(_ http.ResponseWriter, r *http.Request, _ string) {
		close(begun)
		<-r.Context().Done()
		close(cancelled)
	}
	ctx, cancel := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, "GET", p.proxy.URL+"/v25.0/1", nil)
	require.NoError(t, err)
	go func() { <-begun; cancel() }()
	_, err = http.DefaultClient.Do(req)
	require.Error(t, err)
	<-cancelled
}

// No message begins after the answer with a lock has been passed back, however many senders there
// are, and one only of an account that may.
func TestProxyFleet(t *testing.T) {
	p := newProxied(t, false)
	var locked atomic.Bool
	p.graph.answer = func(w http.ResponseWriter, _ *http.Request, _ string) {
		if locked.Load() {
			w.WriteHeader(403)
			_, _ = io.WriteString(w, lock)
		}
	}
	var late, sent atomic.Int32
	var passedBack atomic.Bool
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			for j := range 50 {
				if i == 0 && j == 25 {
					locked.Store(true)
				}
				after := passedBack.Load()
				status, body, header := p.send("POST", sendPath, toGB)
				switch {
				case header.Get("X-Listgate") != "":
				case status == 403:
					passedBack.Store(true)
				case after:
					late.Add(1)
				default:
					sent.Add(1)
				}
				_ = body
			}
		})
	}
	all.Wait()
	require.Zero(t, late.Load())
	require.NotZero(t, sent.Load())
}

// Bodies that are still on their way when the server stops keep it for a second, no longer, and are
// no failure.
func TestServeEndsWithHalfBodies(t *testing.T) {
	p := newProxied(t, false)
	at, ended := p.serve()
	c, err := net.Dial("tcp", at.String())
	require.NoError(t, err)
	defer c.Close()
	_, err = fmt.Fprintf(c,
		"POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\nhalf", sendPath)
	require.NoError(t, err)
	time.Sleep(50 * time.Millisecond) // it is being read
	began := time.Now()
	p.stop()
	require.NoError(t, <-ended)
	require.Less(t, time.Since(began), 8*time.Second)
	require.Zero(t, p.graph.taken())
}

// Many stalled messages take no memory for what they only announce.
func TestProxyStalledBodies(t *testing.T) {
	p := newProxied(t, false)
	at, _ := p.serve()
	for range 200 {
		c, err := net.Dial("tcp", at.String())
		require.NoError(t, err)
		defer c.Close()
		_, err = fmt.Fprintf(c,
			"POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n%s",
			sendPath, strings.Repeat(" ", 100<<10))
		require.NoError(t, err)
	}
	status, _ := p.raw(at,
		fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
			sendPath, len(toGB), toGB))
	require.Equal(t, 200, status)
}

func TestRandomBytesPass(t *testing.T) {
	p := newProxied(t, true)
	p.graph.answer = func(w http.ResponseWriter, _ *http.Request, body string) { _, _ = io.WriteString(w, body) }
	body := make([]byte, 3<<20)
	_, _ = rand.Read(body)
	resp, err := http.Post(p.proxy.URL+"/v25.0/1/media", "application/octet-stream", bytes.NewReader(body))
	require.NoError(t, err)
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.True(t, bytes.Equal(body, got))
}

// Whatever a server may take for a message to a country where none may go does not arrive.
func TestProxyIsNotPassedBy(t *testing.T) {
	p := newProxied(t, false)
	at, _ := p.serve()
	const id = phoneNumberID
	for _, c := range []struct{ method, target, header string }{
		{"POST", "/v25.0/" + id + "/messages/", ""},
		{"POST", "//v25.0//" + id + "//messages", ""},
		{"POST", "/v25.0/" + id + "/Messages", ""},
		{"POST", "/v25.0/" + id + "/%6dessages", ""},
		{"POST", "/v25.0/" + id + "/%256dessages", ""},
		{"POST", "/v25.0/" + id + "%2fmessages", ""},
		{"POST", "/v25.0/" + id + "%252fmessages", ""},
		{"POST", "/v25.0/" + id + "%5cmessages", ""},
		{"POST", "/v25.0/" + id + "/messages;x=1", ""},
		{"POST", "/v25.0/" + id + "/messages.json", ""},
		{"POST", "/v25.0/" + id + "/messages%20", ""},
		{"POST", "/v25.0/" + id + "/messages%00", ""},
		{"POST", "/v25.0/" + id + "/messages%3fx=1", ""},
		{"POST", "/v25.0/" + id + "/messages%23x", ""},
		{"POST", "/v25.0/x/../" + id + "/messages", ""},
		{"POST", "/v25.0/" + id + "/./messages", ""},
		{"POST", "/" + id + "/messages", ""},
		{"post", "/v25.0/" + id + "/messages", ""},
		{"PUT", "/v25.0/" + id + "/messages", ""},
		{"PATCH", "/v25.0/" + id + "/messages", ""},
		{"GET", "/v25.0/" + id + "/messages", ""},
		{"GET", "/v25.0/" + id + "/messages?method=post", ""},
		{"GET", "/v25.0/" + id + "/messages?_method=POST", ""},
		{"DELETE", "/v25.0/" + id + "/messages", "X-HTTP-Method-Override: POST"},
		{"GET", "/v25.0/" + id + "/messages", "X_HTTP_Method_Override: POST"},
		{"POST", "/v25.0/1/media", "X-Original-URL: /v25.0/" + id + "/messages"},
		{"POST", "/v25.0/1/media", "X-Rewrite-URL: /v25.0/" + id + "/messages"},
		{"POST", "/", ""},
		{"POST", "/v25.0/", ""},
		{"POST", "/V25.0", ""},
		{"POST", "/v25.0/me?batch=[]", ""},
		{"POST", "/v25.0/me?%62atch[0]=x", ""},
		{"POST", "/graphql", ""},
		{"POST", "/v25.0/graphql", ""},
		{"POST", "/v25.0/" + id + "/messages", "D360-API-KEY: a-key"},
		{"POST", "/v25.0/" + id + "/marketing_messages", ""},
	} {
		header := "Content-Type: application/json\r\n"
		if c.header != "" {
			header += c.header + "\r\n"
		}
		status, body := p.raw(at, fmt.Sprintf("%s %s HTTP/1.1\r\nHost: x\r\n%sContent-Length: %d\r\n\r\n%s",
			c.method, c.target, header, len(toCuba), toCuba))
		require.GreaterOrEqual(t, status, 400, "%v\n%s", c, body)
		require.Zero(t, p.graph.taken(), "%v", c)
	}
}
