package cloudapi_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/cloudapi"
	"github.com/listgate/listgate/gate/folderstore"
)

func body(code any) []byte {
	return fmt.Appendf(nil, `{"error":{"message":"made up","code":%v,"fbtrace_id":"X"}}`, code)
}

// The same code means another thing where no message is sent: 368 for a page's post, 131031 for a
// wrong PIN.
func TestOrigin(t *testing.T) {
	for _, code := range []int{368, 131031} {
		d, err := cloudapi.Decode(body(code), cloudapi.DecodeOptions{WABA: waba, Received: received})
		require.NoError(t, err)
		require.Len(t, d.Events, 1)
		require.Equal(t, gate.EventSighting, d.Events[0].Type)
		d, err = cloudapi.Decode(body(code),
			cloudapi.DecodeOptions{WABA: waba, Received: received, Source: cloudapi.OtherCall})
		require.NoError(t, err)
		require.Empty(t, d.Events)
		require.Empty(t, d.Problems)
	}
}

// An error body does not say whom its message was for; who sent it does. Without a country it
// counts nowhere, and a code that halts does whoever it was for.
func TestRecipient(t *testing.T) {
	context := cloudapi.DecodeOptions{WABA: waba, Received: received, Message: "marketing"}
	for recipient, region := range map[string]string{
		"+919876543210": "IN", "919876543210": "IN", "+12005550123": "AG|", "US.1a2b": "US", "CA.ENT.1a2b": "CA",
		"": "", "+80012345678": "", "made up": "",
	} {
		context.Recipient = recipient
		d, err := cloudapi.Decode(body(130497), context)
		require.NoError(t, err)
		require.Len(t, d.Events, 1, recipient)
		e := d.Events[0]
		if region == "" {
			require.Equal(t, gate.EventNotice, e.Type, recipient)
			require.Empty(t, e.Region+e.Message+e.Recipient, recipient)
			continue
		}
		require.Equal(t, gate.EventRefusal, e.Type, recipient)
		require.True(t, strings.HasPrefix(e.Region, region), "%s: %s", recipient, e.Region)
		require.Equal(t, "marketing", e.Message)
		require.Equal(t, gate.RecipientRef(waba, recipient), e.Recipient)
		d, err = cloudapi.Decode(body(131031), context)
		require.NoError(t, err)
		require.Equal(t, gate.EventSighting, d.Events[0].Type)
		require.Empty(t, d.Events[0].Region+d.Events[0].Message)
		context.Source = cloudapi.OtherCall
		d, err = cloudapi.Decode(body(130497), context)
		require.NoError(t, err)
		require.Empty(t, d.Events)
		context.Source = cloudapi.FromSend
	}
}

func TestErrorBodyNeedsAccount(t *testing.T) {
	_, err := cloudapi.Decode(body(368), cloudapi.DecodeOptions{Received: received})
	require.ErrorIs(t, err, cloudapi.ErrNeedsAccount)
}

func TestCodeForms(t *testing.T) {
	for form, halts := range map[string]bool{
		`368`: true, `"368"`: true, `" 368 "`: true, `368.0`: true, `3.68e2`: true, `-368`: false, `3680`: false,
		`0368`: false,
	} {
		d, err := cloudapi.Decode(body(form), cloudapi.DecodeOptions{WABA: waba, Received: received})
		require.NoError(t, err)
		require.Equal(t, halts, len(d.Events) == 1 && d.Events[0].Type == gate.EventSighting, form)
	}
	for _, form := range []string{`"x"`, `null`, `true`, `[368]`, `368.5`, `1e99`} {
		d, err := cloudapi.Decode(body(form), cloudapi.DecodeOptions{WABA: waba, Received: received})
		require.NoError(t, err)
		require.NotEmpty(t, d.Problems, form)
		require.Equal(t, gate.EventUnread, d.Events[0].Type, form)
	}
}

