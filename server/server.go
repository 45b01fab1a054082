// Package server is gate and filter over HTTP, for dispatch in any language: it says whether an
// account may send, decides numbers, takes Meta's webhooks, tells Prometheus and load balancers how
// it is, and stands as a proxy in front of the Graph API.
//
//	s, err := server.New(ctx, server.Options{Gate: g, Store: store, Accounts: conf.Accounts})
//	err = s.Serve(listener, nil)
//
// Flags, files and signals are its caller's matter. Nothing that it logs or answers holds a phone
// number.
package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/listgate/listgate/config"
	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/cloudapi"
	"github.com/listgate/listgate/internal/bodies"
	"github.com/listgate/listgate/rules"
)

const (
	// stopWithin bounds how long requests that are being answered may take when the server stops.
	stopWithin = 10 * time.Second
	// bodyWithin bounds how long a body that is still on its way may keep the server from stopping.
	bodyWithin = time.Second
	// readWithin is for 3 MB over a slow line.
	readWithin   = 30 * time.Second
	writeWithin  = 30 * time.Second
	headerWithin = 5 * time.Second
	idleFor      = 2 * time.Minute
	maxHeader    = 16 << 10
	// maxBodies bounds what the bodies that are held at one time take together, beside those of
	// webhooks.
	maxBodies = 64 << 20
)

// Options of a [Server].
type Options struct {
	Gate  *gate.Gate // required; the caller closes it, after Serve has returned
	Store gate.Store // required; the gate's

	// Accounts are those that decisions are asked for and that send through the proxy. There may be
	// none.
	Accounts []config.Account
	// Rules are the user's rule files, or folders of them, as in rules.Options.
	Rules      []string
	Confidence rules.Confidence

	// WABAs are the accounts whose webhooks are taken; what webhooks say about others is ignored,
	// and their state is unknown here. None: every account that a webhook names.
	WABAs []string

	// Token is what a client must send as a bearer token to paths below /v1/. Empty: nothing.
	Token string

	Webhooks Webhooks
	Health   HealthChecks
	Proxy    Proxy

	// Support returns whom to ask first about an account, or "". nil: nobody.
	Support func(waba string) string

	// Log is told what a person should know. nil: slog.Default().
	Log *slog.Logger
}

// Webhooks say how Meta's webhooks are taken. Without an app secret, they are not.
type Webhooks struct {
	Path        string   // "": /webhook
	AppSecrets  []string // those that may sign; several while one is changed
	VerifyToken string
}

// HealthChecks say how the Graph API is asked for the health of halted accounts. With the zero
// Interval, it is not.
type HealthChecks struct {
	Interval time.Duration
	Token    string // an access token with whatsapp_business_management
	URL      string // "": cloudapi.GraphURL
}

// Proxy says where requests go that come to the proxy's listener.
type Proxy struct {
	To          *url.URL          // the Graph API; nil: https://graph.facebook.com
	To360dialog *url.URL          // where requests with a 360dialog key go; nil: they are refused
	Certificate *tls.Certificate  // for clients that insist on TLS; nil: none
	Base        http.RoundTripper // what requests go out by; nil: one of its own
}

// A Server is gate and filter over HTTP. It may be used by any number of goroutines.
type Server struct {
	Options
	ctx      context.Context // ends when the server stops
	stop     context.CancelFunc
	handler  http.Handler
	webhooks *cloudapi.Handler // nil: none are taken
	metrics  *metrics
	bodies   *bodies.Budget
	deciding atomic.Pointer[deciding]
	proxied  http.Handler
	writable writableStore
	listed   listedAccounts

	mu       sync.Mutex
	followed map[string]*gate.Account
	said     map[string]*repetition // by what was logged
}

