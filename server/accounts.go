package server

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/cloudapi"
	"github.com/listgate/listgate/internal/gatetext"
)

const (
	// followAgain is how often it is looked for accounts that other processes began a journal for.
	followAgain = 10 * time.Second
	// listAgain is how long a list of the store's accounts is good enough to say that one is not
	// among them.
	listAgain = time.Second
)

// account returns the handle of an account, and follows it from now on.
func (s *Server) account(ctx context.Context, waba string) (*gate.Account, error) {
	s.mu.Lock()
	a := s.followed[waba]
	s.mu.Unlock()
	if a != nil {
		return a, nil
	}
	a, err := s.Gate.Account(ctx, waba)
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

// listedAccounts are the accounts of the store, as they were listed last.
type listedAccounts struct {
	mu       sync.Mutex
	at       time.Time
	accounts []string
	err      error
}

// known reports whether an account is in the configuration or in the store. Of others nothing is
// kept: asking for ids that are none must cost the rest nothing.
func (s *Server) known(ctx context.Context, waba string) (bool, error) {
	_, configured := s.deciding.Load().senders.Sender(waba)
	if configured || slices.Contains(s.WABAs, waba) {
		return true, nil
	}
	s.mu.Lock()
	followed := s.followed[waba] != nil
	s.mu.Unlock()
	if followed {
		return true, nil
	}
	l := &s.listed
	l.mu.Lock()
	defer l.mu.Unlock()
	if time.Since(l.at) > listAgain {
		l.accounts, l.err = s.Store.Accounts(ctx)
		l.at = time.Now()
	}
	return slices.Contains(l.accounts, waba) && waba != cloudapi.NoAccount, l.err
}

// logChanges logs what becomes of an account: each cause that comes and goes, and what it means for
// sending.
func (s *Server) logChanges(a *gate.Account) {
	last := gatetext.Status(gate.State{Campaign: gate.StatusOpen, Reply: gate.StatusOpen})
	var before []gate.ActiveCause
	_ = a.Watch(s.ctx, func(state gate.State) {
		if s.ctx.Err() != nil {
			return
		}
		now := gatetext.Status(state)
		if now != last {
			s.Log.Warn("account "+state.WABA+" is "+now, "was", last, "why",
				cmp.Or(state.Trouble, causesText(state.Causes), "nothing halts it"))
		}
		for _, c := range state.Causes {
			if !hasCause(before, c) {
				s.Log.Warn("account "+state.WABA+": a cause has come", "cause", c.String())
			}
		}
		for _, c := range before {
			if state.Trouble == "" && !hasCause(state.Causes, c) {
				s.Log.Warn("account "+state.WABA+": a cause has gone", "cause", c.String())
			}
		}
		if last = now; state.Trouble == "" {
			before = state.Causes
		}
	})
}

func hasCause(causes []gate.ActiveCause, c gate.ActiveCause) bool {
	return slices.ContainsFunc(causes,
		func(o gate.ActiveCause) bool { return o.Cause == c.Cause && o.Restriction == c.Restriction })
}

func causesText(causes []gate.ActiveCause) string {
	var texts []string
	for _, c := range causes {
		texts = append(texts, c.String())
	}
	return strings.Join(texts, "; ")
}

// accounts returns the accounts that are sent for, or else all of the store.
func (s *Server) accounts(ctx context.Context) ([]string, error) {
	if len(s.WABAs) > 0 {
		return s.WABAs, nil
	}
	accounts, err := s.Store.Accounts(ctx)
	return slices.DeleteFunc(accounts, func(id string) bool { return id == cloudapi.NoAccount }), err
}

// followAll follows the accounts that there are, and those that come, until the server stops.
func (s *Server) followAll() {
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
