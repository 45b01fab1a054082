package cloudapi

import (
	"slices"
	"strings"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/internal/redact"
)

// accountUpdate reads a webhook of the field account_update.
func (w *webhook) accountUpdate() {
	name, ok := w.value.string("event")
	if !ok || name == "" {
		w.problem("account_update: no event is named")
		return
	}
	switch name {
	case "ACCOUNT_RESTRICTION":
		w.restriction()
	case "DISABLED_UPDATE":
		w.disabled()
	case "ACCOUNT_DELETED":
		e := w.event(gate.EventSighting, name)
		e.Cause = gate.CauseBan
		w.add(e)
	case "ACCOUNT_VIOLATION":
		w.violation()
	case "ACCOUNT_OFFBOARDED", "PARTNER_REMOVED", "PARTNER_APP_UNINSTALLED":
		w.add(w.event(gate.EventWarning, name))
	default:
		e := w.event(gate.EventNotice, name)
		e.Ends = endsWarning[name]
		w.add(e)
	}
}

// endsWarning says which warning an event takes back. None of them opens a gate.
var endsWarning = map[string]string{
	"ACCOUNT_RECONNECTED":   "ACCOUNT_OFFBOARDED",
	"PARTNER_ADDED":         "PARTNER_REMOVED",
	"PARTNER_APP_INSTALLED": "PARTNER_APP_UNINSTALLED",
	"UNFLAGGED":             "FLAGGED",
	"UPGRADE":               "DOWNGRADE",
}

// otherRestrictions do not stop messages. The last two are older spellings.
var otherRestrictions = []string{
	"RESTRICTED_UTILITY_TEMPLATES",
	"RESTRICTED_DIRECT_SEND_UTILITY_TEMPLATES",
	"RESTRICTED_ADD_PHONE_NUMBER_ACTION",
	"RESTRICTED_BUSINESS_INITIATED_CALLING",
	"RESTRICTED_USER_INITIATED_CALLING",
	"RESTRICTED_BIZ_INITIATED_AND_USER_INITIATED_CALLING",
	"RESTRICTED_USER_INITIATED_CALLING_CALL_BUTTON_HIDDEN",
	"RESTRICTION_ON_ADD_PHONE_NUMBER_ACTION",
	"RESTRICTION_ADD_PHONE_NUMBER_ACTION",
}

// restriction reads an ACCOUNT_RESTRICTION. Without restriction_info it is about Direct Send, a warning or an end of one,
// and neither opens nor closes.
func (w *webhook) restriction() {
	items, ok := w.value.objects("restriction_info")
	if !ok {
		w.problem("account_update: restriction_info is neither a list nor an object")
	}
	if len(items) == 0 {
		w.violation()
		return
	}
	for _, item := range items {
		name, _ := item.string("restriction_type")
		e := w.event(gate.EventWarning, name)
		e.Until = endTime(item["expiration"], w.time)
		switch {
		case name == gate.RestrictionBusinessInitiated || name == gate.RestrictionCustomerInitiated:
			e.Type, e.Cause, e.Restriction, e.Name = gate.EventSighting, gate.CauseRestriction, name, "ACCOUNT_RESTRICTION"
		case !slices.Contains(otherRestrictions, name):
			// It may stop messages or not; Meta did not say. The person who reads of the problem must find out.
			w.problem("account_update: unknown restriction_type %s", quote(name))
		}
		w.add(e)
	}
}

// violation reads a violation_info: a warning, since a restriction is announced by itself. The ends of what Direct Send
// misuse brought warn of nothing.
func (w *webhook) violation() {
	event, _ := w.value.string("event")
	e := w.event(gate.EventWarning, event)
	if info, ok := w.value["violation_info"].(object); ok {
		if violation, _ := info.string("violation_type"); violation != "" {
			e.Name = redact.Word(event + "-" + violation)
			if strings.HasPrefix(violation, "DIRECT_SEND_") && (strings.HasSuffix(violation, "_UNBAN") || strings.HasSuffix(violation, "_RECOVERY")) {
				e.Type, e.Ends = gate.EventNotice, "RESTRICTED_DIRECT_SEND_UTILITY_TEMPLATES"
			}
		}
	}
	w.add(e)
}

// disabled reads a DISABLED_UPDATE. Several states at once have one time, so that the sighting outlasts.
func (w *webhook) disabled() {
	info, _ := w.value["ban_info"].(object)
	states, ok := info.words("waba_ban_state")
	if !ok {
		w.problem("account_update: DISABLED_UPDATE without a waba_ban_state that can be read")
	}
	for _, state := range states {
		e := w.event(gate.EventNone, state)
		switch state {
		case "DISABLE":
			e.Type, e.Cause = gate.EventSighting, gate.CauseBan
		case "REINSTATE":
			e.Type, e.Ends = gate.EventReinstate, "SCHEDULE_FOR_DISABLE"
		case "SCHEDULE_FOR_DISABLE":
			e.Type = gate.EventWarning
		default:
			w.problem("account_update: unknown waba_ban_state %s", quote(state))
			continue
		}
		w.add(e)
	}
}

// other reads the fields that never close a gate. What is not named here changes nothing, and is not kept either: most of
// it is about recipients.
func (w *webhook) other(field string) {
	e := w.event(gate.EventNotice, field)
	switch field {
	case "account_review_update":
		decision, _ := w.value.string("decision")
		e.Name = "ACCOUNT_REVIEW"
		if decision == "APPROVED" {
			e.Ends = e.Name
		} else {
			e.Type = gate.EventWarning
		}
	case "phone_number_quality_update":
		event, _ := w.value.string("event")
		e.Name, e.Ends = redact.Word(event), endsWarning[event]
		if event == "FLAGGED" || event == "DOWNGRADE" {
			e.Type = gate.EventWarning
		}
	case "security": // explains a 131031 at a registration
		event, _ := w.value.string("event")
		e.Name = redact.Word(event)
	case "template_correct_category_detection":
		e.Type, e.Name = gate.EventWarning, "TEMPLATE_CATEGORY"
	default:
		return
	}
	w.add(e)
}
