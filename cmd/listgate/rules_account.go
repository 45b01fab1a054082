package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/listgate/listgate/config"
	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/internal/gatetext"
	"github.com/listgate/listgate/internal/printable"
	"github.com/listgate/listgate/report"
	"github.com/listgate/listgate/rules"
)

// agreeing is how many accounts of a category must have met error 130497 in a region before a rule
// is proposed: what one account meets may have other causes than its category.
const agreeing = 3

// categoriesOf returns the categories of an account by their names.
func categoriesOf(a config.Account, configPath string, rulePaths []string) ([]string, error) {
	if len(a.Categories) == 0 {
		return nil, nil
	}
	set, err := rules.Load(rules.Options{Paths: rulePaths, Categories: a.Categories})
	if unknown, ok := errors.AsType[*rules.UnknownCategoryError](err); ok {
		return nil,
			rules.Errors{{File: configPath, Line: a.Line,
				Err: fmt.Errorf("account %s: categories: %w", a.Name, unknown)}}
	}
	if err != nil {
		return nil, err
	}
	return set.Categories(), nil
}

// An accountDocument is what an account adds to "rules show".
type accountDocument struct {
	Name        string                `json:"name"`
	WABA        string                `json:"waba"`
	Permissions []report.Permission   `json:"permissions"`
	Sighted     []gate.RegionRefusals `json:"sighted"`
	Proposals   []string              `json:"proposals"` // entries to review, as TOML; none is applied

	permissions []rules.Permission
}

// accountRules reads what the accounts of a category add to its rules.
type accountRules struct {
	settings  *settings
	file      *rules.File // of the category
	rulePaths []string
	gate      *gate.Gate
	talk      io.Writer

	names map[string][]string // of categories, by what accounts have, so that many alike are asked about once
}

// readAccount returns what decides for the account beside the file, and the entries that accounts
// of the category suggest; nil if no account was named.
func readAccount(ctx context.Context, s *settings, talk io.Writer, file *rules.File, rulePaths []string,
	flags *gateFlags) (*accountDocument, error) {
	if s.account == nil {
		return nil, nil
	}
	opened, store, err := flags.open()
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	r := &accountRules{settings: s, file: file, rulePaths: rulePaths, gate: opened.Gate, talk: talk,
		names: map[string][]string{}}
	state, err := r.state(ctx, *s.account)
	if err != nil {
		return nil, err
	}
	if err := readable(state); err != nil {
		return nil, err
	}
	sayIfUnheard(talk, state, store)
	a := &accountDocument{Name: s.account.Name, WABA: s.account.WABA,
		Sighted:     append([]gate.RegionRefusals{}, state.Sighted...),
		Permissions: []report.Permission{}, permissions: s.account.Permissions}
	for _, p := range a.permissions {
		a.Permissions = append(a.Permissions, report.PermissionOf(p))
	}
	a.Proposals, err = r.proposals(ctx)
	return a, err
}

func (a *accountDocument) print(w io.Writer) {
	printable.Fprintf(w, "\naccount %s (%s)\n", a.Name, a.WABA)
	for _, p := range a.permissions {
		printable.Fprintf(w, "  permission %s\n", &p)
	}
	for _, in := range a.Sighted {
		printable.Fprintf(w, "  %s\n", gatetext.Refused(in, a.WABA))
	}
	if len(a.Sighted) == 0 {
		printable.Fprintln(w, "  no refusal (130497) is recorded")
	}
	for _, proposal := range a.Proposals {
		fmt.Fprintf(w, "\n%s", proposal)
	}
}

func (r *accountRules) state(ctx context.Context, a config.Account) (gate.State, error) {
	account, err := r.gate.Account(ctx, a.WABA)
	if err != nil {
		return gate.State{}, err
	}
	return account.State(), nil
}

// A suspect is a region in which accounts of the category are sighted.
type suspect struct {
	accounts []string
	messages []string // those refused; nil if one is not known
	known    bool     // messages are known of every account
	last     time.Time
}

