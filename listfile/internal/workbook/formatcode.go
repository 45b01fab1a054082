package workbook

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxFormatBytes bounds a format code. Spreadsheets allow 255 characters.
const maxFormatBytes = 1 << 10

// A format is what a number format shows of a cell. The zero format shows numbers as people type
// them.
type format struct {
	sections []section // of numbers, three at most
	texts    *section  // of texts, if it adds digits or a plus to them
}

// A section is one of the parts of a format code that semicolons separate.
type section struct {
	shows     shows
	operator  string // of the condition that a number has to meet: "", or "<=" and the like
	limit     float64
	pieces    []piece
	zeros     int  // places that are filled with zeros
	decorated bool // it shows digits or a plus of its own: they belong to the number
	unclear   bool // it does so in a way that is not understood
	scaled    bool // it shows another number: a percentage, thousands
	fraction  bool // it has a decimal point; places after it do not count
	// scientific says that it shows few digits and an exponent. Spreadsheets choose such a format
	// by themselves where they open 4.91512E+12.
	scientific bool
}

// A piece is a text of a section, or the place of a digit if the text is empty.
type piece struct {
	text string
	zero bool // of a place: it is filled with a zero
}

// shows is what a section takes a number for.
type shows uint8

const (
	aNumber shows = iota
	aDate
	aDuration // hours, minutes or seconds that do not start anew each day
)

// parseFormat reads a format code such as yyyy\-mm\-dd, [h]:mm, "+91 "0 or
// [<=9999999]###-####;(###) ###-####.
func parseFormat(code string) format {
	if len(code) > maxFormatBytes {
		return format{sections: []section{{unclear: true}}}
	}
	var f format
	for _, code := range splitSections(code) {
		s, isText := parseSection(code)
		switch {
		case isText || len(f.sections) == 3:
			if s.decorated {
				f.texts = &s
			}
		default:
			f.sections = append(f.sections, s)
		}
	}
	if len(f.sections) == 1 && f.sections[0].isPlain() {
		f.sections = nil
	}
	return f
}

// splitSections splits a code at the semicolons that are no text.
func splitSections(code string) []string {
	var sections []string
	start := 0
	for at := 0; at < len(code); {
		symbol, _, rest := cutSymbol(code[at:])
		if symbol == ';' {
			sections = append(sections, code[start:at])
			start = at + 1
		}
		at = len(code) - len(rest)
	}
	return append(sections, code[start:])
}

// isPlain reports whether a section shows whole numbers as their digits, whatever they are.
func (s *section) isPlain() bool {
	return s.shows == aNumber && s.operator == "" && s.zeros < 2 && !s.decorated && !s.unclear && !s.scientific
}

// decorates reports whether the format shows digits or a plus of its own in any section.
func (f *format) decorates() bool {
	return slices.ContainsFunc(f.sections, func(s section) bool { return s.decorated || s.unclear })
}

// isPlain reports whether whole numbers above zero look like their digits.
func (f *format) isPlain() bool { return len(f.sections) == 0 }

// cutSymbol takes the first symbol off a format code: '"' for a text, '[' for a bracket, '_' for a
// space, '*' for what fills the cell, 'G' for a number as it is, each with its text, or the
// character itself.
func cutSymbol(code string) (symbol rune, text, rest string) {
	const general = "general"
	if len(code) >= len(general) && strings.EqualFold(code[:len(general)], general) {
		return 'G', "", code[len(general):]
	}
	first, size := utf8.DecodeRuneInString(code)
	switch first {
	case '"':
		text, rest, _ = strings.Cut(code[1:], `"`)
		return first, text, rest
	case '[':
		text, rest, _ = strings.Cut(code[1:], "]")
		return first, text, rest
	case '\\', '_', '*':
		_, next := utf8.DecodeRuneInString(code[1:])
		text, rest = code[1:1+next], code[1+next:]
		if first == '\\' {
			first = '"'
		}
		return first, text, rest
	}
	return first, code[:size], code[size:]
}

// parseSection reads one section, and says whether it is for texts.
func parseSection(code string) (s section, isText bool) {
	digits := false // a place was read, and no symbol since that ends the whole number
	for len(code) > 0 {
		var symbol rune
		var text string
		symbol, text, code = cutSymbol(code)
		switch symbol {
		case '"':
			s.addText(text)
		case '[':
			s.addBracket(text)
		case '0', '#', '?', 'G':
			s.addPlace(symbol == '0')
			digits = true
		case '@':
			s.addPlace(false)
			isText = true
		case '_': // the width of a character
			s.addText(" ")
		case '*':
			s.unclear = s.unclear || hasDigitOrPlus(text)
		case ',':
			s.scaled = s.scaled || digits && !startsPlace(code) // else it groups digits
		case '.':
			s.fraction = true
		case '%', '/':
			s.scaled = true
		case 'E', 'e':
			if digits && (strings.HasPrefix(code, "+") || strings.HasPrefix(code, "-")) {
				s.scientific, s.scaled, code = true, true, code[1:]
			} else {
				s.shows = max(s.shows, aDate)
			}
		case 'y', 'Y', 'm', 'M', 'd', 'D', 'h', 'H', 's', 'S':
			s.shows = max(s.shows, aDate)
		default:
			s.addText(text)
		}
	}
	if s.shows == aNumber {
		s.settle()
	}
	return s, isText
}

func startsPlace(code string) bool {
	return strings.HasPrefix(code, "0") || strings.HasPrefix(code, "#") || strings.HasPrefix(code, "?")
}

func (s *section) addText(text string) {
	if last := len(s.pieces) - 1; last >= 0 && s.pieces[last].text != "" {
		s.pieces[last].text += text
	} else if text != "" {
		s.pieces = append(s.pieces, piece{text: text})
	}
}

