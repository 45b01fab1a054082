package report_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/report"
	"github.com/listgate/listgate/rules"
)

var testTime = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// From its report alone, a run decides again as it did: whatever became of the files by which it
// decided.
func TestReportsDecideAsTheirRunDid(t *testing.T) {
	const (
		top      = "format = 1\ncategory = \"alcohol\"\n"
		whole    = "title = \"Alcohol\"\ndefault = \"deny\"\ncomplete = true\nas_of = 2026-11-22\nsource = \"test\"\n"
		entry    = "\n[[allow]]\nid = \"mine\"\nregions = [\"BR\", \"MX\"]\nprefixes = [\"+4479\"]\nsource = \"test\"\nrequires_permission = "
		extended = top + "extends = \"alcohol\"\n" + entry + "false\n"
		replaced = top + whole + entry + "true\n[[permission]]\nregions = [\"MX\"]\nreference = \"letter\"\n"
		lift     = "format = 1\ncategory = \"platform\"\nextends = \"platform\"\n[[lift]]\nid = \"platform-us-marketing\"\nreason = \"test\"\n" +
			"source = \"test\"\nby = \"test\"\nlast_day = 2026-12-23\n[[deny]]\nid = \"ours\"\nregions = [\"FR\"]\nsource = \"test\"\n"
		wine = "format = 1\ncategory = \"wine\"\nextends = \"alcohol\"\ndefault = \"allow\"\n"
	)
	india, err := rules.ParseRegion("IN")
	require.NoError(t, err)
	brazil, err := rules.ParseRegion("BR")
	require.NoError(t, err)
	tests := []struct {
		name       string
		files      []string
		categories []string
		options    filter.Options
		permitted  []rules.Permission
	}{
		{name: "shipped", categories: []string{"general"}},
		{name: "two shipped", categories: []string{"ai-assistant", "general"},
			options: filter.Options{RequireValid: true}},
		{name: "extended", files: []string{extended}, categories: []string{"alcohol"}},
		{name: "replaced", files: []string{replaced}, categories: []string{"alcohol"},
			options: filter.Options{DefaultRegion: brazil}},
		{name: "permission of the account", files: []string{replaced}, categories: []string{"alcohol"},
			permitted: []rules.Permission{{Regions: []rules.Region{brazil, india}, Reference: "account",
				LastDay: testTime.AddDate(1, 0, 0).Truncate(24 * 3600e9)}}},
		{name: "lift", files: []string{lift}, categories: []string{"general"},
			options: filter.Options{Bare: filter.BareEither, DefaultRegion: india}},
		{name: "all", files: []string{wine, lift, replaced}, categories: []string{"wine", "alcohol"},
			options: filter.Options{Bare: filter.BareInternational}},
		{name: "sighted", categories: []string{"general"},
			options: filter.Options{Sighted: []string{"IN", "GB|GG|IM|JE"}}},
	}
	list, err := os.ReadFile("../testdata/lists/campaign.csv")
	require.NoError(t, err)
	var numbers []string
	for _, line := range strings.Split(string(list), "\n") {
		numbers = append(numbers, strings.Split(line, ",")...)
	}
	numbers = append(numbers, "+447911123456", "+14155550132", "9876543210", "+79781234567", "11987654321",
		"+12005550100", "+393123456789", "+33612345678")
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			var paths []string
			for i, text := range test.files {
				paths = append(paths, filepath.Join(dir, string(rune('a'+i))+".toml"))
				require.NoError(t, os.WriteFile(paths[i], []byte(text), 0o600))
			}
			set, err := rules.Load(rules.Options{Paths: paths, Categories: test.categories,
				Sender: rules.Sender{Permissions: test.permitted}})
			require.NoError(t, err)
			f, err := filter.New(set.Compile(rules.Marketing, testTime, rules.Medium), test.options)
			require.NoError(t, err)
			text := reportOf(t, f, set, test.options)
			require.NoError(t, os.RemoveAll(dir))

			r, err := report.Read(bytes.NewReader(text))
			require.NoError(t, err)
			again, err := r.RuleSet()
			require.NoError(t, err)
			require.Equal(t, set.Revision(), again.Revision())
			how, err := r.Deciding()
			require.NoError(t, err)
			g, err := filter.New(again.Compile(how.Message, r.At, how.Confidence), how.Filter)
			require.NoError(t, err)
			kept := 0
			for _, number := range numbers {
				want, got := f.DecideString(number), g.DecideString(number)
				require.Equal(t, want, got)
				if want.Kept() {
					kept++
				}
			}
			require.Positive(t, kept)
		})
	}
}

// reportOf returns the report of a run over a small list.
func reportOf(t *testing.T, f *filter.Filter, set *rules.Set, options filter.Options) []byte {
	t.Helper()
	const list = "phone\n+919876543210\n"
	result, err := f.Stream(t.Context(), io.Discard, nil, strings.NewReader(list), filter.ListOptions{Name: "list.csv"})
	require.NoError(t, err)
	bare := options.Bare.String()
	validity := map[bool]string{false: "possible", true: "valid"}[options.RequireValid]
	r := report.Report{
		Listgate: "0.1.0", NumberingPlan: filter.NumberingPlan(), Message: "marketing", At: testTime, Created: testTime,
		By: "user@host",
		Options: report.Options{Bare: bare, Validity: validity, Confidence: "medium",
			DefaultRegion: options.DefaultRegion.String(), Sighted: options.Sighted},
		Input: report.File{Name: "list.csv", Bytes: int64(len(list)), SHA256: sumOf([]byte(list))},
	}
	r.Describe(set, result)
	text, err := r.Marshal()
	require.NoError(t, err)
	return text
}

// What a report says only where it was asked for is not missed where it stands in none, as in
// reports of before it could be asked for.
func TestReportsLackWhatWasNotAskedFor(t *testing.T) {
	var r report.Report
	for _, asked := range []report.Options{{}, {Delimiter: "pipe", NoHeader: true, MaxDropped: "5%"}} {
		r.Options = asked
		text, err := r.Marshal()
		require.NoError(t, err)
		for _, key := range []string{"delimiter", "no_header", "max_dropped"} {
			require.Equal(t, asked.NoHeader, strings.Contains(string(text), `"`+key+`"`), key)
		}
	}
}
