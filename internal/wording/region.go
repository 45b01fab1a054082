package wording

import (
	"fmt"
	"strings"

	"github.com/listgate/listgate/rules"
)

// Regions names one region, or the first few of a set that cannot be told apart.
func Regions(joined string) string {
	codes := strings.Split(joined, "|")
	if len(codes) > 4 {
		return fmt.Sprintf("one of %s|… (%d)", strings.Join(codes[:2], "|"), len(codes))
	}
	var names []string
	for _, code := range codes {
		region, err := rules.ParseRegion(code)
		if err != nil {
			names = append(names, code)
			continue
		}
		names = append(names, region.Name())
	}
	if len(names) > 1 {
		return "one of " + strings.Join(names, "|")
	}
	return names[0]
}
