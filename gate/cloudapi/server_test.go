package cloudapi_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/gate/cloudapi"
)

// A provider is a loopback server that accepts messages until it is locked.
type provider struct {
	*httptest.Server
	locked   atomic.Bool
	taken    atomic.Int32 // requests
	accepted atomic.Int32
	once     sync.Once
}

func newProvider(t testing.TB, http2 bool) *provider {
	t.Helper()
	p := &provider{}
	p.Server = httptest.NewUnstartedServer(p)
	p.EnableHTTP2 = http2
	if http2 {
		p.StartTLS()
	} else {
		p.Start()
	}
	t.Cleanup(p.Close)
	return p
}

func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil || string(body) != toIndia {
		http.Error(w, "another body than was sent", http.StatusTeapot)
		return
	}
	p.taken.Add(1)
	w.Header().Set("Content-Type", "application/json")
	if !p.locked.Load() {
		p.accepted.Add(1)
		_, _ = w.Write(accepted)
		return
	}
	w.WriteHeader(http.StatusForbidden)
	_, _ = io.WriteString(w, errorBody(131031))
}

// over returns a client whose messages go through a Transport to the server.
func (p *provider) over(t testing.TB, transport *cloudapi.Transport) *http.Client {
	t.Helper()
	transport.Base = p.Client().Transport
	return &http.Client{Transport: transport}
}

func (p *provider) request(t testing.TB, ctx context.Context) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.URL+"/v25.0/"+phoneNumberID+"/messages",
		strings.NewReader(toIndia))
	require.NoError(t, err)
	return req
}

// Sixteen workers share one header map, as a known client does, and one gate. When the account is
// locked, no more messages reach the server after the first refusal was answered than were in
// flight.
func TestWorkersStop(t *testing.T) {
	for name, http2 := range map[string]bool{"HTTP/1.1": false, "HTTP/2": true} {
		t.Run(name, func(t *testing.T) {
			const workers = 16
			p := newProvider(t, http2)
			client := p.over(t, &cloudapi.Transport{Accounts: newAccounts(t, newGate(t))})
			header := http.Header{"Content-Type": {"application/json"}, "Authorization": {"Bearer T"}}
			var deferred atomic.Int32
			var atRefusal atomic.Int32
			var running sync.WaitGroup
			for range workers {
				running.Go(func() {
					for {
						req := p.request(t, t.Context())
						req.Header = header
						resp, err := client.Do(req)
						var halted *cloudapi.DeferredError
						if errors.As(err, &halted) {
							deferred.Add(1)
							return
						}
						if err != nil {
							t.Error(err)
							return
						}
						if http2 && resp.ProtoMajor != 2 {
							t.Error("not HTTP/2")
						}
						_, _ = io.Copy(io.Discard, resp.Body)
						_ = resp.Body.Close()
						if resp.StatusCode == http.StatusForbidden {
							p.once.Do(func() { atRefusal.Store(p.taken.Load()) })
						}
						if p.accepted.Load() >= 50*workers {
							p.locked.Store(true)
						}
					}
				})
			}
			running.Wait()
			require.Equal(t, int32(workers), deferred.Load())
			require.LessOrEqual(t, p.taken.Load()-atRefusal.Load(), int32(workers))
			require.Equal(t, http.Header{"Content-Type": {"application/json"}, "Authorization": {"Bearer T"}}, header)
		})
	}
}

// A connection that dies before the message is read is replaced, and the message sent once more,
// whole.
func TestRetryOnADeadConnection(t *testing.T) {
	p := newProvider(t, false)
	client := p.over(t, &cloudapi.Transport{Accounts: newAccounts(t, newGate(t))})
	do := func() {
		req := p.request(t, t.Context())
		req.Header.Set("Idempotency-Key", "1") // else net/http does not send a POST again
		resp, err := client.Do(req)
		require.NoError(t, err)
		require.Equal(t, 200, resp.StatusCode)
		_, _ = io.Copy(io.Discard, resp.Body)
		require.NoError(t, resp.Body.Close())
	}
	do()
	for range 20 {
		p.CloseClientConnections()
		do()
	}
	require.Equal(t, int32(21), p.accepted.Load())
}

