package list

// A soiler appends to b what stands in a cell instead of a number, or around one. It is not found
// if the row ends before the cell.
type soiler func(g *Generator, b []byte) (cell []byte, found bool)

// dirt is what goes wrong in lists. About half of it can be read as a number all the same.
var dirt = spread([]share[soiler]{
	{func(_ *Generator, b []byte) ([]byte, bool) { return b, true }, 18},  // empty
	{func(_ *Generator, b []byte) ([]byte, bool) { return b, false }, 10}, // short row
	{word("call reception", "n/a", "-", "unknown", "see notes", "null", "?", "no phone"), 12},
	{word("9.19877E+11", "5.51199E+12", "#####", "#REF!", "#N/A", "4.47E+11"), 12}, // what spreadsheets leave
	{two(" / "), 4}, {two(", "), 2}, {two(" | "), 2},
	{short, 8},
	{word("+210123456789", "+999123456789", "+80012345678", "+870776123456"), 2}, // no such calling code; no country
	// which region cannot be told, or only just
	{word("+12005550100", "+12425550199", "+441481123456"), 3},
	{wrap("'+", ""), 5}, {wrap(`="`, `"`), 3}, {wrap("tel:+", ""), 3}, {wrap("whatsapp:+", ""), 3},
	{wrap("", "@c.us"), 2}, {wrap("", ".0"), 5}, {wrap("\u00A0+", " "), 3}, {wrap("\u202A+", "\u202C"), 2},
	{wrap("+", " x12"), 2}, {wrap("+", " (work)"), 2},
	// see design: forms of accounts that are older than a numbering plan
	{legacy("521", "55xxxxxxxx", "33xxxxxxxx"), 4}, {legacy("55", "118xxxxxxx", "219xxxxxxx"), 3},
})

func (g *Generator) appendDirty(b []byte) (cell []byte, found bool) {
	return one(&g.random, dirt)(g, b)
}

// word is a cell that holds no number of its own.
func word(words ...string) soiler {
	return func(g *Generator, b []byte) ([]byte, bool) { return append(b, one(&g.random, words)...), true }
}

// two is two numbers in one cell.
func two(between string) soiler {
	return func(g *Generator, b []byte) ([]byte, bool) {
		b = g.appendPhone(b, E164)
		return g.appendPhone(append(b, between...), E164), true
	}
}

// short is a number cut short.
func short(g *Generator, b []byte) ([]byte, bool) {
	b = append(append(b, '+'), one(&g.random, worldTargets).callingCode...)
	return g.appendNational(b, "xxxx"), true
}

// wrap is a number with something around it.
func wrap(before, after string) soiler {
	return func(g *Generator, b []byte) ([]byte, bool) {
		b = g.appendPhone(append(b, before...), WaID)
		return append(b, after...), true
	}
}

// legacy is a number in a form that accounts keep from before their country's plan changed.
func legacy(callingCode string, patterns ...string) soiler {
	return func(g *Generator, b []byte) ([]byte, bool) {
		return g.appendNational(append(append(b, '+'), callingCode...), one(&g.random, patterns)), true
	}
}
