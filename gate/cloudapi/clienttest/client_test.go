package clienttest

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	whatsapp "github.com/piusalfred/whatsapp/config"
	"github.com/piusalfred/whatsapp/message"
	werrors "github.com/piusalfred/whatsapp/pkg/errors"
	whttp "github.com/piusalfred/whatsapp/pkg/http"
	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/config"
	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/cloudapi"
	"github.com/listgate/listgate/gate/folderstore"
	"github.com/listgate/listgate/rules"
)

// A world is an account with a client, a provider, and the endpoint of its webhooks.
type world struct {
	*testing.T
	*provider
	gate      *gate.Gate
	transport *cloudapi.Transport
	client    *message.BaseClient
}

func newWorld(t *testing.T) *world {
	w := &world{T: t, provider: newProvider(t)}
	w.gate = gate.New(folderstore.New(t.TempDir()), gate.Options{})
	t.Cleanup(func() { require.NoError(t, w.gate.Close()) })
	handler, err := cloudapi.NewHandler(&cloudapi.Receiver{Gate: w.gate},
		cloudapi.HandlerOptions{AppSecrets: []string{appSecret}, VerifyToken: verifyToken})
	require.NoError(t, err)
	endpoint := httptest.NewServer(handler)
	t.Cleanup(endpoint.Close)
	w.webhook = endpoint.URL
	accounts, err := cloudapi.NewAccounts(cloudapi.AccountsOptions{Gate: w.gate}, config.Account{
		Name: "brand", WABA: waba, PhoneNumberIDs: []string{phoneNumberID}, Categories: []string{"general"},
	})
	require.NoError(t, err)
	w.transport = &cloudapi.Transport{
		Accounts: accounts,
		Message:  func(template, _ string) (rules.Message, bool) { return rules.Utility, template == "order_shipped" },
	}
	httpClient := &http.Client{Transport: w.transport}
	conf := whatsapp.ReaderFunc(func(context.Context) (*whatsapp.Config, error) {
		return &whatsapp.Config{
			BaseURL: w.URL, APIVersion: "v25.0", AccessToken: "T", PhoneNumberID: phoneNumberID, AppSecret: appSecret,
			SecureRequests: true,
		}, nil
	})
	w.client,
		err = message.NewBaseClient(whttp.NewSender(whttp.WithCoreClientHTTPClient[message.Message](httpClient)), conf)
	require.NoError(t, err)
	return w
}

// text sends a reply, template a template, and read a read receipt with a typing indicator.
func (w *world) text(to string) error {
	_, err := w.client.SendText(w.Context(), message.NewRequest(to, &message.Text{Body: "hi"}))
	return err
}

func (w *world) template(to, name string) error {
	_, err := w.client.SendTemplate(w.Context(), message.NewRequest(to,
		&message.Template{Name: name, Language: &message.TemplateLanguage{Code: "en_US", Policy: "deterministic"}}))
	return err
}

func (w *world) read() error {
	_, err := w.client.UpdateStatus(w.Context(), &message.StatusUpdateRequest{
		MessageID: "wamid.TEST", Status: message.StatusRead, WithTypingIndicator: true,
	})
	return err
}

// What may not be sent never reaches the server, and what may does, with what the client gets from
// it.
func TestRefusedNeverReachesTheServer(t *testing.T) {
	w := newWorld(t)
	resp, err := w.client.SendText(t.Context(), message.NewRequest("+919876543210", &message.Text{Body: "hi"}))
	require.NoError(t, err)
	require.Equal(t, "wamid.TEST1", resp.Messages[0].ID)
	require.NoError(t, w.template("+919876543210", "promo"))
	require.NoError(t, w.template("+14155550132", "order_shipped"))
	w.requireCount(3)
	for _, test := range []struct {
		err    error
		reason filter.Reason
		region string
	}{
		{w.text("+5352345678"), filter.Restricted, "CU"},
		{w.template("+14155550132", "promo"), filter.Restricted, "US"},
		{w.text("reception"), filter.NotANumber, ""},
	} {
		var permanent *cloudapi.PermanentError
		require.ErrorAs(t, test.err, &permanent)
		require.Equal(t, test.reason, permanent.Reason)
		require.Equal(t, test.region, permanent.Regions)
	}
	group := message.NewRequest("Y2FwaV9ncm91cDo", &message.Text{Body: "hi"})
	group.SetAsGroupMessage()
	_, err = w.client.SendText(t.Context(), group)
	var unknown *cloudapi.UnknownError
	require.ErrorAs(t, err, &unknown)
	w.requireCount(3)
}

// An error in an answer is the client's own, with all that it makes of it, and closes the gate.
func TestErrorsInAnswers(t *testing.T) {
	for _, code := range []int{368, 131031} {
		w := newWorld(t)
		w.refuse(code, false)
		err := w.text("+919876543210")
		var theirs *werrors.Error
		require.ErrorAs(t, err, &theirs)
		require.Equal(t, code, theirs.Code)
		require.Equal(t, "made up details", theirs.Data.Details)
		for _, err := range []error{w.text("+919876543211"), w.template("+919876543211", "promo")} {
			var deferred *cloudapi.DeferredError
			require.ErrorAs(t, err, &deferred)
			require.NotErrorAs(t, err, &theirs)
			require.Zero(t, deferred.Until)
		}
		w.requireCount(1)
		require.NoError(t, w.read())
		w.requireCount(2)
	}
	w := newWorld(t)
	w.refuse(131047, false)
	for range 2 {
		var theirs *werrors.Error
		require.ErrorAs(t, w.text("+919876543210"), &theirs)
		require.Equal(t, 131047, theirs.Code)
	}
	w.requireCount(2)
}

// A lock that only a status webhook tells of closes the gate, too.
func TestErrorsInWebhooks(t *testing.T) {
	w := newWorld(t)
	w.refuse(131031, true)
	require.NoError(t, w.text("+919876543210"))
	w.delivered()
	var deferred *cloudapi.DeferredError
	require.ErrorAs(t, w.text("+919876543211"), &deferred)
	w.requireCount(1)
}

// Three recipients of a country whose messages fail with 130497 are enough.
func TestCountryInWebhooks(t *testing.T) {
	w := newWorld(t)
	w.refuse(130497, true)
	for i := range 3 {
		require.NoError(t, w.text(fmt.Sprint("+91987654321", i)))
	}
	w.delivered()
	var permanent *cloudapi.PermanentError
	require.ErrorAs(t, w.text("+919876543214"), &permanent)
	require.Equal(t, filter.Sighted, permanent.Reason)
	w.refuse(0, false)
	require.NoError(t, w.text("+4915123456789"))
	w.requireCount(4)
}

// A client that knows only answers gets one, and takes it for the API's.
func TestRefuseAsResponse(t *testing.T) {
	w := newWorld(t)
	w.transport.RefuseAs = cloudapi.RefuseWithResponse
	for _, code := range []int{130497, 131031} {
		if code == 131031 {
			w.refuse(code, false)
			require.Error(t, w.text("+919876543210"))
			w.requireCount(1)
		}
		var theirs *werrors.Error
		require.ErrorAs(t, w.text("+5352345678"), &theirs)
		require.Equal(t, code, theirs.Code)
		require.Contains(t, theirs.Data.Details, "listgate: not sent")
	}
	w.requireCount(1)
}
