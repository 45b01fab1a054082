package gate

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
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
	// A health status in which an entity that sending needs is blocked; Name lists the types of
	// those
	EventBlocked
	EventHealthy // a health status in which none is; Name lists the types of those that it speaks of
	EventClear   // a person says that a cause is over
	EventNote    // a person says why an account is locked
	EventWarning // does not halt, but a person should know
	EventNotice  // changes nothing, and is kept; it may settle a warning
	EventUnread  // a document that was not understood
	// A message to a region was refused (130497): counts towards what is sighted there, never halts
	EventRefusal
	EventLift // a person says that a region's refusals are settled
)

var typeNames = []string{
	EventNone: "none", EventSighting: "sighting", EventReinstate: "reinstate", EventBlocked: "blocked",
	EventHealthy: "healthy", EventClear: "clear", EventNote: "note",
	EventWarning: "warning", EventNotice: "notice", EventUnread: "unread", EventRefusal: "refusal", EventLift: "lift",
}

func (t EventType) String() string { return nameOf(typeNames, int(t), "EventType") }

// MarshalText returns the name of t.
func (t EventType) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads a name.
func (t *EventType) UnmarshalText(name []byte) error {
	i, err := parseName(string(name), "type of event", typeNames)
	*t = EventType(i)
	return err
}

// An Event is something that happened to an account. It holds codes, times, ids and hashes, never a
// recipient, a name or a text of the provider's; only By and Reason are a person's own words. Its
// JSON is how journals hold it: the names are a file format, and do not change.
type Event struct {
	Type EventType `json:"type"`
	WABA string    `json:"waba"`
	// Time is when it happened: the document's own time, else what the person said, else its
	// receipt. It orders events, and counts even if it is ahead of our clock.
	Time time.Time `json:"time"`

	Cause       Cause  `json:"cause,omitzero"`        // of a sighting or a clear
	Restriction string `json:"restriction,omitempty"` // the type of restriction, if Cause is CauseRestriction
	// The end that the provider gave with a sighting or a warning; zero: none is known
	Until time.Time  `json:"until,omitzero"`
	Why   LockReason `json:"why,omitzero"` // of a note

	Code int `json:"code,omitempty"` // the provider's error code; 0: none
	// The provider's word, such as DISABLED_UPDATE; of EventBlocked and EventHealthy several, with
	// commas
	Name string `json:"name,omitempty"`
	Ends string `json:"ends,omitempty"` // of a notice: the Name of the warnings that it settles
	// What tells events of one second apart: a hash of the provider's id, or its trace id
	Ref string `json:"ref,omitempty"`

	Source   string    `json:"source,omitempty"`   // where it was seen: answer, status, webhook, health, hand
	Inferred bool      `json:"inferred,omitempty"` // the provider did not say so in words that are known
	Received time.Time `json:"received,omitzero"`  // when it came to us
	// When it was written, by the clock of who wrote it; zero: when it came
	Written time.Time `json:"written,omitzero"`
	Count   int       `json:"count,omitempty"` // how many sightings it stands for; 0 and 1 are one
	First   time.Time `json:"first,omitzero"`  // when the oldest of those was, if that is another time
	// How many recorded events were drawn together to it; 0: it is one by itself
	Drawn int `json:"drawn,omitempty"`

	By     string `json:"by,omitempty"` // of a person's event
	Reason string `json:"reason,omitempty"`

	SHA256 string   `json:"sha256,omitempty"` // of a document that was not understood
	Size   int64    `json:"size,omitempty"`   // its bytes
	Fields []string `json:"fields,omitempty"` // its top-level field names, as far as they are plain words

	// Region is of a refusal or a lift: "IN", or regions that cannot be told apart, "AG|US"; and of
	// a notice of where the business is located.
	Region string `json:"region,omitempty"`
	// Of a refusal: marketing, utility, authentication, service, or "" if that is not known
	Message   string `json:"message,omitempty"`
	Recipient string `json:"recipient,omitempty"` // of a refusal; see [RecipientRef]
}

// MarshalJSON returns the event as journals hold it.
func (e Event) MarshalJSON() ([]byte, error) {
	type plain Event
	e.Time, e.Until, e.Received = e.Time.UTC(), e.Until.UTC(), e.Received.UTC()
	return json.Marshal(plain(e))
}

// UnmarshalJSON reads what MarshalJSON wrote. What it does not wholly understand, such as an event
// of a later version, is an error: half of a journal is no state.
func (e *Event) UnmarshalJSON(b []byte) error {
	type plain Event
	var read plain
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&read); err != nil {
		return err
	}
	*e = Event(read)
	return e.checkRefusal()
}

// ID identifies the event: two events that say the same of the same time have the same one, however
// they came.
func (e Event) ID() string {
	until := ""
	if !e.Until.IsZero() {
		until = e.Until.UTC().Format(time.RFC3339Nano)
	}
	sum := sha256.New()
	fmt.Fprintf(
		sum,
		"%s|%s|%s|%s|%s|%s|%s|%d|%s|%s|%s|%s|%s|%s|%s",
		e.Type,
		e.WABA,
		e.Time.UTC().Format(time.RFC3339Nano),
		e.Cause,
		e.Restriction,
		until,
		e.Why,
		e.Code,
		e.Name,
		e.Ends,
		e.Ref,
		e.SHA256,
		escape(e.By),
		escape(e.Reason),
		strings.Join(e.Fields, ","),
	)
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
	case e.Cause == CauseRestriction && e.Restriction != RestrictionBusinessInitiated &&
		e.Restriction != RestrictionCustomerInitiated:
		return fmt.Errorf("unknown restriction of messaging %q", redact.Word(e.Restriction))
	case e.Type == EventNote && (e.Why == LockUnknown || int(e.Why) >= len(whyNames)):
		return errors.New("a note that says nothing")
	}
	return errors.Join(e.checkRefusal(), redact.CheckReason(e.Reason, e.WABA))
}

// farAhead is how far ahead of the clock a time must be to be told, and not to be believed of a
// provider's ending.
const farAhead = time.Hour

// oldest returns the time of the oldest sighting that the event stands for.
func (e Event) oldest() time.Time {
	if e.First.IsZero() {
		return e.Time
	}
	return e.First
}

// writtenAt returns what the clock of who wrote the event said then; zero: nobody knows.
func (e Event) writtenAt() time.Time {
	if e.Written.IsZero() {
		return e.Received
	}
	return e.Written
}

// isFarAhead reports whether the event is dated far ahead of the clock of who wrote it.
func (e Event) isFarAhead() bool {
	written := e.writtenAt()
	return !written.IsZero() && e.Time.After(written.Add(farAhead))
}

// sightings returns how many the event stands for.
func (e Event) sightings() int { return max(e.Count, 1) }

// recorded returns how many recorded events the event stands for.
func (e Event) recorded() int { return max(e.Drawn, 1) }
