package cloudapi_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/config"
	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/cloudapi"
	"github.com/listgate/listgate/rules"
)

const (
	toIndia = `{"messaging_product":"whatsapp","to":"+919876543210","type":"text","text":{"body":"hi"}}`
	toCuba  = `{"messaging_product":"whatsapp","to":"+5352345678","type":"text","text":{"body":"hi"}}`
)

// What is no message passes as the same request, unread, whatever the state of the accounts; what
// is one is asked about.
func TestWhatIsAMessage(t *testing.T) {
	const host = "https://graph.facebook.com"
	for _, test := range []struct {
		method, url string
		message     bool
	}{
		{"POST", host + "/v25.0/900000000000002/messages", true},
		{"POST", host + "/v99.1/900000000000002/messages", true},
		{"POST", host + "/900000000000002/messages", true},
		{"POST", host + "/v25.0/900000000000002/marketing_messages", true},
		{"POST", host + "/v25.0/900000000000002/messages_encrypted", true},
		{"POST", "http://localhost:8080/proxy/graph/v25.0/900000000000002/messages", true},
		{"POST", host + "/v25.0/900000000000002/messages/", true},
		{"POST", host + "/v25.0//900000000000002//messages", true},
		{"POST", host + "/v25.0/900000000000002/x/../messages", true},
		{"POST", host + "/v25.0/900000000000002/Messages", true},
		{"POST", host + "/v25.0/900000000000002/message%73", true},
		{"POST", host + "/v25.0/900000000000002/messages?access_token=T", true},
		{"post", host + "/v25.0/900000000000002/messages", true},
		{"POST", host + "/v25.0/900000000000002\\messages", true},
		{"POST", host + "/v25.0/900000000000002/messages;x=y", true},
		{"GET", host + "/v25.0/900000000000002/messages", false},
		{"DELETE", host + "/v25.0/900000000000002/messages", false},
		{"", host + "/v25.0/900000000000002/messages", false}, // GET
		{"POST", host + "/v25.0/900000000000002/register", false},
		{"POST", host + "/v25.0/900000000000002/media", false},
		{"POST", host + "/v25.0/900000000000001/message_templates", false},
		{"POST", host + "/v25.0/900000000000002/messages/wamid.X", false},
		{"POST", host + "/v25.0/900000000000002", false},
		{"POST", host + "/v25.0/900000000000002/whatsapp_business_profile?payment_method=x", false},
	} {
		u, err := url.Parse(test.url)
		require.NoError(t, err)
		base := &network{}
		req := &http.Request{Method: test.method, URL: u, Body: io.NopCloser(strings.NewReader(toIndia)),
			ContentLength: -1}
		resp, err := (&cloudapi.Transport{Base: base}).RoundTrip(req)
		if test.message {
			var unknown *cloudapi.UnknownError
			require.ErrorAs(t, err, &unknown, "%s %s", test.method, test.url)
			require.Equal(t, phoneNumberID, unknown.PhoneNumberID)
			require.ErrorContains(t, err, "phone_number_ids")
			require.Empty(t, base.requests)
			continue
		}
		require.NoError(t, err, "%s %s", test.method, test.url)
		require.Same(t, req, base.requests[0])
		require.Equal(t, []string{toIndia}, base.bodies)
		require.Equal(t, string(accepted), text(t, resp.Body))
	}
}

