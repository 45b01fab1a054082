package filter

import (
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/BurntSushi/toml"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/runenames"

	"github.com/listgate/listgate/rules"
)

// A slowCell is what the slow twin of the cell reader finds. The twin, below, is the specification: regular expressions
// over runes, one for each thing that the contract names.
type slowCell struct {
	digits                            string
	plus, recovered, float, extension bool
}

func readSlowly(text string) (slowCell, Reason) {
	number, reason := slowUnwrap(slowFold(text))
	if reason != Undecided {
		return slowCell{}, reason
	}
	if m := slowScientific.FindStringSubmatch(number); m != nil && m[0] == number {
		if digits, ok := slowComplete(m); ok {
			return slowCell{digits: digits, plus: m[1] == "+", recovered: true}, Undecided
		}
	}
	if slowMangled(number) {
		return slowCell{}, Mangled
	}
	var c slowCell
	if m := slowExtension.FindStringSubmatch(number); m != nil {
		number, c.extension = m[1], true
	}
	if m := slowFloat.FindStringSubmatch(number); m != nil {
		number, c.float = m[1], true
	}
	return c.scan(number)
}

// slowFolds are characters that mean the same as one of ASCII's.
var slowFolds = map[rune]rune{}

func init() {
	for to, from := range map[rune]string{
		' ': "\t", '\n': "\r\v\f\u0085\u2028\u2029", '(': "[【〔", ')': "]】〕", '-': "−ー", '\'': "`´‘’‛′ʼ", '"': "“”„‟", ',': "،、",
		';': "؛", '/': "⁄∕",
	} {
		for _, r := range from {
			slowFolds[r] = to
		}
	}
}

var (
	slowInvisible = regexp.MustCompile(`[\x{AD}\x{61C}\x{180E}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{206F}\x{FE00}-\x{FE0F}\x{FEFF}]`)
	slowNumerals  = []string{"ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE"}
)

func slowFold(text string) string {
	var folded []rune
	for text != "" {
		r, size := utf8.DecodeRuneInString(text)
		if r == utf8.RuneError && size == 1 {
			r = charmap.Windows1252.DecodeByte(text[0])
		}
		text = text[size:]
		if r >= 0xFF01 && r <= 0xFF5E { // full-width
			r += '!' - 0xFF01
		}
		if to, ok := slowFolds[r]; ok {
			r = to
		}
		switch {
		case slowInvisible.MatchString(string(r)):
			continue
		case unicode.Is(unicode.Nd, r):
			name := strings.Fields(runenames.Name(r))
			r = '0' + rune(slices.Index(slowNumerals, name[len(name)-1]))
		case unicode.Is(unicode.Zs, r):
			r = ' '
		case unicode.Is(unicode.Pd, r):
			r = '-'
		}
		folded = append(folded, unicode.ToLower(r))
	}
	return string(folded)
}

var (
	slowMinus    = regexp.MustCompile(`^[ \n]*\+?-\d`)
	slowEdges    = regexp.MustCompile(`^[ \n.()-]+|[ \n.()-]+$`)
	slowWrappers = []*regexp.Regexp{
		regexp.MustCompile(`(?s)^="(.*)"$`),
		regexp.MustCompile(`(?s)^"(.*)"$`),
		regexp.MustCompile(`(?s)^'(.*)'$`),
		regexp.MustCompile(`(?s)^(?:'|tel:|p:)(.*)$`),
		regexp.MustCompile(`(?s)^(.*)@(?:c\.us|s\.whatsapp\.net)$`),
	}
	slowLink  = regexp.MustCompile(`(?s)^(?:https://)?(?:http://)?(?:www\.)?(?:wa\.me/|(?:api|web)\.whatsapp\.com/send/?\?phone=|whatsapp://send/?\?phone=)(.*)$`)
	slowQuery = regexp.MustCompile(`^([^?&]*)[?&](?:[a-z\x{80}-\x{10FFFF}][^ \n,;|/]*)?$`)
)

