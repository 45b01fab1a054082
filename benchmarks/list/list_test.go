package list

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers/v2"
	"github.com/stretchr/testify/require"
)

const testRows = 20_000

func text(t testing.TB, shape Shape, seed uint64, rows int) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, New(shape, seed).Write(&b, rows))
	return b.String()
}

func TestSameSeedSameList(t *testing.T) {
	for _, shape := range Shapes() {
		long := text(t, shape, 7, 2000)
		require.Equal(t, long, text(t, shape, 7, 2000), shape)
		require.NotEqual(t, long, text(t, shape, 8, 2000), shape)
		require.True(t, strings.HasPrefix(long, text(t, shape, 7, 1000)),
			"%s: a longer list begins with a shorter one", shape)
	}
}

// Each list is CSV, its rows have all cells but where they are cut short on purpose, and no two
// coupons are the same.
func TestLists(t *testing.T) {
	for _, shape := range Shapes() {
		records := parse(t, text(t, shape, 1, testRows))
		require.Len(t, records, testRows+1, shape)
		require.Equal(t, Header, strings.Join(records[0], ",")+"\n")
		coupons, short := map[string]bool{}, 0
		for _, record := range records[1:] {
			if len(record) == 1 {
				short++
				continue
			}
			require.Len(t, record, 5, "%s: %q", shape, record)
			coupons[record[4]] = true
		}
		require.Len(t, coupons, testRows-short, shape)
		require.Equal(t, shape == Dirty || shape == Mixed, short > 0, shape)
	}
}

func parse(t testing.TB, list string) [][]string {
	t.Helper()
	r := csv.NewReader(strings.NewReader(list))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	records, err := r.ReadAll()
	require.NoError(t, err)
	return records
}

func TestRowsHaveAboutSeventyBytes(t *testing.T) {
	require.InDelta(t, 68, len(text(t, Mixed, 1, testRows))/testRows, 4)
}

// Every number of a range is an assigned one of its country: the phone library agrees about each
// way of writing it.
func TestRangesAreAssigned(t *testing.T) {
	g := New(E164, 1)
	for _, countries := range [][]country{world, shared, crimea} {
		for _, c := range countries {
			for _, pattern := range c.patterns {
				target := target{&c, pattern}
				for range 50 {
					requireNumber(t, string(g.appendDigits([]byte("+"), target)), "", c.region)
					grouped := string(g.appendGrouped(nil, target, one(&g.random, internationalStyles)))
					if rest, ok := strings.CutPrefix(grouped, "00"); ok { // programs read 00, the library needs a '+'
						grouped = "+" + rest
					}
					requireNumber(t, grouped, "", c.region)
				}
			}
		}
	}
}

func requireNumber(t *testing.T, cell, defaultRegion, region string) {
	t.Helper()
	number, err := phonenumbers.Parse(cell, defaultRegion)
	require.NoError(t, err, cell)
	require.True(t, phonenumbers.IsValidNumber(number), "%s is not assigned", cell)
	require.Equal(t, region, phonenumbers.GetRegionCodeForNumber(number), cell)
}

func TestNationalNumbers(t *testing.T) {
	for _, shape := range []Shape{NationalIN, NationalUS} {
		g := New(shape, 1)
		for range 2000 {
			requireNumber(t, string(g.AppendCell(nil)), shape.DefaultRegion(), shape.DefaultRegion())
		}
	}
}

// The shares of countries and ways of writing are those of the tables.
func TestShares(t *testing.T) {
	total := 0
	for _, c := range world {
		total += c.weight
	}
	require.Equal(t, 1000, total, "weights are thousandths")

	indian, bare := 0, 0
	for _, record := range parse(t, text(t, Mixed, 1, testRows))[1:] {
		if len(record) == 5 && strings.HasPrefix(record[1], "+91") {
			indian++
		}
		if len(record) == 5 && record[1] != "" && strings.Trim(record[1], "0123456789") == "" {
			bare++
		}
	}
	require.InDelta(t, 0.22*(0.55+0.12+0.06), float64(indian)/testRows, 0.02)
	require.InDelta(t, 0.15+0.08*0.7, float64(bare)/testRows, 0.02)
}

func TestQuotedNames(t *testing.T) {
	commas, quotes, breaks := 0, 0, 0
	for _, record := range parse(t, text(t, Quoted, 1, 1000))[1:] {
		commas += strings.Count(record[0], ", ")
		quotes += strings.Count(record[0], `"Ace"`)
		breaks += strings.Count(record[0], "\n")
	}
	require.Equal(t, 1000, commas+quotes+breaks)
	require.Greater(t, commas, quotes)
	require.Greater(t, quotes, breaks)
	require.NotZero(t, breaks)
}

// A dirty list has everything that listgate has a name for.
func TestDirt(t *testing.T) {
	cells := map[string]int{}
	for _, record := range parse(t, text(t, Dirty, 1, testRows))[1:] {
		if len(record) == 5 {
			cells[record[1]]++
		}
	}
	for _, cell := range []string{"", "n/a", "#REF!", "9.19877E+11", "+999123456789", "+80012345678", "+12005550100"} {
		require.Contains(t, cells, cell)
	}
	for _, part := range []string{" / +", ", +", " | +", "'+", `="`, "tel:", "whatsapp:", "@c.us", ".0", "\u00A0",
		" x12", "+521"} {
		found := false
		for cell := range cells {
			found = found || strings.Contains(cell, part)
		}
		require.True(t, found, "no cell with %q", part)
	}
}

func TestParseShape(t *testing.T) {
	for _, shape := range Shapes() {
		parsed, err := ParseShape(shape.String())
		require.NoError(t, err)
		require.Equal(t, shape, parsed)
	}
	_, err := ParseShape("round")
	require.ErrorContains(t, err, "no shape")
}

func BenchmarkAppendRow(b *testing.B) {
	for _, shape := range Shapes() {
		b.Run("shape="+shape.String(), func(b *testing.B) {
			b.ReportAllocs()
			g, buffer := New(shape, 1), make([]byte, 0, 4096)
			for b.Loop() {
				buffer = g.AppendRow(buffer[:0])
			}
		})
	}
}
