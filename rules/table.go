package rules

import (
	"strings"
	"time"

	"github.com/listgate/listgate/internal/strict"
)

// A table is one table of a rule file under check, with readers of what only rule files hold.
type table struct{ strict.Table }

func (t table) tables(name string) []table {
	var all []table
	for _, found := range t.Tables(name) {
		all = append(all, table{found})
	}
	return all
}

func (t table) window() (from, until time.Time) {
	from, hasFrom := t.Date("from", false)
	until, hasUntil := t.Date("until", false)
	if hasFrom && hasUntil && !from.Before(until) {
		t.Errorf("until", "from %s is not before until %s", from.Format(time.DateOnly), until.Format(time.DateOnly))
	}
	return from, until
}

// id reads the name of an entry, which stands in reports and CSV cells.
func (t table) id() (string, bool) {
	id, ok := t.Text("id", true)
	if !ok {
		return "", false
	}
	for _, c := range id {
		if c <= ' ' || c > '~' || strings.ContainsRune("\"',:;|", c) {
			t.Errorf("id", "id %q holds %q; an id holds letters, digits and signs such as - _ .", id, c)
			break
		}
	}
	return id, true
}

// code reads an error code of Meta's. 0 says that Meta names none.
func (t table) code(name string) (int, bool) {
	n, ok := t.Integer(name, false)
	if ok && (n < 0 || n > 9999999) {
		t.Errorf(name, "code is %d; it must be an error code, or 0 where Meta names none", n)
		return 0, false
	}
	return int(n), ok
}

// regions reads a list of regions. written is the list as it stands in the text.
func (t table) regions(name string) (regions []Region, written []string) {
	t.Strings(name, func(s string, line int) {
		named, err := ParseRegions(s)
		if err != nil {
			t.ErrorAtLine(line, "%w", err)
		}
		regions, written = append(regions, named...), append(written, s)
	})
	return sortRegions(regions), written
}

// prefixes reads E.164 prefixes and returns their digits.
func (t table) prefixes(name string) (prefixes []string, ok bool) {
	ok = t.Strings(name, func(s string, line int) {
		digits, hasPlus := strings.CutPrefix(s, "+")
		switch {
		case !hasPlus || digits == "" || strings.Trim(digits, "0123456789") != "":
			t.ErrorAtLine(line, "prefix %q; a prefix is + and digits", s)
		case digits[0] == '0':
			t.ErrorAtLine(line, "prefix %q; no calling code begins with 0", s)
		case len(digits) > 15:
			t.ErrorAtLine(line, "prefix %q is longer than 15 digits", s)
		default:
			prefixes = append(prefixes, digits)
		}
	})
	return prefixes, ok
}

func (t table) messages(name string) (messages []Message, ok bool) {
	ok = t.Strings(name, func(s string, line int) {
		m, err := ParseMessage(s)
		if err != nil {
			t.ErrorAtLine(line, "%w", err)
			return
		}
		messages = append(messages, m)
	})
	return messages, ok
}