// The time is the document's own, else what was said, else receipt.
func TestTime(t *testing.T) {
	at := received.Add(-time.Hour)
	d, err := cloudapi.Decode(body(368), cloudapi.DecodeOptions{WABA: waba, Received: received, At: at})
	require.NoError(t, err)
	require.Equal(t, at, d.Events[0].Time)
	require.Equal(t, received, d.Events[0].Received)
	own := `{"object":"whatsapp_business_account","entry":[{"id":"` + waba +
		`","time":1790000000,"changes":[{"field":"account_update","value":{"event":"ACCOUNT_DELETED"}}]}]}`
	d, err = cloudapi.Decode([]byte(own), cloudapi.DecodeOptions{Received: received, At: at})
	require.NoError(t, err)
	require.Equal(t, time.Unix(1790000000, 0).UTC(), d.Events[0].Time)
	// Milliseconds are no seconds: a sighting of the year 58000 would outlast everything.
	d, err = cloudapi.Decode([]byte(strings.Replace(own, "1790000000", "1790000000000", 1)),
		cloudapi.DecodeOptions{Received: received})
	require.NoError(t, err)
	require.Equal(t, received, d.Events[0].Time)
}

// A health status opens only what an earlier one had blocked, and it names: a number that was
// blocked is not healthy because nobody spoke of it. One of the same shape does.
func TestHealthOpensWhatItNames(t *testing.T) {
	status := func(number, rest string) string {
		entities := fmt.Sprintf(`{"entity_type":"WABA","id":%q,"can_send_message":%q},{"entity_type":"APP","id":"3","can_send_message":%q}`, waba, rest, rest)
		if number != "" {
			entities = fmt.Sprintf(`{"entity_type":"PHONE_NUMBER","id":"2","can_send_message":%q},`, number) + entities
		}
		return fmt.Sprintf(`{"health_status":{"can_send_message":"BLOCKED","entities":[%s]}}`, entities)
	}
	for _, test := range []struct {
		statuses []string
		open     bool
	}{
		{[]string{status("BLOCKED", "AVAILABLE"), status("", "AVAILABLE")}, false},
		{[]string{status("BLOCKED", "AVAILABLE"), status("AVAILABLE", "AVAILABLE")}, true},
		{[]string{status("", "BLOCKED"), status("", "AVAILABLE")}, true},
		{[]string{status("", "BLOCKED"), status("AVAILABLE", "AVAILABLE")}, true},
		{[]string{status("BLOCKED", "BLOCKED"), status("", "BLOCKED"), status("", "AVAILABLE")}, false},
		{[]string{status("BLOCKED", "BLOCKED"), status("", "AVAILABLE"), status("LIMITED", "AVAILABLE")}, true},
		{[]string{status("AVAILABLE", "AVAILABLE")}, false},
	} {
		g := gate.New(folderstore.New(t.TempDir()), gate.Options{})
		for i, body := range append([]string{errorBody(131031)}, test.statuses...) {
			d, err := cloudapi.Decode([]byte(body),
				cloudapi.DecodeOptions{WABA: waba, Received: received.Add(time.Duration(i) * time.Minute)})
			require.NoError(t, err)
			require.Empty(t, d.Problems)
			require.NoError(t, g.Apply(t.Context(), d.Events...))
		}
		a, err := g.Account(t.Context(), waba)
		require.NoError(t, err)
		require.Equal(t, test.open, a.Check(gate.MessageCampaign) == nil, test.statuses)
		require.NoError(t, g.Close())
	}
}

// What is kept of a document that is not understood is the same each time: of many names, the first
// ones.
func TestUnreadIsTheSameEachTime(t *testing.T) {
	var names []string
	for c := 'a'; c <= 'z'; c++ {
		names = append(names, fmt.Sprintf(`"%c":1`, c))
	}
	for range 20 {
		d, err := cloudapi.Decode([]byte("{"+strings.Join(names, ",")+"}"), cloudapi.DecodeOptions{Received: received})
		require.NoError(t, err)
		require.Equal(t, "abcdefghijklmnopqrst", strings.Join(d.Events[0].Fields, ""))
	}
}

