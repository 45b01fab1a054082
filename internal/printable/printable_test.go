package printable

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestLine(t *testing.T) {
	for in, want := range map[string]string{
		"":                           "",
		"list.csv":                   "list.csv",
		"Empfänger Köln #1: a:b.csv": "Empfänger Köln #1: a:b.csv",
		"a::b":                       "a::b", // in the middle of a line, no command
		"a\nb\r\tc":                  `a\nb\r\tc`,
		"\x1b[2J":                    `\u001b[2J`,
		"\u009b2J":                   `\u009b2J`,
		"a\u202egpj.exe":             `a\u202egpj.exe`,
		"\u2066a\u2069\u200f\u061c":  `\u2066a\u2069\u200f\u061c`,
		"a\u2028b\u2029c\u0085d":     `a\u2028b\u2029c\u0085d`,
		"a\ufeffb\u200bc\u00add":     `a\ufeffb\u200bc\u00add`,
		"می\u200cخواهم 👩\u200d🚀":     "می\u200cخواهم 👩\u200d🚀",
		"\U000e0041":                 `\udb40\udc41`,
		"a\xffb\x80":                 `a\u00ffb\u0080`,
		"::error ::forged":           `\u003a:error ::forged`,
		"  ::set-output x":           `  \u003a:set-output x`,
		"\n::error ::forged":         `\n::error ::forged`,
		"x ##[error]forged":          `x #\u0023[error]forged`,
		"##vso[task.complete]":       `#\u0023vso[task.complete]`,
		"##teamcity[x]":              `#\u0023teamcity[x]`,
		"## title":                   "## title",
		"\x00\x7f":                   `\u0000\u007f`,
	} {
		require.Equal(t, want, Line(in), "%q", in)
	}
	require.Equal(t, []string{`a\n`, "b"}, Lines([]string{"a\n", "b"}))
}

// A JSON document stays one, and means the same.
func TestTextKeepsJSON(t *testing.T) {
	name := "a\x1b\u0085\u202e\u2028\U000e0041\u200bb"
	document, err := json.Marshal(map[string]string{name: name})
	require.NoError(t, err)
	document = append(document, '\n')
	shown := Text(document)
	require.NotContains(t, string(shown), "\u0085")
	require.NotContains(t, string(shown), "\u202e")
	require.True(t, bytes.HasSuffix(shown, []byte("\n")))
	var got map[string]string
	require.NoError(t, json.Unmarshal(shown, &got))
	require.Equal(t, map[string]string{name: name}, got)
}

// However a text is split into writes, the same is written.
func TestWriterOfAnySplit(t *testing.T) {
	const text = "ä\u202eß\n\U000e0041x\xff\n"
	for split := range len(text) {
		var b strings.Builder
		w := NewWriter(&b)
		for _, part := range []string{text[:split], text[split:]} {
			n, err := w.Write([]byte(part))
			require.NoError(t, err)
			require.Equal(t, len(part), n)
		}
		require.Equal(t, string(Text([]byte(text))), b.String(), split)
	}
}

func FuzzLine(f *testing.F) {
	f.Add("a\nb")
	f.Add("##[x]\u202e\xff")
	f.Fuzz(func(t *testing.T, s string) {
		line := Line(s)
		require.True(t, utf8.ValidString(line))
		require.Equal(t, -1, strings.IndexFunc(line, func(r rune) bool {
			return unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control)
		}))
		require.False(t, ciCommand.MatchString(line))
		require.Equal(t, line, Line(line), "twice is once")
	})
}

type named string

type number int

func (number) String() string { return "one" }

type thing struct{}

func (thing) String() string { return "a\nthing" }

func TestFprintf(t *testing.T) {
	var b strings.Builder
	_, err := Fprintf(&b, "%s|%v|%d|%s|%s|%s|%q|%v\n", "a\nb", errors.New("::x"), number(7), number(7), thing{},
		named("\x1b"), "\n", []string{"\r"})
	require.NoError(t, err)
	_, err = Fprintln(&b, "c\nd", 3)
	require.NoError(t, err)
	require.Equal(t, `a\nb|\u003a:x|7|one|a\nthing|\u001b|"\\n"|[\r]`+"\n"+`c\nd 3`+"\n", b.String())
	require.Equal(t, `\n`, Sprintf("%s", "\n"))
}
