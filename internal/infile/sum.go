package infile

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"sync"
)

// A Summed writer counts the bytes that pass and, if they are wanted for a report, sums them.
type Summed struct {
	io.Writer
	sum   hash.Hash // nil: not wanted
	Bytes int64
}

// NewSummed returns a writer to w that counts and, if that is wanted, sums.
func NewSummed(w io.Writer, wanted bool) *Summed {
	if !wanted {
		return &Summed{Writer: w}
	}
	return &Summed{Writer: w, sum: sha256.New()}
}

func (s *Summed) Write(p []byte) (int, error) {
	var summing sync.WaitGroup
	if s.sum != nil { // beside the writing, which takes about as long
		summing.Go(func() { s.sum.Write(p) })
	}
	n, err := s.Writer.Write(p)
	summing.Wait()
	s.Bytes += int64(n)
	return n, err
}

// SHA256 returns the sum of what passed, in hexadecimal digits.
func (s *Summed) SHA256() string { return hex.EncodeToString(s.sum.Sum(nil)) }

// A SummedReader passes on what it reads to a Summed.
type SummedReader struct {
	io.Reader
	*Summed
}

// NewSummedReader returns a reader of r that passes on to w what it reads, counts it and, if that
// is wanted, sums it.
func NewSummedReader(r io.Reader, w io.Writer, wanted bool) *SummedReader {
	return &SummedReader{r, NewSummed(w, wanted)}
}

func (r SummedReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.Summed.Write(p[:n])
	return n, err
}

// Wanted reports whether the bytes are summed, not only counted.
func (s *Summed) Wanted() bool { return s.sum != nil }
