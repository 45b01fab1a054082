package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/cloudapi"
)

const (
	// maxAccounts bounds how many accounts can be asked for: each one is followed until the server ends.
	maxAccounts = 10_000
	// followAgain is how often it is looked for accounts that other processes began a journal for.
	followAgain = 10 * time.Second
	// healthzWithin is how long a store that is alive may take to answer.
	healthzWithin = 5 * time.Second
	// sayAgain is how often the same kind of trouble is logged: a storm of webhooks must not fill a disk.
	sayAgain = 10 * time.Second
)

var errTooManyAccounts = fmt.Errorf("more than %d accounts were asked for", maxAccounts)

// A gateServer answers over HTTP for one gate.
type gateServer struct {
	ctx     context.Context // ends when the server stops
	stop    context.CancelFunc
	gate    *openGate
	store   gate.Store
	ours    []string // the accounts that are sent for; none: all
	support func(waba string) string
	log     *slog.Logger
	metrics *serveMetrics

	mu       sync.Mutex
	followed map[string]*gate.Account
	said     map[string]*repetition // by what was logged
}

// A repetition is how often something was not logged since it was.
type repetition struct {
	at      time.Time
	skipped int
}

func newGateServer(ctx context.Context, g *openGate, store gate.Store, ours []string, stderr io.Writer) *gateServer {
	s := &gateServer{
		gate: g, store: store, ours: ours, support: func(string) string { return "" }, log: slog.New(slog.NewTextHandler(stderr, nil)),
		followed: map[string]*gate.Account{}, said: map[string]*repetition{},
	}
	s.ctx, s.stop = context.WithCancel(ctx)
	s.metrics = newServeMetrics(s)
	return s
}

// routes returns what answers. Without an app secret there are no webhooks.
func (s *gateServer) routes(webhookPath string, secrets serveSecrets) (http.Handler, error) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/gate/{waba}", s.answerGate)
	mux.HandleFunc("GET /healthz", s.answerHealthz)
	mux.Handle("GET /metrics", s.metrics.handler())
	if len(secrets.app) > 0 {
		receiver := &cloudapi.Receiver{Gate: s.gate.Gate}
		for _, id := range s.ours {
			if receiver.Accounts == nil {
				receiver.Accounts = map[string]bool{}
			}
			receiver.Accounts[id] = true
		}
		webhooks, err := cloudapi.NewHandler(receiver, cloudapi.HandlerOptions{AppSecrets: secrets.app, VerifyToken: secrets.verify, Report: s.reportWebhook})
		if err != nil {
			return nil, err
		}
		mux.Handle(webhookPath, webhooks)
	}
	return mux, nil
}

// account returns the handle of an account, and follows it from now on.
func (s *gateServer) account(ctx context.Context, waba string) (*gate.Account, error) {
	if err := gate.CheckID(waba); err != nil {
		return nil, err
	}
	s.mu.Lock()
	a, full := s.followed[waba], len(s.followed) >= maxAccounts
	s.mu.Unlock()
	switch {
	case a != nil:
		return a, nil
	case full:
		return nil, errTooManyAccounts
	}
	a, err := s.gate.Account(ctx, waba)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.followed[waba] == nil {
		s.followed[waba] = a
		go s.logChanges(a)
	}
	return a, nil
}

// logChanges logs what becomes of an account.
func (s *gateServer) logChanges(a *gate.Account) {
	last := statusLine(gate.State{Campaign: gate.Open, Reply: gate.Open})
	_ = a.Watch(s.ctx, func(state gate.State) {
		if now := statusLine(state); now != last && s.ctx.Err() == nil {
			var causes []string
			for _, c := range state.Causes {
				causes = append(causes, c.String())
			}
			s.log.Warn("account "+state.WABA+" is "+now, "was", last, "why", cmp.Or(state.Trouble, strings.Join(causes, "; "), "nothing halts it"))
			last = now
		}
	})
}

// accounts returns the accounts that are sent for, or else all of the store.
func (s *gateServer) accounts(ctx context.Context) ([]string, error) {
	if len(s.ours) > 0 {
		return s.ours, nil
	}
	accounts, err := s.store.Accounts(ctx)
	return slices.DeleteFunc(accounts, func(id string) bool { return id == cloudapi.NoAccount }), err
}

