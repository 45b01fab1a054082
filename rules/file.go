package rules

import (
	"fmt"
	"slices"
	"time"
)

// A File is one rule file, wholly understood. It is read only.
type File struct {
	Name     string // the category
	Path     string // as the user gave it; of a shipped file its base name
	Shipped  bool
	Replaces bool  // a user's file that takes the place of the shipped one of its name
	Base     *File // the shipped file that it extends, or nil

	// What stands here is the file's own, or that of Base where the file is silent.
	Title        string
	DefaultAllow bool // a region that no entry names is kept; else it is dropped
	Complete     bool // the entries are the policy's whole lists
	AsOf         time.Time
	Source       string
	Note         string

	Entries     []*Entry
	Lifts       []*Lift
	Permissions []*Permission
	Tests       []*Test

	Text   string // the file's contents
	SHA256 string // of the contents, in hex

	line     int  // of the category
	broken   bool // something is wrong with it; no such file leaves the package
	lostBase bool // it extends what is no shipped file
}

// An Effect says what an entry does to the numbers that it names. The zero Effect drops.
type Effect uint8

const (
	Deny  Effect = iota // drops, whatever else the file says
	Allow               // keeps, if it counts and nothing denies
	Warn                // neither; it is reported
)

var effectNames = [...]string{Deny: "deny", Allow: "allow", Warn: "warn"}

func (e Effect) String() string { return effectNames[e] }

// An Entry is one [[allow]], [[deny]] or [[warn]]. It is read only.
type Entry struct {
	File       *File
	Line       int // of its header, from 1
	Effect     Effect
	ID         string
	Regions    []Region  // EU and EEA stand as their members
	Prefixes   []string  // digits of E.164 without '+'
	Messages   []Message // nil: all
	From       time.Time // inclusive, 00:00 UTC; zero: always
	Until      time.Time // exclusive, 00:00 UTC; zero: without end
	Code       int       // the error that it prevents; 0 where Meta names none
	Source     string
	Confidence Confidence
	Reason     string

	RequiresPermission bool // an allow that counts only with a permission for the region

	idLine  int
	written []string // the regions as they stand in the text
}

// A Lift takes one shipped entry out until a day.
type Lift struct {
	File   *File
	Line   int
	ID     string // of the entry
	Reason string
	Source string
	By     string    // who answers for it
	Until  time.Time // exclusive, 00:00 UTC
}

func (l *Lift) String() string {
	return fmt.Sprintf("%s until %s by %s: %s", l.ID, l.Until.Format(time.DateOnly), l.By, l.Reason)
}

// A Permission is Meta's to this sender, for regions where the category needs one. It counts as high.
type Permission struct {
	Path      string // of the file that it stands in; empty if a program gave it
	Line      int
	Regions   []Region
	Reference string
	Until     time.Time // exclusive, 00:00 UTC; zero: without end
}

// String names the regions, sorted, the reference and the end: "BR MX until 2027-01-01: case 4711".
func (p *Permission) String() string {
	text := joinRegions(sortRegions(slices.Clone(p.Regions)))
	if !p.Until.IsZero() {
		text += " until " + p.Until.Format(time.DateOnly)
	}
	return text + ": " + p.Reference
}

// place is where the permission stands, as warnings begin.
func (p *Permission) place() string {
	if p.Path == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d: ", p.Path, p.Line)
}

// A Test is a number and what must become of it.
type Test struct {
	Line    int
	Number  string
	Message Message
	At      time.Time
	Expect  string // a reason of the filter
}

// isInForce says whether at lies between from, inclusive, and until, exclusive. Zero times are open ends.
func isInForce(from, until, at time.Time) bool {
	return !at.Before(from) && (until.IsZero() || at.Before(until))
}
