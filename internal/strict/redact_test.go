package strict

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Whatever holds a number, no problem repeats it.
func TestProblemsHoldNoNumber(t *testing.T) {
	for _, text := range []string{
		"x = 0919876543210", "x = 919876543210a", "x = \"a\" 919876543210", "919876543210", "[919876543210",
		"x = 91_9876543210_",
	} {
		_, problem := Parse(text, "a rule file")
		require.NotNil(t, problem, text)
		require.NotRegexp(t, `\d{7}|9876`, problem.Err.Error(), text)
	}
	root, problem := Parse(`"+919876543210" = 1
expect = "+91 98765 43210"
list = ["+919876543210", "+919876543210"]`, "a rule file")
	require.Nil(t, problem)
	root.AllowOnly("expect", "list")
	root.Choice("expect", true, "allowed")
	root.Strings("list", func(string, int) {})
	require.Len(t, root.Problems(), 3)
	for _, p := range root.Problems() {
		require.NotRegexp(t, `\d{7}|9876`, p.Err.Error())
	}
}
