package report_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/report"
	"github.com/listgate/listgate/rules"
)

// A run is what a run leaves behind: the kept rows and the report.
type run struct {
	texts           []rules.FileText
	input, dropped  string
	kept, report    []byte
	created, sendAt time.Time
}

const (
	platformRules = `format = 1
category = "platform"
title = "All"
default = "allow"
complete = true
as_of = 2026-11-22
source = "test"
[[deny]]
id = "platform-cu"
regions = ["CU"]
source = "test"
`
	wineRules = `format = 1
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
)

func sumOf(s []byte) string {
	sum := sha256.Sum256(s)
	return hex.EncodeToString(sum[:])
}

// newRun filters a small list, and reports it as the command does.
func newRun(t testing.TB, at time.Time) run {
	t.Helper()
	c := run{
		texts: []rules.FileText{{Name: "platform", Shipped: true, TOML: platformRules},
			{Name: "wine", TOML: wineRules}},
		input: "phone\n+919876543210\n+5352345678\n+447700900123\nnobody\n", created: testTime, sendAt: at,
	}
	set, err := rules.Load(rules.Options{Texts: c.texts, Categories: []string{"wine"}})
	require.NoError(t, err)
	f, err := filter.New(set.Compile(rules.Marketing, at, rules.Medium), filter.Options{})
	require.NoError(t, err)
	var kept, dropped bytes.Buffer
	result, err := f.Stream(t.Context(), &kept, &dropped, strings.NewReader(c.input),
		filter.ListOptions{Name: "list.csv"})
	require.NoError(t, err)
	require.EqualValues(t, 2, result.Kept)
	c.kept, c.dropped = kept.Bytes(), dropped.String()
	report := report.Report{
		Listgate: "0.1.0", NumberingPlan: filter.NumberingPlan(), Message: "marketing", At: at, Created: c.created,
		By:      "user@host",
		Options: report.Options{Bare: "national", Validity: "possible", Confidence: "medium"},
		Input:   report.File{Name: "list.csv", Bytes: int64(len(c.input)), SHA256: sumOf([]byte(c.input))},
		Kept:    report.File{Name: "list.kept.csv", Bytes: int64(len(c.kept)), SHA256: sumOf(c.kept)},
		Dropped: report.File{Name: "list.dropped.csv", Bytes: int64(len(c.dropped)), SHA256: sumOf(dropped.Bytes())},
	}
	report.Describe(set, result)
	c.report, err = report.Marshal()
	require.NoError(t, err)
	return c
}

var sealDigits = regexp.MustCompile(`"seal": *"sha256:([0-9a-f]{64})"`)

// edited returns the report with something else in place of what is there, sealed anew.
func (c run) edited(t testing.TB, old, new string) []byte {
	t.Helper()
	require.Contains(t, string(c.report), old)
	return resealed(bytes.Replace(c.report, []byte(old), []byte(new), 1))
}

func resealed(report []byte) []byte {
	report = bytes.Clone(report)
	place := sealDigits.FindSubmatchIndex(report)
	digits := report[place[2]:place[3]]
	copy(digits, strings.Repeat("0", len(digits)))
	copy(digits, sumOf(report))
	return report
}

func (c run) options() report.VerifyOptions {
	return report.VerifyOptions{Rules: rules.Options{Texts: c.texts}, Now: c.created}
}

func (c run) verify(stored, list []byte, o report.VerifyOptions) (*report.Report, error) {
	return report.Verify(bytes.NewReader(stored), bytes.NewReader(list), o)
}

// checksOf returns the checks that failed.
func checksOf(t testing.TB, err error) []report.Check {
	t.Helper()
	if err == nil {
		return nil
	}
	var failures report.CheckErrors
	require.ErrorAs(t, err, &failures)
	var first *report.CheckError
	require.ErrorAs(t, err, &first)
	require.Equal(t, failures[0], first)
	var checks []report.Check
	for _, f := range failures {
		checks = append(checks, f.Check)
		require.NotRegexp(t, `[0-9]{7}`, f.Error())
	}
	return checks
}

func TestVerify(t *testing.T) {
	at := testTime.Add(time.Hour)
	c := newRun(t, at)
	r, err := c.verify(c.report, c.kept, c.options())
	require.NoError(t, err)
	require.Equal(t, at, r.At)
	require.EqualValues(t, 2, r.Kept.Rows)

	with := func(change func(o *report.VerifyOptions)) report.VerifyOptions {
		o := c.options()
		change(&o)
		return o
	}
	changedTexts := func(old, new string) report.VerifyOptions {
		return with(func(o *report.VerifyOptions) {
			o.Rules.Texts = []rules.FileText{c.texts[0], {Name: "wine", TOML: strings.Replace(wineRules, old, new, 1)}}
		})
	}
	tests := []struct {
		name    string
		report  []byte
		list    string
		options report.VerifyOptions
		want    []report.Check
	}{
		{"the category and the message asked for", c.report, string(c.kept), with(func(o *report.VerifyOptions) {
			o.Rules.Categories, o.Message = []string{"wine"}, "marketing"
		}), nil},
		{"another message", c.report, string(c.kept), with(func(o *report.VerifyOptions) { o.Message = "utility" }),
			[]report.Check{report.CheckMessage}},
		{"the input", c.report, c.input, c.options(), []report.Check{report.CheckList}},
		{"the dropped rows", c.report, c.dropped, c.options(), []report.Check{report.CheckList}},
		{"no list", c.report, "", c.options(), []report.Check{report.CheckList}},
		{"a row more", c.report, string(c.kept) + "+919876543210\n", c.options(), []report.Check{report.CheckList}},
		{"a day and an hour later", c.report, string(c.kept),
			with(func(o *report.VerifyOptions) { o.Now = at.Add(24 * time.Hour) }), []report.Check{report.CheckAge}},
		{"a moment before", c.report, string(c.kept),
			with(func(o *report.VerifyOptions) { o.Now = at.Add(24*time.Hour - 1) }), nil},
		{"a shorter time asked for", c.report, string(c.kept), with(func(o *report.VerifyOptions) {
			o.Now, o.MaxAge = at.Add(time.Hour), time.Hour
		}), []report.Check{report.CheckAge}},
		{"a clock that is a little behind", c.report, string(c.kept),
			with(func(o *report.VerifyOptions) { o.Now = c.created.Add(-time.Minute) }), nil},
		{"made tomorrow", c.report, string(c.kept),
			with(func(o *report.VerifyOptions) { o.Now = c.created.Add(-time.Hour) }), []report.Check{report.CheckAge}},
		{"rules changed", c.report, string(c.kept), changedTexts("IN", "PK"), []report.Check{report.CheckRules}},
		{"rules changed, and that is fine", c.report, string(c.kept), with(func(o *report.VerifyOptions) {
			o.Rules.Texts, o.AllowOlderRules = []rules.FileText{c.texts[0]}, true
		}), nil},
		{"the shipped rules", c.report, string(c.kept), with(func(o *report.VerifyOptions) { o.Rules.Texts = nil }),
			[]report.Check{report.CheckRules}},
		{"all at once", c.report, c.input, with(func(o *report.VerifyOptions) {
			o.Rules.Texts, o.Rules.Categories, o.Message, o.Now = nil, []string{"alcohol"}, "utility",
				at.AddDate(1, 0, 0)
		}), []report.Check{report.CheckList, report.CheckAge, report.CheckCategory, report.CheckMessage,
			report.CheckRules}},

		{"no report", nil, string(c.kept), c.options(), []report.Check{report.CheckReport}},
		{"the list as its report", c.kept, string(c.kept), c.options(), []report.Check{report.CheckReport}},
		{"half a report", c.report[:len(c.report)/2], string(c.kept), c.options(), []report.Check{report.CheckReport}},
		{"two reports", append(bytes.Clone(c.report), c.report...), string(c.kept), c.options(),
			[]report.Check{report.CheckReport}},
		{"other white space", compacted(t, c.report), string(c.kept), c.options(), []report.Check{report.CheckSeal}},
		{"other white space, sealed", resealed(compacted(t, c.report)), string(c.kept), c.options(), nil},
		{"an unknown key", c.edited(t, `"message"`, `"kind": 1, "message"`), string(c.kept), c.options(),
			[]report.Check{report.CheckReport}},
		{"a key twice", c.edited(t, `"message"`, `"message": "utility", "message"`), string(c.kept), c.options(),
			[]report.Check{report.CheckReport}},
		{"a key twice below", c.edited(t, `"allowed"`, `"allowed": 7, "allowed"`), string(c.kept), c.options(),
			[]report.Check{report.CheckReport}},
		{"a key in capitals", c.edited(t, `"message"`, `"Message"`), string(c.kept), c.options(),
			[]report.Check{report.CheckReport}},
		{"a key is missing", c.edited(t, `"message": "marketing",`, ""), string(c.kept), c.options(),
			[]report.Check{report.CheckReport}},
		{"no such message", c.edited(t, `"marketing"`, `"spam"`), string(c.kept), c.options(),
			[]report.Check{report.CheckReport}},
		{"no such region", c.edited(t, `"default_region": ""`, `"default_region": "XX"`), string(c.kept), c.options(),
			[]report.Check{report.CheckReport}},
		{"no version", c.edited(t, `"0.1.0"`, `""`), string(c.kept), c.options(), []report.Check{report.CheckReport}},
		{"no lift", c.edited(t, `"platform-cu"`, ""), string(c.kept), c.options(), []report.Check{report.CheckReport}},
		{"another rule text", c.edited(t, `[\"IN\"]`, `[\"PK\"]`), string(c.kept), c.options(),
			[]report.Check{report.CheckReport}},
		{"another category", c.edited(t, `"categories": [
    "wine"`, `"categories": [
    "beer"`), string(c.kept), c.options(), []report.Check{report.CheckReport}},
		{"a reason is missing", c.edited(t, `"ambiguous": 0,`, ""), string(c.kept), c.options(),
			[]report.Check{report.CheckCounts}},
		{"a reason that we do not know", c.edited(t, `"ambiguous": 0,`, `"ambiguous": 0, "bored": 0,`), string(c.kept),
			c.options(), []report.Check{report.CheckCounts}},
		{"reasons do not add up", c.edited(t, `"ambiguous": 0,`, `"ambiguous": 1,`), string(c.kept), c.options(),
			[]report.Check{report.CheckCounts}},
		{"rows do not add up", c.edited(t, `"rows": 4`, `"rows": 5`), string(c.kept), c.options(),
			[]report.Check{report.CheckCounts}},
		{"regions do not add up", c.edited(t, `"kept": 1`, `"kept": 2`), string(c.kept), c.options(),
			[]report.Check{report.CheckCounts}},
		{"more rows by rules than dropped", c.edited(t, `"wine-in": 1`, `"wine-in": 2`), string(c.kept), c.options(),
			[]report.Check{report.CheckCounts}},
		{"more readings than rows", c.edited(t, `"international": 3`, `"international": 5`), string(c.kept),
			c.options(), []report.Check{report.CheckCounts}},
		{"no kept rows were published", resealed([]byte(strings.NewReplacer(
			`"list.kept.csv"`, `""`, sumOf(c.kept), "",
			fmt.Sprintf(`"bytes": %d,`+"\n"+`    "sha256": "%s"`, len(c.kept), sumOf(c.kept)),
			`"bytes": 0, "sha256": ""`,
		).Replace(string(c.report)))), "", c.options(), []report.Check{report.CheckList}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, err := c.verify(test.report, []byte(test.list), test.options)
			require.Equal(t, test.want, checksOf(t, err), "%v", err)
			require.Equal(t, err != nil && (test.want[0] == report.CheckSeal || test.want[0] == report.CheckReport ||
				test.want[0] == report.CheckCounts), r == nil)
		})
	}
}

