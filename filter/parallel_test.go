package filter

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/rules"
)

// streamBy filters a list in parts of a size, with so many workers.
func streamBy(t testing.TB, f *Filter, list []byte, options ListOptions, size, jobs int) (kept, dropped string,
	result *Result, err error) {
	var k, d bytes.Buffer
	options.Name, options.Jobs = "l", jobs
	s := f.newStream(&k, &d, options)
	s.chunkBytes = size
	if err := s.run(t.Context(), bytes.NewReader(list)); err != nil {
		return "", "", nil, err
	}
	result = s.result()
	result.Layout.unchecked = nil // all parts but real ones are too small to see what else is in the list
	return k.String(), d.String(), result, nil
}

// The same bytes come out, the same findings and the same error, for any number of workers and
// wherever the parts are cut: in the middle of quotes, of line breaks, of rows.
func requireSameFromAnyCut(t *testing.T, f *Filter, list []byte, options ListOptions) {
	t.Helper()
	options.Findings = 3
	kept, dropped, result, err := streamBy(t, f, list, options, max(chunkBytes, len(list)+1), 1)
	for _, size := range []int{1000, 100, 47, 13} {
		for _, jobs := range []int{1, 2, 7} {
			k, d, r, e := streamBy(t, f, list, options, size, jobs)
			what := fmt.Sprintf("parts of %d, %d jobs", size, jobs)
			if err != nil {
				require.EqualError(t, e, err.Error(), what)
				continue
			}
			require.NoError(t, e, what)
			require.Equal(t, kept, k, what)
			require.Equal(t, dropped, d, what)
			require.Equal(t, result, r, what)
		}
	}
}

// knownLayout is not found out from a first part of 13 bytes.
var knownLayout = ListOptions{Columns: []string{"1"}, Delimiter: ',', RegionColumn: NoRegionColumn}

func TestAnyCutGivesTheSameBytes(t *testing.T) {
	f, err := New(twinPolicy(t), Options{})
	require.NoError(t, err)
	paths, err := filepath.Glob("../testdata/lists/*.csv")
	require.NoError(t, err)
	for _, path := range paths {
		list, err := os.ReadFile(path)
		require.NoError(t, err)
		if !strings.Contains(path, "phone-column") && !strings.Contains(path, "header-only") {
			requireSameFromAnyCut(t, f, append([]byte("phone,x\n"), list...), knownLayout)
		}
	}
}

// Lists at random from what makes cutting hard.
func TestAnyCutOfQuotesAndBreaks(t *testing.T) {
	f, err := New(twinPolicy(t), Options{})
	require.NoError(t, err)
	rng := rand.New(rand.NewPCG(3, 4))
	pieces := []string{"\"", "\"\"", ",", "\n", "\r\n", "+919876543210", "+14155550132", "x", "\"a\nb\"", "5\" pipe,",
		"\n\n", "\",\"", "\"+5352345678\"", "\"\r\"", "\"x\"\r\r\n", "\n\r\r\n"}
	for i := range 400 {
		if i == 300 {
			pieces = append(pieces, "\r")
		}
		list := "phone,note\n"
		for range rng.IntN(200) {
			list += pieces[rng.IntN(len(pieces))]
		}
		requireSameFromAnyCut(t, f, []byte(list), knownLayout)
	}
}

// A list is cut into parts as small as asked for, but for rows that are longer, and nothing is
// lost: without that, the tests of any cut would test one.
func TestListsAreCut(t *testing.T) {
	var list strings.Builder
	for row := range 1000 {
		fmt.Fprintf(&list, "+9198765432%02d,\"%s\"\n", row%100, strings.Repeat("a\n", row%7))
	}
	for _, size := range []int{13, 47, 100, 1000, chunkBytes} {
		c := &cutter{list: strings.NewReader(list.String()), size: size}
		parts, whole := 0, ""
		for p := newChunk(size, 0); !c.done; parts++ {
			c.next(t.Context(), p)
			require.NoError(t, p.failure)
			require.LessOrEqual(t, len(p.data), size+2*40)
			whole += string(p.data)
		}
		require.Equal(t, list.String(), whole)
		require.Greater(t, parts, list.Len()/(size+2*40))
	}
}

