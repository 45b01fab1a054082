package rules

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const head = `
format = 1
category = %q
title = "x"
default = %q
complete = %t
as_of = 2026-11-22
source = "x"
`

// load writes each text to a file of its own and loads them all.
func load(t testing.TB, categories string, texts ...string) *Set {
	t.Helper()
	set, err := Load(Options{Paths: []string{folder(t, texts...)}, Categories: strings.Fields(categories)})
	require.NoError(t, err)
	return set
}

func folder(t testing.TB, texts ...string) string {
	t.Helper()
	dir := t.TempDir()
	require.NotEmpty(t, texts)
	for i, text := range texts {
		require.NoError(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.toml", i)), []byte(text), 0o600))
	}
	return dir
}

func mine(defaultName string, complete bool) string {
	return fmt.Sprintf(head, "mine", defaultName, complete)
}

func entry(kind, id, rest string) string {
	return fmt.Sprintf("[[%s]]\nid = %q\nsource = \"x\"\n%s\n", kind, id, rest)
}

func region(s string) (r Region) {
	copy(r[:], s)
	return r
}

// A case says in one line what is expected of a number: "FR 33612345678 → restricted a".
type judged struct{ number, want string }

func check(t *testing.T, p *Policy, cases ...judged) {
	t.Helper()
	for _, c := range cases {
		code, digits, _ := strings.Cut(c.number, " ")
		v := p.Judge(region(code), digits)
		require.Equal(t, c.want, strings.TrimSpace(v.Outcome.String()+" "+v.Rule()), c.number)
	}
}

var today = date(2026, 11, 22)

func TestDenyBeatsAllow(t *testing.T) {
	set := load(t, "mine", mine("deny", false)+
		entry("allow", "by-prefix", `prefixes = ["+3361"]`)+
		entry("allow", "by-region", `regions = ["FR", "DE"]`)+
		entry("deny", "no", `regions = ["FR"]`))
	check(t, set.Compile(Utility, today, Medium),
		judged{"FR 33612345678", "restricted no"},
		judged{"DE 4915123456789", "allowed by-region"},
		judged{"GB 447700900123", "unlisted mine:default"})
}

func TestTheLongestPrefixIsNamedElseTheFirstRegion(t *testing.T) {
	set := load(t, "mine", mine("allow", true)+
		entry("deny", "region-1", `regions = ["RU"]`)+
		entry("deny", "region-2", `regions = ["RU"]`)+
		entry("deny", "short", `prefixes = ["+7"]`)+
		entry("deny", "long", `prefixes = ["+791", "+7911"]`)+
		entry("deny", "middle", `prefixes = ["+791"]`))
	p := set.Compile(Utility, today, Medium)
	check(t, p,
		judged{"RU 79111234567", "restricted long"},
		judged{"RU 79121234567", "restricted long"}, // first of two with +791
		judged{"KZ 77011234567", "restricted short"},
		judged{"RU 79", "restricted short"},
		judged{"RU ", "restricted region-1"},
		judged{"FR 33612345678", "allowed"})
	require.Subset(t, p.Prefixes(), []string{"7", "791", "7911", "7978", "38065"})
	require.True(t, slices.IsSorted(p.Prefixes()))
}

func TestDefaults(t *testing.T) {
	for _, c := range []struct {
		name     string
		complete bool
		want     string
	}{
		{"allow", true, "allowed"}, {"allow", false, "allowed"},
		{"deny", true, "restricted mine:default"}, {"deny", false, "unlisted mine:default"},
	} {
		set := load(t, "mine", mine(c.name, c.complete))
		check(t, set.Compile(Utility, today, Medium), judged{"FR 33612345678", c.want})
	}
}

func TestARegionThatIsNotKnownIsNeverAllowed(t *testing.T) {
	p := load(t, "mine", mine("allow", true)).Compile(Utility, today, Medium)
	for _, r := range []Region{{}, region("ZZ"), region("fr"), region("EU")} {
		require.Equal(t, Undecided, p.Judge(r, "33612345678").Outcome)
		for _, v := range p.JudgeEach(r, "33612345678") {
			require.Equal(t, Undecided, v.Outcome)
		}
	}
	require.NotEqual(t, Allowed, Outcome(0))
}

func TestWindows(t *testing.T) {
	set := load(t, "mine",
		mine("allow", true)+entry("deny", "a", "regions = [\"FR\"]\nfirst_day = 2026-03-01\nlast_day = 2026-03-31"))
	for at, want := range map[string]string{
		"2026-02-28T23:59:59.999999999Z": "allowed", "2026-03-01T00:00:00Z": "restricted a",
		"2026-03-31T23:59:59Z": "restricted a", "2026-04-01T00:00:00Z": "allowed",
		"2026-03-01T03:00:00+05:30": "allowed", "2026-02-28T19:00:00-05:00": "restricted a",
	} {
		when, err := time.Parse(time.RFC3339Nano, at)
		require.NoError(t, err)
		check(t, set.Compile(Utility, when, Medium), judged{"FR 33612345678", want})
	}
}

// Before every from, nothing would be denied: a forgotten time must not keep more.
func TestTheZeroTimeMeansNow(t *testing.T) {
	p := load(t, "general", mine("allow", true)).Compile(Marketing, time.Time{}, Medium)
	check(t, p, judged{"US 12025550123", "restricted platform-us-marketing"})
}

func TestMessages(t *testing.T) {
	set := load(t, "mine",
		mine("allow", true)+entry("deny", "a", "regions = [\"FR\"]\nmessages = [\"utility\", \"service\"]"))
	for m, want := range map[Message]string{Marketing: "allowed", Utility: "restricted a", Authentication: "allowed",
		Service: "restricted a"} {
		check(t, set.Compile(m, today, Medium), judged{"FR 33612345678", want})
	}
}

func TestConfidence(t *testing.T) {
	set := load(t, "mine", mine("deny", false)+
		entry("allow", "high", `regions = ["FR"]`)+
		entry("allow", "medium", "regions = [\"DE\"]\nconfidence = \"medium\"")+
		entry("allow", "low", "regions = [\"GB\", \"FR\"]\nconfidence = \"low\"")+
		entry("deny", "low-deny", "regions = [\"IE\"]\nconfidence = \"low\""))
	want := map[Confidence][]string{
		Low:    {"allowed high", "allowed medium", "allowed low", "restricted low-deny"},
		Medium: {"allowed high", "allowed medium", "unlisted mine:default", "restricted low-deny"},
		High:   {"allowed high", "unlisted mine:default", "unlisted mine:default", "restricted low-deny"},
	}
	for bar, want := range want {
		check(t, set.Compile(Utility, today, bar),
			judged{"FR 33", want[0]}, judged{"DE 49", want[1]}, judged{"GB 44", want[2]}, judged{"IE 353", want[3]})
	}
	v := set.Compile(Utility, today, Medium).Judge(region("GB"), "44")
	require.True(t, v.KeptAtLow)
	require.Equal(t, "low", v.Uncounted[0].ID)
	require.False(t, set.Compile(Utility, today, Medium).Judge(region("IE"), "353").KeptAtLow)
	require.Equal(t, Medium, Confidence(0))
}

func TestALowerBarMustHelpInEveryCategory(t *testing.T) {
	other := fmt.Sprintf(head, "other", "deny", false) +
		entry("allow", "other-fr", "regions = [\"FR\"]\nconfidence = \"low\"")
	set := load(t, "mine other",
		mine("deny", false)+entry("allow", "mine-frgb", "regions = [\"FR\", \"GB\"]\nconfidence = \"low\""), other)
	p := set.Compile(Utility, today, Medium)
	require.True(t, p.Judge(region("FR"), "33").KeptAtLow)
	require.False(t, p.Judge(region("GB"), "44").KeptAtLow)
	require.True(t, p.JudgeEach(region("GB"), "44")[1].KeptAtLow)
}

const permission = "[[permission]]\nregions = [\"MX\"]\nreference = \"case 1\"\n"

func TestPermission(t *testing.T) {
	gambling := "format = 1\ncategory = \"online-gambling\"\nextends = \"online-gambling\"\n"
	without := load(t, "online-gambling", gambling)
	with := load(t, "online-gambling", gambling+permission+"last_day = 2026-11-30")
	mx := "MX 5215512345678"
	for _, bar := range []Confidence{Low, Medium, High} {
		check(t, without.Compile(Marketing, today, bar), judged{mx, "restricted online-gambling:default"})
		check(t, with.Compile(Marketing, today, bar), judged{mx, "allowed online-gambling-allowed"},
			judged{"PE 51", "restricted online-gambling:default"})
		check(t, with.Compile(Marketing, date(2026, 12, 1), bar), judged{mx, "restricted online-gambling:default"})
	}
	v := with.Compile(Marketing, today, Medium).Judge(region("MX"), "52")
	require.Equal(t, "MX, last day 2026-11-30: case 1", v.Permission.String())
	require.Nil(t, with.Compile(Marketing, today, Medium).Judge(region("PE"), "51").Permission)
	v = without.Compile(Marketing, today, Medium).Judge(region("MX"), "52")
	require.Nil(t, v.Permission)
	require.False(t, v.KeptAtLow, "a lower bar does not replace a permission")
	require.Equal(t, "online-gambling-allowed", v.Uncounted[0].ID)
}

// A permission of the account's counts for every category, and as if it stood in a file.
func TestPermissionOfAccount(t *testing.T) {
	permission := Permission{Path: "listgate.toml", Line: 7, Regions: []Region{region("PE"), region("MX")},
		Reference: "case 1", LastDay: date(2026, 12, 30)}
	without, err := Load(Options{Categories: []string{"general", "online-gambling"}})
	require.NoError(t, err)
	for _, paths := range [][]string{nil, {folder(t, mine("allow", true))}} {
		set, err := Load(Options{Paths: paths, Categories: []string{"general", "online-gambling"},
			Sender: Sender{Permissions: []Permission{permission}}})
		require.NoError(t, err)
		mx, au := "MX 5215512345678", "AU 61412345678"
		for _, bar := range []Confidence{Low, Medium, High} {
			check(t, set.Compile(Marketing, today, bar), judged{mx, "allowed online-gambling-allowed"},
				judged{au, "restricted online-gambling:default"})
			check(t, set.Compile(Marketing, date(2026, 12, 31), bar), judged{mx, "restricted online-gambling:default"})
			require.Equal(t, &permission, set.Compile(Marketing, today, bar).Judge(region("MX"), "52").Permission)
		}
		require.Equal(t, []Permission{permission}, set.Sender().Permissions)
		require.NotEqual(t, without.Revision(), set.Revision())
		require.Equal(t, []string{revisedOnline}, set.Warnings(date(2026, 11, 30), 0))
		require.Equal(t,
			[]string{revisedOnline, `listgate.toml:7: the permission "case 1" has its last day on 2026-12-30`},
			set.Warnings(date(2026, 12, 1), 0))
		require.Equal(t,
			[]string{revisedOnline, `listgate.toml:7: the permission "case 1" had its last day on 2026-12-30`},
			set.Warnings(date(2026, 12, 31), 0))
	}
	require.Equal(t, "MX PE, last day 2026-12-30: case 1", permission.String())
	permission.Path, permission.LastDay = "", time.Time{}
	require.Equal(t, "MX PE: case 1", permission.String())
	set, err := Load(Options{Categories: []string{"general", "alcohol"},
		Sender: Sender{Permissions: []Permission{permission}}})
	require.NoError(t, err)
	require.Equal(t,
		`the permission "case 1" has no effect in PE MX: no allow with requires_permission of general, alcohol is for it`, set.Warnings(today, 0)[1])
}

func TestLift(t *testing.T) {
	lift := "[[lift]]\nid = %q\nreason = \"the pause is over\"\nsource = \"x\"\nby = \"A. Person\"\nlast_day = 2026-11-30\n"
	set := load(t, "mine", mine("allow", true)+fmt.Sprintf(lift, "platform-us-marketing"))
	us := "US 12025550123"
	check(t, set.Compile(Marketing, today, Medium), judged{us, "allowed"})
	check(t, set.Compile(Marketing, date(2026, 12, 1), Medium), judged{us, "restricted platform-us-marketing"})
	require.Equal(t, "platform-us-marketing, last day 2026-11-30, by A. Person: the pause is over",
		set.Lifted(today)[0].String())
	require.Empty(t, set.Lifted(date(2026, 12, 1)))

	// The verdict tells the lift of what would be in force, and of nothing else.
	require.Equal(t, set.Lifted(today), set.Compile(Marketing, today, Medium).Judge(region("US"), "12025550123").Lifted)
	require.Equal(t, set.Lifted(today),
		set.Compile(Marketing, today, Medium).JudgeEach(region("US"), "12025550123")[0].Lifted)
	require.Empty(t, set.Compile(Marketing, today, Medium).Judge(region("FR"), "33612345678").Lifted)
	require.Empty(t, set.Compile(Utility, today, Medium).Judge(region("US"), "12025550123").Lifted)
	require.Empty(t, set.Compile(Marketing, date(2026, 12, 1), Medium).Judge(region("US"), "12025550123").Lifted)

	// A file that does not decide lifts nothing.
	check(t, load(t, "general", mine("allow", true)+fmt.Sprintf(lift, "platform-us-marketing")).Compile(Marketing,
		today, Medium),
		judged{us, "restricted platform-us-marketing"})
}

func TestExtendAndReplace(t *testing.T) {
	in, br, fr := "IN 919876543210", "BR 5511961234567", "FR 33612345678"
	extended := load(t, "alcohol", "format = 1\ncategory = \"alcohol\"\nextends = \"alcohol\"\ncomplete = false\n"+
		entry("allow", "mine-fr", `regions = ["FR", "IN"]`))
	check(t, extended.Compile(Utility, today, Medium), judged{in, "restricted alcohol-in"},
		judged{br, "allowed alcohol-allowed"}, judged{fr, "allowed mine-fr"},
		judged{"DE 49", "unlisted alcohol:default"})
	require.Equal(t, []string{"platform.toml", "alcohol.toml", "0.toml"}, bases(extended.Files()))
	require.Equal(t, "Alcohol", extended.Files()[2].Title)
	require.True(t, extended.Files()[1].Complete)
	require.False(t, extended.Files()[2].Complete)

	replaced := load(t, "alcohol", fmt.Sprintf(head, "alcohol", "deny", true)+
		entry("allow", "mine-fr", `regions = ["FR", "IN"]`))
	check(t, replaced.Compile(Utility, today, Medium), judged{in, "allowed mine-fr"},
		judged{br, "restricted alcohol:default"})
	require.Equal(t, []string{"platform.toml", "0.toml"}, bases(replaced.Files()))
	require.True(t, replaced.Files()[1].Replaces)

	wine := load(t, "alcohol wine", "format = 1\ncategory = \"wine\"\nextends = \"alcohol\"\n"+
		entry("allow", "wine-fr", `regions = ["FR"]`))
	check(t, wine.Compile(Utility, today, Medium), judged{fr, "restricted alcohol:default"})
	require.Equal(t, []string{"platform.toml", "alcohol.toml", "0.toml"}, bases(wine.Files()))
	check(t, load(t, "wine", "format = 1\ncategory = \"wine\"\nextends = \"alcohol\"\n"+
		entry("allow", "wine-fr", `regions = ["FR"]`)).Compile(Utility, today, Medium),
		judged{fr, "allowed wine-fr"}, judged{in, "restricted alcohol-in"}, judged{"DE 49", "restricted wine:default"})
}

func TestPlatformIsExtendedByAnyRun(t *testing.T) {
	set := load(t, "general", "format = 1\ncategory = \"platform\"\nextends = \"platform\"\n"+
		entry("deny", "no-fr", `regions = ["FR"]`))
	check(t, set.Compile(Utility, today, Medium), judged{"FR 33", "restricted no-fr"},
		judged{"CU 53", "restricted platform-sanctioned"}, judged{"DE 49", "allowed"})
	require.Equal(t, []string{"platform.toml", "0.toml", "general.toml"}, bases(set.Files()))
}

func bases(files []*File) []string {
	var names []string
	for _, f := range files {
		names = append(names, filepath.Base(f.Path))
	}
	return names
}

func TestEveryCategoryMustKeep(t *testing.T) {
	set := load(t, "alcohol otc-drugs", mine("allow", true))
	p := set.Compile(Marketing, today, Low)
	check(t, p,
		judged{"BR 5511961234567", "allowed otc-drugs-allowed"},
		judged{"IN 919876543210", "restricted alcohol-in"},
		judged{"TH 66812345678", "restricted alcohol:default"},
		judged{"PR 17875550123", "allowed otc-drugs-allowed"},
		judged{"US 12025550123", "restricted platform-us-marketing"})
	each := p.JudgeEach(region("US"), "12025550123")
	var names []string
	for _, v := range each {
		names = append(names, v.File.Name+" "+v.Rule())
	}
	require.Equal(t,
		[]string{"platform platform-us-marketing", "alcohol alcohol:default", "otc-drugs otc-drugs:default"}, names)
}

func TestWarnedNeverDrops(t *testing.T) {
	p := load(t, "alcohol", mine("allow", true)).Compile(Marketing, today, Medium)
	v := p.Judge(region("PR"), "17875550123")
	require.Equal(t, Allowed, v.Outcome)
	require.Equal(t, "alcohol-allowed", v.Rule())
	require.Equal(t, Medium, v.Entry.Confidence)
	require.Len(t, v.Warned, 1)
	require.Equal(t, "platform-us-territories", v.Warned[0].ID)
	require.Equal(t, Platform, v.Warned[0].File.Name)

	v = load(t, "otc-drugs tobacco", mine("allow", true)).Compile(Marketing, today, Medium).Judge(region("BR"),
		"5511961234567")
	require.Equal(t, Restricted, v.Outcome)
	require.Equal(t, "platform-br-senders", v.Warned[0].ID, "a dropped number is warned of too")
	require.Empty(t, p.Judge(region("CA"), "14165550123").Warned)
}

// All of section 5 of the facts, and the traps named there.
func TestPlatformFacts(t *testing.T) {
	set := load(t, "general", mine("allow", true))
	deny := "restricted platform-sanctioned"
	check(t, set.Compile(Service, today, Medium),
		judged{"CU 53", deny}, judged{"IR 98", deny}, judged{"KP 850", deny}, judged{"SY 963", deny},
		judged{"UA 380651234567", deny + "-crimea"}, judged{"RU 73651234567", deny + "-crimea"},
		judged{"UA 380691234567", deny + "-sevastopol"}, judged{"RU 78691234567", deny + "-sevastopol"},
		judged{"RU 79781234567", deny + "-crimea-mobile"},
		judged{"RU 78561234567", deny + "-donetsk"}, judged{"RU 78571234567", deny + "-luhansk"},
		judged{"UA 380621234567", "allowed"}, judged{"UA 380641234567", "allowed"},
		judged{"UA 380711234567", "allowed"}, judged{"UA 380721234567", "allowed"},
		judged{"RU 79491234567", "allowed"}, judged{"RU 79591234567", "allowed"},
		judged{"UA 380611234567", "allowed"}, judged{"RU 78601234567", "allowed"}, judged{"UA 380661234567", "allowed"},
		judged{"LA 8562012345678", "allowed"}, judged{"HK 85251234567", "allowed"}, judged{"KZ 77011234567", "allowed"},
		judged{"TR 905012345678", "allowed"}, judged{"SD 249911231234", "allowed"}, judged{"US 12025550123", "allowed"})
	for _, number := range []string{"380621", "380641", "380711", "380721", "79491", "79591"} {
		require.Len(t, set.Compile(Service, today, Medium).Judge(region("RU"), number).Warned, 1, number)
	}

	marketing := set.Compile(Marketing, today, Medium)
	check(t, marketing, judged{"US 12025550123", "restricted platform-us-marketing"},
		judged{"CA 14165550123", "allowed"}, judged{"DO 18095550123", "allowed"})
	require.Equal(t, 131049, marketing.Judge(region("US"), "1").Entry.Code)
	require.Zero(t, marketing.Judge(region("CU"), "53").Entry.Code)
	check(t, set.Compile(Marketing, date(2025, 3, 31), Medium), judged{"US 12025550123", "allowed"})
	for _, code := range []string{"PR", "VI", "GU", "AS", "MP"} {
		v := marketing.Judge(region(code), "1")
		require.Equal(t, "allowed platform-us-territories", v.Outcome.String()+" "+v.Warned[0].ID)
		require.Empty(t, set.Compile(Utility, today, Medium).Judge(region(code), "1").Warned)
	}
}

func TestCategoryFacts(t *testing.T) {
	listed := policyLists(t)
	kept := map[string]string{
		"alcohol": strings.Join(listed["alcohol"], " "), "otc-drugs": strings.Join(listed["otc-drugs"], " "),
		"ai-assistant": "BR AX SJ VA AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK",
	}
	for _, name := range []string{"general", "finance", "health", "physical-gambling", "government", "news",
		"supplements", "digital-goods"} {
		kept[name] = "*"
	}
	for _, name := range shippedNames {
		if name == Platform {
			continue
		}
		p := load(t, name, mine("allow", true)).Compile(Service, today, Medium)
		for _, r := range Regions() {
			sanctioned := slices.Contains([]string{"CU", "IR", "KP", "SY"}, r.String())
			want := !sanctioned && (kept[name] == "*" || slices.Contains(strings.Fields(kept[name]), r.String()))
			require.Equal(t, want, p.Judge(r, "").Outcome == Allowed, "%s %s", name, r)
		}
	}
	assistant := load(t, "ai-assistant", mine("allow", true))
	require.Equal(t, Restricted, assistant.Compile(Service, date(2026, 3, 5), Medium).Judge(region("IT"), "").Outcome)
	require.Equal(t, Restricted, assistant.Compile(Service, today, High).Judge(region("IT"), "").Outcome,
		"the newest words were not seen")
	require.Equal(t, Unlisted,
		load(t, "matrimony", mine("allow", true)).Compile(Service, today, Medium).Judge(region("IN"), "").Outcome)
}

// policyLists reads the lists of Meta's policy as the facts give them.
func policyLists(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("testdata/policy-lists.txt")
	require.NoError(t, err)
	lists := map[string][]string{}
	var name string
	for line := range strings.Lines(string(text)) {
		switch fields := strings.Fields(line); {
		case len(fields) == 0, fields[0] == "#":
		case strings.HasSuffix(fields[0], ":"):
			name = strings.TrimSuffix(fields[0], ":")
		default:
			lists[name] = append(lists[name], fields...)
		}
	}
	require.Len(t, lists["online-gambling"], 5)
	require.Len(t, lists["alcohol"], 82)
	require.Len(t, lists["otc-drugs"], 87)
	return lists
}

// The three categories that Meta's policy allows by country are allowed in its countries and in no
// others, and each run says that Meta revised the page.
func TestVerticalsAreMetasLists(t *testing.T) {
	for name, list := range policyLists(t) {
		var permission Permission
		for _, code := range list {
			permission.Regions = append(permission.Regions, region(code))
		}
		set := load(t, name, mine("allow", true)).WithSender(Sender{Permissions: []Permission{permission}})
		var kept []string
		for _, r := range Regions() {
			v := set.Compile(Utility, today, Medium).Judge(r, "")
			if v.Outcome == Allowed {
				kept = append(kept, r.String())
			} else {
				require.Equal(t, Restricted, v.Outcome, r)
			}
		}
		require.ElementsMatch(t, list, kept, name)
		f := set.Files()[1]
		require.Equal(t, date(2026, 8, 22), f.AsOf)
		require.True(t, f.Complete)
		require.Contains(t, f.Source,
			"https://github.com/OpenTermsArchive/vlopses-us-versions/blob/bb42fbc2c2a56861e11f7c3337ec0ee564ce8277/")
		warnings := set.Warnings(today, 0)
		require.Contains(t, warnings[0], "2026-09-23")
		require.Contains(t, warnings[0], "listgate rules init --page FILE")
	}
}

const revisedOnline = "online-gambling: Meta revised its policy page on 2026-09-23, and this list was read on 2026-08-22: save the page " +
	"(https://whatsappbusiness.com/policy/) and bring the list up to date with listgate rules init --page FILE"

// A business that is located elsewhere loses Brazil and Indonesia and nothing else, whatever it
// sends.
func TestBusinessElsewhere(t *testing.T) {
	set := load(t, "general", mine("allow", true))
	differs := func(country string, m Message, at time.Time) (lost []string) {
		unknown, known := set.Compile(m, at, Medium),
			set.WithSender(Sender{BusinessCountry: region(country)}).Compile(m, at, Medium)
		for _, r := range Regions() {
			was, is := unknown.Judge(r, ""), known.Judge(r, "")
			isAsked := slices.ContainsFunc(was.Warned, func(e *Entry) bool { return e.BusinessNotIn != nil })
			require.Equal(t, (r == region("BR") || r == region("ID")) && at.Equal(today), isAsked, r)
			require.False(t, slices.ContainsFunc(is.Warned, func(e *Entry) bool { return e.BusinessNotIn != nil }), r)
			if was.Outcome != is.Outcome {
				lost = append(lost, r.String()+" "+is.Outcome.String()+" "+is.Rule())
			}
		}
		return lost
	}
	const br, id = "BR restricted platform-br-senders", "ID restricted platform-id-senders"
	for m := Marketing; m <= Service; m++ {
		require.Equal(t, []string{br, id}, differs("AR", m, today), m)
		require.Equal(t, []string{id}, differs("BR", m, today), m)
		require.Equal(t, []string{br}, differs("ID", m, today), m)
		require.Empty(t, differs("AR", m, date(2025, 9, 14)), m)
	}
	require.NotEqual(t, set.Revision(), set.WithSender(Sender{BusinessCountry: region("AR")}).Revision())
}

// What is not known of the sender is asked for, whatever an entry would do: an allow does not
// count, a deny does not drop.
func TestBusinessNotIn(t *testing.T) {
	set := load(t, "mine", mine("deny", true)+
		entry("allow", "all", `regions = ["DE", "FR"]`)+
		entry("allow", "fr-here", "regions = [\"PT\"]\nbusiness_not_in = [\"EU\"]")+
		entry("deny", "no-fr", "regions = [\"FR\"]\nbusiness_not_in = [\"FR\", \"DE\"]"))
	with := func(code string) *Policy {
		return set.WithSender(Sender{BusinessCountry: region(code)}).Compile(Utility, today, Medium)
	}
	check(t, with("FR"), judged{"FR 33", "allowed all"}, judged{"PT 351", "restricted mine:default"})
	check(t, with("AR"), judged{"FR 33", "restricted no-fr"}, judged{"PT 351", "allowed fr-here"})
	unknown := set.Compile(Utility, today, Medium)
	check(t, unknown, judged{"FR 33", "allowed all"}, judged{"PT 351", "restricted mine:default"})
	require.Equal(t, "no-fr", unknown.Judge(region("FR"), "33").Warned[0].ID)
	require.Equal(t, "fr-here", unknown.Judge(region("PT"), "351").Warned[0].ID)
}

// A company's own rules always decide, and no error of Meta's stands behind them.
func TestCompany(t *testing.T) {
	company := fmt.Sprintf(head, Company, "allow", true) +
		entry("deny", "company-fr", "regions = [\"FR\"]\nby = \"Legal, A. Person\"") +
		"[[lift]]\nid = \"alcohol-in\"\nreason = \"x\"\nsource = \"x\"\nby = \"x\"\nlast_day = 2026-12-31\n"
	for _, categories := range []string{"general", "finance", "general otc-drugs", "alcohol"} {
		set := load(t, categories, company, mine("allow", true))
		require.Equal(t, []string{"platform.toml", "0.toml"}, bases(set.Files()[:2]))
		require.Equal(t, strings.Fields(categories), set.Categories())
		require.Equal(t, []string{"1.toml"}, bases(set.Unused()))
		v := set.Compile(Service, today, Medium).Judge(region("FR"), "33")
		require.Equal(t, "restricted company-fr", v.Outcome.String()+" "+v.Rule())
		require.Zero(t, v.Entry.Code)
		require.Equal(t, "Legal, A. Person", v.Entry.By)
	}
	require.Empty(t, load(t, "general", fmt.Sprintf(head, Company, "allow", false)).Warnings(today, 0),
		"of a company's rules Meta knows nothing")
	_, err := Load(Options{Categories: []string{"general", Company}})
	require.EqualError(t, err,
		`unknown category "company"; a company's own rules always decide: give the file with --rules, and name what is sent here`)
	check(t, load(t, Company, company).Compile(Service, today, Medium), judged{"FR 33", "restricted company-fr"},
		judged{"DE 49", "allowed"})
}

// slowJudge is section 4 of the design, word by word.
func slowJudge(set *Set, m Message, at time.Time, bar Confidence, r Region, digits string) string {
	answer, business := "allowed", set.sender.BusinessCountry
	for i, name := range append([]string{Platform}, set.Categories()...) {
		file := set.categories[i].file
		longest := func(e *Entry) (n int) {
			for _, prefix := range e.Prefixes {
				if len(digits) >= len(prefix) && digits[:len(prefix)] == prefix && len(prefix) > n {
					n = len(prefix)
				}
			}
			return n
		}
		var denied, allowed *Entry
		for _, f := range []*File{file.Base, file} {
			if f == nil {
				continue
			}
			for _, e := range f.Entries {
				lifted := false
				for _, lifting := range set.Files() {
					for _, l := range lifting.Lifts {
						lifted = lifted || (f.Shipped && l.ID == e.ID && at.Before(l.LastDay.AddDate(0, 0, 1)))
					}
				}
				named := longest(e) > 0 || slices.Contains(e.Regions, r)
				sent := len(e.Messages) == 0 || slices.Contains(e.Messages, m)
				begun := e.FirstDay.IsZero() || !at.Before(e.FirstDay)
				over := !e.LastDay.IsZero() && at.Sub(e.LastDay) >= 24*time.Hour
				ours := len(e.BusinessNotIn) == 0 || business != Region{} && !slices.Contains(e.BusinessNotIn, business)
				if lifted || !named || !sent || !begun || over || !ours {
					continue
				}
				switch {
				case e.Effect == Deny && (denied == nil || longest(e) > longest(denied)):
					denied = e
				case e.Effect == Allow && e.Confidence >= bar && !e.RequiresPermission &&
					(allowed == nil || longest(e) > longest(allowed)):
					allowed = e
				}
			}
		}
		switch {
		case denied != nil:
			return "restricted " + denied.ID
		case allowed != nil:
			answer = "allowed " + allowed.ID
		case file.DefaultAllow:
		case file.Complete:
			return "restricted " + name + ":default"
		default:
			return "unlisted " + name + ":default"
		}
	}
	return answer
}

var (
	testRegions  = []string{"FR", "DE", "US", "PR", "RU", "UA", "IN", "BR", "CU"}
	testPrefixes = []string{"7", "79", "797", "7978", "33", "336", "1", "1787", "38065", "380651"}
)

func randomFile(random *rand.Rand, name string) string {
	pick := func(list []string) string { return list[random.IntN(len(list))] }
	text := fmt.Sprintf(head, name, pick([]string{"allow", "deny"}), random.IntN(2) == 0)
	for i := range random.IntN(8) {
		rest := fmt.Sprintf("regions = [%q]\n", pick(testRegions))
		switch random.IntN(3) {
		case 0:
			rest = fmt.Sprintf("prefixes = [\"+%s\"]\n", pick(testPrefixes))
		case 1:
			rest += fmt.Sprintf("prefixes = [\"+%s\"]\n", pick(testPrefixes))
		}
		if random.IntN(3) == 0 {
			rest += fmt.Sprintf("messages = [%q]\n", pick(messageNames))
		}
		if random.IntN(3) == 0 {
			rest += "first_day = 2026-11-22\n"
		}
		if random.IntN(3) == 0 {
			rest += "last_day = 2026-11-22\n"
		}
		if random.IntN(3) == 0 {
			rest += fmt.Sprintf("business_not_in = [%q]\n", pick(testRegions))
		}
		rest += fmt.Sprintf("confidence = %q\n", pick(confidenceNames))
		text += entry(pick([]string{"allow", "deny", "warn"}), fmt.Sprintf("%s-%d", name, i), rest)
	}
	return text
}

func TestJudgeAgreesWithTheSlowTwin(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 80 {
		one, two := randomFile(random, "one"), randomFile(random, "two")
		set := load(t, "one two", one, two)
		more := load(t, "one two", one,
			two+entry("deny", "more", fmt.Sprintf("regions = [%q]", testRegions[random.IntN(len(testRegions))])))
		if at := random.IntN(2 * len(testRegions)); at < len(testRegions) {
			sender := Sender{BusinessCountry: region(testRegions[at])}
			set, more = set.WithSender(sender), more.WithSender(sender)
		}
		m, at := Message(random.IntN(4)), today.Add(time.Duration(random.IntN(5)-2)*12*time.Hour)
		bar := Confidence(random.IntN(3)) + Low
		p, low, restricted := set.Compile(m, at, bar), set.Compile(m, at, Low), more.Compile(m, at, bar)
		for range 50 {
			r := region(testRegions[random.IntN(len(testRegions))])
			digits := testPrefixes[random.IntN(len(testPrefixes))] + fmt.Sprint(random.IntN(100000))
			v := p.Judge(r, digits)
			require.Equal(t, slowJudge(set, m, at, bar, r, digits), strings.TrimSpace(v.Outcome.String()+" "+v.Rule()))

			// A number is judged as the longest prefix that it begins with.
			longest := ""
			for _, prefix := range p.Prefixes() {
				if strings.HasPrefix(digits, prefix) && len(prefix) > len(longest) {
					longest = prefix
				}
			}
			require.Equal(t, v, p.Judge(r, longest))
			// A lower bar keeps exactly what KeptAtLow says.
			require.Equal(t, v.KeptAtLow, v.Outcome != Allowed && low.Judge(r, digits).Outcome == Allowed)
			// A restriction more never keeps more.
			if restricted.Judge(r, digits).Outcome == Allowed {
				require.Equal(t, Allowed, v.Outcome)
			}
		}
	}
}

func TestAPolicyIsSafeForManyGoroutines(t *testing.T) {
	set := load(t, "alcohol online-gambling", mine("allow", true))
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			p := set.Compile(Marketing, today, Medium)
			for _, r := range Regions() {
				p.Judge(r, "1787")
				set.Warnings(today, 0)
				_, _ = RegionByName(r.Name())
			}
		})
	}
	group.Wait()
}

// Two kinds of message have the same rules, or they have not; so have two accounts.
func TestSame(t *testing.T) {
	set, err := Load(Options{Categories: []string{"online-gambling"}})
	require.NoError(t, err)
	at := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	service := set.Compile(Service, at, Medium)
	require.True(t, service.Equal(set.Compile(Utility, at, Medium)))
	require.False(t, service.Equal(set.Compile(Marketing, at, Medium)), "the pause of marketing to the US")
	require.False(t, service.Equal(set.Compile(Service, at, Low)))
	own := set.WithSender(Sender{Permissions: []Permission{{Regions: []Region{{'M', 'X'}}, Reference: "ticket"}}})
	require.False(t, service.Equal(own.Compile(Service, at, Medium)))
	require.Empty(t, set.Sender().Permissions, "WithSender leaves the set alone")
	require.Len(t, own.Sender().Permissions, 1)
}
