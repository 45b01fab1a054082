package gate

import (
	"fmt"
	"strings"
	"time"
)

// A HaltedError says that an account may not send, why, since when, until when if that is known,
// and what to do.
type HaltedError struct {
	Kind  MessageKind // what was asked for
	State State
}

// Error returns one line. What a terminal should show, line by line, is in State.
func (e *HaltedError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "account %s is halted: ", e.State.WABA)
	for i, a := range e.State.stopping(e.Kind) {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(a.String())
		for j, s := range a.Steps {
			fmt.Fprintf(&b, " %d. %s", j+1, s)
		}
	}
	return b.String()
}

// Until returns when the account may send again, if every cause has a known end, else the zero
// time.
func (e *HaltedError) Until() time.Time {
	var until time.Time
	for _, a := range e.State.stopping(e.Kind) {
		if a.Until.IsZero() {
			return time.Time{}
		}
		if a.Until.After(until) {
			until = a.Until
		}
	}
	return until
}

// String says which cause it is, since when and until when.
func (a ActiveCause) String() string {
	what := a.Cause.String()
	switch {
	case a.Restriction != "":
		what += " " + a.Restriction
	case a.Code != 0:
		what += fmt.Sprintf(" (%d)", a.Code)
	}
	if a.Inferred && a.Cause != CausePolicyBlock {
		what += " (inference: the provider did not say so in words that are known)"
	}
	return what + " since " + stamp(a.Since) + ", " + a.end()
}

func (a ActiveCause) end() string {
	switch {
	case a.Until.IsZero():
		return "no known end"
	case a.Inferred && a.Cause == CausePolicyBlock:
		return "until " + stamp(a.Until) + " (inference: the end of the restriction that came with it)"
	}
	return "until " + stamp(a.Until)
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// An UnknownError says that the state of an account cannot be known, and why. Nothing may be sent
// then.
type UnknownError struct {
	WABA    string
	Trouble string
}

func (e *UnknownError) Error() string {
	return fmt.Sprintf("account %s: its state is unknown, which halts: %s", e.WABA, e.Trouble)
}
