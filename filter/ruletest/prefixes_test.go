package ruletest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/filter/ruletest"
)

func TestPrefixRegions(t *testing.T) {
	for prefix, want := range map[string]string{
		"7978": "RU", "38065": "UA", "91": "IN", "9198765": "IN", "1787": "PR", "7": "KZ RU", "44": "GB GG IM JE",
		"800": "", "999": "",
		"1": "AG AI AS BB BM BS CA DM DO GD GU JM KN KY LC MP MS PR SX TC TT US VC VG VI", "919876543210": "IN",
	} {
		var got string
		for _, region := range ruletest.PrefixRegions(prefix) {
			got += " " + region.String()
		}
		require.Equal(t, want, strings.TrimSpace(got), prefix)
	}
}
