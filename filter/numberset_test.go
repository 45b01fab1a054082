package filter

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/filter/internal/cell"
	"github.com/listgate/listgate/filter/internal/csv"
	"github.com/listgate/listgate/rules"
)

// keysOfText returns the keys of the number in text, or why it is none.
func keysOfText(f *Filter, text string) ([]numberKey, Reason) {
	var c cell.Cell
	if reason := f.readCell(&c, []byte(text), f.options.DefaultRegion); reason != Undecided {
		return nil, reason
	}
	keys := f.keysOf(c, f.options.DefaultRegion)
	return keys.all(), Undecided
}

// readStop reads a list of numbers to suppress.
func readStop(t testing.TB, f *Filter, list string) *NumberSet {
	t.Helper()
	set, err := f.ReadNumbers(t.Context(), strings.NewReader(list), ListOptions{Name: "stop"})
	require.NoError(t, err)
	return set
}

// Forms of one number have one key; numbers of different people have different ones.
func TestKeysFoldLegacyForms(t *testing.T) {
	f, err := New(twinPolicy(t), Options{DefaultRegion: rules.Region{'B', 'R'}})
	require.NoError(t, err)
	key := func(text string) numberKey {
		keys, reason := keysOfText(f, text)
		require.Equal(t, Undecided, reason, text)
		require.Len(t, keys, 1)
		return keys[0]
	}
	for _, same := range [][]string{
		{"+55 11 98765-4321", "+55 11 8765-4321", "551187654321", "(11) 98765-4321", "(11) 8765-4321", "011 98765-4321",
			"011 8765-4321", "whatsapp:+5511987654321"},
		{"+52 1 55 1234 5678", "+52 55 1234 5678", "5215512345678"},
		{"+54 9 11 2345-6789", "+54 11 2345-6789"},
		{"+225 07 12 34 56", "+225 07 07 12 34 56"},
		{"+225 05 12 34 56", "+225 05 05 12 34 56"},
		{"+225 01 12 34 56", "+225 01 01 12 34 56"},
		{"+44 (0) 7911 123456", "+447911123456"},
	} {
		for _, text := range same {
			require.Equal(t, key(same[0]), key(text), text)
		}
	}
	f, err = New(twinPolicy(t), Options{DefaultRegion: rules.Region{'C', 'I'}})
	require.NoError(t, err)
	for _, local := range []string{"07 12 34 56", "07 07 12 34 56"} {
		require.Equal(t, key("+225 07 07 12 34 56"), key(local), local)
	}
	require.NotEqual(t, key("+55 11 3765-4321"), key("+55 11 93765-4321")) // a land line has no ninth digit
	require.NotEqual(t, key("+1 415 555 0132"), key("+1 415 555 0133"))
}

// The set agrees with a map, and keeps its promise of 16 bytes a number.
func TestNumberSet(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	var set NumberSet
	want := map[numberKey]bool{}
	for range 200_000 {
		key := numberKey(1 + rng.IntN(300_000))
		require.Equal(t, !want[key], set.add(key))
		want[key] = true
	}
	require.Equal(t, len(want), set.length)
	for key := numberKey(1); key < 310_000; key++ {
		require.Equal(t, want[key], set.has(key))
	}

	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	big := &NumberSet{}
	const numbers = 2_000_000
	for i := range numbers {
		big.add(numberKey(919_000_000_000 + i*37))
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	require.LessOrEqual(t, (after.HeapAlloc-before.HeapAlloc)/numbers, uint64(16))
	require.Equal(t, numbers, big.length)
}

func TestReadNumbers(t *testing.T) {
	f, err := New(twinPolicy(t), Options{DefaultRegion: rules.Region{'I', 'N'}})
	require.NoError(t, err)
	set := readStop(t, f, "\ufeffPhone\r\n098765 43210\r\n\r\n+80012345678\n")
	require.Equal(t, 2, set.Len())
	set = readStop(t, f, "tel:+551123456789\n") // no name of a column
	require.Equal(t, 1, set.Len())
	for text, want := range map[string]string{
		"+919876543210\nreception\n":    "stop.txt:2:1: not_a_number: not one number that can be read",
		"+919876543210 / +919876543211": "stop.txt:1:1: multiple: not one number that can be read",
		"+91 98765\n":                   "stop.txt:1:1: invalid: not one number that can be read; write it with + and its calling code, or say with --default-region of which country the numbers without it are",
		// an unassigned calling code
		"+2101234567890\n":                "stop.txt:1:1: no_region: not one number that can be read",
		"\n" + strings.Repeat("1", 2<<20): "stop.txt:2:1: " + csv.ErrRowTooLong.Error(),
		"phone\nphone\n":                  "stop.txt:2:1: not_a_number: not one number that can be read",
	} {
		_, err := f.ReadNumbers(t.Context(), strings.NewReader(text), ListOptions{Name: "stop.txt"})
		require.EqualError(t, err, want, text[:min(len(text), 40)])
	}
}

// A number of an unassigned calling code is nobody's: on no suppression list, and no trouble.
func TestSuppressMeetsUnassignedCallingCode(t *testing.T) {
	f, err := New(twinPolicy(t), Options{})
	require.NoError(t, err)
	suppressed := readStop(t, f, "+80012345678\n")
	result, err := f.Stream(t.Context(), nil, nil, strings.NewReader("phone\n+2101234567890\n+80012345678\n"),
		ListOptions{Suppress: suppressed})
	require.NoError(t, err)
	require.EqualValues(t, 1, result.Reasons[NoRegion])
	require.EqualValues(t, 1, result.Reasons[Suppressed])
}

// With everything that looks at rows one by one, too, the cuts do not show in what comes out.
func TestAnyCutGivesTheSameBytesCarefully(t *testing.T) {
	f, err := New(twinPolicy(t), Options{})
	require.NoError(t, err)
	suppressed := readStop(t, f, "+5511987654321\n+447700900123\n")
	rng := rand.New(rand.NewPCG(7, 8))
	for range 20 {
		var list strings.Builder
		list.WriteString("phone,country,ok\n")
		for range 100 {
			phone := []string{"+9198765432" + fmt.Sprint(10+rng.IntN(20)), "+55 11 8765-4321", "+447700900123", "n/a",
				"", "098765 43210", "\"+1 415 555 0132\""}[rng.IntN(7)]
			fmt.Fprintf(&list, "%s,%s,%s\n", phone, []string{"IN", "Brazil", "", "\"US\""}[rng.IntN(4)],
				[]string{"yes", "no", "YES "}[rng.IntN(3)])
		}
		options := ListOptions{Columns: []string{"phone"}, Delimiter: ',', RegionColumn: "country",
			Require: []Requirement{{"ok", []string{"yes"}}}, Suppress: suppressed, Dedupe: true, Normalize: E164}
		requireSameFromAnyCut(t, f, []byte(list.String()), options)
	}
	list, err := os.ReadFile("../testdata/lists/crm-export.csv")
	require.NoError(t, err)
	requireSameFromAnyCut(t, f, append([]byte("phone,x\r\n"), list...),
		ListOptions{Columns: []string{"phone"}, Delimiter: ',', Dedupe: true})
}
