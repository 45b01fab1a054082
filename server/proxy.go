package server

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/listgate/listgate/gate/cloudapi"
	"github.com/listgate/listgate/internal/bodies"
)

const (
	graphHost = "https://graph.facebook.com"
	// maxSend bounds the body of a message; the Transport's own bound is as large.
	maxSend = 1 << 20
	// upstreamWithin bounds how long the upstream may take to begin an answer, once it has the
	// request.
	upstreamWithin = time.Minute
	dialWithin     = 10 * time.Second
	maxIdle        = 1024
)

// proxy stands in front of the Graph API. What it passes on goes to the addresses of the
// configuration and nowhere else, as it came; what may be a message is asked about first, and its
// answer is learned from, by a cloudapi.Transport.
type proxy struct {
	server *Server
	meta   *httputil.ReverseProxy
	d360   *httputil.ReverseProxy // nil: no 360dialog
}

func newProxy(s *Server) *proxy {
	base := s.Options.Proxy.Base
	if base == nil {
		base = &http.Transport{
			Proxy:             http.ProxyFromEnvironment,
			DialContext:       (&net.Dialer{Timeout: dialWithin, KeepAlive: 30 * time.Second}).DialContext,
			ForceAttemptHTTP2: true, MaxIdleConns: maxIdle, MaxIdleConnsPerHost: maxIdle,
			IdleConnTimeout:     90 * time.Second,
			TLSHandshakeTimeout: dialWithin, ResponseHeaderTimeout: upstreamWithin, ExpectContinueTimeout: time.Second,
			DisableCompression: true, // what the client did not ask for, it does not get
		}
	}
	p := &proxy{server: s}
	to := s.Options.Proxy.To
	if to == nil {
		to, _ = url.Parse(graphHost)
	}
	p.meta = p.to(to, base)
	if s.Options.Proxy.To360dialog != nil {
		p.d360 = p.to(s.Options.Proxy.To360dialog, base)
	}
	return p
}

// to returns what passes requests on to one address.
func (p *proxy) to(target *url.URL, base http.RoundTripper) *httputil.ReverseProxy {
	// The address comes last: what is judged is the path that the client asked for, whatever stands
	// before it upstream.
	addressed := roundTripper(func(req *http.Request) (*http.Response, error) {
		out := req.WithContext(req.Context())
		at := *req.URL
		out.URL = &at
		(&httputil.ProxyRequest{In: req, Out: out}).SetURL(target)
		return base.RoundTrip(out)
	})
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			// What a ReverseProxy takes out, although it is the client's own.
			r.Out.URL.RawQuery = r.In.URL.RawQuery
			for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"} {
				if values, ok := r.In.Header[name]; ok {
					r.Out.Header[name] = values
				}
			}
		},
		Transport: roundTripper(func(req *http.Request) (*http.Response, error) {
			t := &cloudapi.Transport{
				Accounts: p.server.deciding.Load().senders, Base: addressed, RefuseAs: cloudapi.RefuseWithResponse,
				Report: p.reportAnswer,
			}
			return t.RoundTrip(req)
		}),
		FlushInterval: -1, BufferPool: copyBuffers{}, ErrorHandler: p.fail, ErrorLog: log.New(io.Discard, "", 0),
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

func (p *proxy) reportAnswer(err error) {
	p.server.say("an answer could not be learned from", err.Error())
}

// copyBuffers are what bodies are copied through.
type copyBuffers struct{}

var copyPool = sync.Pool{New: func() any { return new([32 << 10]byte) }}

func (copyBuffers) Get() []byte  { return copyPool.Get().(*[32 << 10]byte)[:] }
func (copyBuffers) Put(b []byte) { copyPool.Put((*[32 << 10]byte)(b)) }

// ServeHTTP implements [http.Handler].
func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	seen := &seenAnswer{ResponseWriter: w}
	class := "other"
	if r.Method != http.MethodConnect && cloudapi.IsSend(r) {
		class = "messages"
	}
	defer func() { // also where an answer breaks off, which a ReverseProxy tells by a panic
		p.server.metrics.proxied.WithLabelValues(class, strconv.Itoa(seen.status)).Inc()
		p.server.metrics.duration.WithLabelValues(class).Observe(time.Since(began).Seconds())
		if seen.reason != "" {
			p.server.metrics.refused.WithLabelValues(seen.reason).Inc()
			p.server.say(fmt.Sprintf("the proxy refused %s %s: %s", methodOf(r), class, seen.reason),
				fmt.Sprintf("status %d after %s", seen.status, time.Since(began).Round(time.Microsecond)))
		}
	}()
	if problem := p.unfit(r); problem != "" {
		refuse(seen, http.StatusBadRequest, "malformed", 100, problem)
		return
	}
	to := p.meta
	if r.Header.Get("D360-API-KEY") != "" {
		if to = p.d360; to == nil {
			refuse(seen, http.StatusForbidden, "unknown", 131031,
				"a 360dialog key, and no address of 360dialog: start listgate serve with --to-360dialog")
			return
		}
	}
	if class == "messages" {
		release := p.hold(seen, r)
		if release == nil {
			return
		}
		defer release()
	}
	to.ServeHTTP(seen, r)
}

