package server

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/listgate/listgate/config"
	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/cloudapi"
	"github.com/listgate/listgate/internal/bodies"
	"github.com/listgate/listgate/internal/decision"
	"github.com/listgate/listgate/internal/redact"
	"github.com/listgate/listgate/rules"
)

const (
	maxNumbers = 10_000
	// maxDecide bounds a body: 10,000 numbers, each with all that programs wrap around one.
	maxDecide = 2 << 20
	// maxCategorySets bounds for how many sets of categories rules are held that no account has.
	maxCategorySets = 64
)

// deciding is what decisions are made by: the accounts of one reading of the configuration. A later
// reading takes its place.
type deciding struct {
	senders *cloudapi.Accounts // nil: there are none
	stop    context.CancelFunc // ends the following of rule files
	lives   *categoryFilters
}

// Reload takes the accounts of a configuration that was read again. If they, or their rules, are
// not good, the error says why, and those before stay in force.
func (s *Server) Reload(accounts []config.Account) error {
	d := &deciding{lives: &categoryFilters{server: s, lives: map[string]*filter.Live{}}}
	if len(accounts) > 0 {
		var err error
		if d.senders, err = cloudapi.NewAccounts(cloudapi.AccountsOptions{
			Gate: s.Gate, Rules: s.Rules, Confidence: s.Confidence, AllowNumberless: true, Report: s.reportRules,
		}, accounts...); err != nil {
			return err
		}
	}
	var ctx context.Context
	ctx, d.stop = context.WithCancel(s.ctx)
	d.lives.ctx = ctx
	if d.senders != nil {
		go d.senders.Run(ctx)
	}
	if before := s.deciding.Swap(d); before != nil {
		before.stop()
	}
	return nil
}

func (s *Server) reportRules(err error) { s.say("rules changed and are not in force", err.Error()) }

// categoryFilters are filters for categories that are asked for by name, made when they first are.
type categoryFilters struct {
	server *Server
	ctx    context.Context

	mu    sync.Mutex
	lives map[string]*filter.Live
}

// filter returns the filter of some categories for a kind of message, and the revision of its
// rules.
func (c *categoryFilters) filter(categories []string, m rules.Message) (*filter.Filter, string, error) {
	sorted := slices.Sorted(slices.Values(categories))
	key := fmt.Sprintf("%s %q", m, sorted)
	c.mu.Lock()
	defer c.mu.Unlock()
	live := c.lives[key]
	if live == nil {
		if len(c.lives) >= maxCategorySets {
			return nil, "",
				fmt.Errorf("more than %d sets of categories were asked for; give them to accounts of listgate.toml",
					maxCategorySets)
		}
		var err error
		live, err = filter.NewLive(filter.LiveOptions{
			Rules: rules.Options{Paths: c.server.Rules, Categories: sorted}, Message: m,
			Confidence: c.server.Confidence,
			Filter:     filter.Options{Bare: filter.BareEither},
			Notify: func(_ *rules.Set, problem error) {
				if problem != nil {
					c.server.reportRules(problem)
				}
			},
		})
		if err != nil {
			return nil, "", err
		}
		c.lives[key] = live
		go live.Run(c.ctx)
	}
	return live.Filter(), live.Rules().Revision(), nil
}

// A decideRequest is the body of POST /v1/decide.
type decideRequest struct {
	account    string
	categories []string
	kind       gate.MessageKind
	message    rules.Message
	numbers    []*string
}

// A requestError is a mistake of whoever asks: 400.
type requestError struct{ error }

func badRequest(format string, args ...any) error { return requestError{fmt.Errorf(format, args...)} }

func refuseNumberInURL(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost && r.PathValue("rest") == "" {
		w.Header().Set("Allow", "POST")
		writeProblem(w, http.StatusMethodNotAllowed, "POST the numbers as a JSON body")
		return
	}
	writeProblem(w, http.StatusBadRequest, "numbers stand in the body, never in a URL: URLs are logged on the way")
}

// readBody reads the body of a request for decisions.
func (s *Server) readBody(w http.ResponseWriter, r *http.Request) (body []byte, release func(), err error) {
	if r.URL.RawQuery != "" {
		return nil, nil,
			badRequest("no parameters in the URL: numbers stand in the body, and URLs are logged on the way")
	}
	if kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); !strings.EqualFold(strings.TrimSpace(kind),
		"application/json") {
		return nil, nil, badRequest("the Content-Type is not application/json")
	}
	body, release, err = s.bodies.Read(w, r, maxDecide)
	switch {
	case errors.Is(err, bodies.ErrCutOff):
		return nil, nil, err
	case err != nil:
		return nil, nil, requestError{err}
	}
	return body, release, nil
}

func (s *Server) answerDecide(w http.ResponseWriter, r *http.Request) {
	body, release, err := s.readBody(w, r)
	if err != nil {
		s.refuseDecision(w, err)
		return
	}
	defer release()
	request, err := readDecide(body)
	if err != nil {
		s.refuseDecision(w, err)
		return
	}
	d, err := s.decider(r.Context(), request)
	if err != nil {
		s.refuseDecision(w, err)
		return
	}
	answer := append(make([]byte, 0, 256+80*len(request.numbers)), `{"gate":"`+d.gate+`","decisions":[`...)
	for i, number := range request.numbers {
		if i > 0 {
			answer = append(answer, ',')
		}
		answer = d.append(answer, *number)
	}
	answer = append(answer, `],"rules":"`+d.revision+"\"}\n"...)
	writeBytes(w, answer)
	s.metrics.decided.Add(float64(len(request.numbers)))
}

func writeBytes(w http.ResponseWriter, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(body) // whoever asked has gone
}

