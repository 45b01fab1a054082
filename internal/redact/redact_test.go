package redact

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const waba = "900000000000001"

// What is a number is one for all of them.
func TestMayHoldNumber(t *testing.T) {
	for _, s := range []string{
		"+919876543210", "9876543210", "5550123", "98765 43210", "98765-43210", "(98765) 43210", "98765\u00a043210",
		"98765\u200b43210",
		"9,876,543,210", "9'876'543'210", "98765·43210", "+1.500.555.0111", "x9876543210y", "٩٨٧٦٥٤٣٢١٠",
		"９８７６５４３２１０", "20261122",
		"2026-11-22 98765 43210", "98765\t43210", "987/654/3210", "98765‑43210", "9 8 7 6 5 4 3", "2026-11-229876543",
	} {
		require.True(t, MayHoldNumber(s), s)
		require.Equal(t, "a text that may hold a phone number", Quote(s))
		require.NotRegexp(t, `\d{4}$|٣٢١٠|３２１０`, Mask(s), s)
	}
	for _, s := range []string{
		"", "123456", "2026-11-22", "2026-11-22T10:15:00Z", "2026-11-22 10:15", "codes 368, 131031, 130497", "v9.0.37",
		"list2.csv", "1a2b3c4d5e6f7g8",
	} {
		require.False(t, MayHoldNumber(s), s)
		require.Equal(t, s, Mask(s))
	}
}

func TestCheckReason(t *testing.T) {
	for _, words := range []string{
		"called +91 98765 43210", "called 919876543210", "(98765) 43210 complained", "98765-43210", "0091 98765 43210",
		"98765\u00a043210",
		"from 9876543210, by mail", waba + " and 919876543210", "919876543210 " + waba, "2026-11-22: 98765.43210",
		"٩٨٧٦٥٤٣٢١٠", "+1 555 0123", "＋15550123",
		"900000000000002", "98765 43210 98765 43211",
	} {
		err := CheckReason(words, waba)
		require.ErrorContains(t, err, "leave out ten digits or more", words)
		require.NotContains(t, err.Error(), "543", words)
	}
	for _, words := range []string{
		"", "appeal granted", "account " + waba, waba + " of 2026-11-22 10:15", "mail of 2026-11-22 14:05:33",
		"codes 368, 131031, 130497",
		"case 12345678901234567", "ticket 123456789", "+ 2 templates", "22.11.2026 9 h",
	} {
		require.NoError(t, CheckReason(words, waba), words)
	}
}

// What is told of an event's origin identifies it, and hides the recipient: a message id holds the
// number.
func TestReferences(t *testing.T) {
	require.Equal(t, "", Hash("message", ""))
	require.Len(t, Hash("message", "wamid.X"), len("message:")+24)
	require.Equal(t, "fbtrace_id:AbC-_1", Trace("AbC-_1"))
	require.NotContains(t, Trace("15005550111"), "15005550111")
	require.NotContains(t, Trace("+1-500-555-0111"), "0111")
	require.NotContains(t, Trace("A(500)555.01-11"), "500")
	require.NotContains(t, Word("+15005550111"), "15005550111")
	require.NotContains(t, Word("X_1-500-555-0111"), "0111")
	require.Equal(t, `"+1"`, Quote("+1"))
	require.NotContains(t, Quote("x +1 500 555 0111"), "0111")
	require.NotContains(t, Quote("٩١٩٨٧٦٥٤٣٢١٠"), "٩١")
	require.NotContains(t, Word("X15005550111"), "15005550111")
	require.Equal(t, "DISABLED_UPDATE", Word("DISABLED_UPDATE"))
}
