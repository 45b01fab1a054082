// Package twin is the slow, obvious twin of package cell, and its specification: regular
// expressions over runes, one for each thing that the contract names. It is for tests.
package twin

import (
	"html"
	"math/big"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/runenames"

	"github.com/listgate/listgate/filter/internal/cell"
)

// A Cell is what the twin finds.
type Cell struct {
	Digits string
	Plus   bool
	Slash  int
	Zeros  int
	Traits cell.Traits
}

// Read is cell.Read.
func Read(text string) (Cell, cell.Problem) {
	decoded := redecode(text)
	number, traits, problem := slowUnwrap(Fold(decoded))
	if problem != cell.None {
		return Cell{}, problem
	}
	if decoded != text {
		traits |= cell.Redecoded
	}
	c, problem := readNumber(number)
	c.Plus = c.Plus || traits&cell.Chat != 0
	c.Traits |= traits
	return c, problem
}

func readNumber(number string) (Cell, cell.Problem) {
	if m := slowScientific.FindStringSubmatch(number); m != nil && m[0] == number {
		if digits, ok := slowComplete(m); ok {
			return Cell{Digits: digits, Plus: m[1] == "+", Traits: cell.Scientific}, cell.None
		}
	}
	if slowMangled(number) {
		return Cell{}, cell.Mangled
	}
	var c Cell
	if m := slowExtension.FindStringSubmatch(number); m != nil {
		number, c.Traits = m[1], c.Traits|cell.Extension
	}
	if m := slowFloat.FindStringSubmatch(number); m != nil {
		number, c.Traits = m[1], c.Traits|cell.Float
	} else if m := slowZeros.FindStringSubmatch(number); m != nil {
		c.Zeros = len(m[1] + m[2])
	}
	return c.scan(number)
}

var (
	slowEntity = regexp.MustCompile(`&[^;]{1,10};`)
	slowHalf   = regexp.MustCompile(`Â( |$)`)
	slowTwice  = regexp.MustCompile(`[\x{80}-\x{FF}€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]{2,}`)
)

// redecode undoes what programs do to text that they take for text of another kind.
func redecode(text string) string {
	text = slowEntity.ReplaceAllStringFunc(text, html.UnescapeString)
	for range 3 {
		again := slowTwice.ReplaceAllStringFunc(slowHalf.ReplaceAllString(text, "$1"), func(run string) string {
			var bytes []byte
			for _, r := range run {
				b, ok := charmap.Windows1252.EncodeRune(r)
				if !ok {
					b = byte(r) // a byte that has no character
				}
				bytes = append(bytes, b)
			}
			if !utf8.Valid(bytes) {
				return run
			}
			return string(bytes)
		})
		if again == text {
			break
		}
		text = again
	}
	return text
}

// slowFolds are characters that mean the same as one of ASCII's.
var slowFolds = map[rune]rune{}

func init() {
	for to, from := range map[rune]string{
		' ': "\t", '\n': "\r\v\f\u0085\u2028\u2029", '(': "[【〔", ')': "]】〕", '-': "−ー", '\'': "`´‘’‛′ʼ", '"': "“”„‟",
		',': "،、",
		';': "؛", '/': "⁄∕",
	} {
		for _, r := range from {
			slowFolds[r] = to
		}
	}
}

var (
	// slowInvisible is Default_Ignorable_Code_Point as the Unicode Character Database lists it, and
	// the blank of Braille.
	slowInvisible = regexp.MustCompile(`[\x{AD}\x{34F}\x{61C}\x{115F}\x{1160}\x{17B4}\x{17B5}\x{180B}-\x{180F}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{206F}` +
		`\x{2800}\x{3164}\x{FE00}-\x{FE0F}\x{FEFF}\x{FFA0}\x{FFF0}-\x{FFF8}\x{1BCA0}-\x{1BCA3}\x{1D173}-\x{1D17A}\x{E0000}-\x{E0FFF}]`)
	Numerals = []string{"ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE"}
)

