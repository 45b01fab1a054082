package filter

import (
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/nyaruka/phonenumbers/v2"
	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/filter/internal/cell"
	"github.com/listgate/listgate/filter/internal/cell/twin"
	"github.com/listgate/listgate/filter/internal/numbering"
	"github.com/listgate/listgate/filter/internal/numbering/oracle"
	"github.com/listgate/listgate/rules"
)

// A slowFilter is the slow, obvious twin of Filter, and its specification: it asks the phone
// library about each number, and the policy about each region of each number.
type slowFilter struct {
	library *oracle.Differences
	policy  *rules.Policy
	options Options
	chatIDs bool // of a column of chat ids
}

// A slowDecision is a Decision in words.
type slowDecision struct {
	Reason       Reason
	Reading      Reading
	Region, Rule string
}

// isNoNumber reports whether the digits were found to be no number, for either reason.
func (d slowDecision) isNoNumber() bool { return d.Reason == Invalid || d.Reason == NoRegion }

func inWords(d Decision) slowDecision {
	return slowDecision{d.Reason, d.Reading, d.Regions.String(), d.Rule}
}

// A slowReading is a number that digits can mean, or the reason why not.
type slowReading struct {
	kind   Reading
	answer oracle.Answer
	reason Reason
}

func (s *slowFilter) decide(text string) slowDecision {
	c, problem := twin.Read(text)
	if reason := s.reasonOf(c, problem); reason != Undecided {
		return slowDecision{Reason: reason}
	}
	readings := s.readings(c.Digits, c.Plus || s.chatIDs)
	if len(readings) == 1 && readings[0].reason != Undecided {
		return slowDecision{Reason: readings[0].reason}
	}
	var decisions []slowDecision
	for _, r := range readings {
		decisions = append(decisions, s.judge(r))
	}
	byRules := func(d slowDecision) bool { return d.Reason == Allowed || d.Reason == Sighted }
	switch {
	case len(decisions) == 2 && !(byRules(decisions[0]) && byRules(decisions[1])):
		regions := slices.Concat(strings.Split(decisions[0].Region, "|"), strings.Split(decisions[1].Region, "|"))
		slices.Sort(regions)
		return slowDecision{Reason: Ambiguous, Region: strings.Join(slices.Compact(regions), "|")}
	case len(decisions) == 2 && decisions[0].Reason == Allowed && decisions[1].Reason == Sighted:
		return decisions[1]
	}
	return decisions[0]
}

// reasonOf is why a cell is no number, as far as its digits alone tell.
func (s *slowFilter) reasonOf(c twin.Cell, problem cell.Problem) Reason {
	isValid := func(digits string) bool {
		r := s.readings(digits, c.Plus)[0]
		return r.reason == Undecided && r.answer.Valid
	}
	isBrazilian := strings.HasPrefix(c.Digits, "550") && c.Plus || s.options.DefaultRegion.String() == "BR" && !c.Plus
	switch {
	case problem == cell.Slashed:
		first, second := c.Digits[:c.Slash], c.Digits[c.Slash:]
		starts := c.Plus || first[0] == '0'
		whole := s.readings(c.Digits, c.Plus)[0]
		switch {
		case len(second) >= 3 && isValid(c.Digits) && !isValid(first) &&
			(starts || whole.kind == ReadingNational && second[0] != '0'):
			return Undecided
		case starts && len(first) < 6 && len(second) >= 6:
			return Undecided
		case len(first) >= 6 || len(second) >= 6:
			return Multiple
		}
		return NotANumber
	case problem != cell.None:
		return problemReasons[problem]
	case c.Traits&cell.CarrierLetters != 0 && !isBrazilian:
		return NotANumber
	case c.Zeros > 0 && !(isValid(c.Digits) && !isValid(c.Digits[:len(c.Digits)-c.Zeros])):
		return Mangled
	}
	return Undecided
}