// The table holds each code once, in order, with a class, a scope, a meaning and a source; the
// facts' own cases hold.
func TestCodes(t *testing.T) {
	last := -1
	for code := range 3_000_000 {
		c := cloudapi.Lookup(code)
		if c.Class == cloudapi.UnknownClass {
			continue
		}
		require.True(t, c.First <= code && code <= c.Last)
		require.True(t, c.First == last || c.First > last && c.First == code || c.First < code, "%d", code)
		last = c.First
		require.NotEmpty(t, c.Scope)
		require.NotEmpty(t, c.Meaning)
		require.NotEmpty(t, c.Source)
	}
	for class, codes := range map[cloudapi.Class][]int{
		cloudapi.Halt: {368, 131031, 141014},
		cloudapi.Hold: {131064, 131042, 131057, 2494100, 131048, 190, 0, 3, 10, 200, 250, 299, 131005, 33, 131037,
			131045, 133010},
		cloudapi.Slow: {80007, 4, 130429, 131000, 131016, 1, 2, 133004},
		cloudapi.Skip: {130497, 131056, 131049, 131050, 130403, 130472, 131026, 131021, 131030, 137000},
		cloudapi.Fix: {131063, 134011, 131047, 131058, 131062, 100, 131008, 131009, 131051, 131052, 131053,
			131055, 132000, 132001, 132005, 132007, 132012, 132018, 132015, 132016, 132068, 132069, 134100, 134101,
			134102, 135000},
		cloudapi.Unrelated: {80008, 139200, 133000, 133005, 133006, 133008, 133009, 133015, 133016, 2388001, 2593107,
			1752041, 200005, 147001},
	} {
		for _, code := range codes {
			require.Equal(t, class, cloudapi.Lookup(code).Class, "%d", code)
		}
	}
	require.Equal(t, cloudapi.Code{}, cloudapi.Lookup(999))
}

func split(t *testing.T, text string) (got []string) {
	t.Helper()
	require.NoError(t,
		cloudapi.Documents(iotest.OneByteReader(strings.NewReader(text)), func(line int, body []byte) error {
			got = append(got, fmt.Sprintf("%d:%s", line, body))
			return nil
		}))
	return got
}

func TestDocuments(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"nothing", "", nil},
		{"blank", " \n\n", nil},
		{"one", `{"a":1}`, []string{`1:{"a":1}`}},
		{"a byte order mark", "\ufeff{}", []string{`1:{}`}},
		{"lines", "{\"a\":1}\r\n\n{\"b\":2}\n", []string{`1:{"a":1}`, `3:{"b":2}`}},
		{"after each other", `{"a":1}{"b":{}} {}`, []string{`1:{"a":1}`, `1:{"b":{}}`, `1:{}`}},
		{"a list", "[\n{\"a\":[1]},\n{}\n]", []string{`2:{"a":[1]}`, `3:{}`}},
		{"indented", "{\n  \"a\": {\n    \"b\": \"}\\\"{\"\n  }\n}\n{}",
			[]string{"1:{\n  \"a\": {\n    \"b\": \"}\\\"{\"\n  }\n}", `6:{}`}},
		{"a broken line costs no other", "{\"a\":\n{\"b\":1}\n", []string{`1:{"a":`, `2:{"b":1}`}},
		{"an open string costs no other", "{\"a\":\"x\n{\"b\":1}\n{}\n", []string{`1:{"a":"x`, `2:{"b":1}`, `3:{}`}},
		{"texts", "[\"{\\\"a\\\":1}\",\"b\"]\n\"c\"x\n\"d\n{}\n",
			[]string{`1:"{\"a\":1}"`, `1:"b"`, `2:"c"`, `2:x`, `3:"d`, `4:{}`}},
		{"words", "hello, {world}\n{}\n", []string{`1:hello, {world}`, `2:{}`}},
		{"closed too early", "{\"a\":}, \"b\":1}\n{}\n", []string{`1:{"a":}, "b":1}`, `2:{}`}},
		{"an indented one after a broken one", "{\"a\": {\n{\n  \"b\": 1\n}\n",
			[]string{`1:{"a": {`, "2:{\n  \"b\": 1\n}"}},
		{"an indented one after one cut off at a comma", "{\n\"a\": 1,\n{\n  \"b\": 1\n}\n",
			[]string{"1:{\n\"a\": 1,", "3:{\n  \"b\": 1\n}"}},
		{"without indentation", "{\"a\":[\n{\n\"b\":1\n},\n{}]}\n", []string{"1:{\"a\":[\n{\n\"b\":1\n},\n{}]}"}},
		{"cut off", "{}\n{\"a\":{\"b\"", []string{`1:{}`, `2:{"a":{"b"`}},
	} {
		require.Equal(t, test.want, split(t, test.text), test.name)
	}
}

// Many broken lines take no more than twice the time for twice as many, and cost none of the good
// ones.
func TestManyBrokenLines(t *testing.T) {
	const n = 20_000
	good := 0
	text := strings.Repeat("{\"a\":{\"b\":\n{\"c\":1}\n{\"d\n", n)
	require.NoError(t, cloudapi.Documents(strings.NewReader(text), func(_ int, body []byte) error {
		if string(body) == `{"c":1}` {
			good++
		}
		return nil
	}))
	require.Equal(t, n, good)
}

