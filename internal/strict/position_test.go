package strict

import (
	"strconv"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/stretchr/testify/require"
)

// Each number after a key or a value is its own line; where two stand on a line, the line of both.
const positioned = `format = 1
note = """
[[deny]]  # not a table
line = 3 \
"""""
"quoted key" = '''
[x]'''
a.b = 8 # a comment with "quotes" and [brackets
[[deny]]
line = 10
list = [
  "x]", # "y"
  13, [ 13,
   14 ], { line = 14 },
]
[deny.sub]
line = 17
[[deny.sub.deeper]]
line = 19
[[ "deny" ]] # again
'line' = 21
list = [ {line = 22}, {line = 22,
  other = { line = 23 } } ]
when = 1979-05-27 07:32:00
[last] # no line break at the end
line = 26`

func TestLocate(t *testing.T) {
	var m map[string]any
	_, err := toml.Decode(positioned, &m)
	require.NoError(t, err)
	found, deep := locate(positioned)
	require.Zero(t, deep)
	n := 0
	// Every key "line" says its own line, and so does every number.
	var walk func(path string, value any)
	walk = func(path string, value any) {
		switch v := value.(type) {
		case map[string]any:
			for name, value := range v {
				walk(key(path, name), value)
			}
		case []map[string]any:
			for i, value := range v {
				walk(element(path, i), value)
			}
		case []any:
			for i, value := range v {
				walk(element(path, i), value)
			}
		case int64:
			n++
			require.Equal(t, int(v), found.line(path), strings.ReplaceAll(path, "\x00", "/"))
		}
	}
	walk("", m)
	require.Equal(t, 14, n)
	require.Equal(t, 9, found.line(element(key("", "deny"), 0)))
	require.Equal(t, 20, found.line(element(key("", "deny"), 1)))
	require.Equal(t, 6, found.line(key("", "quoted key")))
	require.Equal(t, 20, found.line(key(element(key("", "deny"), 1), "missing")), "what is missing is at its table")
	require.Equal(t, 1, found.line(key("", "missing")))
}

// The decoder takes more than linear time for these; they must not reach it.
func TestDeepNesting(t *testing.T) {
	const n = 100_000
	for _, text := range []string{
		strings.Repeat("[", n), strings.Repeat("{a=", n), strings.Repeat("[{a=", n),
	} {
		_, problem := Parse("a = 1\nx = "+text, "a rule file")
		requireDeep(t, problem)
	}
	for _, text := range []string{strings.Repeat("a.", n) + "b = 1", "[" + strings.Repeat("a.", n) + "b]",
		"[[" + strings.Repeat("a.", n) + "b]]"} {
		_, problem := Parse("\n"+text, "a rule file")
		requireDeep(t, problem)
	}
}

func requireDeep(t *testing.T, problem *Problem) {
	t.Helper()
	require.Equal(t, 2, problem.Line)
	require.EqualError(t, problem.Err, "nested deeper than 32 levels; is it a rule file?")
}

// What takes much memory or makes many words is bounded, and said to be.
func TestBounds(t *testing.T) {
	_, problem := Parse("a = ["+strings.Repeat("1,", maxValues)+"]", "a rule file")
	require.EqualError(t, problem.Err, "more than 300000 keys and values; is it a rule file?")
	_, problem = Parse(strings.Repeat("#", maxBytes+1), "a rule file")
	require.EqualError(t, problem.Err, "larger than 8388608 bytes; is it a rule file?")

	var text strings.Builder
	for i := range 20_000 {
		text.WriteString("k" + strconv.Itoa(i) + " = 1\n")
	}
	root, problem := Parse(text.String(), "a rule file")
	require.Nil(t, problem)
	root.AllowOnly("format")
	problems := root.Problems()
	require.Len(t, problems, maxProblems+1)
	require.Equal(t, MoreProblems(19_000), problems[maxProblems].Err)
}
