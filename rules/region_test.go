package rules

import (
	"fmt"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers/v2"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
)

// The codes are those that golang.org/x/text calls countries and that no newer code has replaced,
// without the reserved ones that the phone library does not know; and all that the phone library
// knows.
func TestRegionCodes(t *testing.T) {
	require.Len(t, Regions(), 249+3)
	phone := phonenumbers.GetSupportedRegions()
	notISO := []string{"AN", "CP", "CQ", "CS", "DG", "EA", "EU", "EZ", "FQ", "IC", "NT", "PC", "SU", "UK",
		"UN", "YU", "ZZ"}
	for a := byte('A'); a <= 'Z'; a++ {
		for b := byte('A'); b <= 'Z'; b++ {
			code := string([]byte{a, b})
			tag, err := language.ParseRegion(code)
			isCountry := err == nil && tag.IsCountry() && tag.Canonicalize().String() == code
			for _, other := range notISO {
				isCountry = isCountry && code != other
			}
			_, err = ParseRegion(code)
			require.Equal(t, isCountry || phone[code], err == nil, code)
		}
	}
	for _, r := range Regions() {
		parsed, err := ParseRegion(r.String())
		require.NoError(t, err)
		require.Equal(t, r, parsed)
	}
	require.Equal(t, "", Region{}.String())
	require.Len(t, splitRegions(euMembers), 27)
	require.Len(t, splitRegions(eeaMembers), 30)
	for _, r := range append(splitRegions(eeaMembers), splitRegions(wordCodes)...) {
		require.True(t, r.known(), r)
	}
}

func TestParseRegionIsStrict(t *testing.T) {
	for _, s := range []string{"", "i", "in", "In", "IND", "UK", "ZZ", "XX", "EU", "India", "I\x00", "ÄÖ",
		"001", " IN"} {
		_, err := ParseRegion(s)
		require.Error(t, err, "%q", s)
	}
}

func TestRegionByName(t *testing.T) {
	for code, names := range map[string]string{
		"IN": "IN|in|IND|India|INDIA|india|the India| India ",
		"GB": "UK|uk|U.K.|United Kingdom|the united kingdom|Great Britain|GB",
		"US": "US|USA|U.S.A.|U.S.|United States|The United States of America",
		"AE": "UAE|U.A.E.|United Arab Emirates|ARE",
		"HK": "Hong Kong|Hong Kong SAR|Hong Kong SAR China|Hong Kong, China|HKG",
		"MO": "Macau|Macao|Macao SAR",
		"KR": "South Korea|Republic of Korea|Korea, Republic of|Korea (South)",
		"KP": "North Korea|DPRK|Democratic People’s Republic of Korea|Korea (North)",
		"CI": "Cote d'Ivoire|Côte d’Ivoire|COTE D'IVOIRE|Ivory Coast",
		"TR": "Turkey|Türkiye|Turkiye",
		"CZ": "Czech Republic|Czechia|the Czech Republic",
		"MM": "Myanmar|Burma|Myanmar (Burma)",
		"BA": "Bosnia & Herzegovina|Bosnia and Herzegovina|Bosnia-Herzegovina",
		"PS": "Palestine|State of Palestine|Palestinian Territories",
		"CD": "Democratic Republic of the Congo|DR Congo|Congo - Kinshasa|Congo (Kinshasa)|DRC",
		"CG": "Republic of the Congo|Congo - Brazzaville|Congo (Brazzaville)",
		"SZ": "Eswatini|Swaziland", "MK": "North Macedonia|Macedonia", "CV": "Cabo Verde|Cape Verde",
		"VI": "U.S. Virgin Islands|US Virgin Islands|Virgin Islands, U.S.|Virgin Islands (U.S.)",
		"VG": "British Virgin Islands|Virgin Islands (British)",
		"LC": "St. Lucia|Saint Lucia|St Lucia", "KN": "Saint Kitts and Nevis|St. Kitts & Nevis",
		"VC": "Saint Vincent and the Grenadines",
		"AX": "Åland Islands|Aland Islands", "CW": "Curaçao|Curacao", "RE": "Réunion|REUNION",
		"ST": "Sao Tome and Principe",
		"GW": "Guinea-Bissau|Guinea Bissau", "GN": "Guinea", "GQ": "Equatorial Guinea", "PG": "Papua New Guinea",
		"RU": "Russia|Russian Federation", "VN": "Vietnam|Viet Nam", "TL": "Timor-Leste|East Timor",
		"LA": "Laos|Lao PDR",
		"NL": "Netherlands|The Netherlands|Holland", "GM": "Gambia|The Gambia", "BS": "The Bahamas",
		"NO": "Norway|no|NO",
		"SX": "Sint Maarten", "VA": "Vatican City|Holy See", "XK": "Kosovo", "TW": "Taiwan",
		"IR": "Iran|Iran, Islamic Republic of",
		"TA": "Tristan da Cunha", "AC": "Ascension Island", "WS": "Samoa", "AS": "American Samoa", "NE": "Niger",
		"NG": "Nigeria",
		"DM": "Dominica", "DO": "Dominican Republic", "GE": "Georgia",
		"IE": "Ireland|Republic of Ireland|IRELAND, REPUBLIC OF",
		"SK": "Slovak Republic", "CN": "PRC|People's Republic of China|Mainland China|China (mainland)",
		"SA": "KSA|Kingdom of Saudi Arabia",
		"BL": "St Barths|St. Barts", "TC": "Turks & Caicos", "TT": "Trinidad", "AG": "Antigua",
	} {
		for name := range strings.SplitSeq(names, "|") {
			r, err := RegionByName(name)
			require.NoError(t, err, name)
			require.Equal(t, code, r.String(), name)
		}
	}
	for name := range strings.SplitSeq(isoNames, "|") {
		for _, spelling := range []string{name, strings.ToUpper(name), strings.ReplaceAll(name, " (the)", "")} {
			_, err := RegionByName(spelling)
			require.NoError(t, err, spelling)
		}
	}
	for _, r := range Regions() {
		require.NotEmpty(t, r.Name())
		byName, err := RegionByName(r.Name())
		require.NoError(t, err, r.Name())
		require.Equal(t, r, byName)
	}
}

