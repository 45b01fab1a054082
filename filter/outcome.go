package filter

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/listgate/listgate/filter/internal/cell"
	"github.com/listgate/listgate/filter/internal/numbering"
	"github.com/listgate/listgate/rules"
)

// An outcomeID stands for all that a filter says of a number, but for the number itself: an index
// of the filter's table. A filter makes its few hundred outcomes once, so that a row costs an
// index, and counting it an addition.
//
// The first ones are those of cells that no policy is asked about, at the index of their Reason.
// Then follow those of each region set, at firstSet and the set's number; then those of region sets
// behind a prefix that a rule names.
type outcomeID uint16

const (
	firstSet   = outcomeID(Allowed) + 1
	firstExtra = firstSet + outcomeID(numbering.Sets)
)

// keptFlag is set in an index whose outcome keeps the row: every row needs that one bit, few need
// the reason.
const keptFlag = 1 << 15

// An outcome is all that a filter says of a number, but for the number and its regions. Most
// filters have a dozen, so that thousands of filters, one for each account, stay small.
type outcome struct {
	reason    Reason
	rule      string
	warned    []string // ids of the warn entries that name the number
	keptAtLow bool     // dropped, but a lower confidence bar would keep it
}

// key tells outcomes apart.
func (j outcome) key() string {
	return fmt.Sprint(j.reason, " ", j.keptAtLow, " ", j.rule, " ", strings.Join(j.warned, " ")) // ids hold no spaces
}

// An outcomeTable holds the outcomes of one policy.
type outcomeTable struct {
	distinct []outcome
	byID     []uint16    // an index of distinct, and keptFlag
	byLeaf   []outcomeID // by numbering.Leaf, Undecided where more of the number has to be looked at
	behind   *prefixTable
	prefixed callingCodes // those of behind, where the hot path looks
}

// mostOutcomes is how many ids an outcomeID can name, and mostDistinct how many outcomes an index
// beside keptFlag.
const (
	mostOutcomes = 1 << 16
	mostDistinct = keptFlag
)

// callingCodes is a set of calling codes.
type callingCodes [1000/64 + 1]uint64

func (c *callingCodes) add(callingCode int) { c[callingCode/64] |= 1 << (callingCode % 64) }
func (c *callingCodes) has(callingCode int) bool {
	return c[callingCode/64%len(c)]>>(callingCode%64)&1 != 0
}

// newOutcomeTable makes the outcomes of a policy. They share with like, if there is one, what both
// have in common.
func newOutcomeTable(policy *rules.Policy, sighted sightings, like *outcomeTable) (o outcomeTable, err error) {
	var shared *prefixTable
	if like != nil {
		o.distinct = slices.Clip(like.distinct) // a new one goes into a copy
		shared = like.behind
	}
	if o.behind, err = newPrefixTable(policy, shared); err != nil {
		return o, err
	}
	o.prefixed = o.behind.prefixed
	if o.behind == shared {
		o.byLeaf = like.byLeaf
	} else {
		o.byLeaf = make([]outcomeID, numbering.Leaves)
		for place := range o.byLeaf {
			n := numbering.Leaf(place).Number()
			if n.Possible() && n.Set() != 0 && !o.prefixed.has(n.CallingCode()) {
				o.byLeaf[place] = firstSet + outcomeID(n.Set())
			}
		}
	}
	o.judgeAll(policy, sighted)
	if len(o.distinct) > mostDistinct {
		return o, errPrefixes
	}
	return o, nil
}

// judgeAll fills byID and distinct.
func (o *outcomeTable) judgeAll(policy *rules.Policy, sighted sightings) {
	known := map[string]int{}
	for i := range o.distinct {
		known[o.distinct[i].key()] = i
	}
	intern := func(j outcome) {
		at, ok := known[j.key()]
		if !ok {
			at = len(o.distinct)
			o.distinct = append(o.distinct, j)
			known[j.key()] = at
		}
		if j.reason.Kept() {
			at |= keptFlag
		}
		o.byID = append(o.byID, uint16(at))
	}
	o.byID = make([]uint16, 0, int(firstExtra)+len(o.behind.extras))
	for reason := Undecided; reason <= Allowed; reason++ {
		intern(outcome{reason: reason})
	}
	for set := range numbering.SetID(numbering.Sets) {
		intern(sighted.judge(policy, set, ""))
	}
	for _, group := range o.behind.groups {
		for _, set := range group.sets {
			intern(sighted.judge(policy, set, group.digits))
		}
	}
	o.distinct = slices.Clip(o.distinct)
}

