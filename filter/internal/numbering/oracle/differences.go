package oracle

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/listgate/listgate/filter/internal/numbering"
	"github.com/nyaruka/phonenumbers/v2"
)

// Differences is differences.txt.
type Differences struct {
	limit   int // most digits of a number
	written int // most digits that are looked at
	forms   []form
}

// A form is a line "legacy" or "renumbered".
type form struct {
	callingCode int
	pattern     *regexp.Regexp
	today       string
	anyType     bool
}

// Read reads numbering.Differences.
func Read() (*Differences, error) {
	d := &Differences{}
	for line := range strings.Lines(numbering.Differences) {
		f := strings.Fields(line)
		if len(f) == 0 || strings.HasPrefix(f[0], "#") {
			continue
		}
		if len(f) < 5 {
			return nil, fmt.Errorf("differences.txt: no reason in line %q", line)
		}
		var err error
		switch f[0] {
		case "limit":
			d.limit, err = strconv.Atoi(f[2])
		case "written":
			d.written, err = strconv.Atoi(f[2])
		case "legacy", "renumbered":
			callingCode, _ := strconv.Atoi(f[1])
			d.forms = append(d.forms,
				form{callingCode, regexp.MustCompile("^(?:" + f[2] + ")$"), f[3], f[0] == "renumbered"})
		default:
			err = fmt.Errorf("differences.txt: unknown line %q", line)
		}
		if err != nil {
			return nil, err
		}
	}
	return d, nil
}

// Today returns the E.164 number that took the place of digits, a calling code and an old form
// behind it, or "".
func (d *Differences) Today(digits string) string {
	for _, f := range d.forms {
		callingCode := strconv.Itoa(f.callingCode)
		if national, ok := strings.CutPrefix(digits, callingCode); ok {
			if today := d.today(f.callingCode, national); today != "" {
				return callingCode + today
			}
		}
	}
	return ""
}

// legacy reports whether a national number is an old form of a valid number.
func (d *Differences) legacy(callingCode int, national string) bool {
	return d.today(callingCode, national) != ""
}

// today returns the national number that took the place of an old form, or "".
func (d *Differences) today(callingCode int, national string) string {
	for _, f := range d.forms {
		if f.callingCode != callingCode || !f.pattern.MatchString(national) {
			continue
		}
		today := f.pattern.ReplaceAllString(national, f.today)
		n, err := phonenumbers.Parse("+"+strconv.Itoa(callingCode)+today, "")
		if err != nil || phonenumbers.GetNationalSignificantNumber(n) != today {
			continue
		}
		switch t := phonenumbers.GetNumberType(n); {
		case t == phonenumbers.MOBILE, t == phonenumbers.FIXED_LINE_OR_MOBILE, t != phonenumbers.UNKNOWN && f.anyType:
			return today
		}
	}
	return ""
}
