package numbering

// A SetID stands for a set of regions: none (0), one, or all regions of a calling code where the
// plan cannot tell them apart.
type SetID uint16

// Sets is the number of sets: their IDs are those below it.
const Sets = len(sets)

// Regions is the set's regions, sorted. The slice is shared and must not be changed.
func (s SetID) Regions() [][2]byte { return sets[s] }
