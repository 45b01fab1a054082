package server

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/cloudapi"
	"github.com/listgate/listgate/internal/gatetext"
)

const (
	// maxAccounts bounds how many accounts can be asked for: each one is followed until the server ends.
	maxAccounts = 10_000
	// followAgain is how often it is looked for accounts that other processes began a journal for.
	followAgain = 10 * time.Second
)

var errTooManyAccounts = fmt.Errorf("more than %d accounts were asked for", maxAccounts)

// account returns the handle of an account, and follows it from now on.
func (s *Server) account(ctx context.Context, waba string) (*gate.Account, error) {
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

// logChanges logs what becomes of an account.
func (s *Server) logChanges(a *gate.Account) {
	last := gatetext.Status(gate.State{Campaign: gate.StatusOpen, Reply: gate.StatusOpen})
	_ = a.Watch(s.ctx, func(state gate.State) {
		if now := gatetext.Status(state); now != last && s.ctx.Err() == nil {
			var causes []string
			for _, c := range state.Causes {
				causes = append(causes, c.String())
			}
			s.Log.Warn("account "+state.WABA+" is "+now, "was", last, "why", cmp.Or(state.Trouble, strings.Join(causes, "; "), "nothing halts it"))
			last = now
		}
	})
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
