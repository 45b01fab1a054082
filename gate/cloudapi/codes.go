package cloudapi

import (
	"slices"
)

// A Class says what an error code means for sending. The zero Class is that of a code that is not
// known.
type Class uint8

const (
	UnknownClass Class = iota
	Halt               // the account may not send: the gate closes
	Hold               // sending is pointless for this sender or app, for another reason: a person should know
	Slow               // too fast, or a passing trouble: try later
	Skip               // this recipient only
	Fix                // this request or template only
	Unrelated          // not a send matter
)

var classNames = []string{UnknownClass: "unknown", Halt: "halt", Hold: "hold", Slow: "slow", Skip: "skip", Fix: "fix",
	Unrelated: "unrelated"}

func (c Class) String() string { return classNames[c] }

// A Code is an error code of the Cloud API.
type Code struct {
	First, Last int // the same, but for ranges
	Class       Class
	Scope       string // what it concerns
	Meaning     string // in our words
	Source      string // where it is described; see sources
}

// Where codes are described.
const (
	errorCodesPage = "https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes (2026-05-15)"
	healthPage     = "https://developers.facebook.com/documentation/business-messaging/whatsapp/support/health-status (2025-10-22); github.com/facebook/openapi, business-messaging-api_v23.0.yaml (2025-11-07)"
	directSendPage = "Direct Send, integrity and content guidelines (2026)"
	clients        = "client libraries; not on Meta's page of 2026"
	usersIDPage    = "https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids (2026-05-07)"
	graphReference = "Graph API reference (older)"
)

