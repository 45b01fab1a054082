package cell

import "bytes"

// maxDateDigits is how many digits a date has: 1998-05-12.
const maxDateDigits = 8

// isDate reports whether folded text is a date, with or without a time: a spreadsheet made it of a
// number, or it is in the wrong column. The groups of digits must be those of a date, and day,
// month and year must be possible, since numbers are written with dashes and dots as well:
// 12-05-1998, 1998.05.12, 12/05/98, 12 May 1998, May-98.
func isDate(text []byte) bool {
	text = cutTime(text)
	var groups [3][]byte
	var n, months int
	separator := byte(0) // between the groups; '?' where they differ
	for len(text) > 0 {
		if n == len(groups) {
			return false
		}
		group, rest := cutDigits(text)
		if len(group) == 0 {
			group, rest = cutLetters(text)
			if !isMonth(group) {
				return false
			}
			months++
		}
		groups[n] = group
		n++
		text = bytes.TrimLeft(rest, " -./,")
		if len(rest) == 0 {
			break
		}
		switch b := dateSeparator(rest[:len(rest)-len(text)]); {
		case len(text) == 0:
			return false // something was to follow
		case n == 1:
			separator = b
		case b != separator:
			separator = '?'
		}
	}
	switch {
	case months == 1:
		return n > 1 && areDateNumbers(groups[:n])
	case months > 1 || n < 3:
		return false
	}
	return isNumericDate(groups, separator)
}

// dateSeparator returns what stands between two groups but for blanks, or '?' if that is more than
// one mark.
func dateSeparator(text []byte) byte {
	switch text = bytes.Trim(text, " "); len(text) {
	case 0:
		return ' '
	case 1:
		return text[0]
	}
	return '?'
}

// isNumericDate tells a date from a number: a year of four digits, or slashes, which no number has.
func isNumericDate(groups [3][]byte, separator byte) bool {
	first, second, third := groups[0], groups[1], groups[2]
	switch {
	case separator != '-' && separator != '.' && separator != '/':
		return false
	case len(first) == 4:
		return isYear(first) && isDayAndMonth(second, third)
	case len(third) == 4:
		return isYear(third) && isDayAndMonth(first, second)
	case separator == '/' && len(first) <= 2 && len(third) <= 2:
		return isDayAndMonth(first, second) || isDayAndMonth(second, third)
	}
	return false
}

func isDayAndMonth(a, b []byte) bool {
	x, y := small(a), small(b)
	return 1 <= min(x, y) && min(x, y) <= 12 && max(x, y) <= 31
}

func isYear(text []byte) bool {
	century := string(text[:2])
	return century == "19" || century == "20"
}

// small returns the value of one or two digits, 99 for more.
func small(digits []byte) int {
	switch len(digits) {
	case 1:
		return int(digits[0] - '0')
	case 2:
		return int(digits[0]-'0')*10 + int(digits[1]-'0')
	}
	return 99
}

// areDateNumbers reports whether the groups that are not a month can be a day and a year.
func areDateNumbers(groups [][]byte) bool {
	for _, group := range groups {
		if isDigit(group[0]) && len(group) > 2 && (len(group) != 4 || !isYear(group)) {
			return false
		}
	}
	return true
}

// isMonth knows the names that spreadsheets give to months, in English, German, French, Spanish,
// Portuguese and Italian.
func isMonth(word []byte) bool {
	switch string(word) {
	case "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
		"january", "february", "march", "april", "june", "july", "august", "september", "october",
		"november", "december",
		"mrz", "mär", "mai", "okt", "dez",
		"janv", "févr", "mars", "avr", "juin", "juil", "août", "déc",
		"ene", "abr", "ago", "dic",
		"fev", "set", "out",
		"gen", "mag", "giu", "lug", "ott":
		return true
	}
	return false
}

func cutLetters(text []byte) (letters, rest []byte) {
	n := 0
	for n < len(text) && isLetter(text[n]) {
		n++
	}
	return text[:n], text[n:]
}

// cutTime takes a time off the end of text: 00:00:00, T00:00:00Z, 10:30 pm.
func cutTime(text []byte) []byte {
	colon := bytes.IndexByte(text, ':')
	if colon < 0 || len(bytes.Trim(text[colon:], "0123456789:.+- zapm")) > 0 {
		return text
	}
	hour := bytes.TrimRight(text[:colon], "0123456789")
	date := bytes.TrimRight(hour, " t,")
	if len(hour) == colon || len(date) == len(hour) {
		return text
	}
	return date
}