// readings are those that count: one, or two that count alike.
func (s *slowFilter) readings(digits string, plus bool) []slowReading {
	if plus && digits[0] != '0' {
		r := s.international(ReadingInternational, digits)
		if today := s.retired(slowRetiredAbroad, digits); r.reason == Invalid && today != "" {
			return []slowReading{s.international(ReadingInternational, today)}
		}
		return []slowReading{r}
	}
	if s.options.Bare == BareInternational && digits[0] != '0' {
		return []slowReading{s.international(ReadingBareInternational, digits)}
	}
	home, kind := s.options.DefaultRegion.String(), numbering.Unread
	var dialled oracle.Answer
	if home != "" {
		dialled = s.library.Dialled(home, digits)
		kind = dialled.Kind
	}
	if home != "" && dialled.E164 == "" &&
		s.library.Dialled(home, digits+"000000").Kind == numbering.InternationalPrefix {
		return []slowReading{{reason: Invalid}} // refused, since too little stands behind the international prefix
	}
	if kind == numbering.InternationalPrefix {
		r := s.checked(ReadingInternational, dialled, len(digits), s.options.RequireValid)
		if other := s.international(ReadingInternational, strings.TrimPrefix(digits, "00")); strings.HasPrefix(digits,
			"00") && other.answer.E164 != dialled.E164 {
			return behindPrefixSlowly(other, r)
		}
		return []slowReading{r}
	}
	if plus || strings.HasPrefix(digits, "00") {
		return []slowReading{s.international(ReadingInternational, strings.TrimPrefix(digits, "00"))}
	}
	if s.options.Bare == BareInternational {
		return []slowReading{s.international(ReadingBareInternational, digits)}
	}
	return s.bareReadings(digits, dialled)
}

func (s *slowFilter) bareReadings(digits string, dialled oracle.Answer) []slowReading {
	mobile := func(a oracle.Answer) bool { return a.Type == numbering.Mobile || a.Type == numbering.FixedOrMobile }
	international, national, own := s.bareInternational(digits), slowReading{ReadingNational, dialled, Undecided},
		s.afterTrunk(digits)
	isNational := dialled.Kind == numbering.National && (dialled.Possible && dialled.Valid || s.isLegacyAtHome(dialled))
	isInternational := digits[0] != '0' && international.reason == Undecided &&
		international.answer.E164 != dialled.E164
	isOwn := own.kind != NoReading
	old := ""
	if forms := slowRetired[s.options.DefaultRegion.String()]; forms != nil {
		old = s.retired(forms, digits)
	}
	switch {
	case isNational && digits[0] == '0' && isOwn && mobile(own.answer) && !mobile(dialled):
		return []slowReading{own}
	case isNational && isInternational && s.options.Bare == BareEither:
		return []slowReading{national, international}
	case isNational && isInternational && mobile(international.answer) && !mobile(dialled) &&
		international.answer.CallingCode == dialled.CallingCode:
		return []slowReading{international}
	case isNational:
		return []slowReading{national}
	case international.reason == Undecided:
		return []slowReading{international}
	case isOwn:
		return []slowReading{own}
	case old != "":
		return []slowReading{{ReadingNational, s.library.International(old), Undecided}}
	}
	return []slowReading{international}
}

// afterTrunk is the reading after the trunk prefix and the region's own calling code.
func (s *slowFilter) afterTrunk(digits string) slowReading {
	home := s.options.DefaultRegion.String()
	if home == "" {
		return slowReading{}
	}
	trunk := phonenumbers.GetNddPrefixForRegion(home, false)
	rest, ok := strings.CutPrefix(digits, trunk)
	if !ok || trunk == "" {
		return slowReading{}
	}
	a := s.library.International(rest)
	if a.CallingCode != phonenumbers.GetCountryCodeForRegion(home) || !a.Possible || !a.Valid {
		return slowReading{}
	}
	return slowReading{ReadingNational, a, Undecided}
}

// A slowForm is an older way to dial, and the E.164 number that it means.
type slowForm struct {
	pattern *regexp.Regexp
	number  string
}

var (
	slowRetired = map[string][]slowForm{
		"MX": {{regexp.MustCompile(`^(?:044|045|01)(\d{10})$`), "52$1"}},
		"BR": {{regexp.MustCompile(`^0\d\d(\d{10,11})$`), "55$1"}},
		"CL": {{regexp.MustCompile(`^0(9\d{8})$`), "56$1"}},
		"UA": {{regexp.MustCompile(`^80(\d{9})$`), "380$1"}},
		"UZ": {{regexp.MustCompile(`^8(\d{9})$`), "998$1"}},
		"GE": {{regexp.MustCompile(`^8(\d{9})$`), "995$1"}},
		"PL": {{regexp.MustCompile(`^0(\d{9})$`), "48$1"}},
	}
	slowRetiredAbroad = []slowForm{
		{regexp.MustCompile(`^52(?:044|045|01)(\d{10})$`), "52$1"},
		{regexp.MustCompile(`^549(\d{2})15(\d{8})$`), "549$1$2"},
		{regexp.MustCompile(`^549(\d{3})15(\d{7})$`), "549$1$2"},
		{regexp.MustCompile(`^549(\d{4})15(\d{6})$`), "549$1$2"},
	}
)