// codes is the table of facts about codes. The classes are inferences from the meanings, except
// those of 368 and 131031.
var codes = []Code{
	{0, 0, Hold, "app or token", "the access token is invalid", errorCodesPage},
	{1, 1, Slow, "none", "unknown error, or a wrong request", errorCodesPage},
	{2, 2, Slow, "none", "the service is down", errorCodesPage},
	{3, 3, Hold, "app or token", "a capability or permission is missing", errorCodesPage},
	{4, 4, Slow, "app", "too many calls of the app", errorCodesPage},
	{10, 10, Hold, "app or token", "a permission is missing", errorCodesPage},
	{33, 33, Hold, "phone number", "the business's phone number was deleted", errorCodesPage},
	{100, 100, Fix, "request", "a bad parameter", errorCodesPage},
	{190, 190, Hold, "app or token", "the access token expired", errorCodesPage},
	{200, 299, Hold, "app or token", "a permission is missing", errorCodesPage},
	{368, 368, Halt, "account", "blocked for a violation of policy", errorCodesPage},
	{80007, 80007, Slow, "account", "too many calls for the account", errorCodesPage},
	{80008, 80008, Unrelated, "account management", "too many management calls", graphReference},
	{130403, 130403, Skip, "recipient", "your business blocked this user", errorCodesPage},
	{130429, 130429, Slow, "phone number or app", "throughput reached", errorCodesPage},
	{130472, 130472, Skip, "recipient", "the recipient is in an experiment", errorCodesPage},
	{130497, 130497, Skip, "account and country",
		"the account may not message users of this country: the filter's matter, never the gate's", errorCodesPage},
	{131000, 131000, Slow, "none", "something went wrong", errorCodesPage},
	{131005, 131005, Hold, "app or token", "access denied", errorCodesPage},
	{131008, 131009, Fix, "request", "a parameter is missing or wrong", errorCodesPage},
	{131016, 131016, Slow, "none", "the service is down", errorCodesPage},
	{131021, 131021, Skip, "recipient", "sender and recipient are the same", errorCodesPage},
	{131026, 131026, Skip, "recipient", "undeliverable", errorCodesPage},
	{131030, 131030, Skip, "test setup", "the recipient is not on the test number's list", clients},
	{131031, 131031, Halt, "account", "locked, for policy or because data could not be verified", errorCodesPage},
	{131037, 131037, Hold, "phone number", "a 555 number without an approved display name", errorCodesPage},
	{131042, 131042, Hold, "account", "a payment problem; the account may also be suspended: ask its health_status",
		errorCodesPage},
	{131045, 131045, Hold, "phone number", "the number is not registered", errorCodesPage},
	{131047, 131047, Fix, "recipient", "more than 24 hours since the user's last message: send a template",
		errorCodesPage},
	{131048, 131048, Hold, "phone number",
		"spam limit: earlier messages were blocked or reported; often the forerunner of a block", errorCodesPage},
	{131049, 131049, Skip, "recipient", "not delivered for the health of the ecosystem; wait at least a day",
		errorCodesPage},
	{131050, 131050, Skip, "recipient", "the user stopped your marketing", errorCodesPage},
	{131051, 131053, Fix, "request", "the type of message or its media", errorCodesPage},
	{131055, 131055, Fix, "request", "the method or its use", errorCodesPage},
	{131056, 131056, Skip, "sender and recipient", "too many messages to this one recipient", errorCodesPage},
	{131057, 131057, Hold, "account", "in maintenance for some minutes", errorCodesPage},
	{131058, 131058, Fix, "template", "a test template from a number that is no test number", clients},
	{131062, 131062, Fix, "request", "a business-scoped user id cannot be the recipient of this message", usersIDPage},
	{131063, 131063, Fix, "account", "marketing templates are switched off on this endpoint: use /marketing_messages",
		errorCodesPage},
	{131064, 131064, Hold, "account", "messaging limit because of misclassified templates; lifts itself",
		errorCodesPage},
	{132000, 132001, Fix, "template", "missing, in another language, or with other parameters", errorCodesPage},
	{132005, 132005, Fix, "template", "its text is too long", errorCodesPage},
	{132007, 132007, Fix, "template", "its text breaks a policy", errorCodesPage},
	{132012, 132012, Fix, "template", "a parameter has another format", errorCodesPage},
	{132015, 132016, Fix, "template", "paused or disabled for its quality", errorCodesPage},
	{132018, 132018, Fix, "template", "a parameter is wrong", errorCodesPage},
	{132068, 132069, Fix, "flow", "blocked or throttled", errorCodesPage},
	{133000, 133000, Unrelated, "registration", "an incomplete deregistration", errorCodesPage},
	{133004, 133004, Slow, "none", "the service is down", errorCodesPage},
	{133005, 133006, Unrelated, "registration", "the two-step PIN is wrong, or the number must be verified",
		errorCodesPage},
	{133008, 133009, Unrelated, "registration", "too many PIN guesses, or too fast", errorCodesPage},
	{133010, 133010, Hold, "phone number", "the number is not registered", errorCodesPage},
	{133015, 133016, Unrelated, "registration", "wait; at most ten tries in 72 hours", errorCodesPage},
	{134011, 134011, Fix, "account", "the terms of WhatsApp Payments are not accepted", errorCodesPage},
	{134100, 134102, Fix, "template", "not for marketing messages, or not yet", errorCodesPage},
	{135000, 135000, Fix, "request", "a parameter is wrong", errorCodesPage},
	{137000, 137000, Skip, "recipient", "the identity's hash does not match", clients},
	{138024, 138025, Unrelated, "calling", "calls by SIP are not set up", healthPage},
	{139200, 139200, Unrelated, "account, Direct Send only", "Direct Send is blocked", directSendPage},
	{141000, 141000, Hold, "phone number", "a problem with the number; sources differ", clients},
	{141002, 141002, Fix, "template", "not approved", healthPage},
	{141006, 141006, Hold, "account", "a payment problem", healthPage},
	{141010, 141010, Hold, "business", "the business is not verified", healthPage},
	{141014, 141014, Halt, "account", "the account is banned", healthPage},
	{147001, 147005, Unrelated, "usernames", "management of usernames", errorCodesPage},
	{200005, 200007, Unrelated, "insights", "template insights", errorCodesPage},
	{1752041, 1752041, Unrelated, "management", "onboarding", errorCodesPage},
	{2388000, 2388999, Unrelated, "management", "creation of templates and accounts, migration", errorCodesPage},
	{2494100, 2494100, Hold, "phone number", "in maintenance for some minutes", errorCodesPage},
	{2593107, 2593108, Unrelated, "management", "synchronization", errorCodesPage},
}

// Lookup returns what is known about a code; the zero Code, of class UnknownClass, if nothing is.
func Lookup(code int) Code {
	i, found := slices.BinarySearchFunc(codes, code, func(c Code, code int) int {
		switch {
		case c.Last < code:
			return -1
		case c.First > code:
			return 1
		}
		return 0
	})
	if !found {
		return Code{}
	}
	return codes[i]
}
