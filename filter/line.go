package filter

import (
	"slices"

	"github.com/listgate/listgate/filter/internal/cell"
	"github.com/listgate/listgate/rules"
)

// A numberKey stands for a line, whatever form its number has: E.164 digits as an integer, with the
// forms of before and after a renumbering folded into one. Keys are compared and never written out:
// another form can be somebody else's line.
type numberKey uint64

// A numberKeys holds the keys of all readings of one cell that are valid.
type numberKeys struct {
	keys [maxReadings]numberKey
	n    int
}

// maxReadings is how many readings of a cell can be valid at once: national and international, or
// behind 00 and behind a region's own prefix, and in either case after the trunk prefix and the
// region's own calling code.
const maxReadings = 3

func (k *numberKeys) all() []numberKey { return k.keys[:k.n] }

func (k *numberKeys) add(key numberKey) {
	if !slices.Contains(k.all(), key) {
		k.keys[k.n] = key
		k.n++
	}
}

// keysOf returns the keys of every valid reading of c, whichever counts: who said stop wrote the
// number in another way, perhaps. There are none if no reading is somebody's number.
func (f *Filter) keysOf(c cell.Cell, home rules.Region) (k numberKeys) {
	add := func(r reading) {
		if r.isNumber() {
			var buffer [cell.MaxDigits]byte
			k.add(foldLine(r.e164(buffer[:0], &c)))
		}
	}
	digits := c
	first, second := f.read(&digits, home)
	if isReplaced := string(digits.Digits()) != string(c.Digits()); isReplaced {
		c = digits
		add(first)
		return k
	}
	add(first)
	add(second)
	switch isZero := c.First() == '0'; {
	case c.Plus && !isZero, f.options.Bare == BareInternational && !isZero:
	case isZero && c.Len() > 1 && c.Digits()[1] == '0':
		add(f.international(&c, 2, ReadingInternational))
		add(f.dialled(&c, home))
	case c.Plus:
	default:
		add(f.dialled(&c, home))
		add(f.bareInternational(&c))
	}
	return k
}

// foldLine returns the key of an E.164 number: that of the form of today, where an older one has
// the same line behind it (filter/internal/numbering/differences.txt).
func foldLine(e164 []byte) numberKey {
	key := digitsKey(0, e164)
	if len(e164) < len("2416031234") {
		return key
	}
	switch string(e164[:2]) {
	case "52": // 52 1 … was 52 …
		if len(e164) == 13 && e164[2] == '1' {
			return digitsKey(52, e164[3:])
		}
	case "54": // 54 9 11 … and 54 11 …
		if len(e164) == 13 && e164[2] == '9' {
			return digitsKey(54, e164[3:])
		}
	case "55": // 55 11 8… is 55 11 9 8…
		if len(e164) == 12 && e164[4] >= '6' {
			return digitsKey(digitsKey(55, e164[2:4])*10+9, e164[4:])
		}
	case "84":
		if len(e164) == 12 && e164[2] == '1' {
			return foldVietnam(key, e164[2:])
		}
	}
	switch string(e164[:3]) {
	case "225": // eight digits became ten: the second one tells the operator
		if len(e164) == 11 {
			return digitsKey(225*100+operatorOfIvoryCoast(e164[4]), e164[3:])
		}
	case "229": // 01 before all numbers
		if len(e164) == 11 {
			return digitsKey(22901, e164[3:])
		}
	case "241":
		return foldGabon(key, e164[3:])
	}
	return key
}

// digitsKey appends digits to key.
func digitsKey(key numberKey, digits []byte) numberKey {
	for _, digit := range digits {
		key = key*10 + numberKey(digit-'0')
	}
	return key
}

func operatorOfIvoryCoast(second byte) numberKey {
	switch {
	case second >= '7':
		return 7
	case second >= '4':
		return 5
	}
	return 1
}

// foldVietnam folds ten digits that begin with 1, as mobile numbers had until 2018: the first three
// became two, by a table of the operators.
func foldVietnam(key numberKey, national []byte) numberKey {
	today := [...]numberKey{
		120: 70, 121: 79, 122: 77, 126: 76, 128: 78, // MobiFone
		123: 83, 124: 84, 125: 85, 127: 81, 129: 82, // VinaPhone
		162: 32, 163: 33, 164: 34, 165: 35, 166: 36, 167: 37, 168: 38, 169: 39, // Viettel
		186: 56, 188: 58, // Vietnamobile
		199: 59, // Gmobile
	}
	block := digitsKey(0, national[:3])
	if int(block) >= len(today) || today[block] == 0 {
		return key
	}
	return digitsKey(84*100+today[block], national[3:])
}

// foldGabon folds seven digits, or eight that begin with 0, as numbers had until 2019: the digit of
// the operator came before them, of those blocks that are known to have one.
func foldGabon(key numberKey, national []byte) numberKey {
	if len(national) == 8 && national[0] == '0' {
		national = national[1:]
	}
	if len(national) != 7 {
		return key
	}
	today := [...]numberKey{'1': 1, '2': 6, '4': 7, '5': 6, '6': 6, '7': 7, '9': 0}
	if today[national[0]] == 0 {
		return digitsKey(241, national)
	}
	return digitsKey(2410+today[national[0]], national)
}
