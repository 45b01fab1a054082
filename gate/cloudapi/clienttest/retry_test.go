package clienttest

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/go-resty/resty/v2"
	"github.com/hashicorp/go-retryablehttp"
	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/cloudapi"
)

const (
	toIndia = `{"messaging_product":"whatsapp","to":"+919876543210","type":"text","text":{"body":"hi"}}`
	toCuba  = `{"messaging_product":"whatsapp","to":"+5352345678","type":"text","text":{"body":"hi"}}`
)

// counted counts how often a client tries.
type counted struct {
	http.RoundTripper
	tries int
}

func (c *counted) RoundTrip(req *http.Request) (*http.Response, error) {
	c.tries++
	return c.RoundTripper.RoundTrip(req)
}

// A retrying is a client that tries again; told says whether it is told what the README says.
type retrying func(transport http.RoundTripper, told bool) (send func(url, body string) (status int, err error))

func withRetryableHTTP(transport http.RoundTripper, told bool) func(url, body string) (int, error) {
	client := retryablehttp.NewClient()
	client.HTTPClient.Transport, client.Logger = transport, nil
	client.RetryMax, client.RetryWaitMin, client.RetryWaitMax = 3, time.Millisecond, time.Millisecond
	if told {
		client.CheckRetry = func(ctx context.Context, resp *http.Response, err error) (bool, error) {
			if cloudapi.Refused(err) {
				return false, err
			}
			return retryablehttp.DefaultRetryPolicy(ctx, resp, err)
		}
	}
	return func(url, body string) (int, error) {
		req, err := retryablehttp.NewRequest(http.MethodPost, url, []byte(body))
		if err != nil {
			return 0, err
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer T")
		resp, err := client.Do(req)
		if err != nil {
			return 0, err
		}
		return resp.StatusCode, resp.Body.Close()
	}
}

func withResty(transport http.RoundTripper, told bool) func(url, body string) (int, error) {
	client := resty.New().SetTransport(transport).SetRetryCount(3).
		SetRetryWaitTime(time.Millisecond).SetRetryMaxWaitTime(time.Millisecond)
	client.SetLogger(silent{})
	if told {
		client.AddRetryCondition(func(_ *resty.Response, err error) bool {
			return err != nil &&
				!cloudapi.Refused(err)
		})
	}
	return func(url, body string) (int, error) {
		resp, err := client.R().SetHeader("Content-Type", "application/json").SetAuthToken("T").SetBody(body).Post(url)
		if err != nil {
			return 0, err
		}
		return resp.StatusCode(), nil
	}
}

type silent struct{}

func (silent) Errorf(string, ...any) {}
func (silent) Warnf(string, ...any)  {}
func (silent) Debugf(string, ...any) {}

// Clients that try again do so after a refusal, unless they are told or get an answer; whatever
// they do, nothing is sent.
func TestRetryingClients(t *testing.T) {
	for name, client := range map[string]retrying{"go-retryablehttp": withRetryableHTTP, "resty": withResty} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			url := w.URL + "/v25.0/" + phoneNumberID + "/messages"
			c := &counted{RoundTripper: w.transport}
			untold, told := client(c, false), client(c, true)
			_, err := untold(url, toCuba)
			require.Error(t, err)
			require.Equal(t, 4, c.tries, "what the advice is for")
			for range 2 {
				c.tries = 0
				_, err = told(url, toCuba)
				require.True(t, cloudapi.Refused(err), err)
				require.Equal(t, 1, c.tries)
			}

			w.transport.RefuseAs = cloudapi.RefuseWithResponse
			c.tries = 0
			status, err := untold(url, toCuba)
			require.NoError(t, err)
			require.Equal(t, http.StatusForbidden, status)
			require.Equal(t, 1, c.tries)
			w.requireCount(0)

			w.transport.RefuseAs = cloudapi.RefuseWithError
			_, err = told(url, toIndia)
			require.NoError(t, err)
			w.requireCount(1)
			require.NoError(t, w.gate.Apply(t.Context(), gate.Event{
				Type: gate.EventSighting, WABA: waba, Time: time.Now(), Received: time.Now(),
				Cause: gate.CauseAccountLock, Code: 131031,
			}))
			c.tries = 0
			_, err = told(url, toIndia)
			require.ErrorAs(t, err, new(*cloudapi.DeferredError))
			require.Equal(t, 1, c.tries)
			w.requireCount(1)
		})
	}
}
