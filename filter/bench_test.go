package filter

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/listgate/listgate/filter/internal/numbering"
	"github.com/listgate/listgate/rules"
)

// someCells is how many cells a benchmark goes through in turn: so many that no branch predictor
// learns them by heart.
const someCells = 50_000

// cells are mobile numbers of some countries at random, each in a shape that people send, one
// beside the other in memory as in a list.
func cells(countries []country, shape func(callingCode, national string) string) [][]byte {
	rng := rand.New(rand.NewPCG(1, 2))
	var made [][]byte
	list := make([]byte, 0, 32*someCells)
	for len(made) < someCells {
		c := countries[rng.IntN(len(countries))]
		national := make([]byte, c.length-len(c.callingCode))
		for i := range national {
			national[i] = byte('0' + rng.IntN(10))
		}
		if n := numbering.International(c.callingCode + string(national)); n.Type() == numbering.Mobile ||
			n.Type() == numbering.FixedOrMobile {
			start := len(list)
			list = append(list, shape(c.callingCode, string(national))...)
			made = append(made, list[start:])
		}
	}
	return made
}

// A country is a calling code and how many digits its mobile numbers have, calling code included.
type country struct {
	callingCode string
	length      int
}

var (
	india = []country{{"91", 12}}
	nanp  = []country{{"1", 11}}
)

var twenty = []country{
	{"91", 12}, {"1", 11}, {"55", 13}, {"44", 12}, {"49", 13}, {"52", 12}, {"62", 13}, {"234", 13},
	{"27", 11}, {"90", 12},
	{"39", 12}, {"34", 11}, {"33", 11}, {"92", 12}, {"20", 12}, {"54", 13}, {"57", 12}, {"63", 12},
	{"966", 12}, {"254", 12},
}

func BenchmarkDecide(b *testing.B) {
	for _, bench := range []struct {
		name  string
		home  string
		cells [][]byte
	}{
		{"E164", "", cells(twenty, func(c, n string) string { return "+" + c + n })},
		{"E164One", "", [][]byte{[]byte("+919876543210")}},
		{"E164India", "", cells(india, func(c, n string) string { return "+" + c + n })},
		{"FormattedOne", "", [][]byte{[]byte("+91 (98765) 432-10")}},
		{"Formatted", "", cells(twenty, func(c, n string) string { return fmt.Sprintf("+%s %s-%s", c, n[:4], n[4:]) })},
		{"Brackets", "",
			cells(twenty, func(c, n string) string { return fmt.Sprintf("+%s (%s) %s", c, n[:3], n[3:]) })},
		{"WaID", "", cells(twenty, func(c, n string) string { return c + n })},
		{"WaIDAbroad", "IN", cells(twenty, func(c, n string) string { return c + n })},
		{"NationalIN", "IN", cells(india, func(_, n string) string { return n })},
		{"NationalINTrunk", "IN", cells(india, func(_, n string) string { return "0" + n[:5] + " " + n[5:] })},
		{"NationalUS", "US",
			cells(nanp, func(_, n string) string { return fmt.Sprintf("(%s) %s-%s", n[:3], n[3:6], n[6:]) })},
		{"Junk", "", [][]byte{[]byte("call reception"), []byte(""), []byte("n/a"), []byte("9.19877E+11")}},
		{"Crimea", "", [][]byte{[]byte("+79781234567"), []byte("+79161234567"), []byte("+380651234567")}},
	} {
		var home rules.Region
		copy(home[:], bench.home)
		f, err := New(twinPolicy(b), Options{DefaultRegion: home})
		if err != nil {
			b.Fatal(err)
		}
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				sink = f.Decide(bench.cells[i])
				if i++; i == len(bench.cells) {
					i = 0
				}
			}
		})
	}
}

var sink Decision

// BenchmarkStream filters a list without writing it anywhere, as check does: plain rows, with
// quotes, with formatted numbers.
func BenchmarkStream(b *testing.B) {
	f, err := New(twinPolicy(b), Options{})
	if err != nil {
		b.Fatal(err)
	}
	e164 := cells(twenty, func(c, n string) string { return "+" + c + n })
	formatted := cells(twenty, func(c, n string) string { return fmt.Sprintf("+%s (%s) %s", c, n[:3], n[3:]) })
	for _, bench := range []struct {
		name, row string
		cells     [][]byte
		jobs      int
	}{
		{"E164", "Amelia Souza,%s,São Paulo,2025-09-24,SPRING-AUTUMN-%07d\n", e164, 1},
		{"E164", "Amelia Souza,%s,São Paulo,2025-09-24,SPRING-AUTUMN-%07d\n", e164, 2},
		{"Formatted", "Amelia Souza,%s,São Paulo,2025-09-24,SPRING-AUTUMN-%07d\n", formatted, 1},
		{"NameQuoted", "\"Souza, Amelia\",%s,São Paulo,2025-09-24,SPRING-AUTUMN-%07d\n", e164, 1},
		{"AllQuoted", "\"Souza, Amelia\",\"%s\",\"São Paulo\",\"2025-09-24\",\"SPRING-AUTUMN-%07d\"\n", e164, 1},
	} {
		var list []byte
		for i, cell := range bench.cells {
			list = fmt.Appendf(list, bench.row, cell, i)
		}
		b.Run(fmt.Sprintf("%s/jobs=%d", bench.name, bench.jobs), func(b *testing.B) {
			b.SetBytes(int64(len(list)))
			for b.Loop() {
				result, err := f.Stream(b.Context(), nil, nil, bytes.NewReader(list), ListOptions{Jobs: bench.jobs})
				if err != nil || result.Rows != someCells {
					b.Fatal(result, err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/someCells, "ns/row")
		})
	}
}
