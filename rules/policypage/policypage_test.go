package policypage_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/rules"
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

// However the page is built and saved, the lists are the same, and so are the rule files.
func TestRead(t *testing.T) {
	var first []string
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
			texts := ruleFiles(t, page)
			if first == nil {
				first = texts
			}
			require.Equal(t, first, texts)
		})
	}
}

func ruleFiles(t *testing.T, page *policypage.Page) []string {
	t.Helper()
	var texts []string
	for _, list := range page.Lists {
		text, err := page.RuleFile(list, time.Date(2026, 12, 1, 23, 0, 0, 0, time.UTC), "")
		require.NoError(t, err)
		texts = append(texts, text)
	}
	return texts
}

// A rule file is written anew with what the user added below the line, whatever their editor does
// to line ends, and left alone if they changed something above it.
func TestRuleFile(t *testing.T) {
	page, err := read(t, "testdata/ok/headings.html")
	require.NoError(t, err)
	texts := ruleFiles(t, page)
	gambling := texts[1]
	require.Contains(t, gambling, "requires_permission = true\n")
	require.Contains(t, gambling, "as_of    = 2026-12-01\n")
	require.NotContains(t, texts[0], "requires_permission")
	dir := t.TempDir()
	for i, text := range texts {
		path := filepath.Join(dir, page.Lists[i].Category+".toml")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	files, err := rules.List(dir)
	require.NoError(t, err)
	for i, list := range page.Lists {
		file := files[slices.IndexFunc(files, func(f *rules.File) bool { return f.Name == list.Category })]
		require.Equal(t, list.Regions, policypage.Allowed(file))
		require.True(t, file.Complete)
		require.Equal(t, page.Lists[i].Category, file.Name)
	}

	later := time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC)
	own := "[[permission]]\nregions = [\"MX\"]\nreference = \"case 4711\"\n[[deny]]\nid = \"own\"\nregions = [\"PE\"]\nsource = \"x\"\n"
	for name, edit := range map[string]func(string) string{
		"added": func(s string) string { return s + own },
		"added, entries raised": func(s string) string {
			return strings.Replace(s, "entries  = 1 ", "entries  = 2 ", 1) + own
		},
		"added, with other line ends": func(s string) string { return strings.ReplaceAll(s+own, "\n", "\r\n") },
	} {
		text, err := page.RuleFile(page.Lists[1], later, edit(gambling))
		require.NoError(t, err, name)
		require.Contains(t, text, "as_of    = 2027-01-31\n")
		require.Contains(t, text, "entries  = 2 ")
		require.True(t, strings.HasSuffix(strings.ReplaceAll(text, "\r\n", "\n"), own), name)
		again, err := page.RuleFile(page.Lists[1], later, text)
		require.NoError(t, err)
		require.Equal(t, text, again)
	}
	for name, edit := range map[string]func(string) string{
		"a country taken out": func(s string) string { return strings.Replace(s, "  \"MX\", # Mexico\n", "", 1) },
		"the day changed":     func(s string) string { return strings.Replace(s, "2026-12-01", "2026-12-02", 1) },
		"the line taken out":  func(s string) string { return strings.Replace(s, "# ---- yours", "# yours", 1) },
		"somebody's own":      func(string) string { return own },
	} {
		_, err := page.RuleFile(page.Lists[1], later, edit(gambling))
		require.ErrorIs(t, err, policypage.ErrChanged, name)
	}
}