// A client may wait for the server's word before it writes the body.
func TestExpectContinue(t *testing.T) {
	p := newProvider(t, false)
	client := p.over(t, &cloudapi.Transport{Accounts: newAccounts(t, newGate(t))})
	req := p.request(t, t.Context())
	req.Header.Set("Expect", "100-continue")
	resp, err := client.Do(req)
	require.NoError(t, err)
	require.Equal(t, 200, resp.StatusCode)
	require.NoError(t, resp.Body.Close())
}

// Requests whose contexts end at any moment leave neither a goroutine that holds the account up nor
// a wrong state.
func TestCancelledRequests(t *testing.T) {
	for name, http2 := range map[string]bool{"HTTP/1.1": false, "HTTP/2": true} {
		t.Run(name, func(t *testing.T) {
			p := newProvider(t, http2)
			client := p.over(t, &cloudapi.Transport{Accounts: newAccounts(t, newGate(t))})
			var running sync.WaitGroup
			for i := range 8 {
				running.Go(func() {
					for j := range 50 {
						ctx, cancel := context.WithCancel(t.Context())
						stop := time.AfterFunc(time.Duration(i*j)*time.Microsecond, cancel)
						resp, err := client.Do(p.request(t, ctx))
						if err == nil {
							_, _ = io.Copy(io.Discard, resp.Body)
							_ = resp.Body.Close()
						} else if !errors.Is(err, context.Canceled) {
							t.Error(err)
						}
						stop.Stop()
						cancel()
					}
				})
			}
			running.Wait()
			p.locked.Store(true)
			resp, err := client.Do(p.request(t, t.Context()))
			require.NoError(t, err)
			require.Equal(t, errorBody(131031), text(t, resp.Body))
			require.NoError(t, resp.Body.Close())
			_, err = client.Do(p.request(t, t.Context()))
			var halted *cloudapi.DeferredError
			require.ErrorAs(t, err, &halted)
		})
	}
}

// What is refused opens no connection.
func TestRefusedBeforeAnyByte(t *testing.T) {
	p := newProvider(t, false)
	var dialled atomic.Int32
	base := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		dialled.Add(1)
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}}
	defer base.CloseIdleConnections()
	client := &http.Client{Transport: &cloudapi.Transport{Accounts: newAccounts(t, newGate(t)), Base: base}}
	req := p.request(t, t.Context())
	req.Body, req.ContentLength = io.NopCloser(strings.NewReader(toCuba)), int64(len(toCuba))
	_, err := client.Do(req)
	var permanent *cloudapi.PermanentError
	require.ErrorAs(t, err, &permanent)
	require.Zero(t, dialled.Load())
	require.Zero(t, p.taken.Load())
}

// What the client has read whole is in force before it can send again, although the server has not
// ended the answer.
func TestWholeAnswerIsLearnedBeforeItsEnd(t *testing.T) {
	for name, http2 := range map[string]bool{"HTTP/1.1": false, "HTTP/2": true} {
		t.Run(name, func(t *testing.T) {
			var taken atomic.Int32
			ended := make(chan struct{})
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				taken.Add(1)
				w.WriteHeader(http.StatusForbidden)
				w.(http.Flusher).Flush()
				// Later than the Transport keeps an answer back, in two parts.
				time.Sleep(1500 * time.Millisecond)
				whole := errorBody(131031)
				_, _ = io.WriteString(w, whole[:30])
				w.(http.Flusher).Flush()
				_, _ = io.WriteString(w, whole[30:])
				w.(http.Flusher).Flush()
				<-ended
			}))
			server.EnableHTTP2 = http2
			server.StartTLS()
			defer server.Close()
			defer close(ended)
			client := server.Client()
			client.Transport = &cloudapi.Transport{Accounts: newAccounts(t, newGate(t)), Base: client.Transport}
			send := func() (*http.Response, error) {
				req := post(t, "messages", toIndia)
				req.URL.Host = server.Listener.Addr().String()
				return client.Do(req)
			}
			resp, err := send()
			require.NoError(t, err)
			got := make([]byte, len(errorBody(131031)))
			_, err = io.ReadFull(resp.Body, got)
			require.NoError(t, err)
			require.Equal(t, errorBody(131031), string(got))
			_, err = send()
			require.ErrorAs(t, err, new(*cloudapi.DeferredError))
			require.Equal(t, int32(1), taken.Load())
		})
	}
}
