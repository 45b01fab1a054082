package cloudapi

import (
	"slices"
	"strings"
)

// A shape is what a JSON object is, of what the Cloud API and those who pass its documents on
// write.
type shape uint8

const (
	noShape shape = iota
	webhookShape
	entryShape     // one entry of a webhook
	changeShape    // one change of an entry
	valueShape     // the value of a change
	healthShape    // a health status
	errorShape     // an error body
	bareErrorShape // what stands in an error body behind "error"
	acceptedShape  // the answer to a call that was taken
)

const (
	// maxWrapping bounds how deep a document may lie in that of somebody who passes it on.
	maxWrapping  = 6
	unknownShape = "no shape that is known: neither an error body, nor a webhook or a part of one, nor a health status"
)

// shapeOf says what an object is. It goes by what only that kind of document has.
func shapeOf(o object) shape {
	_, isError := unpacked(o["error"]).(object)
	switch {
	case o.has("entry"):
		return webhookShape
	case o.has("changes"):
		return entryShape
	case o.has("value") && (o.has("field") || fieldByContent(o.object("value")) != ""):
		return changeShape
	case o.has("health_status"):
		return healthShape
	case isError || o["error"] != nil && !o.has("status"):
		return errorShape
	case fieldByContent(o) != "":
		return valueShape
	case isBareError(o):
		return bareErrorShape
	case o.has("messaging_product") && o.has("messages"), o.has("success"):
		return acceptedShape
	}
	return noShape
}

// fieldByContent says of which field a value is, by what stands in it; "" if that cannot be told.
func fieldByContent(value object) string {
	event, _ := value.string("event")
	switch {
	case value.has("statuses"), value.has("errors"), value.has("metadata") && value.has("messages"):
		return "messages"
	case value.has("ban_info"), value.has("restriction_info"), value.has("violation_info"),
		slices.Contains(accountEvents, event):
		return "account_update"
	}
	return ""
}

// isBareError reports whether an object is the inside of an error body, as client libraries log it.
func isBareError(o object) bool {
	_, hasCode := integer(o["code"])
	return hasCode && (o.has("fbtrace_id") || o.has("error_data") || o.has("error_subcode") || o.has("title") ||
		o.has("type") && o.has("message"))
}

// document reads a value that may be a document, a list of them, or a text that holds one.
func (d *decoding) document(v any) {
	switch v := unpacked(v).(type) {
	case object:
		d.object(v)
	case []any:
		if len(v) == 0 {
			d.problem("an empty list")
		}
		for _, item := range v {
			d.document(item)
		}
	default:
		d.problem("not a JSON object")
	}
}

func (d *decoding) object(o object) {
	d.account, d.at = "", d.context.At
	switch shapeOf(o) {
	case webhookShape:
		d.webhook(o)
	case entryShape:
		d.entry(o, o)
	case changeShape:
		d.change(object{}, o, o)
	case valueShape:
		d.change(object{}, object{"value": o}, o)
	case healthShape:
		d.health(o)
	case errorShape:
		d.answer(o)
	case bareErrorShape:
		d.answer(object{"error": o})
	case acceptedShape:
		d.shape("answer") // the call was taken, which says nothing about the account
		d.checkRest(o, "messaging_product", "contacts", "messages", "success", "error")
	default:
		d.wrapped(o)
	}
}

// wrapped reads an object of somebody who passes documents on, in members of whatever name.
func (d *decoding) wrapped(o object) {
	var names []string
	for name := range o {
		names = append(names, name)
	}
	slices.Sort(names)
	found := false
	var others []string
	for _, name := range names {
		if holdsShape(o[name], maxWrapping) {
			d.document(o[name])
			found = true
		} else {
			others = append(others, name)
		}
	}
	if !found {
		d.problem("%s%s", unknownShape, handIn(haltWords(o)))
		return
	}
	d.account = ""
	for _, name := range others {
		d.checkWords(haltWords(object{name: o[name]}))
	}
}

// holdsShape reports whether a value is a document, or holds one.
func holdsShape(v any, depth int) bool {
	if depth == 0 {
		return false
	}
	switch v := unpacked(v).(type) {
	case object:
		if shapeOf(v) != noShape {
			return true
		}
		for _, member := range v {
			if holdsShape(member, depth-1) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, func(item any) bool { return holdsShape(item, depth-1) })
	}
	return false
}

// unpacked returns the object or list that a text holds as JSON; anything else as it is.
func unpacked(v any) any {
	text, ok := v.(string)
	if !ok {
		return v
	}
	if text = strings.TrimSpace(text); !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[") {
		return v
	}
	inner, err := parse([]byte(text))
	if err != nil {
		return v
	}
	return inner
}