// What may be a message and does not say whose is refused, whatever passes else.
func TestMessagesOfNobody(t *testing.T) {
	const host = "https://graph.facebook.com"
	for _, test := range []struct{ method, url, header, want string }{
		{"POST", host + "/v25.0/page/messages", "", "no phone number id"},
		{"POST", host + "/messages", "", "no phone number id"},
		{"POST", "https://waba-v2.360dialog.io/messages", "", "no phone number id"},
		{"POST", "https://waba-v2.360dialog.io/v1/messages", "", "no phone number id"},
		{"POST", host + "/me/marketing_messages", "", "no phone number id"},
		{"POST", host + "/messages_encrypted", "", "no phone number id"},
		{"POST", host, "", "batch request"},
		{"POST", host + "/", "", "batch request"},
		{"POST", host + "/v25.0/", "", "batch request"},
		{"POST", host + "/me?batch=[]", "", "batch request"},
		{"GET", host + "/?method=post&batch=[]", "", "batch request"},
		{"GET", host + "/v25.0/900000000000002/messages?method=post&to=1", "", "overrides its method"},
		{"PUT", host + "/v25.0/900000000000002/messages", "X-HTTP-Method-Override", "overrides its method"},
	} {
		base := &network{}
		req, err := http.NewRequestWithContext(t.Context(), test.method, test.url, strings.NewReader(toIndia))
		require.NoError(t, err)
		req.Header.Set("Content-Type", "application/json")
		if test.header != "" {
			req.Header.Set(test.header, "POST")
		}
		transport := &cloudapi.Transport{Accounts: newAccounts(t, newGate(t)), Base: base, PassUnknownNumbers: true,
			AllowUnknown: true}
		_, err = transport.RoundTrip(req)
		var unknown *cloudapi.UnknownError
		require.ErrorAs(t, err, &unknown, "%s %s", test.method, test.url)
		require.ErrorContains(t, err, test.want)
		require.Empty(t, base.requests)
	}
}

// A 360dialog client's messages are those of the account whose key it has.
func TestMessagesBy360dialogKey(t *testing.T) {
	g := newGate(t)
	const key = "made-up-key"
	account := config.Account{WABA: waba, Categories: []string{"general"},
		D360KeySHA256: fmt.Sprintf("%x", sha256.Sum256([]byte(key)))}
	accounts, err := cloudapi.NewAccounts(cloudapi.AccountsOptions{Gate: g}, account)
	require.NoError(t, err)
	base := &network{}
	transport := &cloudapi.Transport{Accounts: accounts, Base: base}
	send := func(key, body string) error {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://waba-v2.360dialog.io/messages",
			strings.NewReader(body))
		require.NoError(t, err)
		req.Header.Set("D360-API-KEY", key)
		_, err = transport.RoundTrip(req)
		return err
	}
	require.NoError(t, send(key, toIndia))
	require.ErrorAs(t, send(key, toCuba), new(*cloudapi.PermanentError))
	require.ErrorAs(t, send("another", toIndia), new(*cloudapi.UnknownError))
	require.NotContains(t, send("another", toIndia).Error(), "another")
	happen(t, g, gate.CauseAccountLock, "")
	require.ErrorAs(t, send(key, toIndia), new(*cloudapi.DeferredError))
	require.Len(t, base.requests, 1)

	account.D360KeySHA256 = "made up"
	_, err = cloudapi.NewAccounts(cloudapi.AccountsOptions{Gate: g}, account)
	require.ErrorContains(t, err, "d360_key_sha256 is not 64 hex digits")
}

// A redirected message is judged where it goes: never sent to where nobody would know it for one.
func TestRedirects(t *testing.T) {
	const elsewhere = "900000000000077"
	for target, sent := range map[string]bool{
		"/v26.0/" + phoneNumberID + "/messages": true, "/v26.0/" + elsewhere + "/messages": false, "/messages": false,
		"/": false, "/other": false,
		"/v26.0/" + phoneNumberID + "/media": false,
	} {
		for _, status := range []int{http.StatusTemporaryRedirect, http.StatusPermanentRedirect} {
			var reached []string
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if reached = append(reached, r.URL.Path); len(reached) == 1 {
					http.Redirect(w, r, target, status)
				}
			}))
			client := &http.Client{Transport: &cloudapi.Transport{Accounts: newAccounts(t, newGate(t))}}
			resp, err := client.Post(server.URL+"/v25.0/"+phoneNumberID+"/messages", "application/json",
				strings.NewReader(toIndia))
			if sent {
				require.NoError(t, err, target)
				require.NoError(t, resp.Body.Close())
				require.Len(t, reached, 2)
			} else {
				require.ErrorAs(t, err, new(*cloudapi.UnknownError), target)
				require.Len(t, reached, 1, target)
			}
			server.Close()
		}
	}
}

