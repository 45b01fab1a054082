package filter_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/filter"
)

func TestShippedRulesPassTheirTests(t *testing.T) {
	ran, failures, err := filter.TestRules()
	require.NoError(t, err)
	require.Empty(t, failures)
	require.Greater(t, ran, 30)
}

func TestFailedTestsOfRules(t *testing.T) {
	path := filepath.Join(t.TempDir(), "wine.toml")
	require.NoError(t, os.WriteFile(path, []byte(receiptWine+`
[[test]]
number = "+919876543210"
expect = "restricted"
[[test]]
number = "+919876543210"
at = 2026-12-24
expect = "restricted"
[[test]]
number = "+14155550132"
message = "utility"
expect = "restricted"
[[test]]
number = "+12005550100"
expect = "allowed"
[[test]]
number = "nobody"
expect = "not_a_number"
[[test]]
number = "+5352345678"
expect = "allowed"
`), 0o600))
	_, failures, err := filter.TestRules(path)
	require.Error(t, err, "platform-cu is no shipped entry")
	require.Empty(t, failures)

	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, []byte(strings.ReplaceAll(string(text), "platform-cu", "platform-sanctioned")), 0o600))
	ran, failures, err := filter.TestRules(path)
	require.NoError(t, err)
	require.Equal(t, 6, ran)
	require.EqualError(t, failures, path+`:23: test: expected restricted, found allowed, IN (marketing message on 2026-12-24)
`+path+`:27: test: expected restricted, found allowed, US (utility message on 2026-11-22)
`+path+`:31: test: expected allowed, found undetermined, one of 25 countries (marketing message on 2026-11-22)`)
}
