package cell_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/BurntSushi/toml"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/runenames"

	"github.com/listgate/listgate/filter/internal/cell"
	"github.com/listgate/listgate/filter/internal/cell/twin"
)

// numbers returns the cells of testdata/numbers.toml.
func numbers(t testing.TB) []tableCell {
	t.Helper()
	var topics map[string][]tableCell
	_, err := toml.DecodeFile("../../../testdata/numbers.toml", &topics)
	require.NoError(t, err)
	require.NotEmpty(t, topics)
	return slices.Concat(slices.Collect(maps.Values(topics))...)
}

type tableCell struct {
	Cell, Reason                string
	Extension, Float, Recovered bool
}

func compareWithTwin(t *testing.T, text string) {
	t.Helper()
	var c cell.Cell
	problem := c.Read([]byte(text))
	slow, slowProblem := twin.Read(text)
	if problem != slowProblem {
		t.Fatalf("%q: %v, slowly %v", text, problem, slowProblem)
	}
	if problem != cell.None && problem != cell.Slashed {
		return
	}
	if fast := (twin.Cell{Digits: string(c.Digits()), Plus: c.Plus, Slash: int(c.Slash), Zeros: int(c.Zeros),
		Traits: c.Traits}); fast != slow {
		t.Fatalf("%q: %+v, slowly %+v", text, fast, slow)
	}
}

// The table says what the reader must tell besides the digits, and the slow twin agrees about all
// of it.
func TestReadCell(t *testing.T) {
	for _, row := range numbers(t) {
		compareWithTwin(t, row.Cell)
		var c cell.Cell
		switch problem := c.Read([]byte(row.Cell)); problem {
		case cell.None, cell.Slashed:
		default:
			require.Equal(t, strings.Replace(row.Reason, "invalid", "too_long", 1), problem.String(), "%q", row.Cell)
			continue
		}
		require.Equal(t, []bool{row.Extension, row.Float, row.Recovered},
			[]bool{c.Has(cell.Extension), c.Has(cell.Float), c.Has(cell.Scientific)}, "%q", row.Cell)
	}
}

// A list in Windows-1252 passes as bytes, and its spaces, dashes and quotes mean what they mean.
func TestReadCellInWindows1252(t *testing.T) {
	for text, want := range map[string]string{
		"+33\xA06\xA012\xA034\xA056\xA078": "33612345678",
		"+49\x961512\x973456789":           "4915123456789",
		"\x92+919876543210":                "919876543210",
		"\x93+919876543210\x94":            "919876543210",
		"+34\xAD612345678":                 "34612345678",
		"+5111234567 extensi\xF3n 12":      "5111234567",
	} {
		var c cell.Cell
		require.Equal(t, cell.None, c.Read([]byte(text)), "%q", text)
		require.Equal(t, want, string(c.Digits()), "%q", text)
		compareWithTwin(t, text)
	}
	var c cell.Cell
	require.Equal(t, cell.NotANumber, c.Read([]byte("+91\x8098765\xFF43210")))
}

// Every decimal digit of Unicode has the value that its name says.
func TestDigitValue(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		digit, ok := cell.DigitValue(r)
		require.Equal(t, unicode.IsDigit(r), ok, "%U", r)
		if name := strings.Fields(runenames.Name(r)); ok && len(name) > 0 {
			require.Equal(t, twin.Numerals[digit], name[len(name)-1], "%U", r)
		}
	}
}

func TestReadCellDoesNotAllocate(t *testing.T) {
	for _, row := range numbers(t) {
		text := []byte(row.Cell)
		if len(text) > 120 {
			continue
		}
		var c cell.Cell
		if c.Read(text); c.Has(cell.Redecoded) || strings.Contains(row.Cell, ";") {
			continue
		}
		require.Zero(t, testing.AllocsPerRun(5, func() { c.Read(text) }), "%q", row.Cell)
	}
}

// What a cell may hold at worst is read in time that grows with its length alone.
func TestReadCellOfAMegabyte(t *testing.T) {
	for _, piece := range []string{
		"tel:", "wa.me/", "'", "\"", "(", "#", " #a", "#/", "9e", "1.", "x1", " or ", "1998-", "may ", "+1", "?&",
		"\u200B", "１", "\xA0", ":",
	} {
		var c cell.Cell
		c.Read([]byte(strings.Repeat(piece, 1<<20/len(piece))))
		c.Read([]byte("919876543210" + strings.Repeat(piece, 1<<20/len(piece)) + "@c.us"))
	}
}

// The fast reader and its slow twin agree on every text, and neither panics.
func FuzzReadCell(f *testing.F) {
	for _, row := range numbers(f) {
		f.Add(row.Cell)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 200 {
			return
		}
		compareWithTwin(t, text)
	})
}