func slowUnwrap(text string) (string, Reason) {
	onlyBlanks := true
	for range maxWrappers {
		if slowMinus.MatchString(text) {
			return "", Mangled
		}
		edges := strings.Join(slowEdges.FindAllString(text, -1), "")
		onlyBlanks = onlyBlanks && strings.Trim(edges, " \n") == ""
		text = slowEdges.ReplaceAllString(text, "")
		inner, ok := slowInner(text)
		if !ok {
			break
		}
		text = inner
	}
	switch {
	case text != "":
		return text, Undecided
	case onlyBlanks:
		return "", Empty
	}
	return "", NotANumber
}

func slowInner(text string) (string, bool) {
	for _, wrapper := range slowWrappers {
		if m := wrapper.FindStringSubmatch(text); m != nil {
			return m[1], true
		}
	}
	if m := slowLink.FindStringSubmatch(text); m != nil {
		number := slowQuery.ReplaceAllString(m[1], "$1")
		number = strings.TrimSuffix(number, "/")
		return regexp.MustCompile(`^%2b`).ReplaceAllString(number, "+"), true
	}
	return strings.CutPrefix(text, "whatsapp:")
}

var slowScientific = regexp.MustCompile(`^([+-]?)(\d+)(?:[.,](\d+)e([+-]?)|[.,]?e([+-]))(\d+)`)

// slowComplete computes the value of a number in scientific notation, and takes it if its mantissa has all digits.
func slowComplete(m []string) (string, bool) {
	whole, fraction, sign := m[2], m[3], m[4]+m[5]
	exponent, _ := new(big.Int).SetString(m[6], 10)
	if sign == "-" || whole[0] == '0' || exponent.Cmp(big.NewInt(15)) > 0 || int(exponent.Int64()) > len(fraction) {
		return "", false
	}
	value, _ := new(big.Rat).SetString(whole + "." + fraction + "e" + exponent.String())
	if !value.IsInt() {
		return "", false
	}
	digits := value.Num().String()
	rounded := len(digits) > 6 && strings.Trim(digits[6:], "0") == ""
	return digits, len(digits) <= 15 && !rounded
}

var (
	slowErrors = []*regexp.Regexp{
		regexp.MustCompile(`^##+`),
		regexp.MustCompile(`^#(?:n/[adb]|nv|н/д|yok|getting_data)`),
		regexp.MustCompile(`^#(?:[a-z\x{80}-\x{10FFFF}/]|/0)+[!?]`),
	}
	slowDates = []*regexp.Regexp{
		regexp.MustCompile(`^(?P<y>\d{4})(?: *- *(?P<a>\d\d?) *- *| *\. *(?P<a>\d\d?) *\. *| */ *(?P<a>\d\d?) */ *)(?P<b>\d\d?)$`),
		regexp.MustCompile(`^(?P<a>\d\d?)(?: *- *(?P<b>\d\d?) *- *| *\. *(?P<b>\d\d?) *\. *| */ *(?P<b>\d\d?) */ *)(?P<y>\d{4})$`),
		regexp.MustCompile(`^(?P<a>\d\d?) */ *(?P<b>\d\d?) */ *\d\d?$`),
		regexp.MustCompile(`^\d\d? */ *(?P<a>\d\d?) */ *(?P<b>\d\d?)$`),
	}
	slowMonthNumber = `(?:\d\d?|(?:19|20)\d\d)`
	slowMonthGap    = `[ \-./,]*`
	slowMonthDates  = []*regexp.Regexp{
		regexp.MustCompile(`^` + slowMonthNumber + slowMonthGap + `(\pL[\pL\x{80}-\x{10FFFF}]*)$`),
		regexp.MustCompile(`^(\pL[\pL\x{80}-\x{10FFFF}]*)` + slowMonthGap + slowMonthNumber + `(?:[ \-./,]+` + slowMonthNumber + `)?$`),
		regexp.MustCompile(`^` + slowMonthNumber + slowMonthGap + `(\pL[\pL\x{80}-\x{10FFFF}]*)` + slowMonthGap + slowMonthNumber + `$`),
		regexp.MustCompile(`^` + slowMonthNumber + `[ \-./,]+` + slowMonthNumber + slowMonthGap + `(\pL[\pL\x{80}-\x{10FFFF}]*)$`),
	}
	slowTime = regexp.MustCompile(`^(.*?)[ t,]+\d+:[0-9:.+\- zapm]*$`)
)

