package gate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/listgate/listgate/internal/redact"
)

// A Kind is a kind of message, as far as causes tell them apart. The zero Kind is Campaign, which every cause stops.
type Kind uint8

const (
	Campaign Kind = iota // business-initiated: templates, marketing messages, Direct Send
	Reply                // a free-form answer in an open 24-hour window
	kinds
)

var kindNames = []string{Campaign: "campaign", Reply: "reply"}

// ParseKind reads "campaign" or "reply".
func ParseKind(s string) (Kind, error) {
	i, err := parseName(s, "kind of message", kindNames)
	return Kind(i), err
}

func (k Kind) String() string { return nameOf(kindNames, int(k), "Kind") }

// A Cause is why an account may not send. Causes are latched: see the package's doc. The zero Cause is none.
type Cause uint8

const (
	NoCause     Cause = iota
	PolicyBlock       // error 368: blocked for a violation of policy
	AccountLock       // error 131031: locked, for policy or because data could not be verified
	Restriction       // announced by the provider, mostly with an end; the event's Restriction says which
	Ban               // disabled or deleted
	Manual            // halted by a person
)

var causeNames = []string{
	NoCause: "none", PolicyBlock: "policy_block", AccountLock: "account_lock", Restriction: "restriction", Ban: "ban", Manual: "manual",
}

// Causes returns every cause, in the order in which they are told.
func Causes() []Cause { return []Cause{PolicyBlock, AccountLock, Restriction, Ban, Manual} }

// ParseCause reads a name such as "policy_block", or the code of the error that is its sign: "368", "131031".
func ParseCause(s string) (Cause, error) {
	for c := PolicyBlock; c <= Manual; c++ {
		if s == causeNames[c] || c.code() != 0 && s == fmt.Sprint(c.code()) {
			return c, nil
		}
	}
	return NoCause, fmt.Errorf("unknown cause %s; it is one of 368, 131031, %s", redact.Quote(s), strings.Join(causeNames[1:], ", "))
}

func (c Cause) String() string { return nameOf(causeNames, int(c), "Cause") }

// code returns the error code that is the sign of a cause, or 0.
func (c Cause) code() int {
	switch c {
	case PolicyBlock:
		return 368
	case AccountLock:
		return 131031
	}
	return 0
}

// The restrictions of messaging, in the provider's words. Each is a cause of its own.
const (
	BusinessInitiated = "RESTRICTED_BIZ_INITIATED_MESSAGING"      // stops campaigns
	CustomerInitiated = "RESTRICTED_CUSTOMER_INITIATED_MESSAGING" // stops everything
)

var restrictions = []string{BusinessInitiated, CustomerInitiated}

// stops reports whether a cause halts a kind of message.
func stops(c Cause, restriction string, k Kind) bool {
	return k != Reply || c != Restriction || restriction != BusinessInitiated
}

// A Why says which of the two causes of an account lock it is. The provider does not say; a person finds out.
type Why uint8

const (
	NotKnown     Why = iota
	Policy           // a violation, shown in Business Support Home
	Verification     // a wrong two-step PIN, or data that could not be verified
)

var whyNames = []string{NotKnown: "", Policy: "policy", Verification: "verification"}

// ParseWhy reads "policy" or "verification".
func ParseWhy(s string) (Why, error) {
	i, err := parseName(s, "cause of a lock", whyNames[1:])
	if err != nil {
		return NotKnown, err
	}
	return Why(i) + Policy, nil
}

func (w Why) String() string { return nameOf(whyNames, int(w), "Why") }

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
