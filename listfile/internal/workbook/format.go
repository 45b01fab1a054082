package workbook

import (
	"fmt"
	"strconv"
	"strings"
)

// A format is what a number format means for a stored number. The zero format means nothing.
type format struct {
	shows  shows
	prefix string // with a plus or digits, written before the digits
	digits int    // filled up with zeros to as many
}

// isPlain reports whether whole numbers look like their digits.
func (f *format) isPlain() bool { return *f == format{} }

// shows is what a format takes a number for.
type shows uint8

const (
	aNumber shows = iota
	aDate
	aDuration // hours, minutes or seconds that do not start anew each day
)

// readFormats returns the format of each cell style. Style 0 is always there, and the only one of a part that is named
// and not there.
func (a archive) readFormats(name string) ([]format, error) {
	if name == "" || !a.has(name) {
		return make([]format, 1), nil
	}
	custom := map[int]format{}
	var styles []int
	err := a.read(name, "styleSheet", maxPartBytes, func(p *part, child *tag) error {
		switch string(child.name) {
		case "numFmts":
			return p.each("numFmt", func(start *tag) error {
				id, err := formatID(start, len(custom))
				custom[id] = parseFormat(string(start.attribute("formatCode")))
				return err
			})
		case "cellXfs":
			return p.each("xf", func(start *tag) error {
				id, err := formatID(start, len(styles))
				styles = append(styles, id)
				return err
			})
		}
		return p.skip()
	})
	return resolve(styles, custom), err
}

// formatID returns the number of the format that an element names.
func formatID(start *tag, have int) (int, error) {
	if have == maxEntries {
		return 0, fmt.Errorf("its styles: %w", ErrTooLarge)
	}
	value := string(start.attribute("numFmtId"))
	if value == "" {
		return 0, nil
	}
	id, err := strconv.Atoi(value)
	if err != nil {
		return 0, fmt.Errorf("it has a style without a number: %w", ErrDamaged)
	}
	return id, nil
}

func resolve(styles []int, custom map[int]format) []format {
	formats := make([]format, max(1, len(styles)))
	for i, id := range styles {
		f, ok := custom[id]
		if !ok {
			f = builtin(id)
		}
		formats[i] = f
	}
	return formats
}

// builtin returns the format of a number below 164, which files need not spell out (ECMA-376 part 1, 18.8.30; 27 to 36
// and 50 to 58 are dates in East Asian editions).
func builtin(id int) format {
	switch {
	case id == 46:
		return format{shows: aDuration}
	case 14 <= id && id <= 22, 27 <= id && id <= 36, 45 <= id && id <= 47, 50 <= id && id <= 58:
		return format{shows: aDate}
	}
	return format{}
}

// parseFormat reads a format code such as yyyy\-mm\-dd, [h]:mm or "+91 "0.
func parseFormat(code string) format {
	if s := showsOf(code); s != aNumber {
		return format{shows: s}
	}
	prefix, digits := decoration(code)
	return format{prefix: prefix, digits: digits}
}

func showsOf(code string) shows {
	for len(code) > 0 {
		var symbol byte
		var text string
		symbol, text, code = cutSymbol(code)
		switch {
		case symbol == '[' && text != "" && strings.Trim(text, "hH") == "",
			symbol == '[' && text != "" && strings.Trim(text, "mM") == "",
			symbol == '[' && text != "" && strings.Trim(text, "sS") == "":
			return aDuration
		case strings.IndexByte("yYmMdDhHsS", symbol) >= 0:
			return aDate
		}
	}
	return aNumber
}

// decoration returns what a format writes before the digits and to how many it fills them up, if it writes nothing
// but what may stand in a phone number. What it does to negative numbers does not count.
func decoration(code string) (prefix string, digits int) {
	placed := false
	for len(code) > 0 && code[0] != ';' {
		var symbol byte
		var text string
		symbol, text, code = cutSymbol(code)
		switch symbol {
		case '#', '0':
			placed = true
			if symbol == '0' {
				digits++
			}
		case '_':
		case '"', '+', '-', ' ', '(', ')':
			if strings.Trim(text, "+-0123456789 ()") != "" || placed && strings.ContainsAny(text, "+0123456789") {
				return "", 0
			}
			if !placed {
				prefix += text
			}
		default:
			return "", 0
		}
	}
	if !placed || digits > maxDigits || len(prefix) > maxDigits {
		return "", 0
	}
	if !strings.ContainsAny(prefix, "+0123456789") {
		prefix = ""
	}
	return prefix, digits
}

// cutSymbol takes the first symbol off a format code: '"' for a literal, '[' for a bracket, '_' for a space, each with
// its text, or the character itself.
func cutSymbol(code string) (symbol byte, text, rest string) {
	switch c := code[0]; c {
	case '"':
		text, rest, _ = strings.Cut(code[1:], `"`)
		return c, text, rest
	case '[':
		text, rest, _ = strings.Cut(code[1:], "]")
		return c, text, rest
	case '\\', '_', '*':
		end := min(2, len(code))
		if c == '\\' {
			return '"', code[1:end], code[end:]
		}
		return '_', code[1:end], code[end:]
	default:
		return c, code[:1], code[1:]
	}
}