// followAll follows the accounts that there are, and those that come, until the server stops.
func (s *gateServer) followAll() {
	ticker := time.NewTicker(followAgain)
	defer ticker.Stop()
	for {
		accounts, err := s.accounts(s.ctx)
		if err != nil {
			s.say("the accounts cannot be listed", err.Error())
		}
		for _, id := range accounts {
			if _, err := s.account(s.ctx, id); err != nil && s.ctx.Err() == nil {
				s.say("an account cannot be followed", err.Error())
			}
		}
		select {
		case <-s.ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// A gateAnswer is the body of GET /v1/gate/{waba}.
type gateAnswer struct {
	Answer gate.Status `json:"state"`
	Kind   gate.Kind   `json:"kind"`
	ToDo   []string    `json:"what_to_do"`
	gate.State
}

func (s *gateServer) answerGate(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	kind, err := gate.ParseKind(cmp.Or(r.URL.Query().Get("kind"), gate.Campaign.String()))
	if err != nil {
		writeJSON(w, http.StatusBadRequest, problemAnswer{err.Error()})
		return
	}
	waba := r.PathValue("waba")
	state, err := s.stateOf(r.Context(), waba)
	switch {
	case gate.CheckID(waba) != nil:
		writeJSON(w, http.StatusBadRequest, problemAnswer{err.Error()})
		return
	case err != nil:
		writeJSON(w, http.StatusServiceUnavailable, problemAnswer{err.Error()})
		return
	}
	err = state.Err(kind)
	answer := gateAnswer{state.Status(kind), kind, s.toDo(state, kind), state}
	var halted *gate.HaltedError
	switch {
	case err == nil:
		writeJSON(w, http.StatusOK, answer)
	case errors.As(err, &halted):
		if until := halted.Until(); !until.IsZero() {
			w.Header().Set("Retry-After", strconv.Itoa(max(1, int(math.Ceil(time.Until(until).Seconds())))))
		}
		writeJSON(w, http.StatusLocked, answer)
	default:
		writeJSON(w, http.StatusServiceUnavailable, answer)
	}
}

// stateOf returns the state of an account. That of one whose webhooks are ignored is not known here, whatever the store has.
func (s *gateServer) stateOf(ctx context.Context, waba string) (gate.State, error) {
	if err := gate.CheckID(waba); err != nil {
		return gate.State{}, err
	}
	if len(s.ours) > 0 && !slices.Contains(s.ours, waba) {
		return gate.State{
			WABA: waba, Causes: []gate.Active{}, Warnings: []gate.Told{}, Sighted: []gate.Refused{},
			Trouble: "this server ignores the account's webhooks, since it is not named with --waba; ask the server that takes them",
		}, nil
	}
	a, err := s.account(ctx, waba)
	if err != nil {
		return gate.State{}, err
	}
	return a.State(), nil
}

// toDo returns what a person can do so that the account may send a kind of message again.
func (s *gateServer) toDo(state gate.State, kind gate.Kind) []string {
	steps := []string{}
	if text := unheard(state, s.store); text != "" {
		steps = append(steps, text+": make sure that the id is right")
	}
	if state.Status(kind) == gate.Unknown {
		steps = append(steps, "Send nothing until the state is known: "+state.Trouble+". See: listgate gate status --waba "+state.WABA)
	}
	if support := s.support(state.WABA); support != "" && state.Status(kind) != gate.Open {
		steps = append(steps, "first: "+support)
	}
	for _, c := range state.Causes {
		if slices.Contains(c.Stops, kind) {
			for _, step := range c.Steps {
				steps = append(steps, step.String())
			}
		}
	}
	return steps
}

type problemAnswer struct {
	Error string `json:"error"`
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // whoever asked has gone
}

// alive returns an error if the store does not answer.
func (s *gateServer) alive(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, healthzWithin)
	defer cancel()
	_, err := s.store.Accounts(ctx)
	return err
}

func (s *gateServer) answerHealthz(w http.ResponseWriter, r *http.Request) {
	if err := s.alive(r.Context()); err != nil {
		writeJSON(w, http.StatusServiceUnavailable, problemAnswer{err.Error()})
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"store": "alive"})
}

// reportWebhook counts a webhook, and logs what a person should know of it.
func (s *gateServer) reportWebhook(r cloudapi.WebhookResult) {
	s.metrics.webhook(r)
	switch {
	case r.Err != nil:
		s.say(fmt.Sprintf("a webhook was answered %d", r.Status), r.Err.Error())
	case slices.ContainsFunc(r.Document.Events, func(e gate.Event) bool { return e.Type == gate.Unread }):
		s.say("a webhook was not understood; the journal keeps its hash", strings.Join(r.Document.Problems, "; "))
	case len(r.Document.Ignored) > 0:
		s.say("a webhook was ignored", "account "+r.Document.Ignored[0].WABA+" is not named with --waba")
	}
	for _, e := range r.Document.Events {
		if e.WABA != cloudapi.NoAccount {
			if _, err := s.account(s.ctx, e.WABA); err != nil && s.ctx.Err() == nil {
				s.say("an account cannot be followed", err.Error())
			}
		}
	}
}

func (s *gateServer) reportHealth(waba string, d cloudapi.Document, err error) {
	s.metrics.health(err)
	switch {
	case err != nil:
		s.say("the health of a halted account could not be asked for", strings.TrimSpace(waba+" "+err.Error()))
	case len(d.Problems) > 0:
		s.say("a health status was not understood; the journal keeps its hash", waba+" "+strings.Join(d.Problems, "; "))
	}
}

// say logs trouble, of each kind not more often than people can read.
func (s *gateServer) say(what, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := s.said[what]
	if known == nil {
		known = &repetition{}
		s.said[what] = known
	}
	if time.Since(known.at) < sayAgain {
		known.skipped++
		return
	}
	s.log.Warn(what, "why", why, "not_logged_before", known.skipped)
	known.at, known.skipped = time.Now(), 0
}
