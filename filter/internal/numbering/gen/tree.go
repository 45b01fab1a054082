package main

// A tree holds what numbers of a known length lead to: an inner node has ten children, a leaf is a
// word. Equal nodes are one node, and a node whose digits all lead to one leaf is that leaf: a walk
// ends where the answer is sure.
type tree struct {
	words  *words
	nodes  [][10]uint32
	ids    map[[10]uint32]uint32
	leaves []uint64
	leafs  map[uint64]uint32
	memos  map[any][][]uint32
}

const leafBit = 1 << 31

func newTree(w *words) *tree {
	t := &tree{words: w, ids: map[[10]uint32]uint32{}, leafs: map[uint64]uint32{}, memos: map[any][][]uint32{}}
	t.leaf(0) // leaf 0: nothing is known
	return t
}

func (t *tree) leaf(word uint64) uint32 {
	if id, ok := t.leafs[word]; ok {
		return id
	}
	id := uint32(len(t.leaves)) | leafBit
	t.leaves = append(t.leaves, word)
	t.leafs[word] = id
	return id
}

func (t *tree) node(children [10]uint32) uint32 {
	same := children[0]&leafBit != 0
	for _, c := range children {
		same = same && c == children[0]
	}
	if same {
		return children[0]
	}
	if id, ok := t.ids[children]; ok {
		return id
	}
	id := uint32(len(t.nodes))
	t.nodes = append(t.nodes, children)
	t.ids[children] = id
	return id
}

// judged is the node for a judge's state when so many digits follow.
func (t *tree) judged(j judge, state, left int) uint32 {
	return t.remember(j, state, left, func() uint32 {
		if left == 0 {
			return t.leaf(t.words.of(j.verdict(state)))
		}
		var children [10]uint32
		for d := range children {
			children[d] = t.judged(j, j.step(state, byte(d)), left-1)
		}
		return t.node(children)
	})
}

// origin is the node of what is left of another node if all that counts is whose the number is and
// whether its length fits: that is sure after far fewer digits.
func (t *tree) origin(id uint32) uint32 {
	if id&leafBit != 0 {
		return t.leaf(t.leaves[id&^leafBit] & (codeMask | setMask | possibleBit | shortBit))
	}
	return t.remember(originOf{}, int(id), 0, func() uint32 {
		children := t.nodes[id]
		for digit, child := range children {
			children[digit] = t.origin(child)
		}
		return t.node(children)
	})
}

// originOf is the name of origin among the memos.
type originOf struct{}

func (t *tree) dialled(d *dialled, state, left int) uint32 {
	if length, ok := d.prefixed(state); ok {
		return t.leaf(t.words.prefix(length))
	}
	if d.overlong(state, left) {
		return t.leaf(t.words.withoutPlus())
	}
	if national, ok := d.plainly(state); ok {
		return t.judged(d.national, national, left)
	}
	return t.remember(d, state, left, func() uint32 {
		if left == 0 {
			prefix, v := d.end(state)
			if prefix > 0 {
				return t.leaf(t.words.prefix(prefix))
			}
			return t.leaf(t.words.of(v))
		}
		var children [10]uint32
		for digit := range children {
			children[digit] = t.dialled(d, d.step(state, byte(digit)), left-1)
		}
		return t.node(children)
	})
}

// remember keeps what make makes: the same state comes by many ways.
func (t *tree) remember(machine any, state, left int, make func() uint32) uint32 {
	for len(t.memos[machine]) <= state {
		t.memos[machine] = append(t.memos[machine], nil)
	}
	for len(t.memos[machine][state]) <= left {
		t.memos[machine][state] = append(t.memos[machine][state], 0)
	}
	if id := t.memos[machine][state][left]; id != 0 {
		return id - 1
	}
	id := make()
	t.memos[machine][state][left] = id + 1
	return id
}
