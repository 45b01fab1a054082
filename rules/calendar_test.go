package rules

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The days of entries, lifts and permissions, those of the shipped file too, part time into
// windows.
func TestValidity(t *testing.T) {
	dir := folder(t, `format = 1
category = "online-gambling"
extends = "online-gambling"
[[deny]]
id = "x"
regions = ["FR"]
source = "test"
first_day = 2027-02-01
last_day = 2027-04-30
[[lift]]
id = "platform-sanctioned"
reason = "test"
source = "test"
by = "test"
last_day = 2027-02-28
[[permission]]
regions = ["AU"]
reference = "test"
last_day = 2027-03-31
`)
	set, err := Load(Options{Paths: []string{dir}, Categories: []string{"online-gambling"},
		Sender: Sender{Permissions: []Permission{{Regions: []Region{region("JP")}, Reference: "test",
			LastDay: time.Date(2027, 5, 31, 0, 0, 0, 0, time.UTC)}}}})
	require.NoError(t, err)
	first := func(month time.Month) time.Time { return time.Date(2027, month, 1, 0, 0, 0, 0, time.UTC) }
	for month := time.February; month <= time.April; month++ {
		for _, at := range []time.Time{first(month), first(month).AddDate(0, 0, 9),
			first(month + 1).Add(-time.Nanosecond)} {
			from, until := set.ValidFrom(Marketing, at), set.ValidUntil(Marketing, at)
			require.Equal(t, first(month), from, at)
			require.Equal(t, first(month+1), until, at)
		}
	}
	from, until := set.ValidFrom(Marketing, first(time.May)), set.ValidUntil(Marketing, first(time.May))
	require.Equal(t, first(time.May), from)
	require.Equal(t, first(time.June), until, "the account's permission ends")
	until = set.ValidUntil(Marketing, first(time.June))
	require.Zero(t, until)
	from = set.ValidFrom(Marketing, time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC))
	require.Zero(t, from)
	until = set.ValidUntil(Marketing, first(time.January))
	require.Equal(t, first(time.February), until)
}
