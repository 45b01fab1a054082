package cloudapi_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/cloudapi"
	"github.com/listgate/listgate/gate/folderstore"
)

// errorBody is what the Graph API answers.
func errorBody(code int) string {
	return fmt.Sprintf(`{"error":{"message":"(#%d) made up","type":"OAuthException","code":%d,`+
		`"error_data":{"messaging_product":"whatsapp","details":"made up"},"fbtrace_id":"A%d"}}`, code, code, code)
}

// send sends a message to India and returns the error.
func send(t testing.TB, transport *cloudapi.Transport, status int, body string) error {
	t.Helper()
	transport.Base = &network{answer: func(req *http.Request) (*http.Response,
		error) {
		return answer(req, status, body), nil
	}}
	resp, err := transport.RoundTrip(post(t, "messages", toIndia))
	if err != nil {
		return err
	}
	require.Equal(t, status, resp.StatusCode)
	require.Equal(t, body, text(t, resp.Body))
	require.NoError(t, resp.Body.Close())
	return nil
}

// One answer closes the gate, whatever its status, and what is no such answer does not.
func TestLearnsFromAnswers(t *testing.T) {
	for _, test := range []struct {
		status int
		body   string
		halts  bool
	}{
		{403, errorBody(368), true},
		{403, errorBody(131031), true},
		{400, errorBody(131031), true},
		{500, errorBody(368), true},
		{200, errorBody(368), true},
		{202, errorBody(131031), true},
		{200, strings.Repeat(" ", 64<<10) + errorBody(368), false}, // over the bound: no answer to a send
		{200, errorBody(130497), false},
		{200, `{"messaging_product":"whatsapp","messages":[{"id":"wamid.\"error\""}]}`, false},
		{403, strings.Replace(errorBody(131031), `"code":131031`, `"code":"131031"`, 1), true},
		{200, string(accepted), false},
		{403, errorBody(130497), false},
		{403, errorBody(10), false},
		{400, errorBody(131048), false},
		{400, errorBody(131047), false},
		{502, "<html>bad gateway</html>", false},
		{403, "", false},
		{403, `{"error":{"message":"(#368) by its text only"}}`, false},
		{302, errorBody(368), true},
	} {
		g := newGate(t)
		transport := &cloudapi.Transport{Accounts: newAccounts(t, g)}
		require.NoError(t, send(t, transport, test.status, test.body))
		err := send(t, transport, 200, string(accepted))
		if !test.halts {
			require.NoError(t, err, test.body)
			continue
		}
		var deferred *cloudapi.DeferredError
		require.ErrorAs(t, err, &deferred, "%d %s", test.status, test.body)
		a, err := g.Account(t.Context(), waba)
		require.NoError(t, err)
		require.Equal(t, "answer", a.Events()[0].Source) // durable, too
	}
}

// A read receipt's answer counts as any other of the endpoint; that of another endpoint says
// nothing about sending.
func TestLearnsOfReceipts(t *testing.T) {
	g := newGate(t)
	transport := &cloudapi.Transport{Accounts: newAccounts(t, g)}
	transport.Base = &network{answer: func(req *http.Request) (*http.Response,
		error) {
		return answer(req, 403, errorBody(131031)), nil
	}}
	_, err := transport.RoundTrip(post(t, "register", `{"messaging_product":"whatsapp","pin":"000000"}`))
	require.NoError(t, err)
	require.NoError(t, send(t, transport, 200, string(accepted)))
	transport.Base = &network{answer: func(req *http.Request) (*http.Response,
		error) {
		return answer(req, 403, errorBody(131031)), nil
	}}
	_, err = transport.RoundTrip(post(t, "messages",
		`{"messaging_product":"whatsapp","status":"read","message_id":"wamid.X"}`))
	require.NoError(t, err)
	require.Error(t, send(t, transport, 200, string(accepted)))
}

// From three recipients on, the account's messages to the region are refused.
func TestLearnsWhereMessagesAreRefused(t *testing.T) {
	g := newGate(t)
	transport := &cloudapi.Transport{Accounts: newAccounts(t, g)}
	refuse := func(req *http.Request) (*http.Response, error) { return answer(req, 403, errorBody(130497)), nil }
	to := func(recipient string) error {
		transport.Base = &network{answer: refuse}
		_, err := transport.RoundTrip(post(t, "messages", `{"messaging_product":"whatsapp","to":"`+recipient+
			`","type":"text","text":{"body":"hi"}}`))
		return err
	}
	for _, recipient := range []string{"+919876543210", "+91 98765-43211", "919876543211", "+919876543211",
		"919876543212"} {
		require.NoError(t, to(recipient))
	}
	err := to("+919876543213")
	var permanent *cloudapi.PermanentError
	require.ErrorAs(t, err, &permanent)
	require.Equal(t, filter.Sighted, permanent.Reason)
	require.Equal(t, "IN", permanent.Regions)
	require.ErrorContains(t, err, "gate clear --waba 900000000000001 --sighted 'IN'")
	require.NoError(t, to("+4915123456789"))
	a, err := g.Account(t.Context(), waba)
	require.NoError(t, err)
	require.NoError(t, a.Check(gate.MessageReply), "it never closes the gate")
	require.Equal(t, []string{"service"}, a.State().Sighted[1].Messages)

	user := func(id string) error {
		transport.Base = &network{answer: refuse}
		_, err := transport.RoundTrip(post(t, "messages", `{"messaging_product":"whatsapp","recipient":"`+id+
			`","type":"text","text":{"body":"hi"}}`))
		return err
	}
	for _, id := range []string{"FR.1a", "FR.2b", "FR.3c"} {
		require.NoError(t, user(id))
	}
	require.ErrorAs(t, user("FR.4d"), &permanent)
	require.Equal(t, filter.Sighted, permanent.Reason)
}