func Fold(text string) string {
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
			r = '0' + rune(slices.Index(Numerals, name[len(name)-1]))
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
	Minus        = regexp.MustCompile(`^[ \n]*\+?-\d`)
	Edges        = regexp.MustCompile(`^[ \n.()-]+|[ \n.()-]+$`)
	slowWrappers = []*regexp.Regexp{
		regexp.MustCompile(`(?s)^="(.*)"$`),
		regexp.MustCompile(`(?s)^"(.*)"$`),
		regexp.MustCompile(`(?s)^'(.*)'$`),
		regexp.MustCompile(`(?s)^(?:'|tel:|p:)(.*)$`),
	}
	slowChatID  = regexp.MustCompile(`(?s)^(.*)@(?:c\.us|s\.whatsapp\.net|whatsapp\.net)$`)
	slowNoChat  = regexp.MustCompile(`^[^ \n,;|/@]*@(?:lid|g\.us|newsletter|broadcast)$`)
	slowDevices = []*regexp.Regexp{
		regexp.MustCompile(`(?s)^(.*):\d{1,3}$`), regexp.MustCompile(`^(\d{7,})\.\d{1,3}$`),
		regexp.MustCompile(`(?s)^(.*)_\d{1,3}$`),
	}
	slowHost  = regexp.MustCompile(`^(?:https://)?(?:http://)?(?:www\.)?`)
	slowSend  = regexp.MustCompile(`(?s)^(?:api\.whatsapp\.com/|web\.whatsapp\.com/|whatsapp\.com/|whatsapp://|wa\.me/)send/?\?(.*)$`)
	slowShort = regexp.MustCompile(`(?s)^wa\.me/(.*)$`)
	slowQuery = regexp.MustCompile(`(?s)^([^?&#]*)([?&#](?:[a-z\x{80}-\x{10FFFF}].*)?)$`)
	slowPath  = regexp.MustCompile(`(?s)^(?:c/|p/\d+/)(.*)$`)
	slowCode  = regexp.MustCompile(`^(?:message|qr)(?:/[^ \n,;|/]*)?$|(?s:^p(?:/.*)?$)`)
)

func slowUnwrap(text string) (string, cell.Traits, cell.Problem) {
	onlyBlanks := true
	traits := cell.Traits(0)
	for range slowWrapped {
		if Minus.MatchString(text) {
			return "", 0, cell.Mangled
		}
		edges := strings.Join(Edges.FindAllString(text, -1), "")
		onlyBlanks = onlyBlanks && strings.Trim(edges, " \n") == ""
		text = Edges.ReplaceAllString(text, "")
		inner, found, problem := slowInner(text)
		if problem != cell.None {
			return "", 0, problem
		}
		traits |= found
		if len(inner) == len(text) {
			break
		}
		text = inner
	}
	switch {
	case text != "":
		return text, traits, cell.None
	case onlyBlanks:
		return "", 0, cell.Empty
	}
	return "", 0, cell.NotANumber
}

func slowInner(text string) (string, cell.Traits, cell.Problem) {
	for _, wrapper := range slowWrappers {
		if m := wrapper.FindStringSubmatch(text); m != nil {
			return m[1], 0, cell.None
		}
	}
	if slowNoChat.MatchString(text) {
		return "", 0, cell.NotANumber
	}
	if m := slowChatID.FindStringSubmatch(text); m != nil {
		id, traits := m[1], cell.Chat
		for _, device := range slowDevices {
			if m := device.FindStringSubmatch(id); m != nil && (traits&cell.Device != 0 || !slowFloat.MatchString(id)) {
				id, traits = m[1], cell.Chat|cell.Device
			}
		}
		return id, traits, cell.None
	}
	link := slowHost.ReplaceAllString(text, "")
	if m := slowSend.FindStringSubmatch(link); m != nil {
		phone, problem := slowPhone(m[1])
		return phone, cell.Chat, problem
	}
	if m := slowShort.FindStringSubmatch(link); m != nil {
		path := slowPath.ReplaceAllString(m[1], "$1")
		if path == m[1] && slowCode.MatchString(path) {
			return "", 0, cell.NotANumber
		}
		if m := slowQuery.FindStringSubmatch(path); m != nil && !slowHoldsNumber(m[2]) {
			path = m[1]
		}
		return slowUnescape(strings.TrimSuffix(path, "/")), cell.Chat, cell.None
	}
	text, _ = strings.CutPrefix(text, "whatsapp:")
	return text, 0, cell.None
}

// slowPhone is the value of phone in a query.
func slowPhone(query string) (string, cell.Problem) {
	query, fragment, _ := strings.Cut(query, "#")
	var phones []string
	others := []string{fragment}
	for _, parameter := range strings.Split(query, "&") {
		if phone, ok := strings.CutPrefix(parameter, "phone="); ok {
			phones = append(phones, slowUnescape(phone))
		} else {
			others = append(others, parameter)
		}
	}
	phones = slices.Compact(phones)
	switch {
	case len(phones) == 0:
		return "", cell.NotANumber
	case len(phones) > 1, slices.ContainsFunc(others, slowHoldsNumber):
		return "", cell.Multiple
	}
	return phones[0], cell.None
}

