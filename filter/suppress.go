package filter

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"strconv"

	"github.com/listgate/listgate/filter/internal/cell"
	"github.com/listgate/listgate/filter/internal/csv"
	"github.com/listgate/listgate/filter/internal/numbering"
)

// fewestOfEnding is how many digits without a calling code say who is meant, whichever country they
// are of.
const fewestOfEnding = 8

// ReadNumbers reads a list of numbers to put on a set: a list as any other, with its phone column
// found, or named by o.Columns, and where several columns are named like phone columns, all of
// them; or numbers alone, one a line, with or without a header. Of the options Name, Columns,
// Delimiter, Quote, NoHeader, HeaderRow and LinesAreRows count.
//
// Numbers are in any form that the filter reads, by its default region and its way with bare
// digits, and every valid reading of them goes on the set. Nobody knows for certain what bare
// digits begin with; so a number that ends in all of them is on the set, too. Rows with no number
// are counted and passed over. A cell that holds anything else than one readable number is a
// *ListError with its line; a *ColumnError says that the column cannot be determined. A list with
// no rows, or nothing at all, gives an empty set.
func (f *Filter) ReadNumbers(ctx context.Context, list io.Reader, o ListOptions) (*NumberSet, error) {
	set := &NumberSet{}
	s := f.newStream(nil, nil, ListOptions{
		Name: o.Name, Columns: o.Columns, Delimiter: o.Delimiter, Quote: o.Quote, NoHeader: o.NoHeader,
		HeaderRow:    o.HeaderRow,
		LinesAreRows: o.LinesAreRows, RegionColumn: NoRegionColumn, Jobs: 1, allPhones: true,
	})
	s.numbers = set
	if err := s.run(ctx, list); err != nil && !errors.Is(err, ErrEmptyList) {
		return nil, err
	}
	return set, nil
}

// errUnreadable says what to write where nobody can tell whose number a line of a list to suppress
// is.
func errUnreadable(reason Reason) error {
	if reason == Invalid {
		return fmt.Errorf("%s: not one number that can be read; write it with + and its calling code, or say with --default-region"+
			" of which country the numbers without it are", reason)
	}
	return fmt.Errorf("%s: not one number that can be read", reason)
}

// collect puts the numbers of a chunk's rows on the set that is being read.
func (s *scanner) collect(p *chunk) {
	p.mayHoldControl, p.unfinished = true, false
	for {
		lines, start := p.lines, p.rest
		r, ok := s.next(p)
		if !ok {
			return
		}
		if r.Blank() {
			continue
		}
		if err := s.collectRow(p, r); err != nil {
			p.err, p.errAt, p.lines, p.rest = err, start, lines, start
			return
		}
	}
}

func (s *scanner) collectRow(p *chunk, r csv.Record) error {
	found := false
	for _, phone := range s.phones {
		text := bytes.TrimSpace(s.phoneCell(p.data, r, phone).Text(p.data))
		if len(text) == 0 {
			continue
		}
		found = true
		if reason := s.numbers.read(phone.filter, text); reason != Undecided {
			return errUnreadable(reason)
		}
	}
	if !found {
		s.numbers.empty++
	}
	return nil
}

// read puts the number in text on the set, as f reads it. It returns why that is not one number,
// else Undecided.
func (s *NumberSet) read(f *Filter, text []byte) Reason {
	var c cell.Cell
	home := f.options.DefaultRegion
	if reason := f.readCell(&c, text, home); reason != Undecided {
		return reason
	}
	keys := f.keysOf(c, home)
	first, _ := f.read(&c, home)
	if keys.n == 0 {
		return first.reason
	}
	isNew := false
	for _, key := range keys.all() {
		isNew = s.add(key) || isNew
		s.addNational(key)
	}
	if isNew {
		s.numbers++
	}
	if digits := bytes.TrimLeft(c.Digits(), "0"); first.kind != ReadingInternational && len(digits) >= fewestOfEnding {
		s.add(tagged(endingTag, digits))
		s.endings |= 1 << len(digits)
	}
	return Undecided
}

// Tags tell what else than whole numbers stands in a set.
const (
	endingTag   numberKey = 1 << 62 // digits that a number ends in
	nationalTag numberKey = 2 << 62 // a number without its calling code
	tagLength             = 56      // above the digits is their number: leading zeros count
)

func tagged(tag numberKey, digits []byte) numberKey {
	return tag | numberKey(len(digits))<<tagLength | digitsKey(0, digits)
}

// addNational adds a number without its calling code.
func (s *NumberSet) addNational(key numberKey) {
	var buffer [20]byte
	digits := strconv.AppendUint(buffer[:0], uint64(key), 10)
	code := numbering.International(digits).CallingCode()
	if national := digits[len(strconv.Itoa(code)):]; code > 0 && len(national) >= fewestOfEnding {
		s.add(tagged(nationalTag, national))
	}
}

// suppresses reports whether a cell's number is on the set in any of its readings, whose keys these
// are. Where the cell or the set leaves out the calling code, it is enough that the one ends in the
// other.
func (s *NumberSet) suppresses(keys numberKeys, c *cell.Cell) bool {
	for _, key := range keys.all() {
		if s.has(key) {
			return true
		}
		for lengths := s.endings; lengths != 0; lengths &= lengths - 1 {
			length := bits.TrailingZeros16(lengths)
			if s.has(endingTag | numberKey(length)<<tagLength | key%powersOfTen[length]) {
				return true
			}
		}
	}
	if c.Plus || len(keys.all()) == 0 {
		return false
	}
	digits := bytes.TrimLeft(c.Digits(), "0")
	return len(digits) >= fewestOfEnding && s.has(tagged(nationalTag, digits))
}

var powersOfTen = [...]numberKey{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}
