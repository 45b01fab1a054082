package listfile

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Zeros behind a gzip file are padding, as gzip has it, and further members go on with the list.
// Anything else is an error.
func TestBehindGzip(t *testing.T) {
	one := compress(t, "phone\n", ".gz")
	two := one + compress(t, "+14155550123\n", ".gz")
	for stored, want := range map[string]string{
		one + "\x00":                          "phone\n",
		one + strings.Repeat("\x00", 200<<10): "phone\n",
		two:                                   "phone\n+14155550123\n",
		two + strings.Repeat("\x00", 511):     "phone\n+14155550123\n",
		compress(t, "", ".gz") + two:          "phone\n+14155550123\n",
		compress(t, "", ".gz") + "\x00\x00\x00\x00": "",
	} {
		got, err := readAll(stored)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	for _, stored := range []string{
		one + "x", one + "\x00x", one + strings.Repeat("\x00", 100<<10) + one, one + "\x1F", one + "\x1F\x8B",
		one + one[:len(one)-1], one + "\r\n",
	} {
		_, err := readAll(stored)
		require.Error(t, err, "%q", stored[len(one):min(len(stored), len(one)+10)])
	}
}

// Frames that Zstandard skips stand before others, such as pzstd writes them, or after them.
func TestSkippableFrames(t *testing.T) {
	list := compress(t, "phone\n+14155550123\n", ".zst")
	skipped := "\x50\x2A\x4D\x18\x04\x00\x00\x00\x0D\x00\x00\x00"
	other := "\x5F\x2A\x4D\x18\x00\x00\x00\x00"
	for _, stored := range []string{skipped + list, list + skipped, other + skipped + list + other,
		skipped + list + skipped} {
		got, err := readAll(stored)
		require.NoError(t, err)
		require.Equal(t, "phone\n+14155550123\n", got)
	}
	got, err := readAll(list + skipped + list)
	require.NoError(t, err)
	require.Equal(t, strings.Repeat("phone\n+14155550123\n", 2), got)
	for _, stored := range []string{skipped[:11] + list, list + skipped[:10], skipped + list[:len(list)-1]} {
		_, err := readAll(stored)
		require.Error(t, err)
	}
}