// retired is the valid number that digits mean in one of the forms, or "".
func (s *slowFilter) retired(forms []slowForm, digits string) string {
	for _, form := range forms {
		if !form.pattern.MatchString(digits) {
			continue
		}
		today := form.pattern.ReplaceAllString(digits, form.number)
		if a := s.library.International(today); a.Possible && a.Valid {
			return today
		}
	}
	return ""
}

// behindPrefixSlowly is what counts of two readings: those that are valid, or else can be numbers
// at all. One that cannot be allowed decides alone.
func behindPrefixSlowly(zeros, dialled slowReading) []slowReading {
	isNumber := func(r slowReading) bool {
		return r.reason == Undecided || r.reason == NoRegion && r.answer.CallingCode > 0
	}
	isValid := func(r slowReading) bool { return r.answer.Valid }
	both := []slowReading{zeros, dialled}
	for _, is := range []func(slowReading) bool{isValid, isNumber} {
		if is(zeros) != is(dialled) {
			return both[slices.IndexFunc(both, is):][:1]
		}
	}
	for _, r := range both {
		if r.reason != Undecided {
			return []slowReading{r}
		}
	}
	return both
}

func (s *slowFilter) isLegacyAtHome(a oracle.Answer) bool {
	behindCode := s.library.International(a.E164)
	return !s.options.RequireValid && a.CallingCode != 52 && behindCode.Legacy && behindCode.E164 == a.E164
}

func (s *slowFilter) international(kind Reading, digits string) slowReading {
	return s.checked(kind, s.library.International(digits), len(digits), s.options.RequireValid)
}

func (s *slowFilter) bareInternational(digits string) slowReading {
	a := s.library.International(digits)
	r := s.checked(ReadingBareInternational, a, len(digits), s.options.RequireValid || !a.Legacy)
	if !a.Valid && !a.Legacy {
		r.reason = Invalid
	}
	return r
}

func (s *slowFilter) checked(kind Reading, a oracle.Answer, length int, requireValid bool) slowReading {
	const unassigned = -1
	r := slowReading{kind: kind, answer: a}
	switch {
	case a.Possible && (a.Valid || !requireValid) && a.Regions == "":
		r.reason = NoRegion
	case a.Possible && (a.Valid || !requireValid):
	case a.CallingCode == unassigned && 3 <= length && length <= 15:
		r.reason = NoRegion
	default:
		r.reason = Invalid
	}
	return r
}

func (s *slowFilter) judge(r slowReading) slowDecision {
	d := slowDecision{Reason: Undetermined, Reading: r.kind}
	var names []string
	allAllowed := true
	for region := range slices.Chunk([]byte(r.answer.Regions), 2) {
		v := s.policy.Judge(rules.Region(region), r.answer.E164)
		names = append(names, string(region))
		allAllowed = allAllowed && v.Outcome == rules.Allowed
		if len(r.answer.Regions) == 2 {
			d.Reason, d.Rule = reasonOf(v.Outcome), v.Rule()
		}
	}
	d.Region = strings.Join(names, "|")
	if allAllowed {
		d.Reason = Allowed
	}
	for _, sighted := range s.options.Sighted {
		if d.Reason == Allowed && (sighted == d.Region || slices.Contains(names, sighted)) {
			d.Reason, d.Rule = Sighted, ""
		}
	}
	return d
}

