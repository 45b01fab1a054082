package rules

import (
	"fmt"
	"time"
)

// A File is one rule file, wholly understood. It is read only.
type File struct {
	Name     string // the category
	Path     string // as the user gave it; of a shipped file its base name
	Named    bool   // the user gave this path, not that of a folder
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
	File     *File
	Line     int // of its header, from 1
	Effect   Effect
	ID       string
	Regions  []Region  // EU and EEA stand as their members
	Prefixes []string  // digits of E.164 without '+'
	Messages []Message // nil: all
	FirstDay time.Time // 00:00 UTC; zero: always
	LastDay  time.Time // 00:00 UTC; it holds on that day, whole; zero: without end
	// BusinessNotIn makes it hold only for senders whose business is located in none of these.
	// Where that is not known, the entry warns, whatever its effect.
	BusinessNotIn []Region
	Code          int // the error that it prevents; 0 where Meta names none, and of a company's own rules
	Source        string
	By            string // who answers for it; may be empty
	Confidence    Confidence
	Reason        string

	RequiresPermission bool // an allow that counts only with a permission for the region

	idLine  int
	written []string // the regions as they stand in the text
}

// A Lift takes one shipped entry out until a day.
type Lift struct {
	File    *File
	Line    int
	ID      string // of the entry
	Reason  string
	Source  string
	By      string    // who answers for it
	LastDay time.Time // 00:00 UTC; it holds on that day, whole
}

func (l *Lift) String() string {
	return fmt.Sprintf("%s, last day %s, by %s: %s", l.ID, l.LastDay.Format(time.DateOnly), l.By, l.Reason)
}

// A Test is a number and what must become of it.
type Test struct {
	Line     int
	Number   string
	Message  Message
	At       time.Time
	Business Region // where the sender's business is located; zero: not known
	Expect   string // a reason of the filter
}

// isInForce reports whether at lies on one of the days from first to last, in UTC. Zero times are
// open ends.
func isInForce(first, last, at time.Time) bool {
	return !at.Before(first) && !isOver(last, at)
}

// isOver reports whether at lies after the day last.
func isOver(last, at time.Time) bool { return !last.IsZero() && !at.Before(dayAfter(last)) }

// dayAfter returns the day after one, on which what has a last day no longer holds; the zero time
// for no day.
func dayAfter(last time.Time) time.Time {
	if last.IsZero() {
		return last
	}
	return last.AddDate(0, 0, 1)
}