func compacted(t testing.TB, report []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, json.Compact(&b, report))
	return b.Bytes()
}

// However late the planned send time is, a report is no fresher than seven days.
func TestReportsOfFarSendsAgeToo(t *testing.T) {
	c := newRun(t, testTime.AddDate(0, 0, 10))
	o := c.options()
	o.Now = testTime.AddDate(0, 0, 7).Add(-1)
	_, err := c.verify(c.report, c.kept, o)
	require.NoError(t, err)
	o.Now = testTime.AddDate(0, 0, 7)
	o.MaxAge = 1000 * time.Hour
	_, err = c.verify(c.report, c.kept, o)
	require.Equal(t, []report.Check{report.CheckAge}, checksOf(t, err))
}

// The same files say something else once a day in them has come.
func TestRulesTurnBetweenThePlannedSendAndNow(t *testing.T) {
	turn := time.Date(2026, 12, 24, 0, 0, 0, 0, time.UTC) // the last day of wine-in is the one before
	c := newRun(t, turn.Add(-time.Hour))
	c.report = c.edited(t, `"created": "2026-11-22T12:00:00Z"`, `"created": "2026-12-23T22:00:00Z"`)
	o := c.options()
	o.Now = turn.Add(-time.Second)
	_, err := c.verify(c.report, c.kept, o)
	require.NoError(t, err)
	o.Now, o.AllowOlderRules = turn, true
	_, err = c.verify(c.report, c.kept, o)
	require.Equal(t, []report.Check{report.CheckRules}, checksOf(t, err))
	require.ErrorContains(t, err, "wine-in ends on 2026-12-24")
}

