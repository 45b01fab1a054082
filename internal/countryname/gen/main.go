// Command gen writes names.txt: the names of regions in the languages most used on WhatsApp, for
// the engine of the page. The tables of golang.org/x/text hold the names of languages and scripts
// beside them, for which the page has no room.
package main

import (
	"fmt"
	"log"
	"os"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/listgate/listgate/rules"
)

func main() {
	var names strings.Builder
	for _, d := range []*display.Dictionary{
		display.English, display.Hindi, display.Portuguese, display.Indonesian, display.Spanish,
		display.LatinAmericanSpanish, display.Arabic,
		display.Russian, display.German, display.Italian, display.Turkish, display.French, display.Urdu, display.Malay,
		display.Bengali,
	} {
		for _, r := range rules.Regions() {
			if region, err := language.ParseRegion(r.String()); err == nil {
				fmt.Fprintf(&names, "%s%s\t", r, d.Regions().Name(region))
			}
		}
		names.WriteString("\n")
	}
	if err := os.WriteFile("names.txt", []byte(names.String()), 0o644); err != nil {
		log.Fatal(err)
	}
}
