package main

import "strconv"

// A dialled reads digits as somebody in one region writes them, without "+":
// maybeExtractCountryCode. Three readings run side by side until two of them are out: with the
// international prefix, with the calling code, national. Keys: digits read; the idd's state or
// gone; within's state or gone; the general description's on all digits and on those behind the
// calling code; the national state.
type dialled struct {
	callingCode string
	general     *language
	tooLong     func(length int) bool // the library's TOO_LONG
	idd         *idd
	national    *strip
	within      *strip // behind the calling code, prefix stripped once …
	after       *strip // … and once more, as in any international number
	*states
}

const gone = -1

func newDialled(r *region, national *strip, after *strip) *dialled {
	d := &dialled{
		callingCode: strconv.Itoa(int(r.meta.GetCountryCode())),
		general:     r.descs[general].language,
		tooLong:     func(length int) bool { return testLength(r.meta, length) == tooLong },
		idd:         newIDD(r.meta),
		national:    national,
		within:      newStrip(r, after),
		after:       after,
	}
	d.states = newStates([]int{0, 0, 0, 0, 0, 0})
	return d
}

func (d *dialled) step(state int, digit byte) int {
	return d.follow(state, digit, func(key []int, digit byte) []int {
		next := []int{min(key[0]+1, maxRead), gone, gone, 0, 0, d.national.step(key[5], digit)}
		if key[1] != gone {
			next[1] = d.idd.step(key[1], digit)
			if length, ok := d.idd.sure(next[1]); ok && length == 0 {
				next[1] = gone
			}
		}
		if at := key[0]; key[2] != gone && (at >= len(d.callingCode) || d.callingCode[at] == '0'+digit) {
			next[2], next[3] = 0, d.general.step(key[3], digit)
			if at >= len(d.callingCode) {
				next[2] = d.within.step(key[2], digit)
				next[4] = d.general.step(key[4], digit)
			}
		}
		return next
	})
}

// prefixed answers the length of the international prefix if that is certain.
func (d *dialled) prefixed(state int) (length int, ok bool) {
	if s := d.keys[state][1]; s != gone {
		return d.idd.sure(s)
	}
	return 0, false
}

// plainly answers the national state if nothing but the national reading is left.
func (d *dialled) plainly(state int) (national int, ok bool) {
	key := d.keys[state]
	return key[5], key[1] == gone && key[2] == gone
}

// overlong reports that the calling code is there for certain and no prefix comes off behind it:
// with left digits to come there are too many for a national number. What the digits say is then
// what they say behind "+".
func (d *dialled) overlong(state, left int) bool {
	key := d.keys[state]
	return key[1] == gone && key[2] != gone && key[0] > len(d.callingCode) && len(d.within.keys[key[2]]) == 2 &&
		d.tooLong(key[0]+left)
}

// end is the length of the international prefix, or 0 and the verdict on the digits.
func (d *dialled) end(state int) (prefix int, v verdict) {
	key := d.keys[state]
	if key[1] != gone {
		if prefix := d.idd.end(key[1]); prefix > 0 {
			return prefix, verdict{}
		}
	}
	if key[2] != gone && key[0] >= len(d.callingCode) {
		if v, ok := d.withoutPlus(key); ok {
			return 0, v
		}
	}
	return 0, d.national.verdict(key[5])
}

func (d *dialled) withoutPlus(key []int) (verdict, bool) {
	as, ok := d.within.stripped(key[2])
	if !ok {
		as.viable = d.general.accepts(key[4])
	}
	if !d.tooLong(key[0]) && (d.general.accepts(key[3]) || !as.viable) {
		return verdict{}, false
	}
	v := d.after.verdict(as.below)
	v.withoutPlus = true
	v.rewrite = rewrite{skip: len(d.callingCode)}.then(as.rewrite).then(v.rewrite)
	return v, true
}
