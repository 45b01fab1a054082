package cloudapi

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/listgate/listgate/internal/redact"
)

// What is not understood matters if it may speak of a halt: a code that halts where codes and their
// texts stand, the members in which Meta announces bans and restrictions, or an event or state
// whose name says so.
var (
	codePlace  = regexp.MustCompile(`(?i)code|error|reason|detail|descr|title|message$`)
	haltMember = regexp.MustCompile(`(?i)(^|_)(ban|banned|restriction|restrictions|locked|suspended|suspension)(_|$)`)
	namePlace  = regexp.MustCompile(`(?i)(^|_)(event|status|state|decision|type)$`)
	haltName   = regexp.MustCompile(`(?i)(DISABL|BANN|(^|_)BAN($|_)|BLOCK|LOCKED|RESTRICT|SUSPEND|ACCOUNT_DELET)`)
	haltCode   = regexp.MustCompile(`(^|[^0-9])(368|131031|141014)([^0-9]|$)`)
)

// haltWords returns what in a value may speak of a halt, sorted, in words that may be shown.
func haltWords(v any) []string {
	found := map[string]bool{}
	findHaltWords("", v, found)
	var words []string
	for w := range found {
		words = append(words, w)
	}
	slices.Sort(words)
	return words
}

func findHaltWords(name string, v any, found map[string]bool) {
	switch v := v.(type) {
	case object:
		for member, inner := range v {
			if haltMember.MatchString(member) && !isNothing(inner) {
				found[redact.Word(member)] = true
			}
			findHaltWords(member, inner, found)
		}
	case []any:
		for _, item := range v {
			findHaltWords(name, item, found)
		}
	case string:
		if inner := unpacked(v); inner != any(v) {
			findHaltWords(name, inner, found)
			return
		}
		if m := haltCode.FindStringSubmatch(v); m != nil && codePlace.MatchString(name) {
			found[m[2]] = true
		}
		if namePlace.MatchString(name) && haltName.MatchString(v) {
			found[redact.Word(v)] = true
		}
	default:
		if code, ok := integer(v); ok && Lookup(int(code)).Class == Halt && codePlace.MatchString(name) {
			found[strconv.FormatInt(code, 10)] = true
		}
	}
}

// isNothing reports whether a member says that there is none of what its name says.
func isNothing(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case bool:
		return !v
	case string:
		return v == "" || strings.EqualFold(v, "none") || strings.EqualFold(v, "false")
	case object:
		return len(v) == 0
	case []any:
		return len(v) == 0
	}
	n, ok := integer(v)
	return ok && n == 0
}

// checkRest notes a problem if a member that was not read may speak of a halt.
func (d *decoding) checkRest(o object, read ...string) {
	for name, v := range o {
		if !slices.Contains(read, name) {
			d.checkWords(haltWords(object{name: v}))
		}
	}
}

// checkWords notes a problem if words that may speak of a halt were found, but for codes that an
// event holds.
func (d *decoding) checkWords(words []string) {
	words = slices.DeleteFunc(words, func(w string) bool {
		code, err := strconv.Atoi(w)
		return err == nil && slices.ContainsFunc(d.codes, func(known int) bool { return known == code })
	})
	if len(words) > 0 {
		d.problem("a part that is not understood%s", handIn(words))
	}
}

// handIn says, of what may speak of a halt, how it can be made to count.
func handIn(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return fmt.Sprintf(" may speak of a halt (%s): hand in what Meta sent, the whole webhook or its entry, change, value or error, "+
		"with listgate gate ingest --waba ID; if the account is blocked: listgate gate halt --waba ID --reason TEXT",
		strings.Join(words[:min(len(words), 5)], ", "))
}
