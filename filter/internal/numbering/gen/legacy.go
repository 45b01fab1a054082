package main

// A legacy judge knows WhatsApp's old forms besides the plan: see differences.txt. Keys: the plan's
// state and each form's threads.
type legacy struct {
	plan  *plan
	forms []*replacer
	any   []bool // by form: whether today's may be of any type
	*states
}

func newLegacy(p *plan, forms []form) *legacy {
	l := &legacy{plan: p}
	first := []int{0}
	for _, f := range forms {
		r := newReplacer("(?:"+f.pattern+")$", f.today, p)
		l.forms, l.any = append(l.forms, r), append(l.any, f.anyType)
		first = appendList(first, keys(r.first()))
	}
	l.states = newStates(first)
	return l
}

func (l *legacy) step(state int, digit byte) int {
	return l.follow(state, digit, func(key []int, digit byte) []int {
		next := []int{l.plan.step(key[0], digit)}
		list := key[1:]
		for _, f := range l.forms {
			var threads []int
			threads, list = cutList(list)
			next = appendList(next, keys(f.next(f.threads(threads), digit)))
		}
		return next
	})
}

// verdict is the plan's, unless the number is not valid as it stands and a form of today's is a
// valid number, of a mobile phone unless a renumbering changed all.
func (l *legacy) verdict(state int) verdict {
	key := l.keys[state]
	v := l.plan.verdict(key[0])
	list := key[1:]
	for i, f := range l.forms {
		var threads []int
		threads, list = cutList(list)
		m, found := f.end(f.threads(threads))
		if !found || v.kind != none {
			continue
		}
		if today := l.plan.verdict(m.below[0]); today.kind == isMobile || today.kind == isFixedOrMobile || l.any[i] &&
			today.kind != none {
			v.legacy, v.possible, v.short, v.long = true, true, false, false
			v.regions = today.regions
		}
	}
	return v
}

func appendList(key, list []int) []int {
	return append(append(key, len(list)), list...)
}

func cutList(key []int) (list, rest []int) {
	return key[1 : 1+key[0]], key[1+key[0]:]
}
