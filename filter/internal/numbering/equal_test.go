package numbering_test

import (
	"iter"
	"math/rand/v2"
	"testing"

	"github.com/listgate/listgate/filter/internal/numbering"
	"github.com/listgate/listgate/filter/internal/numbering/oracle"
	"github.com/nyaruka/phonenumbers/v2/metadata"
	"github.com/stretchr/testify/require"
)

// TestVersion fails when the phone library is newer than the table: go generate
// ./filter/internal/numbering.
func TestVersion(t *testing.T) {
	require.Equal(t, metadata.Version, numbering.Version)
}

// TestEqual compares every so many of what the command verify compares.
func TestEqual(t *testing.T) {
	for _, c := range []struct {
		name    string
		every   int
		samples iter.Seq[oracle.Sample]
	}{
		{"examples", 11, oracle.Examples()},
		{"patterns", 61, oracle.Patterns(1)},
		{"transitions", 101, oracle.Transitions(1)},
		{"short", 211, oracle.Short()},
		{"national", 97, oracle.National(2)},
		{"prefixes", 7, oracle.Prefixes(4, true)},
		{"random", 1, anything(5000)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d, err := oracle.Read()
			require.NoError(t, err)
			compared, possible, i := 0, 0, 0
			for s := range c.samples {
				if i++; i%c.every != 0 {
					continue
				}
				difference, n := d.Check(s)
				require.Empty(t, difference)
				compared++
				if n.Possible() {
					possible++
				}
			}
			require.Greater(t, compared, 2000)
			require.Greater(t, possible, compared/100) // not all nonsense
		})
	}
}

// anything is digits at random: numbers of all lengths behind "+", and dialled in all regions.
func anything(times int) iter.Seq[oracle.Sample] {
	return func(yield func(oracle.Sample) bool) {
		rng := rand.New(rand.NewPCG(11, 12))
		regions := append(oracle.Regions(), make([]string, 245)...)
		for range times {
			digits := make([]byte, 1+rng.IntN(22))
			for i := range digits {
				digits[i] = '0' + byte(rng.IntN(10))
			}
			if !yield(oracle.Sample{Region: regions[rng.IntN(len(regions))], Digits: string(digits)}) {
				return
			}
		}
	}
}

// TestDifferences shows that each kind of line of differences.txt is there for something: without
// the list the oracle sees a difference.
func TestDifferences(t *testing.T) {
	d, err := oracle.Read()
	require.NoError(t, err)
	for _, digits := range []string{"5215512345678", "551187654321", "22501234567", "22505234567", "22507234567",
		"621234567890123456"} {
		difference, n := d.Check(oracle.Sample{Digits: digits})
		require.Empty(t, difference)
		require.True(t, n.Legacy() || n.Long())
		difference, _ = new(oracle.Differences).Check(oracle.Sample{Digits: digits})
		require.NotEmpty(t, difference, digits)
	}
}

// FuzzInternational: on any digits behind "+", the table says what the library says.
func FuzzInternational(f *testing.F) {
	for _, seed := range []string{"919876543210", "4407911123456", "12005550100", "5215512345678", "22507123456",
		"54111523456789", "80012345678", "12"} {
		f.Add(seed)
	}
	d, err := oracle.Read()
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, text string) {
		difference, _ := d.Check(oracle.Sample{Digits: onlyDigits(text)})
		require.Empty(t, difference)
	})
}

// FuzzDialled: on any digits dialled in any region, the table says what the library says.
func FuzzDialled(f *testing.F) {
	for i, seed := range []string{"9876543210", "09876543210", "919876543210", "00447911123456", "01144791112345",
		"0111523456789", "4301234"} {
		f.Add(byte(i), seed)
	}
	d, err := oracle.Read()
	require.NoError(f, err)
	regions := oracle.Regions()
	f.Fuzz(func(t *testing.T, region byte, text string) {
		difference, _ := d.Check(oracle.Sample{Region: regions[int(region)%len(regions)], Digits: onlyDigits(text)})
		require.Empty(t, difference)
	})
}

// onlyDigits makes digits of any text: the fuzzer finds them sooner so.
func onlyDigits(text string) string {
	digits := []byte(text)
	for i, c := range digits {
		digits[i] = '0' + c%10
	}
	return string(digits)
}
