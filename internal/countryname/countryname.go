// Package countryname finds the region that a country's name means, in the languages that lists are
// written in.
//
// The names are those of golang.org/x/text (Unicode CLDR), in every language that it has, and a few
// that people write and it lacks. A name that languages use for different regions means none,
// unless it is English.
package countryname

import (
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"

	"github.com/listgate/listgate/rules"
)

// Region returns the region that s means: an ISO 3166-1 code in any case ("IN", "in", "IND"), the
// code's flag, or a country's name in any case and with or without accents, spaces and punctuation.
// It is not ok if s means none, or may mean several: "Congo". The first name that is not English
// costs a fifth of a second and 5 MB; it may be called concurrently.
func Region(s string) (r rules.Region, ok bool) {
	s = strings.TrimSpace(norm.NFKC.String(s))
	if code, ok := flag(s); ok {
		s = code
	}
	if len(s) == 2 {
		if r, err := rules.ParseRegion(strings.ToUpper(s)); err == nil {
			return r, true
		}
	}
	if r, err := rules.RegionByName(s); err == nil {
		return r, true
	}
	folded := fold(s)
	if isContested(folded) {
		return r, false
	}
	if r, ok = spokenNames()[folded]; ok {
		return r, true
	}
	r, ok = namesOfAll()[folded]
	return r, ok
}

// flag returns the ISO code that two regional indicator symbols show.
func flag(s string) (code string, ok bool) {
	const first, last = '🇦', '🇿'
	var letters []rune
	for _, r := range s {
		if r < first || r > last {
			return "", false
		}
		letters = append(letters, r-first+'A')
	}
	return string(letters), len(letters) == 2
}

// fold takes off what spellings of one name differ in: case, accents, spaces and punctuation. Vowel
// signs of Indic scripts are letters to those who write them, and stay.
func fold(s string) string {
	var b strings.Builder
	base := rune(0)
	for _, r := range norm.NFKD.String(strings.ToLower(s)) {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r):
			base = r
			b.WriteRune(r)
		case unicode.IsMark(r) && !unicode.In(base, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Arabic,
			unicode.Hebrew):
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isContested reports whether people mean several regions by a folded name.
func isContested(folded string) bool {
	for _, name := range []string{"congo", "korea", "coree", "corea", "coreia", "конго", "корея", "america",
		"saintmartin", "virginislands"} {
		if folded == name {
			return true
		}
	}
	return false
}

// spoken are names that people write in country columns and that the CLDR lacks: parts of the
// United Kingdom, which have numbers of its plan, and what countries are called where they are
// spoken of.
var spoken = map[string]string{
	"GB": "England;Scotland;Wales;Northern Ireland;Great Britain;Britain;Inglaterra;Angleterre;Inghilterra;Großbritannien;Gran Bretaña;Gran Bretagna;" +
		"Grã-Bretanha;Grande-Bretagne;Inggris;İngiltere;Англия;Великобритания;إنجلترا;بريطانيا;इंग्लैंड;ब्रिटेन;Escocia;Escócia;Écosse;Schottland;" +
		"Gales;País de Gales;Irlanda del Norte;Irlanda do Norte;Nordirland;England UK;Scotland UK;Wales UK",
	"US": "EE. UU.;EEUU;EUA;E.U.A.;Etats Unis;ABD;США;AS (Amerika Serikat);USA;الولايات المتحدة الأمريكية;أمريكا;अमेरिका;संयुक्त राज्य;Stati Uniti d'America;" +
		"Estados Unidos da América;Estados Unidos de América;États-Unis d'Amérique;Vereinigte Staaten von Amerika;Amerika Serikat",
	"AE": "UAE;Emirates;Emiratos Árabes;Emirados Árabes;الإمارات;Emirati Arabi;VAE;BAE;ОАЭ",
	"NL": "Holland;Holanda;Hollande;Olanda;Hollanda;Голландия;Belanda;هولندا",
	"SA": "KSA;السعودية;Arabia Saudita;Arab Saudi;Saudi",
	"CI": "Cote d Ivoire;Ivory Coast;Costa de Marfil;Costa do Marfim;Elfenbeinküste;Pantai Gading;Fildişi Sahili",
	"CZ": "Tschechische Republik;República Checa;République tchèque;Repubblica Ceca;Çek Cumhuriyeti;Чешская Республика",
	"TR": "Turkey;Turkiye;Turquía;Turquia;Turquie;Turchia;Türkei;Turki;Турция;تركيا",
	"RU": "Russian Federation;Федеративная Россия;Российская Федерация;РФ;روسيا",
	"KR": "South Korea;Corea del Sur;Coreia do Sul;Corée du Sud;Südkorea;Corea del Sud;Korea Selatan;Güney Kore;Южная Корея",
	"MO": "Macao;Macau;Macao SAR China;Macau SAR China", "HK": "Hong Kong;Hongkong;HK SAR;Hong Kong SAR China",
	"VA": "Vatican;Vaticano;Vatikan", "PS": "Palestine;Palestina;Palästina;فلسطين",
	"MM": "Burma;Birmania;Birmanie;Birma",
	"BY": "Belarus;Bielorrusia;Bielorrússia;Weißrussland;Biélorussie;Bielorussia;Белоруссия",
}

var spokenNames = sync.OnceValue(func() map[string]rules.Region {
	names := map[string]rules.Region{}
	for code, written := range spoken {
		for name := range strings.SplitSeq(written, ";") {
			names[fold(name)] = rules.Region([2]byte([]byte(code)))
		}
	}
	return names
})

// namesOfAll maps folded names to regions, in all languages; not those that mean several.
var namesOfAll = sync.OnceValue(func() map[string]rules.Region {
	names, contested := make(map[string]rules.Region, 30_000), map[string]bool{}
	for _, namer := range namers() {
		for _, r := range rules.Regions() {
			region, err := language.ParseRegion(r.String())
			if err != nil {
				continue
			}
			name := fold(namer.Name(region))
			if other, ok := names[name]; ok && other != r {
				contested[name] = true
			}
			names[name] = r
		}
	}
	delete(names, "")
	for name := range contested {
		delete(names, name)
	}
	return names
})
