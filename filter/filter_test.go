package filter_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/rules"
)

var testTime = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// newFilter returns a filter by the rules of a category, shipped or of testdata.
func newFilter(t testing.TB, category string, options filter.Options) *filter.Filter {
	t.Helper()
	set, err := rules.Load(rules.Options{Paths: []string{"testdata"}, Categories: []string{category}})
	require.NoError(t, err)
	f, err := filter.New(set.Compile(rules.Marketing, testTime, rules.Medium), options)
	require.NoError(t, err)
	return f
}

func region(t testing.TB, code string) rules.Region {
	t.Helper()
	if code == "" {
		return rules.Region{}
	}
	r, err := rules.ParseRegion(code)
	require.NoError(t, err)
	return r
}

func TestReasonNamesAreTheInterface(t *testing.T) {
	var names []string
	for _, r := range filter.Reasons() {
		names = append(names, r.String())
	}
	require.Equal(t, []string{"short_row", "empty", "mangled", "multiple", "not_a_number", "no_consent",
		"suppressed", "invalid",
		"no_region", "ambiguous", "undetermined", "restricted", "unlisted", "sighted", "duplicate", "allowed"}, names)
	require.False(t, filter.Reason(0).Kept())
	require.False(t, filter.Decision{}.Kept())
}

// A decision is a filter.Decision in words.
type decision struct {
	Reason       filter.Reason
	Reading      filter.Reading
	Region, Rule string
}

func inWords(d filter.Decision) decision {
	return decision{d.Reason, d.Reading, d.Regions.String(), d.Rule}
}

func TestDecide(t *testing.T) {
	tests := []struct {
		cell          string
		defaultRegion string
		want          decision
	}{
		{"+919876543210", "", decision{Reason: filter.Allowed, Reading: filter.ReadingInternational, Region: "IN",
			Rule: "allowed"}},
		{"+91 98765-43210", "", decision{Reason: filter.Allowed, Reading: filter.ReadingInternational, Region: "IN",
			Rule: "allowed"}},
		{"＋91 (98765) 43210", "", decision{Reason: filter.Allowed, Reading: filter.ReadingInternational, Region: "IN",
			Rule: "allowed"}},
		{"+44 (0) 7911 123456", "", decision{Reason: filter.Unlisted, Reading: filter.ReadingInternational,
			Region: "GG", Rule: "two-lists:default"}},
		{"0091 98765 43210", "", decision{Reason: filter.Allowed, Reading: filter.ReadingInternational, Region: "IN",
			Rule: "allowed"}},
		{"+0091 98765 43210", "", decision{Reason: filter.Allowed, Reading: filter.ReadingInternational, Region: "IN",
			Rule: "allowed"}},
		{"011 91 98765 43210", "US", decision{Reason: filter.Allowed, Reading: filter.ReadingInternational,
			Region: "IN", Rule: "allowed"}},
		{"919876543210", "", decision{Reason: filter.Allowed, Reading: filter.ReadingBareInternational, Region: "IN",
			Rule: "allowed"}},
		{"98765 43210", "IN", decision{Reason: filter.Allowed, Reading: filter.ReadingNational, Region: "IN",
			Rule: "allowed"}},
		{"098765 43210", "IN", decision{Reason: filter.Allowed, Reading: filter.ReadingNational, Region: "IN",
			Rule: "allowed"}},
		{"919876543210", "IN", decision{Reason: filter.Allowed, Reading: filter.ReadingBareInternational, Region: "IN",
			Rule: "allowed"}},
		{"98765 43210", "", decision{Reason: filter.Invalid}},

		{"+5511987654321", "", decision{Reason: filter.Restricted, Reading: filter.ReadingInternational, Region: "BR",
			Rule: "denied"}},
		{"+4930123456", "", decision{Reason: filter.Restricted, Reading: filter.ReadingInternational, Region: "DE",
			Rule: "berlin"}},
		{"030 123456", "DE", decision{Reason: filter.Restricted, Reading: filter.ReadingNational, Region: "DE",
			Rule: "berlin"}},
		{"+498912345678", "", decision{Reason: filter.Allowed, Reading: filter.ReadingInternational, Region: "DE",
			Rule: "allowed"}},
		{"+5352345678", "", decision{Reason: filter.Restricted, Reading: filter.ReadingInternational, Region: "CU",
			Rule: "platform-sanctioned"}},
		{"+33639981234", "", decision{Reason: filter.Unlisted, Reading: filter.ReadingInternational, Region: "FR",
			Rule: "two-lists:default"}},
		{"+16135550123", "", decision{Reason: filter.Unlisted, Reading: filter.ReadingInternational, Region: "CA",
			Rule: "two-lists:default"}},

		{"+80012345678", "", decision{Reason: filter.NoRegion}},
		{"+999 12345678", "", decision{Reason: filter.NoRegion}},
		{"+91", "", decision{Reason: filter.Invalid}},
		{"+9", "", decision{Reason: filter.Invalid}},
		{"+91 98765", "", decision{Reason: filter.Invalid}},
		{"+4915112345678901", "", decision{Reason: filter.Invalid}}, // possible to the phone library: 16 digits
		{"12345678901234567890123456789", "", decision{Reason: filter.Invalid}},

		{"", "", decision{Reason: filter.Empty}},
		{" \u00a0\u200e", "", decision{Reason: filter.Empty}},
		{"n/a", "", decision{Reason: filter.NotANumber}},
		{"-", "", decision{Reason: filter.NotANumber}},
		{"call reception", "", decision{Reason: filter.NotANumber}},
		{"+919876543210 / +919876543211", "", decision{Reason: filter.Multiple}},
		{"+919876543210\n+919876543211", "", decision{Reason: filter.Multiple}},
		{"9.19877E+11", "IN", decision{Reason: filter.Mangled}},
		{"4,47900E+11", "", decision{Reason: filter.Mangled}},
		{"#####", "", decision{Reason: filter.Mangled}},
		{"#REF!", "", decision{Reason: filter.Mangled}},
	}
	for _, test := range tests {
		t.Run(test.cell+" in "+test.defaultRegion, func(t *testing.T) {
			f := newFilter(t, "two-lists", filter.Options{DefaultRegion: region(t, test.defaultRegion)})
			require.Equal(t, test.want, inWords(f.DecideString(test.cell)))
			require.Equal(t, test.want, inWords(f.Decide([]byte(test.cell))))
		})
	}
}

