package filter_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/internal/survival"
)

// nastyList writes a list that is easily misread: quotes, delimiters and line breaks inside of
// cells, and all that may stand where they may.
func nastyList(rng *rand.Rand) []byte {
	cells := []string{"", " ", "a", "a b", "x\"y", "\"\"", "\"a,b\"", "\"a\nb\"", "\"a\r\nb\"", "\"a\"\"b\"",
		"\"\"\"\"", "\"\n\"", "\"\"\"\n\"\"\"",
		"\"a,\n,b\"", "é", "'", "\\\"", "\t", ";", "|", "\"+14155550132\"", "=1+1", "\ufeff",
		"\"" + strings.Repeat("long,\n", 30) + "\""}
	phones := []string{in, us, bad, "", "\"" + in + "\"", "\"" + us + "\"", "\"+91 98765\n43210\"", "\"\"",
		" " + in, in + " "}
	var b bytes.Buffer
	b.WriteString("phone,other,third\n")
	ends := []string{"\n", "\n", "\r\n", "\n\n", "\r\n\r\n"}
	for range rng.IntN(30) {
		b.WriteString(phones[rng.IntN(len(phones))])
		for range rng.IntN(4) {
			b.WriteString("," + cells[rng.IntN(len(cells))])
		}
		b.WriteString(ends[rng.IntN(len(ends))])
	}
	list := b.Bytes()
	if rng.IntN(2) == 0 && len(list) > 0 { // without its last byte
		list = list[:len(list)-1]
	}
	return list
}

// records reads with the standard library's reader, which knows no blank lines as rows, either.
func records(text []byte) ([][]string, error) {
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord = -1
	return r.ReadAll()
}

// Where the standard library can read a list we find the same rows and cells in it, and each comes
// out once.
func TestSurvivalLists(t *testing.T) {
	f := newFilter(t, "general", filter.Options{})
	rng := rand.New(rand.NewPCG(22, 500))
	tries := 1500
	if survival.Long() {
		tries = 60_000
	}
	compared := 0
	for range tries {
		if sameRecords(t, f, nastyList(rng)) {
			compared++
		}
	}
	require.Greater(t, compared, tries/4)
	survival.Held(t, "lists", compared)
}

// sameRecords compares what comes out of a list with what the standard library reads in it. It
// reports false of lists with bare quotes, which are characters to us.
func sameRecords(t *testing.T, f *filter.Filter, list []byte) bool {
	t.Helper()
	want, err := records(list)
	if err != nil || len(want) == 0 {
		return false
	}
	var kept, dropped bytes.Buffer
	_, err = f.Stream(t.Context(), &kept, &dropped, bytes.NewReader(list),
		filter.ListOptions{Delimiter: ',', Quote: filter.QuoteCSV, HeaderRow: 1, Columns: []string{"1"}})
	require.NoError(t, err, "%q", list)
	ks, err := records(kept.Bytes())
	require.NoError(t, err, "%q", kept.Bytes())
	ds, err := records(dropped.Bytes())
	require.NoError(t, err, "%q", dropped.Bytes())
	require.NotEmpty(t, ks, "%q", list)
	require.Equal(t, want[0], ks[0], "%q", list)
	ks, ds = ks[1:], ds[1:]
	for _, row := range want[1:] {
		switch {
		case len(ks) > 0 && slices.Equal(row, ks[0]):
			ks = ks[1:]
		case len(ds) > 0 && len(ds[0]) == len(row)+3 && slices.Equal(row, ds[0][:len(row)]):
			ds = ds[1:]
		default:
			t.Fatalf("%q of %q came out neither kept nor dropped, or not in its place", row, list)
		}
	}
	require.Empty(t, ks, "%q", list)
	require.Empty(t, ds, "%q", list)
	return true
}

// Lists are what the standard library reads in them.
func FuzzRecords(f *testing.F) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 30 {
		f.Add(nastyList(rng))
	}
	general := newFilter(f, "general", filter.Options{})
	f.Fuzz(func(t *testing.T, list []byte) {
		// What is an error, or means something else on purpose: bytes that no text has, sep= lines,
		// the mark of an encoding, a lone carriage return, which the standard library has in a
		// cell.
		if bytes.IndexByte(list, 0) >= 0 || !utf8.Valid(list) || bytes.HasPrefix(list, []byte("sep=")) ||
			bytes.HasPrefix(list, []byte("\ufeff")) ||
			bytes.Contains(bytes.ReplaceAll(list, []byte("\r\n"), nil), []byte("\r")) {
			return
		}
		sameRecords(t, general, append([]byte("phone\n"), list...)) // a number in the first row is no header
	})
}

// However a list is cut for the workers, the same comes out.
func FuzzCuts(f *testing.F) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 10 {
		f.Add(nastyList(rng))
	}
	general := newFilter(f, "general", filter.Options{})
	f.Fuzz(func(t *testing.T, list []byte) {
		var want string
		for i, split := range []func(io.Reader) io.Reader{func(r io.Reader) io.Reader { return r },
			iotest.OneByteReader, iotest.HalfReader} {
			var kept, dropped bytes.Buffer
			result, err := general.Stream(t.Context(), &kept, &dropped, split(bytes.NewReader(list)),
				filter.ListOptions{Name: "l", Jobs: 1 + i})
			got := fmt.Sprint(err)
			if err == nil {
				got = fmt.Sprintf("%q %q %d %v", kept.Bytes(), dropped.Bytes(), result.Rows, result.Reasons)
			}
			if i == 0 {
				want = got
			}
			require.Equal(t, want, got)
		}
	})
}

// However a list is read, and by however many workers, the same comes out.
func TestSurvivalWorkers(t *testing.T) {
	f := newFilter(t, "general", filter.Options{})
	rng := rand.New(rand.NewPCG(8, 64))
	tries := 20
	if survival.Long() {
		tries = 400
	}
	times := 0
	for range tries {
		list := nastyList(rng)
		if rng.IntN(4) == 0 { // more than a chunk
			list = append(bytes.TrimRight(list, "\r\n"), '\n')
			list = append(list, bytes.Repeat([]byte(in+",\"x\ny\"\r\n"+us+"\n"), 20_000)...)
		}
		var want []string
		for _, jobs := range []int{1, 2, 3, 8} {
			for i, split := range []func(io.Reader) io.Reader{
				func(r io.Reader) io.Reader { return r }, iotest.HalfReader, iotest.DataErrReader, iotest.OneByteReader,
			} {
				if i == 3 && len(list) > 100_000 {
					continue
				}
				var kept, dropped bytes.Buffer
				result, err := f.Stream(t.Context(), &kept, &dropped, split(bytes.NewReader(list)),
					filter.ListOptions{Jobs: jobs, Delimiter: ',', Quote: filter.QuoteCSV, Findings: 3, Name: "l"})
				got := []string{kept.String(), dropped.String()}
				if err != nil {
					got = []string{err.Error()}
				} else {
					got = append(got,
						fmt.Sprint(result.Rows, result.Kept, result.Dropped, result.Reasons, result.Readings,
							result.Regions, result.Findings))
				}
				if want == nil {
					want = got
				}
				require.Equal(t, want, got, "%q, %d workers", list, jobs)
				times++
			}
		}
	}
	survival.Held(t, "workers", times)
}
