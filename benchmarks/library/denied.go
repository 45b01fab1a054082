package library

import (
	"slices"
	"strconv"

	"github.com/nyaruka/phonenumbers/v2"

	"github.com/listgate/listgate/rules"
)

// Denied is what a policy comes to for a program that knows regions and prefixes only. Prefixes are
// the first digits of E.164 numbers, without '+', within regions that are allowed.
type Denied struct{ Regions, Prefixes []string }

// DeniedBy asks a policy about every region and about every prefix that it names.
func DeniedBy(policy *rules.Policy) Denied {
	var d Denied
	for region := range phonenumbers.GetSupportedRegions() {
		if denies(policy, region, "") {
			d.Regions = append(d.Regions, region)
		}
	}
	slices.Sort(d.Regions)
	for _, prefix := range policy.Prefixes() {
		if slices.ContainsFunc(regionsOf(prefix), func(region string) bool {
			return denies(policy, region, prefix) && !slices.Contains(d.Regions, region)
		}) {
			d.Prefixes = append(d.Prefixes, prefix)
		}
	}
	return d
}

func denies(policy *rules.Policy, name, digits string) bool {
	region, err := rules.ParseRegion(name)
	return err != nil || policy.Judge(region, digits).Outcome != rules.Allowed
}

// regionsOf returns the regions of the calling code that digits begin with.
func regionsOf(digits string) []string {
	for length := 1; length <= min(3, len(digits)); length++ {
		callingCode, err := strconv.Atoi(digits[:length])
		if regions := phonenumbers.GetRegionCodesForCountryCode(callingCode); err == nil && len(regions) > 0 {
			return regions
		}
	}
	return nil
}

// FirstDigits returns what a program denies that knows first digits only: the prefixes, and the
// calling codes of the regions. It denies more than the policy does, for other regions share those
// calling codes.
func (d Denied) FirstDigits() []string {
	all := slices.Clone(d.Prefixes)
	for _, region := range d.Regions {
		all = append(all, strconv.Itoa(phonenumbers.GetCountryCodeForRegion(region)))
	}
	slices.Sort(all)
	return slices.Compact(all)
}