func (s *section) addPlace(zero bool) {
	if s.fraction {
		return
	}
	s.pieces = append(s.pieces, piece{zero: zero})
	if zero {
		s.zeros++
	}
}

var (
	condition = regexp.MustCompile(`^(<=|>=|<>|<|>|=)\s*(-?[0-9.]+(?:[Ee][+-]?[0-9]+)?)$`)
	duration  = regexp.MustCompile(`^(?i:h+|m+|s+)$`)
	locale    = regexp.MustCompile(`-[0-9A-Fa-f]{1,8}$`)
	colour    = regexp.MustCompile(`^\p{L}+ ?[0-9]{0,2}$`)
)

// addBracket reads what stands in brackets: a condition, a currency or another text with a locale,
// a colour, a script.
func (s *section) addBracket(text string) {
	switch parts := condition.FindStringSubmatch(text); {
	case parts != nil:
		limit, err := strconv.ParseFloat(parts[2], 64)
		s.operator, s.limit = parts[1], limit
		s.unclear = s.unclear || err != nil
	case duration.MatchString(text):
		s.shows = aDuration
	case strings.HasPrefix(text, "$"):
		s.addText(locale.ReplaceAllString(text[1:], ""))
	case colour.MatchString(text):
	default:
		s.unclear = s.unclear || hasDigitOrPlus(text)
	}
}

// settle finds out what the texts of a section do to a number.
func (s *section) settle() {
	first := true // no digit of the number stands before
	for i := range s.pieces {
		p := &s.pieces[i]
		if p.text == "" {
			first = false
			continue
		}
		if !hasDigitOrPlus(p.text) {
			if strings.ContainsFunc(p.text, isNoPhoneRune) {
				p.text = " " // a unit, a name
			}
			continue
		}
		s.decorated = true
		if plus := strings.IndexAny(p.text, "+＋"); first && plus > 0 && !hasDigitOrPlus(p.text[:plus]) &&
			strings.ContainsFunc(p.text[:plus], isNoPhoneRune) {
			p.text = p.text[plus:] // Tel. +91
		}
		s.unclear = s.unclear || strings.ContainsFunc(p.text, isNoPhoneRune)
	}
	s.unclear = s.unclear || s.decorated && (s.scaled || s.fraction || first)
	if s.scaled {
		s.zeros = 0
	}
}

func isDigitOrPlus(r rune) bool { return r == '+' || r == '＋' || unicode.IsDigit(r) }

func hasDigitOrPlus(text string) bool { return strings.ContainsFunc(text, isDigitOrPlus) }

// isNoPhoneRune reports whether r does not stand in phone numbers.
func isNoPhoneRune(r rune) bool {
	return !isDigitOrPlus(r) && !strings.ContainsRune(" \u00A0\u202F-().\u2010\u2011\u2012\u2013", r)
}

// of returns the section for a number: nil if the format shows numbers as they are. It is not ok if
// the format shows no number like this one at all.
func (f *format) of(number float64) (s *section, ok bool) {
	n := len(f.sections)
	if n == 0 {
		return nil, true
	}
	conditional := f.sections[0].operator != "" || n > 1 && f.sections[1].operator != ""
	if !conditional {
		switch {
		case number < 0 && n > 1:
			return &f.sections[1], true
		case number == 0 && n > 2:
			return &f.sections[2], true
		}
		return &f.sections[0], true
	}
	for i := range f.sections {
		if s := &f.sections[i]; s.takes(number, i == 0, i == n-1 && i > 0) {
			return s, true
		}
	}
	return nil, false
}

// takes reports whether a section of a format with conditions is for a number. Without one of its
// own, the first section is for numbers above zero, the last one for all that are left, and one
// between for those below zero.
func (s *section) takes(number float64, first, last bool) bool {
	switch s.operator {
	case "<=":
		return number <= s.limit
	case ">=":
		return number >= s.limit
	case "<>":
		return number != s.limit
	case "<":
		return number < s.limit
	case ">":
		return number > s.limit
	case "=":
		return number == s.limit
	}
	return last || first && number > 0 || !first && number < 0
}

// appendDigits appends the digits of a whole number as the section shows them: filled up with
// zeros, and with its texts if they hold digits or a plus.
func (s *section) appendDigits(b []byte, digits []byte) []byte {
	if !s.decorated {
		for n := len(digits); n < s.zeros; n++ {
			b = append(b, '0')
		}
		return append(b, digits...)
	}
	places := 0
	for _, p := range s.pieces {
		if p.text == "" {
			places++
		}
	}
	for _, p := range s.pieces {
		if p.text != "" {
			b = append(b, p.text...)
			continue
		}
		if more := len(digits) - places; more > 0 { // the first place takes all digits that have none
			b = append(b, digits[:more]...)
			digits = digits[more:]
		}
		if len(digits) >= places {
			b = append(b, digits[0])
			digits = digits[1:]
		} else if p.zero {
			b = append(b, '0')
		}
		places--
	}
	return b
}

// appendText appends a text as the section for texts shows it, unless it is no number but, say, the
// header.
func (s *section) appendText(b, text []byte) []byte {
	if !strings.ContainsFunc(string(text), unicode.IsDigit) || strings.ContainsFunc(string(text), isNoPhoneRune) {
		return append(b, text...)
	}
	if s.unclear {
		return append(append(b, unclearNumber...), text...)
	}
	for _, p := range s.pieces {
		if p.text == "" {
			b = append(b, text...)
		} else {
			b = append(b, p.text...)
		}
	}
	return b
}
