package cloudapi

import (
	"cmp"
	"slices"
	"strings"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/internal/redact"
	"github.com/listgate/listgate/rules"
)

// accountEvents are the events of account_update that are known.
var accountEvents = []string{
	"ACCOUNT_RESTRICTION", "DISABLED_UPDATE", "ACCOUNT_DELETED", "ACCOUNT_VIOLATION", "ACCOUNT_OFFBOARDED",
	"ACCOUNT_RECONNECTED",
	"PARTNER_REMOVED", "PARTNER_ADDED", "PARTNER_APP_INSTALLED", "PARTNER_APP_UNINSTALLED",
	"PARTNER_CLIENT_CERTIFICATION_STATUS_UPDATE",
	"AD_ACCOUNT_LINKED", "MM_LITE_TERMS_SIGNED", "AUTH_INTL_PRICE_ELIGIBILITY_UPDATE",
	"BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE",
	"VOLUME_BASED_PRICING_TIER_UPDATE", "VERIFIED_ACCOUNT",
}

// updateMembers are the members of an account_update that are read, or that say nothing about
// sending.
var updateMembers = []string{
	"event", "field", "object", "restriction_info", "violation_info", "ban_info", "waba_info", "disconnection_info",
	"phone_number", "country",
	"partner_client_certification_info", "auth_international_rate_eligibility", "volume_tier_info",
}

// accountUpdate reads a webhook of the field account_update.
func (w *webhook) accountUpdate() {
	name, _ := w.value.string("event")
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
		w.otherUpdate(name)
	}
	w.checkRest(w.value, updateMembers...)
}

// otherUpdate reads an event that never closes a gate, or that is not known, or has no name: what
// stands in it may.
func (w *webhook) otherUpdate(name string) {
	banned, restricted := w.value.has("ban_info"), w.value.has("restriction_info")
	switch known := slices.Contains(accountEvents, name); {
	case known || name != "" && !banned && !restricted && !haltName.MatchString(name):
		e := w.event(gate.EventNotice, name)
		e.Ends = endsWarning[name]
		if name == "BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE" {
			e.Region = w.businessCountry()
		}
		w.add(e)
	case name == "" && !banned && !restricted:
		w.problem("account_update: no event is named%s", handIn(haltWords(w.value)))
	case !banned && !restricted:
		w.problem("account_update: unknown event %s%s", quote(name), handIn(haltWords(w.value)))
	}
	if banned {
		w.disabled()
	}
	if restricted {
		w.restriction()
	}
}

// businessCountry reads where the business is located, "" if it is not told. What is no country is
// a problem.
func (w *webhook) businessCountry() string {
	code, ok := w.value.string("country")
	if !ok && !w.value.has("country") {
		return ""
	}
	if _, err := rules.ParseRegion(code); err != nil {
		w.problem("account_update: the country of the business is not told: %s", quote(code))
		return ""
	}
	return code
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

// restriction reads an ACCOUNT_RESTRICTION, or a restriction_info in another event, which counts
// alike (inference). Without restriction_info it is about Direct Send, a warning or an end of one,
// and neither opens nor closes.
func (w *webhook) restriction() {
	event, _ := w.value.string("event")
	items, ok := w.value.objects("restriction_info")
	if !ok {
		w.problem("account_update: restriction_info is neither a list nor an object%s", handIn(haltWords(w.value)))
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
			e.Type, e.Cause, e.Restriction, e.Name = gate.EventSighting, gate.CauseRestriction, name,
				cmp.Or(redact.Word(event), "restriction_info")
			if e.Inferred = event != "ACCOUNT_RESTRICTION"; e.Inferred {
				w.problem("account_update: restriction_info in the event %s is not documented, and taken for a restriction (an inference)", quote(event))
			}
		case !slices.Contains(otherRestrictions, name):
			// It may stop messages or not; Meta did not say. The person who reads of the problem
			// must find out.
			w.problem("account_update: unknown restriction_type %s%s", quote(name), handIn([]string{redact.Word(name)}))
		}
		w.add(e)
	}
}

