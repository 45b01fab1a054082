package server_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/folderstore"
	"github.com/listgate/listgate/server"
)

// FuzzRequests asks the server what nobody should. It answers with a status that it has, in JSON
// where it speaks JSON, and repeats no number that it was given, neither to who asks nor in its
// log.
func FuzzRequests(f *testing.F) {
	f.Add("POST", "/v1/decide", "application/json",
		`{"account":"brand-a","message":"marketing","numbers":["+919876543210"]}`)
	f.Add("POST", "/v1/decide", "application/json", `{"categories":["alcohol"],"numbers":["9876543210",null,1,{}]}`)
	f.Add("POST", "/v1/decide/bigquery", "application/json",
		`{"calls":[["+919876543210"],[1]],"userDefinedContext":{"account":"brand-a"}}`)
	f.Add("GET", "/v1/gate/900000000000001?kind=reply", "", "")
	f.Add("GET", "/v1/gate/+919876543210", "", "")
	f.Add("POST", "/webhook", "application/json", `{"object":"whatsapp_business_account","entry":[]}`)
	f.Add("GET", "/webhook?hub.mode=subscribe&hub.verify_token=x&hub.challenge=919876543210", "", "")
	f.Add("PUT", "/healthz", "", "")
	f.Add("GET", "/openapi.json", "", "")
	store := folderstore.New(f.TempDir())
	g := gate.New(store, gate.Options{})
	f.Cleanup(func() { _ = g.Close() })
	log := &talk{}
	s, err := server.New(f.Context(), server.Options{
		Gate: g, Store: store, Accounts: accounts, Log: slog.New(slog.NewTextHandler(log, nil)),
		Webhooks: server.Webhooks{AppSecrets: []string{secret}, VerifyToken: verifyToken},
	})
	require.NoError(f, err)
	digits := regexp.MustCompile(`[0-9]{9,15}`)
	f.Fuzz(func(t *testing.T, method, target, contentType, body string) {
		request, err := http.NewRequestWithContext(t.Context(), method, "http://127.0.0.1"+target,
			strings.NewReader(body))
		if err != nil || request.URL.Host != "127.0.0.1" {
			return
		}
		request.Header.Set("Content-Type", contentType)
		answer := httptest.NewRecorder()
		s.ServeHTTP(answer, request)
		result := answer.Result()
		text, err := io.ReadAll(result.Body)
		require.NoError(t, err)
		require.Contains(t, []int{200, 301, 307, 308, 400, 401, 403, 404, 405, 413, 415, 423, 503},
			result.StatusCode, "%s", text)
		if strings.HasPrefix(result.Header.Get("Content-Type"), "application/json") {
			require.True(t, json.Valid(text), "%s", text)
		}
		if result.StatusCode > 300 && result.StatusCode < 400 || strings.HasPrefix(target, "/metrics") ||
			strings.HasPrefix(target, "/openapi") {
			return
		}
		for _, number := range digits.FindAllString(body+" "+target, -1) {
			if strings.HasPrefix(number, "900000000000") { // the accounts
				continue
			}
			require.NotContains(t, string(text), number, "%s %s", method, target)
			require.NotContains(t, log.String(), number, "%s %s", method, target)
		}
	})
}
