package rules

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"
)

// A Region is a country or territory: an ISO 3166-1 alpha-2 code, two capital letters. AC, TA and
// XK, which the phone library knows and ISO reserves, count too. It is comparable. The zero Region
// is none; no rule ever allows it.
type Region [2]byte

// regionCodes holds the 249 codes of ISO 3166-1 and AC, TA, XK, sorted, without separators. A test
// compares them with golang.org/x/text and with the phone library.
const regionCodes = "ACADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCU" +
	"CVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJE" +
	"JMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZ" +
	"OMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTATCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUA" +
	"UGUMUSUYUZVAVCVEVGVIVNVUWFWSXKYEYTZAZMZW"

// Members of the two names that stand for many regions in a rule file.
const (
	euMembers  = "ATBEBGCYCZDEDKEEESFIFRGRHRHUIEITLTLULVMTNLPLPTROSESISK"
	eeaMembers = euMembers + "ISLINO"
)

// ParseRegion reads a region code: two capital letters, a known region. Names are for
// [RegionByName].
func ParseRegion(s string) (Region, error) {
	if len(s) == 2 {
		if r := (Region{s[0], s[1]}); r.known() {
			return r, nil
		}
	}
	if r, ok := lookupName(s); ok {
		return Region{}, fmt.Errorf("unknown region %q (%s is %s)", s, r.Name(), r)
	}
	return Region{}, fmt.Errorf("unknown region %q; a region is an ISO 3166-1 code of two capital letters", s)
}

// ParseRegions reads what may stand in a list of regions: a code as [ParseRegion] does, or EU or
// EEA for its members.
func ParseRegions(s string) ([]Region, error) {
	switch s {
	case "EU":
		return splitRegions(euMembers), nil
	case "EEA":
		return splitRegions(eeaMembers), nil
	}
	r, err := ParseRegion(s)
	if err != nil {
		return nil, err
	}
	return []Region{r}, nil
}

// sortRegions sorts regions and leaves out repeats.
func sortRegions(regions []Region) []Region {
	slices.SortFunc(regions, func(a, b Region) int { return cmp.Compare(a.String(), b.String()) })
	return slices.Compact(regions)
}

// String returns the two letters, or "" for the zero Region.
func (r Region) String() string {
	if r == (Region{}) {
		return ""
	}
	return string(r[:])
}

// Regions returns every known region, sorted.
func Regions() []Region { return splitRegions(regionCodes) }

func splitRegions(codes string) []Region {
	all := make([]Region, 0, len(codes)/2)
	for i := 0; i < len(codes); i += 2 {
		all = append(all, Region{codes[i], codes[i+1]})
	}
	return all
}

func (r Region) known() bool {
	code := string(r[:])
	n := len(regionCodes) / 2
	i := sort.Search(n, func(i int) bool { return strings.Compare(regionCodes[2*i:2*i+2], code) >= 0 })
	return i < n && regionCodes[2*i:2*i+2] == code
}