// violation reads a violation_info: a warning, since a restriction is announced by itself. The ends
// of what Direct Send misuse brought warn of nothing.
func (w *webhook) violation() {
	event, _ := w.value.string("event")
	e := w.event(gate.EventWarning, event)
	if info, ok := w.value["violation_info"].(object); ok {
		if violation, _ := info.string("violation_type"); violation != "" {
			e.Name = redact.Word(event + "-" + violation)
			if strings.HasPrefix(violation, "DIRECT_SEND_") &&
				(strings.HasSuffix(violation, "_UNBAN") || strings.HasSuffix(violation, "_RECOVERY")) {
				e.Type, e.Ends = gate.EventNotice, "RESTRICTED_DIRECT_SEND_UTILITY_TEMPLATES"
			}
		}
	}
	w.add(e)
}

// disabled reads a ban_info. Several states at once have one time, so that the sighting outlasts.
// An event that disables and whose state is not known closes, and so does a DISABLE under another
// event's name (inference). That something else than what is documented takes a ban back is not
// believed.
func (w *webhook) disabled() {
	name, _ := w.value.string("event")
	documented := name == "DISABLED_UPDATE"
	states, _ := w.value.object("ban_info").words("waba_ban_state")
	if len(states) == 0 && documented {
		w.inferBan(name, "without a waba_ban_state that can be read")
	}
	for _, state := range states {
		e := w.event(gate.EventNone, state)
		switch state = strings.ToUpper(strings.TrimSpace(state)); {
		case state == "DISABLE" && documented:
			e.Type, e.Cause = gate.EventSighting, gate.CauseBan
		case state == "REINSTATE" && documented:
			e.Type, e.Ends = gate.EventReinstate, "SCHEDULE_FOR_DISABLE"
		case state == "SCHEDULE_FOR_DISABLE":
			e.Type = gate.EventWarning
		case documented || haltName.MatchString(state):
			w.inferBan(name, "with the waba_ban_state "+quote(state))
			continue
		default:
			w.problem("account_update: ban_info with the waba_ban_state %s in the event %s, which opens nothing%s",
				quote(state), quote(name),
				handIn(haltWords(w.value)))
			continue
		}
		w.add(e)
	}
}

// inferBan closes for a ban that no source describes so.
func (w *webhook) inferBan(event, what string) {
	e := w.event(gate.EventSighting, cmp.Or(redact.Word(event), "ban_info"))
	e.Cause, e.Inferred = gate.CauseBan, true
	w.add(e)
	w.problem("account_update: the event %s %s is not documented, and taken for a ban (an inference, of low confidence)", quote(event), what)
}

// other reads the fields that never close a gate. What is not named here changes nothing, and is
// not kept either: most of it is about recipients.
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
		w.checkField(field)
		return
	}
	w.add(e)
}

// quietFields are known and say nothing about sending, though there are templates that are disabled
// and flows that are blocked, and messages that were echoed.
var quietFields = []string{
	"account_alerts", "account_settings_update", "automatic_events", "business_capability_update",
	"business_username_update", "calls",
	"consumer_profile", "flows", "group_lifecycle_update", "group_participants_update", "group_settings_update",
	"group_status_update", "history",
	"message_echoes", "message_template_components_update", "message_template_quality_update",
	"message_template_status_update",
	"messaging_handovers", "partner_solutions", "payment_configuration_update", "phone_number_name_update",
	"smb_app_state_sync",
	"smb_message_echoes", "standby", "template_category_update", "tracking_events", "user_id_update",
	"user_preferences",
}

// checkField notes a problem if a field that is not read may speak of a halt; of a quiet one only a
// code does.
func (w *webhook) checkField(field string) {
	words := haltWords(w.value)
	if slices.Contains(quietFields, field) {
		words = slices.DeleteFunc(words, func(word string) bool { return !haltCode.MatchString(word) })
	}
	if len(words) > 0 {
		w.problem("%s: an unknown field%s", quote(field), handIn(words))
	}
}
