package gate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/listgate/listgate/internal/redact"
)

// A MessageKind is a kind of message, as far as causes tell them apart. The zero MessageKind is
// MessageCampaign, which every cause stops.
type MessageKind uint8

const (
	MessageCampaign MessageKind = iota // business-initiated: templates, marketing messages, Direct Send
	MessageReply                       // a free-form answer in an open 24-hour window
	kinds
)

var kindNames = []string{MessageCampaign: "campaign", MessageReply: "reply"}

// ParseMessageKind reads "campaign" or "reply".
func ParseMessageKind(s string) (MessageKind, error) {
	i, err := parseName(s, "kind of message", kindNames)
	return MessageKind(i), err
}

func (k MessageKind) String() string { return nameOf(kindNames, int(k), "MessageKind") }

// MarshalText returns the name of k.
func (k MessageKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// A Cause is why an account may not send. Causes are latched: see the package's doc. The zero Cause
// is CauseNone.
type Cause uint8

const (
	CauseNone        Cause = iota
	CausePolicyBlock       // error 368: blocked for a violation of policy
	CauseAccountLock       // error 131031: locked, for policy or because data could not be verified
	CauseRestriction       // announced by the provider, mostly with an end; the event's Restriction says which
	CauseBan               // disabled or deleted
	CauseManual            // halted by a person
)

var causeNames = []string{
	CauseNone: "none", CausePolicyBlock: "policy_block", CauseAccountLock: "account_lock",
	CauseRestriction: "restriction", CauseBan: "ban", CauseManual: "manual",
}

// Causes returns every cause, in the order in which they are told.
func Causes() []Cause {
	return []Cause{CausePolicyBlock, CauseAccountLock, CauseRestriction, CauseBan, CauseManual}
}

// ParseCause reads a name such as "policy_block", or the code of the error that is its sign: "368",
// "131031".
func ParseCause(s string) (Cause, error) {
	for c := CausePolicyBlock; c <= CauseManual; c++ {
		if s == causeNames[c] || c.code() != 0 && s == fmt.Sprint(c.code()) {
			return c, nil
		}
	}
	return CauseNone, fmt.Errorf(
		"unknown cause %s; it is one of 368, 131031, %s",
		redact.Quote(s),
		strings.Join(causeNames[1:], ", "),
	)
}

func (c Cause) String() string { return nameOf(causeNames, int(c), "Cause") }

// MarshalText returns the name of c.
func (c Cause) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads a name.
func (c *Cause) UnmarshalText(name []byte) error {
	i, err := parseName(string(name), "cause", causeNames)
	*c = Cause(i)
	return err
}

// code returns the error code that is the sign of a cause, or 0.
func (c Cause) code() int {
	switch c {
	case CausePolicyBlock:
		return 368
	case CauseAccountLock:
		return 131031
	}
	return 0
}

// The restrictions of messaging, in the provider's words. Each is a cause of its own.
const (
	RestrictionBusinessInitiated = "RESTRICTED_BIZ_INITIATED_MESSAGING"      // stops campaigns
	RestrictionCustomerInitiated = "RESTRICTED_CUSTOMER_INITIATED_MESSAGING" // stops everything
)

// stops reports whether a cause halts a kind of message.
func stops(c Cause, restriction string, k MessageKind) bool {
	return k != MessageReply || c != CauseRestriction || restriction != RestrictionBusinessInitiated
}

// A LockReason says which of the causes of an account lock it is. The provider does not say; a
// person finds out.
type LockReason uint8

const (
	LockUnknown      LockReason = iota
	LockPolicy                  // a violation, shown in Business Support Home
	LockVerification            // a wrong two-step PIN, or data that could not be verified
	LockPayment                 // a payment problem: one field report, of low confidence
)

var whyNames = []string{LockUnknown: "", LockPolicy: "policy", LockVerification: "verification", LockPayment: "payment"}

// ParseLockReason reads "policy", "verification" or "payment".
func ParseLockReason(s string) (LockReason, error) {
	i, err := parseName(s, "cause of a lock", whyNames[1:])
	if err != nil {
		return LockUnknown, err
	}
	return LockReason(i) + LockPolicy, nil
}

func (w LockReason) String() string { return nameOf(whyNames, int(w), "LockReason") }

// MarshalText returns the name of w.
func (w LockReason) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// UnmarshalText reads a name.
func (w *LockReason) UnmarshalText(name []byte) error {
	i, err := parseName(string(name), "cause of a lock", whyNames)
	*w = LockReason(i)
	return err
}

// parseName returns the place of s in names.
func parseName(s, what string, names []string) (int, error) {
	if i := slices.Index(names, s); i >= 0 {
		return i, nil
	}
	return 0, fmt.Errorf("unknown %s %s; it is one of %s", what, redact.Quote(s), strings.Join(names, ", "))
}

func nameOf(names []string, i int, of string) string {
	if i < len(names) {
		return names[i]
	}
	return fmt.Sprintf("%s(%d)", of, i)
}
