package outfile

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// writes notes how long each write was.
type writes struct {
	bytes.Buffer
	lengths []int
	err     error
}

func (w *writes) Write(p []byte) (int, error) {
	if w.err != nil {
		return 0, w.err
	}
	w.lengths = append(w.lengths, len(p))
	return w.Buffer.Write(p)
}

func TestBlockWriter(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		var to writes
		var want []byte
		b := newBlockWriter(&to)
		for range rng.IntN(20) {
			p := make([]byte, rng.IntN([]int{10, blockBytes + 2, 3*blockBytes + 1}[rng.IntN(3)]))
			for i := range p {
				p[i] = byte(rng.Uint32())
			}
			if rng.IntN(4) == 0 { // just as much as is missing
				p = make([]byte, blockBytes-len(b.rest))
			}
			n, err := b.Write(p)
			require.NoError(t, err)
			require.Equal(t, len(p), n)
			want = append(want, p...)
			for _, length := range to.lengths {
				require.Zero(t, length%blockBytes)
			}
			require.Less(t, len(want)-to.Len(), blockBytes)
		}
		require.NoError(t, b.Flush())
		require.True(t, bytes.Equal(want, to.Bytes()))
	}
}

func TestBlockWriterTellsErrors(t *testing.T) {
	full := errors.New("full")
	b := newBlockWriter(&writes{err: full})
	_, err := b.Write(make([]byte, blockBytes))
	require.ErrorIs(t, err, full)
	_, err = b.Write([]byte("a"))
	require.NoError(t, err)
	_, err = b.Write(make([]byte, blockBytes-1))
	require.ErrorIs(t, err, full)
	_, err = b.Write([]byte("a"))
	require.NoError(t, err)
	require.ErrorIs(t, b.Flush(), full)
}
