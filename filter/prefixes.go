package filter

import (
	"encoding/binary"
	"errors"
	"slices"

	"github.com/listgate/listgate/filter/internal/numbering"
	"github.com/listgate/listgate/rules"
)

// A prefixTable says by which of the rules' prefixes a number is judged. Prefixes of which the
// rules say the same are one group, and the digits lead to it through a tree of rows of ten, as
// those of the numbering plan do: ten thousand prefixes cost a row what one costs. It does not
// change once it is made.
type prefixTable struct {
	prefixes []string // sorted
	classes  []int    // of each prefix: the same where the rules say the same
	groups   []prefixGroup
	rows     []prefixRow
	extras   []numbering.SetID // of each outcome of the groups, by outcomeID from firstExtra on
	prefixed callingCodes      // those of numbers behind a prefix
}

// A prefixGroup is what prefixes have in common behind which the rules say the same.
type prefixGroup struct {
	digits string // of one of them
	sets   []numbering.SetID
	first  outcomeID // of sets[0]; the others follow
	// told says that the plan knows a region behind the prefix. Numbers there that could be of
	// several are too long or too short for that region, and nobody has them.
	told bool
}

// A prefixRow is what is known after some digits: where the next one leads, to another row or,
// above leafGroup, to a group that no further digit changes; and the group of numbers that end
// here. Group 0 is that of no prefix.
type prefixRow struct {
	next [10]uint32
	here uint32
}

const leafGroup = 1 << 31

// errPrefixes says that there is no more room for outcomes.
var errPrefixes = errors.New("the rules say too many different things of number prefixes; put prefixes with one answer into one entry")

// newPrefixTable makes the table of a policy, or returns like if it is the same.
func newPrefixTable(policy *rules.Policy, like *prefixTable) (*prefixTable, error) {
	t := &prefixTable{prefixes: policy.Prefixes()}
	classes := map[string]int{}
	for _, prefix := range t.prefixes {
		name := policy.PrefixClass(prefix)
		if _, known := classes[name]; !known {
			classes[name] = len(classes)
		}
		t.classes = append(t.classes, classes[name])
	}
	if like != nil && slices.Equal(t.prefixes, like.prefixes) && slices.Equal(t.classes, like.classes) {
		return like, nil
	}
	t.groups = []prefixGroup{{}}
	type key struct {
		class int
		sets  string
	}
	groups, of := map[key]uint32{}, make([]uint32, len(t.prefixes))
	for i, prefix := range t.prefixes {
		sets := numbering.Behind(prefix)
		k := key{t.classes[i], string(appendSets(nil, sets))}
		group, known := groups[k]
		if !known {
			if int(firstExtra)+len(t.extras)+len(sets) > mostOutcomes {
				return nil, errPrefixes
			}
			group = uint32(len(t.groups))
			groups[k] = group
			told := slices.ContainsFunc(sets, func(set numbering.SetID) bool { return len(set.Regions()) == 1 })
			t.groups = append(t.groups, prefixGroup{prefix, sets, firstExtra + outcomeID(len(t.extras)), told})
			t.extras = append(t.extras, sets...)
			for _, set := range sets {
				t.prefixed.add(callingCodesOfSets()[set])
			}
		}
		of[i] = group
	}
	b := prefixTreeBuilder{t, of, map[prefixRow]uint32{}}
	if root := b.build(0, len(t.prefixes), 0, 0); root&leafGroup != 0 {
		t.rows = []prefixRow{{}}
	}
	return t, nil
}

func appendSets(b []byte, sets []numbering.SetID) []byte {
	for _, set := range sets {
		b = binary.AppendUvarint(b, uint64(set))
	}
	return b
}

// A prefixTreeBuilder makes the rows of a table. Rows that say the same are one.
type prefixTreeBuilder struct {
	*prefixTable
	groupOf []uint32 // of each prefix
	known   map[prefixRow]uint32
}

// build returns where digits lead that the prefixes from low to high begin with, depth of them;
// behind shorter ones they are of group above. The row of the whole tree is the last one.
func (b *prefixTreeBuilder) build(low, high, depth int, above uint32) uint32 {
	if low < high && len(b.prefixes[low]) == depth {
		above = b.groupOf[low]
		low++
	}
	if low == high {
		return above | leafGroup
	}
	row := prefixRow{here: above}
	for digit := range row.next {
		end := low
		for end < high && b.prefixes[end][depth] == '0'+byte(digit) {
			end++
		}
		row.next[digit] = b.build(low, end, depth+1, above)
		low = end
	}
	if at, ok := b.known[row]; ok {
		return at
	}
	at := uint32(len(b.rows))
	b.rows, b.known[row] = append(b.rows, row), at
	return at
}

// find returns the group of an E.164 number's digits.
func (t *prefixTable) find(e164 []byte) *prefixGroup {
	row := &t.rows[len(t.rows)-1]
	for _, digit := range e164 {
		to := row.next[digit-'0']
		if to&leafGroup != 0 {
			return &t.groups[to&^leafGroup]
		}
		row = &t.rows[to]
	}
	return &t.groups[row.here]
}
