// Package cloudapi understands what the WhatsApp Cloud API says about the state of an account:
// error bodies of the Graph API, webhooks, and health statuses. It turns each into events of
// package gate:
//
//	document, err := cloudapi.Decode(body, cloudapi.DecodeOptions{WABA: id, Received: time.Now()})
//	err = g.Apply(ctx, document.Events...)
//
// A [Handler] is the endpoint of Meta's webhooks; a [Receiver] is for those who have one, or a
// queue. A [Transport] goes under a client that sends: it asks the gate and the filter before each
// message, and learns from each answer.
//
// It goes by codes, never by titles or HTTP statuses, which Meta changes. What it does not know, it
// does not assume: a webhook that is new is kept as a notice and changes nothing, a document of no
// known shape is kept as its hash.
//
// Facts that no source states, and that we concluded, are marked "inference" where they are used.
package cloudapi

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/internal/redact"
)

// NoAccount is the account of what belongs to none: Meta itself writes 0 in such webhooks.
const NoAccount = "0"

// A Source says which call an error body answers. 368 is a code of the whole Graph API, and 131031
// also answers a wrong PIN: elsewhere than at the endpoints that send messages, neither says that
// the account may not send.
type Source uint8

const (
	FromSend  Source = iota // /messages, /marketing_messages, /messages_encrypted
	OtherCall               // any other call, such as /register or a change of the two-step PIN
)

// DecodeOptions say what a document does not say itself.
type DecodeOptions struct {
	WABA     string    // the account, for documents that do not name one, such as an error body
	At       time.Time // when it happened, for documents without a time; zero: when it was received
	Received time.Time // required
	Source   Source    // of an error body

	// Of the message that an error body answers, as far as the caller knows them. A 130497 whose
	// recipient's country is not known is kept as a notice, and counts nowhere.
	Recipient string // an international number, with or without '+', or a business-scoped user id such as US.1a2b
	Message   string // marketing, utility, authentication or service
}

func (c DecodeOptions) time() time.Time {
	if c.At.IsZero() {
		return c.Received
	}
	return c.At
}

// A Document is what one body says.
type Document struct {
	Shape    string // what it is: error, answer, health_status, or the names of the webhook's fields
	Events   []gate.Event
	Problems []string     // what was not understood; the events hold its hash, and what was understood or concluded
	Ignored  []gate.Event // what a [Receiver] left out: of accounts that are not its own
}

// ErrNeedsAccount says that a document does not name its account, and that the options do not
// either.
var ErrNeedsAccount = errors.New("an error body, a health status or a part of a webhook does not name its account; say whose it is")

// Decode reads one document: an error body, a health status, a webhook, a part of one (an entry, a
// change, a value), a list of these, or what somebody who passes them on has put around them, as
// JSON or as a text that holds JSON.
//
// A document that is not understood, wholly or in part, is no error: its Problems say why, and its
// events include its hash. The only error is ErrNeedsAccount, of a document nothing of which names
// an account.
func Decode(body []byte, o DecodeOptions) (Document, error) {
	d := &decoding{context: o, body: body}
	value, err := parse(body)
	if err != nil {
		d.problem("%v", err)
	} else {
		d.document(value)
		d.addHealths()
	}
	d.Shape = strings.Join(d.shapes, ", ")
	if d.nameless {
		if len(d.Events) == 0 && len(d.Problems) == 0 {
			return Document{Shape: d.Shape}, ErrNeedsAccount
		}
		d.problem("a part that does not name its account")
	}
	d.keepUnread(value)
	return d.Document, nil
}

// decoding is the state of one Decode.
type decoding struct {
	Document
	context  DecodeOptions
	body     []byte
	shapes   []string
	account  string    // whom the part is about that is read; "": nobody that is known
	at       time.Time // when it happened; zero: the document does not say
	nameless bool      // a part needs an account and has none
	codes    []int     // that were read
	healths  []*healthOf
	unread   []gate.Event
}

// shape notes what a part is.
func (d *decoding) shape(name string) {
	if !slices.Contains(d.shapes, name) {
		d.shapes = append(d.shapes, name)
	}
}

// problem notes what is not understood, and that the account that it is about has a document that
// was not.
func (d *decoding) problem(format string, args ...any) {
	if p := fmt.Sprintf(format, args...); !slices.Contains(d.Problems, p) {
		d.Problems = append(d.Problems, p)
	}
	e := gate.Event{Type: gate.EventUnread, WABA: cmp.Or(d.account, d.context.WABA, NoAccount), Time: d.at}
	if e.Time.IsZero() {
		e.Time = d.context.time()
	}
	if !slices.ContainsFunc(d.unread, func(u gate.Event) bool { return u.WABA == e.WABA }) {
		d.unread = append(d.unread, e)
	}
}

