package filter

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/listgate/listgate/filter/internal/numbering"
	"github.com/listgate/listgate/internal/countryname"
	"github.com/listgate/listgate/rules"
)

// mostNames is how many names of a region column are remembered.
const mostNames = 1000

// A rowRegion is what a row says of the country of its number.
type rowRegion struct {
	region rules.Region
	// callingCode is set where the row says no more than a calling code that several regions share:
	// the region is the main one, and a number of another one is no contradiction.
	callingCode int
}

func (r rowRegion) known() bool { return r.region != rules.Region{} }

// contradicts reports whether a number of these regions, which has one, belongs to another country
// than the row says.
func (r rowRegion) contradicts(regions Regions) bool {
	if !r.known() || regions.Has(r.region) {
		return false
	}
	if r.callingCode == 0 {
		return true
	}
	for _, set := range []Regions{{first: regions.first}, {first: regions.second}} {
		for _, region := range set.first.Regions() {
			if plansByRegion()[rules.Region(region)].callingCode == r.callingCode {
				return false
			}
		}
	}
	return true
}

// codeIn finds the calling codes that a text holds, and what people write around them: "India
// (+91)", "1-809/829/849".
var codeIn = regexp.MustCompile(`[\s(\[:/-]*(?:\+\s?|00)?\d[\d\s+/,-]*[)\]:]*`)

// parseRowRegion reads what a row says of the country of its number: an ISO code, a country's name,
// a calling code (91, +91, 0091, 1-809), or both where they agree: "India (+91)". It is not known
// if the text means none, or several.
func parseRowRegion(text string) rowRegion {
	text = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, norm.NFKC.String(text)))
	text = strings.TrimPrefix(strings.TrimSuffix(text, ".0"), "'") // what programs and people put around it
	at := codeIn.FindStringIndex(text)
	if at == nil {
		region, _ := countryname.Region(text)
		return rowRegion{region: region}
	}
	code := parseCallingCodes(text[at[0]:at[1]])
	name := strings.TrimSpace(text[:at[0]] + " " + text[at[1]:])
	if name == "" {
		return code
	}
	if region, ok := countryname.Region(name); ok && code.known() {
		if region == code.region || callingCodeOf(region) == code.callingCode {
			return rowRegion{region: region}
		}
	}
	return rowRegion{}
}

// parseCallingCodes reads one calling code, or several of one country.
func parseCallingCodes(text string) (r rowRegion) {
	text = strings.Trim(text, " \t()[]:")
	first := ""
	for i, piece := range strings.FieldsFunc(text, func(r rune) bool { return r == '/' || r == ',' }) {
		digits := strings.Map(func(r rune) rune {
			if unicode.IsDigit(r) {
				return r
			}
			return -1
		}, piece)
		if !strings.Contains(piece, "+") {
			digits = strings.TrimPrefix(digits, "00")
		}
		if i == 0 && len(digits) > 1 {
			first = digits[:1]
		} else if i > 0 && len(digits) == 3 && first == "1" { // 1-809/829/849
			digits = first + digits
		}
		code := regionOfCode(digits)
		if !code.known() || i > 0 && code != r {
			return rowRegion{}
		}
		r = code
	}
	return r
}

// regionOfCode returns the region behind a calling code, or behind North America's 1 and an area
// code.
func regionOfCode(digits string) rowRegion {
	if len(digits) == 4 && digits[0] == '1' {
		if sets := numbering.Behind(digits); len(sets) == 1 && len(sets[0].Regions()) == 1 {
			return rowRegion{region: rules.Region(sets[0].Regions()[0])}
		}
		return rowRegion{}
	}
	code, err := strconv.Atoi(digits)
	if err != nil || len(digits) > 3 || digits[0] == '0' {
		return rowRegion{}
	}
	if main, ok := mainRegions[code]; ok {
		return rowRegion{region: rules.Region([]byte(main)), callingCode: code}
	}
	for _, set := range setsOf(code) {
		if regions := set.Regions(); len(regions) == 1 {
			return rowRegion{region: rules.Region(regions[0])}
		}
	}
	return rowRegion{}
}
