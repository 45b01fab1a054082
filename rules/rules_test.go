package rules

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestMetaNames(t *testing.T) {
	set, err := Load(Options{Categories: []string{"ALCOHOL", "ONLINE_GAMBLING", "PHYSICAL_GAMBLING", "alcohol",
		"OTC_DRUGS", "FINANCE", "HEALTH", "GOVT"}})
	require.NoError(t, err)
	require.Equal(t, []string{"alcohol", "online-gambling", "physical-gambling", "otc-drugs", "finance", "health",
		"government"}, set.Categories())
}

func TestUnknownCategory(t *testing.T) {
	for asked, want := range map[string]string{
		"alcool":         `unknown category "alcool"; did you mean "alcohol"?`,
		"Alcohol":        `unknown category "Alcohol"; did you mean "alcohol"?`,
		"online_gambing": `unknown category "online_gambing"; did you mean "online-gambling"?`,
		"knitting":       `unknown category "knitting"`,
		"":               `unknown category ""`,
		"platform":       `unknown category "platform"; platform's rules always decide; use general for a business without a category of its own`,
		"GROCERY":        `unknown category "GROCERY"; name what the campaign sells (alcohol, otc-drugs), or general if it is neither`,
	} {
		_, err := Load(Options{Categories: []string{"general", asked}})
		require.EqualError(t, err, want)
		require.ErrorAs(t, err, new(*UnknownCategoryError))
	}
	_, err := Load(Options{})
	require.EqualError(t, err, "no category given")
}

// A broken file may be the one that has the category: its problems are what to tell.
func TestBrokenFilesComeBeforeUnknownCategories(t *testing.T) {
	_, err := Load(Options{Paths: []string{folder(t, "category = ")}, Categories: []string{"mine"}})
	require.ErrorAs(t, err, new(Errors))
	require.False(t, errors.As(err, new(*UnknownCategoryError)))
}

func TestPaths(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	write := func(name, text string) { require.NoError(t, os.WriteFile(path(name), []byte(text), 0o600)) }
	require.NoError(t, os.Mkdir(path("folder.toml"), 0o700))
	_, err := Load(Options{Paths: []string{dir, path("none.toml")}, Categories: []string{"general"}})
	require.EqualError(t, err, dir+": no rule file (*.toml) in this folder\n"+path("none.toml")+
		": no such file or directory")

	write("b.toml", mine("allow", true))
	write("listgate.toml", "[[account]]")
	write(".hidden.toml", "not a rule file")
	write("list.csv", "phone")
	write(".git", "")
	set, err := Load(Options{Paths: []string{dir, path("b.toml"), dir + "/./b.toml"}, Categories: []string{"mine"}})
	require.NoError(t, err)
	require.Equal(t, path("b.toml"), set.Files()[1].Path)

	write("list.csv", strings.Repeat("+12025550123\n", 1_400_000))
	for name, want := range map[string]string{"list.csv": "list.csv: larger than 8388608 bytes",
		"folder.toml": "no rule file"} {
		_, err = Load(Options{Paths: []string{path(name)}, Categories: []string{"mine"}})
		require.ErrorContains(t, err, want)
	}
}

func TestBadText(t *testing.T) {
	for text, want := range map[string]string{
		"x = \"\xff\"":               "x.toml:1: not UTF-8 text; save it as UTF-8",
		"a = 1\nb = 2\nc = \"\xc3\"": "x.toml:3: not UTF-8 text; save it as UTF-8",
		"\xff\xfef\x00":              "x.toml:1: not UTF-8 text (UTF-16?); save it as UTF-8",
		"\xfe\xff\x00f":              "x.toml:1: not UTF-8 text (UTF-16?); save it as UTF-8",
		"a = 1\n\x00":                "x.toml:1: not UTF-8 text (UTF-16?); save it as UTF-8",
		"a = 1\nb = \"":              "x.toml:2: unexpected EOF; expected '\"'",
	} {
		_, errs := parse("x.toml", text, map[string]*File{})
		require.EqualError(t, errs.orNil(), want)
	}
}

