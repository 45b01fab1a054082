package folderstore

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"

	"github.com/listgate/listgate/gate"
)

// A line of a journal holds the events that were appended at once, so that a torn write leaves all
// of them or none. Its sum is over the line before and its own events: a line that was changed,
// lost or moved is found.
type line struct {
	Format int `json:"format"`
	// How often the journal was drawn together; only the first line says so
	Drawn  int          `json:"drawn,omitempty"`
	Events []gate.Event `json:"events"`
	Sum    string       `json:"sum"`
}

const (
	lineFormat = 1
	lineHead   = `{"format":1,"events":`   // how every line begins
	drawnHead  = `{"format":1,"drawn":%d,` // but the first of a journal that was drawn together
)

// A sum is the checksum of a journal up to the end of a line. The zero sum is that of an empty
// journal.
type sum [12]byte

// next returns the sum after a line with these events, which was drawn so often.
func (s sum) next(drawn int, events []byte) sum {
	h := sha256.New()
	h.Write(s[:])
	if drawn > 0 {
		fmt.Fprintf(h, "drawn %d ", drawn)
	}
	h.Write(events)
	return sum(h.Sum(nil)[:len(s)])
}

// encodeLine returns the line, with its line break, that follows a journal with the sum before.
func encodeLine(drawn int, events []gate.Event, before sum) ([]byte, sum, error) {
	text, err := json.Marshal(events)
	if err != nil {
		return nil, before, err
	}
	after := before.next(drawn, text)
	return append(frame(drawn, text, after), '\n'), after, nil
}

// frame returns the line, without its line break, that holds events.
func frame(drawn int, events []byte, after sum) []byte {
	head := lineHead
	if drawn > 0 {
		head = fmt.Sprintf(drawnHead+`"events":`, drawn)
	}
	line := make([]byte, 0, len(head)+len(events)+64)
	line = append(append(line, head...), events...)
	return fmt.Appendf(line, `,"sum":"%s"}`, hex.EncodeToString(after[:]))
}

// isTorn reports whether text without a line break can be the beginning of a line that was not
// wholly written, with zeros where the disk did not get the rest.
func isTorn(text []byte) bool {
	text = bytes.TrimRight(text, "\x00")
	head := []byte(lineHead)
	n := min(len(text), len(head))
	if !bytes.Equal(text[:n], head[:n]) {
		return false
	}
	var whole json.RawMessage
	err := json.NewDecoder(bytes.NewReader(text)).Decode(&whole)
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

var sumAtEnd = regexp.MustCompile(`"sum":"([0-9a-f]{24})"}$`)

// statedSum returns the sum that a line states, damaged as it may be.
func statedSum(text []byte) (s sum, ok bool) {
	found := sumAtEnd.FindSubmatch(text)
	if found == nil {
		return s, false
	}
	_, err := hex.Decode(s[:], found[1])
	return s, err == nil
}

// readableSightings returns the events of a line whose sum does not fit that open nothing whatever
// else is known. Perhaps it is only the line before it that is lost.
func readableSightings(text []byte, waba string) []gate.Event {
	var l line
	if json.Unmarshal(text, &l) != nil || gate.CheckEvents(waba, l.Events) != nil {
		return nil
	}
	return slices.DeleteFunc(l.Events, func(e gate.Event) bool {
		return !slices.Contains(
			[]gate.EventType{gate.EventSighting, gate.EventWarning, gate.EventRefusal, gate.EventUnread},
			e.Type,
		)
	})
}

// decodeLine reads a line without its line break. Only the first line of a journal, before which
// there is nothing, can say how often it was drawn.
func decodeLine(text []byte, waba string, before sum) (l line, after sum, err error) {
	var raw struct {
		line
		Events json.RawMessage `json:"events"`
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&raw); err != nil {
		return l, before, errors.New("not a line of a journal")
	}
	if raw.Format != lineFormat {
		return l, before, fmt.Errorf("format %d; this version reads format %d", raw.Format, lineFormat)
	}
	after = before.next(raw.Drawn, raw.Events)
	if raw.Sum != hex.EncodeToString(after[:]) || raw.Drawn != 0 && before != (sum{}) {
		return l, before, errors.New("the checksum does not fit: the line, or one before it, was changed or lost")
	}
	l = raw.line
	if err := json.Unmarshal(raw.Events, &l.Events); err != nil {
		return l, before, err
	}
	if err := gate.CheckEvents(waba, l.Events); err != nil {
		return l, before, err
	}
	// The bytes must be those that we write: the sum covers the events only.
	if !bytes.Equal(frame(l.Drawn, raw.Events, after), text) {
		return l, before, errors.New("not as it was written")
	}
	return l, after, nil
}
