package filter_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/filter"
)

// A delimiter that may be half of a character is an error; one after a character of one byte is
// none.
func TestHalfCharacters(t *testing.T) {
	shiftJIS, err := os.ReadFile("../testdata/cases/lists/l17-shift-jis-pipe.txt")
	require.NoError(t, err)
	many := strings.Repeat("1|Ann|+14165550123\n", 100_000)
	for _, test := range []struct {
		name, list string
		options    filter.ListOptions
		place      string
	}{
		{"Shift_JIS", string(shiftJIS), filter.ListOptions{}, "l:2:4: "},
		{"Shift_JIS, far down", "id|name|phone\n" + many + "7|\x83\x7C\x81\x5B\x83\x8B|+14165550123\n",
			filter.ListOptions{}, "l:100002:4: "},
		{"Shift_JIS, row by row", string(shiftJIS), filter.ListOptions{Dedupe: true}, "l:2:4: "},
		{"GBK", "id|name|phone\n1|\x81\x7C|+14165550123\n", filter.ListOptions{}, "l:2:4: "},
		{"Big5", "id|name|phone\n1|a\xA5\x7C|+14165550123\n", filter.ListOptions{}, "l:2:5: "},
		{"another delimiter", "id^name^phone\n1^\x83\x5E^+14165550123\n",
			filter.ListOptions{Delimiter: '^'}, "l:2:4: "},
		{"no header", "1|\x83\x7C|+14165550123\n", filter.ListOptions{}, ""}, // nothing to compare with
		{"Latin-1", "id|name|phone\n1|Jos\xE9|+14165550123\n", filter.ListOptions{}, ""},
		{"Windows-1251", "id|name|phone\n1|\xCE\xEB\xFC\xE3\xE0|+14165550123\n", filter.ListOptions{}, ""},
		{"UTF-8", "id|name|phone\n1|José|x|+14165550123\n", filter.ListOptions{}, ""},
		{"Shift_JIS with commas", "id,name,phone\n1,\x83\x7C\x83\x5C,+14165550123\n", filter.ListOptions{}, ""},
	} {
		test.options.Name = "l"
		_, err := newFilter(t, "general", filter.Options{}).Stream(t.Context(), &bytes.Buffer{}, nil,
			strings.NewReader(test.list), test.options)
		if test.place == "" {
			require.NoError(t, err, test.name)
			continue
		}
		require.ErrorContains(t, err, "half of a character", test.name)
		require.ErrorContains(t, err, test.place, test.name)
	}
}

// Decided is told of the rows in their order, and the outputs are the same.
func TestDecided(t *testing.T) {
	list := "title\n\nname,phone\n"
	for i := range 50_000 {
		list += []string{"Ann,+14165550123\n", "Bob,+5351234567\n", "\n", "Cy,none\n"}[i*7%4]
	}
	for _, jobs := range []int{1, 2} {
		var kept, dropped, wantKept, wantDropped bytes.Buffer
		f := newFilter(t, "general", filter.Options{})
		_, err := f.Stream(t.Context(), &wantKept, &wantDropped, strings.NewReader(list),
			filter.ListOptions{Name: "l", Jobs: jobs})
		require.NoError(t, err)
		var decided []byte
		_, err = f.Stream(t.Context(), &kept, &dropped, strings.NewReader(list), filter.ListOptions{
			Name: "l", Jobs: jobs,
			Decided: func(kept bool) { decided = append(decided, map[bool]byte{true: 'k', false: 'd'}[kept]) },
		})
		require.NoError(t, err)
		require.Equal(t, wantKept.String(), kept.String())
		require.Equal(t, wantDropped.String(), dropped.String())
		want := ""
		for line := range strings.Lines(list) {
			switch line[0] {
			case 'A':
				want += "k"
			case 'B', 'C':
				want += "d"
			}
		}
		require.Equal(t, want, string(decided))
	}
}