// twins returns a filter and its slow twin for each way to read numbers that matters, by rules with
// prefixes, denies, lists that are complete and not.
func twins(t testing.TB) (fast []*Filter, slow []*slowFilter) {
	t.Helper()
	library, err := oracle.Read()
	require.NoError(t, err)
	for _, options := range []Options{
		{}, {RequireValid: true}, {DefaultRegion: rules.Region{'I', 'N'}},
		{DefaultRegion: rules.Region{'U', 'S'}, Bare: BareEither},
		{DefaultRegion: rules.Region{'B', 'R'}}, {DefaultRegion: rules.Region{'D', 'E'}, Bare: BareInternational},
		{DefaultRegion: rules.Region{'M', 'X'}, Bare: BareEither, RequireValid: true},
		{DefaultRegion: rules.Region{'C', 'I'}},
		{DefaultRegion: rules.Region{'R', 'U'}}, {DefaultRegion: rules.Region{'M', 'X'}},
		{DefaultRegion: rules.Region{'I', 'D'}}, {DefaultRegion: rules.Region{'D', 'E'}},
		{DefaultRegion: rules.Region{'P', 'L'}}, {DefaultRegion: rules.Region{'U', 'A'}},
		{DefaultRegion: rules.Region{'C', 'L'}, Bare: BareEither}, {DefaultRegion: rules.Region{'G', 'E'}},
		{DefaultRegion: rules.Region{'U', 'Z'}, RequireValid: true}, {DefaultRegion: rules.Region{'B', 'J'}},
		{DefaultRegion: rules.Region{'V', 'N'}}, {DefaultRegion: rules.Region{'C', 'O'}},
		{DefaultRegion: rules.Region{'T', 'H'}, RequireValid: true},
		{DefaultRegion: rules.Region{'A', 'R'}, Bare: BareEither},
		{Sighted: []string{"IN", "BR", "GG", "RU", "CX"}},
		{DefaultRegion: rules.Region{'U', 'S'}, Bare: BareEither,
			Sighted: []string{"EG", "CA", "GB|GG|IM|JE", "KZ|RU"}},
	} {
		for _, category := range []string{"general", "otc-drugs", "two-lists"} {
			set, err := rules.Load(rules.Options{Paths: []string{"testdata"}, Categories: []string{category}})
			require.NoError(t, err)
			policy := set.Compile(rules.Marketing, time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), rules.Medium)
			f, err := New(policy, options)
			require.NoError(t, err)
			fast, slow = append(fast, f), append(slow, &slowFilter{library: library, policy: policy, options: options})
		}
	}
	return fast, slow
}

func requireTwinsAgree(t *testing.T, fast []*Filter, slow []*slowFilter, text string) {
	t.Helper()
	for i, f := range fast {
		want, got := slow[i].decide(text), inWords(f.DecideString(text))
		if want.isNoNumber() && got.isNoNumber() && strings.HasPrefix(strings.TrimPrefix(text, "+"), "0") &&
			len(text) < 10 {
			// of a few digits behind what may be an international prefix, the library does not tell
			// what is wrong
			continue
		}
		require.Equal(t, want, got, "%q with %+v", text, f.options)
	}
}

// The fast way and the slow one agree on example numbers of every region and type, as E.164, bare
// and at home.
func TestTwinsAgreeOnExamples(t *testing.T) {
	fast, slow := twins(t)
	for region := range phonenumbers.GetSupportedRegions() {
		for kind := phonenumbers.FIXED_LINE; kind <= phonenumbers.VOICEMAIL; kind++ {
			n := phonenumbers.GetExampleNumberForTypeInRegion(region, kind)
			if n == nil {
				continue
			}
			for _, format := range []phonenumbers.PhoneNumberFormat{phonenumbers.E164, phonenumbers.NATIONAL} {
				text := phonenumbers.Format(n, format)
				i := rand.IntN(len(fast))
				requireTwinsAgree(t, fast[i:i+1], slow[i:i+1], text)
				requireTwinsAgree(t, fast[:1], slow[:1], strings.TrimPrefix(text, "+"))
			}
		}
	}
}

// The slow way, too, makes of each cell of testdata/numbers.toml what the table says.
func TestSlowTwinHoldsTheTable(t *testing.T) {
	library, err := oracle.Read()
	require.NoError(t, err)
	set, err := rules.Load(rules.Options{Categories: []string{"general"}})
	require.NoError(t, err)
	for _, row := range numbers(t) {
		options := Options{
			Bare: map[string]Bare{"": BareNational, "national": BareNational,
				"international": BareInternational, "either": BareEither}[row.Bare],
			RequireValid: row.Validity == "valid",
		}
		copy(options.DefaultRegion[:], row.DefaultRegion)
		message := rules.Utility
		if row.Message != "" {
			message, err = rules.ParseMessage(row.Message)
			require.NoError(t, err)
		}
		slow := slowFilter{library: library, policy: set.Compile(message, time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC),
			rules.Medium), options: options}
		got := slow.decide(row.Cell)
		require.Equal(t, row.Reason, got.Reason.String(), "%q in %q", row.Cell, row.DefaultRegion)
		require.Equal(t, row.Region, got.Region, "%q in %q", row.Cell, row.DefaultRegion)
	}
}

