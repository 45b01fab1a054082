package filter

import (
	"slices"
	"strings"

	"github.com/listgate/listgate/filter/internal/phonelib"
	"github.com/listgate/listgate/rules"
)

// An outcome is all that a filter says of a number, but for the number itself. A filter has a few hundred of them,
// made once, so that a row costs an index and counting is an addition.
type outcome struct {
	reason   Reason
	region   string
	rule     string
	warned   []string // ids of the warn entries that name the number
	lowerBar bool     // dropped, but a lower confidence bar would keep it
}

// outcomes holds the outcomes of one policy. The first ones stand at the place of their Reason: those of cells that
// no policy is asked about.
type outcomes struct {
	list     []outcome
	byRegion map[string]int // by the regions of a number, joined
	byPrefix []prefixOutcomes
	// ambiguous holds the outcomes of bare numbers with a national and an international reading that count alike.
	ambiguous map[[2]int]int
}

// prefixOutcomes are the outcomes of numbers that begin with digits.
type prefixOutcomes struct {
	digits   string
	byRegion map[string]int
}

func newOutcomes(policy *rules.Policy) *outcomes {
	o := &outcomes{}
	for reason := Undecided; reason <= Allowed; reason++ {
		o.list = append(o.list, outcome{reason: reason})
	}
	o.byRegion = o.judgeAll(policy, "")
	for _, digits := range slices.Backward(policy.Prefixes()) { // a prefix after those that it begins with
		o.byPrefix = append(o.byPrefix, prefixOutcomes{digits, o.judgeAll(policy, digits)})
	}
	return o
}

// judgeAll asks the policy about every set of regions that a number beginning with digits can have.
func (o *outcomes) judgeAll(policy *rules.Policy, digits string) map[string]int {
	byRegion := map[string]int{}
	for _, set := range phonelib.RegionSets(phonelib.CallingCode(digits)) {
		byRegion[strings.Join(set, "|")] = len(o.list)
		o.list = append(o.list, judge(policy, set, digits))
	}
	return byRegion
}

// judge asks the policy about each region that the number may belong to. All of them must be allowed.
func judge(policy *rules.Policy, set []string, digits string) outcome {
	out := outcome{reason: Undetermined, region: strings.Join(set, "|")}
	allowed := 0
	for _, name := range set {
		region, err := rules.ParseRegion(name)
		if err != nil {
			panic("filter: the numbering plan names a region that rules does not know: " + name)
		}
		v := policy.Judge(region, digits)
		for _, entry := range v.Warned {
			if !slices.Contains(out.warned, entry.ID) {
				out.warned = append(out.warned, entry.ID)
			}
		}
		if v.Outcome == rules.Allowed {
			allowed++
		}
		if len(set) == 1 {
			out.reason, out.rule, out.lowerBar = reasonOf(v.Outcome), v.Rule(), v.LowerBar
		}
	}
	if allowed == len(set) {
		out.reason = Allowed
	}
	return out
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

// of returns the outcome of a number that has regions.
func (o *outcomes) of(n phonelib.Number) int {
	regions := strings.Join(n.Regions, "|")
	for _, p := range o.byPrefix {
		if strings.HasPrefix(n.E164, p.digits) {
			return p.byRegion[regions]
		}
	}
	return o.byRegion[regions]
}

// pairUp makes the outcomes of bare numbers that are one number in callingCode and, read internationally, another.
func (o *outcomes) pairUp(callingCode int) {
	o.ambiguous = map[[2]int]int{}
	first, last := int(Allowed)+1, len(o.list)
	for _, set := range phonelib.RegionSets(callingCode) {
		region := strings.Join(set, "|")
		for national := first; national < last; national++ {
			if o.list[national].region != region {
				continue
			}
			for other := first; other < last; other++ {
				o.ambiguous[[2]int{national, other}] = len(o.list)
				o.list = append(o.list, outcome{reason: Ambiguous, region: union(region, o.list[other].region)})
			}
		}
	}
}

// union joins two joined sets of regions.
func union(a, b string) string {
	regions := slices.Concat(strings.Split(a, "|"), strings.Split(b, "|"))
	slices.Sort(regions)
	return strings.Join(slices.Compact(regions), "|")
}