// The way that most lists take and the one that looks at each row exactly find the same rows and
// decide them alike, however long rows and cells are, and wherever a span of marks ends in them.
func TestSwiftAndCarefulFindTheSame(t *testing.T) {
	set, err := rules.Load(rules.Options{Categories: []string{"general"}})
	require.NoError(t, err)
	policy := set.Compile(rules.Marketing, time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), rules.Medium)
	var filters []*Filter
	for _, options := range []Options{
		{}, {DefaultRegion: rules.Region{'I', 'N'}}, {DefaultRegion: rules.Region{'U', 'S'}, Bare: BareEither},
		{DefaultRegion: rules.Region{'B', 'R'}},
		{DefaultRegion: rules.Region{'R', 'U'}, RequireValid: true}, {Bare: BareInternational},
	} {
		f, err := New(policy, options)
		require.NoError(t, err)
		filters = append(filters, f)
	}
	rng := rand.New(rand.NewPCG(5, 6))
	cells := []string{
		"+919876543210", "+14155550132", "9876543210", "919876543210", "14155550132", "3647118634", "79781234567",
		"9781234567", "4991234567",
		"+53 52 345678", "\"+5352345678\"", "\"+91 98765\"\"43210\"", "0055 11 98765-4321", "", "x", "\"a\nb\"", "\"\"",
		"5\" pipe", "a\"b\"", "\"Rao, A\"", "\"said \"\"hi\"\", and left\"", "\"x\"\r",
	}
	for i := range 600 {
		delimiter, newline, far := ",;|\tx "[i%6], "\n", 60
		if i%4 == 0 {
			newline = "\r\n"
		}
		if i%5 == 0 {
			far = 9000
		}
		var list strings.Builder
		fmt.Fprintf(&list, "a%[1]cb%[1]cc%[1]cd%[2]s", delimiter, newline)
		for size := []int{100, 60_000}[rng.IntN(2)]; list.Len() < size; {
			for column := range rng.IntN(6) { // none: a blank line
				if column > 0 {
					list.WriteByte(delimiter)
				}
				cell := cells[rng.IntN(len(cells)-1)]
				list.WriteString(cell)
				if rng.IntN(40) == 0 && !strings.HasPrefix(cell, "\"") {
					list.WriteString(strings.Repeat("y", rng.IntN(far)))
				}
			}
			list.WriteString(newline)
		}
		list.WriteString(cells[rng.IntN(len(cells))]) // and no line break
		options := ListOptions{Quote: QuoteCSV, Findings: 5, Columns: []string{string("abcd"[rng.IntN(4)])},
			Delimiter: delimiter, LinesAreRows: i%7 == 0}
		f := filters[rng.IntN(len(filters))]
		kept, dropped, result, err := streamBy(t, f, []byte(list.String()), options, chunkBytes, 1)
		require.NoError(t, err)
		options.Suppress = &NumberSet{}
		k, d, r, err := streamBy(t, f, []byte(list.String()), options, chunkBytes, 1)
		require.NoError(t, err)
		require.Equal(t, k, kept)
		require.Equal(t, d, dropped)
		require.Equal(t, r, result)
	}
}

// repeated is a list of the same rows over and over, in memory that does not grow.
type repeated struct {
	rows  []byte
	times int
	at    int
}

func (r *repeated) Read(p []byte) (n int, err error) {
	for n < len(p) && r.times > 0 {
		copied := copy(p[n:], r.rows[r.at:])
		n += copied
		if r.at += copied; r.at == len(r.rows) {
			r.at = 0
			r.times--
		}
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

func repeat(rows string, bytes int) *repeated {
	return &repeated{rows: []byte(rows), times: bytes / len(rows)}
}

// Any list takes less than 64 MiB, whatever its rows are like and whatever is asked for.
func TestBoundedMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("streams gigabytes")
	}
	const inOwnProcess = "LISTGATE_TEST_MEMORY"
	if os.Getenv(inOwnProcess) == "" { // where nothing of other tests is in memory
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestBoundedMemory$", "-test.v")
		cmd.Env = append(os.Environ(), inOwnProcess+"=yes")
		out, err := cmd.CombinedOutput()
		t.Logf("%s", out)
		require.NoError(t, err)
		return
	}
	f, err := New(twinPolicy(t), Options{})
	require.NoError(t, err)
	long := "+919876543210," + strings.Repeat("x", maxRowBytes-20) + "\n" + "+14155550132," +
		strings.Repeat("y", maxRowBytes-20) + "\n"
	breaks := "\"" + strings.Repeat("a,\n", maxRowBytes/3-10) + "\"\n"
	for name, list := range map[string]struct {
		rows    string
		size    int
		options ListOptions
	}{
		"rows as usual":            {"+919876543210,Asha,Mumbai,2026-11-22\n+14155550132,\"Doe, Joe\",San Francisco,2026-11-22\n", 512 << 20, ListOptions{}},
		"longest rows":             {long, 512 << 20, ListOptions{}},
		"longest rows, dedupe":     {long, 256 << 20, ListOptions{Dedupe: true}},
		"shortest rows":            {"1\n2\n", 32 << 20, ListOptions{}},
		"shortest rows, dedupe":    {"1\n2\n", 32 << 20, ListOptions{Dedupe: true}},
		"shortest rows, normalize": {"1\n2\n", 32 << 20, ListOptions{Normalize: E164}},
		"breaks in quotes":         {"+919876543210," + breaks + breaks, 128 << 20, ListOptions{}},
		"breaks in quotes, dedupe": {"+919876543210," + breaks + breaks, 128 << 20, ListOptions{Dedupe: true}},
		"breaks in quotes, normalize": {"+919876543210," + breaks + breaks, 128 << 20,
			ListOptions{Normalize: E164}},
		"breaks in quotes, in phone cells": {breaks + breaks, 64 << 20, ListOptions{}},
	} {
		debug.FreeOSMemory()
		before := memory()
		repeated := repeat(list.rows, list.size)
		rows := int64(repeated.times) * 2
		peak := uint64(0)
		watch := writerFunc(func(p []byte) (int, error) {
			peak = max(peak, memory())
			return len(p), nil
		})
		options := list.options
		options.Jobs, options.NoHeader, options.Columns, options.Findings = 4, true, []string{"1"}, 5
		result, err := f.Stream(t.Context(), watch, watch, repeated, options)
		require.NoError(t, err)
		require.Equal(t, rows, result.Rows, name)
		require.Less(t, peak-before, uint64(64<<20), name)
		t.Logf("%s: %d MiB", name, (peak-before)>>20)
	}
}