// refuseDecision answers why nothing was decided.
func (s *Server) refuseDecision(w http.ResponseWriter, err error) {
	var state stateError
	switch {
	case errors.As(err, &state):
		w.Header().Set("Cache-Control", "no-store")
		s.writeState(w, state.state, state.kind)
	case errors.As(err, new(requestError)):
		writeJSON(w, http.StatusBadRequest, problemAnswer{err.Error(), err.Error()})
	default:
		writeJSON(w, http.StatusServiceUnavailable, problemAnswer{err.Error(), err.Error()})
	}
}

// A stateError says that an account is halted, or its state unknown.
type stateError struct {
	state gate.State
	kind  gate.MessageKind
}

func (e stateError) Error() string { return e.state.Err(e.kind).Error() }

// members reads the members of a JSON object, each of which may stand once.
func members(body []byte) (map[string]json.RawMessage, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	if token, err := d.Token(); err != nil || token != json.Delim('{') {
		return nil, badRequest("the body is not a JSON object")
	}
	found := map[string]json.RawMessage{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, badRequest("the body is not well-formed JSON")
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, badRequest("the body is not well-formed JSON")
		}
		key, _ := name.(string)
		if _, twice := found[key]; twice {
			return nil, badRequest("%s stands twice", redact.Quote(key))
		}
		found[key] = value
	}
	if _, err := d.Token(); err != nil || d.More() {
		return nil, badRequest("the body is not one well-formed JSON object")
	}
	return found, nil
}

func readDecide(body []byte) (r decideRequest, err error) {
	found, err := members(body)
	if err != nil {
		return r, err
	}
	for name := range found {
		if !slices.Contains([]string{"account", "categories", "kind", "message", "numbers"}, name) {
			return r, badRequest("unknown member %s; they are account or categories, kind, message, numbers",
				redact.Quote(name))
		}
	}
	words := map[string]string{}
	for _, name := range []string{"account", "kind", "message"} {
		if value, ok := found[name]; ok {
			var word *string
			if json.Unmarshal(value, &word) != nil || word == nil {
				return r, badRequest("%s is not a string", name)
			}
			words[name] = *word
		}
	}
	if value, ok := found["categories"]; ok && (json.Unmarshal(value, &r.categories) != nil || len(r.categories) == 0) {
		return r, badRequest("categories is not a list of names of business categories")
	}
	if err := r.readWords(words); err != nil {
		return r, err
	}
	r.numbers, err = readNumbers(found["numbers"])
	return r, err
}

// readWords reads who asks, and about what.
func (r *decideRequest) readWords(words map[string]string) (err error) {
	r.account = words["account"]
	switch {
	case r.account == "" && len(r.categories) == 0:
		return badRequest("no account and no categories: nobody says by which rules")
	case r.account != "" && len(r.categories) > 0:
		return badRequest("account and categories: name one of the two; an account has its own categories")
	}
	if r.kind, err = gate.ParseMessageKind(cmp.Or(words["kind"], gate.MessageCampaign.String())); err != nil {
		return badRequest("kind: %w", err)
	}
	if r.message, err = rules.ParseMessage(cmp.Or(words["message"], rules.Marketing.String())); err != nil {
		return badRequest("message: %w", err)
	}
	return nil
}

func readNumbers(value json.RawMessage) (numbers []*string, err error) {
	if json.Unmarshal(value, &numbers) != nil {
		numbers = nil
		var items []json.RawMessage
		if json.Unmarshal(value, &items) != nil {
			return nil, badRequest("numbers is not a list of strings")
		}
		for i, item := range items {
			if len(item) == 0 || item[0] != '"' {
				return nil, badRequest("numbers[%d] is not a string", i)
			}
		}
	}
	if numbers == nil {
		return nil, badRequest("no numbers")
	}
	if len(numbers) > maxNumbers {
		return nil, badRequest("%d numbers; at most %d at once", len(numbers), maxNumbers)
	}
	for i, number := range numbers {
		if number == nil {
			return nil, badRequest("numbers[%d] is null, not a string", i)
		}
	}
	return numbers, nil
}

// A decider decides the numbers of one request.
type decider struct {
	gate     string
	filter   *filter.Filter
	revision string
	sighted  func(regions string) bool
}

// decider returns what decides a request, or why nothing may be sent: a stateError, or what is
// wrong.
func (s *Server) decider(ctx context.Context, r decideRequest) (*decider, error) {
	d := &decider{gate: "none", sighted: func(string) bool { return false }}
	by := s.deciding.Load()
	var err error
	if r.account == "" {
		if d.filter, d.revision, err = by.lives.filter(r.categories, r.message); err != nil {
			return nil, requestError{err}
		}
		return d, nil
	}
	sender, ok := by.senders.Sender(r.account)
	if !ok {
		return nil, badRequest("unknown account %s; it is no [[account]] of %s", redact.Quote(r.account), config.Name)
	}
	a, err := sender.Gate(ctx)
	if err != nil {
		return nil, err
	}
	if a.Check(r.kind) != nil {
		if state := a.State(); state.Status(r.kind) != gate.StatusOpen {
			return nil, stateError{state, r.kind}
		}
	}
	d.gate, d.sighted = gate.StatusOpen.String(), a.Sighted
	d.filter, d.revision, err = sender.Filter(r.message)
	return d, err
}

// append decides a number, and appends the decision as JSON.
func (d *decider) append(b []byte, number string) []byte {
	made := d.filter.DecideString(number)
	if made.Kept() && d.sighted(made.Regions.String()) {
		made.Reason, made.Rule = filter.Sighted, ""
	}
	return decision.AppendJSON(b, made)
}
