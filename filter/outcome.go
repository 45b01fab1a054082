package filter

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/listgate/listgate/filter/internal/cell"
	"github.com/listgate/listgate/filter/internal/numbering"
	"github.com/listgate/listgate/rules"
)

// An outcome stands for all that a filter says of a number, but for the number itself: a place in the filter's table. A
// filter makes its few hundred outcomes once, so that a row costs an index, and counting it an addition.
//
// The first ones are those of cells that no policy is asked about, at the place of their Reason. Then follow those of
// each region set, at firstSet and the set's number; then those of region sets behind a prefix that a rule names.
type outcome uint16

const (
	firstSet   = outcome(Allowed) + 1
	firstExtra = firstSet + outcome(numbering.Sets)
)

// keptBit stands beside the place of a judgement that keeps: what becomes of a row is asked of every row, and why only of some.
const keptBit = 1 << 15

// A judgement is what outcomes have in common whatever the region. Most filters have a dozen, so that thousands of
// filters, one for each account, stay small.
type judgement struct {
	reason   Reason
	rule     string
	warned   []string // ids of the warn entries that name the number
	lowerBar bool     // dropped, but a lower confidence bar would keep it
}

func (j judgement) equal(other judgement) bool {
	return j.reason == other.reason && j.rule == other.rule && j.lowerBar == other.lowerBar && slices.Equal(j.warned, other.warned)
}

// outcomes are the outcomes of one policy.
type outcomes struct {
	judgements []judgement
	judgedBy   []uint16          // by outcome: a place in judgements, and keptBit
	byPlace    []outcome         // by numbering.Place, Undecided where more of the number has to be looked at
	extras     []numbering.SetID // by outcome from firstExtra on
	byPrefix   []prefixOutcomes
	prefixed   callingCodes // those that a prefix of byPrefix begins with
}

// callingCodes is a set of calling codes.
type callingCodes [1000/64 + 1]uint64

func (c *callingCodes) add(callingCode int) { c[callingCode/64] |= 1 << (callingCode % 64) }
func (c *callingCodes) has(callingCode int) bool {
	return c[callingCode/64%len(c)]>>(callingCode%64)&1 != 0
}

// prefixOutcomes are the outcomes of numbers that begin with digits, one for each set that they can have.
type prefixOutcomes struct {
	digits string
	sets   []numbering.SetID
	first  outcome // of sets[0]; the others follow
}

// newOutcomes makes the outcomes of a policy. They share with like, if there is one, what both have in common.
func newOutcomes(policy *rules.Policy, sighted sightings, like *outcomes) outcomes {
	o := outcomes{}
	if like != nil {
		o.judgements = slices.Clip(like.judgements) // a new one goes into a copy
	}
	if prefixes := policy.Prefixes(); like != nil && like.hasPrefixes(prefixes) {
		o.byPrefix, o.extras, o.prefixed, o.byPlace = like.byPrefix, like.extras, like.prefixed, like.byPlace
	} else {
		for _, digits := range slices.Backward(prefixes) { // a prefix after those that it begins with
			o.addPrefix(digits)
		}
		o.byPlace = make([]outcome, numbering.Places)
		for place := range o.byPlace {
			n := numbering.Place(place).Number()
			if n.Possible() && n.Set() != 0 && !o.prefixed.has(n.CallingCode()) {
				o.byPlace[place] = firstSet + outcome(n.Set())
			}
		}
	}
	o.judgedBy = make([]uint16, 0, int(firstExtra)+len(o.extras))
	for reason := Undecided; reason <= Allowed; reason++ {
		o.judgedBy = append(o.judgedBy, o.place(judgement{reason: reason}))
	}
	for set := range numbering.SetID(numbering.Sets) {
		o.judgedBy = append(o.judgedBy, o.place(sighted.judge(policy, set, "")))
	}
	for _, p := range o.byPrefix {
		for _, set := range p.sets {
			o.judgedBy = append(o.judgedBy, o.place(sighted.judge(policy, set, p.digits)))
		}
	}
	o.judgements = slices.Clip(o.judgements)
	return o
}

// hasPrefixes reports whether the prefixes, sorted, are those of o.
func (o *outcomes) hasPrefixes(prefixes []string) bool {
	for i, digits := range prefixes {
		if len(prefixes) != len(o.byPrefix) || o.byPrefix[len(prefixes)-1-i].digits != digits {
			return false
		}
	}
	return len(prefixes) == len(o.byPrefix)
}

// addPrefix makes room for the outcomes of a prefix.
func (o *outcomes) addPrefix(digits string) {
	p := prefixOutcomes{digits: digits, first: firstExtra + outcome(len(o.extras))}
	for callingCode := 1; callingCode < 1000; callingCode++ {
		written := strconv.Itoa(callingCode)
		if strings.HasPrefix(written, digits) || strings.HasPrefix(digits, written) {
			if sets := setsOf(callingCode); len(sets) > 0 {
				o.prefixed.add(callingCode)
				p.sets, o.extras = append(p.sets, sets...), append(o.extras, sets...)
			}
		}
	}
	o.byPrefix = append(o.byPrefix, p)
}

