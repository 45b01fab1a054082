// Package oracle is the slow twin of package numbering: what the phone library says, and the
// differences of differences.txt on top. It is for tests and for the command verify.
package oracle

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/listgate/listgate/filter/internal/numbering"
	"github.com/nyaruka/phonenumbers/v2"
)

// An Answer holds everything that the two are compared on. It is comparable.
type Answer struct {
	CallingCode int
	Regions     string // two letters each, sorted
	Possible    bool
	Valid       bool
	Legacy      bool
	Type        numbering.Type
	Kind        numbering.Kind // of dialled digits
	E164        string         // empty where the library refuses the digits
}

// International is the slow twin of numbering.International.
func (d *Differences) International(digits string) Answer {
	if len(digits) > d.written {
		return Answer{}
	}
	parsed, err := phonenumbers.Parse("+"+digits, "")
	return d.answer(parsed, err, true)
}

// Dialled is the slow twin of numbering.Dialled.
func (d *Differences) Dialled(region, digits string) Answer {
	if len(digits) > d.written {
		return Answer{}
	}
	parsed, err := phonenumbers.ParseAndKeepRawInput(digits, region)
	if err != nil {
		return d.answer(parsed, err, false)
	}
	kind := kinds[parsed.GetCountryCodeSource()]
	a := d.answer(parsed, err, kind != numbering.National)
	a.Kind = kind
	return a
}

var kinds = map[phonenumbers.PhoneNumber_CountryCodeSource]numbering.Kind{
	phonenumbers.PhoneNumber_FROM_DEFAULT_COUNTRY:          numbering.National,
	phonenumbers.PhoneNumber_FROM_NUMBER_WITH_IDD:          numbering.InternationalPrefix,
	phonenumbers.PhoneNumber_FROM_NUMBER_WITHOUT_PLUS_SIGN: numbering.WithoutPlus,
}

func (d *Differences) answer(n *phonenumbers.PhoneNumber, err error, codeWritten bool) Answer {
	if errors.Is(err, phonenumbers.ErrInvalidCountryCode) {
		return Answer{CallingCode: none}
	}
	if err != nil {
		return Answer{}
	}
	national := phonenumbers.GetNationalSignificantNumber(n)
	a := Answer{
		CallingCode: int(n.GetCountryCode()),
		Regions:     regions(n),
		Possible:    phonenumbers.IsPossibleNumberWithReason(n) == phonenumbers.IS_POSSIBLE,
		Type:        types[phonenumbers.GetNumberType(n)],
	}
	a.E164 = strconv.Itoa(a.CallingCode) + national
	a.Valid = a.Type != numbering.NoType
	if len(a.E164) > d.limit {
		a.Possible, a.Valid, a.Type = false, false, numbering.NoType
	}
	if codeWritten && !a.Valid && d.legacy(a.CallingCode, national) {
		a.Possible, a.Legacy = true, true
	}
	return a
}

// none is the calling code where the library finds none, as opposed to 0, where it was not asked.
const none = -1

var types = map[phonenumbers.PhoneNumberType]numbering.Type{
	phonenumbers.UNKNOWN:              numbering.NoType,
	phonenumbers.MOBILE:               numbering.Mobile,
	phonenumbers.FIXED_LINE:           numbering.Fixed,
	phonenumbers.FIXED_LINE_OR_MOBILE: numbering.FixedOrMobile,
	phonenumbers.TOLL_FREE:            numbering.OtherType,
	phonenumbers.PREMIUM_RATE:         numbering.OtherType,
	phonenumbers.SHARED_COST:          numbering.OtherType,
	phonenumbers.VOIP:                 numbering.OtherType,
	phonenumbers.PERSONAL_NUMBER:      numbering.OtherType,
	phonenumbers.PAGER:                numbering.OtherType,
	phonenumbers.UAN:                  numbering.OtherType,
	phonenumbers.VOICEMAIL:            numbering.OtherType,
}

// regions is the region that the library answers, or all of the calling code's where it answers
// none.
func regions(n *phonenumbers.PhoneNumber) string {
	switch region := phonenumbers.GetRegionCodeForNumber(n); region {
	case phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY:
		return ""
	case "", "ZZ":
		all := slices.Clone(phonenumbers.GetRegionCodesForCountryCode(int(n.GetCountryCode())))
		slices.Sort(all)
		return strings.Join(all, "")
	default:
		return region
	}
}
