package server

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/listgate/listgate/gate/cloudapi"
)

// healthzWithin is how long a store that is alive may take to answer.
const healthzWithin = 5 * time.Second

// alive returns an error if the store does not answer.
func (s *Server) alive(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, healthzWithin)
	defer cancel()
	_, err := s.Store.Accounts(ctx)
	return err
}

func (s *Server) answerHealthz(w http.ResponseWriter, r *http.Request) {
	if err := s.alive(r.Context()); err != nil {
		writeJSON(w, http.StatusServiceUnavailable, problemAnswer{err.Error()})
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
		Gate: s.Gate, Accounts: s.accounts, Token: s.Health.Token, URL: s.Health.URL, Interval: s.Health.Interval, Report: s.reportHealth,
	}
}
