package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/listgate/listgate/gate"
)

// A gateAnswer is the body of GET /v1/gate/{waba}.
type gateAnswer struct {
	Answer gate.Status      `json:"state"`
	Kind   gate.MessageKind `json:"kind"`
	ToDo   []string         `json:"what_to_do"`
	gate.State
}

func (s *Server) answerGate(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	waba := r.PathValue("waba")
	kind, err := gate.ParseMessageKind(cmp.Or(r.URL.Query().Get("kind"), gate.MessageCampaign.String()))
	if err = cmp.Or(gate.CheckID(waba), checkParameters(r, "kind"), err); err != nil {
		writeProblem(w, http.StatusBadRequest, err.Error())
		return
	}
	if known, err := s.known(r.Context(), waba); err != nil {
		writeProblem(w, http.StatusServiceUnavailable, err.Error())
		return
	} else if !known {
		writeProblem(w, http.StatusNotFound, "account "+waba+" is in no configuration, and has no events in "+
			s.Store.String()+": make sure that the id is right")
		return
	}
	state, err := s.stateOf(r.Context(), waba)
	if err != nil {
		writeProblem(w, http.StatusServiceUnavailable, err.Error())
		return
	}
	s.writeState(w, state, kind)
}

// checkParameters returns an error if a query has other parameters than one: what they hold would
// be logged on the way.
func checkParameters(r *http.Request, known string) error {
	for name := range r.URL.Query() {
		if name != known {
			return fmt.Errorf("unknown parameter in the URL; the one that may stand there is %s: what stands in URLs is logged on the way", known)
		}
	}
	return nil
}

// writeState answers by the state of an account for a kind of message.
func (s *Server) writeState(w http.ResponseWriter, state gate.State, kind gate.MessageKind) {
	answer := gateAnswer{state.Status(kind), kind, s.toDo(state, kind), state}
	err := state.Err(kind)
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

// stateOf returns the state of an account. That of one whose webhooks are ignored is not known
// here, whatever the store has.
func (s *Server) stateOf(ctx context.Context, waba string) (gate.State, error) {
	if len(s.WABAs) > 0 && !slices.Contains(s.WABAs, waba) {
		return gate.State{
			WABA: waba, Causes: []gate.ActiveCause{}, Warnings: []gate.Warning{}, Sighted: []gate.RegionRefusals{},
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
func (s *Server) toDo(state gate.State, kind gate.MessageKind) []string {
	steps := []string{}
	if text := unheard(state, s.Store); text != "" {
		steps = append(steps, text+": make sure that the id is right")
	}
	if state.Status(kind) == gate.StatusUnknown {
		steps = append(steps, "Send nothing until the state is known: "+state.Trouble+
			". See: listgate gate status --waba "+state.WABA)
	}
	if support := s.Support(state.WABA); support != "" && state.Status(kind) != gate.StatusOpen {
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

// unheard says that an account has no events: a mistyped id would otherwise read as "open".
func unheard(s gate.State, store gate.Store) string {
	if s.Events > 0 || s.Trouble != "" {
		return ""
	}
	return fmt.Sprintf("no events recorded for %s in %s", s.WABA, store)
}
