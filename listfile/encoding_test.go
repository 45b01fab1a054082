package listfile

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// A list that is not UTF-8 passes unchanged, and is said so, however it is read.
func TestNotUTF8(t *testing.T) {
	long := strings.Repeat("+14155550123,Ann\n", 10_000)
	for _, list := range []string{
		"", "phone\n", "name\nJosé 山田 😀\n", long + "é\n", long + "\xE9\n" + long, "\xE9", "山"[:2], "😀"[:3],
		long[:65535] + "山田", long[:65534] + "😀", "\xC0\x80",
		"\xED\xA0\x80", "\xF8\x88\x80\x80\x80", "a\x80", "é"[:1] + "a", "\x82\xA0\x82\xA2,phone\n",
		"\xEF\xBB\xBFphone\n", long + "\x1B[0m\n",
	} {
		for name, split := range map[string]func(io.Reader) io.Reader{
			"whole": plainReader, "bytes": iotest.OneByteReader, "halves": iotest.HalfReader,
			"with the error": iotest.DataErrReader,
		} {
			r, err := Open(split(strings.NewReader(list)))
			require.NoError(t, err)
			got, err := io.ReadAll(split(r))
			require.NoError(t, err)
			require.Equal(t, list, string(got))
			require.Equal(t, utf8.ValidString(list), len(r.Warnings()) == 0, "%s: %.20q", name, list)
		}
	}
}

func plainReader(r io.Reader) io.Reader { return r }

// Of a large list samples are looked at, wherever reads end.
func TestNotUTF8FarDown(t *testing.T) {
	utf8List := strings.Repeat("+14155550123,José 山田 😀\n", 400_000)
	latin := strings.Repeat("+14155550123,Jos\xE9\n", 400_000)
	for _, bytes := range []int{100, 4096, 100_001} {
		for list, invalid := range map[string]bool{utf8List: false, utf8List + latin: true} {
			r, err := Open(strings.NewReader(list))
			require.NoError(t, err)
			_, err = io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{r}, make([]byte, bytes))
			require.NoError(t, err)
			require.Equal(t, invalid, r.NotUTF8(), "%d", bytes)
		}
	}
}

// Two-byte characters of ISO-2022 look like delimiters and digits.
func TestISO2022(t *testing.T) {
	for _, list := range []string{"name,phone\n\x1B$B;3ED\x1B(B,+819012345678\n", "\x1B$)C\n", "\x1B$A1\x1B(B\n",
		strings.Repeat("a,b\n", 1<<16) + "\x1B$@;3\x1B(J"} {
		_, err := readAll(list)
		require.ErrorIs(t, err, ErrISO2022)
	}
}
