package list

// A target is a range of numbers of one country.
type target struct {
	*country
	pattern string
}

// worldTargets and the like hold each range as often as it is drawn, so that a number costs one
// draw for its range and one for its digits.
var (
	worldTargets  = targets(world)
	sharedTargets = targets(shared)
	crimeaTargets = targets(crimea)
	indianTargets = targets([]country{of("IN")})
	usTargets     = targets([]country{of("US")})
)

func of(region string) country {
	for _, c := range world {
		if c.region == region {
			return c
		}
	}
	panic("list: no country " + region)
}

// targets spreads the ranges of countries: a country by its weight, its ranges alike.
func targets(countries []country) []target {
	const perWeight = 60 // draws for each thousandth, which the ranges of a country share
	var shares []share[target]
	for i := range countries {
		c := &countries[i]
		for at, pattern := range c.patterns {
			// The first ranges take what a division leaves.
			weight := c.weight * perWeight / len(c.patterns)
			if at < c.weight*perWeight%len(c.patterns) {
				weight++
			}
			shares = append(shares, share[target]{target{c, pattern}, weight})
		}
	}
	return spread(shares)
}

// appendPhone appends a number as lists of the shape have it.
func (g *Generator) appendPhone(b []byte, shape Shape) []byte {
	switch shape {
	case WaID:
		return g.appendDigits(b, one(&g.random, worldTargets))
	case NationalIN:
		return g.appendGrouped(b, one(&g.random, indianTargets), one(&g.random, indianStyles))
	case NationalUS:
		return g.appendGrouped(b, one(&g.random, usTargets), one(&g.random, usStyles))
	case Formatted:
		return g.appendGrouped(b, one(&g.random, worldTargets), one(&g.random, internationalStyles))
	case Shared:
		return g.appendDigits(append(b, '+'), one(&g.random, sharedTargets))
	case Crimea:
		return g.appendDigits(append(b, '+'), one(&g.random, crimeaTargets))
	}
	return g.appendDigits(append(b, '+'), one(&g.random, worldTargets))
}

// appendDigits appends calling code and national number.
func (g *Generator) appendDigits(b []byte, t target) []byte {
	return g.appendNational(append(b, t.callingCode...), t.pattern)
}

// appendNational fills a pattern. One draw has digits enough for every pattern.
func (g *Generator) appendNational(b []byte, pattern string) []byte {
	digits := g.random.Uint64()
	for i := range len(pattern) {
		switch c := pattern[i]; c {
		case 'x':
			b = append(b, '0'+byte(digits%10))
			digits /= 10
		case 'N':
			b = append(b, '2'+byte(digits%8))
			digits /= 8
		default:
			b = append(b, c)
		}
	}
	return b
}

// A style is how somebody writes numbers: what stands before the calling code (nothing for a
// national number), what stands between it and the rest, around the first group of digits, and
// between groups. No break: no groups.
type style struct {
	plus, after, open, close, gap string
	national                      bool
}

var (
	internationalStyles = spread([]share[style]{
		{style{plus: "+", after: " ", gap: " "}, 8},
		{style{plus: "+", after: "-", gap: "-"}, 4},
		{style{plus: "+", after: " ", gap: "-"}, 3},
		{style{plus: "+", after: " (", close: ") ", gap: "-"}, 3},
		{style{plus: "+", after: ".", gap: "."}, 1},
		{style{plus: "00", after: " ", gap: " "}, 1},
	})
	indianStyles = spread([]share[style]{
		{style{national: true}, 6},
		{style{national: true, open: "0"}, 1},
		{style{national: true, gap: " "}, 1},
		{style{national: true, open: "0", gap: " "}, 1},
		{style{national: true, gap: "-"}, 1},
	})
	usStyles = spread([]share[style]{
		{style{national: true}, 3},
		{style{national: true, open: "(", close: ") ", gap: "-"}, 3},
		{style{national: true, gap: "-"}, 2},
		{style{national: true, gap: "."}, 1},
		{style{national: true, open: "1-", gap: "-"}, 1},
	})
)

// appendGrouped appends a number in groups of digits.
func (g *Generator) appendGrouped(b []byte, t target, s style) []byte {
	if !s.national {
		b = append(append(append(b, s.plus...), t.callingCode...), s.after...)
	}
	var space [16]byte
	digits := g.appendNational(space[:0], t.pattern)
	b = append(b, s.open...)
	last := len(t.grouping) - 1
	for i := range last {
		size := int(t.grouping[i] - '0')
		b = append(b, digits[:size]...)
		digits = digits[size:]
		if i == 0 && s.close != "" {
			b = append(b, s.close...)
		} else {
			b = append(b, s.gap...)
		}
	}
	return append(b, digits...)
}