// The error of a halted account is one line; what a person can do stands in a field.
func TestDeferredError(t *testing.T) {
	g := newGate(t)
	happen(t, g, gate.CauseAccountLock, "")
	_, err := (&cloudapi.Transport{Accounts: newAccounts(t, g), Base: &network{}}).RoundTrip(post(t,
		"messages", toIndia))
	var deferred *cloudapi.DeferredError
	require.ErrorAs(t, err, &deferred)
	require.Less(t, len(err.Error()), 250)
	require.NotContains(t, err.Error(), "\n")
	require.Contains(t, err.Error(), "account_lock")
	require.Contains(t, err.Error(), "listgate gate status --waba "+waba)
	require.Len(t, deferred.Causes, 1)
	require.NotEmpty(t, deferred.Steps)
	require.Contains(t, deferred.Steps[0].Do, "Business Support Home")
}

// A client that sets the URL's opaque part gets no further.
func TestOpaqueURL(t *testing.T) {
	for _, opaque := range []string{"//graph.facebook.com/v25.0/900000000000002/messages",
		"//graph.facebook.com/v25.0/900000000000002/messages?x=y"} {
		base := &network{}
		req := post(t, "x", toIndia)
		req.URL = &url.URL{Scheme: "https", Host: "graph.facebook.com", Opaque: opaque}
		_, err := (&cloudapi.Transport{Base: base}).RoundTrip(req)
		require.Error(t, err)
		require.Empty(t, base.requests)
	}
}

func text(t testing.TB, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	require.NoError(t, err)
	return string(b)
}

// What is sent is what the client gave: the same URL, header and length; and its answer is the
// server's own.
func TestMessagesPassUnchanged(t *testing.T) {
	base := &network{}
	transport := &cloudapi.Transport{Accounts: newAccounts(t, newGate(t)), Base: base}
	req := post(t, "messages", toIndia)
	req.Header.Set("Authorization", "Bearer T")
	header := req.Header.Clone()
	var given *http.Response
	base.answer = func(r *http.Request) (*http.Response, error) {
		given = answer(r, 200, string(accepted))
		return given, nil
	}
	resp, err := transport.RoundTrip(req)
	require.NoError(t, err)
	require.Same(t, given, resp)
	sent := base.requests[0]
	require.Equal(t, []string{toIndia}, base.bodies)
	require.Same(t, req.URL, sent.URL)
	require.Equal(t, header, sent.Header)
	require.Equal(t, header, req.Header)
	require.Equal(t, req.ContentLength, sent.ContentLength)
	again, err := sent.GetBody()
	require.NoError(t, err)
	require.Equal(t, toIndia, text(t, again))
	require.Equal(t, req.Context(), sent.Context())
}

// A tracked body says whether it was closed.
type tracked struct {
	io.Reader
	closed bool
}

func (b *tracked) Close() error { b.closed = true; return nil }

// Whatever becomes of a message, its body is closed.
func TestBodyIsClosed(t *testing.T) {
	halted := newGate(t)
	happen(t, halted, gate.CauseAccountLock, "")
	for name, transport := range map[string]*cloudapi.Transport{
		"sent":     {Accounts: newAccounts(t, newGate(t))},
		"halted":   {Accounts: newAccounts(t, halted)},
		"stranger": {},
		"answered": {RefuseAs: cloudapi.RefuseWithResponse},
	} {
		for _, body := range []string{toIndia, toCuba, "no JSON", strings.Repeat(" ", 2<<20)} {
			for _, endpoint := range []string{"messages", "messages_encrypted"} {
				b := &tracked{Reader: strings.NewReader(body)}
				req := post(t, endpoint, "")
				req.Body, req.GetBody, req.ContentLength = b, nil, -1
				transport.Base = &network{}
				_, _ = transport.RoundTrip(req)
				require.True(t, b.closed, "%s, %.20s", name, body)
			}
		}
	}
}

