package numbering_test

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"github.com/listgate/listgate/filter/internal/numbering"
)

// someDigits is how many numbers a benchmark goes through in turn: so many that the branch
// predictor cannot learn them by heart. With 2,000 it does, and everything looks twice as fast.
const someDigits = 50_000

// twenty is a calling code and the length of its mobile numbers in all, for twenty countries.
var twenty = []struct {
	callingCode string
	length      int
}{
	{"91", 12}, {"1", 11}, {"55", 13}, {"44", 12}, {"49", 13}, {"52", 12}, {"62", 13}, {"234", 13},
	{"27", 11}, {"90", 12},
	{"39", 12}, {"34", 11}, {"33", 11}, {"92", 12}, {"20", 12}, {"54", 13}, {"57", 12}, {"63", 12},
	{"966", 12}, {"254", 12},
}

// mobiles is valid mobile numbers of one country or all twenty in turn at random, digits only.
func mobiles(countries ...int) [][]byte {
	rng := rand.New(rand.NewPCG(1, 2))
	numbers := make([][]byte, 0, someDigits)
	buffer := make([]byte, 0, 16*someDigits) // one beside the other, as in a list
	for len(numbers) < cap(numbers) {
		c := twenty[rng.IntN(len(twenty))]
		if len(countries) > 0 {
			c = twenty[countries[0]]
		}
		digits := append(buffer[len(buffer):], c.callingCode...)
		for len(digits) < c.length {
			digits = append(digits, byte('0'+rng.IntN(10)))
		}
		if t := numbering.International(digits).Type(); t == numbering.Mobile || t == numbering.FixedOrMobile {
			numbers = append(numbers, digits)
			buffer = buffer[:len(buffer)+len(digits)]
		}
	}
	return numbers
}

var (
	sink     numbering.Number
	sinkKind numbering.Kind
)

func BenchmarkInternational(b *testing.B) {
	numbers := mobiles()
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		sink = numbering.International(numbers[i])
		if i++; i == len(numbers) {
			i = 0
		}
	}
}

func BenchmarkOrigin(b *testing.B) {
	numbers := mobiles()
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		sink = numbering.Origin(binary.LittleEndian.Uint64(numbers[i]), numbers[i]).Number()
		if i++; i == len(numbers) {
			i = 0
		}
	}
}

// BenchmarkDialled is the national numbers of three countries, as people write them there.
func BenchmarkDialled(b *testing.B) {
	for _, c := range []struct {
		region      [2]byte
		country     int
		trunkPrefix string
	}{
		{[2]byte{'I', 'N'}, 0, ""}, {[2]byte{'U', 'S'}, 1, ""}, {[2]byte{'U', 'S'}, 1, "1"},
		{[2]byte{'G', 'B'}, 3, "0"}, {[2]byte{'G', 'B'}, 3, "0044"},
	} {
		numbers := mobiles(c.country)
		for i := range numbers {
			numbers[i] = append([]byte(c.trunkPrefix), numbers[i][len(twenty[c.country].callingCode):]...)
		}
		b.Run(string(c.region[:])+c.trunkPrefix, func(b *testing.B) {
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				sink, sinkKind = numbering.Dialled(c.region, numbers[i])
				if i++; i == len(numbers) {
					i = 0
				}
			}
		})
	}
}

func BenchmarkAppendE164(b *testing.B) {
	digits := []byte("4407911123456")
	n := numbering.International(digits)
	buffer := make([]byte, 0, 20)
	b.ReportAllocs()
	for b.Loop() {
		buffer = n.AppendE164(buffer[:0], digits)
	}
}
