package workbook

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"time"
)

// maxDigits is how many digits of a number a spreadsheet keeps, and how many a phone number can have.
const maxDigits = 15

// appendValue appends the text of the cell at hand, of the kind and in the style that its element says.
func (s *sheet) appendValue(b []byte, kind, style string) ([]byte, error) {
	if len(s.value) == 0 {
		return b, nil
	}
	switch kind {
	case "", "n":
		f, err := s.format(style)
		if err != nil {
			return b, err
		}
		number, ok := parseNumber(bytes.TrimSpace(s.value))
		if !ok {
			return b, fmt.Errorf("a number that is none: %w", ErrDamaged)
		}
		return s.appendNumber(b, number, f), nil
	case "s":
		i, err := strconv.Atoi(string(bytes.TrimSpace(s.value)))
		text, ok := s.shared.at(i)
		if err != nil || !ok {
			return b, fmt.Errorf("a text that is not there: %w", ErrDamaged)
		}
		return append(b, text...), nil
	case "str":
		return unescape(append(b, s.value...), len(b)), nil
	case "inlineStr", "e", "d":
		return append(b, s.value...), nil
	case "b":
		switch string(bytes.TrimSpace(s.value)) {
		case "1", "true":
			return append(b, "TRUE"...), nil
		case "0", "false":
			return append(b, "FALSE"...), nil
		}
		return b, fmt.Errorf("a truth value that is none: %w", ErrDamaged)
	}
	return b, fmt.Errorf("a cell of an unknown kind: %w", ErrDamaged)
}

// format returns the format of a style.
func (s *sheet) format(style string) (format, error) {
	i := 0
	if style != "" {
		var err error
		if i, err = strconv.Atoi(style); err != nil || i < 0 || i >= len(s.formats) {
			return format{}, fmt.Errorf("a style that is not there: %w", ErrDamaged)
		}
	}
	return s.formats[i], nil
}

// parseNumber reads a decimal number and rounds it to the digits that a spreadsheet keeps: 1.1 is stored as
// 1.1000000000000001.
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

// appendNumber appends a number as people type it. One that has more digits than a spreadsheet keeps comes out in a
// form that is no phone number.
func (s *sheet) appendNumber(b []byte, number float64, f format) []byte {
	switch size := math.Abs(number); {
	case f.shows == aDate:
		return s.appendDate(b, number)
	case f.shows == aDuration:
		return appendDuration(b, number)
	case size >= 1e15, size < 1e-9 && size > 0:
		return strconv.AppendFloat(b, number, 'E', -1, 64)
	case number < 0 || number != math.Trunc(number):
		return strconv.AppendFloat(b, number, 'f', -1, 64)
	}
	var digits [20]byte
	text := strconv.AppendInt(digits[:0], int64(number), 10)
	b = append(b, f.prefix...)
	for n := len(text); n < f.digits; n++ {
		b = append(b, '0')
	}
	return append(b, text...)
}

// noDate is what a spreadsheet shows of a number that is no date but has to be shown as one.
const noDate = "#####"

const (
	endOfDays     = 2958466 // the day after 9999-12-31
	from1904      = 1462    // days between the two days from which dates are counted
	secondsOfADay = 86400
)

// appendDate appends a date, or a time where there is no day. Days are counted from 1899-12-31, and as if 1900 had
// been a leap year; from 1904-01-01 in workbooks of old Macs.
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
