package filter

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Ordinary notes with line breaks pass: of lists with 300,000 of them, in every place beside the
// phone column, with commas, quotes, numbers and addresses in them, none is refused.
func TestNotesWithLineBreaksPass(t *testing.T) {
	f, err := New(twinPolicy(t), Options{})
	require.NoError(t, err)
	rng := rand.New(rand.NewPCG(3, 4))
	pick := func(words ...string) string { return words[rng.IntN(len(words))] }
	line := func() string {
		switch rng.IntN(12) {
		case 0:
			return fmt.Sprintf("%d High Street, Flat %d, %s %d", rng.IntN(200), rng.IntN(20),
				pick("London", "Pune", "Berlin"), 10000+rng.IntN(89999))
		case 1:
			return fmt.Sprintf("call back on +44207946%04d, after 5", rng.IntN(10000))
		case 2:
			return fmt.Sprintf("+44207946%04d", rng.IntN(10000))
		case 3:
			return fmt.Sprintf(`said ""%s"", then hung up`, pick("no", "maybe, later", "yes"))
		case 4:
			return fmt.Sprintf("order %d, invoice %d, paid", rng.IntN(1e9), rng.IntN(1e9))
		case 5:
			return ""
		case 6:
			return fmt.Sprintf("%s, %s, %s, %s", pick("red", "blue"), pick("XL", "M"), pick("gift", "no gift"),
				pick("DHL", "UPS"))
		case 7:
			return fmt.Sprintf("tel. 020 7946 %04d, fax 020 7946 %04d", rng.IntN(10000), rng.IntN(10000))
		}
		return pick("Dear Sir or Madam,", "please ring the bell", "thanks!", "ask for Ann, Bob or Cy",
			"VIP; do not disturb", "5\" pipe, 3 pieces")
	}
	refused, notes := 0, 0
	for range 300 {
		columns := 2 + rng.IntN(6)
		phone, note := rng.IntN(columns), rng.IntN(columns)
		var list strings.Builder
		for i := range columns {
			list.WriteString(strings.TrimPrefix(",", strings.Repeat(",", 1-min(i, 1))))
			list.WriteString(map[bool]string{true: "phone", false: fmt.Sprintf("c%d", i)}[i == phone])
		}
		list.WriteString("\n")
		for range 1000 {
			for i := range columns {
				if i > 0 {
					list.WriteString(",")
				}
				switch {
				case i == phone:
					fmt.Fprintf(&list, "+9198765%05d", rng.IntN(100000))
				case i == note:
					lines := make([]string, 1+rng.IntN(5))
					for j := range lines {
						lines[j] = strings.ReplaceAll(strings.ReplaceAll(line(), `""`, `"`), `"`, `""`)
					}
					fmt.Fprintf(&list, `"%s"`, strings.Join(lines, "\n"))
					notes++
				default:
					list.WriteString(pick("x", "Ann", "2026-11-01", "42"))
				}
			}
			list.WriteString("\n")
		}
		_, err := f.Stream(t.Context(), nil, nil, strings.NewReader(list.String()),
			ListOptions{Columns: []string{"phone"}, Delimiter: ','})
		if err != nil {
			require.ErrorIs(t, err, ErrRidingRows)
			refused++
		}
	}
	t.Logf("%d notes in 300 lists: %d lists refused", notes, refused)
	require.Zero(t, refused)
}

// What rides along is found with any delimiter, in any cell beside the phone's, and wherever the
// list is cut.
func TestRidingRowsAreFound(t *testing.T) {
	f, err := New(twinPolicy(t), Options{})
	require.NoError(t, err)
	for _, list := range []string{
		"id\tnote\tphone\n1\t\"as is, no box\t+5351234567\n2\tplain\t+989123456789\n3\tscreen 20\"\t+919876543210\n",
		"id,note,phone\n1,\"as is, no box,+5351234567\n2,plain,+989123456789\n3,screen 20\",+919876543210\n",
		"id;note;phone\r\n1;\"no box;+5351234567\r\n3;screen 20\";+919876543210\r\n",
		"phone|note\n+919876543210|\"20 inch\n+5351234567|plain\n+989123456789|14\"\n",
		"note,phone,x\n\"a,+5351234567,x\n\nb\",+919876543210,y\n",
		"\"n,\",phone\n\"q,+5351234567\nr\",+919876543210\n",
	} {
		for _, options := range []ListOptions{{}, {Dedupe: true}} {
			for _, size := range []int{chunkBytes, 40} {
				options.Columns, options.RegionColumn = []string{"phone"}, NoRegionColumn
				_, _, _, err := streamBy(t, f, []byte(list), options, size, 2)
				require.ErrorIs(t, err, ErrRidingRows, "%d %s", size, list)
			}
			options.Quote = QuoteCSV
			_, _, _, err = streamBy(t, f, []byte(list), options, chunkBytes, 1)
			require.NoError(t, err, list)
		}
	}
}
