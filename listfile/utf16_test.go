package listfile

import (
	"errors"
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
		for _, split := range []func(io.Reader) io.Reader{nil, iotest.OneByteReader, iotest.HalfReader,
			iotest.DataErrReader} {
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

// FuzzUTF16: whole characters come out as UTF-8, and nothing else does.
func FuzzUTF16(f *testing.F) {
	f.Add([]byte("p\x00h\x00\n\x00"), false)
	f.Add([]byte("\x00p\xD8\x3D\xDE\x00"), true)
	f.Add([]byte("a\x00\x00\xD8b\x00"), false)
	f.Add([]byte("\x00\xDC"), false)
	f.Add([]byte("a\x00b"), false)
	f.Fuzz(func(t *testing.T, units []byte, big bool) {
		mark := map[bool]string{false: "\xFF\xFE", true: "\xFE\xFF"}[big]
		got, err := readAll(mark + string(units))
		var kind *KindError
		if errors.As(err, &kind) || errors.Is(err, ErrWorkbook) {
			return
		}
		var decoded []uint16
		for i := 0; i+1 < len(units); i += 2 {
			low, high := units[i], units[i+1]
			if big {
				low, high = high, low
			}
			decoded = append(decoded, uint16(low)|uint16(high)<<8)
		}
		text := string(utf16.Decode(decoded))
		whole := len(units)%2 == 0 && encodeUTF16(text, big) == string(units)
		require.Equal(t, whole, err == nil, "%v", err)
		if whole {
			require.Equal(t, "\uFEFF"+text, got)
		} else {
			require.True(t, errors.Is(err, ErrOddByte) || errors.Is(err, ErrLoneSurrogate), "%v", err)
		}
	})
}

// FuzzOpen: no list makes it panic, and what is neither compressed nor in UTF-16 passes as it is,
// or is refused.
func FuzzOpen(f *testing.F) {
	f.Add("phone\n+14155550123\n")
	f.Add("\x1F\x8B\x08\x00")
	f.Add("\x28\xB5\x2F\xFD\x00")
	f.Add("\x50\x2A\x4D\x18\x00\x00\x00\x00")
	f.Add("<html>")
	f.Add("\x1B$Bx")
	f.Fuzz(func(t *testing.T, stored string) {
		got, err := readAll(stored)
		if err == nil && !strings.HasPrefix(stored, "\x1F\x8B") && !isZstd([]byte(stored[:min(4, len(stored))])) &&
			!strings.HasPrefix(stored, "\xFF\xFE") && !strings.HasPrefix(stored, "\xFE\xFF") {
			require.Equal(t, stored, got)
		}
	})
}
