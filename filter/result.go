package filter

import (
	"cmp"
	"maps"
	"slices"

	"github.com/listgate/listgate/rules"
)

// A Result is what a run counted. Rows never count the header or blank lines.
type Result struct {
	Layout        Layout
	Rows          int64
	Kept, Dropped int64
	Reasons       map[Reason]int64 // every reason, zero or not
	// Readings counts the numbers with a country by how their digits were understood, KeptReadings
	// the kept ones.
	Readings, KeptReadings map[Reading]int64
	Regions                []RegionCount    // the most rows first; they add up to Rows
	Warned                 map[string]int64 // kept rows by the id of a warn entry that names them
	KeptAtLow              int64            // dropped rows that a lower confidence bar would keep
	// the most rows first; they add up to Dropped. Only with ListOptions.Findings
	Findings []Finding

	// What Warnings is made of.
	home      rules.Region
	announced map[string]int64 // numbers with '+', by region
	traits    traitCount
	count     listCount
	closely   closeCount
	dedupe    bool
	normalize Normalize
	valid     bool // of assigned ranges only
}

// A RegionCount says what became of the rows of one region, or of one set of regions that cannot be
// told apart.
type RegionCount struct {
	Region        string // "US", "AG|US", or "" for rows without a country
	Kept, Dropped int64
	Reasons       map[Reason]int64 // of the dropped rows
	Rules         map[string]int64 // of the dropped rows that a rule dropped
}

// A tally counts rows. Adding to it is all that counting costs in a run.
type tally struct {
	rows   [][len(readingNames)]int64 // by outcome and reading
	pairs  map[pair]int64             // ambiguous rows
	traits traitCount
}

func newTally(outcomes int) *tally {
	return &tally{rows: make([][len(readingNames)]int64, outcomes), pairs: map[pair]int64{}}
}

func (t *tally) add(v verdict) {
	t.rows[v.outcome][v.reading]++
	t.traits.add(v.traits)
	if v.outcome == outcomeID(Ambiguous) {
		t.pairs[v.pair]++
	}
}

func (t *tally) merge(other *tally) {
	for i := range other.rows {
		for reading, rows := range other.rows[i] {
			t.rows[i][reading] += rows
		}
	}
	for pair, n := range other.pairs {
		t.pairs[pair] += n
	}
	t.traits.merge(&other.traits)
}

func (t *tally) clear() {
	clear(t.rows)
	clear(t.pairs)
	*t = tally{rows: t.rows, pairs: t.pairs}
}

// each calls do with the rows of every outcome, and of every pair of them that is ambiguous.
func (t *tally) each(do func(v verdict, rows int64)) {
	for i, readings := range t.rows {
		rows := int64(0)
		for _, n := range readings {
			rows += n
		}
		if rows > 0 && outcomeID(i) != outcomeID(Ambiguous) {
			do(verdict{outcome: outcomeID(i)}, rows)
		}
	}
	for pair, rows := range t.pairs {
		do(verdict{outcome: outcomeID(Ambiguous), pair: pair}, rows)
	}
}

// result sums up a run.
func (s *stream) result() *Result {
	f, t := s.filter, s.tally
	r := &Result{
		Layout: s.layout, Reasons: map[Reason]int64{}, Readings: map[Reading]int64{}, KeptReadings: map[Reading]int64{},
		Warned: map[string]int64{}, home: f.options.DefaultRegion,
		announced: map[string]int64{}, traits: t.traits, count: s.count, closely: s.closely.closeCount,
		dedupe: s.options.Dedupe, normalize: s.options.Normalize, valid: f.options.RequireValid,
	}
	for _, reason := range Reasons() {
		r.Reasons[reason] = 0
	}
	regions := map[string]*RegionCount{}
	for i, readings := range t.rows {
		x := outcomeID(i)
		for reading := ReadingInternational; reading <= ReadingNational; reading++ {
			n := readings[reading]
			r.Readings[reading] += n
			if f.outcomes.kept(x) {
				r.KeptReadings[reading] += n
			}
		}
		if n := readings[ReadingInternational]; n > 0 {
			r.announced[setNames()[f.outcomes.set(x)]] += n
		}
	}
	t.each(func(v verdict, rows int64) {
		r.add(f.outcomes.outcome(v.outcome), f.outcomes.regions(v).String(), rows, regions)
	})
	for _, region := range slices.SortedFunc(maps.Values(regions), byRows) {
		r.Regions = append(r.Regions, *region)
	}
	if s.options.Findings > 0 {
		r.Findings = s.findings()
	}
	return r
}

func (r *Result) add(j *outcome, name string, rows int64, regions map[string]*RegionCount) {
	region := regions[name]
	if region == nil {
		region = &RegionCount{Region: name, Reasons: map[Reason]int64{}, Rules: map[string]int64{}}
		regions[name] = region
	}
	r.Rows += rows
	r.Reasons[j.reason] += rows
	if j.reason.Kept() {
		r.Kept += rows
		region.Kept += rows
		for _, id := range j.warned {
			r.Warned[id] += rows
		}
		return
	}
	r.Dropped += rows
	region.Dropped += rows
	region.Reasons[j.reason] += rows
	if j.rule != "" {
		region.Rules[j.rule] += rows
	}
	if j.keptAtLow {
		r.KeptAtLow += rows
	}
}

func byRows(a, b *RegionCount) int {
	return cmp.Or(cmp.Compare(b.Kept+b.Dropped, a.Kept+a.Dropped), cmp.Compare(a.Region, b.Region))
}

// WarnedRules returns the ids of the warn entries that name kept rows, those with the most rows
// first.
func (r *Result) WarnedRules() []string {
	return slices.SortedFunc(maps.Keys(r.Warned), func(a, b string) int {
		return cmp.Or(cmp.Compare(r.Warned[b], r.Warned[a]), cmp.Compare(a, b))
	})
}
