package countryname

import "golang.org/x/text/language/display"

// namers returns the names of regions in the languages most used on WhatsApp: those of all languages would make the engine
// of the page half as large again.
func namers() (some []display.Namer) {
	for _, d := range []*display.Dictionary{
		display.English, display.Hindi, display.Portuguese, display.Indonesian, display.Spanish, display.LatinAmericanSpanish, display.Arabic,
		display.Russian, display.German, display.Italian, display.Turkish, display.French, display.Urdu, display.Malay, display.Bengali,
	} {
		some = append(some, d.Regions())
	}
	return some
}
