package main

import "fmt"

// words packs verdicts as numbering.Number does: see number.go there for the places.
type words struct {
	sets     []string // regions of each set; 0: none
	setIDs   map[string]uint64
	rewrites []rewrite // 0: none
	ids      map[rewrite]uint64
}

const (
	codeMask      = 1<<setShift - 1
	setMask       = (1<<(typeShift-setShift) - 1) << setShift
	setShift      = 10
	typeShift     = 20
	possibleBit   = 1 << 23
	legacyBit     = 1 << 24
	shortBit      = 1 << 25
	longBit       = 1 << 26
	nationalBit   = 1 << 27
	ownCodeBit    = 1 << 28
	jumpBit       = 1 << 29
	rewriteShift  = 32
	startShift    = 40
	maxSets       = 1 << 10
	maxRewrites   = 1 << 8
	maxCallingNum = 1 << 10
)

func newWords(sets []string) *words {
	w := &words{sets: sets, setIDs: map[string]uint64{}, rewrites: []rewrite{{}}, ids: map[rewrite]uint64{{}: 0}}
	for i, s := range sets {
		w.setIDs[s] = uint64(i)
	}
	return w
}

func (w *words) of(v verdict) uint64 {
	set, ok := w.setIDs[v.regions]
	if !ok || v.callingCode >= maxCallingNum {
		panic(fmt.Sprintf("unknown regions %q or calling code %d", v.regions, v.callingCode))
	}
	word := uint64(v.callingCode) | set<<setShift | uint64(v.kind)<<typeShift | w.rewrite(v.rewrite)<<rewriteShift
	for bit, is := range map[uint64]bool{
		possibleBit: v.possible, legacyBit: v.legacy, shortBit: v.short, longBit: v.long,
		ownCodeBit | nationalBit: v.withoutPlus,
	} {
		if is {
			word |= bit
		}
	}
	return word
}

// prefix sends the reader on: so many digits are an international prefix, and what follows is an
// international number.
func (w *words) prefix(length int) uint64 { return jumpBit | uint64(length)<<startShift }

// withoutPlus sends the reader on: all digits are an international number.
func (w *words) withoutPlus() uint64 { return jumpBit | ownCodeBit }

func (w *words) rewrite(r rewrite) uint64 {
	if id, ok := w.ids[r]; ok {
		return id
	}
	id := uint64(len(w.rewrites))
	w.rewrites = append(w.rewrites, r)
	w.ids[r] = id
	return id
}