// Any change of one byte, in the list or in the report, fails.
func TestAnyChangeOfOneByteFails(t *testing.T) {
	c := newRun(t, testTime)
	o := c.options()
	each := func(whole []byte, check func(changed []byte)) {
		for i := range len(whole) + 1 {
			for _, b := range []byte{' ', '0', '"'} {
				check(append(append(bytes.Clone(whole[:i]), b), whole[i:]...))
			}
			if i == len(whole) {
				break
			}
			check(append(bytes.Clone(whole[:i]), whole[i+1:]...))
			for bit := range 8 {
				if testing.Short() && bit%4 != 1 {
					continue
				}
				changed := bytes.Clone(whole)
				changed[i] ^= 1 << bit
				check(changed)
			}
		}
	}
	each(c.kept, func(list []byte) {
		_, err := c.verify(c.report, list, o)
		require.Equal(t, []report.Check{report.CheckList}, checksOf(t, err))
	})
	each(c.report, func(stored []byte) {
		_, err := report.Read(bytes.NewReader(stored))
		var failure *report.CheckError
		if !errors.As(err, &failure) {
			require.Fail(t, "a changed report was taken", "%q", stored)
		}
	})
}

func TestVerifySaysWhatItCouldNotRead(t *testing.T) {
	c := newRun(t, testTime)
	broken := errors.New("broken")
	_, err := report.Verify(iotest.ErrReader(broken), bytes.NewReader(c.kept), c.options())
	require.ErrorIs(t, err, broken)
	_, err = report.Verify(bytes.NewReader(c.report),
		io.MultiReader(bytes.NewReader(c.kept), iotest.ErrReader(broken)), c.options())
	require.ErrorIs(t, err, broken)
	o := c.options()
	o.Rules = rules.Options{Categories: []string{"whine"}}
	_, err = c.verify(c.report, c.kept, o)
	var unknown *rules.UnknownCategoryError
	require.ErrorAs(t, err, &unknown)
	o.Rules = rules.Options{Paths: []string{"nowhere.toml"}}
	_, err = c.verify(c.report, c.kept, o)
	var refused rules.Errors
	require.ErrorAs(t, err, &refused)
}
