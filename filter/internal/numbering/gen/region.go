package main

import (
	"slices"

	"github.com/nyaruka/phonenumbers/v2"
)

// A desc is one number type of one region.
type desc struct {
	*language
	lengths []int32 // nil: any
}

func newDesc(d *phonenumbers.PhoneNumberDesc) desc {
	return desc{newLanguage(d.GetNationalNumberPattern()), d.PossibleLength}
}

func (d desc) matches(state, length int) bool {
	return (len(d.lengths) == 0 || slices.Contains(d.lengths, int32(length))) && d.accepts(state)
}

// A region runs all patterns of one region side by side over a national number.
type region struct {
	meta    *phonenumbers.PhoneMetadata
	leading *language // nil: none
	descs   []desc
	*states
}

// The places of the patterns in region.descs, in the order in which the library asks for the
// number's type.
const (
	general   = 0
	firstRest = 1 // premium rate … voicemail: all "other" to us
	fixedLine = 9
	mobile    = 10
)

func newRegion(meta *phonenumbers.PhoneMetadata) *region {
	r := &region{meta: meta}
	for _, d := range []*phonenumbers.PhoneNumberDesc{
		meta.GetGeneralDesc(), meta.GetPremiumRate(), meta.GetTollFree(), meta.GetSharedCost(), meta.GetVoip(),
		meta.GetPersonalNumber(),
		meta.GetPager(), meta.GetUan(), meta.GetVoicemail(), meta.GetFixedLine(), meta.GetMobile(),
	} {
		r.descs = append(r.descs, newDesc(d))
	}
	key := make([]int, len(r.descs))
	if digits := meta.GetLeadingDigits(); digits != "" {
		r.leading = newLanguage(`(?:` + digits + `)\d*`)
		key = append(key, 0)
	}
	r.states = newStates(key)
	return r
}

func (r *region) step(state int, digit byte) int {
	return r.follow(state, digit, func(key []int, digit byte) []int {
		next := make([]int, len(key))
		for i, d := range r.descs {
			next[i] = d.step(key[i], digit)
		}
		if r.leading != nil {
			next[len(r.descs)] = r.leading.step(key[len(r.descs)], digit)
		}
		return next
	})
}

// kind is getNumberTypeHelper.
func (r *region) kind(state, length int) kind {
	matches := func(i int) bool { return r.descs[i].matches(r.keys[state][i], length) }
	if !matches(general) {
		return none
	}
	for i := firstRest; i < fixedLine; i++ {
		if matches(i) {
			return isOther
		}
	}
	same := r.meta.GetSameMobileAndFixedLinePattern()
	switch {
	case matches(fixedLine) && (same || matches(mobile)):
		return isFixedOrMobile
	case matches(fixedLine):
		return isFixed
	case !same && matches(mobile):
		return isMobile
	}
	return none
}

// claims is the body of getRegionCodeForNumberFromRegionList.
func (r *region) claims(state, length int) bool {
	if r.leading != nil {
		return r.leading.accepts(r.keys[state][len(r.descs)])
	}
	return r.kind(state, length) != none
}

// What testNumberLength answers.
type fit int

const (
	fits fit = iota
	localOnly
	tooShort
	tooLong
	invalidLength
)

func testLength(meta *phonenumbers.PhoneMetadata, length int) fit {
	lengths, n := meta.GetGeneralDesc().GetPossibleLength(), int32(length)
	switch {
	case slices.Contains(meta.GetGeneralDesc().GetPossibleLengthLocalOnly(), n):
		return localOnly
	case slices.Contains(lengths, n):
		return fits
	case n < lengths[0]:
		return tooShort
	case n > lengths[len(lengths)-1]:
		return tooLong
	}
	return invalidLength
}
