package filter

import (
	"fmt"
	"strings"

	"github.com/nyaruka/phonenumbers/v2"

	"github.com/listgate/listgate/filter/internal/phonelib"
	"github.com/listgate/listgate/rules"
)

// An Explanation is a decision with all that led to it.
type Explanation struct {
	Decision Decision
	Readings []ExplainedReading // every way to understand the digits; none if the cell holds no number
}

// An ExplainedReading is one way to understand the digits of a cell.
type ExplainedReading struct {
	Reading Reading
	Counts  bool   // the decision rests on it
	Reason  Reason // if it does not count: Invalid, NoRegion, or Undecided where another reading goes first
	E164    string // the number, without '+'
	Regions []string
	Library string // what the phone library says of the number
}

// Explain decides as [Filter.Decide] does and says why. It is for people: it asks the phone library, and is slow.
func (f *Filter) Explain(text string) Explanation {
	x := Explanation{Decision: f.DecideString(text)}
	var c cell
	if c.read([]byte(text)) != Undecided {
		return x
	}
	first, second := f.read(&c)
	for _, r := range []reading{first, second} {
		if r.kind != NoReading {
			x.Readings = append(x.Readings, explained(r, r.ok()))
		}
	}
	if _, announced := f.cutInternationalPrefix(&c); announced || f.options.DefaultRegion == (rules.Region{}) || len(x.Readings) > 1 {
		return x
	}
	digits := string(c.bytes())
	for _, r := range []reading{f.national(digits), f.international(ReadBareInternational, digits, f.options.Bare != BareInternational)} {
		if r.kind != NoReading && r.kind != first.kind {
			x.Readings = append(x.Readings, explained(r, false))
		}
	}
	return x
}

func explained(r reading, counts bool) ExplainedReading {
	return ExplainedReading{Reading: r.kind, Counts: counts, Reason: r.reason, E164: r.number.E164, Regions: r.number.Regions,
		Library: describeNumber(r.number)}
}

var typeNames = map[phonenumbers.PhoneNumberType]string{
	phonenumbers.FIXED_LINE: "fixed line", phonenumbers.MOBILE: "mobile", phonenumbers.FIXED_LINE_OR_MOBILE: "fixed line or mobile",
	phonenumbers.TOLL_FREE: "toll free", phonenumbers.PREMIUM_RATE: "premium rate", phonenumbers.SHARED_COST: "shared cost",
	phonenumbers.VOIP: "voice over IP", phonenumbers.PERSONAL_NUMBER: "personal number", phonenumbers.PAGER: "pager",
	phonenumbers.UAN: "company number", phonenumbers.VOICEMAIL: "voicemail", phonenumbers.UNKNOWN: "of no known type",
}

// describeNumber says what the phone library makes of a number.
func describeNumber(n phonelib.Number) string {
	var says []string
	switch {
	case n.CallingCode == 0:
		return "the calling code is not assigned"
	case len(n.Regions) == 0:
		says = append(says, fmt.Sprintf("+%d belongs to no country", n.CallingCode))
	case len(n.Regions) == 1:
		says = append(says, "region "+n.Regions[0])
	default:
		says = append(says, "no region; it could be any of "+strings.Join(n.Regions, ", "))
	}
	if n.Legacy {
		return strings.Join(append(says, "a form that WhatsApp accounts keep from an older numbering plan"), ", ")
	}
	return strings.Join(append(says, unless(n.Possible, "not ")+"possible", unless(n.Valid, "not ")+"valid", typeNames[n.Type]), ", ")
}

func unless(holds bool, word string) string {
	if holds {
		return ""
	}
	return word
}
