package filter

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/rules"
)

// withPrefixes returns a filter of a category that keeps all but numbers behind so many prefixes of
// one calling code, and the policy that it is made of. Each entry denies so many of them.
func withPrefixes(t testing.TB, callingCode string, prefixes, ofEntry int) (*Filter, *rules.Policy) {
	t.Helper()
	var text strings.Builder
	text.WriteString("format = 1\ncategory = \"many\"\ntitle = \"Many\"\ndefault = \"allow\"\ncomplete = true\nas_of = 2026-11-22\nsource = \"test\"\n")
	random, seen := rand.New(rand.NewPCG(1, 2)), map[string]bool{}
	for len(seen) < prefixes {
		prefix := fmt.Sprint(callingCode, 2_000_000+random.IntN(8_000_000))
		if len(seen) >= ofEntry { // some hold others, and some are held
			prefix = prefix[:min(len(prefix), len(callingCode)+4+random.IntN(4))]
		}
		if seen[prefix] {
			continue
		}
		if len(seen)%ofEntry == 0 {
			if len(seen) > 0 {
				text.WriteString("]\n")
			}
			fmt.Fprintf(&text, "[[deny]]\nid = \"many-%d\"\nsource = \"test\"\nprefixes = [", len(seen)/ofEntry)
		}
		seen[prefix] = true
		fmt.Fprintf(&text, "\"+%s\",", prefix)
	}
	if prefixes > 0 {
		text.WriteString("]\n")
	}
	path := filepath.Join(t.TempDir(), "many.toml")
	require.NoError(t, os.WriteFile(path, []byte(text.String()), 0o600))
	set, err := rules.Load(rules.Options{Paths: []string{path}, Categories: []string{"many"}})
	require.NoError(t, err)
	policy := set.Compile(rules.Utility, planned, rules.Medium)
	f, err := New(policy, Options{})
	require.NoError(t, err)
	return f, policy
}

// However many prefixes there are, a number is judged by the longest that it begins with, as the
// policy says it: behind shared calling codes, too, where one prefix has numbers of many regions.
func TestManyPrefixes(t *testing.T) {
	for _, callingCode := range []string{"91", "1", "7", "44"} {
		for _, ofEntry := range []int{1, 7, 3000} {
			f, policy := withPrefixes(t, callingCode, 3000, ofEntry)
			random := rand.New(rand.NewPCG(3, 4))
			denied := 0
			for range 3000 {
				digits := fmt.Sprint(callingCode, 2_000_000_000+random.Uint64N(8_000_000_000))
				d := f.DecideString("+" + digits)
				regions := RegionsOf("+" + digits).first.Regions()
				if d.Reason == Invalid || len(regions) == 0 {
					continue
				}
				rule, kept := "", true
				for _, r := range regions {
					v := policy.Judge(rules.Region(r), digits)
					kept = kept && v.Outcome == rules.Allowed
					rule = v.Rule()
				}
				require.Equal(t, kept, d.Kept(), digits)
				if !kept {
					denied++
				}
				if len(regions) == 1 {
					require.Equal(t, rule, d.Rule, digits)
				}
			}
			require.Positive(t, denied)
		}
	}
}

// What cannot be told apart any more is an error, and never another rule's answer.
func TestTooManyPrefixes(t *testing.T) {
	random, entries := rand.New(rand.NewPCG(1, 2)), map[int]bool{}
	var text strings.Builder
	text.WriteString("format = 1\ncategory = \"many\"\ntitle = \"Many\"\ndefault = \"allow\"\ncomplete = true\nas_of = 2026-11-22\nsource = \"test\"\n")
	for len(entries) < mostDistinct {
		n := 2_000_000 + random.IntN(7_000_000)
		if !entries[n] {
			entries[n] = true
			fmt.Fprintf(&text, "[[deny]]\nid = \"e-%d\"\nsource = \"x\"\nprefixes = [\"+91%d\"]\n", len(entries), n)
		}
	}
	path := filepath.Join(t.TempDir(), "many.toml")
	require.NoError(t, os.WriteFile(path, []byte(text.String()), 0o600))
	set, err := rules.Load(rules.Options{Paths: []string{path}, Categories: []string{"many"}})
	require.NoError(t, err)
	_, err = New(set.Compile(rules.Utility, planned, rules.Medium), Options{})
	require.ErrorIs(t, err, errPrefixes)
}

// A row costs the same for ten thousand prefixes of a calling code as for one.
func BenchmarkPrefixes(b *testing.B) {
	random := rand.New(rand.NewPCG(5, 6))
	var numbers []string
	for range 4096 {
		numbers = append(numbers, fmt.Sprint("+91", 6_000_000_000+random.Uint64N(4_000_000_000)))
	}
	for _, prefixes := range []int{0, 1, 1000, 10_000} {
		b.Run(fmt.Sprint(prefixes), func(b *testing.B) {
			f, _ := withPrefixes(b, "91", prefixes, max(1, prefixes))
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				f.DecideString(numbers[i%len(numbers)])
				i++
			}
		})
	}
}
