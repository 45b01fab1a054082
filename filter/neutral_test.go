package filter

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/filter/internal/cell"
	"github.com/listgate/listgate/filter/internal/cell/twin"
	"github.com/listgate/listgate/rules"
)

var (
	neutrals = []string{
		" ", "-", ".", "(", ")", "[", "]", "\u00A0", "\t", "\u202F", "–", "−", "－", "．", "（", "）", "\u200B", "\u200E",
		"\u202A", "\u202C",
		"\u2066", "\u2069", "\uFEFF", "\u00AD", "\u061C",
	}
	wrappings = [][2]string{
		{"'", ""}, {"’", ""}, {`="`, `"`}, {"tel:", ""}, {"whatsapp:", ""}, {"wa.me/", ""}, {"https://wa.me/", ""},
		{"", "@c.us"},
		{"", "@s.whatsapp.net"}, {`"`, `"`}, {"TEL: ", " "}, {"https://api.whatsapp.com/send?phone=", "&text=hi"},
		{"https://wa.me/", "?text=hi"}, {"\n", "\r\n"},
	}
	plainNumber = regexp.MustCompile(`^\+?[0-9]+$`)
	// dottedZeros, dashedDate, agent and twin.Minus are the four forms in which a mark is not
	// neutral, because a program is known to have put it there: digits with zeros after a dot (a
	// float), up to eight digits in the groups of a date, the number of an agent in a chat id, a
	// minus.
	dottedZeros = regexp.MustCompile(`^\+?[0-9]+\.0+$|\.00?$`)
	dashedDate  = regexp.MustCompile(`^([0-9]{4}|[0-9]{1,2}) *([-.]) *[0-9]{1,2} *([-.]) *([0-9]{4}|[0-9]{1,2})$`)
	agent       = regexp.MustCompile(`^[0-9]{7,}\.[0-9]{1,3}$`)
)

// What the contract calls neutral, anywhere in a number or around it, never changes what is read,
// and so never the decision; nor does a wrapper around it. Pairs of bytes say which mark is added
// and where, bytes which wrappers are.
func FuzzNeutral(f *testing.F) {
	policy, err := rules.Load(rules.Options{Categories: []string{"general"}})
	require.NoError(f, err)
	filter, err := New(policy.Compile(rules.Marketing, time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC),
		rules.Medium), Options{})
	require.NoError(f, err)
	for i, row := range numbers(f) {
		if plainNumber.MatchString(row.Cell) {
			f.Add(row.Cell, []byte{byte(i), 3, byte(i * 7), 1, byte(i * 13), 0}, []byte{byte(i)})
			f.Add(row.Cell, []byte{byte(i), 9, byte(i * 3), 5, byte(i * 5), 7, byte(i * 11), 2},
				[]byte{byte(i / 2), byte(i / 3)})
		}
	}
	f.Fuzz(func(t *testing.T, number string, marks, wrappers []byte) {
		if !plainNumber.MatchString(number) || len(number) > 40 || len(marks) > 40 || len(wrappers) > 4 {
			return
		}
		text := number
		for ; len(marks) > 1; marks = marks[2:] {
			text = insert(text, neutrals[int(marks[0])%len(neutrals)], int(marks[1]))
		}
		folded := twin.Fold(text)
		bare := twin.Edges.ReplaceAllString(folded, "")
		if dottedZeros.MatchString(bare) ||
			dashedDate.MatchString(bare) ||
			twin.Minus.MatchString(folded) || twin.Minus.MatchString(bare) {
			return
		}
		isChat := false
		for _, w := range wrappers {
			wrapping := wrappings[int(w)%len(wrappings)]
			isChat = isChat || strings.ContainsAny(wrapping[0]+wrapping[1], "/@")
			if strings.Contains(wrapping[1], "@") && agent.MatchString(bare) {
				return
			}
			if strings.Contains(wrapping[0], "/") && strings.Contains(text, "?") {
				continue // a link around a link cannot tell whose the query is
			}
			text = wrapping[0] + text + wrapping[1]
		}
		if isChat && number[0] != '+' { // ids and links begin with a calling code
			number = "+" + number
		}
		var plain, marked cell.Cell
		want, got := plain.Read([]byte(number)), marked.Read([]byte(text))
		if got != want {
			t.Fatalf("%q is %v, %q is %v", number, want, text, got)
		}
		if want == cell.None && (string(plain.Digits()) != string(marked.Digits()) || plain.Plus != marked.Plus) {
			t.Fatalf("%q is %+v, %q is %+v", number, plain, text, marked)
		}
		if want, got := filter.DecideString(number), filter.DecideString(text); got != want {
			t.Fatalf("%q is %+v, %q is %+v", number, want, text, got)
		}
	})
}

// insert puts mark at a place of text, counted in runes and around its end.
func insert(text, mark string, place int) string {
	runes := []rune(text)
	place %= len(runes) + 1
	return string(runes[:place]) + mark + string(runes[place:])
}