// add adds an event, unless it is of Meta's test button.
func (d *decoding) add(e gate.Event) {
	if e.WABA == NoAccount && e.Type != gate.EventUnread {
		return
	}
	e.Received = d.context.Received
	d.Events = append(d.Events, e)
}

// webhook reads the envelope that all webhooks of an account share.
func (d *decoding) webhook(o object) {
	if name, named := o.string("object"); named && name != "whatsapp_business_account" {
		d.problem("a webhook of %s, not of a WhatsApp Business account%s", quote(name), handIn(haltWords(o)))
		return
	}
	entries, ok := o.objects("entry")
	if !ok {
		d.problem("entry is not a list%s", handIn(haltWords(o["entry"])))
	}
	for _, entry := range entries {
		d.entry(entry, o)
	}
	d.account, d.at = "", time.Time{}
	d.checkRest(o, "object", "entry", "field")
}

// entry reads one entry. outer is what it stands in: some samples of Meta's have the field there.
func (d *decoding) entry(entry, outer object) {
	d.about(entry)
	changes, ok := entry.objects("changes")
	if !ok {
		d.problem("changes is not a list%s", handIn(haltWords(entry["changes"])))
	}
	for _, change := range changes {
		d.change(entry, change, entry, outer)
	}
	d.about(entry)
	d.checkRest(entry, "id", "time", "changes", "field", "object")
}

// about notes what an entry says of its account and its time.
func (d *decoding) about(entry object) {
	d.account, d.at = "", time.Time{}
	if id, ok := digits(entry["id"]); ok && id != NoAccount {
		d.account = id
	}
	if t, ok := unixTime(entry["time"]); ok {
		d.at = t
	}
}

// change reads one change of an entry, which may be empty. outer are what the change stands in.
func (d *decoding) change(entry, change object, outer ...object) {
	d.about(entry)
	value, ok := unpacked(change["value"]).(object)
	if !ok {
		field, _ := change.string("field")
		d.problem("%s: value is not an object%s", quote(field), handIn(haltWords(change["value"])))
		return
	}
	field := fieldOf(append([]object{change, value}, outer...)...)
	if field == "" {
		field = fieldByContent(value)
	}
	d.shape(redact.Word(field))
	w := webhook{decoding: d, waba: d.ownerOf(entry, value), value: value, time: d.at}
	if w.time.IsZero() {
		w.time = d.context.time()
	}
	if w.waba == "" {
		d.nameless = true
		return
	}
	d.account = w.waba
	w.read(field)
	d.account = w.waba
	d.checkRest(change, "value", "field", "id", "time", "object")
}

// fieldOf returns the first field that is named.
func fieldOf(places ...object) string {
	for _, o := range places {
		if field, _ := o.string("field"); field != "" {
			return field
		}
	}
	return ""
}

// ownerOf returns the account that a change is about, "" if nobody says: that of the value, since
// entry.id is the partner's where a partner is told of, else the entry's, else the options'. Where
// Meta writes account 0, it is that.
func (d *decoding) ownerOf(entry, value object) string {
	if info, ok := value["waba_info"].(object); ok {
		if id, ok := digits(info["waba_id"]); ok {
			return id
		}
	}
	id, ok := digits(entry["id"])
	if ok {
		return id
	}
	return d.context.WABA
}

// A webhook is one change of a webhook.
type webhook struct {
	*decoding
	waba  string
	value object
	time  time.Time
}

// read reads a change by its field, else by what stands in it.
func (w *webhook) read(field string) {
	switch byContent := fieldByContent(w.value); {
	case field == "messages" || byContent == "messages":
		w.messages()
	case field == "account_update" || byContent == "account_update":
		w.accountUpdate()
	case field == "":
		w.problem("a change without a field%s", handIn(haltWords(w.value)))
	default:
		w.other(field)
	}
}

func (w *webhook) event(t gate.EventType, name string) gate.Event {
	return gate.Event{Type: t, WABA: w.waba, Time: w.time, Name: redact.Word(name), Source: "webhook"}
}

var plainName = regexp.MustCompile(`^[A-Za-z_]{1,40}$`)

// keepUnread adds what is kept of a document that was not understood, for each account that it
// concerns.
func (d *decoding) keepUnread(v any) {
	sum := sha256.Sum256(d.body)
	for _, e := range d.unread {
		e.SHA256, e.Size, e.Fields = hex.EncodeToString(sum[:]), int64(len(d.body)), fieldsOf(v)
		d.add(e)
	}
}

// fieldsOf returns the top-level names of a document that a journal may hold, sorted, so that the
// same document always has the same ones.
func fieldsOf(v any) (names []string) {
	o, _ := v.(object)
	for name := range o {
		if plainName.MatchString(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names[:min(len(names), 20)]
}

// quote names what stands in a document, if it is a word that may be told.
func quote(s string) string { return fmt.Sprintf("%q", redact.Word(s)) }
