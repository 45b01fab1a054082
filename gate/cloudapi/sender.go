package cloudapi

import (
	"context"
	"time"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/rules"
)

// A Sender decides for one of the [Accounts], for those who send by other ways than a [Transport].
// It may be used by any number of goroutines.
type Sender struct {
	accounts *Accounts
	account  *account
}

// Sender returns the account of a name in listgate.toml, or of a WABA id; ok is false if there is
// none.
func (all *Accounts) Sender(name string) (s Sender, ok bool) {
	if all == nil || all.byName[name] == nil {
		return Sender{}, false
	}
	return Sender{all, all.byName[name]}, true
}

// WABA returns the account's id.
func (s Sender) WABA() string { return s.account.waba }

// Gate returns the gate's handle of the account.
func (s Sender) Gate(ctx context.Context) (*gate.Account, error) {
	return s.accounts.gated(ctx, s.account)
}

// Filter returns the account's filter for a kind of message, by the rules in force now, and their
// revision. Ask for it for each list of numbers: the filter itself does not change.
func (s Sender) Filter(m rules.Message) (f *filter.Filter, revision string, err error) {
	current, err := s.account.group.filter(m, time.Now())
	if err != nil {
		return nil, "", err
	}
	return current.filter, current.revision(), nil
}
