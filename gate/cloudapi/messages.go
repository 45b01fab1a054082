package cloudapi

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/internal/redact"
)

// answer reads an error body of the Graph API. Its HTTP status does not matter.
func (d *decoding) answer(o object) {
	e, ok := unpacked(o["error"]).(object)
	if !ok {
		d.problem("error is not an object%s", handIn(haltWords(o)))
		return
	}
	if message, _ := e.string("message"); strings.HasPrefix(message, refusedMark) {
		d.shape("refusal by listgate") // of a Transport: it says nothing new
		return
	}
	if inner, ok := unpacked(e["error"]).(object); ok && !e.has("code") { // an error body in an error
		d.answer(object{"error": inner})
		return
	}
	codes := codesOf(e)
	if len(codes) == 0 {
		d.shape("error")
		d.problem("the error has no code that can be read%s", handIn(haltWords(o)))
		return
	}
	d.shape(fmt.Sprintf("error %d", codes[0]))
	if d.context.WABA == "" {
		d.nameless = true
		return
	}
	d.account = d.context.WABA
	event := gate.Event{WABA: d.context.WABA, Time: d.context.time(), Ref: redact.Trace(traceOf(e)), Source: "answer"}
	for _, code := range codes {
		if d.codes = append(d.codes, code); d.context.Source == FromSend {
			event.Message = d.context.Message
			d.code(code, event, d.context.Recipient)
		}
	}
	if d.context.Source == FromSend {
		d.checkRest(e, "message", "error_user_title", "error_user_msg")
	}
}

// codesOf returns the codes of an error: its own, or those of the errors that a provider has put
// into its own. One that only somebody else's word stands beside, such as BAD_REQUEST, or an HTTP
// status, says nothing.
func codesOf(e object) (codes []int) {
	if code, ok := integer(e["code"]); ok {
		codes = append(codes, int(code))
	} else if code, ok := integer(e["error_code"]); ok {
		codes = append(codes, int(code))
	}
	for _, name := range slices.Sorted(maps.Keys(e)) {
		if inner, ok := unpacked(e[name]).(object); ok {
			for _, code := range codesOf(inner) {
				if !slices.Contains(codes, code) {
					codes = append(codes, code)
				}
			}
		}
	}
	return codes
}

// traceOf returns the fbtrace_id of an error, or of one in it.
func traceOf(e object) string {
	if trace, _ := e.string("fbtrace_id"); trace != "" {
		return trace
	}
	for _, name := range slices.Sorted(maps.Keys(e)) {
		if inner, ok := unpacked(e[name]).(object); ok {
			if trace := traceOf(inner); trace != "" {
				return trace
			}
		}
	}
	return ""
}

// code adds what an error code says about the account, if it says anything. recipient is that of
// the message, or "".
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

// regionsOf returns the regions that a recipient may belong to, as filters write them; "" if they
// are not known. A business-scoped user id begins with its user's country.
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

// errorList reads the errors of an object, as webhooks have them; a provider has the only one as
// "error". recipient is whom the message was for, or "".
func (w *webhook) errorList(o object, place string, e gate.Event, recipient string) {
	for _, name := range []string{"errors", "error"} {
		errors, ok := o.objects(name)
		if !ok {
			w.problem("%s: %s is not a list%s", place, name, handIn(haltWords(object{name: o[name]})))
		}
		for _, item := range errors {
			codes := codesOf(item)
			if len(codes) == 0 {
				w.problem("%s: an error has no code that can be read%s", place, handIn(haltWords(item)))
			}
			for _, code := range codes {
				w.codes = append(w.codes, code)
				w.code(code, e, recipient)
			}
			w.checkRest(item, "title", "message", "href")
		}
	}
}

// The members of a value of the field messages, and of a status, that say nothing about the account
// or are read apart.
var (
	messagesMembers = []string{"messaging_product", "metadata", "contacts", "statuses", "messages", "errors", "error",
		"field", "object"}
	statusMembers = []string{"id", "status", "timestamp", "recipient_id", "recipient_type", "recipient_user_id",
		"recipient_parent_user_id",
		"recipient_participant_id", "errors", "error", "conversation", "pricing", "biz_opaque_callback_data",
		"contacts", "payment", "type"}
)

// messages reads a webhook of the field messages. Whatever the place, an error counts by its code
// (inference: 131031 was seen in a message's status; nothing excludes the others).
func (w *webhook) messages() {
	event := gate.Event{WABA: w.waba, Time: w.time, Source: "webhook"}
	w.errorList(w.value, "messages", event, "")
	for _, place := range []string{"statuses", "messages"} {
		items, ok := w.value.objects(place)
		if !ok {
			w.problem("messages: %s is not a list%s", place, handIn(haltWords(w.value[place])))
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
			if place == "statuses" {
				w.checkRest(item, statusMembers...)
			}
		}
	}
	w.checkRest(w.value, messagesMembers...)
}

// recipientOf returns whom the message of a status was for: a number, a business-scoped user id
// where the message was sent to one, that of its parent, or "" for a group, which has no country.
func recipientOf(status object) string {
	if kind, _ := status.string("recipient_type"); kind == "group" {
		return ""
	}
	for _, name := range []string{"recipient_id", "recipient_user_id", "recipient_parent_user_id"} {
		if id, _ := status.string(name); id != "" {
			return id
		}
	}
	return ""
}
