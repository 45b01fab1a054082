package cloudapi_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/cloudapi"
	"github.com/listgate/listgate/gate/folderstore"
)

var update = flag.Bool("update", false, "rewrite the .want files")

const (
	waba   = "900000000000001"
	folder = "../../testdata/webhooks"
	cases  = "../../testdata/cases/gate"
)

// received is when the payloads of testdata/webhooks came: a day after what they tell of.
var received = time.Unix(1790000000, 0).UTC().Add(24 * time.Hour)

// Each payload of testdata/webhooks gives the events and the states that stand beside it. The
// payloads are our own: one for every shape in the facts, with values that are made up.
func TestPayloads(t *testing.T) {
	payloads, err := filepath.Glob(filepath.Join(folder, "*.json"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(payloads), 40)
	testPayloads(t, payloads, received)
}

// What people reported, in the shapes in which it stood there, with values that are made up.
func TestCases(t *testing.T) {
	payloads, err := filepath.Glob(filepath.Join(cases, "*.json"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(payloads), 10)
	testPayloads(t, payloads, time.Unix(1795000600, 0).UTC())
}

func testPayloads(t *testing.T, payloads []string, received time.Time) {
	for _, path := range payloads {
		body, err := os.ReadFile(path)
		require.NoError(t, err)
		got := outcome(t, body, received)
		golden := strings.TrimSuffix(path, ".json") + ".want"
		if *update {
			require.NoError(t, os.WriteFile(golden, []byte(got), 0o666))
		}
		want, err := os.ReadFile(golden)
		require.NoError(t, err)
		require.Equal(t, string(want), got, "%s; go test ./gate/cloudapi -update rewrites it", path)
	}
}

// outcome tells what a payload's events are, and what they make of the accounts that they name.
func outcome(t *testing.T, body []byte, received time.Time) string {
	t.Helper()
	var b strings.Builder
	// The tests' clock begins at 2000-01-01; the states are asked for at the time of receipt.
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(received))
		d, err := cloudapi.Decode(body, cloudapi.DecodeOptions{WABA: waba, Received: received})
		require.NoError(t, err)
		fmt.Fprintf(&b, "shape: %s\n", d.Shape)
		for _, p := range d.Problems {
			fmt.Fprintf(&b, "problem: %s\n", p)
		}
		g := gate.New(folderstore.New(t.TempDir()), gate.Options{})
		var accounts []string
		for _, e := range d.Events {
			fmt.Fprintf(&b, "event: %s\n", describe(e))
			if len(accounts) == 0 || accounts[len(accounts)-1] != e.WABA {
				accounts = append(accounts, e.WABA)
			}
		}
		require.NoError(t, g.Apply(t.Context(), d.Events...))
		for _, id := range accounts {
			a, err := g.Account(t.Context(), id)
			require.NoError(t, err)
			s := a.State()
			fmt.Fprintf(&b, "account %s: campaign %s, reply %s\n", id, s.Campaign, s.Reply)
			for _, c := range s.Causes {
				fmt.Fprintf(&b, "  %s, %d seen\n", c, c.Sightings)
			}
			for _, w := range s.Warnings {
				fmt.Fprintln(&b, "  warning", what(w))
			}
			for _, r := range s.Sighted {
				fmt.Fprintf(&b, "  refused in %s: %d recipients, %d refusals, sighted: %t\n", r.Region, r.Recipients,
					r.Refusals, r.Sighted)
			}
		}
		require.NoError(t, g.Close())
		time.Sleep(time.Minute) // lets the store's goroutine see that nobody follows
	})
	return b.String()
}

func what(w gate.Warning) string {
	text := w.Name
	if w.Code != 0 {
		text = fmt.Sprint("error ", w.Code)
	}
	if !w.Until.IsZero() {
		text += " until " + w.Until.UTC().Format(time.RFC3339)
	}
	return text
}

func describe(e gate.Event) string {
	text, _ := e.MarshalJSON()
	return string(text)
}

var longNumber = regexp.MustCompile(`(^|[^0-9])1500555[0-9]{4}`)

// Nothing that a journal holds names a recipient, whatever the payload.
func TestEventsHoldNoNumbers(t *testing.T) {
	payloads, err := filepath.Glob(filepath.Join(folder, "*.json"))
	require.NoError(t, err)
	for _, path := range payloads {
		body, err := os.ReadFile(path)
		require.NoError(t, err)
		d, err := cloudapi.Decode(body, cloudapi.DecodeOptions{WABA: waba, Received: received})
		require.NoError(t, err)
		for _, e := range d.Events {
			text := describe(e)
			require.False(t, longNumber.MatchString(text), "%s: %s", path, text)
			require.NotContains(t, strings.ToLower(text), "made", path)
			require.NotContains(t, text, "wamid", path)
		}
		for _, p := range d.Problems {
			require.False(t, longNumber.MatchString(p), "%s: %s", path, p)
		}
		require.NotContains(t, d.Shape, "1500555", path)
	}
}
