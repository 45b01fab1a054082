package listfile

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"github.com/stretchr/testify/require"
)

// A compressed list that is cut short anywhere, be it by one byte of its checksum, is an error, and
// so is one with something behind it.
func TestCompressedListCutShort(t *testing.T) {
	list := "name,phone\n"
	for i := range 40 {
		list += fmt.Sprintf("%x,+91987%07d\n", i*i*7919, i*104729)
	}
	for _, plain := range []string{list, encodeUTF16("\uFEFF"+list, false)} {
		for _, suffix := range []string{".gz", ".zst"} {
			whole := compress(t, plain, suffix)
			got, err := readAll(whole)
			require.NoError(t, err, suffix)
			require.Contains(t, got, list)
			for end := len("\x28\xB5\x2F\xFD"); end < len(whole); end++ { // from where the form is known
				_, err := readAll(whole[:end])
				require.Error(t, err, "%s, cut at %d of %d", suffix, end, len(whole))
			}
			for _, behind := range []string{"x", "garbage", "more garbage than a header"} {
				_, err := readAll(whole + behind)
				require.Error(t, err, "%s and %q", suffix, behind)
			}
		}
	}
}

func compress(t *testing.T, plain, suffix string) string {
	var stored bytes.Buffer
	packed, err := Compress(&stored, "l"+suffix)
	require.NoError(t, err)
	_, err = io.WriteString(packed, plain)
	require.NoError(t, err)
	require.NoError(t, packed.Close())
	return stored.String()
}

func readAll(stored string) (string, error) {
	r, err := Open(bytes.NewReader([]byte(stored)))
	if err != nil {
		return "", err
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	return string(text), err
}
