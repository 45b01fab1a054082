package filter

import (
	"slices"
	"strconv"
	"strings"
	"sync"

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
	judgedBy   []uint16 // by outcome: a place in judgements
	extras     []string // by outcome from firstExtra on: the region
	byPrefix   []prefixOutcomes
	prefixed   callingCodes    // those that a prefix of byPrefix begins with
	unions     map[pair]string // the regions of both, made beforehand where two readings are likely
	setNames   []string        // by set
}

// callingCodes is a set of calling codes.
type callingCodes [1000/64 + 1]uint64

func (c *callingCodes) add(callingCode int) { c[callingCode/64] |= 1 << (callingCode % 64) }
func (c *callingCodes) has(callingCode int) bool {
	return c[callingCode/64%len(c)]>>(callingCode%64)&1 != 0
}

// prefixOutcomes are the outcomes of numbers that begin with digits.
type prefixOutcomes struct {
	digits string
	bySet  map[numbering.SetID]outcome
}

func newOutcomes(policy *rules.Policy) *outcomes {
	o := &outcomes{setNames: setNames()}
	for reason := Undecided; reason <= Allowed; reason++ {
		o.judgedBy = append(o.judgedBy, o.place(judgement{reason: reason}))
	}
	for set := range numbering.SetID(numbering.Sets) {
		o.judgedBy = append(o.judgedBy, o.place(judge(policy, set, "")))
	}
	for _, digits := range slices.Backward(policy.Prefixes()) { // a prefix after those that it begins with
		o.addPrefix(policy, digits)
	}
	return o
}

func (o *outcomes) addPrefix(policy *rules.Policy, digits string) {
	p := prefixOutcomes{digits: digits, bySet: map[numbering.SetID]outcome{}}
	for callingCode := 1; callingCode < 1000; callingCode++ {
		written := strconv.Itoa(callingCode)
		if !strings.HasPrefix(written, digits) && !strings.HasPrefix(digits, written) {
			continue
		}
		for _, set := range setsOf(callingCode) {
			o.prefixed.add(callingCode)
			p.bySet[set] = o.extra(judge(policy, set, digits), o.setNames[set])
		}
	}
	o.byPrefix = append(o.byPrefix, p)
}

// extra adds an outcome behind those of the sets.
func (o *outcomes) extra(j judgement, region string) outcome {
	o.judgedBy, o.extras = append(o.judgedBy, o.place(j)), append(o.extras, region)
	return outcome(len(o.judgedBy) - 1)
}

// place returns the place of a judgement, which it adds if it is new.
func (o *outcomes) place(j judgement) uint16 {
	at := slices.IndexFunc(o.judgements, j.equal)
	if at < 0 {
		at = len(o.judgements)
		o.judgements = append(o.judgements, j)
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
			j.reason, j.rule, j.lowerBar = reasonOf(v.Outcome), v.Rule(), v.LowerBar
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

// of returns the outcome of a reading that is ok.
func (o *outcomes) of(c *cell, r reading) outcome {
	if o.prefixed.has(r.number.CallingCode()) {
		return o.ofPrefixed(c, r)
	}
	return firstSet + outcome(r.number.Set())
}

func (o *outcomes) ofPrefixed(c *cell, r reading) outcome {
	var buffer [maxCellDigits]byte
	e164 := r.e164(buffer[:0], c)
	for i := range o.byPrefix {
		p := &o.byPrefix[i]
		if len(e164) >= len(p.digits) && string(e164[:len(p.digits)]) == p.digits {
			return p.bySet[r.number.Set()]
		}
	}
	return firstSet + outcome(r.number.Set())
}

// judgement returns what an outcome stands for.
func (o *outcomes) judgement(x outcome) *judgement { return &o.judgements[o.judgedBy[x]] }

func (o *outcomes) kept(x outcome) bool { return o.judgement(x).reason.Kept() }

// region returns the region of an outcome, or the regions, joined.
func (o *outcomes) region(x outcome) string {
	switch {
	case x < firstSet:
		return ""
	case x < firstExtra:
		return o.setNames[x-firstSet]
	}
	return o.extras[x-firstExtra]
}

// regionOf returns the region of a verdict, or the regions, joined.
func (o *outcomes) regionOf(v verdict) string {
	if v.outcome != outcome(Ambiguous) {
		return o.region(v.outcome)
	}
	if name, ok := o.unions[v.pair]; ok {
		return name
	}
	a, b := v.pair.split()
	return union(o.region(a), o.region(b))
}

// uniteWith makes the unions of bare numbers that are one number of the default region's numbering plan and, read
// internationally, another.
func (o *outcomes) uniteWith(callingCode int) {
	o.unions = map[pair]string{}
	national := setsOf(callingCode)
	last := outcome(len(o.judgedBy))
	for a := firstSet; a < last; a++ {
		if !slices.ContainsFunc(national, func(s numbering.SetID) bool { return o.setNames[s] == o.region(a) }) {
			continue
		}
		for b := firstSet; b < last; b++ {
			o.unions[pairOf(a, b)] = union(o.region(a), o.region(b))
		}
	}
}

// union joins two joined sets of regions.
func union(a, b string) string {
	regions := slices.Concat(strings.Split(a, "|"), strings.Split(b, "|"))
	slices.Sort(regions)
	return strings.Join(slices.Compact(regions), "|")
}

// setNames returns the names of all region sets, "US" or "AG|US".
var setNames = sync.OnceValue(func() []string {
	names := make([]string, numbering.Sets)
	for set := range names {
		var regions []string
		for _, region := range numbering.SetID(set).Regions() {
			regions = append(regions, string(region[:]))
		}
		names[set] = strings.Join(regions, "|")
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
