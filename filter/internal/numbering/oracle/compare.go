package oracle

import (
	"fmt"

	"github.com/listgate/listgate/filter/internal/numbering"
)

// Check answers what package numbering and the library disagree about, empty if nothing, and the
// number.
func (d *Differences) Check(s Sample) (difference string, n numbering.Number) {
	if s.Region == "" {
		n := numbering.International(s.Digits)
		return compare("+"+s.Digits, d.International(s.Digits), fast(n, numbering.Unread, s.Digits)), n
	}
	n, kind := numbering.Dialled([2]byte{s.Region[0], s.Region[1]}, s.Digits)
	return compare(s.Region+" "+s.Digits, d.Dialled(s.Region, s.Digits), fast(n, kind, s.Digits)), n
}

func fast(n numbering.Number, kind numbering.Kind, digits string) Answer {
	a := Answer{
		CallingCode: n.CallingCode(), Possible: n.Possible(), Valid: n.Valid(), Legacy: n.Legacy(),
		Type: n.Type(), Kind: kind,
		E164: string(n.AppendE164(nil, []byte(digits))),
	}
	for _, r := range n.Set().Regions() {
		a.Regions += string(r[:])
	}
	return a
}

// compare takes refused digits for equal if nothing is claimed of them: a calling code may be
// known, nothing else.
func compare(input string, slow, fast Answer) string {
	if slow.CallingCode == none && fast.CallingCode != 0 {
		return fmt.Sprintf("%s: no calling code, got %+v", input, fast)
	}
	if slow.E164 == "" {
		fast.CallingCode, fast.Kind, fast.E164 = 0, 0, ""
		slow.CallingCode = 0
	}
	if slow != fast {
		return fmt.Sprintf("%s: library %+v, numbering %+v", input, slow, fast)
	}
	return ""
}
