package cloudapi_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/config"
	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/cloudapi"
	"github.com/listgate/listgate/gate/folderstore"
	"github.com/listgate/listgate/rules"
)

const phoneNumberID = "900000000000002"

// templates is what a caller knows of its templates.
func templates(name, language string) (rules.Message, bool) {
	switch name + " " + language {
	case "promo_b en_US":
		return rules.Marketing, true
	case "order_shipped en_US":
		return rules.Utility, true
	}
	return 0, false
}

// A network takes requests, reads their bodies to the end and closes them, as the real one does.
type network struct {
	requests []*http.Request
	bodies   []string
	answer   func(*http.Request) (*http.Response, error) // nil: the message is accepted
}

func (n *network) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		var err error
		if body, err = io.ReadAll(req.Body); err != nil {
			return nil, err
		}
		if err := req.Body.Close(); err != nil {
			return nil, err
		}
	}
	n.requests, n.bodies = append(n.requests, req), append(n.bodies, string(body))
	if n.answer != nil {
		return n.answer(req)
	}
	return answer(req, 200, string(accepted)), nil
}

func answer(req *http.Request, status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, ContentLength: int64(len(body)),
		Body: io.NopCloser(strings.NewReader(body)), Request: req,
	}
}

var accepted = []byte(`{"messaging_product":"whatsapp","contacts":[{"input":"+919876543210","wa_id":"919876543210"}],"messages":[{"id":"wamid.X"}]}`)

func newGate(t testing.TB) *gate.Gate {
	t.Helper()
	g := gate.New(folderstore.New(t.TempDir()), gate.Options{})
	t.Cleanup(func() { require.NoError(t, g.Close()) })
	return g
}

// newAccounts returns an account of an Indian business without a category of its own.
func newAccounts(t testing.TB, g *gate.Gate) *cloudapi.Accounts {
	t.Helper()
	accounts, err := cloudapi.NewAccounts(cloudapi.AccountsOptions{Gate: g}, config.Account{
		Name: "brand", WABA: waba, PhoneNumberIDs: []string{phoneNumberID}, Categories: []string{"general"},
		DefaultRegion: rules.Region{'I', 'N'},
	})
	require.NoError(t, err)
	return accounts
}

// post returns a request of a body to an endpoint.
func post(t testing.TB, endpoint, body string) *http.Request {
	t.Helper()
	url := "https://graph.facebook.com/v25.0/" + phoneNumberID + "/" + endpoint
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	return req
}

// happen makes a cause of halting active.
func happen(t testing.TB, g *gate.Gate, cause gate.Cause, restriction string) {
	t.Helper()
	e := gate.Event{Type: gate.EventSighting, WABA: waba, Time: time.Now(), Cause: cause, Restriction: restriction,
		Source: "webhook"}
	require.NoError(t, g.Apply(t.Context(), e))
}

// Each body of testdata/sends meets what stands beside it: with an open account, if what has no
// country is allowed, with campaigns halted, and with everything halted.
func TestSends(t *testing.T) {
	open, campaigns, all := newGate(t), newGate(t), newGate(t)
	happen(t, campaigns, gate.CauseRestriction, gate.RestrictionBusinessInitiated)
	happen(t, all, gate.CausePolicyBlock, "")
	states := []struct {
		name      string
		transport *cloudapi.Transport
	}{
		{"open", &cloudapi.Transport{Accounts: newAccounts(t, open)}},
		{"unknown allowed", &cloudapi.Transport{Accounts: newAccounts(t, open), AllowUnknown: true}},
		{"campaigns halted", &cloudapi.Transport{Accounts: newAccounts(t, campaigns)}},
		{"halted", &cloudapi.Transport{Accounts: newAccounts(t, all)}},
	}
	paths, err := filepath.Glob("../../testdata/sends/*.json")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(paths), 58)
	for _, path := range paths {
		body, err := os.ReadFile(path)
		require.NoError(t, err)
		name := strings.TrimSuffix(path, ".json")
		endpoint := "messages"
		for _, other := range []string{"marketing-messages", "messages-encrypted"} {
			if strings.HasPrefix(filepath.Base(name), other) {
				endpoint = strings.ReplaceAll(other, "-", "_")
			}
		}
		var outcomes []string
		met := map[string][]string{} // names of states by what becomes of the message
		for _, state := range states {
			base := &network{}
			state.transport.Base, state.transport.Message = base, templates
			resp, err := state.transport.RoundTrip(post(t, endpoint, string(body)))
			outcome := outcomeOf(err)
			if met[outcome] == nil {
				outcomes = append(outcomes, outcome)
			}
			met[outcome] = append(met[outcome], state.name)
			if err != nil {
				require.Empty(t, base.requests, path)
				continue
			}
			require.Equal(t, 200, resp.StatusCode)
			require.Equal(t, []string{string(body)}, base.bodies, path)
		}
		got := ""
		for _, outcome := range outcomes {
			got += fmt.Sprintf("%s: %s\n", strings.Join(met[outcome], ", "), outcome)
		}
		if *update {
			require.NoError(t, os.WriteFile(name+".want", []byte(got), 0o666))
		}
		want, err := os.ReadFile(name + ".want")
		require.NoError(t, err)
		require.Equal(t, string(want), got, "%s; go test ./gate/cloudapi -update rewrites it", path)
		requireNoNumber(t, got)
	}
}

// outcomeOf tells what became of a message.
func outcomeOf(err error) string {
	var permanent *cloudapi.PermanentError
	var deferred *cloudapi.DeferredError
	var unknown *cloudapi.UnknownError
	switch {
	case err == nil:
		return "sent"
	case errors.As(err, &permanent):
		return "permanent, " + err.Error()
	case errors.As(err, &deferred):
		return "deferred"
	case errors.As(err, &unknown):
		return "unknown, " + err.Error()
	}
	return "another error, " + err.Error()
}

// requireNoNumber fails if a text holds a phone number of testdata/sends.
func requireNoNumber(t testing.TB, text string) {
	t.Helper()
	for _, number := range []string{"9876543210", "98765 43210", "4155550132", "5352345678", "12005550100",
		"80012345678", "1234567890abc"} {
		require.NotContains(t, text, number)
	}
}
