package cloudapi_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/cloudapi"
)

// text returns a JSON string that holds s.
func asText(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// lockedStatus is the value of a change that tells of a lock; rest is what else stands in the
// status.
func lockedStatus(rest string) string {
	return `{"messaging_product":"whatsapp","metadata":{"phone_number_id":"900000000000002"},"statuses":[{"id":"wamid.X","status":"failed",` +
		`"timestamp":"1789999940","recipient_id":"15005550111",` + rest + `}]}`
}

// A lock closes in each shape in which it can be read for certain: whatever is left out, whoever
// has put what around it.
func TestShapesOfALock(t *testing.T) {
	value := lockedStatus(`"errors":[{"code":131031,"title":"made up"}]`)
	change := `{"field":"messages","value":` + value + `}`
	entry := `{"id":"` + waba + `","changes":[` + change + `]}`
	errorAnswer := `{"error":{"message":"(#131031) made up","code":131031,"fbtrace_id":"X"}}`
	for name, text := range map[string]string{
		"entry":           entry,
		"entries":         `[` + entry + `]`,
		"entry as a text": asText(entry),
		"change":          change,
		"changes":         `[` + change + `]`,
		"value":           value,
		"values":          `[` + value + `,` + value + `]`,
		"value as a text": asText(value),
		"no object":       `{"entry":[` + entry + `]}`,
		"object in the entry": `{"entry":[{"object":"whatsapp_business_account","id":"` + waba +
			`","changes":[` + change + `]}]}`,
		"field in the entry": `{"object":"whatsapp_business_account","entry":[{"id":"` + waba +
			`","field":"messages","changes":[{"value":` + value + `}]}]}`,
		"field outside": `{"object":"whatsapp_business_account","field":"messages","entry":[{"id":"` +
			waba + `","changes":[{"value":` + value + `}]}]}`,
		"field in the value": `{"value":{"field":"messages",` + value[1:] + `}`,
		"field null": `{"object":"whatsapp_business_account","entry":[{"id":"` + waba +
			`","changes":[{"field":null,"value":` + value + `}]}]}`,
		"another field":             `{"field":"message_status","value":` + value + `}`,
		"entry, one object":         `{"object":"whatsapp_business_account","entry":` + entry + `}`,
		"entry a text in a webhook": `{"object":"whatsapp_business_account","entry":` + asText("["+entry+"]") + `}`,
		"value a text in a change":  `{"field":"messages","value":` + asText(value) + `}`,
		"entry without an id": `{"object":"whatsapp_business_account","entry":[{"changes":[` +
			change + `]}]}`,
		"n8n's body": `[{"headers":{"host":"x"},"body":` +
			`{"object":"whatsapp_business_account","entry":[` + entry + `]}}]`,
		"AWS's queue": `{"Type":"Notification","Message":` +
			asText(`{"whatsAppWebhookEntry":`+asText(entry)+`}`) + `}`,
		"error singular":           lockedStatus(`"error":{"code":131031}`),
		"error singular in a list": lockedStatus(`"error":[{"code":"131031"}]`),
		"errors, one object":       lockedStatus(`"errors":{"code":131031}`),
		"errors of the value":      `{"errors":[{"code":131031}]}`,
		"error body as a text":     asText(errorAnswer),
		"error as a text":          `{"error":` + asText(`{"code":131031}`) + `}`,
		"inside of an error body":  `{"message":"(#131031) made up","type":"OAuthException","code":131031,"fbtrace_id":"X"}`,
		"logged by a client":       `{"level":"error","response":{"status":403,"data":` + errorAnswer + `}}`,
		"the answer to a batch":    `[{"code":403,"headers":[],"body":` + asText(errorAnswer) + `}]`,
		"YCloud":                   `{"error":{"status":403,"code":"FORBIDDEN","message":"x","whatsappApiError":{"code":"131031","message":"x","fbtrace_id":"X"}}}`,
		"YCloud's webhook":         `{"id":"evt","whatsappMessage":{"status":"failed","errorCode":"131031","whatsappApiError":{"code":"131031","message":"x","type":"OAuthException"}}}`,
		"a number before Meta's":   `{"error":{"code":400,"error":{"code":131031}}}`,
		"YCloud's in a status":     lockedStatus(`"errors":[{"code":"FORBIDDEN","whatsappApiError":{"code":"131031"}}]`),
		"error within an error":    `{"error":` + errorAnswer + `}`,
		"health, in a list of entities": `{"data":[{"health_status":{"entities":[{"entity_type":"WABA","id":"` + waba +
			`","can_send_message":"BLOCKED","errors":[{"error_code":141014}]}]}}]}`,
	} {
		d, err := cloudapi.Decode([]byte(text), cloudapi.DecodeOptions{WABA: waba, Received: received})
		require.NoError(t, err, name)
		require.Empty(t, d.Problems, name)
		require.NotEmpty(t, d.Events, name)
		require.Equal(t, gate.EventSighting, d.Events[0].Type, name)
		require.Equal(t, waba, d.Events[0].WABA, name)
	}
}

// Without an account, what the shape does not name is asked for; what names one counts.
func TestShapesNeedAnAccount(t *testing.T) {
	value := lockedStatus(`"errors":[{"code":131031}]`)
	for _, text := range []string{value, `{"field":"messages","value":` + value + `}`, `[` + value + `]`,
		`{"errors":[{"code":368}]}`, asText(value)} {
		_, err := cloudapi.Decode([]byte(text), cloudapi.DecodeOptions{Received: received})
		require.ErrorIs(t, err, cloudapi.ErrNeedsAccount, text)
	}
	d, err := cloudapi.Decode([]byte(`[`+value+`,{"id":"`+waba+`","changes":[{"value":`+value+`}]}]`),
		cloudapi.DecodeOptions{Received: received})
	require.NoError(t, err)
	require.Equal(t, gate.EventSighting, d.Events[0].Type)
	require.Equal(t, []string{"a part that does not name its account"}, d.Problems)
}

// What may speak of a halt and is not understood is a problem that says how to hand it in, and
// keeps its hash.
func TestWhatMaySpeakOfAHalt(t *testing.T) {
	in := func(change string) string {
		return `{"object":"whatsapp_business_account","entry":[{"id":"` + waba + `","time":1790000000,"changes":[` +
			change + `]}]}`
	}
	update := func(value string) string { return in(`{"field":"account_update","value":` + value + `}`) }
	for _, text := range []string{
		in(`{"field":"something_new","value":{"error_code":131031}}`),
		in(`{"field":"something_new","value":{"details":{"reason":"#368 blocked"}}}`),
		in(`{"field":"something_new","value":{"event":"ACCOUNT_LOCKED"}}`),
		in(`{"field":"something_new","value":{"waba":{"status":"SUSPENDED"}}}`),
		in(`{"field":"message_template_status_update","value":{"event":"REJECTED","errors_code":131031}}`),
		in(`{"value":{"locked":true}}`),
		in(`{"field":"messages","value":{"failed":[{"error_code":"131031"}]}}`),
		in(`{"field":"messages","value":` + lockedStatus(`"failure":{"error_code":131031}`) + `}`),
		update(`{"event":"ACCOUNT_LOCKED"}`),
		update(`{"event":"ACCOUNT_SUSPENDED","lock_info":{}}`),
		update(`{"event":"PARTNER_ADDED","lock_state":"LOCKED"}`),
		update(`{"event":"SOMETHING","ban_info":{"waba_ban_state":"REINSTATE"}}`),
		update(`{"event":"ACCOUNT_RESTRICTION","restriction_info":[{"restriction_type":"RESTRICTED_EVERYTHING"}]}`),
		`{"object":"whatsapp_business_account","entry":[{"id":"` + waba +
			`","messaging":[{"error":{"code":131031}}]}]}`,
		`{"object":"whatsapp_business_account","entry":[],"error_code":368}`,
		`{"messaging_product":"whatsapp","messages":[{"id":"x"}],"failures":[{"error_code":131031}]}`,
		`{"errorCode":"131031","errorMessage":"made up"}`,
		`{"account":{"status":"BLOCKED"}}`,
		`{"error":"(#131031) made up"}`,
	} {
		d, err := cloudapi.Decode([]byte(text), cloudapi.DecodeOptions{WABA: waba, Received: received})
		require.NoError(t, err, text)
		require.Contains(t, strings.Join(d.Problems, "\n"), "may speak of a halt (", text)
		require.Contains(t, strings.Join(d.Problems, "\n"), "listgate gate ingest --waba ID", text)
		last := d.Events[len(d.Events)-1]
		require.Equal(t, gate.EventUnread, last.Type, text)
		require.Len(t, last.SHA256, 64)
	}
}

// What says nothing about sending is understood, whatever stands in a text or is blocked besides.
func TestWhatDoesNotSpeakOfAHalt(t *testing.T) {
	for field, value := range map[string]string{
		"message_template_status_update": `{"event":"DISABLED","message_template_id":1,"reason":"SCAM"}`,
		"flows":                          `{"event":"FLOW_STATUS_CHANGE","old_status":"PUBLISHED","new_status":"BLOCKED"}`,
		"message_echoes":                 `{"message_echoes":[{"from":"1","text":{"body":"error 131031, 368"}}]}`,
		"messages":                       `{"metadata":{"phone_number_id":"1"},"messages":[{"id":"x","type":"text","text":{"body":"131031 blocked"}}]}`,
		"account_settings_update":        `{"type":"phone_number_settings","restrictions":[],"locked":false}`,
		"something_new":                  `{"event":"SOMETHING","code":131047,"blocked_user":"x","note":"368"}`,
		"group_status_update":            `{"groups":[{"type":"group_suspend"}]}`,
	} {
		text := `{"object":"whatsapp_business_account","entry":[{"id":"` + waba + `","changes":[{"field":"` + field +
			`","value":` + value + `}]}]}`
		d, err := cloudapi.Decode([]byte(text), cloudapi.DecodeOptions{Received: received})
		require.NoError(t, err)
		require.Empty(t, d.Problems, field)
	}
}

// A ban of a form that is not documented closes, and is said to be concluded.
func TestInferredBans(t *testing.T) {
	for value, halts := range map[string]bool{
		`{"event":"DISABLED_UPDATE"}`:                                                              true,
		`{"event":"DISABLED_UPDATE","ban_info":{}}`:                                                true,
		`{"event":"DISABLED_UPDATE","ban_info":null}`:                                              true,
		`{"event":"DISABLED_UPDATE","ban_info":{"waba_ban_state":7}}`:                              true,
		`{"event":"DISABLED_UPDATE","ban_info":{"waba_ban_state":"DISABLED"}}`:                     true,
		`{"event":"DISABLED_UPDATE","ban_info":{"waba_ban_state":["OFF","SCHEDULE_FOR_DISABLE"]}}`: true,
		`{"event":"ACCOUNT_UPDATE","ban_info":{"waba_ban_state":"DISABLE"}}`:                       true,
		`{"event":"BAN","ban_info":{"waba_ban_state":"BANNED"}}`:                                   true,
		`{"ban_info":{"waba_ban_state":"DISABLE"}}`:                                                true,
		`{"restriction_info":{"restriction_type":"RESTRICTED_BIZ_INITIATED_MESSAGING"}}`:           true,
		`{"event":"SOMETHING","ban_info":{"waba_ban_state":"SCHEDULE_FOR_DISABLE"}}`:               false,
	} {
		for _, text := range []string{
			`{"object":"whatsapp_business_account","entry":[{"id":"` + waba +
				`","changes":[{"field":"account_update","value":` + value + `}]}]}`, value,
		} {
			d, err := cloudapi.Decode([]byte(text), cloudapi.DecodeOptions{WABA: waba, Received: received})
			require.NoError(t, err)
			require.Equal(t, halts, d.Events[0].Type == gate.EventSighting, text)
			require.Equal(t, halts, len(d.Problems) == 1, text)
			if halts {
				require.Contains(t, d.Problems[0], "inference", text)
				require.Equal(t, gate.EventUnread, d.Events[len(d.Events)-1].Type, "its hash is kept")
			}
		}
	}
}

// What is about account 0, as Meta's test button sends it, is about nobody.
func TestAccountZero(t *testing.T) {
	for _, change := range []string{
		`{"field":"account_update","value":{"event":"ACCOUNT_DELETED"}}`,
		`{"field":"messages","value":` + lockedStatus(`"errors":[{"code":131031}]`) + `}`,
		`{"field":"account_update","value":{"event":"ACCOUNT_VIOLATION","violation_info":{"violation_type":"ADULT"}}}`,
	} {
		for _, id := range []string{"", waba} {
			d, err := cloudapi.Decode([]byte(`{"object":"whatsapp_business_account","entry":[{"id":"0","time":1790000000,"changes":[`+change+`]}]}`),
				cloudapi.DecodeOptions{WABA: id, Received: received})
			require.NoError(t, err)
			require.Empty(t, d.Events)
			require.Empty(t, d.Problems)
		}
	}
}

// Of a list of health statuses, one number that is blocked keeps the account closed, whatever the
// others are.
func TestHealthOfAList(t *testing.T) {
	status := func(number, can string) string {
		return fmt.Sprintf(`{"health_status":{"entities":[{"entity_type":"PHONE_NUMBER","id":%q,"can_send_message":%q},`+
			`{"entity_type":"WABA","id":%q,"can_send_message":"AVAILABLE"}]}}`, number, can, waba)
	}
	for text, want := range map[string]gate.EventType{
		`{"data":[` + status("2", "BLOCKED") + `,` + status("3", "AVAILABLE") + `]}`:   gate.EventBlocked,
		`{"data":[` + status("2", "AVAILABLE") + `,` + status("3", "BLOCKED") + `]}`:   gate.EventBlocked,
		`{"data":[` + status("2", "AVAILABLE") + `,` + status("3", "AVAILABLE") + `]}`: gate.EventHealthy,
	} {
		d, err := cloudapi.Decode([]byte(text), cloudapi.DecodeOptions{Received: received})
		require.NoError(t, err)
		require.Len(t, d.Events, 1)
		require.Equal(t, want, d.Events[0].Type)
	}
}
