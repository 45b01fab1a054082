package server

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/listgate/listgate/gate"
)

// answerBigQuery answers a remote function of BigQuery: a call for each row, with the number as its
// one argument, and who asks as the function's user_defined_context. A reply is a decision; of
// NULL, too. What BigQuery tries again is 503; 400 and 423 end the query with what they say.
func (s *Server) answerBigQuery(w http.ResponseWriter, r *http.Request) {
	body, release, err := s.readBody(w, r)
	if err != nil {
		s.refuseDecision(w, err)
		return
	}
	defer release()
	request, err := readBigQuery(body)
	if err != nil {
		s.refuseDecision(w, err)
		return
	}
	d, err := s.decider(r.Context(), request)
	if err != nil {
		s.refuseBigQuery(w, err)
		return
	}
	answer := append(make([]byte, 0, 256+80*len(request.numbers)), `{"replies":[`...)
	for i, number := range request.numbers {
		if i > 0 {
			answer = append(answer, ',')
		}
		if number == nil {
			number = new(string)
		}
		answer = d.append(answer, *number)
	}
	writeBytes(w, append(answer, "]}\n"...))
	s.metrics.decided.Add(float64(len(request.numbers)))
}

// refuseBigQuery is refuseDecision in the words that BigQuery shows.
func (s *Server) refuseBigQuery(w http.ResponseWriter, err error) {
	state, ok := err.(stateError)
	if !ok {
		s.refuseDecision(w, err)
		return
	}
	status := http.StatusServiceUnavailable
	if state.state.Status(state.kind) == gate.StatusHalted {
		status = http.StatusLocked
	}
	writeJSON(w, status, problemAnswer{err.Error(), err.Error()})
}

func readBigQuery(body []byte) (r decideRequest, err error) {
	found, err := members(body)
	if err != nil {
		return r, err
	}
	var context map[string]string
	if value, ok := found["userDefinedContext"]; ok && json.Unmarshal(value, &context) != nil {
		return r, badRequest("userDefinedContext is not an object of strings")
	}
	for name := range context {
		switch name {
		case "account", "kind", "message":
		case "categories":
			r.categories = strings.FieldsFunc(context[name], func(c rune) bool { return c == ',' || c == ' ' })
		default:
			return r,
				badRequest("user_defined_context holds an unknown name; the names are account or categories, kind, message")
		}
	}
	if err := r.readWords(context); err != nil {
		return r, err
	}
	var calls [][]*string
	if json.Unmarshal(found["calls"], &calls) != nil || calls == nil {
		return r, badRequest("calls is not a list of calls with the number as a STRING")
	}
	if len(calls) > maxNumbers {
		return r, badRequest("%d calls; at most %d at once: set max_batching_rows", len(calls), maxNumbers)
	}
	for i, call := range calls {
		if len(call) != 1 {
			return r, badRequest("calls[%d] has %d arguments; the function has one, the number", i, len(call))
		}
		r.numbers = append(r.numbers, call[0])
	}
	return r, nil
}
