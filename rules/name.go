package rules

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/unicode/norm"

	"github.com/listgate/listgate/internal/strict"
)

// Name returns the English name of the region, as golang.org/x/text (Unicode CLDR) spells it, or
// the code if it has none.
func (r Region) Name() string {
	if name, ok := newerNames[r.String()]; ok {
		return name
	}
	region, err := language.ParseRegion(r.String())
	if err != nil {
		return r.String()
	}
	return display.English.Regions().Name(region)
}

// RegionByName reads what people write for a region: its English name in any of the usual
// spellings, or its ISO code of two or three letters, all capitals or all small. Case, marks on
// letters, punctuation, "the" and "&" for "and" do not matter. A name that may mean two regions
// ("Congo") is an error that names both; nothing is guessed.
func RegionByName(s string) (Region, error) {
	if r, ok := lookupName(s); ok {
		return r, nil
	}
	name := plainName(s)
	if choices, ok := ambiguousNames[name]; ok {
		return Region{}, fmt.Errorf("%q may be %s; write the code", s, choices)
	}
	if r, ok := nearestRegion(name); ok {
		return Region{}, fmt.Errorf("no country is called %q; the nearest is %s (%s)", s, r.Name(), r)
	}
	return Region{}, fmt.Errorf("no country is called %q", s)
}

func lookupName(s string) (Region, bool) {
	s = strings.TrimSpace(s)
	if r, ok := regionByCode(s); ok {
		return r, true
	}
	r, ok := regionNames()[plainName(s)]
	return r, ok
}

// regionByCode knows "IN", "in", "IND" and "UK". Not "In": that is the word.
func regionByCode(s string) (Region, bool) {
	upper := strings.ToUpper(s)
	if len(s) != len(upper) || (s != upper && s != strings.ToLower(s)) {
		return Region{}, false
	}
	switch {
	case upper == "UK":
		return Region{'G', 'B'}, true
	case len(upper) == 2:
		r := Region{upper[0], upper[1]}
		return r, r.known()
	case len(upper) == 3 && s == upper:
		// Three small letters are more often a word than a code ("and", "are").
		iso3, err := language.ParseRegion(upper)
		if err != nil || len(iso3.String()) != 2 || iso3.ISO3() != upper {
			return Region{}, false
		}
		r := Region{iso3.String()[0], iso3.String()[1]}
		return r, r.known()
	}
	return Region{}, false
}

// newerNames are short names of ISO 3166-1 that changed after the CLDR version in
// golang.org/x/text, or that it spells with an explanation.
var newerNames = map[string]string{
	"CD": "Congo (Kinshasa)", "CG": "Congo (Brazzaville)", "CV": "Cabo Verde", "HK": "Hong Kong",
	"MF": "Saint Martin (French part)",
	"MK": "North Macedonia", "MM": "Myanmar", "MO": "Macau", "SX": "Sint Maarten (Dutch part)", "SZ": "Eswatini",
	"TR": "Türkiye",
}

// otherNames are names in common use that golang.org/x/text does not have: mostly ISO's own short
// names. What stands here must mean one region and no other.
var otherNames = map[string]string{
	"AG": "Antigua", "BL": "St Barths;St Barts;St Barth", "BN": "Brunei Darussalam",
	"BO": "Plurinational State of Bolivia;Bolivia, Plurinational State of",
	"BQ": "Bonaire, Sint Eustatius and Saba", "BA": "Bosnia-Herzegovina;Bosnia",
	"CC": "Cocos Islands;Keeling Islands",
	"CD": "Congo - Kinshasa;Congo-Kinshasa;Democratic Republic of the Congo;Congo, Democratic Republic of the;Congo, The Democratic Republic of the;DR Congo;Congo, DR;Congo DRC;DRC",
	"CG": "Congo - Brazzaville;Republic of the Congo;Congo Republic;Congo, Republic of the;Congo, Republic",
	"CI": "Ivory Coast",
	"CN": "People's Republic of China;China, People's Republic of;PRC;P.R. China;Mainland China;China (Mainland)",
	"CV": "Cape Verde", "CZ": "Czech Republic;The Czech Republic", "FK": "Falkland Islands (Malvinas);Falklands",
	"FM": "Federated States of Micronesia;Micronesia, Federated States of",
	"GB": "Great Britain;United Kingdom of Great Britain and Northern Ireland;U.K.",
	"HK": "Hong Kong SAR;Hong Kong SAR China;Hong Kong, China;Hong Kong (China)",
	"HM": "Heard Island and McDonald Islands",
	"IE": "Republic of Ireland;Ireland, Republic of",
	"IR": "Islamic Republic of Iran;Iran, Islamic Republic of", "KG": "Kyrgyz Republic", "KN": "St Kitts",
	"KP": "Democratic People's Republic of Korea;Korea, Democratic People's Republic of;DPRK;Korea (North);Korea, North;N. Korea",
	"KR": "Republic of Korea;Korea, Republic of;Korea (South);Korea, South;S. Korea",
	"LA": "Lao People's Democratic Republic;Lao PDR", "MD": "Republic of Moldova;Moldova, Republic of",
	"MK": "Macedonia;Republic of North Macedonia", "MM": "Burma;Myanmar (Burma);Myanmar/Burma",
	"MO": "Macao;Macau SAR;Macao SAR;Macau SAR China;Macau, China;Macao, China",
	"NL": "Holland;Netherlands (Kingdom of the)",
	"PN": "Pitcairn",
	"PS": "Palestine;State of Palestine;Palestine, State of;Palestinian Territory;Palestinian Territory, Occupied;Occupied Palestinian Territory",
	"RU": "Russian Federation;The Russian Federation", "SA": "Kingdom of Saudi Arabia;KSA",
	"SH": "Saint Helena, Ascension and Tristan da Cunha", "SK": "Slovak Republic", "ST": "Sao Tome",
	"SX": "St. Maarten;Saint Maarten", "SY": "Syrian Arab Republic", "SZ": "Swaziland",
	"TC": "Turks and Caicos", "TL": "East Timor", "TR": "Turkey;Turkiye", "TT": "Trinidad",
	"TW": "Taiwan, Province of China;Chinese Taipei",
	"TZ": "United Republic of Tanzania;Tanzania, United Republic of", "AE": "UAE;U.A.E.",
	"UM": "United States Minor Outlying Islands", "US": "United States of America;U.S.;U.S.A.;The USA",
	"VC": "St Vincent", "VA": "Holy See;Holy See (Vatican City State);Vatican City State;Vatican",
	"VE": "Bolivarian Republic of Venezuela;Venezuela, Bolivarian Republic of",
	"VG": "Virgin Islands, British;Virgin Islands (British);BVI",
	"VI": "Virgin Islands, U.S.;Virgin Islands (U.S.);United States Virgin Islands;US Virgin Islands;USVI",
	"VN": "Viet Nam",
	"GS": "South Georgia and the South Sandwich Islands", "SJ": "Svalbard and Jan Mayen Islands",
	"WF": "Wallis and Futuna Islands",
}

