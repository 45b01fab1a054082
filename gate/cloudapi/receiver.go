package cloudapi

import (
	"context"
	"time"

	"github.com/listgate/listgate/gate"
)

// A Receiver puts what webhooks say into a gate. It is for those who have an endpoint or a queue of
// their own; see [Handler] for one that is ready.
type Receiver struct {
	Gate *gate.Gate
	// Accounts are those that messages are sent for. What is about any other is ignored: Meta also
	// tells of accounts that are none of ours, a partner's for instance. Nil: every account that a
	// document names.
	Accounts map[string]bool
}

// Apply decodes a body and applies it. When it returns without an error, the store has what the
// body says. For what only repeats what the store has already it may wait a second, so that all
// calls of that second share one write: give it many bodies at once; see [gate.Gate.Apply]. A body
// that is not understood is no error: the store has its hash then, and the document's Problems say
// why. A body that came before is harmless. The error is ErrNeedsAccount for a body that is no
// webhook, see [Decode], or the store's: then give the body again later.
func (r *Receiver) Apply(ctx context.Context, body []byte) (Document, error) {
	d, err := Decode(body, DecodeOptions{Received: time.Now()})
	if err != nil {
		return d, err
	}
	return r.apply(ctx, d)
}

func (r *Receiver) apply(ctx context.Context, d Document) (Document, error) {
	if r.Accounts != nil {
		var ours []gate.Event
		for _, e := range d.Events {
			if r.Accounts[e.WABA] || e.Type == gate.EventUnread && e.WABA == NoAccount {
				ours = append(ours, e)
			} else {
				d.Ignored = append(d.Ignored, e)
			}
		}
		d.Events = ours
	}
	return d, r.Gate.Apply(ctx, d.Events...)
}

// applyUnread keeps the hash of a body that names no account.
func (r *Receiver) applyUnread(ctx context.Context, body []byte, problem string) (Document, error) {
	d := &decoding{context: DecodeOptions{Received: time.Now()}, body: body}
	d.problem("%s", problem)
	value, _ := parse(body)
	d.keepUnread(value)
	return r.apply(ctx, d.Document)
}