const slowBoundaries = " \n/,;|&-.()"

func slowMangled(text string) bool {
	if slowIsDate(text) || regexp.MustCompile(`^err:\d{3}$`).MatchString(text) {
		return true
	}
	for at := 0; at < len(text); at++ {
		if at > 0 && !strings.ContainsRune(slowBoundaries, rune(text[at-1])) {
			continue
		}
		ends := func(m string) bool {
			return m != "" && (at+len(m) == len(text) || strings.ContainsRune(slowBoundaries, rune(text[at+len(m)])))
		}
		for _, value := range slowErrors {
			if ends(value.FindString(text[at:])) {
				return true
			}
		}
		if m := slowScientific.FindStringSubmatch(text[at:]); m != nil && ends(m[0]) {
			if _, ok := slowComplete(m); !ok {
				return true
			}
			at += len(m[0]) - 1
		}
	}
	return false
}

func slowIsDate(text string) bool {
	if m := slowTime.FindStringSubmatch(text); m != nil {
		text = strings.TrimRight(m[1], " t,")
	}
	for _, date := range slowDates {
		m := date.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		year, a, b := "2000", "", ""
		for i, name := range date.SubexpNames() {
			switch {
			case m[i] == "":
			case name == "y":
				year = m[i]
			case name == "a":
				a = m[i]
			case name == "b":
				b = m[i]
			}
		}
		century := year[:2] == "19" || year[:2] == "20"
		for _, layout := range []string{"2 1 2006", "1 2 2006"} { // 2000 was a leap year
			if _, err := time.Parse(layout, a+" "+b+" 2000"); century && err == nil {
				return true
			}
		}
	}
	for _, date := range slowMonthDates {
		if m := date.FindStringSubmatch(text); m != nil && isMonth([]byte(m[1])) {
			return true
		}
	}
	return false
}

var (
	slowExtension = regexp.MustCompile(`(?s)^(.*\d)[ .()-]*[,;]?[ .()-]*(?:;ext=|extension|extensión|extn|ext|доб|anexo|ramal|int|x|#):?[ .()-]*\d(?:[ .()-]*\d){0,5}[ .()-]*$`)
	slowFloat     = regexp.MustCompile(`^(\+?\d+)\.0+$`)
	slowTokens    = regexp.MustCompile(`\d+|[a-z\x{80}-\x{10FFFF}]+|(?s:.)`)
)

func (c slowCell) scan(text string) (slowCell, Reason) {
	tokens := slowTokens.FindAllString(text, -1)
	isNumber := func(i int) bool { return i >= 0 && i < len(tokens) && unicode.IsDigit(rune(tokens[i][0])) }
	parts := []string{""}
	stray := false
	for i, token := range tokens {
		conjunction := slices.Contains(conjunctions[:], token) && !isNumber(i-1) && !isNumber(i+1)
		switch {
		case isNumber(i):
			c.digits += token
			parts[len(parts)-1] += token
		case token == "+" && !c.plus && c.digits == "":
			c.plus = true
		case token == "+", conjunction, strings.Contains("/,;|&\n", token):
			parts = append(parts, "")
		case !strings.Contains(" -.()", token):
			stray = true
		}
	}
	parted := len(parts) > 1
	parts = slices.DeleteFunc(parts, func(part string) bool { return part == "" })
	whole := 0
	for _, part := range parts {
		if len(part) >= 6 {
			whole++
		}
	}
	switch {
	case whole >= 2, whole == 1 && len(parts) > 1 && !stray:
		return slowCell{}, Multiple
	case stray, parted, c.digits == "":
		return slowCell{}, NotANumber
	case len(c.digits) > 24:
		return slowCell{}, Invalid
	}
	return c, Undecided
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
	Extension, Float, Recovered                   bool
}

