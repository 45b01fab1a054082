package main

// A verdict is what is known of a number when its last digit is read.
type verdict struct {
	callingCode int
	regions     string // two letters each, sorted; empty: none
	kind        kind
	possible    bool
	legacy      bool
	short, long bool // too few digits, too many
	withoutPlus bool // read with a calling code, but dialled without "+"
	rewrite     rewrite
}

// A kind is a number type, as far as it matters to us. The order is numbering.Type's.
type kind uint64

const (
	none kind = iota
	isMobile
	isFixed
	isFixedOrMobile
	isOther
)

// A judge is a machine that knows what it has read.
type judge interface {
	machine
	verdict(state int) verdict
}
