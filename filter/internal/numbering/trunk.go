package numbering

import (
	"bytes"
	"slices"
)

// A trunk is the prefix of national calls in a region.
type trunk struct {
	region [2]byte
	prefix string
}

// TrunkPrefix returns what is dialled before a national number in a region, mostly 0; empty where
// that is nothing.
func TrunkPrefix(region [2]byte) string {
	at, ok := slices.BinarySearchFunc(trunks[:], region,
		func(t trunk, region [2]byte) int { return bytes.Compare(t.region[:], region[:]) })
	if !ok {
		return ""
	}
	return trunks[at].prefix
}
