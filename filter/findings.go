package filter

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/listgate/listgate/filter/internal/cell"
	"github.com/listgate/listgate/filter/internal/csv"
)

// A Finding is all dropped rows of a list that have a reason, their regions and a rule in common.
type Finding struct {
	Reason  Reason
	Regions string // "US", "AG|US", or "" for rows without a country
	Rule    string // empty where no rule decided
	Rows    int64
	Lines   []int64 // where the first rows begin, from 1: at most ListOptions.Findings
	// Samples are the numbers of those rows, masked to calling code and last two digits
	// (+91••••••••10) unless ListOptions.ShowNumbers. A cell that holds no number gives none.
	Samples []string
}

// An outcomeKey is what a finding is made of. Several can be one finding: prefixes have outcomes of
// their own.
type outcomeKey struct {
	outcome outcomeID
	pair    pair
}

// A rowSample is a dropped row that is among the first of its outcome in its chunk.
type rowSample struct {
	outcomeKey
	start, lines int // where it begins in the chunk's data, and the line breaks before it there
}

// A firstRow is one of the first rows of an outcome in the list.
type firstRow struct {
	line   int64
	sample string // empty: not a number
}

// addSample notes a row that was dropped, if it is one of the first of its outcome.
func (p *chunk) addSample(v verdict, start, lines, most int) {
	if v.outcome == outcomeID(Ambiguous) {
		if p.seenPairs[v.pair]++; p.seenPairs[v.pair] > most {
			return
		}
	} else if p.seenRows[v.outcome]++; p.seenRows[v.outcome] > most {
		return
	}
	p.samples = append(p.samples, rowSample{outcomeKey{v.outcome, v.pair}, start, lines})
}

// collectSamples keeps the first rows of each outcome. Chunks must come in order.
func (s *stream) collectSamples(p *chunk) {
	for _, w := range p.samples {
		if first := s.firstRows[w.outcomeKey]; len(first) < s.options.Findings {
			s.firstRows[w.outcomeKey] = append(first, firstRow{int64(s.lines + w.lines + 1), s.sample(p, w.start)})
		}
	}
}

// findings sums up what was dropped.
func (s *stream) findings() []Finding {
	type key struct {
		reason        Reason
		regions, rule string
	}
	type rows struct {
		count int64
		first []firstRow
	}
	all := map[key]rows{}
	s.tally.each(func(v verdict, count int64) {
		if j := s.filter.outcomes.outcome(v.outcome); !j.reason.Kept() {
			k := key{j.reason, s.filter.outcomes.regions(v).String(), j.rule}
			all[k] = rows{all[k].count + count, append(all[k].first, s.firstRows[outcomeKey{v.outcome, v.pair}]...)}
		}
	})
	findings := make([]Finding, 0, len(all))
	for k, r := range all {
		f := Finding{Reason: k.reason, Regions: k.regions, Rule: k.rule, Rows: r.count}
		slices.SortFunc(r.first, func(a, b firstRow) int { return cmp.Compare(a.line, b.line) })
		for _, row := range r.first[:min(len(r.first), s.options.Findings)] {
			f.Lines = append(f.Lines, row.line)
			if row.sample != "" {
				f.Samples = append(f.Samples, row.sample)
			}
		}
		findings = append(findings, f)
	}
	slices.SortFunc(findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Regions, b.Regions),
			cmp.Compare(a.Rule, b.Rule))
	})
	return findings
}

// sample returns what may be shown of the number in the row that begins at start, which was
// scanned: empty if its cell holds no digits of a number.
func (s *scanner) sample(p *chunk, start int) string {
	r, _, err := csv.ScanRecord(p.data[:p.rest], start, true, s.layout.dialect, s.layout.column)
	if err != nil {
		panic("filter: a row that was scanned cannot be scanned again")
	}
	var c cell.Cell
	home, _ := s.homeOf(p, r)
	if !r.Cell.Found || s.filter.readCell(&c, r.Cell.Text(p.data), home.region) != Undecided {
		return ""
	}
	n, _ := s.filter.read(&c, home.region)
	plus, callingCode, digits := "", "", c.Digits()[n.skip:]
	if n.ok() || n.reason == NoRegion || n.kind == ReadingInternational {
		if n.kind == ReadingInternational || n.number.CallingCode() != 0 {
			plus = "+"
		}
		if n.number.CallingCode() != 0 {
			callingCode, digits = strconv.Itoa(n.number.CallingCode()), n.e164(nil, &c)
		}
	}
	if s.options.ShowNumbers {
		return plus + string(digits)
	}
	return plus + callingCode + mask(digits[len(callingCode):])
}

// mask hides all but the last two digits of a number behind its calling code, and all of one so
// short that two digits would tell much of it.
func mask(digits []byte) string {
	const shown, fewest = 2, 6
	if len(digits) < fewest {
		return strings.Repeat("•", len(digits))
	}
	return strings.Repeat("•", len(digits)-shown) + string(digits[len(digits)-shown:])
}
