package listfile

import (
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
)

func encodeUTF16(text string, big bool) string {
	var encoded []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		if big {
			encoded = append(encoded, byte(unit>>8), byte(unit))
		} else {
			encoded = append(encoded, byte(unit), byte(unit>>8))
		}
	}
	return string(encoded)
}

func TestUTF16(t *testing.T) {
	list, err := os.ReadFile("../testdata/lists/campaign.csv")
	require.NoError(t, err)
	want := "\ufeff" + string(list) + strings.Repeat("𝟘é\n", 3000)
	for _, big := range []bool{false, true} {
		for _, split := range []func(io.Reader) io.Reader{nil, iotest.OneByteReader, iotest.HalfReader, iotest.DataErrReader} {
			var stored io.Reader = strings.NewReader(encodeUTF16(want, big))
			if split != nil {
				stored = split(stored)
			}
			text, err := Open(stored)
			require.NoError(t, err)
			require.Equal(t, map[bool]string{false: "UTF-16LE", true: "UTF-16BE"}[big], text.Encoding)
			got, err := io.ReadAll(text)
			require.NoError(t, err)
			require.Equal(t, want, string(got))
		}
	}
}

func TestBrokenUTF16(t *testing.T) {
	for stored, want := range map[string]error{
		"\xFF\xFEa\x00b":                  ErrOddByte,
		"\xFF\xFE\n\x00\x00\xD8a\x00":     ErrLoneSurrogate,
		"\xFF\xFE\x00\xD8":                ErrLoneSurrogate,
		"\xFE\xFF\xDC\x00\x00a":           ErrLoneSurrogate,
		"\xFF\xFE" + "a\x00" + "\x00\xD8": ErrLoneSurrogate,
	} {
		text, err := Open(strings.NewReader(stored))
		require.NoError(t, err)
		_, err = io.ReadAll(text)
		require.ErrorIs(t, err, want)
	}
}
