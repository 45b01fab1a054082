package rules

import (
	"fmt"
	"slices"
	"strings"
)

// A Message is the kind of WhatsApp message that is sent. The zero Message is Marketing, the most
// restricted.
type Message uint8

const (
	Marketing Message = iota
	Utility
	Authentication
	Service
)

var messageNames = []string{Marketing: "marketing", Utility: "utility", Authentication: "authentication",
	Service: "service"}

// ParseMessage reads the name of a kind of message.
func ParseMessage(s string) (Message, error) {
	i, err := parseName(s, "message", messageNames)
	return Message(i), err
}

func (m Message) String() string { return messageNames[m] }

// A Confidence says how sure a fact is. The zero Confidence is Medium: the bar from which an allow
// counts.
type Confidence int8

const (
	Low    Confidence = iota - 1 // one third party, or an inference
	Medium                       // several independent third parties, or one that quotes Meta
	High                         // Meta's own text in a dated copy
)

var confidenceNames = []string{"low", "medium", "high"}

// ParseConfidence reads "low", "medium" or "high".
func ParseConfidence(s string) (Confidence, error) {
	i, err := parseName(s, "confidence", confidenceNames)
	if err != nil {
		return Medium, err
	}
	return Confidence(i) + Low, nil
}

func (c Confidence) String() string { return confidenceNames[c-Low] }

// parseName returns the place of s in names.
func parseName(s, what string, names []string) (int, error) {
	if i := slices.Index(names, s); i >= 0 {
		return i, nil
	}
	return 0, fmt.Errorf("unknown %s %q; it is one of %s", what, s, strings.Join(names, ", "))
}
