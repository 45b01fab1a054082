package server_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/folderstore"
	"github.com/listgate/listgate/server"
)

type decision struct {
	Kept    bool
	Reason  string
	Regions []string
	Rule    string
}

type decideAnswer struct {
	Gate      string
	Decisions []decision
	Rules     string
}

func TestDecide(t *testing.T) {
	w := newWorld(t, nil)
	status, body := w.decide(`{"account":"brand-a","kind":"campaign","message":"marketing",
		"numbers":["+919876543210","+4915123456789","+5352345678","reception","","+1 200 555 0123","+919876543210","0151 23456789"]}`)
	require.Equal(t, 200, status, body)
	require.NotContains(t, body, "98765")
	var answer decideAnswer
	require.NoError(t, json.Unmarshal([]byte(body), &answer))
	require.Equal(t, "open", answer.Gate)
	require.Regexp(t, `^sha256:[0-9a-f]{64}$`, answer.Rules)
	var got []string
	for _, d := range answer.Decisions {
		require.Equal(t, d.Reason == "allowed", d.Kept)
		got = append(got, d.Reason+" "+strings.Join(d.Regions, "|"))
	}
	require.Equal(t, "restricted IN", got[0])
	require.Equal(t, []string{"restricted CU", "not_a_number ", "empty "}, got[2:5])
	require.Equal(t, got[0], got[6])
	require.Equal(t, got[1], got[7], "of the account's default region")
	require.NotEmpty(t, answer.Decisions[0].Rule)

	// Categories in place of an account: no gate is asked.
	status, body = w.decide(`{"categories":["general"],"message":"utility","numbers":["+919876543210","+5352345678"]}`)
	require.Equal(t, 200, status, body)
	require.NoError(t, json.Unmarshal([]byte(body), &answer))
	require.Equal(t, "none", answer.Gate)
	require.True(t, answer.Decisions[0].Kept)
	require.False(t, answer.Decisions[1].Kept)
	status, _ = w.decide(`{"account":"` + waba + `","numbers":[]}`)
	require.Equal(t, 200, status, "an account by its id")

	// Sighted: three recipients of a country met 130497.
	for i := range 3 {
		require.NoError(t, w.gate.Apply(t.Context(), gate.Event{
			Type: gate.EventRefusal, WABA: "900000000000008", Time: time.Now(), Received: time.Now(), Code: 130497,
			Region:    "FR",
			Recipient: gate.RecipientRef("900000000000008", fmt.Sprint("+3361234567", i)),
		}))
	}
	_, body = w.decide(`{"account":"brand-b","message":"service","numbers":["+33612345679"]}`)
	require.Contains(t, body, `"reason":"sighted","regions":["FR"],"rule":""`)

	w.halt()
	status, body = w.decide(`{"account":"brand-a","numbers":["+4915123456789"]}`)
	require.Equal(t, 423, status)
	require.Contains(t, body, `"state":"halted","kind":"campaign"`)
	require.NotContains(t, body, "decisions")
	status, _ = w.decide(`{"account":"brand-b","numbers":["+4915123456789"]}`)
	require.Equal(t, 200, status, "another account")
	w.breakJournal()
	status, body = w.decide(`{"account":"brand-a","numbers":["+4915123456789"]}`)
	require.Equal(t, 503, status)
	require.Contains(t, body, `"state":"unknown"`)
}

