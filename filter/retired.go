package filter

import (
	"bytes"

	"github.com/listgate/listgate/filter/internal/cell"
	"github.com/listgate/listgate/filter/internal/numbering"
	"github.com/listgate/listgate/rules"
)

// A retiredForm is how numbers of a region were dialled at home once. Lists still hold them, and
// what else they could mean is no number: they are read only where the digits have no other valid
// reading, and what remains must be a valid number.
type retiredForm struct {
	region      rules.Region
	callingCode string
	prefix      string
	carrier     int // digits after the prefix that chose a carrier
	begins      string
	length      int // of what remains, which begins so
}

var retiredForms = [...]retiredForm{
	{rules.Region{'M', 'X'}, "52", "044", 0, "", 10}, // to a mobile phone in the same area, until 2019
	{rules.Region{'M', 'X'}, "52", "045", 0, "", 10}, // to one elsewhere
	{rules.Region{'M', 'X'}, "52", "01", 0, "", 10},  // to another area
	{rules.Region{'B', 'R'}, "55", "0", 2, "", 10},   // with any carrier's code, not only those of today
	{rules.Region{'B', 'R'}, "55", "0", 2, "", 11},
	{rules.Region{'C', 'L'}, "56", "0", 0, "9", 9},
	{rules.Region{'U', 'A'}, "380", "80", 0, "", 9},
	{rules.Region{'U', 'Z'}, "998", "8", 0, "", 9},
	{rules.Region{'G', 'E'}, "995", "8", 0, "", 9},
	{rules.Region{'P', 'L'}, "48", "0", 0, "", 9},
}

// replaceRetired replaces the digits of c with those of the E.164 number that they mean in a
// retired form of home, if they are one.
func replaceRetired(c *cell.Cell, home rules.Region) bool {
	for i := range retiredForms {
		form := &retiredForms[i]
		rest, ok := bytes.CutPrefix(c.Digits(), []byte(form.prefix))
		if !ok || form.region != home || len(rest) != form.carrier+form.length {
			continue
		}
		if rest = rest[form.carrier:]; bytes.HasPrefix(rest, []byte(form.begins)) &&
			replaceValid(c, form.callingCode, rest) {
			return true
		}
	}
	return false
}

// replaceRetiredAbroad is replaceRetired for digits behind a calling code, which people put before
// what they dial at home: Mexico's +52 044 …, and Argentina's 15 that followed the area code of
// mobile numbers, before which there is a 9 now.
func replaceRetiredAbroad(c *cell.Cell) bool {
	digits := c.Digits()
	if national, ok := bytes.CutPrefix(digits, []byte("52")); ok {
		for i := range retiredForms {
			form := &retiredForms[i]
			rest, ok := bytes.CutPrefix(national, []byte(form.prefix))
			if ok && form.callingCode == "52" && len(rest) == form.length && replaceValid(c, form.callingCode, rest) {
				return true
			}
		}
	}
	national, ok := bytes.CutPrefix(digits, []byte("549"))
	if !ok || len(national) != len("11 15 12345678")-2 {
		return false
	}
	for area := 2; area <= 4; area++ {
		if rest, ok := bytes.CutPrefix(national[area:], []byte("15")); ok &&
			replaceValid(c, "549", national[:area], rest) {
			return true
		}
	}
	return false
}

// replaceValid replaces the digits of c if those given are a valid number.
func replaceValid(c *cell.Cell, callingCode string, national ...[]byte) bool {
	var buffer [cell.MaxDigits]byte
	number := append(buffer[:0], callingCode...)
	for _, piece := range national {
		number = append(number, piece...)
	}
	if n := numbering.International(number); !n.Valid() || !n.Possible() {
		return false
	}
	c.SetDigits(number)
	return true
}

// isCarrierLetters reports whether xx may be where it was in c: in Brazil people write 0xx11 …, for
// any carrier's code.
func isCarrierLetters(c *cell.Cell, home rules.Region) bool {
	if c.Plus {
		return bytes.HasPrefix(c.Digits(), []byte("550"))
	}
	return home == rules.Region{'B', 'R'}
}

// joinSlashed decides whether the two groups of digits in c are one number, as in 0151/12345678, or
// two. They are one if they are a valid number together, and the first is none alone: 98765
// 43210/11 are two.
func (f *Filter) joinSlashed(c *cell.Cell, home rules.Region) Reason {
	first, second := int(c.Slash), c.Len()-int(c.Slash)
	alone, joined := *c, *c
	alone.SetDigits(c.Digits()[:first])
	isAnnounced := c.Plus || c.First() == '0' // by what begins a number, and ends none
	a, _ := f.read(&alone, home)
	j, _ := f.read(&joined, home)
	isOne := j.ok() && j.number.Valid() && !(a.ok() && a.number.Valid()) &&
		(isAnnounced || j.kind == ReadingNational && c.Digits()[first] != '0') && second > 2
	switch {
	case isOne, isAnnounced && first < cell.FewestDigits && second >= cell.FewestDigits:
		c.Plus = c.Plus || f.chatIDs
		return Undecided
	case first >= cell.FewestDigits || second >= cell.FewestDigits:
		return Multiple
	}
	return NotANumber
}