// judge asks the policy about each region that the number may belong to. All of them must be
// allowed.
func judge(policy *rules.Policy, set numbering.SetID, digits string) outcome {
	regions := set.Regions()
	j := outcome{reason: Undetermined}
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
			j.reason, j.rule, j.keptAtLow = reasonOf(v.Outcome), v.Rule(), v.KeptAtLow
		}
	}
	if len(regions) == 0 {
		return outcome{reason: NoRegion}
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
func (o *outcomeTable) of(n numbering.Number, digits []byte) outcomeID {
	if o.prefixed.has(n.CallingCode()) {
		return o.ofPrefixed(n, digits)
	}
	return firstSet + outcomeID(n.Set())
}

func (o *outcomeTable) ofPrefixed(n numbering.Number, digits []byte) outcomeID {
	var buffer [cell.MaxDigits]byte
	group := o.behind.find(n.AppendE164(buffer[:0], digits))
	if group.sets == nil {
		return firstSet + outcomeID(n.Set())
	}
	at := slices.Index(group.sets, n.Set())
	if at < 0 { // no number of the plan lies so
		return outcomeID(Undetermined)
	}
	return group.first + outcomeID(at)
}

// outcome returns what an id stands for.
func (o *outcomeTable) outcome(x outcomeID) *outcome { return &o.distinct[o.byID[x]&^keptFlag] }

func (o *outcomeTable) kept(x outcomeID) bool { return o.byID[x]&keptFlag != 0 }

// drops is 1 for an outcome that does not keep, else 0.
func (o *outcomeTable) drops(x outcomeID) int { return 1 - int(o.byID[x]/keptFlag) }

// allowed reports whether the rules allow the number, be it sighted or not.
func (o *outcomeTable) allowed(x outcomeID) bool { return o.kept(x) || o.outcome(x).reason == Sighted }

// set returns the region set of an outcome.
func (o *outcomeTable) set(x outcomeID) numbering.SetID {
	switch {
	case x >= firstExtra:
		return o.behind.extras[x-firstExtra]
	case x >= firstSet:
		return numbering.SetID(x - firstSet)
	}
	return 0
}

// regions returns the regions of a verdict.
func (o *outcomeTable) regions(v verdict) Regions {
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

// setsOf returns every region set that a number of the calling code can have: each of its regions,
// and all of them where the plan cannot tell them apart.
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

// callingCodesOfSets returns the calling code of each region set.
var callingCodesOfSets = sync.OnceValue(func() []int {
	codes := make([]int, numbering.Sets)
	for code, sets := range setsByCallingCode() {
		for _, set := range sets {
			codes[set] = code
		}
	}
	return codes
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

// sightings are the names of Options.Sighted, each sorted as those of region sets are.
type sightings []string

var regionOrSet = regexp.MustCompile(`^[A-Z]{2}(\|[A-Z]{2})*$`)

// newSightings takes any code: a user id may have named one that no numbering plan has.
func newSightings(names []string) (sightings, error) {
	var s sightings
	for _, name := range names {
		if !regionOrSet.MatchString(name) {
			return nil, fmt.Errorf("sighted %q; it is a region such as IN or a set such as AG|US", name)
		}
		regions := strings.Split(name, "|")
		slices.Sort(regions)
		s = append(s, strings.Join(slices.Compact(regions), "|"))
	}
	return s, nil
}

// judge is judge for an account with these sightings: they take back what the rules allow.
func (s sightings) judge(policy *rules.Policy, set numbering.SetID, digits string) outcome {
	j := judge(policy, set, digits)
	if j.reason == Allowed && s.have(set) {
		j.reason, j.rule = Sighted, ""
	}
	return j
}

// have reports whether the set was sighted, or a region of it alone.
func (s sightings) have(set numbering.SetID) bool {
	return slices.Contains(s, setNames()[set]) || slices.ContainsFunc(set.Regions(), func(region [2]byte) bool {
		return slices.Contains(s, string(region[:]))
	})
}
