// Package server answers over HTTP for one gate: it takes Meta's webhooks, says whether an account may send, and tells
// Prometheus and load balancers how it is.
//
//	s, err := server.New(ctx, server.Options{Gate: g, Store: store, Webhooks: server.Webhooks{AppSecrets: …, VerifyToken: …}})
//	err = s.Serve(listener)
//
// Flags, files and signals are its caller's matter. Nothing that it logs or answers holds a phone number.
package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/listgate/listgate/gate"
)

const (
	// stopWithin bounds how long requests that are being answered may take when the server stops.
	stopWithin = 10 * time.Second
	// readWithin is for 3 MB over a slow line.
	readWithin   = 30 * time.Second
	writeWithin  = 30 * time.Second
	headerWithin = 5 * time.Second
	idleFor      = 2 * time.Minute
)

// Options of a [Server].
type Options struct {
	Gate  *gate.Gate // required; the caller closes it, after Serve has returned
	Store gate.Store // required; the gate's

	// WABAs are the accounts that messages are sent for; what webhooks say about others is ignored, and their state is
	// unknown here. None: every account that a webhook names.
	WABAs []string

	Webhooks Webhooks
	Health   HealthChecks

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

// HealthChecks say how the Graph API is asked for the health of halted accounts. With the zero Interval, it is not.
type HealthChecks struct {
	Interval time.Duration
	Token    string // an access token with whatsapp_business_management
	URL      string // "": cloudapi.GraphURL
}

// A Server answers over HTTP for one gate. It may be used by any number of goroutines.
type Server struct {
	Options
	ctx     context.Context // ends when the server stops
	stop    context.CancelFunc
	handler http.Handler
	metrics *metrics

	mu       sync.Mutex
	followed map[string]*gate.Account
	said     map[string]*repetition // by what was logged
}

// New returns a server. An error means that the webhooks' options are not whole: see [cloudapi.NewHandler].
func New(ctx context.Context, o Options) (*Server, error) {
	s := &Server{Options: o, followed: map[string]*gate.Account{}, said: map[string]*repetition{}}
	if s.Support == nil {
		s.Support = func(string) string { return "" }
	}
	if s.Log == nil {
		s.Log = slog.Default()
	}
	s.ctx, s.stop = context.WithCancel(ctx)
	s.metrics = newMetrics(s)
	var err error
	s.handler, err = s.routes()
	return s, err
}

func (s *Server) routes() (http.Handler, error) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/gate/{waba}", s.answerGate)
	mux.HandleFunc("GET /healthz", s.answerHealthz)
	mux.Handle("GET /metrics", s.metrics.handler())
	if len(s.Webhooks.AppSecrets) > 0 {
		webhooks, err := s.webhooks()
		if err != nil {
			return nil, err
		}
		mux.Handle(s.webhookPath(), webhooks)
	}
	return mux, nil
}

// ServeHTTP implements [http.Handler].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Serve answers until the context of New ends, and then ends what was begun. Call it once.
func (s *Server) Serve(listener net.Listener) error {
	server := &http.Server{
		Handler: s, ReadHeaderTimeout: headerWithin, ReadTimeout: readWithin, WriteTimeout: writeWithin, IdleTimeout: idleFor,
		MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(s.Log.Handler(), slog.LevelWarn),
	}
	var background sync.WaitGroup
	if s.Health.Interval > 0 {
		background.Go(func() { s.healthWatch().Run(s.ctx) })
	}
	background.Go(s.followAll)
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	var err error
	select {
	case err = <-ended:
	case <-s.ctx.Done():
		ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
		defer cancel()
		if err = server.Shutdown(ctx); err != nil {
			err = fmt.Errorf("requests were cut off after %s: %w", stopWithin, errors.Join(err, server.Close()))
		}
	}
	s.stop()
	background.Wait()
	return err
}