// ambiguousNames are the names, plain, that people use for more than one region.
var ambiguousNames = map[string]string{
	"congo":          "CG (Brazzaville) or CD (Kinshasa)",
	"korea":          "KR (South Korea) or KP (North Korea)",
	"virgin islands": "VI (U.S.) or VG (British)",
	"saint martin":   "MF (French part) or SX (Dutch part)",
	"america":        "US, or a continent",
}

// regionNames maps the plain form of every name to its region. It is built at first use, from
// constant tables only.
var regionNames = sync.OnceValue(func() map[string]Region {
	names := make(map[string]Region)
	add := func(name string, r Region) {
		plain := plainName(name)
		if other, ok := names[plain]; ok && other != r {
			panic("rules: " + name + " names both " + other.String() + " and " + r.String())
		}
		names[plain] = r
	}
	for _, r := range Regions() {
		region := language.MustParseRegion(r.String())
		if name := display.English.Regions().Name(region); name != "" {
			add(name, r)
		}
		if name, ok := newerNames[r.String()]; ok {
			add(name, r)
		}
		for name := range strings.SplitSeq(otherNames[r.String()], ";") {
			if name != "" {
				add(name, r)
			}
		}
	}
	for name := range ambiguousNames {
		delete(names, name)
	}
	return names
})

// nearestRegion returns the region whose name a plain one most likely misspells. An abbreviation is
// near to too many.
func nearestRegion(name string) (Region, bool) {
	own := ownWords(name)
	if len(own) <= 3 {
		return Region{}, false
	}
	near := strict.Nearest(own, sortedOwnNames())
	return ownNames()[near], near != "" && wordsAlike(own, near)
}

// wordsAlike compares two names of as many words one by one, so that "northern ireland" is not near
// to "northern mariana".
func wordsAlike(a, b string) bool {
	as, bs := strings.Fields(a), strings.Fields(b)
	if len(as) != len(bs) {
		return true
	}
	for i := range as {
		if as[i] != bs[i] && strict.Nearest(as[i], bs[i:i+1]) == "" {
			return false
		}
	}
	return true
}

// genericWords stand in the names of many countries, and say nothing of which is meant.
var genericWords = []string{"republic", "of", "and", "island", "islands", "kingdom", "state", "states", "democratic",
	"peoples", "federation",
	"federal", "federated", "territory", "territories"}

// ownWords leaves generic words out of a plain name.
func ownWords(name string) string {
	return strings.Join(slices.DeleteFunc(strings.Fields(name),
		func(word string) bool { return slices.Contains(genericWords, word) }), " ")
}

// ownNames maps the own words of every name to its region; not those that two regions share, such
// as "korea".
var ownNames = sync.OnceValue(func() map[string]Region {
	names, shared := make(map[string]Region), map[string]bool{}
	for name, r := range regionNames() {
		own := ownWords(name)
		if other, ok := names[own]; ok && other != r {
			shared[own] = true
		}
		names[own] = r
	}
	for own := range shared {
		delete(names, own)
	}
	for name := range ambiguousNames {
		delete(names, name)
	}
	return names
})

var sortedOwnNames = sync.OnceValue(func() []string { return keys(ownNames()) })

// plainName takes off what spellings of one name differ in.
func plainName(s string) string {
	var b strings.Builder
	for _, c := range norm.NFKD.String(strings.ToLower(s)) {
		switch {
		case unicode.Is(unicode.Mn, c), c == '\'', c == '’', c == '‘', c == '`', c == 'ʼ', c == '.':
		case c == '&':
			b.WriteString(" and ")
		case unicode.IsLetter(c), unicode.IsDigit(c):
			b.WriteRune(c)
		default:
			b.WriteByte(' ')
		}
	}
	words := strings.Fields(b.String())
	kept := words[:0]
	for _, word := range words {
		switch word {
		case "the":
			continue
		case "st":
			word = "saint"
		}
		kept = append(kept, word)
	}
	return strings.Join(kept, " ")
}
