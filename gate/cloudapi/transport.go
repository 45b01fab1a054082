package cloudapi

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/rules"
)

// A Transport is put under any WhatsApp client:
//
//	client := &http.Client{Transport: &cloudapi.Transport{Accounts: accounts}}
//
// It asks before each message, and learns from each answer. A message is a POST, or another request
// that neither reads nor deletes, whose path ends in /messages, /marketing_messages or
// /messages_encrypted, whatever stands before it; everything else passes unchanged, and so does the
// answer to everything. Whose message it is, the phone number id before that says, or the key of a
// 360dialog client, whose path has none. Without either it is refused, and with both unless they
// are of one account.
//
// First the gate of the sending account is asked: campaigns (templates, marketing messages, Direct
// Send) and replies (every other type) may be halted apart. Then the filter of the account, for
// each kind of message that it may be: marketing for /marketing_messages, what Message says of a
// template, the category of Direct Send, service for a reply. Then the account's sightings of error
// 130497. Read receipts and typing indicators are no messages and always pass.
//
// What may not be sent is refused before a byte leaves, as a [*PermanentError], [*DeferredError] or
// [*UnknownError] error, which errors.As finds in what an [http.Client] returns. It is refused as
// unknown, too, if it is not certain that everybody who reads the body reads the same: a name that
// stands twice or in another letter case, a form, a compressed body, one over 1 MiB (the largest
// known to the API have some kilobytes).
//
// A recipient without '+' is read in both ways that Meta describes: as a number of the account's
// default region, and as an international one. If both are assigned numbers, both must be allowed;
// see [filter.BareEither].
//
// Errors in the answers, 368 and 131031 above all and whatever the status, are in force for all
// goroutines when RoundTrip returns; those of other processes see them as fast as the store is.
// What a webhook says has to be given to [gate.Gate.Apply] as well: an account lock often shows
// there only.
//
// A batch request of the Graph API, or one in GraphQL, is refused: use one request for each
// message. So is a request that overrides its method, and a message that a server redirects to an
// address that is none of a message; to one that is, it is judged there.
//
// Its fields must not change once it is used. It may be used by any number of goroutines.
type Transport struct {
	// Accounts are those that send. Without any, every message is refused.
	Accounts *Accounts

	// Base sends what passes. nil: http.DefaultTransport.
	Base http.RoundTripper

	// Message says what kind of message a template is, by its name and the code of its language;
	// false: not known. A template that is not known counts as every kind, and is sent only if all
	// of them are allowed. nil: none is known.
	Message func(template, language string) (rules.Message, bool)

	// RefuseAs says how a refusal looks.
	RefuseAs RefuseAs

	// AllowUnknown sends what has no country, if the gate is open: messages to groups, encrypted
	// ones, those without a recipient.
	AllowUnknown bool

	// PassUnknownNumbers passes the messages of phone number ids that none of the Accounts has,
	// unchanged and unlearned from.
	PassUnknownNumbers bool

	// Report is told what could not be learned: the store does not take it, or an answer cannot be
	// read. What halts is in force all the same. It may be called by several goroutines. nil:
	// nobody is told.
	Report func(error)
}

// RoundTrip implements [http.RoundTripper].
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	endpoint, id := endpointOf(req)
	if endpoint == notASend && !redirectsSend(req) {
		return t.base().RoundTrip(req)
	}
	a, err := t.accountOf(req, id)
	if err == nil && a == nil && id != "" && t.PassUnknownNumbers {
		return t.base().RoundTrip(req)
	}
	out, s, refusal := t.read(req, endpoint)
	refusal = cmp.Or(refusal, err)
	s.noNumber = id == ""
	if refusal == nil && (!s.isReceipt || a == nil && s.noNumber) {
		refusal = t.judge(req.Context(), a, &s)
	}
	if refusal != nil {
		return t.refuse(req, a, id, refusal)
	}
	if a != nil {
		out = askForReadable(out)
	}
	resp, err := t.base().RoundTrip(out)
	if err != nil {
		return resp, err
	}
	if resp.Request == out {
		resp.Request = req
	}
	if a != nil {
		t.learn(req.Context(), a, &s, resp)
	}
	return resp, nil
}

