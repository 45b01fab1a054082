package rules

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// textsOf returns the files that decide, as a report holds them.
func textsOf(set *Set) []FileText {
	var texts []FileText
	for _, f := range set.Files() {
		texts = append(texts, FileText{f.Name, f.Shipped, f.Text})
	}
	return texts
}

// From the texts of the files that decided come the same rules: the same revision, and the same
// verdict on every region.
func TestTextsComeToTheSameRules(t *testing.T) {
	paths, err := filepath.Glob("testdata/ok/*.toml")
	require.NoError(t, err)
	at := date(2026, 11, 22)
	for _, path := range append(paths, "") {
		o := Options{Categories: []string{"general"}}
		if path != "" {
			o = Options{Paths: []string{path}, Categories: append(askedFor(t, path), "alcohol", "general")}
		}
		set, err := Load(o)
		require.NoError(t, err, path)
		again, err := Load(Options{Texts: textsOf(set), Categories: set.Categories()})
		require.NoError(t, err, path)
		require.Equal(t, set.Revision(), again.Revision(), path)
		require.Len(t, again.Lifted(at), len(set.Lifted(at)), path)
		for _, m := range []Message{Marketing, Utility} {
			policy, policyAgain := set.Compile(m, at, Medium), again.Compile(m, at, Medium)
			require.Equal(t, policy.Prefixes(), policyAgain.Prefixes(), path)
			for _, region := range Regions() {
				for _, digits := range append(policy.Prefixes(), "") {
					want, got := policy.Judge(region, digits), policyAgain.Judge(region, digits)
					require.Equal(t, want.Outcome, got.Outcome, "%s %s", path, region)
					require.Equal(t, want.Rule(), got.Rule(), "%s %s", path, region)
				}
			}
		}
	}
}

func TestBadTexts(t *testing.T) {
	load := func(texts ...FileText) error {
		_, err := Load(Options{Texts: texts, Categories: []string{"mine"}})
		return err
	}
	text := mine("allow", true)
	require.EqualError(t, load(FileText{"mine", false, text}), "platform.toml: not among the texts; it always decides")
	shipped := textsOf(must(Load(Options{Categories: []string{"general"}})))
	require.EqualError(t, load(shipped[0], FileText{"yours", false, text}),
		`your yours.toml:3: category "mine"; the text is said to be that of "yours"`)
	require.ErrorContains(t, load(shipped[0], FileText{"mine", false, "category ="}), "your mine.toml:1: ")
	require.EqualError(t, load(shipped...), `unknown category "mine"`)
	require.NoError(t, load(shipped[0], FileText{"mine", false, text}))
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func TestTurns(t *testing.T) {
	set, err := Load(Options{Paths: []string{folder(t, mine("deny", true)+`
[[allow]]
id = "a"
regions = ["IN"]
messages = ["marketing"]
first_day = 2026-01-01
last_day = 2026-12-31
source = "s"
[[permission]]
regions = ["IN"]
reference = "letter"
last_day = 2026-05-31
[[lift]]
id = "platform-us-marketing"
reason = "r"
source = "s"
by = "b"
last_day = 2026-02-28
`)}, Categories: []string{"mine"}})
	require.NoError(t, err)
	words := func(m Message, after, upTo time.Time) (all []string) {
		for _, change := range set.Changes(m, after, upTo) {
			all = append(all, change.String())
		}
		return all
	}
	require.Equal(t, []string{"a begins on 2026-01-01", "the lift of platform-us-marketing ends on 2026-03-01",
		`the permission "letter" ends on 2026-06-01`, "a ends on 2027-01-01"},
		words(Marketing, date(2025, 12, 31), date(2027, 1, 1)))
	require.Equal(t, []string{"the lift of platform-us-marketing ends on 2026-03-01"},
		words(Utility, date(2026, 1, 1), date(2026, 3, 1)))
	require.Empty(t, words(Marketing, date(2026, 3, 1), date(2026, 5, 31)))
}
