package ruletest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/filter/ruletest"
)

const wineRules = `format = 1
category = "wine"
title = "Wine"
default = "allow"
complete = true
as_of = 2026-11-22
source = "test"
[[deny]]
id = "wine-in"
regions = ["IN"]
last_day = 2026-12-23
source = "test"
[[lift]]
id = "platform-cu"
reason = "test"
source = "test"
by = "test"
last_day = 2026-12-30
`

func TestShippedRulesPassTheirTests(t *testing.T) {
	ran, failures, err := ruletest.Run()
	require.NoError(t, err)
	require.Empty(t, failures)
	require.Greater(t, ran, 30)
}

func TestFailedTestsOfRules(t *testing.T) {
	path := filepath.Join(t.TempDir(), "wine.toml")
	require.NoError(t, os.WriteFile(path, []byte(wineRules+`
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
	_, failures, err := ruletest.Run(path)
	require.Error(t, err, "platform-cu is no shipped entry")
	require.Empty(t, failures)

	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t,
		os.WriteFile(path, []byte(strings.ReplaceAll(string(text), "platform-cu", "platform-sanctioned")), 0o600))
	ran, failures, err := ruletest.Run(path)
	require.NoError(t, err)
	require.Equal(t, 6, ran)
	require.EqualError(t, failures,
		path+`:23: test: expected restricted, found allowed, IN (marketing message on 2026-12-24)
`+path+`:27: test: expected restricted, found allowed, US (utility message on 2026-11-22)
`+path+`:31: test: expected allowed, found undetermined, one of 25 countries (marketing message on 2026-11-22)`)
}

func TestIdlePrefixes(t *testing.T) {
	idle, err := ruletest.IdlePrefixes()
	require.NoError(t, err)
	require.Empty(t, idle)

	path := filepath.Join(t.TempDir(), "wine.toml")
	require.NoError(t, os.WriteFile(path, []byte(`format = 1
category = "wine"
title = "Wine"
default = "allow"
complete = true
as_of = 2026-11-22
source = "x"
[[deny]]
id = "idle"
prefixes = ["+999", "+7978", "+80", "+800", "+979", "+12005", "+4", "+123456789012345"]
source = "x"
[[warn]]
id = "fine"
prefixes = ["+1", "+38065"]
source = "x"
`), 0o600))
	idle, err = ruletest.IdlePrefixes(path)
	require.NoError(t, err)
	require.EqualError(t, idle,
		path+":8: idle never applies to +999 +80 +800 +979 +123456789012345: no number of a country begins so")
	_, err = ruletest.IdlePrefixes(path + "x")
	require.Error(t, err)
}
