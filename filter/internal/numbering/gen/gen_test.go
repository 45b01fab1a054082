package main

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers/v2"
	"github.com/stretchr/testify/require"
)

// A tape is a machine that remembers what was written to it, up to 20 digits: its states count all
// strings.
type tape struct{ *states }

func (t tape) step(state int, digit byte) int {
	return t.follow(state, digit,
		func(key []int, digit byte) []int { return append(key[:len(key):len(key)], int(digit)) })
}

func (t tape) text(state int) string {
	var b strings.Builder
	for _, digit := range t.keys[state] {
		b.WriteByte('0' + byte(digit))
	}
	return b.String()
}

func randomDigits(rng *rand.Rand, start string) string {
	digits := []byte(start)
	for range rng.IntN(14) {
		digits = append(digits, '0'+byte(rng.IntN(10)))
	}
	return string(digits)
}

// TestReplacer checks every national prefix rule of the metadata against regexp: what is written,
// and that the rewrite says the same.
func TestReplacer(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	collection, err := phonenumbers.MetadataCollection()
	require.NoError(t, err)
	for _, m := range collection.GetMetadata() {
		pattern, template := m.GetNationalPrefixForParsing(), m.GetNationalPrefixTransformRule()
		if pattern == "" {
			continue
		}
		tape := tape{newStates(nil)}
		r := newReplacer(pattern, template, tape)
		re := regexp.MustCompile("^(?:" + pattern + ")")
		for range 300 {
			digits := randomDigits(rng, []string{"", "0", "011", "1", "18002"}[rng.IntN(5)])
			threads := r.first()
			for i := range len(digits) {
				threads = r.next(threads, digits[i]-'0')
			}
			won, ok := r.end(threads)
			groups := re.FindStringSubmatchIndex(digits)
			require.Equal(t, groups != nil, ok, "%s %s", pattern, digits)
			if !ok {
				continue
			}
			want := digits[groups[1]:]
			if template != "" && groups[len(groups)-2] >= 0 {
				want = re.ReplaceAllString(digits, template)
			}
			require.Equal(t, want, tape.text(won.below[0]), "%s %s", pattern, digits)
			require.Equal(t, want, won.at.apply(digits), "%s %s", pattern, digits)
		}
	}
}

func (r rewrite) apply(digits string) string {
	var b strings.Builder
	for _, p := range r.pieces() {
		b.WriteString(p.literal)
		b.WriteString(digits[min(p.from, len(digits)):min(p.to, len(digits))])
	}
	return b.String()
}

func TestLanguage(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	collection, err := phonenumbers.MetadataCollection()
	require.NoError(t, err)
	for _, m := range collection.GetMetadata() {
		pattern := m.GetGeneralDesc().GetNationalNumberPattern()
		l, re := newLanguage(pattern), regexp.MustCompile("^(?:"+pattern+")$")
		for range 300 {
			digits := randomDigits(rng, "")
			require.Equal(t, re.MatchString(digits), l.accepts(run(l, 0, digits)), "%s %s", pattern, digits)
		}
	}
}

func TestThen(t *testing.T) {
	digits := "0123456789"
	for _, c := range []struct{ first, then rewrite }{
		{rewrite{}, rewrite{}},
		{rewrite{skip: 2}, rewrite{skip: 1}},
		{rewrite{skip: 1}, rewrite{skip: 1, insert: "9", keep: 2, drop: 2}},
		{rewrite{insert: "97"}, rewrite{skip: 1}},
		{rewrite{skip: 2, insert: "1", keep: 3, drop: 1}, rewrite{skip: 1}},
		{rewrite{skip: 2, insert: "1"}, rewrite{skip: 3}},
	} {
		require.Equal(t, c.then.apply(c.first.apply(digits)), c.first.then(c.then).apply(digits), "%+v", c)
	}
}
