package main

import (
	"fmt"
	"regexp/syntax"
	"slices"
)

func compile(pattern string) *syntax.Prog {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		panic(fmt.Sprintf("pattern %q: %v", pattern, err))
	}
	prog, err := syntax.Compile(re.Simplify())
	if err != nil {
		panic(fmt.Sprintf("pattern %q: %v", pattern, err))
	}
	return prog
}

// A language tells whether all digits read match a pattern. It is the subset construction.
type language struct {
	prog *syntax.Prog
	*states
}

func newLanguage(pattern string) *language {
	l := &language{prog: compile(pattern)}
	l.states = newStates(l.closure(nil, l.prog.Start, 0))
	return l
}

func (l *language) step(state int, digit byte) int {
	return l.follow(state, digit, func(key []int, digit byte) []int {
		var pcs []int
		for _, pc := range key {
			if inst := &l.prog.Inst[pc]; consumes(inst, digit) {
				pcs = l.closure(pcs, int(inst.Out), 0)
			}
		}
		slices.Sort(pcs)
		return pcs
	})
}

// accepts reports whether the digits that led to state are in the language.
func (l *language) accepts(state int) bool {
	for _, pc := range l.keys[state] {
		for _, end := range l.closure(nil, pc, syntax.EmptyEndText) {
			if l.prog.Inst[end].Op == syntax.InstMatch {
				return true
			}
		}
	}
	return false
}

// closure adds to pcs what can be reached from pc without a digit. At an assertion that does not
// hold (yet) it stops and keeps the assertion.
func (l *language) closure(pcs []int, pc int, holds syntax.EmptyOp) []int {
	if slices.Contains(pcs, pc) {
		return pcs
	}
	inst := &l.prog.Inst[pc]
	switch inst.Op {
	case syntax.InstAlt, syntax.InstAltMatch:
		return l.closure(l.closure(pcs, int(inst.Out), holds), int(inst.Arg), holds)
	case syntax.InstNop, syntax.InstCapture:
		return l.closure(pcs, int(inst.Out), holds)
	case syntax.InstEmptyWidth:
		if syntax.EmptyOp(inst.Arg)&^holds == 0 {
			return l.closure(pcs, int(inst.Out), holds)
		}
	case syntax.InstFail:
		return pcs
	}
	return append(pcs, pc)
}

func consumes(inst *syntax.Inst, digit byte) bool {
	switch inst.Op {
	case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
		return inst.MatchRune(rune('0' + digit))
	}
	return false
}
