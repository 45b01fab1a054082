package server_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/server"
)

// A documented operation, as far as the test reads it.
type operation struct {
	RequestBody struct {
		Content map[string]any
	}
	Responses map[string]struct {
		Content map[string]any
	}
}

// The description holds against the handlers: each answer that it documents is given, is of the
// schema that it says, and no other one is given.
func TestOpenAPI(t *testing.T) {
	w := newWorld(t, nil)
	guarded := newWorld(t, func(o *server.Options) { o.Token = "made-up" })
	halted, unknown, broken := newWorld(t, nil), newWorld(t, nil), newWorld(t, nil)
	halted.halt()
	unknown.breakJournal()
	require.NoError(t, os.RemoveAll(broken.dir))
	require.NoError(t, os.WriteFile(broken.dir, nil, 0o600))

	status, text, header := w.ask("GET", "/openapi.json", "")
	require.Equal(t, 200, status)
	require.Equal(t, "application/json", header.Get("Content-Type"))
	var document struct {
		OpenAPI string
		Paths   map[string]map[string]operation
	}
	require.NoError(t, json.Unmarshal([]byte(text), &document))
	require.Equal(t, "3.1.0", document.OpenAPI)
	root, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource("openapi.json", root))
	pointer := func(names ...string) string {
		for i, name := range names {
			names[i] = strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
		}
		return "openapi.json#/" + strings.Join(names, "/")
	}
	check := func(body string, names ...string) {
		schema, err := c.Compile(pointer(names...))
		require.NoError(t, err, names)
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
		require.NoError(t, err, body)
		require.NoError(t, schema.Validate(value), "%s: %s", names, body)
	}

	given := map[string]bool{}
	ban := strings.TrimSpace(string(readFile(t, "../testdata/webhooks/ban-disable.json")))
	decide := `{"account":"brand-a","kind":"reply","message":"service","numbers":["+919876543210","+12005550123","x"]}`
	categories := `{"categories":["general"],"numbers":["+919876543210"]}`
	query := `{"userDefinedContext":{"account":"brand-a"},"calls":[["+919876543210"],[null]]}`
	for _, test := range []struct {
		w                      *world
		method, path, at, body string
		status                 int
		headers                []string
	}{
		{w, "get", "/v1/gate/{waba}", "/v1/gate/" + waba + "?kind=reply", "", 200, nil},
		{w, "get", "/v1/gate/{waba}", "/v1/gate/x", "", 400, nil},
		{guarded, "get", "/v1/gate/{waba}", "/v1/gate/" + waba, "", 401, nil},
		{w, "get", "/v1/gate/{waba}", "/v1/gate/77", "", 404, nil},
		{halted, "get", "/v1/gate/{waba}", "/v1/gate/" + waba, "", 423, nil},
		{unknown, "get", "/v1/gate/{waba}", "/v1/gate/" + waba, "", 503, nil},
		{broken, "get", "/v1/gate/{waba}", "/v1/gate/77", "", 503, nil},
		{w, "post", "/v1/decide", "/v1/decide", decide, 200, nil},
		{w, "post", "/v1/decide", "/v1/decide", categories, 200, nil},
		{w, "post", "/v1/decide", "/v1/decide", "{}", 400, nil},
		{guarded, "post", "/v1/decide", "/v1/decide", decide, 401, nil},
		{halted, "post", "/v1/decide", "/v1/decide", decide, 423, nil},
		{unknown, "post", "/v1/decide", "/v1/decide", decide, 503, nil},
		{w, "post", "/v1/decide/bigquery", "/v1/decide/bigquery", query, 200, nil},
		{w, "post", "/v1/decide/bigquery", "/v1/decide/bigquery", "{}", 400, nil},
		{guarded, "post", "/v1/decide/bigquery", "/v1/decide/bigquery", query, 401, nil},
		{halted, "post", "/v1/decide/bigquery", "/v1/decide/bigquery", query, 423, nil},
		{unknown, "post", "/v1/decide/bigquery", "/v1/decide/bigquery", query, 503, nil},
		{w, "get", "/webhook", "/webhook?hub.mode=subscribe&hub.challenge=7&hub.verify_token=" + verifyToken,
			"", 200, nil},
		{w, "get", "/webhook", "/webhook", "", 400, nil},
		{w, "get", "/webhook", "/webhook?hub.mode=subscribe&hub.challenge=7&hub.verify_token=x", "", 403, nil},
		{newWorld(t, nil), "post", "/webhook", "/webhook", ban, 200, []string{"X-Hub-Signature-256", sign(ban)}},
		{w, "post", "/webhook", "/webhook", ban, 401, nil},
		{w, "post", "/webhook", "/webhook", strings.Repeat(" ", 4<<20), 413, []string{"X-Hub-Signature-256", sign("")}},
		{broken, "post", "/webhook", "/webhook", ban, 503, []string{"X-Hub-Signature-256", sign(ban)}},
		{w, "get", "/metrics", "/metrics", "", 200, nil},
		{w, "get", "/healthz", "/healthz", "", 200, nil},
		{broken, "get", "/healthz", "/healthz", "", 503, nil},
		{w, "get", "/openapi.json", "/openapi.json", "", 200, nil},
	} {
		name := fmt.Sprintf("%s %s: %d", test.method, test.at, test.status)
		headers := test.headers
		if strings.HasPrefix(test.at, "/v1/decide") {
			headers = append(headers, "Content-Type", "application/json")
		}
		status, body, header := test.w.ask(strings.ToUpper(test.method), test.at, test.body, headers...)
		require.Equal(t, test.status, status, "%s: %s", name, body)
		o, ok := document.Paths[test.path][test.method]
		require.True(t, ok, name)
		documented, ok := o.Responses[fmt.Sprint(status)]
		require.True(t, ok, name)
		if documented.Content["application/json"] != nil {
			require.Equal(t, "application/json", header.Get("Content-Type"), name)
			check(body, "paths", test.path, test.method, "responses", fmt.Sprint(status), "content",
				"application/json", "schema")
		}
		if status == 200 && test.method == "post" {
			check(test.body, "paths", test.path, test.method, "requestBody", "content", "application/json", "schema")
		}
		given[test.method+" "+test.path+" "+fmt.Sprint(status)] = true
	}
	for path, operations := range document.Paths {
		for method, o := range operations {
			for status := range o.Responses {
				// A body that breaks off half-way cannot be answered to whom it came from.
				name := method + " " + path + " " + status
				require.True(t, given[name] || name == "post /webhook 400", "%s is documented, and given nowhere", name)
			}
		}
	}
	// The names are those that the code has.
	var reasons []string
	schemas := root.(map[string]any)["components"].(map[string]any)["schemas"].(map[string]any)
	for _, name := range schemas["Decision"].(map[string]any)["properties"].(map[string]any)["reason"].(map[string]any)["enum"].([]any) {
		reasons = append(reasons, name.(string))
	}
	ofRows := []filter.Reason{filter.ShortRow, filter.NoConsent, filter.Suppressed, filter.Duplicate} // of lists
	for _, reason := range filter.Reasons() {
		require.Equal(t, !slices.Contains(ofRows, reason), slices.Contains(reasons, reason.String()), reason)
	}
	var causes []string
	for _, name := range schemas["Cause"].(map[string]any)["properties"].(map[string]any)["cause"].(map[string]any)["enum"].([]any) {
		causes = append(causes, name.(string))
	}
	for _, cause := range gate.Causes() {
		require.True(t, slices.Contains(causes, cause.String()), cause)
	}
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return bytes.Clone(text)
}
