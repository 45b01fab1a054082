package gate

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/listgate/listgate/internal/redact"
)

// sightedFrom is how many recipients must have been refused in a region before its numbers are
// dropped: one may be a mistake of the provider's, or a test number.
const sightedFrom = 3

// messages are the types of message that a refusal may name; "" is one that is not known.
var messages = []string{"", "marketing", "utility", "authentication", "service"}

// RegionRefusals are a region in which the provider refused messages of the account (130497), since
// a person last lifted it. It never halts.
type RegionRefusals struct {
	Region string `json:"region"` // "IN", or a set that cannot be told apart, "AG|US"
	// Three recipients or more: its numbers are dropped until a person lifts it
	Sighted    bool      `json:"sighted"`
	Recipients int       `json:"recipients"` // different ones; of a storm, at least so many
	Refusals   int       `json:"refusals"`
	Messages   []string  `json:"messages"` // the types of message that were refused, as far as they are known
	First      time.Time `json:"first"`
	Last       time.Time `json:"last"`

	recipients map[string]bool
}

// RecipientRef makes the reference of a recipient, a phone number or a user id, for the refusals of
// one account: enough to tell three recipients apart, too short to find one again. How a number is
// written does not matter.
func RecipientRef(waba, recipient string) string {
	if !strings.ContainsFunc(recipient, isLetter) { // a user id has letters
		recipient = strings.Map(onlyDigits, recipient)
	}
	h := hmac.New(sha256.New, []byte(waba))
	h.Write([]byte(recipient))
	return hex.EncodeToString(h.Sum(nil)[:2])
}

func onlyDigits(r rune) rune {
	if r < '0' || r > '9' {
		return -1
	}
	return r
}

