package oracle

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strconv"

	"github.com/nyaruka/phonenumbers/v2"
)

// Short yields every string of 1 to 6 digits behind "+", assigned or not.
func Short() iter.Seq[Sample] {
	return func(yield func(Sample) bool) {
		for length := 1; length <= 6; length++ {
			for i := range power(length) {
				if !yield(Sample{Digits: fmt.Sprintf("%0*d", length, i)}) {
					return
				}
			}
		}
	}
}

// Prefixes yields every prefix of depth digits behind "+", calling code included, at every possible
// length of its calling code that is not shorter and at the lengths of old forms, and if around is
// set one longer and one shorter than all of them too; each once, the rest at random. A prefix
// without a calling code comes once.
func Prefixes(depth int, around bool) iter.Seq[Sample] {
	return func(yield func(Sample) bool) {
		rng := rand.New(rand.NewPCG(5, 6))
		known := possibleLengths()
		for i := range power(depth) {
			prefix := fmt.Appendf(nil, "%0*d", depth, i)
			for _, length := range known.of(string(prefix), around) {
				if length >= depth && !yield(Sample{Digits: string(random(rng, slices.Clone(prefix), length))}) {
					return
				}
			}
		}
	}
}

func power(depth int) int {
	end := 1
	for range depth {
		end *= 10
	}
	return end
}

// A lengthTable is the numbers of digits in all that are possible, by calling code.
type lengthTable map[string][]int

func possibleLengths() lengthTable {
	collection, err := phonenumbers.MetadataCollection()
	if err != nil {
		panic(err) // the library could not have been used so far
	}
	known := lengthTable{"52": {13}, "55": {12}, "225": {11}} // old forms
	for _, m := range collection.GetMetadata() {
		if callingCode := int(m.GetCountryCode()); m.GetId() == phonenumbers.GetRegionCodeForCountryCode(callingCode) {
			code := strconv.Itoa(callingCode)
			for _, length := range m.GetGeneralDesc().GetPossibleLength() {
				known[code] = append(known[code], len(code)+int(length))
			}
		}
	}
	return known
}

func (t lengthTable) of(prefix string, around bool) []int {
	for _, size := range []int{1, 2, 3} {
		if lengths := slices.Clone(t[prefix[:size]]); lengths != nil {
			if around {
				lengths = append(lengths, slices.Min(lengths)-1, slices.Max(lengths)+1)
			}
			slices.Sort(lengths)
			return slices.Compact(lengths)
		}
	}
	return []int{11}
}

// National yields, for every region, every string of depth digits at every length up to 20 as
// somebody dials it there, the rest at random.
func National(depth int) iter.Seq[Sample] {
	return func(yield func(Sample) bool) {
		rng := rand.New(rand.NewPCG(7, 8))
		for _, region := range Regions() {
			for i := range power(depth) {
				for length := depth; length <= 20; length++ {
					digits := fmt.Appendf(nil, "%0*d", depth, i)
					if !yield(Sample{region, string(random(rng, digits, length))}) {
						return
					}
				}
			}
		}
	}
}
