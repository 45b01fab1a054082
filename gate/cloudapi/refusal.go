package cloudapi

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/rules"
)

// A PermanentError says that the recipient may not be messaged: the rules do not allow the country,
// or it cannot be told, or the account met error 130497 there. Trying again is of no use until the
// rules change. It never holds the number.
type PermanentError struct {
	WABA, PhoneNumberID string        // who wanted to send
	Message             rules.Message // as which kind of message it was not allowed
	Reason              filter.Reason
	Regions             string // those that the number may belong to: "US", "AG|US", "" if none
	Rule                string // what decided; "" where no rule did
}

func (e *PermanentError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "not sent: %s", e.Reason)
	if e.Regions != "" {
		fmt.Fprintf(&b, " in %s", e.Regions)
	}
	if e.Rule != "" {
		fmt.Fprintf(&b, " by rule %s", e.Rule)
	}
	fmt.Fprintf(&b, " for %s messages of account %s; ", e.Message, e.WABA)
	switch e.Reason {
	case filter.Sighted:
		fmt.Fprintf(&b,
			"do not try again before a person lifts it: listgate gate clear --waba %s --sighted '%s' --reason …",
			e.WABA, e.Regions)
	case filter.Restricted, filter.Unlisted, filter.Undetermined, filter.NoRegion:
		b.WriteString("do not try again, drop the recipient")
	default:
		b.WriteString("do not try again; a recipient is written as + and the full number, with spaces, - ( ) at most")
	}
	return b.String()
}

// A DeferredError says that the account is halted: keep the message, and send no other one of the
// kind.
type DeferredError struct {
	WABA, PhoneNumberID string             // who wanted to send
	Until               time.Time          // when the account may send again; zero: nobody knows, a person has to act
	Causes              []gate.ActiveCause // what halts: why, and since when
	Steps               []gate.Step        // what a person can do about it
	Err                 error              // a *gate.HaltedError
}

func newDeferred(halted *gate.HaltedError) *DeferredError {
	e := &DeferredError{WABA: halted.State.WABA, Until: halted.Until(), Err: halted}
	for _, c := range halted.State.Causes {
		if slices.Contains(c.Stops, halted.Kind) {
			e.Causes = append(e.Causes, c)
			e.Steps = append(e.Steps, c.Steps...)
		}
	}
	return e
}

// Error returns one line, without the steps.
func (e *DeferredError) Error() string {
	var causes []string
	for _, c := range e.Causes {
		causes = append(causes, c.String())
	}
	return fmt.Sprintf("not sent: account %s is halted: %s; what to do: listgate gate status --waba %s", e.WABA,
		strings.Join(causes, "; "), e.WABA)
}

// Unwrap returns the [*gate.HaltedError].
func (e *DeferredError) Unwrap() error { return e.Err }

// An UnknownError says that it cannot be known whether the message may be sent: who sends it, to
// whom, or whether the account is halted. It is for a person to look at; Err says what to do.
type UnknownError struct {
	WABA, PhoneNumberID string // who wanted to send; no WABA if the phone number id is not known
	Err                 error  // a *gate.UnknownError if the gate does not know
}

func (e *UnknownError) Error() string {
	return fmt.Sprintf("not sent: unknown whether phone number id %s may send this: %v",
		cmp.Or(e.PhoneNumberID, "(none)"), e.Err)
}

// Unwrap returns Err.
func (e *UnknownError) Unwrap() error { return e.Err }

var (
	errUnknownNumber = errors.New("none of the accounts has this phone number id; add it to the phone_number_ids of its " +
		"[[account]] in listgate.toml, or of its config.Account")
	errNoNumber = errors.New("its address has no phone number id, and no account is known by the D360-API-KEY of a 360dialog client; " +
		"send to /{phone-number-id}/messages, or add the key's SHA-256 to its account as d360_key_sha256")
	errTwoSenders = errors.New("its address has the phone number id of one account, and its D360-API-KEY is not that account's")
	errRedirected = errors.New("a server redirected it to an address that is none of a message")
	errBatch      = errors.New("a batch request, or one in GraphQL, may hold messages and is not looked into; use one request for each message")
	errOverridden = errors.New("it overrides its method; send a message by a plain POST")
)

