package policypage_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/rules/policypage"
)

// The lists that Meta's archived text has, unchanged from 2025-12-01 to 2026-08-22.
const (
	gambling = "AU CO JP MX PE"
	alcohol  = "AG AI AR AS AU AW BB BM BO BR BS BT BZ CL CN CO CR CW DM DO EC FJ FK FM GD GF GP GT GU GY HK " +
		"HN HT ID JM JP KH KI KN KR KY LA LC LK MH MM MN MO MP MQ MV MX MY NC NI NR NZ PA PE PF PG PH " +
		"PR PW PY SB SG SR SV TC TL TO TT TV UY VC VE VG VI VN VU WS"
	overTheCounter = "AG AI AR AS AU AW BB BD BM BN BO BR BS BT BZ CL CN CO CR CW DM DO EC FJ FK FM GD GF GP GT GU GY HK " +
		"HN HT ID IN JM JP KH KI KN KR KY LA LC LK MH MM MN MO MP MQ MV MX MY NC NI NP NR NZ PA PE PF PG PH " +
		"PR PW PY SB SG SR SV TC TH TL TO TT TV UY VC VE VG VI VN VU WS"
)

func read(t *testing.T, path string) (*policypage.Page, error) {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	return policypage.Read(filepath.Base(path), file)
}

// codes are the regions of a list, as a line.
func codes(list policypage.List) string {
	var codes []string
	for _, r := range list.Regions {
		codes = append(codes, r.String())
	}
	return strings.Join(codes, " ")
}

// However the page is built, the lists are the same.
func TestRead(t *testing.T) {
	paths, err := filepath.Glob("testdata/ok/*")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			page, err := read(t, path)
			require.NoError(t, err)
			require.Len(t, page.Lists, 3)
			require.Equal(t, "alcohol", page.Lists[0].Category)
			require.Equal(t, alcohol, codes(page.Lists[0]))
			require.Equal(t, "online-gambling", page.Lists[1].Category)
			require.Equal(t, gambling, codes(page.Lists[1]))
			require.Equal(t, "otc-drugs", page.Lists[2].Category)
			require.Equal(t, overTheCounter, codes(page.Lists[2]))
			require.Contains(t, []string{"", policypage.Address}, page.Address)
			t.Log(strings.Join(page.Notes, "\n"))
		})
	}
}
