package cloudapi_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/gate/cloudapi"
	"github.com/listgate/listgate/rules"
)

// A looseSend is what encoding/json makes of a body, in any letter case, the last of several.
type looseSend struct {
	To, Recipient, Type, Category, Status *string
	RecipientType                         *string `json:"recipient_type"`
	Template                              json.RawMessage
}

// A message that is sent has one recipient, whoever reads its body: encoding/json, which folds
// letter case and takes the last of several, finds the one that a reader of exact names finds who
// takes the first, and the rules allow it.
func FuzzSend(f *testing.F) {
	paths, err := filepath.Glob("../../testdata/sends/*.json")
	require.NoError(f, err)
	for _, path := range paths {
		body, err := os.ReadFile(path)
		require.NoError(f, err)
		f.Add(body)
	}
	f.Add([]byte("{\"to\":\"+919876543210\",\"\u212aey\":1,\"TO \":2}"))
	f.Add([]byte(`{"a":[{"}":"]\\\""},-1.5e3 , true],"to" : "\u002b91 98765 43210" }`))
	transport := &cloudapi.Transport{Accounts: newAccounts(f, newGate(f)), Message: templates}
	set, err := rules.Load(rules.Options{Categories: []string{"general"}})
	require.NoError(f, err)
	service, err := filter.New(set.Compile(rules.Service, time.Now(), rules.Medium),
		filter.Options{DefaultRegion: rules.Region{'I', 'N'}})
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, body []byte) {
		base := &network{}
		transport.Base = base
		if _, err := transport.RoundTrip(post(t, "messages", string(body))); err != nil {
			require.Empty(t, base.bodies)
			return
		}
		require.Equal(t, []string{string(body)}, base.bodies)
		var loose looseSend
		require.NoError(t, json.Unmarshal(body, &loose))
		first := firstOf(t, body)
		for name, value := range map[string]*string{
			"to": loose.To, "recipient": loose.Recipient, "recipient_type": loose.RecipientType, "type": loose.Type,
			"category": loose.Category, "status": loose.Status,
		} {
			exact, ok := first[name]
			if !ok || string(exact) == "null" {
				require.Nil(t, value, name)
				continue
			}
			want, err := json.Marshal(*value)
			require.NoError(t, err)
			require.JSONEq(t, string(want), string(exact), name)
		}
		require.Equal(t, len(first["template"]) > 0, len(loose.Template) > 0)
		if loose.To != nil && *loose.To != "" {
			require.True(t, service.DecideString(*loose.To).Kept(), "%s", body)
		}
	})
}

// firstOf returns the first value of each exact name.
func firstOf(t *testing.T, body []byte) map[string]json.RawMessage {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(body))
	token, err := d.Token()
	require.NoError(t, err)
	require.Equal(t, json.Delim('{'), token)
	first := map[string]json.RawMessage{}
	for d.More() {
		name, err := d.Token()
		require.NoError(t, err)
		var value json.RawMessage
		require.NoError(t, d.Decode(&value))
		if _, again := first[name.(string)]; !again {
			first[name.(string)] = value
		}
	}
	return first
}
