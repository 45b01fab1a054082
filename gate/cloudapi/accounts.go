package cloudapi

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/listgate/listgate/config"
	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/internal/redact"
	"github.com/listgate/listgate/rules"
)

// AccountsOptions say by what accounts are judged.
type AccountsOptions struct {
	Gate       *gate.Gate // required
	Rules      []string   // the user's rule files, or folders of them, as in rules.Options
	Confidence rules.Confidence

	// Report is told why changed rule files are not in force: the last good ones stay so. nil:
	// nobody is told.
	Report func(error)

	// AllowNumberless lets accounts be that have neither phone number ids nor a 360dialog key: they
	// decide, by name, for those who send in other ways.
	AllowNumberless bool
}

// Accounts are the accounts that send, by the ids of their phone numbers.
//
// Thousands of them are cheap: those with the same categories, permissions, country and default
// region share their filters, all others share what they have in common, and filters and handles of
// the gate are made at the first message that needs them. Rules that begin or end on a day do so at
// 00:00 UTC. Changed rule files are followed by Run, or by Refresh.
type Accounts struct {
	gate    *gate.Gate
	byPhone map[string]*account
	byName  map[string]*account            // by the name in listgate.toml, and by WABA
	byKey   map[[sha256.Size]byte]*account // of 360dialog, by the key's SHA-256
	rules   []*ruleFiles
}

// An account is a WhatsApp Business account.
type account struct {
	waba   string
	group  *filterGroup
	handle atomic.Pointer[gate.Account] // nil before the first message
}

// NewAccounts makes accounts out of those of a listgate.toml, or of a program's own. The error has
// everything that is wrong with them, or with the rules.
func NewAccounts(o AccountsOptions, accounts ...config.Account) (*Accounts, error) {
	if o.Gate == nil {
		return nil, errors.New("accounts without a gate: nobody would learn that one is blocked")
	}
	if len(accounts) == 0 {
		return nil,
			errors.New("no accounts: every message would be refused; name those that send, as [[account]] in listgate.toml or as config.Account")
	}
	m := accountsBuilder{
		Accounts: &Accounts{gate: o.Gate, byPhone: map[string]*account{}, byName: map[string]*account{},
			byKey: map[[sha256.Size]byte]*account{}},
		options: o, files: map[string]*ruleFiles{}, groups: map[string]*filterGroup{}, refused: map[string]bool{},
		homes: map[rules.Region]bool{},
	}
	for _, c := range accounts {
		m.add(c)
	}
	if err := errors.Join(m.errs...); err != nil {
		return nil, err
	}
	return m.Accounts, nil
}

// Run follows the rule files until ctx is done. Call it once, in a goroutine.
func (all *Accounts) Run(ctx context.Context) {
	var running sync.WaitGroup
	for _, r := range all.rules {
		running.Go(func() { r.live.Run(ctx) })
	}
	running.Wait()
}

// Refresh looks at the rule files once; see [filter.Live.Refresh].
func (all *Accounts) Refresh(now time.Time) error {
	var errs error
	for _, r := range all.rules {
		errs = errors.Join(errs, r.live.Refresh(now))
	}
	return errs
}

// of returns the account of a phone number id, nil if there is none.
func (all *Accounts) of(phoneNumberID string) *account {
	if all == nil {
		return nil
	}
	return all.byPhone[phoneNumberID]
}

// ofKey returns the account of a 360dialog key, nil if there is none.
func (all *Accounts) ofKey(key string) *account {
	if all == nil || len(all.byKey) == 0 {
		return nil
	}
	return all.byKey[sha256.Sum256([]byte(key))]
}

// gated returns the gate's handle of an account.
func (all *Accounts) gated(ctx context.Context, a *account) (*gate.Account, error) {
	if handle := a.handle.Load(); handle != nil {
		return handle, nil
	}
	handle, err := all.gate.Account(ctx, a.waba)
	if err != nil {
		return nil, err
	}
	a.handle.Store(handle)
	return handle, nil
}

// An accountsBuilder makes Accounts.
type accountsBuilder struct {
	*Accounts
	options AccountsOptions
	files   map[string]*ruleFiles // by categories
	refused map[string]bool       // categories whose rules cannot be loaded
	homes   map[rules.Region]bool // default regions that were looked at
	groups  map[string]*filterGroup
	errs    []error
}

func (m *accountsBuilder) add(c config.Account) {
	name := cmp.Or(c.Name, c.WABA)
	problem := func(format string, args ...any) {
		m.errs = append(m.errs, fmt.Errorf("account %q: "+format, append([]any{name}, args...)...))
	}
	if err := gate.CheckID(c.WABA); err != nil {
		problem("waba: %w", err)
	}
	a := &account{waba: c.WABA, group: m.filterGroup(c, problem)}
	for _, id := range c.PhoneNumberIDs {
		switch other := m.byPhone[id]; {
		case gate.CheckID(id) != nil:
			problem("%s is not a phone number id: 1 to 32 digits", redact.Quote(id))
		case other != nil:
			problem("phone number id %s stands at account %s, too", id, other.waba)
		default:
			m.byPhone[id] = a
		}
	}
	if c.D360KeySHA256 != "" {
		m.addKey(a, c.D360KeySHA256, problem)
	}
	m.byName[c.WABA] = a
	if c.Name != "" {
		m.byName[c.Name] = a
	}
	if len(c.PhoneNumberIDs) == 0 && c.D360KeySHA256 == "" && !m.options.AllowNumberless {
		problem("no phone_number_ids, so that none of its messages would be known as its own")
	}
}

func (m *accountsBuilder) addKey(a *account, sum string, problem func(string, ...any)) {
	var key [sha256.Size]byte
	n, err := hex.Decode(key[:], []byte(sum)[:min(len(sum), 2*len(key))])
	switch other := m.byKey[key]; {
	case err != nil || n != len(key) || len(sum) != 2*n:
		problem("d360_key_sha256 is not 64 hex digits")
	case other != nil:
		problem("its 360dialog key is that of account %s, too", other.waba)
	default:
		m.byKey[key] = a
	}
}

// filterGroup returns the group of an account, nil if there is a problem with its rules.
func (m *accountsBuilder) filterGroup(c config.Account, problem func(string, ...any)) *filterGroup {
	categories := fmt.Sprintf("%q", c.Categories)
	if m.refused[categories] {
		return nil // said already
	}
	files := m.files[categories]
	if files == nil {
		var err error
		if files, err = newRuleFiles(m.options, c.Categories); err != nil {
			m.refused[categories] = true
			problem("%w", err)
			return nil
		}
		m.files[categories] = files
		m.rules = append(m.rules, files)
	}
	g := &filterGroup{files: files, sender: c.Sender(), home: c.DefaultRegion}
	key := categories + g.key()
	if known := m.groups[key]; known != nil {
		return known
	}
	if !m.homes[g.home] {
		if err := files.checkHome(g.home); err != nil {
			problem("default_region: %w", err)
		}
		m.homes[g.home] = true
	}
	m.groups[key] = g
	return g
}