func isLetter(r rune) bool { return 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' }

// Sighted reports whether messages to a region were refused (130497) to three recipients or more,
// and no person has lifted it since. regions is a region, "US", or those that a number may belong
// to, "AG|US", as package filter writes them; a set is sighted by itself, or with one of its
// regions. It takes no lock and does not allocate. Without a state it is false: ask Check, too.
func (a *Account) Sighted(regions string) bool {
	v := a.verdict.Load()
	if v == nil || len(v.sighted) == 0 {
		return false
	}
	if v.sighted[regions] {
		return true
	}
	for region := range strings.SplitSeq(regions, "|") {
		if v.sighted[region] {
			return true
		}
	}
	return false
}

// Lift settles the refusals of a region, or of a set of regions as it stands in the state, up to
// the later of now and the newest of them. Those that come after count anew.
func (a *Account) Lift(ctx context.Context, region string, p Operator) error {
	now := a.gate.now()
	a.mu.Lock()
	a.publish(now) // with the refusals that are counted and not written yet
	refused := a.state.Sighted
	a.mu.Unlock()
	lift := Event{
		Type:     EventLift,
		WABA:     a.waba,
		Time:     now,
		Received: now,
		Region:   region,
		Source:   "hand",
		By:       p.By,
		Reason:   p.Reason,
	}
	if i := indexRegion(refused, region); i >= 0 {
		lift.Time = later(now, refused[i].Last)
	}
	return a.gate.Apply(ctx, lift)
}

func indexRegion(refused []RegionRefusals, region string) int {
	return slices.IndexFunc(refused, func(r RegionRefusals) bool { return r.Region == region })
}

// saysNothingNew reports whether another refusal changes nothing but the count: its region is
// sighted already, or its recipient is one of those that were refused there.
func (r RegionRefusals) saysNothingNew(e Event) bool {
	return r.Region == e.Region && (r.Sighted || r.recipients[e.Recipient])
}

// regionRefusals returns the regions with refusals that no lift settles, sorted.
func (h *history) regionRefusals() []RegionRefusals {
	regions := map[string]*RegionRefusals{}
	for _, place := range h.refusals {
		e := h.events[place]
		if _, ok := h.lifted(e, place); ok {
			continue
		}
		r := regions[e.Region]
		if r == nil {
			r = &RegionRefusals{
				Region:     e.Region,
				Messages:   []string{},
				First:      e.oldest(),
				recipients: map[string]bool{},
			}
			regions[e.Region] = r
		}
		r.add(e)
	}
	all := []RegionRefusals{}
	for _, r := range regions {
		all = append(all, *r)
	}
	slices.SortFunc(all, func(a, b RegionRefusals) int { return cmp.Compare(a.Region, b.Region) })
	return all
}

func (r *RegionRefusals) add(e Event) {
	r.recipients[e.Recipient] = true
	r.Recipients = len(r.recipients)
	r.Sighted = r.Recipients >= sightedFrom
	r.Refusals += e.sightings()
	if e.oldest().Before(r.First) {
		r.First = e.oldest()
	}
	r.Last = later(r.Last, e.Time)
	if i, found := slices.BinarySearch(r.Messages, e.Message); !found && e.Message != "" {
		r.Messages = slices.Insert(r.Messages, i, e.Message)
	}
}

// mergeRepeat adds an event to others that say the same. One for each recipient is kept, the
// newest, and no more recipients than it takes to be sighted: whenever a person lifts the region,
// what is left still says whether it is sighted.
func mergeRepeat(kept []Event, e Event, merge func(a, b Event) Event) []Event {
	for i, other := range kept {
		if other.Recipient == e.Recipient {
			kept[i] = merge(e, other)
			return kept
		}
	}
	kept = append(kept, e)
	if len(kept) <= sightedFrom {
		return kept
	}
	slices.SortFunc(kept, byTime)
	kept[1] = merge(kept[0], kept[1])
	return kept[1:]
}

// merge returns the newer of two events that say the same, as one that stands for both. If they are
// one event, it is that.
func merge(a, b Event) Event {
	order := byTime(a, b)
	if order < 0 || order == 0 && a.Count < b.Count {
		a, b = b, a
	}
	if order == 0 {
		return a
	}
	if oldest := b.oldest(); oldest.Before(a.oldest()) {
		a.First = oldest
	}
	a.Count = a.sightings() + b.sightings()
	return a
}

var (
	regionSet    = regexp.MustCompile(`^[A-Z]{2}(\|[A-Z]{2})*$`)
	recipientRef = regexp.MustCompile(`^[0-9a-f]{4}$`)
)

// CheckRegions returns an error if s is neither a region, "US", nor a set of regions as package
// filter writes it, "AG|US".
func CheckRegions(s string) error {
	regions := strings.Split(s, "|")
	if !regionSet.MatchString(s) || !slices.IsSorted(regions) ||
		len(slices.Compact(regions)) != strings.Count(s, "|")+1 {
		return fmt.Errorf("%q is neither a region such as IN nor a set such as AG|US: capitals, sorted", redact.Word(s))
	}
	return nil
}

// checkRefusal finds what is wrong with the fields of refusals and lifts, and with these fields on
// other events.
func (e Event) checkRefusal() error {
	switch e.Type {
	case EventRefusal:
		if !slices.Contains(messages, e.Message) {
			return fmt.Errorf(
				"unknown type of message %q; it is one of %s",
				redact.Word(e.Message),
				strings.Join(messages[1:], ", "),
			)
		}
		if !recipientRef.MatchString(e.Recipient) {
			return errors.New("a refusal without the reference of a recipient")
		}
		return CheckRegions(e.Region)
	case EventLift:
		if e.Message != "" || e.Recipient != "" {
			return errors.New("a lift is of a region, not of a message or a recipient")
		}
		return CheckRegions(e.Region)
	}
	if e.Type == EventNotice && CheckRegions(e.Region) == nil && !strings.Contains(e.Region, "|") && e.Message == "" &&
		e.Recipient == "" {
		return nil
	}
	if e.Region != "" || e.Message != "" || e.Recipient != "" {
		return fmt.Errorf("a %s with a region, a message or a recipient", e.Type)
	}
	return nil
}
