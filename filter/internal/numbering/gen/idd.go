package main

import "github.com/nyaruka/phonenumbers/v2"

// An idd looks for a region's international prefix at the start: parsePrefixAsIdd. Keys: what the
// digit after the best match is (notYet, isZero, notZero), then the replacer's threads. Nothing is
// written below.
type idd struct {
	prefix *replacer
	*states
}

const (
	notYet = iota
	isZero
	notZero
)

func newIDD(meta *phonenumbers.PhoneMetadata) *idd {
	i := &idd{prefix: newReplacer(meta.GetInternationalPrefix(), "")}
	i.states = newStates(append([]int{notYet}, keys(i.prefix.first())...))
	return i
}

func (i *idd) step(state int, digit byte) int {
	return i.follow(state, digit, func(key []int, digit byte) []int {
		before, after := i.prefix.threads(key[1:]), i.prefix.next(i.prefix.threads(key[1:]), digit)
		zero := key[0]
		switch was, is := best(before), best(after); {
		case is != was:
			zero = notYet // matched anew, up to this digit
		case is >= 0 && zero == notYet:
			zero = notZero
			if digit == 0 {
				zero = isZero
			}
		}
		return append([]int{zero}, keys(after)...)
	})
}

// best is the length of the best match so far, or -1.
func best(threads []thread) int {
	if n := len(threads); n > 0 && threads[n-1].pc == matched {
		return threads[n-1].at.skip
	}
	return -1
}

// sure reports that no digit to come can change the answer: the length of the prefix, 0 for none.
func (i *idd) sure(state int) (length int, ok bool) {
	threads := i.prefix.threads(i.keys[state][1:])
	if len(threads) == 0 {
		return 0, true
	}
	if len(threads) > 1 || best(threads) < 0 || i.keys[state][0] == notYet {
		return 0, false
	}
	return i.end(state), true
}

// end is the length of the prefix if no digit follows, 0 for none.
func (i *idd) end(state int) int {
	key := i.keys[state]
	threads := i.prefix.threads(key[1:])
	m, found := i.prefix.end(threads)
	if !found || (m.at.skip == best(threads) && key[0] == isZero) {
		return 0
	}
	return m.at.skip
}