// methodOf returns a method that a log may hold.
func methodOf(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
		http.MethodOptions, http.MethodConnect:
		return r.Method
	}
	return "other method"
}

// unfit returns why a request is none that is passed on, "" if it is one: it names another server
// than ours, or asks for a connection through which messages would go unread.
func (p *proxy) unfit(r *http.Request) string {
	switch {
	case r.Method == http.MethodConnect:
		return "CONNECT is not served: this is no proxy for other servers; give its address as that of the Graph API"
	case r.URL.Host != "" || r.URL.Scheme != "" || r.URL.Opaque != "":
		return "the request line names a server: this is no proxy for other servers; give its address as that of the Graph API"
	case !strings.HasPrefix(r.URL.Path, "/"):
		return "the request line has no path"
	case r.Header.Get("Upgrade") != "":
		return "an upgrade to another protocol is not passed on"
	case r.Header.Get("X-Original-URL") != "" || r.Header.Get("X-Rewrite-URL") != "":
		return "a header names another path than the request line"
	case r.ContentLength != 0 && isMessageButForItsMethod(r):
		return "a body to where messages go, with a method that has none: send a message by a plain POST"
	case len(r.Header["D360-Api-Key"]) > 1:
		return "two 360dialog keys"
	case hasBothLengths(r):
		return "Content-Length and Transfer-Encoding at once"
	}
	return ""
}

// isMessageButForItsMethod reports whether a request would be a message if it were a POST.
func isMessageButForItsMethod(r *http.Request) bool {
	posted := *r
	posted.Method = http.MethodPost
	return r.Method != http.MethodPost && cloudapi.IsSend(&posted)
}

// hold reads a message, so that many that come slowly do not take more memory than there is for
// them, and nothing of it leaves before its end is here. It returns nil if it answered.
func (p *proxy) hold(w *seenAnswer, r *http.Request) (release func()) {
	control := http.NewResponseController(w.ResponseWriter)
	_ = control.SetReadDeadline(time.Now().Add(readWithin))
	body, release, err := p.server.bodies.Read(w.ResponseWriter, r, maxSend)
	if err != nil {
		w.Header().Set("Connection", "close")
		status := http.StatusBadRequest
		if errors.Is(err, bodies.ErrCutOff) {
			status = http.StatusServiceUnavailable
		}
		refuse(w, status, "malformed", 100, err.Error())
		return nil
	}
	_ = control.SetReadDeadline(time.Time{})
	replay := func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(string(body))), nil }
	if len(body) == 0 {
		r.Body = http.NoBody
	} else {
		r.Body, _ = replay()
	}
	r.GetBody, r.ContentLength, r.TransferEncoding = replay, int64(len(body)), nil
	return release
}

// fail answers where the upstream did not.
func (p *proxy) fail(w http.ResponseWriter, r *http.Request, err error) {
	seen, _ := w.(*seenAnswer)
	if r.Context().Err() != nil { // the client has left
		return
	}
	status, problem := http.StatusBadGateway, "the Graph API could not be reached"
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() || errors.Is(err, context.DeadlineExceeded) {
		status, problem = http.StatusGatewayTimeout,
			"the Graph API did not answer in time: whether it has the request is not known"
	}
	refuse(seen, status, "upstream", 2, problem)
}

// refuse answers in the shape of the Graph API's errors. reason is for metrics and the log.
func refuse(w *seenAnswer, status int, reason string, code int, problem string) {
	body, _ := json.Marshal(map[string]any{"error": map[string]any{
		"message": fmt.Sprintf("listgate: (#%d) %s", code, problem), "type": "OAuthException", "code": code,
		"error_data": map[string]any{"messaging_product": "whatsapp", "details": "listgate: " + problem},
	}})
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.Header().Set(cloudapi.RefusedHeader, reason)
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// seenAnswer passes an answer on, and notes what it was.
type seenAnswer struct {
	http.ResponseWriter
	status int
	reason string // why it was refused here
}

func (w *seenAnswer) WriteHeader(status int) {
	if w.status < 200 {
		w.status, w.reason = status, w.Header().Get(cloudapi.RefusedHeader)
	}
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap is for [http.ResponseController].
func (w *seenAnswer) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// KeySHA256 returns the SHA-256 of a 360dialog key, as listgate.toml has it.
func KeySHA256(key string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(key))) }