// Refused reports whether an error is a [*PermanentError], a [*DeferredError] or an
// [*UnknownError]: nothing was sent, and a client that tries again after errors should not.
func Refused(err error) bool {
	return errors.As(err, new(*PermanentError)) || errors.As(err, new(*DeferredError)) ||
		errors.As(err, new(*UnknownError))
}

// RefuseAs says how a [Transport] refuses.
type RefuseAs uint8

const (
	// RefuseWithError refuses with an error of RoundTrip.
	RefuseWithError RefuseAs = iota
	// RefuseWithResponse refuses with an answer that is made here and looks like the Cloud API's:
	// status 403, and an error of code 130497 (PermanentError, or UnknownError for its recipient),
	// 131031 or 368 (DeferredError, by what halts; 131031 for UnknownError otherwise). It is for
	// clients that take every error of a transport for a failure of the network, and try again. The
	// header X-Listgate and the message of the error say that listgate made it. No Transport learns
	// from it, and Decode finds no events in it.
	RefuseWithResponse
)

// RefusedHeader is the header of an answer that is made here: permanent, deferred or unknown.
const RefusedHeader = "X-Listgate"

// refusedMark is how the message of an error begins that is made here.
const refusedMark = "listgate: "

// refuse ends a request that is not sent.
func (t *Transport) refuse(req *http.Request, a *account, id string, refusal error) (*http.Response, error) {
	if req.Body != nil {
		_ = req.Body.Close()
	}
	waba := ""
	if a != nil {
		waba = a.waba
	}
	var kind string
	var code int
	switch e := refusal.(type) {
	case *PermanentError:
		e.WABA, e.PhoneNumberID, kind, code = waba, id, "permanent", country
	case *DeferredError:
		e.WABA, e.PhoneNumberID, kind, code = waba, id, "deferred", codeOf(e.Err)
	case *UnknownError:
		e.WABA, e.PhoneNumberID, kind, code = waba, id, "unknown", country
		if _, byGate := errors.AsType[*gate.UnknownError](e.Err); byGate || a == nil {
			code = 131031
		}
	default: // the request's context ended
		return nil, refusal
	}
	if t.RefuseAs == RefuseWithResponse {
		return respond(req, kind, code, refusal), nil
	}
	return nil, refusal
}

// codeOf returns the code of an error that says most nearly what halts: that of a block if nothing
// else does.
func codeOf(err error) int {
	halted, ok := errors.AsType[*gate.HaltedError](err)
	isLock := func(a gate.ActiveCause) bool {
		return a.Cause != gate.CausePolicyBlock && a.Cause != gate.CauseRestriction
	}
	if ok && !slices.ContainsFunc(halted.State.Causes, isLock) {
		return 368
	}
	return 131031
}

func respond(req *http.Request, kind string, code int, refusal error) *http.Response {
	body, err := json.Marshal(map[string]any{"error": map[string]any{
		"message":    fmt.Sprintf("%s(#%d) %v", refusedMark, code, refusal),
		"type":       "OAuthException",
		"code":       code,
		"error_data": map[string]any{"messaging_product": "whatsapp", "details": refusedMark + refusal.Error()},
	}})
	if err != nil {
		panic(fmt.Sprintf("cloudapi: an answer cannot be written: %v", err))
	}
	return &http.Response{
		Status: "403 Forbidden", StatusCode: http.StatusForbidden, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{
			"Content-Type": {"application/json; charset=UTF-8"}, "Content-Length": {strconv.Itoa(len(body))},
			RefusedHeader: {kind},
		},
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Request: req,
	}
}