// The client reads what the server wrote: all of it, the same error at the same place, and whatever
// its size.
func TestAnswersAreUnchanged(t *testing.T) {
	long := errorBody(368) + strings.Repeat(" ", 200<<10)
	for _, test := range []struct {
		name   string
		body   func() io.Reader
		want   string
		err    error
		status int
		halts  bool
	}{
		{"small", func() io.Reader { return strings.NewReader(errorBody(368)) }, errorBody(368), nil, 403, true},
		{"byte by byte", func() io.Reader { return iotest.OneByteReader(strings.NewReader(errorBody(368))) },
			errorBody(368), nil, 403, true},
		{"data with the end", func() io.Reader { return iotest.DataErrReader(strings.NewReader(errorBody(368))) },
			errorBody(368), nil, 403, true},
		{"over the bound", func() io.Reader { return strings.NewReader(long) }, long, nil, 403, true},
		{"over the bound, then broken", func() io.Reader { return io.MultiReader(strings.NewReader(long), broken{}) },
			long, errTorn, 403, true},
		{"broken half-way",
			func() io.Reader { return io.MultiReader(strings.NewReader(errorBody(368)[:40]), broken{}) },
			errorBody(368)[:40], errTorn, 403, false},
		{"broken at its end", func() io.Reader { return io.MultiReader(strings.NewReader(errorBody(368)), broken{}) },
			errorBody(368), errTorn, 403, true},
		{"an error that was accepted",
			func() io.Reader { return iotest.OneByteReader(strings.NewReader(errorBody(368))) }, errorBody(368),
			nil, 200, true},
		{"over the bound, of no JSON", func() io.Reader { return strings.NewReader(strings.Repeat("x", 200<<10)) },
			strings.Repeat("x", 200<<10), nil, 403, false},
		{"accepted", func() io.Reader { return bytes.NewReader(accepted) }, string(accepted), nil, 200, false},
		{"accepted, over the bound", func() io.Reader { return strings.NewReader(long) }, long, nil, 200, true},
		{"accepted and broken", func() io.Reader { return io.MultiReader(bytes.NewReader(accepted), broken{}) },
			string(accepted), errTorn, 200, false},
	} {
		for _, size := range []int{1, 7, 100_000} {
			var reported error
			source := &tracked{Reader: test.body()}
			var given *http.Response
			transport := &cloudapi.Transport{
				Accounts: newAccounts(t, newGate(t)), Report: func(err error) { reported = err },
				Base: &network{answer: func(req *http.Request) (*http.Response, error) {
					given = answer(req, test.status, "")
					given.Body, given.ContentLength = source, -1
					return given, nil
				}},
			}
			resp, err := transport.RoundTrip(post(t, "messages", toIndia))
			require.NoError(t, err)
			require.Same(t, given, resp)
			require.Equal(t, test.status >= 300 && !test.halts, reported != nil, test.name)
			var got bytes.Buffer
			_, err = io.CopyBuffer(struct{ io.Writer }{&got}, struct{ io.Reader }{resp.Body}, make([]byte, size))
			require.ErrorIs(t, err, test.err, test.name)
			require.Equal(t, test.want, got.String(), test.name)
			_, again := resp.Body.Read(make([]byte, 1))
			require.Equal(t, test.err != nil, errors.Is(again, errTorn), test.name)
			require.False(t, source.closed)
			require.NoError(t, resp.Body.Close())
			require.True(t, source.closed)
			require.Equal(t, test.halts, send(t, transport, 200, string(accepted)) != nil, test.name)
		}
	}
}

