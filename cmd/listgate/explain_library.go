package main

import (
	"strings"

	"github.com/nyaruka/phonenumbers/v2"
)

var typeNames = map[phonenumbers.PhoneNumberType]string{
	phonenumbers.FIXED_LINE: "fixed line", phonenumbers.MOBILE: "mobile",
	phonenumbers.FIXED_LINE_OR_MOBILE: "fixed line or mobile",
	phonenumbers.TOLL_FREE:            "toll free", phonenumbers.PREMIUM_RATE: "premium rate",
	phonenumbers.SHARED_COST: "shared cost",
	phonenumbers.VOIP:        "voice over IP", phonenumbers.PERSONAL_NUMBER: "personal number",
	phonenumbers.PAGER: "pager",
	phonenumbers.UAN:   "company number", phonenumbers.VOICEMAIL: "voicemail", phonenumbers.UNKNOWN: "of no known type",
}

// askLibrary says what the phone library makes of a number, as a second opinion.
func askLibrary(number string) string {
	n, err := phonenumbers.Parse(number, "")
	if err != nil {
		return "refused, " + err.Error()
	}
	says := "no region"
	switch region := phonenumbers.GetRegionCodeForNumber(n); region {
	case "", "ZZ":
	case phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY:
		says = "a number without a country"
	default:
		says = "region " + region
	}
	possible, valid := "not possible", "not valid"
	if phonenumbers.IsPossibleNumberWithReason(n) == phonenumbers.IS_POSSIBLE {
		possible = "possible"
	}
	if phonenumbers.IsValidNumber(n) {
		valid = "valid"
	}
	return strings.Join([]string{says, possible, valid, typeNames[phonenumbers.GetNumberType(n)]}, ", ")
}