// An answer with an error that is null is that of a message that was taken.
func TestNullIsNoError(t *testing.T) {
	d, err := cloudapi.Decode([]byte(`{"error":null,"messaging_product":"whatsapp","messages":[{"id":"wamid.X"}]}`),
		cloudapi.DecodeOptions{WABA: waba})
	require.NoError(t, err)
	require.Equal(t, "answer", d.Shape)
	require.Empty(t, d.Problems)
	require.Empty(t, d.Events)
	d, err = cloudapi.Decode([]byte(`{"error":null}`), cloudapi.DecodeOptions{WABA: waba})
	require.NoError(t, err)
	require.NotEmpty(t, d.Problems)
}

func TestDocumentsAreBounded(t *testing.T) {
	for _, text := range []string{`{"a":"` + strings.Repeat("x", 17<<20), strings.Repeat("x", 17<<20)} {
		err := cloudapi.Documents(strings.NewReader(text), func(int, []byte) error { return nil })
		require.ErrorContains(t, err, "line 1: ")
	}
}

// nowhere is a store that takes everything and has nothing.
type nowhere struct{}

func (nowhere) String() string                                            { return "nowhere" }
func (nowhere) Append(context.Context, string, []gate.Event) error        { return nil }
func (nowhere) Follow(_ context.Context, _ string, d func(gate.Delivery)) { d(gate.Delivery{}) }
func (nowhere) Accounts(context.Context) ([]string, error)                { return nil, nil }
func (nowhere) CheckWritable(context.Context) error                       { return nil }

func (nowhere) SetAside(context.Context, string, []gate.Event) (string, error) {
	return "", errors.New("nothing to set aside")
}

// Whatever comes, Decode does not panic, its events may come into a journal, and no well-formed
// document opens anything but by one of the two words for it.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"error":{"code":368}}`))
	f.Add([]byte(`{"health_status":{"entities":[{"entity_type":"WABA","id":"1","can_send_message":"AVAILABLE"}]}}`))
	f.Add([]byte(`{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"statuses":[{"id":"x","timestamp":"1790000000","recipient_id":"919876543210","errors":[{"code":130497}]},{"recipient_user_id":"US.1","errors":[{"code":130497}]}]}}]}]}`))
	f.Add([]byte(`{"object":"whatsapp_business_account","entry":[{"id":"1","time":1790000000,"changes":[{"field":"account_update","value":{"event":"DISABLED_UPDATE","ban_info":{"waba_ban_state":["REINSTATE"]}}}]}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		d, err := cloudapi.Decode(body, cloudapi.DecodeOptions{WABA: waba, Received: received})
		require.NoError(t, err)
		for _, e := range d.Events {
			text, err := e.MarshalJSON()
			require.NoError(t, err)
			var back gate.Event
			require.NoError(t, back.UnmarshalJSON(text))
			require.Equal(t, e.ID(), back.ID())
			require.NotEqual(t, gate.EventClear, e.Type)
			require.NotEqual(t, gate.EventLift, e.Type)
		}
		// An event that a journal refuses would make a handler answer 5xx, and Meta send it again,
		// for days.
		g := gate.New(nowhere{}, gate.Options{})
		require.NoError(t, g.Apply(t.Context(), d.Events...))
		require.NoError(t, g.Close())
	})
}

// Any text is cut into pieces that lose nothing but what stands between documents.
func FuzzDocuments(f *testing.F) {
	f.Add("{\"a\":\n{\"b\":1}\nx\n[{},{}]")
	f.Fuzz(func(t *testing.T, text string) {
		bare := func(s string) string {
			return strings.NewReplacer(" ", "", "\t", "", "\r", "", "\n", "", ",", "", "[", "", "]", "", "\xef", "",
				"\xbb", "", "\xbf", "").Replace(s)
		}
		all := ""
		line := 1
		require.NoError(t, cloudapi.Documents(strings.NewReader(text), func(l int, body []byte) error {
			require.GreaterOrEqual(t, l, line)
			line = l
			all += string(body)
			return nil
		}))
		require.Equal(t, bare(text), bare(all))
	})
}
