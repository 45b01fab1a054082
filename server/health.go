package server

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/listgate/listgate/gate/cloudapi"
)

const (
	// healthzWithin is how long a store that is alive may take to answer.
	healthzWithin = 5 * time.Second
	// probeAgain is how long an answer of the store holds: however often it is asked for, it writes
	// once a second.
	probeAgain = time.Second
)

// writableStore is what the store said when it was last written to.
type writableStore struct {
	mu  sync.Mutex
	at  time.Time
	err error
}

// alive returns an error if the store does not answer, or cannot be written.
func (s *Server) alive(ctx context.Context) error {
	p := &s.writable
	p.mu.Lock()
	defer p.mu.Unlock()
	if time.Since(p.at) < probeAgain {
		return p.err
	}
	ctx, cancel := context.WithTimeout(ctx, healthzWithin)
	defer cancel()
	_, p.err = s.Store.Accounts(ctx)
	if p.err == nil {
		p.err = s.Store.CheckWritable(ctx)
	}
	p.at = time.Now()
	return p.err
}

func (s *Server) answerHealthz(w http.ResponseWriter, r *http.Request) {
	if err := s.alive(context.WithoutCancel(r.Context())); err != nil {
		s.say("the store cannot be written", err.Error())
		writeProblem(w, http.StatusServiceUnavailable, err.Error())
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"store": "alive"})
}

func (s *Server) reportHealth(waba string, d cloudapi.Document, err error) {
	s.metrics.health(err)
	switch {
	case err != nil:
		s.say("the health of a halted account could not be asked for", strings.TrimSpace(waba+" "+err.Error()))
	case len(d.Problems) > 0:
		s.say("a health status was not understood; the journal keeps its hash", waba+" "+strings.Join(d.Problems, "; "))
	}
}

// healthWatch returns what asks for the health of halted accounts.
func (s *Server) healthWatch() *cloudapi.HealthWatch {
	return &cloudapi.HealthWatch{
		Gate: s.Gate, Accounts: s.accounts, Token: s.Health.Token, URL: s.Health.URL, Interval: s.Health.Interval,
		Report: s.reportHealth,
	}
}
