package workbook

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"time"
)

// maxDigits is how many digits of a number a spreadsheet keeps, and how many a phone number can
// have.
const maxDigits = 15

// A cellKind is how a cell stores what it holds.
type cellKind uint8

const (
	number cellKind = iota
	sharedText
	formulaText
	inlineText
	errorValue
	isoDate
	truth
)

// cellKinds are the names of the kinds. That of a number may be left out.
var cellKinds = [...]string{number: "n", sharedText: "s", formulaText: "str", inlineText: "inlineStr", errorValue: "e",
	isoDate: "d", truth: "b"}

func (k cellKind) name() string { return cellKinds[k] }

func cellKindOf(name []byte) (cellKind, error) {
	if len(name) == 0 {
		return number, nil
	}
	for kind, known := range cellKinds {
		if known == string(name) {
			return cellKind(kind), nil
		}
	}
	return 0, fmt.Errorf("a cell of an unknown kind: %w", ErrDamaged)
}

// appendValue appends the text of the cell at hand, which is not empty.
func (s *sheet) appendValue(b []byte, kind cellKind) ([]byte, error) {
	switch kind {
	case number:
		return s.appendNumberCell(b)
	case sharedText:
		digits := bytes.TrimSpace(s.value)
		i, ok := parseIndex(digits)
		text, found := s.shared.at(i)
		if !ok || !found || len(digits) == 0 {
			return b, fmt.Errorf("a text that is not there: %w", ErrDamaged)
		}
		return s.appendTextCell(b, text), nil
	case formulaText:
		s.value = unescape(s.value, 0)
		return s.appendTextCell(b, s.value), nil
	case truth:
		switch string(bytes.TrimSpace(s.value)) {
		case "1", "true":
			return append(b, "TRUE"...), nil
		case "0", "false":
			return append(b, "FALSE"...), nil
		}
		return b, fmt.Errorf("a truth value that is none: %w", ErrDamaged)
	}
	return s.appendTextCell(b, s.value), nil
}

// appendTextCell appends a text, with what its format adds to it. A style that is not there adds
// nothing.
func (s *sheet) appendTextCell(b, text []byte) []byte {
	if s.styled && s.style < len(s.formats) && s.formats[s.style].texts != nil {
		return s.formats[s.style].texts.appendText(b, text)
	}
	return append(b, text...)
}

func (s *sheet) appendNumberCell(b []byte) ([]byte, error) {
	if !s.styled || s.style >= len(s.formats) {
		return b, fmt.Errorf("a style that is not there: %w", ErrDamaged)
	}
	value := bytes.TrimSpace(s.value)
	f := &s.formats[s.style]
	if f.isPlain() && isShortWhole(value) {
		return append(b, value...), nil
	}
	n, ok := parseNumber(value)
	if !ok {
		return b, fmt.Errorf("a number that is none: %w", ErrDamaged)
	}
	return s.appendNumber(b, n, f, bytes.ContainsAny(value, "eE")), nil
}

