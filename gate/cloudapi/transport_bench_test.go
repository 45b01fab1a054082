package cloudapi_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/gate/cloudapi"
)

// A sink takes a request as a network would, reads its body and closes it, and accepts the message.
type sink struct{}

func (sink) RoundTrip(req *http.Request) (*http.Response, error) {
	_, err := io.Copy(io.Discard, req.Body)
	_ = req.Body.Close()
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(bytes.NewReader(accepted)), Request: req}, err
}

// What a send of 500 bytes costs with a Transport between client and network, and without.
func BenchmarkSend(b *testing.B) {
	text := `{"messaging_product":"whatsapp","recipient_type":"individual","to":"+919876543210","type":"template","template":{"name":"promo_b",` +
		`"language":{"code":"en_US"},"components":[{"type":"body","parameters":[{"type":"text","text":"` +
		strings.Repeat("x", 240) + `"}]}]}}`
	text += strings.Repeat(" ", 500-len(text))
	require.Len(b, text, 500)
	for _, bench := range []struct {
		name string
		base http.RoundTripper
	}{
		{"Base", sink{}},
		{"Transport", &cloudapi.Transport{Accounts: newAccounts(b, newGate(b)), Base: sink{}, Message: templates}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				req, err := http.NewRequestWithContext(b.Context(), http.MethodPost,
					"https://graph.facebook.com/v25.0/900000000000002/messages", strings.NewReader(text))
				if err != nil {
					b.Fatal(err)
				}
				req.Header.Set("Content-Type", "application/json")
				resp, err := bench.base.RoundTrip(req)
				if err != nil {
					b.Fatal(err)
				}
				_ = resp.Body.Close()
			}
		})
	}
}