// proposals returns the entries that enough accounts agree on.
func (r *accountRules) proposals(ctx context.Context) ([]string, error) {
	suspects := map[string]*suspect{}
	for _, a := range r.settings.config.Accounts {
		if !r.isOf(a) {
			continue
		}
		s, err := r.state(ctx, a)
		if err != nil {
			return nil, err
		}
		if s.Trouble != "" {
			printable.Fprintf(r.talk, "does not count: account %s: %s\n", a.Name, s.Trouble)
			continue
		}
		for _, in := range s.Sighted {
			if in.Sighted {
				note(suspects, in, a.Name)
			}
		}
	}
	agreed := []string{}
	for _, region := range slices.Sorted(maps.Keys(suspects)) {
		if s := suspects[region]; len(s.accounts) >= agreeing {
			agreed = append(agreed, r.proposal(region, s))
		}
	}
	return agreed, nil
}

// isOf reports whether an account is of the category.
func (r *accountRules) isOf(a config.Account) bool {
	key := strings.Join(a.Categories, "\n")
	names, known := r.names[key]
	if !known {
		var err error
		if names, err = categoriesOf(a, r.settings.config.Path, r.rulePaths); err != nil {
			printable.Fprintf(r.talk, "does not count: %v\n", err)
		}
		r.names[key] = names
	}
	return slices.Contains(names, r.file.Name)
}

func note(suspects map[string]*suspect, in gate.RegionRefusals, account string) {
	s := suspects[in.Region]
	if s == nil {
		s = &suspect{known: true}
		suspects[in.Region] = s
	}
	s.accounts = append(s.accounts, account)
	s.known = s.known && len(in.Messages) > 0
	for _, message := range in.Messages {
		if !slices.Contains(s.messages, message) {
			s.messages = append(s.messages, message)
		}
	}
	if in.Last.After(s.last) {
		s.last = in.Last
	}
}

// proposal is an entry to review, as TOML.
func (r *accountRules) proposal(joined string, s *suspect) string {
	accounts := strings.Join(s.accounts, ", ")
	region, err := rules.ParseRegion(joined)
	if err != nil {
		return fmt.Sprintf("# Accounts %s met 130497 in one of %s. No entry can say that: find out which country it is.\n", accounts, joined)
	}
	if id := r.deniedBy(region); id != "" {
		return fmt.Sprintf("# Accounts %s met 130497 in %s, which %s denies.\n", accounts, region.Name(), id)
	}
	var b strings.Builder
	printable.Fprintf(&b,
		"# %d accounts of %s met 130497 in %s. An entry to review, for your own rule file; listgate does not apply it by itself.\n",
		len(s.accounts), r.file.Name, region.Name())
	printable.Fprintf(&b, "[[deny]]\nid         = \"%s-sighted-%s\"\nregions    = [\"%s\"]\n", r.file.Name,
		strings.ToLower(joined), joined)
	if s.known {
		printable.Fprintf(&b, "messages   = [\"%s\"]\n", strings.Join(s.messages, `", "`))
	}
	printable.Fprintf(&b, "code       = 130497\nsource     = %s\nconfidence = \"low\"\nreason     = %s\n",
		strconv.Quote(fmt.Sprintf("answers 130497 to own accounts %s, last on %s", accounts,
			s.last.UTC().Format(time.DateOnly))),
		strconv.Quote(fmt.Sprintf("Meta refused messages of %d accounts of this category to %s", len(s.accounts),
			region.Name())))
	return b.String()
}

// deniedBy returns the id of an entry of the category's that denies the region, whatever the
// message; "" if there is none.
func (r *accountRules) deniedBy(region rules.Region) string {
	for file := r.file; file != nil; file = file.Base {
		for _, e := range file.Entries {
			if e.Effect == rules.Deny && e.Messages == nil && slices.Contains(e.Regions, region) {
				return e.ID
			}
		}
	}
	return ""
}
