package numbering_test

import (
	"strings"
	"testing"

	"github.com/listgate/listgate/filter/internal/numbering"
	"github.com/stretchr/testify/require"
)

func names(s numbering.SetID) string {
	var all []string
	for _, r := range s.Regions() {
		all = append(all, string(r[:]))
	}
	return strings.Join(all, "|")
}

func properties(n numbering.Number) string {
	var all []string
	for _, p := range []struct {
		name string
		is   bool
	}{{"possible", n.Possible()}, {"valid", n.Valid()}, {"legacy", n.Legacy()}, {"short", n.Short()},
		{"long", n.Long()}} {
		if p.is {
			all = append(all, p.name)
		}
	}
	return strings.Join(all, " ")
}

const northAmerica = "AG|AI|AS|BB|BM|BS|CA|DM|DO|GD|GU|JM|KN|KY|LC|MP|MS|PR|SX|TC|TT|US|VC|VG|VI"

// TestInternational is the known traps of the phone library, and shared and legacy numbers.
func TestInternational(t *testing.T) {
	for _, c := range []struct {
		digits     string
		code       int
		regions    string
		properties string
		e164       string // the same as digits if empty
	}{
		{"", 0, "", "short", "-"},
		{"4", 0, "", "short", "-"},
		{"445", 44, "", "short", ""},
		{"999123456789", 0, "", "", "-"},
		{"0044791112345", 0, "", "", "-"},
		{"123456789012345678901", 0, "", "long", "-"},
		{"919876543210", 91, "IN", "possible valid", ""},
		{"12005550100", 1, northAmerica, "possible", ""},
		{"441481123456", 44, "GB|GG|IM|JE", "possible", ""},
		{"6189162000", 61, "AU|CC|CX", "possible", ""},
		{"447911123456", 44, "GG", "possible valid", ""},
		{"4407911123456", 44, "GG", "possible valid", "447911123456"},
		{"447624123456", 44, "IM", "possible valid", ""},
		{"17875550123", 1, "PR", "possible valid", ""},
		{"19395550123", 1, "PR", "possible valid", ""},
		{"16715550123", 1, "GU", "possible valid", ""},
		{"13405550123", 1, "VI", "possible valid", ""},
		{"13101234", 1, "CA", "valid", ""}, // valid, and of a local-only length
		{"77012345678", 7, "KZ", "possible valid", ""},
		{"79781234567", 7, "RU", "possible valid", ""},
		{"61891621234", 61, "CC", "possible valid", ""},
		{"390669812345", 39, "VA", "possible valid", ""},
		{"59995181234", 599, "CW", "possible valid", ""},
		{"5997151234", 599, "BQ", "possible valid", ""},
		{"38343201234", 383, "XK", "possible valid", ""},
		{"80012345678", 800, "", "possible valid", ""},
		{"883510012345", 883, "", "possible valid", ""},
		{"919198765432100", 91, "IN", "possible", ""},
		{"621234567890123456", 62, "ID", "long", ""},

		{"5215512345678", 52, "MX", "possible legacy", ""},
		{"525512345678", 52, "MX", "possible valid", ""},
		{"5210012345678", 52, "MX", "long", ""}, // no such area
		{"551187654321", 55, "BR", "possible legacy", ""},
		{"5511987654321", 55, "BR", "possible valid", ""},
		{"551123456789", 55, "BR", "possible valid", ""}, // fixed
		{"5491123456789", 54, "AR", "possible valid", ""},
		{"541123456789", 54, "AR", "possible valid", ""},
		{"54111523456789", 54, "AR", "possible valid", "5491123456789"},
		{"22507123456", 225, "CI", "possible legacy", ""},
		{"22546123456", 225, "CI", "possible legacy", ""},
		{"2250707123456", 225, "CI", "possible valid", ""},
		{"22521234567", 225, "CI", "short", ""}, // fixed
	} {
		n := numbering.International(c.digits)
		e164 := string(n.AppendE164(nil, []byte(c.digits)))
		if c.e164 == "" {
			c.e164 = c.digits
		}
		if c.e164 == "-" {
			c.e164 = ""
		}
		require.Equal(t, c.code, n.CallingCode(), c.digits)
		require.Equal(t, c.regions, names(n.Set()), c.digits)
		require.Equal(t, c.properties, properties(n), c.digits)
		require.Equal(t, c.e164, e164, c.digits)
		require.Equal(t, n, numbering.International([]byte(c.digits)), c.digits)
	}
}

