package cloudapi_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"

	"github.com/listgate/listgate/config"
	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/cloudapi"
	"github.com/listgate/listgate/gate/folderstore"
	"github.com/listgate/listgate/rules"
)

// A dispatcher that already has a client puts a Transport under it, and branches on three errors.
func ExampleTransport() {
	// In the place of graph.facebook.com: an account that is locked while we send.
	sent := 0
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if sent++; sent > 1 {
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprint(w,
				`{"error":{"message":"(#131031) Business Account locked","type":"OAuthException","code":131031}}`)
			return
		}
		fmt.Fprint(w, `{"messaging_product":"whatsapp","messages":[{"id":"wamid.X"}]}`)
	}))
	defer api.Close()
	journals, err := os.MkdirTemp("", "gate")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(journals)

	g := gate.New(folderstore.New(journals), gate.Options{})
	defer g.Close()
	accounts, err := cloudapi.NewAccounts(cloudapi.AccountsOptions{Gate: g}, config.Account{ // or those of config.Load
		Name: "brand-a", WABA: "900000000000001", PhoneNumberIDs: []string{"900000000000002"},
		Categories: []string{"general"},
	})
	if err != nil {
		panic(err)
	}
	go accounts.Run(context.Background()) // follows the rule files
	client := &http.Client{Transport: &cloudapi.Transport{
		Accounts: accounts,
		Message: func(template, language string) (rules.Message, bool) {
			return rules.Marketing, strings.HasPrefix(template, "promo_")
		},
	}}

	for _, to := range []string{"+919876543210", "+14155550132", "+919876543211", "+919876543212"} {
		body := `{"messaging_product":"whatsapp","to":"` + to +
			`","type":"template","template":{"name":"promo_a","language":{"code":"en"}}}`
		resp, err := client.Post(api.URL+"/v25.0/900000000000002/messages", "application/json", strings.NewReader(body))
		var permanent *cloudapi.PermanentError
		var deferred *cloudapi.DeferredError
		switch {
		case err == nil:
			fmt.Println("answered", resp.StatusCode)
			resp.Body.Close()
		case errors.As(err, &permanent):
			fmt.Println("drop the recipient:", permanent.Reason, permanent.Regions, permanent.Rule)
		case errors.As(err, &deferred):
			fmt.Println("keep the message; an end is known:", !deferred.Until.IsZero())
		default: // *cloudapi.UnknownError, or the network
			fmt.Println("for a person:", err)
		}
	}
	// Output:
	// answered 200
	// drop the recipient: restricted US platform-us-marketing
	// answered 403
	// keep the message; an end is known: false
}
