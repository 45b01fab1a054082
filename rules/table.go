package rules

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/listgate/listgate/internal/redact"
	"github.com/listgate/listgate/internal/strict"
)

// A table is one table of a rule file under check, with readers of what only rule files hold.
type table struct {
	strict.Table
	ofReport bool // the text stands in a report, and what was right when that was made is right
}

func (t table) tables(name string) []table {
	var all []table
	for _, found := range t.Tables(name) {
		all = append(all, table{found, t.ofReport})
	}
	return all
}

// oldDays are the keys by which days were written before: the first day, and the first without.
var oldDays = []string{"from", "until"}

// days reads the first and the last day of what holds for some time; zero is an open end.
func (t table) days() (first, last time.Time) {
	first, _ = t.Date("first_day", false)
	switch {
	case t.Has("from") && t.ofReport:
		first, _ = t.Date("from", false)
	case t.Has("from"):
		t.Errorf("from", "from is no longer a key; write first_day, which means the same")
	}
	last = t.lastDay(false)
	if !last.IsZero() && last.Before(first) {
		t.Errorf("last_day", "last_day %s is before first_day %s", last.Format(time.DateOnly),
			first.Format(time.DateOnly))
	}
	return first, last
}

// lastDay reads the last day of what ends.
func (t table) lastDay(required bool) (last time.Time) {
	if !t.Has("until") {
		last, _ = t.Date("last_day", required)
		return last
	}
	example := ""
	if t.ofReport || t.Kind("until") == "a date" {
		until, _ := t.Date("until", false)
		last = until.AddDate(0, 0, -1)
		example = ", " + last.Format(time.DateOnly)
	}
	if !t.ofReport {
		t.Errorf("until",
			"until is no longer a key: it named the first day without; write last_day, the last day on which it holds%s", example)
	}
	return last
}

// maxID is the length of the longest id.
const maxID = 100

// id reads the name of an entry, which stands in reports and in cells that spreadsheets open: a
// word, never a formula or a phone number.
func (t table) id() (string, bool) {
	id, ok := t.Text("id", true)
	if !ok {
		return "", false
	}
	if t.ofReport {
		return id, true
	}
	const word = "an id holds letters (a to z, A to Z), digits and dashes between them"
	isLetter := func(c rune) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
	bad := strings.IndexFunc(id, func(c rune) bool { return !isLetter(c) && (c < '0' || c > '9') && c != '-' })
	switch {
	case len(id) > maxID:
		t.Errorf("id", "id is longer than %d bytes", maxID)
	case bad >= 0:
		r, _ := utf8.DecodeRuneInString(id[bad:])
		t.Errorf("id", "id %q holds %q; %s", id, r, word)
	case !strings.ContainsFunc(id, isLetter) || strings.HasPrefix(id, "-") || strings.HasSuffix(id, "-"):
		t.Errorf("id", "id %q is no word; %s, and at least one letter", id, word)
	case redact.MayHoldNumber(id):
		t.Errorf("id", "id may hold a phone number, which would stand in reports; %s", word)
	default:
		return id, true
	}
	return "", false
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
