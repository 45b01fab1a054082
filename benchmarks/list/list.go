// Package list makes recipient lists of any size, for load: nobody's real list, but numbers of
// ranges that are in use, written as people and programs write them. A seed gives the same rows on
// every machine, and a longer list begins with the rows of a shorter one.
//
// A row has about 70 bytes:
//
//	name,phone,city,opted_in,coupon
//	Ana Souza,+5511987654321,São Paulo,2025-03-09,SPRING-AUTUMN-000004C
//
// The coupon is the row's number in base 36, so that no two rows are the same.
package list

import (
	"bytes"
	"io"
	"math/rand/v2"
	"strconv"
)

// Header is the first line of each list. PhoneColumn is the name of its phone column.
const (
	Header      = "name,phone,city,opted_in,coupon\n"
	PhoneColumn = "phone"
)

// A Generator makes the rows of one list, in order.
type Generator struct {
	shape  Shape
	random random
	rows   uint64
}

// New returns the generator of the list that shape and seed name.
func New(shape Shape, seed uint64) *Generator {
	return &Generator{shape: shape, random: random{rand.NewPCG(seed, uint64(shape))}}
}

// AppendRow appends the next row to b, line break included.
func (g *Generator) AppendRow(b []byte) []byte {
	g.rows++
	kind, start := g.kind(), len(b)
	b = g.appendName(b, kind)
	if kind == Dirty {
		start := len(b) + 1
		cell, found := g.appendDirty(append(b, ','))
		if !found {
			return append(b, '\n')
		}
		b = quote(cell, start)
	} else {
		b = g.appendPhone(append(b, ','), kind)
	}
	b = append(b, ',')
	b = append(b, one(&g.random, cities)...)
	b = append(b, ',')
	b = append(b, one(&g.random, days)...)
	b = g.appendCoupon(append(b, ",SPRING-AUTUMN-"...))
	if kind == AllQuoted {
		cells := bytes.ReplaceAll(b[start:], []byte(","), []byte(`","`))
		b = append(append(append(b[:start], '"'), cells...), '"')
	}
	return append(b, '\n')
}

// AppendCell appends what stands in the phone cell of one more row to b, without the quotes of CSV.
func (g *Generator) AppendCell(b []byte) []byte {
	if kind := g.kind(); kind != Dirty {
		return g.appendPhone(b, kind)
	}
	b, _ = g.appendDirty(b)
	return b
}

// Write writes the header and so many rows to w.
func (g *Generator) Write(w io.Writer, rows int) error {
	const chunk = 256 << 10
	buffer := append(make([]byte, 0, chunk+4096), Header...)
	for range rows {
		if buffer = g.AppendRow(buffer); len(buffer) >= chunk {
			if _, err := w.Write(buffer); err != nil {
				return err
			}
			buffer = buffer[:0]
		}
	}
	_, err := w.Write(buffer)
	return err
}

// appendCoupon appends the row's number, seven places wide.
func (g *Generator) appendCoupon(b []byte) []byte {
	const zeros, width = "0000000", len("0000000")
	start := len(b)
	b = strconv.AppendUint(append(b, zeros...), g.rows, 36)
	return append(b[:start], b[len(b)-width:]...)
}

// quote puts the cell that begins at start into quotes where CSV needs them.
func quote(b []byte, start int) []byte {
	if !bytes.ContainsAny(b[start:], ",\"\n") {
		return b
	}
	cell := bytes.ReplaceAll(b[start:], []byte(`"`), []byte(`""`))
	return append(append(append(b[:start], '"'), cell...), '"')
}

// random draws from a seeded source. It has what a row needs and nothing that would slow it down.
type random struct{ *rand.PCG }

// below returns a number from 0 to n-1. The bias of n/2^32 does not matter here.
func (r random) below(n int) int { return int(uint64(uint32(r.Uint64())) * uint64(n) >> 32) }

func one[T any](r *random, all []T) T { return all[r.below(len(all))] }

// A share is how often something is drawn: weight of the sum of all weights.
type share[T any] struct {
	value  T
	weight int
}

// spread lays shares out, each value as often as it weighs, so that one draw picks one.
func spread[T any](shares []share[T]) []T {
	var all []T
	for _, s := range shares {
		for range s.weight {
			all = append(all, s.value)
		}
	}
	return all
}
