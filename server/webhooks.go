package server

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/cloudapi"
)

// newWebhooks returns the endpoint of Meta's webhooks.
func (s *Server) newWebhooks() (*cloudapi.Handler, error) {
	receiver := &cloudapi.Receiver{Gate: s.Gate}
	for _, id := range s.WABAs {
		if receiver.Accounts == nil {
			receiver.Accounts = map[string]bool{}
		}
		receiver.Accounts[id] = true
	}
	return cloudapi.NewHandler(receiver, cloudapi.HandlerOptions{
		AppSecrets: s.Webhooks.AppSecrets, VerifyToken: s.Webhooks.VerifyToken, Report: s.reportWebhook,
	})
}

func (s *Server) webhookPath() string { return cmp.Or(s.Webhooks.Path, "/webhook") }

// reportWebhook counts a webhook, and logs what a person should know of it.
func (s *Server) reportWebhook(r cloudapi.WebhookResult) {
	s.metrics.webhook(r)
	switch {
	case r.Err != nil:
		s.say(fmt.Sprintf("a webhook was answered %d", r.Status), r.Err.Error())
	case slices.ContainsFunc(r.Document.Events, func(e gate.Event) bool { return e.Type == gate.EventUnread }):
		s.say("a webhook was not understood; the journal keeps its hash", strings.Join(r.Document.Problems, "; "))
	case len(r.Document.Ignored) > 0:
		s.say("a webhook was ignored", "account "+r.Document.Ignored[0].WABA+" is not named with --waba")
	}
	for _, e := range r.Document.Events {
		if e.WABA != cloudapi.NoAccount {
			if _, err := s.account(s.ctx, e.WABA); err != nil && s.ctx.Err() == nil {
				s.say("an account cannot be followed", err.Error())
			}
		}
	}
}
