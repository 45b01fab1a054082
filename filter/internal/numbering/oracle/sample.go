package oracle

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strconv"

	"github.com/listgate/listgate/filter/internal/numbering"
	"github.com/nyaruka/phonenumbers/v2"
)

// A Sample is digits to compare on: behind "+" or, with a region, as dialled there.
type Sample struct {
	Region string
	Digits string
}

// Regions is the library's regions, sorted.
func Regions() []string {
	var names []string
	for name := range phonenumbers.GetSupportedRegions() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// forms yields the ways to write a national number: behind "+", and in each region of its calling
// code as it is, with trunk prefixes, with international prefixes, and with the calling code alone.
func forms(callingCode int, national string, yield func(Sample) bool) bool {
	code := strconv.Itoa(callingCode)
	if !yield(Sample{"", code + national}) || !yield(Sample{"", code + "0" + national}) {
		return false
	}
	for _, region := range phonenumbers.GetRegionCodesForCountryCode(callingCode) {
		if region == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY {
			continue
		}
		trunk := phonenumbers.GetNddPrefixForRegion(region, true)
		for _, before := range []string{
			"", trunk, "0", "1", "8", "0" + code, code, code + trunk, code + "0",
			"00" + code, "00" + code + "0", "011" + code, "810" + code,
		} {
			if !yield(Sample{region, before + national}) {
				return false
			}
		}
	}
	return true
}

// Examples yields the example number of every type of every region and of calling codes without a
// country, in every form.
func Examples() iter.Seq[Sample] {
	return func(yield func(Sample) bool) {
		for _, n := range exampleNumbers() {
			if !forms(int(n.GetCountryCode()), phonenumbers.GetNationalSignificantNumber(n), yield) {
				return
			}
		}
	}
}

func exampleNumbers() []*phonenumbers.PhoneNumber {
	var all []*phonenumbers.PhoneNumber
	for _, region := range Regions() {
		all = append(all, phonenumbers.GetInvalidExampleNumber(region))
		for t := phonenumbers.FIXED_LINE; t <= phonenumbers.VOICEMAIL; t++ {
			all = append(all, phonenumbers.GetExampleNumberForTypeInRegion(region, t))
		}
	}
	for callingCode := range phonenumbers.GetSupportedGlobalNetworkCallingCodes() {
		all = append(all, phonenumbers.GetExampleNumberForNonGeoEntity(callingCode))
	}
	return slices.DeleteFunc(all, func(n *phonenumbers.PhoneNumber) bool { return n == nil })
}

// Transitions yields every transition of the table: the shortest access to each row, and behind it
// every string of depth digits, completed at random to each length that the row stands for. With
// depth 2 it tells rows apart that differ for one next digit only.
func Transitions(depth int) iter.Seq[Sample] {
	return func(yield func(Sample) bool) {
		rng := rand.New(rand.NewPCG(3, 4))
		for access := range numbering.Rows() {
			region := ""
			if access.Region != ([2]byte{}) {
				region = string(access.Region[:])
			}
			deep := min(depth, access.Left)
			for i := range power(deep) {
				digits := fmt.Appendf(nil, "%s%0*d", access.Digits, deep, i)
				if !yield(Sample{region, string(random(rng, digits, len(access.Digits)+access.Left))}) {
					return
				}
			}
		}
	}
}

// random appends digits at random until there are length of them.
func random(rng *rand.Rand, digits []byte, length int) []byte {
	for len(digits) < length {
		digits = append(digits, '0'+byte(rng.IntN(10)))
	}
	return digits
}