// The traps of the phone library: what a naive filter would let through, or send to somebody else.
func TestPhoneLibraryTraps(t *testing.T) {
	tests := []struct {
		name, cell, defaultRegion string
		reason                    filter.Reason
		region                    string
	}{
		{"no region must not read as not restricted", "+12005550100", "", filter.Undetermined,
			"AG|AI|AS|BB|BM|BS|CA|DM|DO|GD|GU|JM|KN|KY|LC|MP|MS|PR|SX|TC|TT|US|VC|VG|VI"},
		{"four islands", "+441481123456", "", filter.Undetermined, "GB|GG|IM|JE"},
		{"Australia or its islands", "+6189162000", "", filter.Undetermined, "AU|CC|CX"},
		{"a letter is no digit", "+1 412 535 c0000", "", filter.NotANumber, ""},
		{"a float column", "919876543210.0", "IN", filter.Allowed, "IN"},
		{"an Indian wa_id under a US default", "919876543210", "US", filter.Allowed, "IN"},
		{"an Egyptian wa_id under a US default", "201001234567", "US", filter.Unlisted, "EG"},
		{"a US national number is not Egypt", "2012345678", "US", filter.Restricted, "US"},
		{"a leading apostrophe", "'+919876543210", "", filter.Allowed, "IN"},
		{"a formula", `="919876543210"`, "IN", filter.Allowed, "IN"},
		{"a tel: link", "tel:+91-98765-43210", "", filter.Allowed, "IN"},
		{"a whatsapp: address", "whatsapp:+919876543210", "", filter.Allowed, "IN"},
		{"a wa.me link", "https://wa.me/919876543210", "", filter.Allowed, "IN"},
		{"a chat id", "919876543210@c.us", "", filter.Allowed, "IN"},
		{"Arabic digits", "+٩١٩٨٧٦٥٤٣٢١٠", "", filter.Allowed, "IN"},
		{"direction marks", "\u202a+919876543210\u202c", "", filter.Allowed, "IN"},
		{"Puerto Rico is not the US", "+17875550123", "", filter.Unlisted, "PR"},
		{"Kazakhstan is not Russia", "+77012345678", "", filter.Unlisted, "KZ"},
		{"Mexico's old 1", "+5215512345678", "", filter.Unlisted, "MX"},
		{"Ivorian eight digits", "+22507123456", "", filter.Unlisted, "CI"},
		{"Brazil without the ninth digit", "551187654321", "", filter.Restricted, "BR"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := newFilter(t, "two-lists", filter.Options{DefaultRegion: region(t, test.defaultRegion)})
			d := f.DecideString(test.cell)
			require.Equal(t, test.reason.String(), d.Reason.String())
			require.Equal(t, test.region, d.Regions.String())
		})
	}
}

