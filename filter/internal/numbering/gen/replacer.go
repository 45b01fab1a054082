package main

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
)

// A replacer follows regexp.ReplaceAllString with a pattern anchored at the start, while the digits
// arrive: what is written instead of the match, and then all that follows the match, goes on into
// the machines below. As in regexp, the first alternative that matches wins, which may only be
// known later: so there is a list of threads in order of preference, and below them the best match
// so far.
type replacer struct {
	prog     *syntax.Prog
	template []templatePart // empty: the match is dropped
	groups   int
	below    []machine
}

// A templatePart is literal digits and the group after them, 0 for none.
type templatePart struct {
	literal string
	group   int
}

var templateGroup = regexp.MustCompile(`^(\d*)\$(?:(\d)|\{(\d)\})`)

// newReplacer compiles pattern and template ("9$1", "${1}9$2").
func newReplacer(pattern, template string, below ...machine) *replacer {
	r := &replacer{prog: compile(pattern), below: below}
	re := regexp.MustCompile(pattern)
	r.groups = re.NumSubexp()
	for template != "" {
		m := templateGroup.FindStringSubmatch(template)
		if m == nil {
			panic(fmt.Sprintf("template %q: want digits and groups", template))
		}
		group, _ := strconv.Atoi(m[2] + m[3])
		r.template = append(r.template, templatePart{m[1], group})
		template = template[len(m[0]):]
	}
	return r
}

// A thread is one way to match the digits read so far, or, with pc matched, a match.
type thread struct {
	pc       int
	part     int  // of the template: the next one, or the one whose group is open
	open     bool // the digits read go into a group of the template
	captured bool // the last group took part
	at       rewrite
	below    []int // states of the machines below
}

const matched = -1

func (t thread) key() []int {
	insert := 0
	if t.at.insert != "" {
		insert, _ = strconv.Atoi("1" + t.at.insert)
	}
	return append([]int{t.pc, t.part, number(t.open), number(t.captured), t.at.skip, insert, t.at.keep,
		t.at.drop}, t.below...)
}

func (r *replacer) threads(key []int) []thread {
	var out []thread
	size := 8 + len(r.below)
	for ; len(key) > 0; key = key[size:] {
		t := thread{pc: key[0], part: key[1], open: key[2] == 1, captured: key[3] == 1}
		t.at = rewrite{skip: key[4], keep: key[6], drop: key[7]}
		if key[5] != 0 {
			t.at.insert = strconv.Itoa(key[5])[1:]
		}
		t.below = key[8:size]
		out = append(out, t)
	}
	return out
}

func keys(threads []thread) []int {
	var key []int
	for _, t := range threads {
		key = append(key, t.key()...)
	}
	return key
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (r *replacer) first() []thread {
	return r.settle([]thread{{pc: r.prog.Start, below: make([]int, len(r.below))}}, syntax.EmptyBeginText)
}

// next is the threads after one more digit.
func (r *replacer) next(threads []thread, digit byte) []thread {
	var out []thread
	for _, t := range threads {
		if t.pc == matched {
			t = r.write(t, string('0'+digit))
		} else if inst := &r.prog.Inst[t.pc]; consumes(inst, digit) {
			t.pc = int(inst.Out)
			t = r.read(t, digit)
		} else {
			continue
		}
		out = append(out, t)
	}
	return r.settle(out, 0)
}

// read takes a digit of the match: dropped before or after the group, or copied.
func (r *replacer) read(t thread, digit byte) thread {
	switch {
	case t.open:
		t.at.keep++
		return r.write(t, string('0'+digit))
	case t.at.keep > 0:
		t.at.drop++
	default:
		t.at.skip++
	}
	return t
}

func (r *replacer) write(t thread, digits string) thread {
	t.below = slices.Clone(t.below)
	for i, m := range r.below {
		t.below[i] = run(m, t.below[i], digits)
	}
	return t
}

// settle follows everything that needs no digit, and cuts what a match of higher preference has
// outrun.
func (r *replacer) settle(threads []thread, holds syntax.EmptyOp) []thread {
	var out []thread
	seen := map[int]bool{}
	for _, t := range threads {
		if t.pc == matched {
			return append(out, t)
		}
		before := len(out)
		out = r.closure(out, t, holds, seen)
		if i := slices.IndexFunc(out[before:], func(t thread) bool { return t.pc == matched }); i >= 0 {
			return out[:before+i+1]
		}
	}
	return out
}

func (r *replacer) closure(out []thread, t thread, holds syntax.EmptyOp, seen map[int]bool) []thread {
	if seen[t.pc] {
		return out
	}
	seen[t.pc] = true
	inst := &r.prog.Inst[t.pc]
	to := func(out []thread, t thread, pc uint32) []thread {
		t.pc = int(pc)
		return r.closure(out, t, holds, seen)
	}
	switch inst.Op {
	case syntax.InstAlt, syntax.InstAltMatch:
		return to(to(out, t, inst.Out), t, inst.Arg)
	case syntax.InstNop:
		return to(out, t, inst.Out)
	case syntax.InstCapture:
		return to(out, r.capture(t, int(inst.Arg)), inst.Out)
	case syntax.InstEmptyWidth:
		if syntax.EmptyOp(inst.Arg)&^holds == 0 {
			return to(out, t, inst.Out)
		}
	case syntax.InstMatch:
		return append(out, r.match(t))
	case syntax.InstFail:
		return out
	}
	return append(out, t)
}

// capture is at the opening (even) or closing (odd) end of a group.
func (r *replacer) capture(t thread, slot int) thread {
	group, opens := slot/2, slot%2 == 0
	if group == r.groups && !opens {
		t.captured = true
	}
	if t.part >= len(r.template) || r.template[t.part].group != group {
		return t
	}
	if opens {
		t = r.write(t, r.template[t.part].literal)
		t.at.insert += r.template[t.part].literal
	} else {
		t.part++
	}
	t.open = opens
	return t
}

// match ends a thread. Without a template, or if its last group took no part, the whole match is
// dropped.
func (r *replacer) match(t thread) thread {
	m := thread{pc: matched, captured: t.captured, at: t.at, below: t.below}
	if len(r.template) == 0 || !t.captured {
		m.at = rewrite{skip: t.at.skip + t.at.keep + t.at.drop}
		m.below = make([]int, len(r.below))
	} else if t.part != len(r.template) {
		panic("a group of the template took no part in the match")
	}
	return m
}

// end is the winner when no digit follows.
func (r *replacer) end(threads []thread) (thread, bool) {
	for _, t := range threads {
		if t.pc == matched {
			return t, true
		}
		for _, m := range r.closure(nil, t, syntax.EmptyEndText, map[int]bool{}) {
			if m.pc == matched {
				return m, true
			}
		}
	}
	return thread{}, false
}
