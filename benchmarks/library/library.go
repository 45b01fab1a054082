// Package library decides recipients as a careful program would that has nothing but the phone
// library: read the cell, ask for the region, look it up among the denied ones. It is what listgate
// is measured against, and the answers of the two are compared before their times are.
package library

import (
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers/v2"
)

// A Decider keeps the recipients that no rule denies.
type Decider struct {
	defaultRegion  string
	deniedRegions  map[string]bool
	deniedPrefixes []string
}

// New returns a decider. The default region, empty for none, is that of numbers without calling
// code.
func New(defaultRegion string, denied Denied) *Decider {
	d := &Decider{defaultRegion: defaultRegion, deniedRegions: map[string]bool{}}
	for _, region := range denied.Regions {
		d.deniedRegions[region] = true
	}
	for _, prefix := range denied.Prefixes {
		d.deniedPrefixes = append(d.deniedPrefixes, "+"+prefix)
	}
	return d
}

// Keep reports whether the recipient in cell may be messaged.
func (d *Decider) Keep(cell string) bool {
	number := d.read(strings.TrimSpace(cell))
	return number != nil && !d.deniedByPrefix(number) && d.allowed(number)
}

// read understands a cell as listgate does with --bare national: an announced calling code is
// believed if the number's length fits, bare digits only where their range is assigned. It returns
// nil if there is no number.
func (d *Decider) read(text string) *phonenumbers.PhoneNumber {
	if rest, ok := strings.CutPrefix(text, "00"); ok {
		text = "+" + rest
	}
	if strings.HasPrefix(text, "+") {
		return parse(text, "", isPossible)
	}
	if d.defaultRegion != "" {
		if number := parse(text, d.defaultRegion, phonenumbers.IsValidNumber); number != nil {
			return number
		}
	}
	return parse("+"+text, "", phonenumbers.IsValidNumber)
}

func parse(text, region string, good func(*phonenumbers.PhoneNumber) bool) *phonenumbers.PhoneNumber {
	number, err := phonenumbers.Parse(text, region)
	if err != nil || !good(number) {
		return nil
	}
	return number
}

// isPossible holds for the length of a full number. IsPossibleNumber takes a local one, too.
func isPossible(number *phonenumbers.PhoneNumber) bool {
	return phonenumbers.IsPossibleNumberWithReason(number) == phonenumbers.IS_POSSIBLE
}

func (d *Decider) deniedByPrefix(number *phonenumbers.PhoneNumber) bool {
	e164 := phonenumbers.Format(number, phonenumbers.E164)
	return slices.ContainsFunc(d.deniedPrefixes, func(prefix string) bool { return strings.HasPrefix(e164, prefix) })
}

// allowed asks for the region. Where the library knows none, every region of the calling code must
// be allowed; "001" is a calling code without a country.
func (d *Decider) allowed(number *phonenumbers.PhoneNumber) bool {
	switch region := phonenumbers.GetRegionCodeForNumber(number); region {
	case "001":
		return false
	case "", "ZZ":
		return d.allAllowed(int(number.GetCountryCode()))
	default:
		return !d.deniedRegions[region]
	}
}

func (d *Decider) allAllowed(callingCode int) bool {
	regions := phonenumbers.GetRegionCodesForCountryCode(callingCode)
	return !slices.ContainsFunc(regions, func(region string) bool { return d.deniedRegions[region] })
}
