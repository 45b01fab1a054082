package main

import "github.com/nyaruka/phonenumbers/v2"

// A strip takes the national prefix off as one region writes it, and hands the rest to the judge
// below: the end of parseHelper, from maybeStripNationalPrefixAndCarrierCode on. Keys: digits read,
// the judge's state on the digits as they are, the general description's, and the replacer's
// threads; when no thread is left, only the first two.
type strip struct {
	meta    *phonenumbers.PhoneMetadata
	general *language
	below   judge
	prefix  *replacer // nil: none
	*states
}

func newStrip(r *region, below judge) *strip {
	s := &strip{meta: r.meta, general: r.descs[general].language, below: below}
	first := []int{0, 0}
	if pattern := r.meta.GetNationalPrefixForParsing(); pattern != "" {
		s.prefix = newReplacer(pattern, r.meta.GetNationalPrefixTransformRule(), below, s.general)
		first = append(append(first, 0), keys(s.prefix.first())...)
	}
	s.states = newStates(first)
	return s
}

// maxRead is above anything that leaves a national number short enough.
const maxRead = 40

func (s *strip) step(state int, digit byte) int {
	return s.follow(state, digit, func(key []int, digit byte) []int {
		next := []int{min(key[0]+1, maxRead), s.below.step(key[1], digit)}
		if len(key) == 2 {
			return next
		}
		threads := s.prefix.next(s.prefix.threads(key[3:]), digit)
		if len(threads) == 0 {
			return next
		}
		return append(append(next, s.general.step(key[2], digit)), keys(threads)...)
	})
}

// A stripped is one of the two things that a national number can be: as it was read, or without its
// prefix.
type stripped struct {
	length  int
	below   int // the judge's state
	rewrite rewrite
	viable  bool // matches the general description
}

// stripped is maybeStripNationalPrefixAndCarrierCode. The viability of an unstripped number is
// known only if it is asked for by a prefix that matched, or by a caller that keeps the general
// description alongside.
func (s *strip) stripped(state int) (as stripped, ok bool) {
	key := s.keys[state]
	as = stripped{length: key[0], below: key[1]}
	if len(key) == 2 || key[0] == 0 {
		return as, false
	}
	as.viable = s.general.accepts(key[2])
	m, found := s.prefix.end(s.prefix.threads(key[3:]))
	if !found {
		return as, false
	}
	without := stripped{key[0] - m.at.skip - m.at.drop + len(m.at.insert), m.below[0], m.at,
		s.general.accepts(m.below[1])}
	if as.viable && !without.viable {
		return as, false
	}
	return without, true
}

// verdict is the rest of parseHelper: a prefix comes off only if what remains is long enough.
func (s *strip) verdict(state int) verdict {
	read := s.keys[state]
	as := stripped{length: read[0], below: read[1]}
	if read[0] < minNSN {
		return s.refused(true, false)
	}
	if without, ok := s.stripped(state); ok {
		if fit := testLength(s.meta, without.length); fit == fits || fit == tooLong {
			as = without
		}
	}
	if as.length < minNSN || as.length > maxNSN {
		return s.refused(as.length < minNSN, as.length > maxNSN)
	}
	v := s.below.verdict(as.below)
	v.rewrite = as.rewrite
	return v
}

const minNSN = 2

// refused is what the library answers with an error.
func (s *strip) refused(short, long bool) verdict {
	return verdict{callingCode: s.below.verdict(0).callingCode, short: short, long: long}
}