// New returns a server. An error means that the accounts or their rules are not good, or that the
// webhooks' options are not whole: see [cloudapi.NewAccounts] and [cloudapi.NewHandler].
func New(ctx context.Context, o Options) (*Server, error) {
	s := &Server{Options: o, followed: map[string]*gate.Account{}, said: map[string]*repetition{},
		bodies: bodies.NewBudget(maxBodies)}
	if s.Support == nil {
		s.Support = func(string) string { return "" }
	}
	if s.Log == nil {
		s.Log = slog.Default()
	}
	s.ctx, s.stop = context.WithCancel(ctx)
	s.metrics = newMetrics(s)
	if err := s.Reload(o.Accounts); err != nil {
		return nil, err
	}
	var err error
	if len(s.Webhooks.AppSecrets) > 0 {
		if s.webhooks, err = s.newWebhooks(); err != nil {
			return nil, err
		}
	}
	s.handler = s.routes()
	s.proxied = newProxy(s)
	return s, nil
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	v1 := func(pattern string, answer http.HandlerFunc) { mux.Handle(pattern, s.withToken(answer)) }
	v1("GET /v1/gate/{waba}", s.answerGate)
	v1("POST /v1/decide", s.answerDecide)
	v1("POST /v1/decide/bigquery", s.answerBigQuery)
	v1("/v1/decide/{rest...}", refuseNumberInURL)
	mux.HandleFunc("GET /healthz", s.answerHealthz)
	mux.HandleFunc("GET /openapi.json", answerOpenAPI)
	mux.Handle("GET /metrics", s.metrics.handler())
	if s.webhooks != nil {
		mux.Handle(s.webhookPath(), s.webhooks)
	}
	return mux
}

// ServeHTTP implements [http.Handler], for all but the proxy.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// ProxyHandler returns the handler of the proxy.
func (s *Server) ProxyHandler() http.Handler { return s.proxied }

// Serve answers until the context of New ends, and then ends what was begun: requests that are
// being answered get ten seconds, bodies that are still on their way one. proxy may be nil. Call it
// once.
func (s *Server) Serve(listener, proxy net.Listener) error {
	var background sync.WaitGroup
	if s.Health.Interval > 0 {
		background.Go(func() { s.healthWatch().Run(s.ctx) })
	}
	background.Go(s.followAll)
	api := s.newServer(s)
	api.ReadTimeout, api.WriteTimeout = readWithin, writeWithin
	servers := []*http.Server{api}
	ended := make(chan error, 2)
	go func() { ended <- api.Serve(listener) }()
	if proxy != nil {
		front := s.newServer(s.proxied)
		front.DisableGeneralOptionsHandler = true
		watch(front)
		servers = append(servers, front)
		go func() { ended <- serveProxy(front, proxy, s.Proxy.Certificate) }()
	}
	var err error
	select {
	case err = <-ended:
	case <-s.ctx.Done():
	}
	late := time.AfterFunc(bodyWithin, s.cutOff)
	defer late.Stop()
	err = errors.Join(err, shutdown(servers))
	s.stop()
	background.Wait()
	return err
}

func (s *Server) newServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: headerWithin, IdleTimeout: idleFor, MaxHeaderBytes: maxHeader,
		ErrorLog: slog.NewLogLogger(s.Log.Handler(), slog.LevelWarn),
	}
}

func serveProxy(server *http.Server, listener net.Listener, certificate *tls.Certificate) error {
	if certificate == nil {
		return server.Serve(watchedListener{listener})
	}
	server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{*certificate}, MinVersion: tls.VersionTLS12}
	return server.ServeTLS(listener, "", "")
}

// cutOff cuts off the bodies that are still on their way. Who sends them will send them again, or
// knows that nothing was done.
func (s *Server) cutOff() {
	s.bodies.CutOff()
	if s.webhooks != nil {
		s.webhooks.CutOff()
	}
}

// shutdown ends servers, all at once.
func shutdown(servers []*http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	errs := make([]error, len(servers))
	var all sync.WaitGroup
	for i, server := range servers {
		all.Go(func() {
			if err := server.Shutdown(ctx); err != nil {
				errs[i] = fmt.Errorf("requests were cut off after %s: %w", stopWithin, errors.Join(err, server.Close()))
			}
		})
	}
	all.Wait()
	return errors.Join(errs...)
}