// askForReadable returns the request to send in the place of one that accepts answers in encodings
// that nothing could be learned from.
func askForReadable(req *http.Request) *http.Request {
	accepted := strings.ToLower(strings.Join(req.Header["Accept-Encoding"], ","))
	if accepted == "" || accepted == "gzip" || accepted == "identity" {
		return req
	}
	readable := "identity"
	for encoding := range strings.SplitSeq(accepted, ",") {
		if name, weight, _ := strings.Cut(encoding, ";"); strings.TrimSpace(name) == "gzip" &&
			!strings.Contains(weight, "q=0") {
			readable = "gzip"
		}
	}
	out := req.WithContext(req.Context())
	out.Header = req.Header.Clone()
	out.Header.Set("Accept-Encoding", readable)
	return out
}

// redirectsSend reports whether a request carries on, to an address that is none of a send, what
// was a send before a server redirected it: the body goes along.
func redirectsSend(req *http.Request) bool {
	if req.Method == http.MethodGet || req.Method == http.MethodHead {
		return false
	}
	for before := req.Response; before != nil && before.Request != nil; before = before.Request.Response {
		if e, _ := endpointOf(before.Request); e != notASend {
			return true
		}
	}
	return false
}

// accountOf returns the account that a request sends for, nil if none of the accounts does: that of
// the phone number id, or, at 360dialog's address without one, that of the key. It is an error if
// both are there and differ: who takes the message may go by either.
func (t *Transport) accountOf(req *http.Request, id string) (*account, error) {
	keys := req.Header["D360-Api-Key"]
	var byKey *account
	if len(keys) == 1 {
		byKey = t.Accounts.ofKey(keys[0])
	}
	if id == "" {
		return byKey, nil
	}
	if a := t.Accounts.of(id); len(keys) == 0 || a == byKey && a != nil {
		return a, nil
	}
	return nil, &UnknownError{Err: errTwoSenders}
}

// CloseIdleConnections is for [http.Client.CloseIdleConnections].
func (t *Transport) CloseIdleConnections() {
	if c, ok := t.base().(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

func (t *Transport) base() http.RoundTripper {
	if t.Base == nil {
		return http.DefaultTransport
	}
	return t.Base
}

// read reads what decides about a message, and returns the request to send in the place of req.
func (t *Transport) read(req *http.Request, e endpoint) (out *http.Request, s send, err error) {
	switch {
	case e == notASend:
		return nil, send{}, &UnknownError{Err: errRedirected}
	case e == batchEndpoint:
		return nil, send{}, &UnknownError{Err: errBatch}
	case overridesMethod(req):
		return nil, send{}, &UnknownError{Err: errOverridden}
	case e == encryptedEndpoint:
		return req, send{messages: everyMessage, noCountry: "the body is encrypted"}, nil
	}
	if err := cmp.Or(checkQuery(req.URL.RawQuery), checkHeader(req.Header)); err != nil {
		return nil, send{}, &UnknownError{Err: err}
	}
	body, out, err := readBody(req)
	if ctxErr := req.Context().Err(); err != nil && ctxErr != nil {
		return nil, send{}, ctxErr
	}
	if err == nil {
		s, err = readSend(body, e, t.Message)
	}
	if err != nil {
		return nil, send{}, &UnknownError{Err: err}
	}
	return out, s, nil
}

// judge returns nil if a message may be sent, else why not.
func (t *Transport) judge(ctx context.Context, a *account, s *send) error {
	if a == nil && s.noNumber {
		return &UnknownError{Err: errNoNumber}
	}
	if a == nil {
		return &UnknownError{Err: errUnknownNumber}
	}
	gated, err := t.Accounts.gated(ctx, a)
	if err != nil {
		return &UnknownError{Err: err}
	}
	if err := gated.Check(s.kind); err != nil {
		if halted, ok := errors.AsType[*gate.HaltedError](err); ok {
			return newDeferred(halted)
		}
		return &UnknownError{Err: err}
	}
	switch {
	case s.noCountry != "" && t.AllowUnknown:
		return nil
	case s.noCountry != "":
		return &UnknownError{Err: errors.New(s.noCountry + "; such messages are sent only with AllowUnknown")}
	}
	d, m, err := a.group.decide(s)
	if err != nil {
		return &UnknownError{Err: err}
	}
	regions := d.Regions.String()
	if d.Kept() && gated.Sighted(regions) {
		d.Reason, d.Rule = filter.Sighted, ""
	}
	if d.Kept() {
		s.reading = d.Reading
		return nil
	}
	return &PermanentError{Message: m, Reason: d.Reason, Regions: regions, Rule: d.Rule}
}
