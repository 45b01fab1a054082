package findings

import (
	"time"

	"github.com/listgate/listgate/internal/listrun"
	"github.com/listgate/listgate/internal/wording"
)

// The exit statuses that lists mean. Those of lists that could not be read are higher.
const (
	StatusPassed = 0
	StatusFailed = 1 // a list holds more than is allowed
	statusColumn = 2 // a list's phone column cannot be determined
	statusUnread = 3
)

// A Document is what a check has to say of lists, and of the rules that they were judged by.
type Document struct {
	*listrun.Decider
	Limits        Limits
	FailOnWarning bool
	Created       time.Time
	Version       string   // of this program
	Settings      string   // what was taken from a file of settings, as a line; "" if nothing was
	WABA          string   // the account whose sightings count, or ""
	Files         []string // that hold all findings, whatever one format leaves out
	Quiet         bool     // the text for people says only what fails

	Lists []*List // in the order in which they were added
}

// RulesVerdict says why the rules make the run fail, whatever the lists hold; empty if they do not.
func (r *Document) RulesVerdict() string {
	n := len(r.Warnings())
	if !r.FailOnWarning || n == 0 {
		return ""
	}
	return wording.Count(int64(n), "warning") + " about the rules, and --fail-on warning"
}

// Status is the highest status of the lists.
func (r *Document) Status() int {
	status := StatusPassed
	if r.RulesVerdict() != "" {
		status = StatusFailed
	}
	for _, l := range r.Lists {
		status = max(status, l.Status)
	}
	return status
}

// listCounts are how many lists came to what.
type listCounts struct{ passed, failed, unread int }

func (r *Document) count() (n listCounts) {
	for _, l := range r.Lists {
		switch {
		case l.Unread:
			n.unread++
		case l.Status != StatusPassed:
			n.failed++
		default:
			n.passed++
		}
	}
	return n
}
