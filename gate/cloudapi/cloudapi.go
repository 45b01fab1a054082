// Package cloudapi understands what the WhatsApp Cloud API says about the state of an account: error bodies of the Graph
// API, webhooks, and health statuses. It turns each into events of package gate:
//
//	document, err := cloudapi.Decode(body, cloudapi.DecodeOptions{WABA: id, Received: time.Now()})
//	err = g.Apply(ctx, document.Events...)
//
// A [Handler] is the endpoint of Meta's webhooks; a [Receiver] is for those who have one, or a queue.
// A [Transport] goes under a client that sends: it asks the gate and the filter before each message, and learns from each
// answer.
//
// It goes by codes, never by titles or HTTP statuses, which Meta changes. What it does not know, it does not assume: a
// webhook that is new is kept as a notice and changes nothing, a document of no known shape is kept as its hash.
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

// A Source says which call an error body answers. 368 is a code of the whole Graph API, and 131031 also answers a wrong
// PIN: elsewhere than at the endpoints that send messages, neither says that the account may not send.
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

	// Of the message that an error body answers, as far as the caller knows them. A 130497 whose recipient's country is not
	// known is kept as a notice, and counts nowhere.
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
	Problems []string     // what was not understood; the events hold its hash, and what was understood
	Ignored  []gate.Event // what a [Receiver] left out: of accounts that are not its own
}

// ErrNeedsAccount says that a document does not name its account, and that the context does not either.
var ErrNeedsAccount = errors.New("an error body or a health status does not name its account; say whose it is")

// Decode reads one document. A document that is not understood, wholly or in part, is no error: its Problems say why, and
// its events include its hash. The only error is ErrNeedsAccount.
func Decode(body []byte, c DecodeOptions) (Document, error) {
	d := &decoding{context: c, body: body}
	value, err := parse(body)
	if err != nil {
		d.problem("%v", err)
	} else if err := d.document(value); err != nil {
		return Document{}, err
	}
	d.keepUnread(value)
	return d.Document, nil
}

// decoding is the state of one Decode.
type decoding struct {
	Document
	context DecodeOptions
	body    []byte
	account string    // whom the part is about that is read; "": nobody that is known
	at      time.Time // when it happened; zero: the document does not say
	unread  []gate.Event
}

// problem notes what is not understood, and that the account that it is about has a document that was not.
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

func (d *decoding) add(e gate.Event) {
	e.Received = d.context.Received
	d.Events = append(d.Events, e)
}

func (d *decoding) document(v any) error {
	o, ok := v.(object)
	if !ok {
		d.problem("not a JSON object")
		return nil
	}
	switch {
	case o.has("object") && o.has("entry"):
		d.webhook(o)
	case o.has("health_status"):
		d.Shape = "health_status"
		return d.health(o)
	case o["error"] != nil: // null is no error
		d.Shape = "error"
		return d.answer(o)
	case o.has("messaging_product") && o.has("messages"), o.has("success"):
		d.Shape = "answer" // the call was taken, which says nothing about the account
	default:
		d.problem("no shape that is known: neither an error body, nor a webhook, nor a health status")
	}
	return nil
}

// webhook reads the envelope that all webhooks of an account share.
func (d *decoding) webhook(o object) {
	if name, _ := o.string("object"); name != "whatsapp_business_account" {
		d.problem("a webhook of %s, not of a WhatsApp Business account", quote(name))
		return
	}
	entries, ok := o.objects("entry")
	if !ok {
		d.problem("entry is not a list")
	}
	var shapes []string
	for _, entry := range entries {
		d.about(entry)
		changes, ok := entry.objects("changes")
		if !ok {
			d.problem("changes is not a list")
		}
		for _, change := range changes {
			field, _ := change.string("field")
			if !slices.Contains(shapes, redact.Word(field)) {
				shapes = append(shapes, redact.Word(field))
			}
			d.change(entry, field, change)
		}
	}
	d.Shape = strings.Join(shapes, ", ")
}

// about notes what an entry says of its account and its time.
func (d *decoding) about(entry object) {
	d.account, d.at = "", time.Time{}
	if id, ok := digits(entry["id"]); ok {
		d.account = id
	}
	if t, ok := unixTime(entry["time"]); ok {
		d.at = t
	}
}

func (d *decoding) change(entry object, field string, change object) {
	d.about(entry)
	value, ok := change["value"].(object)
	if !ok {
		d.problem("%s: value is not an object", quote(field))
		return
	}
	w := webhook{decoding: d, waba: cmp.Or(d.account, d.context.WABA), value: value, time: d.at}
	if w.time.IsZero() {
		w.time = d.context.time()
	}
	if info, ok := value["waba_info"].(object); ok { // in such a webhook, entry.id is the partner's
		if id, ok := digits(info["waba_id"]); ok {
			w.waba = id
		}
	}
	if w.waba == "" {
		d.problem("%s: entry.id is not the id of an account", quote(field))
		return
	}
	d.account = w.waba
	switch field {
	case "messages":
		w.messages()
	case "account_update":
		w.accountUpdate()
	default:
		w.other(field)
	}
}

// A webhook is one change of a webhook.
type webhook struct {
	*decoding
	waba  string
	value object
	time  time.Time
}

func (w *webhook) event(t gate.EventType, name string) gate.Event {
	return gate.Event{Type: t, WABA: w.waba, Time: w.time, Name: redact.Word(name), Source: "webhook"}
}

var plainName = regexp.MustCompile(`^[A-Za-z_]{1,40}$`)

// keepUnread adds what is kept of a document that was not understood, for each account that it concerns.
func (d *decoding) keepUnread(v any) {
	sum := sha256.Sum256(d.body)
	for _, e := range d.unread {
		e.SHA256, e.Size, e.Fields = hex.EncodeToString(sum[:]), int64(len(d.body)), fieldsOf(v)
		d.add(e)
	}
}

// fieldsOf returns the top-level names of a document that a journal may hold, sorted, so that the same document always has
// the same ones.
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
