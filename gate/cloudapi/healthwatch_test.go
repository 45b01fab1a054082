package cloudapi_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/cloudapi"
	"github.com/listgate/listgate/gate/folderstore"
)

const openWABA = "900000000000008"

// A graph is the Graph API on the test's clock: it gives an answer, and notes what it was asked and
// when.
type graph struct {
	mu      sync.Mutex
	status  int
	body    []byte
	err     error
	asked   []string
	at      []time.Duration
	began   time.Time
	reports []error // what the watch made of the answers
}

func (g *graph) answer(status int, body []byte, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.status, g.body, g.err = status, body, err
}

func (g *graph) report(_ string, _ cloudapi.Document, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.reports = append(g.reports, err)
}

// counts returns how often it was asked, and how many answers were reported.
func (g *graph) counts() (asked, reports int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.asked), len(g.reports)
}

func (g *graph) RoundTrip(r *http.Request) (*http.Response, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.asked = append(g.asked, r.Method+" "+r.URL.String()+" "+r.Header.Get("Authorization"))
	g.at = append(g.at, time.Since(g.began))
	if g.err != nil {
		return nil, g.err
	}
	return &http.Response{StatusCode: g.status, Body: io.NopCloser(strings.NewReader(string(g.body)))}, nil
}

// A watched is a gate with a locked account and an open one, whose health is watched.
type watched struct {
	dir     string
	gate    *gate.Gate
	account *gate.Account
	graph   *graph
}

func watchHealth(t *testing.T, first []byte, f func(t *testing.T, w *watched)) {
	t.Helper()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(received))
		w := &watched{dir: dir, gate: gate.New(folderstore.New(dir), gate.Options{}),
			graph: &graph{status: 200, body: first}}
		var err error
		w.account, err = w.gate.Account(t.Context(), waba)
		require.NoError(t, err)
		require.NoError(t, w.gate.Apply(t.Context(),
			gate.Event{Type: gate.EventSighting, WABA: waba, Time: time.Now(), Cause: gate.CauseAccountLock,
				Code: 131031},
			gate.Event{Type: gate.EventWarning, WABA: openWABA, Time: time.Now(), Code: 131048}))
		time.Sleep(time.Second)
		w.graph.began = time.Now()
		ctx, cancel := context.WithCancel(t.Context())
		health := &cloudapi.HealthWatch{
			Gate: w.gate, Token: "made-up-token", Interval: time.Minute, Client: &http.Client{Transport: w.graph},
			Accounts: func(context.Context) ([]string, error) { return []string{waba, openWABA}, nil },
			Report:   w.graph.report,
		}
		ended := make(chan struct{})
		go func() { health.Run(ctx); close(ended) }()
		f(t, w)
		cancel()
		<-ended
		require.NoError(t, w.gate.Close())
		time.Sleep(time.Minute) // lets the store's goroutine see that nobody follows
	})
}

func healthPayload(t *testing.T, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(folder, name))
	require.NoError(t, err)
	return body
}

// An account that was blocked and no longer is opens. The other one, which is open, is never asked
// for.
func TestHealthOpens(t *testing.T) {
	blocked, available := healthPayload(t, "health-payment.json"), healthPayload(t, "health-available.json")
	watchHealth(t, available, func(t *testing.T, w *watched) {
		time.Sleep(61 * time.Second)
		require.Error(t, w.account.Check(gate.MessageCampaign),
			"healthy without having been blocked: Meta may not know of the lock yet")
		w.graph.answer(200, blocked, nil)
		time.Sleep(10 * time.Minute)
		require.Error(t, w.account.Check(gate.MessageCampaign))
		w.graph.answer(200, available, nil)
		time.Sleep(time.Minute)
		synctest.Wait()
		require.NoError(t, w.account.Check(gate.MessageCampaign))
		n := len(w.graph.asked)
		require.Equal(t, 13, n)
		time.Sleep(time.Hour)
		require.Len(t, w.graph.asked, n, "an open account is not asked for")
		for _, asked := range w.graph.asked {
			require.Equal(t, "GET "+cloudapi.GraphURL+"/"+waba+"?fields=health_status Bearer made-up-token", asked)
		}
	})
}

// After an error the wait doubles, up to an hour; an answer makes it what it was.
func TestHealthBacksOff(t *testing.T) {
	blocked := healthPayload(t, "health-payment.json")
	watchHealth(t, nil, func(t *testing.T, w *watched) {
		w.graph.answer(0, nil, errors.New("no route"))
		time.Sleep(5*time.Hour + time.Second)
		synctest.Wait()
		var minutes []int
		for _, at := range w.graph.at {
			minutes = append(minutes, int(at.Round(time.Minute)/time.Minute))
		}
		require.Equal(t, []int{0, 2, 6, 14, 30, 62, 122, 182, 242}, minutes)
		require.ErrorContains(t, w.graph.reports[1], "no route")
		w.graph.answer(200, blocked, nil)
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		require.Len(t, w.graph.at, 9+1+3, "at 302, and then every minute")
	})
}

// An answer that is no health status of the account changes nothing and is told in words of our
// own.
func TestHealthThatIsNone(t *testing.T) {
	other := strings.ReplaceAll(string(healthPayload(t, "health-available.json")), waba, "900000000000007")
	watchHealth(t, nil, func(t *testing.T, w *watched) {
		for _, test := range []struct {
			status     int
			body, want string
		}{
			{401, `{"error":{"message":"Bearer made-up-token of +15005550111","code":190}}`,
				"HTTP status 401, error 190 (app or token: the access token expired)"},
			{400, `{"error":{"message":"x","code":368}}`,
				"HTTP status 400, error 368 (account: blocked for a violation of policy)"},
			{500, `{"error":{"code":777}}`, "HTTP status 500, error 777"},
			{502, `<html>`, "HTTP status 502 and no health_status"},
			{200, `{"id":"1"}`, "HTTP status 200 and no health_status"},
			{200, other, "the answer is about another account"},
		} {
			synctest.Wait()
			w.graph.answer(test.status, []byte(test.body), nil)
			_, n := w.graph.counts()
			for reports := n; reports == n; _, reports = w.graph.counts() {
				time.Sleep(time.Minute)
				synctest.Wait()
			}
			w.graph.mu.Lock()
			require.EqualError(t, w.graph.reports[n], test.want)
			w.graph.mu.Unlock()
		}
		require.Equal(t, 1, w.account.State().Events)
	})
}

// An answer that says the same is not written again for a day, unless something was sighted since.
func TestHealthIsNotWrittenEachTime(t *testing.T) {
	if testing.Short() {
		t.Skip("a day of looks at a folder")
	}
	blocked := healthPayload(t, "health-payment.json")
	watchHealth(t, blocked, func(t *testing.T, w *watched) {
		time.Sleep(25 * time.Hour)
		synctest.Wait()
		blocks := func() (n int) {
			for _, e := range w.account.Events() {
				if e.Type == gate.EventBlocked {
					n++
				}
			}
			return n
		}
		asked, _ := w.graph.counts()
		require.Equal(t, 25*60+1, asked)
		require.Equal(t, 2, blocks())
		require.NoError(t,
			w.gate.Apply(t.Context(),
				gate.Event{Type: gate.EventSighting, WABA: waba, Time: time.Now(),
					Cause: gate.CausePolicyBlock, Code: 368}))
		time.Sleep(5 * time.Minute)
		require.Equal(t, 3, blocks())
		synctest.Wait()
		require.NoError(t, errors.Join(w.graph.reports...))
	})
}
