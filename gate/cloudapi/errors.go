package cloudapi

import (
	"fmt"

	"github.com/listgate/listgate/gate"
)

// answer reads an error body of the Graph API. Its HTTP status does not matter.
func (d *decoding) answer(o object) error {
	e, ok := o["error"].(object)
	if !ok {
		d.problem("error is not an object")
		return nil
	}
	code, ok := integer(e["code"])
	if !ok {
		d.problem("the error has no code that can be read")
		return nil
	}
	d.Shape = fmt.Sprintf("error %d", code)
	if d.context.WABA == "" {
		return ErrNeedsAccount
	}
	trace, _ := e.string("fbtrace_id")
	event := gate.Event{WABA: d.context.WABA, Time: d.context.time(), Ref: gate.TraceRef(trace), Source: "answer"}
	if d.context.Origin == FromSend {
		d.code(int(code), event)
	}
	return nil
}

// code adds what an error code says about the account, if it says anything.
func (d *decoding) code(code int, e gate.Event) {
	e.Code = code
	switch Lookup(code).Class {
	case Halt:
		e.Type, e.Cause = gate.Sighting, causeOf(code)
	case Hold:
		e.Type = gate.Warning
	default:
		return
	}
	d.add(e)
}

func causeOf(code int) gate.Cause {
	switch code {
	case 368:
		return gate.PolicyBlock
	case 131031:
		return gate.AccountLock
	}
	return gate.Ban // 141014
}

// errorList reads a list of errors, as webhooks have it.
func (w *webhook) errorList(o object, place string, e gate.Event) {
	errors, ok := o.objects("errors")
	if !ok {
		w.problem("%s: errors is not a list", place)
	}
	for _, item := range errors {
		code, ok := integer(item["code"])
		if !ok {
			w.problem("%s: an error has no code that can be read", place)
			continue
		}
		w.code(int(code), e)
	}
}

// messages reads a webhook of the field messages. Whatever the place, an error counts by its code (inference: 131031 was
// seen in a message's status; nothing excludes the others).
func (w *webhook) messages() {
	event := gate.Event{WABA: w.waba, Time: w.time, Source: "webhook"}
	w.errorList(w.value, "messages", event)
	for _, place := range []string{"statuses", "messages"} {
		items, ok := w.value.objects(place)
		if !ok {
			w.problem("messages: %s is not a list", place)
		}
		for _, item := range items {
			e := event
			e.Source = map[string]string{"statuses": "status", "messages": "webhook"}[place]
			if t, ok := unixTime(item["timestamp"]); ok {
				e.Time = t
			}
			id, _ := item.string("id")
			e.Ref = gate.Ref("message", id)
			w.errorList(item, place, e)
		}
	}
}