// A client that asks for compression itself gets the compressed answer, and the gate reads it.
func TestLearnsFromCompressedAnswers(t *testing.T) {
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	_, err := io.WriteString(w, errorBody(131031))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	bomb := &bytes.Buffer{}
	w = gzip.NewWriter(bomb)
	_, err = io.WriteString(w, strings.Repeat(" ", 1<<20)+errorBody(131031))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	for _, test := range []struct {
		encoding, body string
		halts          bool
		report         string
	}{
		{"gzip", zipped.String(), true, ""},
		{"identity", errorBody(131031), true, ""},
		{"br", "?", false, `compressed with "br"`},
		{"gzip", "no gzip", false, "gzip"},
		{"gzip", bomb.String(), false, "larger"},
	} {
		var reported error
		transport := &cloudapi.Transport{Accounts: newAccounts(t, newGate(t)),
			Report: func(err error) { reported = err }}
		transport.Base = &network{answer: func(req *http.Request) (*http.Response, error) {
			resp := answer(req, 403, test.body)
			resp.Header.Set("Content-Encoding", test.encoding)
			return resp, nil
		}}
		resp, err := transport.RoundTrip(post(t, "messages", toIndia))
		require.NoError(t, err)
		require.Equal(t, test.body, text(t, resp.Body))
		require.Equal(t, test.halts, send(t, transport, 200, string(accepted)) != nil, test.encoding)
		if test.report == "" {
			require.NoError(t, reported)
		} else {
			require.ErrorContains(t, reported, test.report)
		}
	}
}

// What is no error body of the API leaves no trace in the journal: a proxy may answer so thousands
// of times.
func TestProxyPagesAreNotKept(t *testing.T) {
	g := newGate(t)
	var reported []error
	transport := &cloudapi.Transport{Accounts: newAccounts(t, g),
		Report: func(err error) { reported = append(reported, err) }}
	for range 3 {
		require.NoError(t, send(t, transport, 502, "<html>+919876543210</html>"))
	}
	a, err := g.Account(t.Context(), waba)
	require.NoError(t, err)
	require.Empty(t, a.Events())
	require.Len(t, reported, 3)
	require.ErrorContains(t, reported[0], "status 502")
	requireNoNumber(t, reported[0].Error())
}

// A hung store takes no event before it is released.
type hung struct {
	gate.Store
	released chan struct{}
}

func (h *hung) Append(ctx context.Context, waba string, events []gate.Event) error {
	select {
	case <-h.released:
		return h.Store.Append(ctx, waba, events)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// A store that hangs holds a send up for a second, and the gate is closed all the same.
func TestHungStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &hung{folderstore.New(t.TempDir()), make(chan struct{})}
		g := gate.New(store, gate.Options{})
		reported := make(chan error, 1)
		transport := &cloudapi.Transport{Accounts: newAccounts(t, g), Report: func(err error) { reported <- err }}
		start := time.Now()
		require.NoError(t, send(t, transport, 403, errorBody(131031)))
		require.Equal(t, time.Second, time.Since(start))
		var deferred *cloudapi.DeferredError
		require.ErrorAs(t, send(t, transport, 200, string(accepted)), &deferred)
		require.ErrorIs(t, <-reported, context.DeadlineExceeded)
		require.Equal(t, 10*time.Second, time.Since(start))
		close(store.released)
		require.NoError(t, g.Close())
		time.Sleep(time.Minute) // lets the store's goroutine see that nobody follows
	})
}

// An answer that trickles in is passed on after a second, and learned from when it is there. A
// client that does not want the rest closes it.
func TestTricklingAnswer(t *testing.T) {
	for _, finish := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			g := gate.New(folderstore.New(t.TempDir()), gate.Options{})
			reported := make(chan error, 1)
			transport := &cloudapi.Transport{Accounts: newAccounts(t, g), Report: func(err error) { reported <- err }}
			body, write := io.Pipe()
			transport.Base = &network{answer: func(req *http.Request) (*http.Response, error) {
				resp := answer(req, 403, "")
				resp.Body, resp.ContentLength = body, -1
				return resp, nil
			}}
			go func() { _, _ = io.WriteString(write, errorBody(368)[:30]) }()
			resp, err := transport.RoundTrip(post(t, "messages", toIndia))
			require.NoError(t, err)
			first := make([]byte, 100)
			n, err := resp.Body.Read(first)
			require.NoError(t, err)
			require.Equal(t, errorBody(368)[:30], string(first[:n]))
			if finish {
				go func() {
					_, _ = io.WriteString(write, errorBody(368)[30:])
					_ = write.Close()
				}()
				require.Equal(t, errorBody(368)[30:], text(t, resp.Body))
				synctest.Wait()
			} else {
				require.NoError(t, resp.Body.Close())
				require.ErrorIs(t, <-reported, io.ErrClosedPipe)
			}
			require.Equal(t, finish, send(t, transport, 200, string(accepted)) != nil)
			require.NoError(t, g.Close())
			time.Sleep(time.Minute)
		})
	}
}

// A client that gives up while an answer trickles in is not kept waiting.
func TestContextEndsWhileTheAnswerIsRead(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	transport := &cloudapi.Transport{Accounts: newAccounts(t, newGate(t))}
	body, write := io.Pipe()
	transport.Base = &network{answer: func(req *http.Request) (*http.Response, error) {
		resp := answer(req, 403, "")
		resp.Body = body
		// as http.Transport does
		context.AfterFunc(req.Context(), func() { _ = write.CloseWithError(req.Context().Err()) })
		cancel()
		return resp, nil
	}}
	resp, err := transport.RoundTrip(post(t, "messages", toIndia).WithContext(ctx))
	require.NoError(t, err)
	_, err = io.ReadAll(resp.Body)
	require.ErrorIs(t, err, context.Canceled)
}