func TestBare(t *testing.T) {
	const both = "2015550100" // a number of New Jersey, and of Egypt
	tests := []struct {
		bare   filter.Bare
		cell   string
		reason filter.Reason
		region string
	}{
		{filter.BareNational, both, filter.Restricted, "US"},
		{filter.BareInternational, both, filter.Allowed, "EG"},
		{filter.BareEither, both, filter.Ambiguous, "EG|US"},
		{filter.BareEither, "4155550132", filter.Restricted, "US"},
		{filter.BareInternational, "919876543210", filter.Allowed, "IN"},
		{filter.BareInternational, "99912345678", filter.NoRegion, ""},
		{filter.BareNational, "99912345678", filter.Invalid, ""},
	}
	for _, test := range tests {
		f := newFilter(t, "general", filter.Options{DefaultRegion: region(t, "US"), Bare: test.bare})
		d := f.DecideString(test.cell)
		require.Equal(t, test.reason.String(), d.Reason.String(), test.cell)
		require.Equal(t, test.region, d.Regions.String(), test.cell)
	}
}

// Digits without '+' that begin with a prefix of a rule, or are a form of before, are decided as
// they are with '+', alone and in a list.
func TestBareDigitsOfPrefixesAndLegacyForms(t *testing.T) {
	crimea := decision{filter.Restricted, filter.ReadingBareInternational, "RU", "platform-sanctioned-crimea-mobile"}
	for _, test := range []struct {
		cell, home string
		want       decision
	}{
		{"79781234567", "", crimea},
		{"9781234567", "RU",
			decision{filter.Restricted, filter.ReadingNational, "RU", "platform-sanctioned-crimea-mobile"}},
		{"380651234567", "",
			decision{filter.Restricted, filter.ReadingBareInternational, "UA", "platform-sanctioned-crimea"}},
		{"79161234567", "", decision{filter.Allowed, filter.ReadingBareInternational, "RU", ""}},
		{"4991234567", "BR", decision{filter.Allowed, filter.ReadingNational, "BR", ""}},
		{"4791234567", "BR", decision{filter.Allowed, filter.ReadingNational, "BR", ""}},
	} {
		f := newFilter(t, "general", filter.Options{DefaultRegion: region(t, test.home)})
		require.Equal(t, test.want, inWords(f.DecideString(test.cell)), test.cell)
		result, err := f.Stream(t.Context(), nil, nil, strings.NewReader("phone\n"+test.cell+"\n"),
			filter.ListOptions{})
		require.NoError(t, err)
		require.EqualValues(t, 1, result.Reasons[test.want.Reason], test.cell)
		require.Equal(t, test.want.Region, result.Regions[0].Region, test.cell)
	}
}

func TestRequireValid(t *testing.T) {
	possible := newFilter(t, "general", filter.Options{})
	valid := newFilter(t, "general", filter.Options{RequireValid: true})
	for _, cell := range []string{"+33639981234", "+5215512345678", "5215512345678", "+22507123456"} {
		require.True(t, possible.DecideString(cell).Kept(), cell)
		require.Equal(t, filter.Invalid, valid.DecideString(cell).Reason, cell)
	}
	require.True(t, valid.DecideString("+919876543210").Kept())
}

func TestUnknownDefaultRegion(t *testing.T) {
	set, err := rules.Load(rules.Options{Categories: []string{"general"}})
	require.NoError(t, err)
	_, err = filter.New(set.Compile(rules.Marketing, testTime, rules.Medium),
		filter.Options{DefaultRegion: region(t, "AQ")})
	require.EqualError(t, err, "region AQ has no numbering plan of its own")
}

func TestRegionsOf(t *testing.T) {
	for number, want := range map[string]string{
		"919876543210": "IN", "+919876543210": "IN", "+91 98765-43210": "IN", "00919876543210": "IN",
		"14165550123": "CA", "447911123456": "GG", "447700900123": "GB|GG|IM|JE",
		"521234567890123456": "", "80012345678": "", "99912345678": "", "12": "", "": "", "US.1a2b": "",
		"+91 98765 43210 / 43211": "",
	} {
		require.Equal(t, want, filter.RegionsOf(number).String(), number)
	}
	sets := 0
	f := newFilter(t, "alcohol", filter.Options{Bare: filter.BareInternational})
	for area := 200; area < 1000; area++ {
		number := fmt.Sprintf("1%d5550123", area)
		got := filter.RegionsOf(number)
		require.Equal(t, f.DecideString(number).Regions, got, number)
		if strings.Contains(got.String(), "|") {
			sets++
		}
	}
	require.NotZero(t, sets)
}