func TestRevision(t *testing.T) {
	dir := folder(t, mine("allow", true))
	revisionOf := func(categories ...string) string {
		set, err := Load(Options{Paths: []string{dir}, Categories: categories})
		require.NoError(t, err)
		return set.Revision()
	}
	before := revisionOf("mine")
	require.Regexp(t, "^sha256:[0-9a-f]{64}$", before)
	require.Equal(t, before, revisionOf("mine"))
	require.NotEqual(t, before, revisionOf("mine", "alcohol"))
	require.NotEqual(t, revisionOf("alcohol", "mine"), revisionOf("mine", "alcohol"))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "0.toml"), []byte(mine("allow", true)+"# a comment"), 0o600))
	require.NotEqual(t, before, revisionOf("mine"))
	require.Regexp(t, "^sha256:[0-9a-f]{64}$", ShippedRevision())

	// The stated order, by hand.
	set := load(t, "mine", mine("allow", true))
	sum := sha256.New()
	for _, f := range set.Files() {
		one := sha256.Sum256([]byte(f.Text))
		require.Equal(t, hex.EncodeToString(one[:]), f.SHA256)
		sum.Write([]byte(f.SHA256))
	}
	require.Equal(t, "sha256:"+hex.EncodeToString(sum.Sum(nil)), set.Revision())
}

func TestList(t *testing.T) {
	dir := folder(t, mine("allow", true),
		"format = 1\ncategory = \"alcohol\"\nextends = \"alcohol\"\ncomplete = true\n")
	files, err := List(dir)
	require.NoError(t, err)
	var names []string
	for _, f := range files {
		names = append(names, f.Name)
		require.Equal(t, f.Name != "mine" && f.Name != "alcohol", f.Shipped)
		if f.Name == "alcohol" {
			require.True(t, f.Complete)
			require.Equal(t, "alcohol.toml", f.Base.Path)
			require.False(t, f.Replaces)
		}
	}
	require.Len(t, names, len(shippedNames)+1)
	require.Contains(t, names, "mine")
	_, err = List(filepath.Join(dir, "none"))
	require.Error(t, err)
}

func TestWarnings(t *testing.T) {
	warn := func(at time.Time, categories string, texts ...string) []string {
		return load(t, categories, texts...).Warnings(at, 0)
	}
	none := mine("allow", true)
	require.Empty(t, warn(today, "general", none))
	require.Empty(t, warn(date(2027, 2, 20), "general", none), "90 days")
	require.Equal(t, []string{
		"platform: its facts were last read on 2026-11-30, 91 days before the planned send time (more than 90); read the policy again (https://developers.facebook.com/documentation/business-messaging/whatsapp/support)",
		"general: its facts were last read on 2026-11-22, 99 days before the planned send time (more than 90); read the policy again (https://whatsappbusiness.com/policy/)",
	}, warn(date(2027, 3, 1), "general", none))
	require.Len(t, load(t, "mine", none).Warnings(today.Add(2*day), day), 1)
	require.Equal(t,
		[]string{"mine: its facts were last read on 9999-01-01, which is still to come; correct as_of, or nothing will say when they are old"},
		warn(today, "mine", strings.Replace(none, "2026-11-22", "9999-01-01", 1)))

	for _, name := range []string{"finance", "health"} {
		require.Equal(t,
			[]string{"no country rule of Meta's is known for " + name + "; only the platform's rules were checked"},
			warn(today, name, none))
	}
	require.Empty(t,
		warn(today, "finance", "format = 1\ncategory = \"finance\"\nextends = \"finance\"\n"+
			entry("deny", "no-fr", `regions = ["FR"]`)))
	require.Empty(t, warn(today, "tobacco ai-assistant", none))

	lift := none +
		"[[lift]]\nid = \"platform-us-marketing\"\nreason = \"x\"\nsource = \"x\"\nby = \"x\"\nlast_day = 2026-12-31\n"
	for at, want := range map[time.Time]string{
		date(2026, 12, 1):  "",
		date(2026, 12, 2):  "0.toml:9: the lift of \"platform-us-marketing\" has its last day on 2026-12-31",
		date(2026, 12, 31): "0.toml:9: the lift of \"platform-us-marketing\" has its last day on 2026-12-31",
		date(2027, 1, 1):   "0.toml:9: the lift of \"platform-us-marketing\" had its last day on 2026-12-31",
	} {
		got := strings.Join(warn(at, "mine", lift), "\n")
		require.Equal(t, want, got[strings.LastIndexAny(got, "/\\")+1:])
	}
	gambling := "format = 1\ncategory = \"online-gambling\"\nextends = \"online-gambling\"\n" + permission
	require.Equal(t, []string{revisedOnline}, warn(today, "online-gambling", gambling))
	require.Contains(t, warn(today, "online-gambling", gambling+"last_day = 2026-11-30")[1],
		`the permission "case 1" has its last day on 2026-11-30`)
	require.Contains(t, warn(today, "online-gambling", strings.Replace(gambling, "MX", "GB", 1))[1], "no effect in GB")
}