func compareWithTwin(t *testing.T, text string) {
	t.Helper()
	var c cell
	reason := c.read([]byte(text))
	slow, slowReason := readSlowly(text)
	if reason != slowReason {
		t.Fatalf("%q: %v, slowly %v", text, reason, slowReason)
	}
	if reason != Undecided {
		return
	}
	if fast := (slowCell{string(c.bytes()), c.plus, c.recovered, c.float, c.extension}); fast != slow {
		t.Fatalf("%q: %+v, slowly %+v", text, fast, slow)
	}
}

// The table says what the reader must tell besides the digits, and the slow twin agrees about all of it.
func TestReadCell(t *testing.T) {
	for _, row := range numbers(t) {
		compareWithTwin(t, row.Cell)
		var c cell
		if reason := c.read([]byte(row.Cell)); reason != Undecided {
			require.Equal(t, row.Reason, reason.String(), "%q", row.Cell)
			continue
		}
		require.Equal(t, []bool{row.Extension, row.Float, row.Recovered}, []bool{c.extension, c.float, c.recovered}, "%q", row.Cell)
	}
}

// A list in Windows-1252 passes as bytes, and its spaces, dashes and quotes mean what they mean.
func TestReadCellInWindows1252(t *testing.T) {
	for text, want := range map[string]string{
		"+33\xA06\xA012\xA034\xA056\xA078": "33612345678",
		"+49\x961512\x973456789":           "4915123456789",
		"\x92+919876543210":                "919876543210",
		"\x93+919876543210\x94":            "919876543210",
		"+34\xAD612345678":                 "34612345678",
		"+5111234567 extensi\xF3n 12":      "5111234567",
	} {
		var c cell
		require.Equal(t, Undecided, c.read([]byte(text)), "%q", text)
		require.Equal(t, want, string(c.bytes()), "%q", text)
		compareWithTwin(t, text)
	}
	var c cell
	require.Equal(t, NotANumber, c.read([]byte("+91\x8098765\xFF43210")))
}

// Every decimal digit of Unicode has the value that its name says.
func TestDigitValue(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		digit, ok := digitValue(r)
		require.Equal(t, unicode.IsDigit(r), ok, "%U", r)
		if name := strings.Fields(runenames.Name(r)); ok && len(name) > 0 {
			require.Equal(t, slowNumerals[digit], name[len(name)-1], "%U", r)
		}
	}
}

func TestReadCellDoesNotAllocate(t *testing.T) {
	for _, row := range numbers(t) {
		text := []byte(row.Cell)
		if len(text) > 120 {
			continue
		}
		var c cell
		require.Zero(t, testing.AllocsPerRun(5, func() { c.read(text) }), "%q", row.Cell)
	}
}

// What a cell may hold at worst is read in time that grows with its length alone.
func TestReadCellOfAMegabyte(t *testing.T) {
	for _, piece := range []string{
		"tel:", "wa.me/", "'", "\"", "(", "#", " #a", "#/", "9e", "1.", "x1", " or ", "1998-", "may ", "+1", "?&", "\u200B", "１", "\xA0", ":",
	} {
		var c cell
		c.read([]byte(strings.Repeat(piece, 1<<20/len(piece))))
		c.read([]byte("919876543210" + strings.Repeat(piece, 1<<20/len(piece)) + "@c.us"))
	}
}

// The fast reader and its slow twin agree on every text, and neither panics.
func FuzzReadCell(f *testing.F) {
	for _, row := range numbers(f) {
		f.Add(row.Cell)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 200 {
			return
		}
		compareWithTwin(t, text)
	})
}