// memory returns how much this process has of the system.
func memory() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Sys - m.HeapReleased
}

// Long rows and short ones by turns: parts take the places of others, and give them back.
func TestLongRowsByTurns(t *testing.T) {
	f, err := New(twinPolicy(t), Options{})
	require.NoError(t, err)
	rng := rand.New(rand.NewPCG(21, 22))
	var list strings.Builder
	for range 30 {
		length := 1 << (5 + rng.IntN(15))
		for written := 0; written < 1<<20; written += length {
			list.WriteString([]string{"+919876543210", "+14155550132", "x"}[rng.IntN(3)] + "," +
				strings.Repeat("y", length) + "\n")
		}
	}
	for _, options := range []ListOptions{{}, {Dedupe: true}} {
		options.NoHeader, options.Columns, options.Delimiter = true, []string{"1"}, ','
		size := f.newStream(nil, nil, options).chunkBytes
		kept, dropped, result, err := streamBy(t, f, []byte(list.String()), options, size, 1)
		require.NoError(t, err)
		for range 3 {
			k, d, r, err := streamBy(t, f, []byte(list.String()), options, size, 3)
			require.NoError(t, err)
			require.True(t, kept == k && dropped == d)
			require.Equal(t, result, r)
		}
	}
}

// Parts of rows so short that they are scanned piece by piece come out as if they were not.
func TestShortRowsOfOnePart(t *testing.T) {
	f, err := New(twinPolicy(t), Options{})
	require.NoError(t, err)
	rng := rand.New(rand.NewPCG(19, 20))
	var list strings.Builder
	for list.Len() < chunkBytes+1000 {
		list.WriteString([]string{"1", "", "2\r", "\"3\"", "+9198765432" + fmt.Sprint(10+rng.IntN(90)),
			"x"}[rng.IntN(6)] + "\n")
	}
	lists := []string{list.String()}
	for _, wrong := range []string{"4\r5\n", "\x00\n", "\"6\"7\n"} {
		lists = append(lists, lists[0]+wrong+lists[0])
	}
	for i, list := range lists {
		for _, options := range []ListOptions{{}, {Dedupe: true}, {Normalize: WaID}, {Dedupe: true, Normalize: E164}} {
			options.NoHeader, options.Columns, options.Delimiter, options.Findings = true, []string{"1"}, ',', 5
			kept, dropped, result, err := streamBy(t, f, []byte(list), options, 3000, 1)
			require.Equal(t, i > 0, err != nil)
			for _, jobs := range []int{1, 3} {
				k, d, r, e := streamBy(t, f, []byte(list), options, chunkBytes, jobs)
				require.Equal(t, err, e)
				require.True(t, kept == k && dropped == d, "list %d, %+v", i, options)
				require.Equal(t, result, r)
			}
		}
	}
}

type writerFunc func([]byte) (int, error)

func (w writerFunc) Write(p []byte) (int, error) { return w(p) }

// A run that fails or is ended leaves no goroutine behind.
func TestStreamEndsItsWorkers(t *testing.T) {
	f, err := New(twinPolicy(t), Options{})
	require.NoError(t, err)
	list := func() io.Reader { return repeat("+919876543210,Asha\n", 64<<20) }
	broken := writerFunc(func([]byte) (int, error) { return 0, io.ErrClosedPipe })
	// synctest fails if a goroutine stays that was started within.
	synctest.Test(t, func(t *testing.T) {
		_, err := f.Stream(t.Context(), broken, nil, list(), ListOptions{Jobs: 4})
		require.ErrorIs(t, err, io.ErrClosedPipe)
		ctx, cancel := context.WithCancel(t.Context())
		written := 0
		_, err = f.Stream(ctx, writerFunc(func(p []byte) (int, error) {
			if written += len(p); written > 4<<20 {
				cancel()
			}
			return len(p), nil
		}), nil, list(), ListOptions{Jobs: 4})
		require.ErrorIs(t, err, context.Canceled)
	})
}

// A reader that ends before its end, such as the body of an answer that broke off, does not end the
// list.
func TestListThatBreaksOff(t *testing.T) {
	f, err := New(twinPolicy(t), Options{})
	require.NoError(t, err)
	for _, rows := range []int{0, 1, 10_000, 100_000} {
		list := io.MultiReader(repeat("+919876543210,Asha\n", rows*19), iotest.ErrReader(io.ErrUnexpectedEOF))
		_, err := f.Stream(t.Context(), io.Discard, io.Discard, list, ListOptions{Name: "l"})
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		require.EqualError(t, err, "l: the list is cut short: unexpected EOF")
	}
}
