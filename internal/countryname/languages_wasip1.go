package countryname

import (
	_ "embed"
	"fmt"
	"strings"

	"golang.org/x/text/language/display"
)

// names holds a line for each language, and in it, parted by tabs, a code and a name for each
// region.
//
//go:generate go run ./gen
//go:embed names.txt
var names string

// A tableNamer has the names of a language, by code.
type tableNamer map[string]string

// Name returns the name of a region, or "".
func (t tableNamer) Name(region any) string { return t[fmt.Sprint(region)] }

// namers returns the names of regions in the languages most used on WhatsApp.
func namers() (some []display.Namer) {
	for line := range strings.Lines(names) {
		t := tableNamer{}
		for _, entry := range strings.Split(strings.TrimSuffix(line, "\n"), "\t") {
			if len(entry) > 2 {
				t[entry[:2]] = entry[2:]
			}
		}
		some = append(some, t)
	}
	return some
}