// What is judged is what leaves, even if GetBody belongs to another body.
func TestStaleGetBody(t *testing.T) {
	transport := &cloudapi.Transport{Accounts: newAccounts(t, newGate(t))}
	for _, test := range []struct {
		body, stale string
		sent        bool
	}{{toIndia, toCuba, true}, {toCuba, toIndia, false}} {
		base := &network{}
		transport.Base = base
		req := post(t, "messages", test.stale)
		req.Body, req.ContentLength = io.NopCloser(strings.NewReader(test.body)), int64(len(test.body))
		_, err := transport.RoundTrip(req)
		if !test.sent {
			require.Error(t, err)
			require.Empty(t, base.requests)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, []string{test.body}, base.bodies)
		again, err := base.requests[0].GetBody()
		require.NoError(t, err)
		require.Equal(t, test.body, text(t, again))
	}
}

var errTorn = errors.New("torn")

// A body that cannot be read within its bound is not sent, and a body of any shape up to there is.
func TestBodyBound(t *testing.T) {
	full := toIndia + strings.Repeat(" ", 1<<20-len(toIndia))
	for _, test := range []struct {
		name string
		body io.Reader
		size int64
		want string // of the error
	}{
		{"at the bound", strings.NewReader(full), int64(len(full)), ""},
		{"at the bound, of no known length", dribble{strings.NewReader(full)}, -1, ""},
		{"over it", strings.NewReader(full + " "), int64(len(full)) + 1, "larger than 1024 KiB"},
		{"over it, of no known length", dribble{strings.NewReader(full + " ")}, -1, "larger than 1024 KiB"},
		{"over it, of another length than said", strings.NewReader(full + " "), 10, "larger than 1024 KiB"},
		{"without an end", endless{}, -1, "larger than 1024 KiB"},
		{"broken", io.MultiReader(strings.NewReader(toIndia), broken{}), -1, "torn"},
		{"none", nil, 0, "the body is empty"},
	} {
		base := &network{}
		transport := &cloudapi.Transport{Accounts: newAccounts(t, newGate(t)), Base: base}
		req := post(t, "messages", "")
		req.Body, req.GetBody, req.ContentLength = nil, nil, test.size
		if test.body != nil {
			req.Body = io.NopCloser(test.body)
		}
		_, err := transport.RoundTrip(req)
		if test.want == "" {
			require.NoError(t, err, test.name)
			require.Equal(t, []string{full}, base.bodies, test.name)
			require.Equal(t, test.size, base.requests[0].ContentLength)
			require.Nil(t, base.requests[0].GetBody)
			continue
		}
		var unknown *cloudapi.UnknownError
		require.ErrorAs(t, err, &unknown, test.name)
		require.ErrorContains(t, err, test.want, test.name)
		require.Empty(t, base.requests, test.name)
		if test.name == "broken" {
			require.ErrorIs(t, err, errTorn)
		}
	}
}

// A dribble gives a few bytes at a time, and sometimes none.
type dribble struct{ r *strings.Reader }

func (r dribble) Read(p []byte) (int, error) {
	if r.r.Len()%7 == 3 && len(p) > 1 {
		return r.r.Read(p[:1])
	}
	return r.r.Read(p[:min(len(p), 1000)])
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { clear(p); return len(p), nil }

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errTorn }

// A client that gives up gets its own error, even if it never wrote the body that it promised.
func TestContextEndsWhileTheBodyIsRead(t *testing.T) {
	base := &network{}
	transport := &cloudapi.Transport{Accounts: newAccounts(t, newGate(t)), Base: base}
	ctx, cancel := context.WithCancel(t.Context())
	body, write := io.Pipe()
	req := post(t, "messages", "").WithContext(ctx)
	req.Body, req.GetBody, req.ContentLength = body, nil, -1
	go func() {
		_, _ = io.WriteString(write, toIndia[:10])
		cancel()
	}()
	_, err := transport.RoundTrip(req)
	require.ErrorIs(t, err, context.Canceled)
	var unknown *cloudapi.UnknownError
	require.NotErrorAs(t, err, &unknown)
	require.Empty(t, base.requests)
}