func TestDialled(t *testing.T) {
	for _, c := range []struct {
		region, digits string
		kind           numbering.Kind
		regions        string
		properties     string
		e164           string
	}{
		{"IN", "9876543210", numbering.National, "IN", "possible valid", "919876543210"},
		{"IN", "09876543210", numbering.National, "IN", "possible valid", "919876543210"},
		{"IN", "919876543210", numbering.WithoutPlus, "IN", "possible valid", "919876543210"},
		{"IN", "00447911123456", numbering.InternationalPrefix, "GG", "possible valid", "447911123456"},
		{"IN", "004407911123456", numbering.InternationalPrefix, "GG", "possible valid", "447911123456"},
		{"US", "919876543210", numbering.National, northAmerica, "long", "1919876543210"},
		{"US", "201001234567", numbering.National, northAmerica, "long", "1201001234567"},
		{"US", "14125350000", numbering.WithoutPlus, "US", "possible valid", "14125350000"},
		{"US", "0114479111234", numbering.InternationalPrefix, "GB|GG|IM|JE", "", "4479111234"},
		{"AR", "0111523456789", numbering.National, "AR", "possible valid", "5491123456789"},
		{"BB", "4301234", numbering.National, "BB", "possible valid", "12464301234"},
		{"SM", "886377", numbering.National, "SM", "possible valid", "3780549886377"},
		{"GG", "07911123456", numbering.National, "GG", "possible valid", "447911123456"},
		{"MX", "15512345678", numbering.National, "MX", "long", "5215512345678"}, // could be +1 551
		{"MX", "5215512345678", numbering.WithoutPlus, "MX", "possible legacy", "5215512345678"},
		{"CI", "22507123456", numbering.WithoutPlus, "CI", "possible legacy", "22507123456"},
		{"BR", "1187654321", numbering.National, "BR", "possible", "551187654321"},
		{"IN", "00", numbering.InternationalPrefix, "", "short", ""},
		{"IN", "1", numbering.National, "", "short", ""},
		{"IN", "", numbering.National, "", "short", ""},
		{"IN", "123456789012345678901", numbering.Unread, "", "long", ""},
		{"ZZ", "9876543210", numbering.Unread, "", "", ""},
		{"in", "9876543210", numbering.Unread, "", "", ""},
		{"\x00\xff", "9876543210", numbering.Unread, "", "", ""},
	} {
		n, kind := numbering.Dialled([2]byte{c.region[0], c.region[1]}, c.digits)
		what := c.region + " " + c.digits
		require.Equal(t, c.kind, kind, what)
		require.Equal(t, c.regions, names(n.Set()), what)
		require.Equal(t, c.properties, properties(n), what)
		require.Equal(t, c.e164, string(n.AppendE164(nil, []byte(c.digits))), what)
	}
}

func TestZero(t *testing.T) {
	var n numbering.Number
	require.Empty(t, properties(n))
	require.Empty(t, names(n.Set()))
	require.Zero(t, n.CallingCode())
	require.Equal(t, numbering.NoType, n.Type())
}

func TestNoAllocs(t *testing.T) {
	digits := []byte("4407911123456")
	buffer := make([]byte, 0, 20)
	allocs := testing.AllocsPerRun(100, func() {
		n := numbering.International(digits)
		buffer = n.AppendE164(buffer[:0], digits)
		sink, sinkKind = numbering.Dialled([2]byte{'G', 'B'}, digits[2:])
	})
	require.Zero(t, allocs)
	require.Equal(t, "447911123456", string(buffer))
	require.Equal(t, "GG", names(sink.Set()))
}
