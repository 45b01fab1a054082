package gate

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/listgate/listgate/internal/redact"
)

// An EventType is what an event says.
type EventType uint8

const (
	EventNone      EventType = iota
	EventSighting            // the provider refused for a cause, or announced it; or a person did
	EventReinstate           // the provider took back a ban, and with it a block and a lock
	EventBlocked             // a health status in which an entity that sending needs is blocked; Name lists the types of those
	EventHealthy             // a health status in which none is; Name lists the types of those that it speaks of
	EventClear               // a person says that a cause is over
	EventNote                // a person says why an account is locked
	EventWarning             // does not halt, but a person should know
	EventNotice              // changes nothing, and is kept; it may settle a warning
	EventUnread              // a document that was not understood
	EventRefusal             // a message to a region was refused (130497): counts towards what is sighted there, never halts
	EventLift                // a person says that a region's refusals are settled
)

var typeNames = []string{
	EventNone: "none", EventSighting: "sighting", EventReinstate: "reinstate", EventBlocked: "blocked", EventHealthy: "healthy", EventClear: "clear", EventNote: "note",
	EventWarning: "warning", EventNotice: "notice", EventUnread: "unread", EventRefusal: "refusal", EventLift: "lift",
}

func (t EventType) String() string { return nameOf(typeNames, int(t), "EventType") }

// An Event is something that happened to an account. It holds codes, times, ids and hashes, never a recipient, a name or a
// text of the provider's; only By and Reason are a person's own words.
type Event struct {
	Type EventType
	WABA string
	// Time is when it happened: the document's own time, else what the person said, else its receipt. It orders events,
	// and counts even if it is ahead of our clock.
	Time time.Time

	Cause       Cause      // of a Sighting or a Clear
	Restriction string     // the type of restriction, if Cause is Restriction
	Until       time.Time  // the end that the provider gave with a Sighting or a Warning; zero: none is known
	Why         LockReason // of a Note

	Code int    // the provider's error code; 0: none
	Name string // the provider's word for it, such as DISABLED_UPDATE; of Blocked and Healthy several, with commas
	Ends string // of a Notice: the Name of the warnings that it settles
	Ref  string // what tells events of one second apart; a reference as package internal/redact makes them

	Source   string    // where it was seen: answer, status, webhook, health, hand
	Received time.Time // when it came to us
	Count    int       // how many sightings it stands for; 0 and 1 are one

	Region    string // of a Refusal or a Lift: "IN", or regions that cannot be told apart, "AG|US"
	Message   string // of a Refusal: marketing, utility, authentication, service, or "" if that is not known
	Recipient string // of a Refusal; see [RecipientRef]

	By, Reason string // of a person's event

	SHA256 string   // of an Unread document
	Size   int64    // of an Unread document, in bytes
	Fields []string // of an Unread document: its top-level field names, as far as they are plain words
}

// ID identifies the event: two events that say the same of the same time have the same one, however they came.
func (e Event) ID() string {
	until := ""
	if !e.Until.IsZero() {
		until = e.Until.UTC().Format(time.RFC3339Nano)
	}
	sum := sha256.New()
	fmt.Fprintf(sum, "%s|%s|%s|%s|%s|%s|%s|%d|%s|%s|%s|%s|%s|%s|%s", e.Type, e.WABA, e.Time.UTC().Format(time.RFC3339Nano), e.Cause, e.Restriction,
		until, e.Why, e.Code, e.Name, e.Ends, e.Ref, e.SHA256, escape(e.By), escape(e.Reason), strings.Join(e.Fields, ","))
	if e.Region != "" { // events without one keep the identity that they had before there were regions
		fmt.Fprintf(sum, "|%s|%s|%s", e.Region, e.Message, e.Recipient)
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

func escape(s string) string { return fmt.Sprintf("%q", s) }

// Bounds of an event's time. What lies outside is a mistake, and would outlast everything.
var (
	earliest = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
)

// ValidTime reports whether t can be the time of an event.
func ValidTime(t time.Time) bool { return !t.Before(earliest) && t.Before(latest) }

// check finds events that must not come into a journal.
func (e Event) check() error {
	if err := CheckID(e.WABA); err != nil {
		return err
	}
	switch {
	case e.Type == EventNone || int(e.Type) >= len(typeNames):
		return errors.New("an event without a type")
	case !ValidTime(e.Time):
		return fmt.Errorf("an event at %s, which cannot be", e.Time.UTC().Format(time.RFC3339))
	case (e.Type == EventSighting || e.Type == EventClear) && (e.Cause == CauseNone || int(e.Cause) >= len(causeNames)):
		return fmt.Errorf("a %s without a cause", e.Type)
	case e.Cause == CauseRestriction && e.Restriction != RestrictionBusinessInitiated && e.Restriction != RestrictionCustomerInitiated:
		return fmt.Errorf("unknown restriction of messaging %q", redact.Word(e.Restriction))
	case e.Type == EventNote && (e.Why == LockUnknown || int(e.Why) >= len(whyNames)):
		return errors.New("a note that says nothing")
	}
	return errors.Join(e.checkRefusal(), redact.CheckReason(e.Reason, e.WABA))
}
