package filter

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/nyaruka/phonenumbers/v2"
	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/rules"
)

var planned = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)

// withRules returns a filter that decides by rules added to those for all businesses.
func withRules(t *testing.T, message rules.Message, category, added string) *Filter {
	t.Helper()
	var paths []string
	if added != "" {
		path := filepath.Join(t.TempDir(), "platform.toml")
		head := "format = 1\ncategory = \"platform\"\nextends = \"platform\"\n"
		require.NoError(t, os.WriteFile(path, []byte(head+added), 0o666))
		paths = append(paths, path)
	}
	set, err := rules.Load(rules.Options{Categories: []string{category}, Paths: paths})
	require.NoError(t, err)
	f, err := New(set.Compile(message, planned, rules.Medium), Options{})
	require.NoError(t, err)
	return f
}

func mustRegion(t testing.TB, code string) rules.Region {
	t.Helper()
	r, err := rules.ParseRegion(code)
	require.NoError(t, err)
	return r
}

func TestDecideRegion(t *testing.T) {
	for _, test := range []struct {
		name, category string
		message        rules.Message
		region         string
		reason         Reason
		rule           string
	}{
		{"a region of its own", "general", rules.Marketing, "IN", Allowed, ""},
		{"denied", "general", rules.Marketing, "CU", Restricted, "platform-sanctioned"},
		{"denied for one kind of message", "general", rules.Marketing, "US", Restricted, "platform-us-marketing"},
		{"and not for another", "general", rules.Utility, "US", Allowed, ""},
		{"not the main region of its calling code", "general", rules.Marketing, "CA", Allowed, ""},
		{"the main region, and all are allowed", "general", rules.Marketing, "GB", Allowed, ""},
		{"not on a list", "alcohol", rules.Marketing, "FR", Restricted, "alcohol:default"},
		{"denied prefixes of its numbers", "general", rules.Utility, "UA", Undetermined, ""},
		{"denied prefixes of the main region", "general", rules.Utility, "RU", Undetermined, ""},
		{"denied prefixes that its numbers never have", "general", rules.Utility, "KZ", Allowed, ""},
		{"without a numbering plan", "general", rules.Utility, "AQ", NoRegion, ""},
	} {
		f := withRules(t, test.message, test.category, "")
		d := f.DecideRegion(mustRegion(t, test.region))
		require.Equal(t, test.reason, d.Reason, "%s: %s", test.name, test.region)
		require.Equal(t, test.rule, d.Rule, test.name)
		if test.reason != NoRegion {
			require.Equal(t, test.region, d.Regions.String(), test.name)
		}
		r := mustRegion(t, test.region)
		require.Zero(t, testing.AllocsPerRun(10, func() { d = f.DecideRegion(r) }), test.name)
	}
	require.Equal(t, Decision{Reason: NoRegion},
		withRules(t, rules.Marketing, "general", "").DecideRegion(rules.Region{}))
}

// Which region speaks for all of a shared calling code is the phone library's knowledge.
func TestMainRegions(t *testing.T) {
	for _, r := range rules.Regions() {
		callingCode := phonenumbers.GetCountryCodeForRegion(r.String())
		if callingCode == 0 {
			continue
		}
		shared := len(phonenumbers.GetRegionCodesForCountryCode(callingCode)) > 1
		main := shared && phonenumbers.GetRegionCodeForCountryCode(callingCode) == r.String()
		require.Equal(t, main, plansByRegion()[r].main, "%s, +%d", r, callingCode)
	}
}

// A main region is kept only if each region behind its calling code is.
func TestMainRegionSpeaksForAll(t *testing.T) {
	f := withRules(t, rules.Utility, "general", `
[[deny]]
id      = "guernsey"
regions = ["GG"]
source  = "https://example.org"
`)
	require.Equal(t, Undetermined, f.DecideRegion(mustRegion(t, "GB")).Reason)
	require.Equal(t, Restricted, f.DecideRegion(mustRegion(t, "GG")).Reason)
	require.Equal(t, Allowed, f.DecideRegion(mustRegion(t, "JE")).Reason)
}

// A prefix drops all regions whose numbers may begin with it, and no other.
func TestDecideRegionKnowsPrefixes(t *testing.T) {
	f := withRules(t, rules.Utility, "general", `
[[deny]]
id       = "some"
prefixes = ["+1809", "+447", "+5"]
source   = "https://example.org"
`)
	for code, reason := range map[string]Reason{
		"DO": Undetermined, // 809, and two more
		"US": Undetermined, // speaks for DO
		"JM": Allowed,
		"GG": Undetermined,
		"IM": Undetermined,
		"GB": Undetermined,
		"MX": Undetermined, // all of +52
		"IN": Allowed,
	} {
		require.Equal(t, reason, f.DecideRegion(mustRegion(t, code)).Reason, code)
	}
}
