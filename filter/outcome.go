package filter

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/listgate/listgate/filter/internal/cell"
	"github.com/listgate/listgate/filter/internal/numbering"
	"github.com/listgate/listgate/rules"
)

// An outcomeID stands for all that a filter says of a number, but for the number itself: an index of the filter's table. A
// filter makes its few hundred outcomes once, so that a row costs an index, and counting it an addition.
//
// The first ones are those of cells that no policy is asked about, at the index of their Reason. Then follow those of
// each region set, at firstSet and the set's number; then those of region sets behind a prefix that a rule names.
type outcomeID uint16

const (
	firstSet   = outcomeID(Allowed) + 1
	firstExtra = firstSet + outcomeID(numbering.Sets)
)

// keptFlag is set in an index whose outcome keeps the row: every row needs that one bit, few need the reason.
const keptFlag = 1 << 15

// An outcome is all that a filter says of a number, but for the number and its regions. Most filters have a dozen, so that
// thousands of filters, one for each account, stay small.
type outcome struct {
	reason    Reason
	rule      string
	warned    []string // ids of the warn entries that name the number
	keptAtLow bool     // dropped, but a lower confidence bar would keep it
}

func (j outcome) equal(other outcome) bool {
	return j.reason == other.reason && j.rule == other.rule && j.keptAtLow == other.keptAtLow && slices.Equal(j.warned, other.warned)
}

// An outcomeTable holds the outcomes of one policy.
type outcomeTable struct {
	distinct []outcome
	byID     []uint16          // an index of distinct, and keptFlag
	byLeaf   []outcomeID       // by numbering.Leaf, Undecided where more of the number has to be looked at
	extras   []numbering.SetID // by outcomeID from firstExtra on
	byPrefix []prefixOutcomes
	prefixed callingCodes // those that a prefix of byPrefix begins with
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
	first  outcomeID // of sets[0]; the others follow
}

// newOutcomeTable makes the outcomes of a policy. They share with like, if there is one, what both have in common.
func newOutcomeTable(policy *rules.Policy, sighted sightings, like *outcomeTable) outcomeTable {
	o := outcomeTable{}
	if like != nil {
		o.distinct = slices.Clip(like.distinct) // a new one goes into a copy
	}
	if prefixes := policy.Prefixes(); like != nil && like.hasPrefixes(prefixes) {
		o.byPrefix, o.extras, o.prefixed, o.byLeaf = like.byPrefix, like.extras, like.prefixed, like.byLeaf
	} else {
		for _, digits := range slices.Backward(prefixes) { // a prefix after those that it begins with
			o.addPrefix(digits)
		}
		o.byLeaf = make([]outcomeID, numbering.Leaves)
		for place := range o.byLeaf {
			n := numbering.Leaf(place).Number()
			if n.Possible() && n.Set() != 0 && !o.prefixed.has(n.CallingCode()) {
				o.byLeaf[place] = firstSet + outcomeID(n.Set())
			}
		}
	}
	o.byID = make([]uint16, 0, int(firstExtra)+len(o.extras))
	for reason := Undecided; reason <= Allowed; reason++ {
		o.byID = append(o.byID, o.intern(outcome{reason: reason}))
	}
	for set := range numbering.SetID(numbering.Sets) {
		o.byID = append(o.byID, o.intern(sighted.judge(policy, set, "")))
	}
	for _, p := range o.byPrefix {
		for _, set := range p.sets {
			o.byID = append(o.byID, o.intern(sighted.judge(policy, set, p.digits)))
		}
	}
	o.distinct = slices.Clip(o.distinct)
	return o
}

// hasPrefixes reports whether the prefixes, sorted, are those of o.
func (o *outcomeTable) hasPrefixes(prefixes []string) bool {
	for i, digits := range prefixes {
		if len(prefixes) != len(o.byPrefix) || o.byPrefix[len(prefixes)-1-i].digits != digits {
			return false
		}
	}
	return len(prefixes) == len(o.byPrefix)
}

// addPrefix makes room for the outcomes of a prefix.
func (o *outcomeTable) addPrefix(digits string) {
	p := prefixOutcomes{digits: digits, first: firstExtra + outcomeID(len(o.extras))}
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

// intern returns the index of j, adding it if it is new.
func (o *outcomeTable) intern(j outcome) uint16 {
	at := slices.IndexFunc(o.distinct, j.equal)
	if at < 0 {
		at = len(o.distinct)
		o.distinct = append(o.distinct, j)
	}
	if j.reason.Kept() {
		return uint16(at) | keptFlag
	}
	return uint16(at)
}

// judge asks the policy about each region that the number may belong to. All of them must be allowed.
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
	e164 := n.AppendE164(buffer[:0], digits)
	for i := range o.byPrefix {
		p := &o.byPrefix[i]
		if len(e164) >= len(p.digits) && string(e164[:len(p.digits)]) == p.digits {
			return p.first + outcomeID(slices.Index(p.sets, n.Set()))
		}
	}
	return firstSet + outcomeID(n.Set())
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
		return o.extras[x-firstExtra]
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