// What is wrong with a request is said, without what stands in it.
func TestDecideBadRequests(t *testing.T) {
	w := newWorld(t, nil)
	for body, want := range map[string]string{
		``:                                       "not a JSON object",
		`[]`:                                     "not a JSON object",
		`{"account":"brand-a"`:                   "not one well-formed JSON object",
		`{"account":"brand-a"}`:                  "numbers is not a list of strings",
		`{"account":"brand-a","numbers":null}`:   "no numbers",
		`{"account":"brand-a","numbers":"+919"}`: "numbers is not a list of strings",
		`{"account":"brand-a","numbers":["+1",919876543210]}`: "numbers[1] is not a string",
		`{"account":"brand-a","numbers":[null]}`:              "numbers[0] is null",
		`{"account":"brand-a","numbers":[["+1"]]}`:            "numbers[0] is not a string",
		`{"numbers":[]}`: "no account and no categories",
		`{"account":"brand-a","categories":["x"],"numbers":[]}`:                     "name one of the two",
		`{"categories":[],"numbers":[]}`:                                            "categories is not a list",
		`{"categories":["no-such"],"numbers":[]}`:                                   "no-such",
		`{"account":"brand-x","numbers":[]}`:                                        `unknown account "brand-x"`,
		`{"account":"+919876543210","numbers":[]}`:                                  "unknown account",
		`{"account":7,"numbers":[]}`:                                                "account is not a string",
		`{"account":null,"numbers":[]}`:                                             "account is not a string",
		`{"account":"brand-a","kind":"all","numbers":[]}`:                           "kind: ",
		`{"account":"brand-a","message":"spam","numbers":[]}`:                       "message: ",
		`{"account":"brand-a","number":["+919876543210"]}`:                          `unknown member "number"`,
		`{"account":"brand-a","NUMBERS":[]}`:                                        `unknown member "NUMBERS"`,
		`{"account":"brand-a","+919876543210":[]}`:                                  "unknown member",
		`{"account":"brand-a","numbers":[],"numbers":["+1"]}`:                       "stands twice",
		`{"account":"brand-a","numbers":[]} {}`:                                     "not one well-formed JSON object",
		`{"account":"brand-a","numbers":[` + strings.Repeat(`"",`, 10_000) + `""]}`: "10001 numbers; at most 10000",
		`{"account":"brand-a","numbers":["` + strings.Repeat(`x`, 3<<20) + `"]}`:    "a body of more than 2048 KiB",
	} {
		status, answer := w.decide(body)
		require.Equal(t, 400, status, "%.100s: %.200s", body, answer)
		require.Contains(t, answer, strings.ReplaceAll(want, `"`, `\"`), "%.100s", body)
		require.NotContains(t, answer, "98765")
	}
	for _, path := range []string{"/v1/decide?number=%2B919876543210", "/v1/decide/%2B919876543210",
		"/v1/gate/" + waba + "?to=%2B919876543210"} {
		for _, method := range []string{"GET", "POST"} {
			if strings.Contains(path, "gate") != (method == "GET") {
				continue
			}
			status, answer, _ := w.ask(method, path, `{"account":"brand-a","numbers":[]}`, "Content-Type",
				"application/json")
			require.Equal(t, 400, status, path)
			require.Contains(t, answer, "logged on the way")
			require.NotContains(t, answer, "98765")
		}
	}
	status, answer, _ := w.ask("POST", "/v1/decide", `{"account":"brand-a","numbers":[]}`, "Content-Type", "text/plain")
	require.Equal(t, 400, status)
	require.Contains(t, answer, "Content-Type")
	require.NotContains(t, w.log.String(), "98765")
}

func TestBigQuery(t *testing.T) {
	w := newWorld(t, nil)
	call := func(body string) (int, string) {
		status, answer, _ := w.ask("POST", "/v1/decide/bigquery", body, "Content-Type", "application/json")
		return status, answer
	}
	status, body := call(`{"requestId":"x","caller":"//bigquery","sessionUser":"a@example.com","userDefinedContext":{"account":"brand-b","message":"service"},
		"calls":[["+919876543210"],["+5352345678"],[null]]}`)
	require.Equal(t, 200, status, body)
	var answer struct{ Replies []decision }
	require.NoError(t, json.Unmarshal([]byte(body), &answer))
	require.Len(t, answer.Replies, 3)
	require.True(t, answer.Replies[0].Kept)
	require.Equal(t, []string{"CU"}, answer.Replies[1].Regions)
	require.Equal(t, "empty", answer.Replies[2].Reason)
	status, body = call(`{"userDefinedContext":{"categories":"general, alcohol"},"calls":[["+919876543210"]]}`)
	require.Equal(t, 200, status, body)
	require.Contains(t, body, `"kept":false`)
	for body, want := range map[string]string{
		`{"calls":[["+1"]]}`: "no account and no categories",
		`{"userDefinedContext":{"account":"brand-b"},"calls":[["+1","DE"]]}`: "calls[0] has 2 arguments",
		`{"userDefinedContext":{"account":"brand-b"},"calls":[[1]]}`:         "calls is not a list",
		`{"userDefinedContext":{"account":"brand-b"}}`:                       "calls is not a list",
		`{"userDefinedContext":{"acount":"brand-b"},"calls":[]}`:             "user_defined_context holds an unknown name",
		`{"userDefinedContext":{"account":["brand-b"]},"calls":[]}`:          "userDefinedContext is not an object of strings",
	} {
		status, answer := call(body)
		require.Equal(t, 400, status, body)
		require.Contains(t, answer, `"errorMessage":"`)
		require.Contains(t, answer, want)
	}
	w.halt()
	status, body = call(`{"userDefinedContext":{"account":"brand-a"},"calls":[["+1"]]}`)
	require.Equal(t, 423, status)
	require.Contains(t, body, `"errorMessage":"account `+waba+` is halted`)
}

func BenchmarkDecide1000(b *testing.B) {
	g := gate.New(folderstore.New(b.TempDir()), gate.Options{})
	defer g.Close()
	s, err := server.New(b.Context(), server.Options{Gate: g, Store: folderstore.New(b.TempDir()), Accounts: accounts})
	require.NoError(b, err)
	var numbers []string
	for i := range 1000 {
		numbers = append(numbers, fmt.Sprintf("+4915123%06d", i))
	}
	text, _ := json.Marshal(map[string]any{"account": "brand-a", "numbers": numbers})
	for b.Loop() {
		r := httptest.NewRequest(http.MethodPost, "/v1/decide", bytes.NewReader(text))
		r.Header.Set("Content-Type", "application/json")
		answer := httptest.NewRecorder()
		if s.ServeHTTP(answer, r); answer.Code != http.StatusOK {
			b.Fatal(answer.Body)
		}
	}
	b.ReportMetric(float64(1000*b.N)/b.Elapsed().Seconds(), "numbers/s")
}
