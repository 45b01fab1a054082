package filter

import (
	"bytes"
	"fmt"
	"io"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
)

// A compressed list that is cut short anywhere, be it by one byte of its checksum, is an error, and so is one with something behind it.
func TestCompressedListCutShort(t *testing.T) {
	f, err := New(twinPolicy(t), Options{})
	require.NoError(t, err)
	list := "name,phone\n"
	for i := range 40 {
		list += fmt.Sprintf("%x,+91987%07d\n", i*i*7919, i*104729)
	}
	stream := func(stored io.Reader) error {
		text, err := OpenText(stored)
		if err != nil {
			return err
		}
		defer text.Close()
		_, err = f.Stream(t.Context(), io.Discard, io.Discard, text, ListOptions{Name: "l"})
		return err
	}
	for _, plain := range []string{list, utf16Text(list)} {
		for _, suffix := range []string{".gz", ".zst"} {
			var stored bytes.Buffer
			packed, err := Compress(&stored, "l"+suffix)
			require.NoError(t, err)
			_, err = io.WriteString(packed, plain)
			require.NoError(t, err)
			require.NoError(t, packed.Close())
			whole := stored.Bytes()
			require.NoError(t, stream(bytes.NewReader(whole)), suffix)
			for end := range whole {
				require.Error(t, stream(bytes.NewReader(whole[:end])), "%s, cut at %d of %d", suffix, end, len(whole))
			}
			for _, behind := range []string{"x", "garbage", "more garbage than a header"} {
				require.Error(t, stream(bytes.NewReader(append(whole[:len(whole):len(whole)], behind...))), "%s and %q", suffix, behind)
			}
		}
	}
}

// utf16Text returns text as UTF-16 with a byte order mark.
func utf16Text(text string) string {
	b := []byte("\xFF\xFE")
	for _, unit := range utf16.Encode([]rune(text)) {
		b = append(b, byte(unit), byte(unit>>8))
	}
	return string(b)
}

// A reader that ends before its end, such as the body of an answer that broke off, does not end the list.
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
