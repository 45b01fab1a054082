package filter

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/filter/internal/cell"
	"github.com/listgate/listgate/filter/internal/numbering/oracle"
)

// The forms of before and after a renumbering are one line, and nothing else is.
func TestFoldLine(t *testing.T) {
	for today, before := range map[string][]string{
		"525512345678":  {"5215512345678"},
		"5511987654321": {"551187654321"},
		"541112345678":  {"5491112345678"},
		"2250123456789": {"22523456789"},
		"2250555123456": {"22555123456"},
		"2250777123456": {"22577123456"},
		"2290197123456": {"22997123456"},
		"2290120212345": {"22920212345"},
		"24111701234":   {"2411701234", "24101701234"},
		"24162031234":   {"2412031234", "24102031234"},
		"24166031234":   {"2416031234", "24106031234"},
		"24174123456":   {"2414123456", "24104123456"},
		"24177123456":   {"2417123456", "24107123456"},
		"84701234567":   {"841201234567"},
		"84391234567":   {"841691234567"},
		"84561234567":   {"841861234567"},
		"84591234567":   {"841991234567"},
	} {
		for _, form := range before {
			require.Equal(t, foldLine([]byte(today)), foldLine([]byte(form)), form)
			require.NotEqual(t, foldLine([]byte(today)), foldLine([]byte(form[:len(form)-1]+"0")), form)
		}
	}
	for _, alone := range []string{"24131234567", "2413123456", "841101234567", "919876543210", "12015550123",
		"551123456789"} {
		key, err := strconv.ParseUint(alone, 10, 64)
		require.NoError(t, err)
		require.EqualValues(t, key, foldLine([]byte(alone)), alone)
	}
	require.Equal(t, foldLine([]byte("24103123456")), foldLine([]byte("2413123456")),
		"a block of Gabon that is not known, with its 0")
}

// Every form of before that differences.txt reads is the line of its form of today, by that file's
// own rule.
func TestFoldLineFollowsDifferences(t *testing.T) {
	library, err := oracle.Read()
	require.NoError(t, err)
	rng := rand.New(rand.NewPCG(1, 2))
	seen := map[string]int{}
	for range 20000 {
		code := []string{"52", "55", "225", "229", "84"}[rng.IntN(5)]
		digits := code + map[string]string{"52": "1", "84": "1"}[code] +
			strconv.Itoa(10_000_000_000 + rng.IntN(10_000_000_000))[1:]
		digits = digits[:map[string]int{"52": 13, "55": 12, "225": 11, "229": 11, "84": 12}[code]]
		if today := library.Today(digits); today != "" {
			seen[code]++
			require.Equal(t, foldLine([]byte(today)), foldLine([]byte(digits)), "%s is %s today", digits, today)
			require.Equal(t, foldLine([]byte(today)), digitsKey(0, []byte(today)), "the key is the form of today")
		}
	}
	for _, code := range []string{"52", "55", "225", "229", "84"} {
		require.Greater(t, seen[code], 20, code)
	}
}

// A cell has the key of every valid reading, whichever counts.
func TestKeysOfEveryReading(t *testing.T) {
	for _, c := range []struct {
		cell, home string
		want       string
	}{
		{"+919876543210", "DE", "919876543210"},
		{"4915112345678", "DE", "4915112345678 494915112345678"},
		{"3612345678", "US", "13612345678 3612345678"},
		{"062812345678", "ID", "62812345678 6262812345678"},
		{"0 91 98765 43210", "IN", "919876543210"},
		{"044 55 1234 5678", "MX", "525512345678"},
		{"0055 11 98765-4321", "BR", "5511987654321 11987654321"},
		{"22997123456", "", "2290197123456"},
		{"97123456", "BJ", "2290197123456"},
		{"12", "US", ""},
	} {
		options := Options{}
		copy(options.DefaultRegion[:], c.home)
		f, err := New(twinPolicy(t), options)
		require.NoError(t, err)
		var read cell.Cell
		require.Equal(t, Undecided, f.readCell(&read, []byte(c.cell), options.DefaultRegion), c.cell)
		var got []string
		keys := f.keysOf(read, options.DefaultRegion)
		for _, key := range keys.all() {
			got = append(got, strconv.FormatUint(uint64(key), 10))
		}
		require.ElementsMatch(t, strings.Fields(c.want), got, c.cell)
	}
}
