package main

// A rewrite turns the digits that were read into the national number: drop skip digits, put insert
// before the rest, copy keep digits, drop drop digits, copy what follows. The zero rewrite copies.
type rewrite struct {
	skip   int
	insert string
	keep   int
	drop   int
}

// A piece of a rewritten number: literal digits, or the digits [from, to) of the input.
type piece struct {
	literal  string
	from, to int
}

const rest = 1 << 10

func (r rewrite) pieces() []piece {
	pieces := []piece{{literal: r.insert}, {from: r.skip, to: r.skip + r.keep},
		{from: r.skip + r.keep + r.drop, to: rest}}
	if r.keep == 0 || r.drop == 0 {
		pieces = []piece{{literal: r.insert}, {from: r.skip, to: rest}}
	}
	return pieces
}

func cut(pieces []piece, from, to int) []piece {
	var out []piece
	at := 0
	for _, p := range pieces {
		size := p.to - p.from + len(p.literal)
		a, b := max(from-at, 0), min(to-at, size)
		if a < b && p.literal != "" {
			out = append(out, piece{literal: p.literal[a:b]})
		} else if a < b {
			out = append(out, piece{from: p.from + a, to: p.from + b})
		}
		at += size
	}
	return out
}

// then is the rewrite that does what r and after it next do.
func (r rewrite) then(next rewrite) rewrite {
	var out []piece
	for _, p := range next.pieces() {
		if p.literal != "" {
			out = append(out, p)
		} else {
			out = append(out, cut(r.pieces(), p.from, p.to)...)
		}
	}
	return join(out)
}

func join(pieces []piece) rewrite {
	var r rewrite
	var ranges []piece
	for _, p := range pieces {
		switch last := len(ranges) - 1; {
		case p.literal != "" && len(ranges) > 0:
			panic("a rewrite inserts digits in the middle")
		case p.literal != "":
			r.insert += p.literal
		case p.from == p.to:
		case last >= 0 && ranges[last].to == p.from:
			ranges[last].to = p.to
		default:
			ranges = append(ranges, p)
		}
	}
	r.skip = ranges[0].from
	if len(ranges) == 2 {
		r.keep, r.drop = ranges[0].to-ranges[0].from, ranges[1].from-ranges[0].to
	}
	if len(ranges) > 2 || ranges[len(ranges)-1].to < rest/2 {
		panic("a rewrite in more than two parts")
	}
	return r
}
