// Package phonelib asks the phone library (github.com/nyaruka/phonenumbers) about a string of digits and answers in
// listgate's terms. It is slow and obvious on purpose: it is the second opinion that explain prints, and the oracle
// that the fast numbering table is tested against.
package phonelib

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers/v2"
	"github.com/nyaruka/phonenumbers/v2/metadata"
)

// A Number is what the phone library says of a string of digits.
type Number struct {
	// CallingCode is the assigned calling code that the digits begin with, or 0.
	CallingCode int
	// E164 is the calling code and the national number, digits only. It is empty if the library could not read them.
	E164 string
	// Regions holds every region (ISO 3166-1 alpha-2, sorted) that the number can belong to: the library's answer,
	// or each region of the calling code where the library has none. It is empty for a calling code without a country.
	Regions []string
	// Possible: the length fits a full number of at most 15 digits. Valid: the range is assigned.
	Possible, Valid bool
	// Legacy: one of the forms that WhatsApp accounts keep from before a change of the numbering plan.
	Legacy bool
	Type   phonenumbers.PhoneNumberType
}

// maxE164Digits is the longest number that ITU-T E.164 allows, calling code included.
const maxE164Digits = 15

// International reads digits that begin with a calling code.
func International(digits string) Number {
	parsed, err := phonenumbers.Parse("+"+digits, "")
	return number(digits, parsed, err)
}

// A Source says how the library understood digits without '+'.
type Source uint8

const (
	Unread          Source = iota // not understood at all
	National                      // a number of the region that was given
	WithIDD                       // the region's international prefix, then a calling code
	WithCallingCode               // a calling code, although nothing announced one
)

// Dialled reads digits as somebody in region writes them.
func Dialled(region, digits string) (Number, Source) {
	parsed, err := phonenumbers.ParseAndKeepRawInput(digits, region)
	if err != nil {
		return Number{}, Unread
	}
	source := National
	switch parsed.GetCountryCodeSource() {
	case phonenumbers.PhoneNumber_FROM_NUMBER_WITH_IDD:
		source = WithIDD
	case phonenumbers.PhoneNumber_FROM_NUMBER_WITHOUT_PLUS_SIGN:
		source = WithCallingCode
	}
	callingCode := strconv.Itoa(int(parsed.GetCountryCode()))
	return number(callingCode+phonenumbers.GetNationalSignificantNumber(parsed), parsed, nil), source
}

func number(digits string, parsed *phonenumbers.PhoneNumber, err error) Number {
	n := Number{CallingCode: CallingCode(digits), Type: phonenumbers.UNKNOWN}
	if err != nil || n.CallingCode == 0 {
		return n
	}
	n.E164 = strings.TrimPrefix(phonenumbers.Format(parsed, phonenumbers.E164), "+")
	n.Regions = regions(parsed)
	if n.Legacy = isLegacy(digits); n.Legacy {
		n.E164, n.Possible = digits, true // never rewritten: the other form can be somebody else's line
		return n
	}
	n.Possible = len(n.E164) <= maxE164Digits &&
		phonenumbers.IsPossibleNumberWithReason(parsed) == phonenumbers.IS_POSSIBLE
	n.Valid = n.Possible && phonenumbers.IsValidNumber(parsed)
	n.Type = phonenumbers.GetNumberType(parsed)
	return n
}

// regions turns the library's three spellings of "no region" into ours: none for a calling code without a country,
// every region of the calling code where the library cannot tell.
func regions(parsed *phonenumbers.PhoneNumber) []string {
	switch region := phonenumbers.GetRegionCodeForNumber(parsed); region {
	case "", "ZZ":
		all := slices.Clone(phonenumbers.GetRegionCodesForCountryCode(int(parsed.GetCountryCode())))
		slices.Sort(all)
		return slices.DeleteFunc(all, func(r string) bool { return r == "001" || r == "ZZ" })
	case "001":
		return nil
	default:
		return []string{region}
	}
}

// CallingCode returns the assigned calling code that digits begin with, or 0. Calling codes are prefix-free.
func CallingCode(digits string) int {
	for length := 1; length <= min(3, len(digits)); length++ {
		code, err := strconv.Atoi(digits[:length])
		if err == nil && digits[0] != '0' && phonenumbers.GetRegionCodeForCountryCode(code) != "ZZ" {
			return code
		}
	}
	return 0
}

// BeginsCallingCode reports whether digits are the beginning of an assigned calling code, but not the whole of it.
func BeginsCallingCode(digits string) bool {
	for code := range phonenumbers.GetSupportedCallingCodes() {
		if whole := strconv.Itoa(code); len(digits) < len(whole) && strings.HasPrefix(whole, digits) {
			return true
		}
	}
	return false
}

// isLegacy reports whether digits are a number as people registered it with WhatsApp before their country's numbering
// plan changed: Mexico's 1 after the calling code, Brazilian mobiles without the ninth digit, Ivorian numbers of eight
// digits (until 2021-01-31).
func isLegacy(digits string) bool {
	switch {
	case strings.HasPrefix(digits, "521"):
		return len(digits) == len("521")+10
	case strings.HasPrefix(digits, "225"):
		return len(digits) == len("225")+8
	case strings.HasPrefix(digits, "55") && len(digits) == len("55")+2+8:
		today, err := phonenumbers.Parse("+"+digits[:4]+"9"+digits[4:], "")
		return err == nil && phonenumbers.IsValidNumber(today) && phonenumbers.GetNumberType(today) == phonenumbers.MOBILE
	}
	return false
}

// HasRegion reports whether the library knows a numbering plan of region.
func HasRegion(region string) bool { return phonenumbers.GetCountryCodeForRegion(region) != 0 }

// RegionSets returns every value that Number.Regions can have for a calling code, or for all of them if it is 0.
func RegionSets(callingCode int) [][]string {
	var sets [][]string
	for _, code := range slices.Sorted(maps.Keys(phonenumbers.GetSupportedCallingCodes())) {
		if callingCode != 0 && code != callingCode {
			continue
		}
		all := phonenumbers.GetRegionCodesForCountryCode(code)
		if len(all) == 1 && all[0] == "001" {
			continue
		}
		for _, region := range all {
			sets = append(sets, []string{region})
		}
		if len(all) > 1 {
			sets = append(sets, slices.Sorted(slices.Values(all)))
		}
	}
	return sets
}

// CallingCodeOf returns the calling code of region, or 0.
func CallingCodeOf(region string) int { return phonenumbers.GetCountryCodeForRegion(region) }

// Version is that of the library's metadata.
const Version = metadata.Version
