package oracle

import (
	"iter"
	"math/rand/v2"
	"regexp/syntax"
	"strings"

	"github.com/nyaruka/phonenumbers/v2"
)

// Patterns yields numbers that the metadata's patterns themselves describe: for each pattern of
// each region, times over, digits at random that match it, as they are and with one digit changed,
// in every form. It owes nothing to our table, and goes as deep as a pattern does.
func Patterns(times int) iter.Seq[Sample] {
	return func(yield func(Sample) bool) {
		rng := rand.New(rand.NewPCG(9, 10))
		collection, err := phonenumbers.MetadataCollection()
		if err != nil {
			panic(err) // the library could not have been used so far
		}
		for _, m := range collection.GetMetadata() {
			for _, pattern := range patterns(m) {
				for range times {
					digits := matching(rng, pattern)
					if !forms(int(m.GetCountryCode()), digits, yield) ||
						!forms(int(m.GetCountryCode()), changed(rng, digits), yield) {
						return
					}
				}
			}
		}
	}
}

// patterns are all of a region, prefixes too; the prefixes are followed by what general numbers
// look like.
func patterns(m *phonenumbers.PhoneMetadata) []*syntax.Regexp {
	general := m.GetGeneralDesc().GetNationalNumberPattern()
	texts := []string{general, m.GetLeadingDigits() + `\d{3,10}`}
	for _, d := range []*phonenumbers.PhoneNumberDesc{
		m.GetFixedLine(), m.GetMobile(), m.GetTollFree(), m.GetPremiumRate(), m.GetSharedCost(), m.GetVoip(),
		m.GetPersonalNumber(),
		m.GetPager(), m.GetUan(), m.GetVoicemail(),
	} {
		texts = append(texts, d.GetNationalNumberPattern())
	}
	prefix, away := m.GetNationalPrefixForParsing(), m.GetInternationalPrefix()
	texts = append(texts, prefix, "(?:"+prefix+")(?:"+general+")", "(?:"+prefix+")(?:"+prefix+")(?:"+general+")",
		"(?:"+away+")[1-9]\\d{5,13}")
	var all []*syntax.Regexp
	for _, text := range texts {
		if text == "" {
			continue
		}
		re, err := syntax.Parse(text, syntax.Perl)
		if err != nil {
			panic(err) // the library could not compile it either
		}
		all = append(all, re)
	}
	return all
}

// matching is digits at random that match re. Assertions do not count.
func matching(rng *rand.Rand, re *syntax.Regexp) string {
	var b strings.Builder
	switch re.Op {
	case syntax.OpLiteral:
		return string(re.Rune)
	case syntax.OpCharClass:
		i := 2 * rng.IntN(len(re.Rune)/2)
		return string(re.Rune[i] + rng.Int32N(re.Rune[i+1]-re.Rune[i]+1))
	case syntax.OpAlternate:
		return matching(rng, re.Sub[rng.IntN(len(re.Sub))])
	case syntax.OpCapture, syntax.OpConcat:
		for _, sub := range re.Sub {
			b.WriteString(matching(rng, sub))
		}
	case syntax.OpQuest, syntax.OpStar, syntax.OpRepeat, syntax.OpPlus:
		low, high := map[syntax.Op][2]int{syntax.OpQuest: {0, 1}, syntax.OpStar: {0, 9},
			syntax.OpPlus: {1, 9}}[re.Op][0], 9
		if re.Op == syntax.OpRepeat {
			low, high = re.Min, re.Max
		}
		if re.Op == syntax.OpQuest {
			high = 1
		}
		for range low + rng.IntN(max(high, low)-low+1) {
			b.WriteString(matching(rng, re.Sub[0]))
		}
	}
	return b.String()
}

// changed is digits with one of them, at random, made another or gone.
func changed(rng *rand.Rand, digits string) string {
	if digits == "" {
		return digits
	}
	i := rng.IntN(len(digits))
	if rng.IntN(4) == 0 {
		return digits[:i] + digits[i+1:]
	}
	return digits[:i] + string(rune('0'+rng.IntN(10))) + digits[i+1:]
}