// The Graph API takes parameters from the query, too, and forms; what stands there is not what is
// judged.
func TestQueryAndHeader(t *testing.T) {
	for _, test := range []struct {
		query  string
		header http.Header
		want   string
	}{
		{"access_token=T&appsecret_proof=p", nil, ""},
		{"to=%2B5352345678", nil, "to stands in the URL's query"},
		{"access_token=T&Recipient=CU.1a", nil, "recipient stands in the URL's query"},
		{"template[name]=promo_b", nil, "template stands in the URL's query"},
		{"%74o=x", nil, "to stands in the URL's query"},
		{"a=1;to=x", nil, "not well-formed"},
		{"", http.Header{"Content-Type": {"application/json; charset=utf-8"}}, ""},
		{"", http.Header{"Content-Type": {"application/json;charset=UTF-8"}}, ""},
		{"", http.Header{"content-type": {"Application/JSON"}}, ""},
		{"", http.Header{}, ""},
		{"", http.Header{"Content-Type": {"application/json; charset=utf-16"}}, "Content-Type"},
		{"", http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, "Content-Type"},
		{"", http.Header{"content-type": {"multipart/form-data; boundary=x"}}, "Content-Type"},
		{"", http.Header{"Content-Type": {"application/json", "text/plain"}}, "Content-Type"},
		{"", http.Header{"Content-Encoding": {"gzip"}}, "compressed"},
		{"", http.Header{"content-encoding": {"br"}}, "compressed"},
		{"", http.Header{"Content-Encoding": {"identity"}}, ""},
	} {
		base := &network{}
		transport := &cloudapi.Transport{Accounts: newAccounts(t, newGate(t)), Base: base}
		req := post(t, "messages", toIndia)
		req.URL.RawQuery = test.query
		if test.header != nil {
			req.Header = test.header
		}
		_, err := transport.RoundTrip(req)
		if test.want == "" {
			require.NoError(t, err, "%s %v", test.query, test.header)
			require.Len(t, base.requests, 1)
			continue
		}
		require.ErrorContains(t, err, test.want, "%s %v", test.query, test.header)
		require.Empty(t, base.requests)
		requireNoNumber(t, err.Error())
	}
}

// What a dispatcher branches on survives what http.Client wraps around it.
func TestErrorsOfAClient(t *testing.T) {
	g := newGate(t)
	client := &http.Client{Transport: &cloudapi.Transport{Accounts: newAccounts(t, g), Base: &network{}}}
	_, err := client.Do(post(t, "messages", toCuba))
	var permanent *cloudapi.PermanentError
	require.ErrorAs(t, err, &permanent)
	require.Equal(t, cloudapi.PermanentError{
		WABA: waba, PhoneNumberID: phoneNumberID, Message: rules.Service, Reason: filter.Restricted, Regions: "CU",
		Rule: "platform-sanctioned",
	}, *permanent)
	requireNoNumber(t, err.Error())

	happen(t, g, gate.CauseAccountLock, "")
	_, err = client.Do(post(t, "messages", toIndia))
	var deferred *cloudapi.DeferredError
	require.ErrorAs(t, err, &deferred)
	require.Zero(t, deferred.Until)
	require.Equal(t, waba+" "+phoneNumberID, deferred.WABA+" "+deferred.PhoneNumberID)
	var halted *gate.HaltedError
	require.ErrorAs(t, err, &halted)
	require.ErrorContains(t, err, "account_lock")

	require.NoError(t, g.Close())
	_, err = client.Do(post(t, "messages", toIndia))
	var unknown *cloudapi.UnknownError
	require.ErrorAs(t, err, &unknown)
	var byGate *gate.UnknownError
	require.ErrorAs(t, err, &byGate)
}