var (
	neutrals = []string{
		" ", "-", ".", "(", ")", "[", "]", "\u00A0", "\t", "\u202F", "–", "−", "－", "．", "（", "）", "\u200B", "\u200E", "\u202A", "\u202C",
		"\u2066", "\u2069", "\uFEFF", "\u00AD", "\u061C",
	}
	wrappings = [][2]string{
		{"'", ""}, {"’", ""}, {`="`, `"`}, {"tel:", ""}, {"whatsapp:", ""}, {"wa.me/", ""}, {"https://wa.me/", ""}, {"", "@c.us"},
		{"", "@s.whatsapp.net"}, {`"`, `"`}, {"TEL: ", " "}, {"https://api.whatsapp.com/send?phone=", "&text=hi"},
		{"https://wa.me/", "?text=hi"}, {"\n", "\r\n"},
	}
	plainNumber = regexp.MustCompile(`^\+?[0-9]+$`)
	// dottedZeros, dashedDate and slowMinus are the three forms in which a mark is not neutral, because a program is known to have
	// put it there: plain digits with zeros behind a dot (a float), up to eight digits in the groups of a date, a minus.
	dottedZeros = regexp.MustCompile(`^\+?[0-9]+\.0+$`)
	dashedDate  = regexp.MustCompile(`^([0-9]{4}|[0-9]{1,2}) *([-.]) *[0-9]{1,2} *([-.]) *([0-9]{4}|[0-9]{1,2})$`)
)

// What the contract calls neutral, anywhere in a number or around it, never changes what is read, and so never the
// decision; nor does a wrapper around it. Pairs of bytes say which mark is added and where, bytes which wrappers are.
func FuzzNeutral(f *testing.F) {
	policy, err := rules.Load(rules.Options{Categories: []string{"general"}})
	require.NoError(f, err)
	filter, err := New(policy.Compile(rules.Marketing, time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), rules.Medium), Options{})
	require.NoError(f, err)
	for i, row := range numbers(f) {
		if plainNumber.MatchString(row.Cell) {
			f.Add(row.Cell, []byte{byte(i), 3, byte(i * 7), 1, byte(i * 13), 0}, []byte{byte(i)})
			f.Add(row.Cell, []byte{byte(i), 9, byte(i * 3), 5, byte(i * 5), 7, byte(i * 11), 2}, []byte{byte(i / 2), byte(i / 3)})
		}
	}
	f.Fuzz(func(t *testing.T, number string, marks, wrappers []byte) {
		if !plainNumber.MatchString(number) || len(number) > 40 || len(marks) > 40 || len(wrappers) > maxWrappers/2 {
			return
		}
		text := number
		for ; len(marks) > 1; marks = marks[2:] {
			text = insert(text, neutrals[int(marks[0])%len(neutrals)], int(marks[1]))
		}
		folded := slowFold(text)
		if bare := slowEdges.ReplaceAllString(folded, ""); dottedZeros.MatchString(bare) || dashedDate.MatchString(bare) ||
			slowMinus.MatchString(folded) || slowMinus.MatchString(bare) {
			return
		}
		for _, w := range wrappers {
			wrapping := wrappings[int(w)%len(wrappings)]
			if strings.Contains(wrapping[0], "/") && strings.Contains(text, "?") {
				continue // a link around a link cannot tell whose the query is
			}
			text = wrapping[0] + text + wrapping[1]
		}
		var plain, marked cell
		if want, got := plain.read([]byte(number)), marked.read([]byte(text)); got != want {
			t.Fatalf("%q is %v, %q is %v", number, want, text, got)
		}
		if string(plain.digits[:min(plain.length, maxCellDigits)]) != string(marked.digits[:min(marked.length, maxCellDigits)]) || plain.plus != marked.plus {
			t.Fatalf("%q is %+v, %q is %+v", number, plain, text, marked)
		}
		if want, got := filter.DecideString(number), filter.DecideString(text); got != want {
			t.Fatalf("%q is %+v, %q is %+v", number, want, text, got)
		}
	})
}

// insert puts mark at a place of text, counted in runes and around its end.
func insert(text, mark string, place int) string {
	runes := []rune(text)
	place %= len(runes) + 1
	return string(runes[:place]) + mark + string(runes[place:])
}
