//go:build !wasip1

package countryname

import "golang.org/x/text/language/display"

// namers returns the names of regions in every language that golang.org/x/text has.
func namers() (all []display.Namer) {
	for _, tag := range display.Supported.Tags() {
		if namer := display.Regions(tag); namer != nil {
			all = append(all, namer)
		}
	}
	return all
}
