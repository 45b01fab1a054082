package filter

import (
	"fmt"
	"slices"
	"strings"

	"github.com/listgate/listgate/filter/internal/cell"
)

// NoRegionColumn as [ListOptions.RegionColumn] says that no column speaks of the numbers'
// countries, whatever it looks like.
const NoRegionColumn = "none"

// findCountries looks for a column that says the country of each number, where none was asked for.
// It is an error if numbers lack what stands there: a calling code in a column of its own, or a
// country under which numbers are others than they are without it.
func (f *Filter) findCountries(l *Layout, s *sample) error {
	if s.options.RegionColumn != "" {
		return nil
	}
	for i := range widest(s.rows) {
		if l.isPhone(i) {
			continue
		}
		w, ok := f.weighCountries(l, s, i)
		switch {
		case !ok || w.lacking == 0:
		case w.codes && w.lacking*4 >= w.bare, w.others > 0 && w.others*10 >= w.bare:
			return s.fail(w.problem(s, l.column, i))
		case l.countries == nil:
			c := s.column(i)
			l.countries = &c
		}
	}
	return nil
}

// A countryWeight is what speaks for a column that says the country of each number.
type countryWeight struct {
	codes    bool     // it holds calling codes
	bare     int      // numbers without '+'
	lacking  int      // of them, those that are numbers of the row's country and are not known for them otherwise
	others   int      // of these, those that are somebody else's number otherwise
	examples []string // what stands there
}

// weighCountries looks at what a column would make of the numbers. It is not ok if the column does
// not hold countries.
func (f *Filter) weighCountries(l *Layout, s *sample, column int) (w countryWeight, ok bool) {
	name := s.column(column).Name
	isCode, isCountry := isCallingCodeName(name), isCountryName(name)
	seen := map[string]rowRegion{}
	filled, understood, plain := 0, 0, 0
	for _, row := range s.recipients() {
		if column >= len(row.cells) || l.column >= len(row.cells) {
			continue
		}
		text := strings.TrimSpace(row.cells[column])
		if text == "" {
			continue
		}
		isPlain := strings.Trim(text, "0123456789") == "" && !strings.HasPrefix(text, "00")
		// an age, a price, a name: too much to look up
		if !isCode && !isCountry && (countLetters(text) > 0 || isPlain && name != "") {
			return w, false
		}
		region, known := seen[text]
		if !known {
			region = parseRowRegion(text)
			seen[text] = region
			if region.known() && len(w.examples) < 3 {
				w.examples = append(w.examples, text)
			}
		}
		filled++
		if !region.known() {
			continue
		}
		understood++
		if countLetters(text) == 0 {
			plain++
		}
		f.weighRow(&w, row.cells[l.column], region)
	}
	w.codes = plain*2 > filled
	if name == "" && len(w.examples) < 2 { // a column of ones may count anything
		return w, false
	}
	return w, understood > 0 && understood*5 >= filled*4
}

// weighRow looks at what a row's country makes of its number.
func (f *Filter) weighRow(w *countryWeight, text string, home rowRegion) {
	var c cell.Cell
	if c.Read([]byte(text)) != cell.None || c.Plus {
		return
	}
	without, _ := f.read(&c, f.options.DefaultRegion)
	if without.kind == ReadingInternational {
		return
	}
	w.bare++
	with, _ := f.read(&c, home.region)
	if !with.ok() || with.kind != ReadingNational {
		return
	}
	switch {
	case !without.ok():
		w.lacking++
	case !sameNumber(&c, with, without):
		w.lacking++
		w.others++
	}
}

// problem says which column says the country of the numbers in phone, and what to do.
func (w *countryWeight) problem(s *sample, phone, column int) string {
	what := "the countries"
	if w.codes {
		what = "the calling codes"
	}
	word := shellQuoted(s.column(column).Label())
	return fmt.Sprintf("column %s holds %s (%s) of the numbers in column %s, which lack them; read both together with --region-column %s,"+
		" or say --region-column %s", s.describe([]int{column})[0], what, strings.Join(w.examples, ", "),
		s.describe([]int{phone})[0], word, NoRegionColumn)
}

// shellQuoted quotes what a shell would take apart.
func shellQuoted(s string) string {
	if s == "" || strings.ContainsAny(s, " \t\n'\"$&;()<>|*?`!#[]{}~\\") {
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	return s
}

func countLetters(text string) (letters int) {
	for _, word := range headerWords(text) {
		letters += len(word)
	}
	return letters
}

// isCountryName reports whether a header may name a column of countries.
func isCountryName(header string) bool {
	words, joined := headerWords(header), joinedLetters(header)
	return slices.ContainsFunc(countryWords, func(word string) bool { return slices.Contains(words, word) }) ||
		slices.ContainsFunc(countryParts, func(part string) bool { return strings.Contains(joined, part) })
}

var (
	countryWords = []string{"land", "región", "region", "iso", "ülke", "ulke", "kraj", "zeme", "nation"}
	countryParts = []string{"country", "país", "pais", "pays", "paese", "negara", "страна", "الدولة", "دولة", "البلد",
		"देश", "দেশ", "ملک", "国家", "國家", "国籍", "국가", "ประเทศ", "quốcgia"}
)
