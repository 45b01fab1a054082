package gate

import "time"

// A Status is the answer of a gate. The zero Status is StatusUnknown, which halts.
type Status uint8

const (
	StatusUnknown Status = iota // the state cannot be known: nothing is sent
	StatusHalted                // a cause is active: nothing is sent
	StatusOpen
)

var statusNames = []string{StatusUnknown: "unknown", StatusHalted: "halted", StatusOpen: "open"}

func (s Status) String() string { return nameOf(statusNames, int(s), "Status") }

// MarshalText returns the name of s.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// A State is what is known about an account at a time. It does not change.
type State struct {
	WABA     string        `json:"waba"`
	Campaign Status        `json:"campaign"`
	Reply    Status        `json:"reply"`
	Trouble  string        `json:"trouble,omitempty"` // why the state is unknown
	Causes   []ActiveCause `json:"causes"`            // those that are active
	Warnings []Warning     `json:"warnings"`          // what does not halt, newest first, of the last 30 days
	// Where messages were refused (130497), by region; it does not halt either
	Sighted []RegionRefusals `json:"sighted"`
	// BusinessCountry is where the provider says that the business is located ("AR"), and
	// LocatedSince when it said so. Empty: it never did.
	BusinessCountry string    `json:"business_country,omitempty"`
	LocatedSince    time.Time `json:"located_since,omitzero"`

	Events int `json:"events"` // how many were recorded; 0: the gate has never heard of the account
	Unread int `json:"unread"` // how many documents were not understood

	from    time.Time // it holds for clocks from here on
	next    time.Time // and before this, when time alone changes it; zero: never
	history *history  // what it was made of
}

// An ActiveCause is a cause that is active.
type ActiveCause struct {
	Cause       Cause         `json:"cause"`
	Restriction string        `json:"restriction,omitempty"`
	Code        int           `json:"code,omitempty"` // the error code of the first sighting, or of the cause
	Stops       []MessageKind `json:"stops"`
	Since       time.Time     `json:"since"`
	Last        time.Time     `json:"last"`           // the newest sighting
	Until       time.Time     `json:"until,omitzero"` // the end that the provider gave; zero: none is known
	Inferred    bool          `json:"inferred,omitempty"`
	Sightings   int           `json:"sightings"`
	Evidence    Evidence      `json:"evidence"`
	Why         LockReason    `json:"why,omitzero"` // of an account lock, if a person noted it
	Steps       []Step        `json:"steps"`
}

// Evidence is on what a cause was believed.
type Evidence struct {
	Source string `json:"source"`         // answer, status, webhook, health, hand
	Name   string `json:"name,omitempty"` // the provider's word
	Ref    string `json:"ref,omitempty"`
	By     string `json:"by,omitempty"` // of a person's halt
	Reason string `json:"reason,omitempty"`
}

// A Warning is worth a person's attention and does not halt.
type Warning struct {
	Name  string    `json:"name,omitempty"`
	Code  int       `json:"code,omitempty"`
	Time  time.Time `json:"time"`
	Until time.Time `json:"until,omitzero"`
	Count int       `json:"count"`
}

// Status returns the answer for a kind of message.
func (s State) Status(k MessageKind) Status {
	if k == MessageReply {
		return s.Reply
	}
	return s.Campaign
}

// Err returns what Check returns in this state: nil, a [*HaltedError] or an [*UnknownError].
func (s State) Err(k MessageKind) error {
	switch s.Status(k) {
	case StatusOpen:
		return nil
	case StatusHalted:
		return &HaltedError{Kind: k, State: s}
	}
	return &UnknownError{WABA: s.WABA, Trouble: s.Trouble}
}

// stopping returns the active causes that stop a kind of message.
func (s State) stopping(k MessageKind) []ActiveCause {
	var stopping []ActiveCause
	for _, a := range s.Causes {
		if stops(a.Cause, a.Restriction, k) {
			stopping = append(stopping, a)
		}
	}
	return stopping
}
