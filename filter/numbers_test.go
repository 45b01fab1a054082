package filter_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/rules"
)

// A numberCase is a cell of testdata/numbers.toml.
type numberCase struct {
	Cell, Why      string
	DefaultRegion  string `toml:"default_region"`
	Bare, Validity string
	Message        string
	Reason, Region string

	Extension, Float, Recovered bool // what the cell reader must say, tested in cell_test.go
}

// readNumbers returns the cells of testdata/numbers.toml by topic.
func readNumbers(t testing.TB) map[string][]numberCase {
	t.Helper()
	var topics map[string][]numberCase
	meta, err := toml.DecodeFile("../testdata/numbers.toml", &topics)
	require.NoError(t, err)
	require.Empty(t, meta.Undecoded())
	return topics
}

// Every cell of the table gets the reason and the region that the contract gives it.
func TestNumbers(t *testing.T) {
	filters := numberFilters{}
	cells := 0
	topics := readNumbers(t)
	for _, topic := range slices.Sorted(maps.Keys(topics)) {
		t.Run(topic, func(t *testing.T) {
			for _, c := range topics[topic] {
				cells++
				require.NotEmpty(t, c.Why, "%q", c.Cell)
				f := filters.of(t, c)
				d := f.DecideString(c.Cell)
				if d.Reason.String() != c.Reason || d.Regions.String() != c.Region {
					t.Errorf("%q (%s): %s of %q, want %s of %q", c.Cell, c.Why, d.Reason, d.Regions.String(),
						c.Reason, c.Region)
				}
				if again := f.Decide([]byte(c.Cell)); again != d {
					t.Errorf("%q: Decide says %v, DecideString %v", c.Cell, again, d)
				}
			}
		})
	}
	require.GreaterOrEqual(t, cells, 300)
}

// numberFilters holds a filter for each set of options that the table asks for.
type numberFilters map[numberCase]*filter.Filter

func (filters numberFilters) of(t testing.TB, c numberCase) *filter.Filter {
	t.Helper()
	key := numberCase{DefaultRegion: c.DefaultRegion, Bare: c.Bare, Validity: c.Validity, Message: c.Message}
	if filters[key] != nil {
		return filters[key]
	}
	options := filter.Options{DefaultRegion: region(t, c.DefaultRegion)}
	switch c.Bare {
	case "", "national":
	case "international":
		options.Bare = filter.BareInternational
	case "either":
		options.Bare = filter.BareEither
	default:
		t.Fatalf("bare = %q", c.Bare)
	}
	switch c.Validity {
	case "", "possible":
	case "valid":
		options.RequireValid = true
	default:
		t.Fatalf("validity = %q", c.Validity)
	}
	message := rules.Utility
	if c.Message != "" {
		var err error
		message, err = rules.ParseMessage(c.Message)
		require.NoError(t, err)
	}
	set, err := rules.Load(rules.Options{Categories: []string{"general"}})
	require.NoError(t, err)
	filters[key], err = filter.New(set.Compile(message, testTime, rules.Medium), options)
	require.NoError(t, err)
	return filters[key]
}

// The known traps of the phone library are in the table, numbered.
func TestNumbersHoldTheTraps(t *testing.T) {
	var named []string
	for _, c := range readNumbers(t)["traps"] {
		if name, _, ok := strings.Cut(c.Why, ":"); ok {
			named = append(named, name)
		}
	}
	for _, trap := range []string{
		"trap 1", "trap 2", "trap 3", "trap 4", "trap 5", "trap 6", "trap 7", "trap 8", "trap 9", "trap 10", "trap 11",
		"the opposite mistake",
	} {
		require.Contains(t, named, trap)
	}
}

// With BareInternational, taking the '+' away never turns a dropped number into a kept one,
// whatever the default region.
func TestBareInternationalNeverKeepsMore(t *testing.T) {
	set, err := rules.Load(rules.Options{Categories: []string{"general"}})
	require.NoError(t, err)
	policy := set.Compile(rules.Marketing, testTime, rules.Medium)
	rng := rand.New(rand.NewPCG(1, 2))
	var cells []string
	for _, topic := range readNumbers(t) {
		for _, c := range topic {
			if strings.HasPrefix(c.Cell, "+") {
				cells = append(cells, c.Cell)
			}
		}
	}
	for _, prefix := range []string{"00", "011", "0011", "010", "810", "119", "990", "15100", "0"} {
		cells = append(cells, "+"+prefix+"919876543210", "+"+prefix+" 49 1512 3456789", "+"+prefix+"6581234567")
	}
	for range 5000 {
		digits := make([]byte, 3+rng.IntN(15))
		for i := range digits {
			digits[i] = byte('0' + rng.IntN(10))
		}
		cells = append(cells, "+"+string(digits))
	}
	for _, code := range []string{"", "IN", "US", "GB", "DE", "BR", "AU", "JP", "RU", "CU", "CL", "FI", "NG", "SG"} {
		for _, requireValid := range []bool{false, true} {
			f, err := filter.New(policy, filter.Options{DefaultRegion: region(t, code), Bare: filter.BareInternational,
				RequireValid: requireValid})
			require.NoError(t, err)
			for _, cell := range cells {
				if strings.HasPrefix(cell[1:], "+") { // two of them: without one, one is left
					continue
				}
				without := f.DecideString(cell[1:])
				if without.Kept() && !f.DecideString(cell).Kept() {
					t.Errorf("with default region %q, %q is %v, and without its '+' %v", code, cell,
						f.DecideString(cell), without)
				}
			}
		}
	}
}
