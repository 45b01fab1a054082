package filter

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/rules"
)

// A filter made like another one decides as one made by itself, whatever the two have in common;
// and the other one stays as it was.
func TestNewLike(t *testing.T) {
	gambling := []string{"online-gambling"}
	permission := []rules.Permission{{Regions: []rules.Region{{'M', 'X'}, {'J', 'P'}}, Reference: "ticket"}}
	var policies []*rules.Policy
	for _, categories := range [][]string{{"general"}, {"alcohol"}, gambling, {"alcohol", "otc-drugs"}} {
		set, err := rules.Load(rules.Options{Categories: categories})
		require.NoError(t, err)
		policies = append(policies, set.Compile(rules.Marketing, planned, rules.Medium),
			set.Compile(rules.Service, planned, rules.Low))
		policies = append(policies, set.WithSender(rules.Sender{Permissions: permission}).Compile(rules.Marketing,
			planned, rules.Medium))
	}
	policies = append(policies, twinPolicy(t))
	numbers := []string{"+525512345678", "+819012345678", "+14155550132", "+17875550123", "+79781234567",
		"+12005550100", "+380651234567", "junk"}
	tables := func(f *Filter) (told []outcome) {
		for x := range f.outcomes.byID {
			told = append(told, *f.outcomes.outcome(outcomeID(x)))
		}
		return told
	}
	for i, of := range policies {
		other, err := New(of, Options{})
		require.NoError(t, err)
		before := tables(other)
		for j, policy := range policies {
			alone, err := New(policy, Options{})
			require.NoError(t, err)
			like, err := NewLike(other, policy, Options{})
			require.NoError(t, err)
			require.Equal(t, tables(alone), tables(like), "%d like %d", j, i)
			require.Equal(t, alone.outcomes.behind, like.outcomes.behind)
			for _, number := range numbers {
				require.Equal(t, alone.DecideString(number), like.DecideString(number), "%d like %d", j, i)
			}
			if slices.Equal(of.Prefixes(), policy.Prefixes()) && len(of.Prefixes()) > 0 {
				require.Same(t, other.outcomes.behind, like.outcomes.behind)
			}
		}
		require.Equal(t, before, tables(other))
	}
}