// A refusal may look like an answer, for clients that try again after an error. Nobody takes it for
// Meta's.
func TestRefuseAsResponse(t *testing.T) {
	for _, test := range []struct {
		name, body string
		cause      gate.Cause
		restricted string
		code       int
		header     string
	}{
		{"country", toCuba, 0, "", 130497, "permanent"},
		{"body", "no JSON", 0, "", 130497, "unknown"},
		{"block", toIndia, gate.CausePolicyBlock, "", 368, "deferred"},
		{"restriction", toIndia, gate.CauseRestriction, gate.RestrictionCustomerInitiated, 368, "deferred"},
		{"lock", toIndia, gate.CauseAccountLock, "", 131031, "deferred"},
		{"ban", toIndia, gate.CauseBan, "", 131031, "deferred"},
	} {
		g := newGate(t)
		if test.cause != 0 {
			happen(t, g, test.cause, test.restricted)
		}
		base := &network{}
		inner := &cloudapi.Transport{Accounts: newAccounts(t, g), Base: base, RefuseAs: cloudapi.RefuseWithResponse}
		outside := newGate(t)
		outer := &cloudapi.Transport{Accounts: newAccounts(t, outside), Base: inner, AllowUnknown: true}
		req := post(t, "messages", test.body)
		resp, err := inner.RoundTrip(req)
		require.NoError(t, err, test.name)
		require.Empty(t, base.requests)
		require.Equal(t, 403, resp.StatusCode)
		require.Same(t, req, resp.Request)
		require.Equal(t, test.header, resp.Header.Get(cloudapi.RefusedHeader), test.name)
		body := text(t, resp.Body)
		require.Equal(t, int64(len(body)), resp.ContentLength)
		require.Contains(t, body, "listgate")
		requireNoNumber(t, body)
		d, err := cloudapi.Decode([]byte(body), cloudapi.DecodeOptions{WABA: waba, Received: received})
		require.NoError(t, err)
		require.Empty(t, d.Events, test.name)
		require.Empty(t, d.Problems, test.name)
		require.Contains(t, body, `"code":`+strconv.Itoa(test.code), test.name)

		_, _ = outer.RoundTrip(post(t, "messages", test.body))
		a, err := outside.Account(t.Context(), waba)
		require.NoError(t, err)
		require.Empty(t, a.Events(), test.name)
	}
}

// Phone number ids of others can be let through.
func TestStrangers(t *testing.T) {
	base := &network{}
	transport := &cloudapi.Transport{Accounts: newAccounts(t, newGate(t)), Base: base, PassUnknownNumbers: true}
	req := post(t, "messages", toCuba)
	req.URL.Path = "/v25.0/123/messages"
	_, err := transport.RoundTrip(req)
	require.NoError(t, err)
	require.Same(t, req, base.requests[0])
	_, err = transport.RoundTrip(post(t, "messages", toCuba))
	require.Error(t, err)
	transport.PassUnknownNumbers = false
	req = post(t, "messages", `{"messaging_product":"whatsapp","status":"read","message_id":"wamid.X"}`)
	req.URL.Path = "/v25.0/123/messages"
	_, err = transport.RoundTrip(req)
	require.NoError(t, err, "a read receipt is no message")
}

type idle struct{ closed bool }

func (*idle) RoundTrip(*http.Request) (*http.Response, error) { return nil, errTorn }
func (i *idle) CloseIdleConnections()                         { i.closed = true }

func TestCloseIdleConnections(t *testing.T) {
	base := &idle{}
	(&http.Client{Transport: &cloudapi.Transport{Base: base}}).CloseIdleConnections()
	require.True(t, base.closed)
	(&http.Client{Transport: &cloudapi.Transport{Base: &network{}}}).CloseIdleConnections()
}
