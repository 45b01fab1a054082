package filter_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/rules"
)

// What the rules allow is dropped where the account met error 130497, and only that.
func TestSighted(t *testing.T) {
	// the last of New Jersey, and of Egypt
	const islands, jersey, bothWays = "+441481123456", "+447797123456", "2015550100"
	tests := []struct {
		cell, sighted string
		want          decision
	}{
		{"+919876543210", "IN", decision{Reason: filter.Sighted, Reading: filter.ReadingInternational, Region: "IN"}},
		{"+91 98765-43210", "IN", decision{Reason: filter.Sighted, Reading: filter.ReadingInternational, Region: "IN"}},
		{"919876543210", "DE IN", decision{Reason: filter.Sighted, Reading: filter.ReadingBareInternational,
			Region: "IN"}},
		{"+919876543210", "DE", decision{Reason: filter.Allowed, Reading: filter.ReadingInternational, Region: "IN"}},
		{"+919876543210", "IN|US",
			decision{Reason: filter.Allowed, Reading: filter.ReadingInternational, Region: "IN"}},
		{"+5352345678", "CU", decision{Reason: filter.Restricted, Reading: filter.ReadingInternational, Region: "CU",
			Rule: "platform-sanctioned"}},
		{"+79781234567", "RU", decision{Reason: filter.Restricted, Reading: filter.ReadingInternational, Region: "RU",
			Rule: "platform-sanctioned-crimea-mobile"}},
		{"+79161234567", "RU", decision{Reason: filter.Sighted, Reading: filter.ReadingInternational, Region: "RU"}},
		{islands, "GB|GG|IM|JE", decision{Reason: filter.Sighted, Reading: filter.ReadingInternational,
			Region: "GB|GG|IM|JE"}},
		{islands, "JE|GB|GG|IM", decision{Reason: filter.Sighted, Reading: filter.ReadingInternational,
			Region: "GB|GG|IM|JE"}},
		{islands, "JE", decision{Reason: filter.Sighted, Reading: filter.ReadingInternational, Region: "GB|GG|IM|JE"}},
		{jersey, "GB|GG|IM|JE", decision{Reason: filter.Allowed, Reading: filter.ReadingInternational, Region: "JE"}},
		// Two readings: Egypt's is allowed, that of the United States is not in marketing.
		{bothWays, "EG", decision{Reason: filter.Ambiguous, Region: "EG|US"}},
		{"+80012345678", "IN", decision{Reason: filter.NoRegion}},
		{"", "IN", decision{Reason: filter.Empty}},
	}
	for _, test := range tests {
		f := newFilter(t, "general", filter.Options{DefaultRegion: region(t, "US"), Bare: filter.BareEither,
			Sighted: strings.Fields(test.sighted)})
		require.Equal(t, test.want, inWords(f.DecideString(test.cell)), "%s, sighted %s", test.cell, test.sighted)
		require.Equal(t, test.want, inWords(f.Explain(test.cell).Decision), "%s, sighted %s", test.cell, test.sighted)
	}
}

// With two readings that the rules allow, a sighting of either drops the number, and says which.
func TestSightedReading(t *testing.T) {
	set, err := rules.Load(rules.Options{Categories: []string{"general"}})
	require.NoError(t, err)
	policy := set.Compile(rules.Utility, testTime, rules.Medium)
	for sighted, want := range map[string]decision{
		"DE": {Reason: filter.Allowed, Reading: filter.ReadingNational, Region: "US"},
		"US": {Reason: filter.Sighted, Reading: filter.ReadingNational, Region: "US"},
		"EG": {Reason: filter.Sighted, Reading: filter.ReadingBareInternational, Region: "EG"},
	} {
		f, err := filter.New(policy, filter.Options{DefaultRegion: region(t, "US"), Bare: filter.BareEither,
			Sighted: []string{sighted}})
		require.NoError(t, err)
		require.Equal(t, want, inWords(f.DecideString("2015550100")), sighted)
	}
}

func TestSightedIsNoRegion(t *testing.T) {
	set, err := rules.Load(rules.Options{Categories: []string{"general"}})
	require.NoError(t, err)
	policy := set.Compile(rules.Marketing, testTime, rules.Medium)
	for _, name := range []string{"", "India", "in", "IN|", "IN,US"} {
		_, err = filter.New(policy, filter.Options{Sighted: []string{"DE", name}})
		require.EqualError(t, err, fmt.Sprintf("sighted %q; it is a region such as IN or a set such as AG|US", name))
	}
	_, err = filter.New(policy, filter.Options{Sighted: []string{"ZZ"}})
	require.NoError(t, err)
}

// Rows of lists are dropped and counted by it, be they looked at swiftly or with care.
func TestStreamDropsSighted(t *testing.T) {
	const list = "phone\n+919876543210\n+4930123456\n919876543211\n+14155550132\n"
	f := newFilter(t, "general", filter.Options{Sighted: []string{"IN"}})
	for _, options := range []filter.ListOptions{{}, {Dedupe: true}, {Jobs: 1, Normalize: filter.E164}} {
		var kept, dropped strings.Builder
		result, err := f.Stream(t.Context(), &kept, &dropped, strings.NewReader(list), options)
		require.NoError(t, err)
		require.Equal(t, "phone\n+4930123456\n", kept.String())
		require.Equal(t, "phone,"+head+"\n+919876543210,sighted,IN,\n919876543211,sighted,IN,\n+14155550132,"+usRule+
			"\n", dropped.String())
		require.EqualValues(t, 2, result.Reasons[filter.Sighted])
		require.EqualValues(t, 3, result.Dropped)
		require.Equal(t,
			filter.RegionCount{Region: "IN", Dropped: 2, Reasons: map[filter.Reason]int64{filter.Sighted: 2},
				Rules: map[string]int64{}}, result.Regions[0])
	}
}