// isoNames are the short names of ISO 3166-1 that are more than a name, but for "Congo (the)",
// which people use for two.
const isoNames = "Bahamas (the)|Bolivia (Plurinational State of)|Bonaire, Sint Eustatius and Saba|British Indian Ocean Territory (the)|" +
	"Brunei Darussalam|Central African Republic (the)|Cocos (Keeling) Islands (the)|Congo (the Democratic Republic of the)|Cook Islands (the)|" +
	"Dominican Republic (the)|Falkland Islands (the) [Malvinas]|French Southern Territories (the)|Holy See (the)|Iran (Islamic Republic of)|" +
	"Korea (the Democratic People's Republic of)|Korea (the Republic of)|Lao People's Democratic Republic (the)|Micronesia (Federated States of)|" +
	"Moldova (the Republic of)|Netherlands (Kingdom of the)|Netherlands (the)|Niger (the)|Northern Mariana Islands (the)|Palestine, State of|" +
	"Russian Federation (the)|Saint Helena, Ascension and Tristan da Cunha|Saint Martin (French part)|Sint Maarten (Dutch part)|" +
	"Syrian Arab Republic (the)|Taiwan (Province of China)|Tanzania, the United Republic of|Turks and Caicos Islands (the)|" +
	"United Kingdom of Great Britain and Northern Ireland (the)|United States Minor Outlying Islands (the)|United States of America (the)|" +
	"Venezuela (Bolivarian Republic of)|Virgin Islands (British)|Virgin Islands (U.S.)|South Georgia and the South Sandwich Islands|" +
	"Heard Island and McDonald Islands|Svalbard and Jan Mayen|Wallis and Futuna|Sao Tome and Principe|Bosnia and Herzegovina"

// A country is suggested for its own words: not for those that many have, nor for an abbreviation.
func TestTheNearestRegion(t *testing.T) {
	for name, want := range map[string]string{
		"Republic of Irland": "Ireland (IE)", "the Brasil": "Brazil (BR)", "Equador": "Ecuador (EC)",
		"Marshal Islands":    "Marshall Islands (MH)",
		"Republic of Kosova": "Kosovo (XK)", "Republic": "", "Comoro Islands": "Comoros (KM)", "Islands": "", "RSA": "",
		"USB": "", "KSB": "", "Republic of Koreas": "",
		"DPR of Utopia": "", "Northern Ireland": "", "Hongkong": "Hong Kong (HK)",
	} {
		_, err := RegionByName(name)
		if want != "" {
			want = "; the nearest is " + want
		}
		require.EqualError(t, err, fmt.Sprintf("no country is called %q%s", name, want))
	}
}

// What may mean two countries, or none, is never guessed.
func TestRegionByNameDoesNotGuess(t *testing.T) {
	for _, name := range []string{"", " ", "Congo", "Korea", "Virgin Islands", "St. Martin", "Saint Martin", "America",
		"Island", "French", "Indian", "Republic of",
		"Northern Ireland", "England", "and", "are", "the", "Europe", "Latin America", "APAC", "India (except Goa)",
		"Indai", "No", "Yes", "In",
		"Serbia and Montenegro", "Netherlands Antilles", "CP", "YU", "ZZ", "EU", "World", "-", "...", "\xff",
		strings.Repeat("x", 10000)} {
		r, err := RegionByName(name)
		require.Error(t, err, "%q is %s", name, r)
		require.Equal(t, Region{}, r)
	}
	_, err := RegionByName("congo")
	require.EqualError(t, err, `"congo" may be CG (Brazzaville) or CD (Kinshasa); write the code`)
	_, err = RegionByName("Brasil")
	require.EqualError(t, err, `no country is called "Brasil"; the nearest is Brazil (BR)`)
}