// place returns the place of a judgement, which it adds if it is new.
func (o *outcomes) place(j judgement) uint16 {
	at := slices.IndexFunc(o.judgements, j.equal)
	if at < 0 {
		at = len(o.judgements)
		o.judgements = append(o.judgements, j)
	}
	if j.reason.Kept() {
		return uint16(at) | keptBit
	}
	return uint16(at)
}

// judge asks the policy about each region that the number may belong to. All of them must be allowed.
func judge(policy *rules.Policy, set numbering.SetID, digits string) judgement {
	regions := set.Regions()
	j := judgement{reason: Undetermined}
	allowed := 0
	for _, region := range regions {
		v := policy.Judge(rules.Region(region), digits)
		for _, entry := range v.Warned {
			if !slices.Contains(j.warned, entry.ID) {
				j.warned = append(j.warned, entry.ID)
			}
		}
		if v.Outcome == rules.Allowed {
			allowed++
		}
		if len(regions) == 1 {
			j.reason, j.rule, j.lowerBar = reasonOf(v.Outcome), v.Rule(), v.KeptAtLow
		}
	}
	if len(regions) == 0 {
		return judgement{reason: NoRegion}
	}
	if allowed == len(regions) {
		j.reason = Allowed
	}
	return j
}

func reasonOf(o rules.Outcome) Reason {
	switch o {
	case rules.Allowed:
		return Allowed
	case rules.Unlisted:
		return Unlisted
	}
	return Restricted
}

// of returns the outcome of a number that has regions, made of digits.
func (o *outcomes) of(n numbering.Number, digits []byte) outcome {
	if o.prefixed.has(n.CallingCode()) {
		return o.ofPrefixed(n, digits)
	}
	return firstSet + outcome(n.Set())
}

func (o *outcomes) ofPrefixed(n numbering.Number, digits []byte) outcome {
	var buffer [cell.MaxDigits]byte
	e164 := n.AppendE164(buffer[:0], digits)
	for i := range o.byPrefix {
		p := &o.byPrefix[i]
		if len(e164) >= len(p.digits) && string(e164[:len(p.digits)]) == p.digits {
			return p.first + outcome(slices.Index(p.sets, n.Set()))
		}
	}
	return firstSet + outcome(n.Set())
}

// judgement returns what an outcome stands for.
func (o *outcomes) judgement(x outcome) *judgement { return &o.judgements[o.judgedBy[x]&^keptBit] }

func (o *outcomes) kept(x outcome) bool { return o.judgedBy[x]&keptBit != 0 }

// drops is 1 for an outcome that does not keep, else 0.
func (o *outcomes) drops(x outcome) int { return 1 - int(o.judgedBy[x]/keptBit) }

// allowed reports whether the rules allow the number, be it sighted or not.
func (o *outcomes) allowed(x outcome) bool { return o.kept(x) || o.judgement(x).reason == Sighted }

// set returns the region set of an outcome.
func (o *outcomes) set(x outcome) numbering.SetID {
	switch {
	case x >= firstExtra:
		return o.extras[x-firstExtra]
	case x >= firstSet:
		return numbering.SetID(x - firstSet)
	}
	return 0
}

// regions returns the regions of a verdict.
func (o *outcomes) regions(v verdict) Regions {
	if v.pair == 0 {
		return Regions{first: o.set(v.outcome)}
	}
	a, b := v.pair.split()
	return Regions{o.set(a), o.set(b)}
}

// setNames returns the names of all region sets, "US" or "AG|US".
var setNames = sync.OnceValue(func() []string {
	names := make([]string, numbering.Sets)
	for set := range names {
		names[set] = joinRegions(numbering.SetID(set).Regions())
	}
	return names
})

// setsOf returns every region set that a number of the calling code can have: each of its regions, and all of them where
// the plan cannot tell them apart.
func setsOf(callingCode int) []numbering.SetID { return setsByCallingCode()[callingCode] }

var setsByCallingCode = sync.OnceValue(func() map[int][]numbering.SetID {
	sets := map[int][]numbering.SetID{}
	for set := range numbering.SetID(numbering.Sets) {
		if regions := set.Regions(); len(regions) > 0 {
			callingCode := callingCodeOf(regions[0])
			sets[callingCode] = append(sets[callingCode], set)
		}
	}
	return sets
})

// callingCodeOf returns the calling code of a region, or 0 if it has no numbering plan of its own.
func callingCodeOf(region rules.Region) int {
	for digits := "2"; len(digits) <= maxE164Digits; digits += "2" {
		if n, kind := numbering.Dialled(region, digits); kind == numbering.National && n.CallingCode() != 0 {
			return n.CallingCode()
		}
	}
	return 0
}
