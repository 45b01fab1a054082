package cloudapi

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/internal/redact"
)

// answer reads an error body of the Graph API. Its HTTP status does not matter.
func (d *decoding) answer(o object) error {
	e, ok := o["error"].(object)
	if !ok {
		d.problem("error is not an object")
		return nil
	}
	if message, _ := e.string("message"); strings.HasPrefix(message, refusedMark) {
		d.Shape = "refusal by listgate" // of a Transport: it says nothing new
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
	event := gate.Event{WABA: d.context.WABA, Time: d.context.time(), Ref: redact.Trace(trace), Source: "answer"}
	if d.context.Source == FromSend {
		event.Message = d.context.Message
		d.code(int(code), event, d.context.Recipient)
	}
	return nil
}

// code adds what an error code says about the account, if it says anything. recipient is that of the message, or "".
func (d *decoding) code(code int, e gate.Event, recipient string) {
	e.Code = code
	message := e.Message
	e.Message = ""
	switch class := Lookup(code).Class; {
	case class == Halt:
		e.Type, e.Cause = gate.EventSighting, causeOf(code)
	case class == Hold:
		e.Type = gate.EventWarning
	case code == country:
		e.Type, e.Region = gate.EventRefusal, regionsOf(recipient)
		e.Message, e.Recipient = message, gate.RecipientRef(e.WABA, recipient)
		if e.Region == "" {
			e.Type, e.Message, e.Recipient = gate.EventNotice, "", ""
		}
	default:
		return
	}
	d.add(e)
}

// country is the code of a message to a country that the account may not message.
const country = 130497

var userID = regexp.MustCompile(`^([A-Z]{2})\.`)

// regionsOf returns the regions that a recipient may belong to, as filters write them; "" if they are not known. A
// business-scoped user id begins with its user's country.
func regionsOf(recipient string) string {
	if id := userID.FindStringSubmatch(recipient); id != nil {
		return id[1]
	}
	return filter.RegionsOf(recipient).String()
}

func causeOf(code int) gate.Cause {
	switch code {
	case 368:
		return gate.CausePolicyBlock
	case 131031:
		return gate.CauseAccountLock
	}
	return gate.CauseBan // 141014
}

// errorList reads a list of errors, as webhooks have it. recipient is whom the message was for, or "".
func (w *webhook) errorList(o object, place string, e gate.Event, recipient string) {
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
		w.code(int(code), e, recipient)
	}
}

// messages reads a webhook of the field messages. Whatever the place, an error counts by its code (inference: 131031 was
// seen in a message's status; nothing excludes the others).
func (w *webhook) messages() {
	event := gate.Event{WABA: w.waba, Time: w.time, Source: "webhook"}
	w.errorList(w.value, "messages", event, "")
	for _, place := range []string{"statuses", "messages"} {
		items, ok := w.value.objects(place)
		if !ok {
			w.problem("messages: %s is not a list", place)
		}
		for _, item := range items {
			e := event
			e.Source = map[string]string{"statuses": "status", "messages": "webhook"}[place]
			if t, ok := unixTime(item["timestamp"]); ok {
				e.Time, w.at = t, t
			}
			id, _ := item.string("id")
			e.Ref = redact.Hash("message", id)
			recipient := ""
			if place == "statuses" {
				recipient = recipientOf(item)
			}
			w.errorList(item, place, e, recipient)
		}
	}
}

// recipientOf returns whom the message of a status was for: a number, a business-scoped user id where the message was sent
// to one, or "" for a group, which has no country.
func recipientOf(status object) string {
	if kind, _ := status.string("recipient_type"); kind == "group" {
		return ""
	}
	if number, _ := status.string("recipient_id"); number != "" {
		return number
	}
	id, _ := status.string("recipient_user_id")
	return id
}