func TestTwinsAgreeOnLists(t *testing.T) {
	fast, slow := twins(t)
	paths, err := filepath.Glob("../testdata/lists/*.csv")
	require.NoError(t, err)
	for _, path := range paths {
		list, err := os.ReadFile(path)
		require.NoError(t, err)
		for _, cell := range strings.FieldsFunc(string(list),
			func(r rune) bool { return strings.ContainsRune(",;|\r\n\t", r) }) {
			i := rand.IntN(len(fast))
			requireTwinsAgree(t, fast[i:i+1], slow[i:i+1], cell)
		}
	}
}

// Digits at random, of every length, with and without '+'.
func TestTwinsAgreeOnRandomDigits(t *testing.T) {
	fast, slow := twins(t)
	rng := rand.New(rand.NewPCG(1, 2))
	n := 30000
	if testing.Short() {
		n = 5000
	}
	for range n {
		digits := make([]byte, 1+rng.IntN(20))
		for i := range digits {
			digits[i] = byte('0' + rng.IntN(10))
		}
		text := []string{"", "", "+", "00", "011", "+00"}[rng.IntN(6)] + string(digits)
		i := rng.IntN(len(fast))
		requireTwinsAgree(t, fast[i:i+1], slow[i:i+1], text)
	}
}

func FuzzTwins(f *testing.F) {
	for _, text := range []string{"+919876543210", "2015550100", "+1 200 555 0100", "551187654321", "1187654321",
		"07123456", "+7978", "0044 7911 123456", "+380651234567"} {
		f.Add(text)
	}
	fast, slow := twins(f)
	f.Fuzz(func(t *testing.T, text string) {
		requireTwinsAgree(t, fast, slow, text)
	})
}

// The hot path does not allocate, whatever the number.
func TestDecideDoesNotAllocate(t *testing.T) {
	f, err := New(twinPolicy(t), Options{DefaultRegion: rules.Region{'I', 'N'}, Bare: BareEither})
	require.NoError(t, err)
	for text, want := range map[string]Reason{
		"+919876543210": Allowed, "+91 98765-43210": Allowed, "098765 43210": Allowed, "919876543210": Allowed,
		"+14155550132": Restricted,
		"+12005550100": Undetermined, "+79781234567": Restricted, "+80012345678": NoRegion, "n/a": NotANumber,
		"9.19877E+11": Mangled, "+91 98765.43210 x12": Allowed, "": Empty, "+91": Invalid,
	} {
		cell := []byte(text)
		var d, s Decision
		require.Zero(t, testing.AllocsPerRun(100, func() { d = f.Decide(cell) }), text)
		require.Zero(t, testing.AllocsPerRun(100, func() { s = f.DecideString(text) }), text)
		require.Equal(t, want, d.Reason, text)
		require.Equal(t, d, s)
	}
}

// numbers returns the cells of testdata/numbers.toml.
func numbers(t testing.TB) []tableCell {
	t.Helper()
	var topics map[string][]tableCell
	_, err := toml.DecodeFile("../testdata/numbers.toml", &topics)
	require.NoError(t, err)
	require.NotEmpty(t, topics)
	return slices.Concat(slices.Collect(maps.Values(topics))...)
}

type tableCell struct {
	Cell, Reason, Region, Bare, Validity, Message string
	DefaultRegion                                 string `toml:"default_region"`
}

func twinPolicy(t testing.TB) *rules.Policy {
	t.Helper()
	set, err := rules.Load(rules.Options{Categories: []string{"general"}})
	require.NoError(t, err)
	return set.Compile(rules.Marketing, time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), rules.Medium)
}

// What filter makes of the table beside its answers: the calling code of each region, and the sets
// of each calling code.
func TestCallingCodesAndSets(t *testing.T) {
	for region := range phonenumbers.GetSupportedRegions() {
		require.Equal(t, phonenumbers.GetCountryCodeForRegion(region),
			callingCodeOf(rules.Region([]byte(region))), region)
	}
	for callingCode := range phonenumbers.GetSupportedCallingCodes() {
		var want []string
		regions := phonenumbers.GetRegionCodesForCountryCode(callingCode)
		if regions[0] != phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY {
			want = slices.Sorted(slices.Values(regions))
		}
		if len(want) > 1 {
			want = append(want, strings.Join(want, "|"))
		}
		var got []string
		for _, set := range setsOf(callingCode) {
			got = append(got, setNames()[set])
		}
		require.ElementsMatch(t, want, got, callingCode)
	}
}
