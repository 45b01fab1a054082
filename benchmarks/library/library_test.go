package library

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/rules"
)

func denied(t testing.TB) Denied {
	t.Helper()
	set, err := rules.Load(rules.Options{Categories: []string{"general"}})
	require.NoError(t, err)
	return DeniedBy(set.Compile(rules.Marketing, time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), rules.Medium))
}

func TestDeniedBy(t *testing.T) {
	d := denied(t)
	require.Subset(t, d.Regions, []string{"CU", "IR", "KP", "SY", "US"})
	require.NotContains(t, d.Regions, "CA")
	require.Subset(t, d.Prefixes, []string{"7978", "38065"})
	require.NotContains(t, d.Prefixes, "7949", "a prefix that is only warned about")
	require.Subset(t, d.FirstDigits(), []string{"1", "53", "98", "7978"})
}

func TestKeep(t *testing.T) {
	d := New("IN", denied(t))
	for cell, kept := range map[string]bool{
		"+919876543210": true, " +91 98765-43210 ": true, "9876543210": true, "09876543210": true, "919876543210": true,
		// GG or JE: both are allowed
		"00447400123456": true, "447400123456": true, "+14165550123": true, "+441481123456": true,
		"+14155550123": false, "14155550123": false, "+5352123456": false, "+79781234567": false, "+12005550100": false,
		"+80012345678": false, "": false, "n/a": false, "+91": false, "+91987": false, "12345": false,
	} {
		require.Equal(t, kept, d.Keep(cell), cell)
	}
}

func TestLoop(t *testing.T) {
	var kept bytes.Buffer
	in := "name,phone\n\"Rao, Asha\",+919876543210\nJoe,+14155550123\nshort\nJosé 5\" pipe,+34612345678\n"
	require.NoError(t, New("", denied(t)).Loop(&kept, strings.NewReader(in), "phone"))
	require.Equal(t, "name,phone\n\"Rao, Asha\",+919876543210\n\"José 5\"\" pipe\",+34612345678\n", kept.String())
	require.ErrorContains(t, New("", denied(t)).Loop(&kept, strings.NewReader(in), "mobile"), "no column mobile")
}