// isShortWhole reports whether a number stands there as people type it already.
func isShortWhole(value []byte) bool {
	if len(value) == 0 || len(value) > maxDigits || value[0] == '0' && len(value) > 1 {
		return false
	}
	for _, c := range value {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// parseIndex reads a number from 0; nothing is 0.
func parseIndex(digits []byte) (n int, ok bool) {
	for _, c := range digits {
		if c < '0' || c > '9' || n > 1<<32 {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// parseNumber reads a decimal number and rounds it to the digits that a spreadsheet keeps: 1.1 is
// stored as 1.1000000000000001.
func parseNumber(text []byte) (float64, bool) {
	for _, c := range text {
		if (c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'E' && c != 'e' {
			return 0, false // an underscore, hexadecimal digits, NaN: strconv would take them
		}
	}
	number, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		return 0, false
	}
	if number == math.Trunc(number) && math.Abs(number) < 1e15 {
		return number, true
	}
	var rounded [32]byte
	number, err = strconv.ParseFloat(string(strconv.AppendFloat(rounded[:0], number, 'e', maxDigits-1, 64)), 64)
	return number, err == nil
}

// unclearNumber comes before a number whose format shows digits or a plus in a way that is not
// understood: an error value, so that nobody takes the number for all of it.
const unclearNumber = "#FORMAT! "

// Spreadsheets and printf show so many digits of a long number.
const (
	shownDigits = 1e6
	longNumber  = 1e9
)

// appendNumber appends a number as people type it. One that has more digits than a spreadsheet
// keeps, or lost its digits before it was stored, comes out in a form that is no phone number.
// Exponent says that it is stored with one.
func (s *sheet) appendNumber(b []byte, number float64, f *format, exponent bool) []byte {
	part, ok := f.of(number)
	if !ok && !f.decorates() {
		part, ok = nil, true
	}
	size := math.Abs(number)
	whole := number == math.Trunc(number)
	switch {
	case part != nil && part.shows == aDate:
		return s.appendDate(b, number)
	case part != nil && part.shows == aDuration:
		return appendDuration(b, number)
	case size >= 1e15, size < 1e-9 && size > 0:
		return strconv.AppendFloat(b, number, 'E', -1, 64)
	case whole && (exponent || part != nil && part.scientific) && hasFewDigits(size):
		return strconv.AppendFloat(b, number, 'E', -1, 64)
	case size >= 1000 && (!ok || part != nil && (part.unclear || part.decorated && !whole)):
		return strconv.AppendFloat(append(b, unclearNumber...), number, 'f', -1, 64)
	case !whole, number < 0 && (part == nil || !part.decorated || part == &f.sections[0]):
		return strconv.AppendFloat(b, number, 'f', -1, 64)
	case part == nil, part.unclear:
		return strconv.AppendInt(b, int64(number), 10)
	}
	var digits [20]byte
	return part.appendDigits(b, strconv.AppendInt(digits[:0], int64(size), 10))
}

// hasFewDigits reports whether a long number ends in zeros after as many digits as are shown of
// one: 4.91512E+12.
func hasFewDigits(size float64) bool {
	if size < longNumber {
		return false
	}
	unit := 1.0
	for size/unit >= shownDigits {
		unit *= 10
	}
	return math.Mod(size, unit) == 0
}

// noDate is what a spreadsheet shows of a number that is no date but has to be shown as one.
const noDate = "#####"

const (
	endOfDays     = 2958466 // the day after 9999-12-31
	from1904      = 1462    // days between the two days from which dates are counted
	secondsOfADay = 86400
)

// appendDate appends a date, or a time where there is no day. Days are counted from 1899-12-31, and
// as if 1900 had been a leap year; from 1904-01-01 in workbooks of old Macs.
func (s *sheet) appendDate(b []byte, number float64) []byte {
	if number < 0 || number >= endOfDays {
		return append(b, noDate...)
	}
	seconds := int64(math.Round(number * secondsOfADay))
	day, seconds := int(seconds/secondsOfADay), seconds%secondsOfADay
	if day > 0 && s.date1904 {
		day += from1904
	}
	if day >= endOfDays {
		return append(b, noDate...)
	}
	if day > 0 {
		b = appendDay(b, day)
		if seconds == 0 {
			return b
		}
		b = append(b, 'T')
	}
	return fmt.Appendf(b, "%02d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
}

func appendDay(b []byte, day int) []byte {
	const noLeapDay = 60
	switch {
	case day == noLeapDay:
		return append(b, "1900-02-29"...)
	case day < noLeapDay:
		day++
	}
	return time.Date(1899, 12, 30+day, 0, 0, 0, 0, time.UTC).AppendFormat(b, time.DateOnly)
}

func appendDuration(b []byte, number float64) []byte {
	if number < 0 || number >= endOfDays {
		return append(b, noDate...)
	}
	seconds := int64(math.Round(number * secondsOfADay))
	return fmt.Appendf(b, "%02d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
}
