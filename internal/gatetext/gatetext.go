// Package gatetext says in words what state an account's gate is in: for the command and the
// server.
package gatetext

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/cloudapi"
	"github.com/listgate/listgate/internal/printable"
	"github.com/listgate/listgate/internal/wording"
)

// UTC writes a time to the second.
func UTC(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// WriteState prints a state for people. support is a line on whom to ask first, or "".
func WriteState(w io.Writer, s gate.State, support string) {
	printable.Fprintf(w, "account %s: %s\n", s.WABA, Status(s))
	if s.Trouble != "" {
		printable.Fprintf(w, "  why: %s\n", s.Trouble)
	}
	for _, c := range s.Causes {
		writeCause(w, c, support)
	}
	for _, t := range s.Warnings {
		printable.Fprintf(w, "  warning: %s\n", Warning(t))
	}
	for _, r := range s.Sighted {
		printable.Fprintf(w, "  %s\n", Refused(r, s.WABA))
		if r.Sighted && support != "" {
			printable.Fprintf(w, "    first: %s\n", support)
		}
	}
	if s.Unread > 0 {
		printable.Fprintf(w, "  warning: %s not understood; listgate gate log --waba %s names them\n",
			Were(s.Unread, "document"), s.WABA)
	}
}

// Were says "1 document was", "2 documents were".
func Were(n int, what string) string {
	if n == 1 {
		return "1 " + what + " was"
	}
	return fmt.Sprintf("%d %ss were", n, what)
}

// Status says in one line whether an account may send.
func Status(s gate.State) string {
	if s.Campaign == s.Reply {
		return s.Campaign.String()
	}
	return fmt.Sprintf("%s for campaigns, %s for replies", s.Campaign, s.Reply)
}

func writeCause(w io.Writer, c gate.ActiveCause, support string) {
	printable.Fprintf(w, "  %s\n", c)
	printable.Fprintf(w, "    evidence: %s\n", evidence(c))
	if c.Why != gate.LockUnknown {
		printable.Fprintf(w, "    cause: %s, as noted\n", c.Why)
	}
	printable.Fprintln(w, "    what to do:")
	WriteSteps(w, "      ", c.Steps, support)
}

// WriteSteps prints steps, numbered, each line indented. support is a line on whom to ask first, or
// "".
func WriteSteps(w io.Writer, indent string, steps []gate.Step, support string) {
	if support != "" {
		printable.Fprintf(w, "%sfirst: %s\n", indent, support)
	}
	for i, s := range steps {
		printable.Fprintf(w, "%s%d. %s\n", indent, i+1, s.Do)
		if s.URL != "" {
			printable.Fprintf(w, "%s   %s\n", indent, s.URL)
		}
	}
}

var sources = map[string]string{
	"answer": "the answer to a send", "status": "the status of a message", "webhook": "a webhook",
	"health": "a health status", "hand": "recorded by hand",
}

// evidence says on what a cause was believed.
func evidence(c gate.ActiveCause) string {
	parts := []string{sources[c.Evidence.Source]}
	if parts[0] == "" {
		parts[0] = "an event"
	}
	if c.Evidence.Name != "" {
		parts = append(parts, c.Evidence.Name)
	}
	if c.Code != 0 {
		parts = append(parts, fmt.Sprint("code ", c.Code))
	}
	if c.Evidence.By != "" {
		parts = append(parts, fmt.Sprintf("by %s: %q", c.Evidence.By, c.Evidence.Reason))
	}
	if c.Evidence.Ref != "" {
		parts = append(parts, c.Evidence.Ref)
	}
	if c.Sightings > 1 {
		parts = append(parts, fmt.Sprintf("seen %d times, last %s", c.Sightings, UTC(c.Last)))
	}
	return strings.Join(parts, ", ")
}

// Refused tells where messages were refused, and what that means for the numbers there.
func Refused(r gate.RegionRefusals, waba string) string {
	to := wording.Count(int64(r.Recipients), "recipient")
	if len(r.Messages) > 0 {
		to += " (" + strings.Join(r.Messages, ", ") + ")"
	}
	if !r.Sighted {
		return fmt.Sprintf("130497 in %s: refused to %s, last %s; from three on the region is sighted", r.Region,
			to, UTC(r.Last))
	}
	return fmt.Sprintf("sighted: 130497 in %s, refused to %s, %s, %s to %s; its numbers are dropped until: listgate gate clear --waba %s --sighted '%s' --reason …",
		r.Region, to, wording.Count(int64(r.Refusals), "refusal"), UTC(r.First), UTC(r.Last), waba, r.Region)
}

// Warning says what a person should know, and that it does not halt.
func Warning(t gate.Warning) string {
	if t.Name == gate.TimeAhead {
		return fmt.Sprintf("%s: an event is dated %s, far ahead of this computer's clock: a clock is wrong, or a time was mistyped; it does not halt",
			t.Name, UTC(t.Time))
	}
	text := t.Name
	if t.Code != 0 || t.Name == "" {
		code := cloudapi.Lookup(t.Code)
		text = fmt.Sprintf("error %d (%s: %s)", t.Code, code.Scope, code.Meaning)
	}
	text += " at " + UTC(t.Time)
	if !t.Until.IsZero() {
		text += ", until " + UTC(t.Until)
	}
	if t.Count > 1 {
		text += fmt.Sprintf(", %d times", t.Count)
	}
	return text + "; it does not halt"
}