func slowHoldsNumber(part string) bool {
	return strings.ContainsAny(part, " \n,;|/") && len(regexp.MustCompile(`\d`).FindAllString(part, -1)) >= 6
}

var slowEscape = regexp.MustCompile(`%[0-7][0-9a-f]`)

func slowUnescape(text string) string {
	return slowEscape.ReplaceAllStringFunc(text, func(escape string) string {
		character, err := url.PathUnescape(escape)
		if err != nil {
			panic(err)
		}
		return Fold(character)
	})
}

// slowWrapped is how deep wrappers are taken off.
const slowWrapped = 8

var slowScientific = regexp.MustCompile(`^([+-]?)(\d+)(?:[.,](\d+)e([+-]?)|[.,]?e([+-]))(\d+)`)

// slowComplete computes the value of a number in scientific notation, and takes it if its mantissa
// has all digits.
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
		regexp.MustCompile(`^(\pL[\pL\x{80}-\x{10FFFF}]*)` + slowMonthGap + slowMonthNumber + `(?:[ \-./,]+` +
			slowMonthNumber + `)?$`),
		regexp.MustCompile(`^` + slowMonthNumber + slowMonthGap + `(\pL[\pL\x{80}-\x{10FFFF}]*)` + slowMonthGap +
			slowMonthNumber + `$`),
		regexp.MustCompile(`^` + slowMonthNumber + `[ \-./,]+` + slowMonthNumber + slowMonthGap +
			`(\pL[\pL\x{80}-\x{10FFFF}]*)$`),
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
		if m := date.FindStringSubmatch(text); m != nil && slices.Contains(slowMonths, m[1]) {
			return true
		}
	}
	return false
}

var (
	slowExtension = regexp.MustCompile(`(?s)^(.*\d)[ .()-]*[,;]?[ .()-]*(?:;ext=|extension|extensión|extn|ext|доб|anexo|ramal|int|x|#):?[ .()-]*\d(?:[ .()-]*\d){0,5}[ .()-]*$`)
	slowZeros     = regexp.MustCompile(`(?s)\.(0)$|^[^.]*\.(00)$`)
	slowFloat     = regexp.MustCompile(`^(\+?\d+)\.0+$`)
	slowTokens    = regexp.MustCompile(`\d+|[a-z\x{80}-\x{10FFFF}]+|:::|(?s:.)`)
)

var (
	slowConjunctions = strings.Fields("or and ou et e oder und o y u of en и или atau dan ve veya lub i")
	slowMonths       = strings.Fields("jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august " +
		"september october november december mrz mär mai okt dez janv févr mars avr juin juil août déc ene abr ago dic fev set out " +
		"gen mag giu lug ott")
)

func (c Cell) scan(text string) (Cell, cell.Problem) {
	tokens := slowTokens.FindAllString(text, -1)
	isNumber := func(i int) bool { return i >= 0 && i < len(tokens) && unicode.IsDigit(rune(tokens[i][0])) }
	parts := []string{""}
	var separators []string
	stray, lost := false, false
	for i, token := range tokens {
		conjunction := slices.Contains(slowConjunctions, token) && !isNumber(i-1) && !isNumber(i+1)
		switch {
		case isNumber(i):
			c.Digits += token
			parts[len(parts)-1] += token
		case token == "+" && !c.Plus && c.Digits == "":
			c.Plus = true
		case token == "+", conjunction, token == ":::", strings.Contains("/,;|&\n", token):
			parts = append(parts, "")
			separators = append(separators, token)
		case token == "xx" && (c.Digits == "0" || c.Plus && c.Digits == "550"):
			c.Traits |= cell.CarrierLetters
		case strings.Trim(token, "âãïùûà€?\uFFFD") == "":
			lost = true
		case !strings.Contains(" -.()", token):
			stray = true
		}
	}
	first := parts[0]
	parts = slices.DeleteFunc(parts, func(part string) bool { return part == "" })
	whole := 0
	for _, part := range parts {
		if len(part) >= 6 {
			whole++
		}
	}
	parted := len(separators) > 0
	switch {
	case slices.Equal(separators, []string{"/"}) && len(parts) == 2 && !stray && !lost && len(c.Digits) <= 24:
		c.Slash = len(first)
		return c, cell.Slashed
	case whole >= 2, whole == 1 && len(parts) > 1 && !stray:
		return Cell{}, cell.Multiple
	case lost && !stray && !parted && len(c.Digits) >= 6:
		return Cell{}, cell.Mangled
	case stray, lost, parted, c.Digits == "":
		return Cell{}, cell.NotANumber
	case len(c.Digits) > 24:
		return Cell{}, cell.TooLong
	}
	return c, cell.None
}
