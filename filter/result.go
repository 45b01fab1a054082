package filter

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
)

// A Result is what a run counted. Rows never count the header or blank lines.
type Result struct {
	Layout        Layout
	Rows          int64
	Kept, Dropped int64
	Reasons       map[Reason]int64 // every reason, zero or not
	// Readings counts the numbers with a country by how their digits were understood, KeptReadings the kept ones.
	Readings, KeptReadings map[Reading]int64
	Regions                []RegionCount    // the most rows first; they add up to Rows
	Warned                 map[string]int64 // kept rows by the id of a warn entry that names them
	LowerBar               int64            // dropped rows that a lower confidence bar would keep
}

// A RegionCount says what became of the rows of one region, or of one set of regions that cannot be told apart.
type RegionCount struct {
	Region        string // "US", "AG|US", or "" for rows without a country
	Kept, Dropped int64
	Reasons       map[Reason]int64 // of the dropped rows
	Rules         map[string]int64 // of the dropped rows that a rule dropped
}

// A tally counts rows by outcome and reading. Adding to it is all that counting costs in a run.
type tally [][len(readingNames)]int64

func newTally(outcomes int) tally { return make(tally, outcomes) }

func (t tally) add(v verdict) { t[v.outcome][v.reading]++ }

func (t tally) merge(other tally) {
	for i := range other {
		for reading, n := range other[i] {
			t[i][reading] += n
		}
	}
}

// result sums up a tally.
func (t tally) result(f *Filter, layout Layout) *Result {
	r := &Result{Layout: layout, Reasons: map[Reason]int64{}, Readings: map[Reading]int64{}, KeptReadings: map[Reading]int64{},
		Warned: map[string]int64{}}
	for _, reason := range Reasons() {
		r.Reasons[reason] = 0
	}
	regions := map[string]*RegionCount{}
	for i, readings := range t {
		o, rows := outcome(i), readings[NoReading]
		for reading := ReadInternational; reading <= ReadNational; reading++ {
			n := readings[reading]
			rows += n
			r.Readings[reading] += n
			if f.outcomes.kept(o) {
				r.KeptReadings[reading] += n
			}
		}
		if rows > 0 {
			r.add(f.outcomes.judgement(o), f.outcomes.region(o), rows, regions)
		}
	}
	for _, region := range slices.SortedFunc(maps.Values(regions), byRows) {
		r.Regions = append(r.Regions, *region)
	}
	return r
}

func (r *Result) add(j *judgement, name string, rows int64, regions map[string]*RegionCount) {
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
	if j.lowerBar {
		r.LowerBar += rows
	}
}

func byRows(a, b *RegionCount) int {
	return cmp.Or(cmp.Compare(b.Kept+b.Dropped, a.Kept+a.Dropped), cmp.Compare(a.Region, b.Region))
}

// WarnedRules returns the ids of the warn entries that name kept rows, those with the most rows first.
func (r *Result) WarnedRules() []string {
	return slices.SortedFunc(maps.Keys(r.Warned), func(a, b string) int {
		return cmp.Or(cmp.Compare(r.Warned[b], r.Warned[a]), cmp.Compare(a, b))
	})
}

// ColumnLabel returns the name of the phone column, or its number, from 1, where it has none.
func (l Layout) ColumnLabel() string {
	if l.ColumnName != "" {
		return l.ColumnName
	}
	return strconv.Itoa(l.Column)
}
