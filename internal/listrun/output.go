package listrun

import (
	"path/filepath"
	"strings"
)

// OutputName returns path with a mark before its ending, or with another ending: list.kept.csv.gz for list.csv.gz. A report
// is never compressed.
func OutputName(path, mark, ending string) string {
	folder, name := filepath.Split(path)
	packed := ""
	for _, suffix := range []string{".gz", ".zst"} {
		if rest, ok := strings.CutSuffix(name, suffix); ok && rest != "" {
			name, packed = rest, suffix
		}
	}
	own := filepath.Ext(name)
	if strings.EqualFold(own, ".xlsx") { // a workbook comes out as CSV
		name = strings.TrimSuffix(name, own) + ".csv"
		own = ".csv"
	}
	stem := strings.TrimSuffix(name, own)
	if stem == "" { // a name that begins with its only dot
		stem, own = name, ""
	}
	if ending != "" {
		own, packed = ending, ""
	}
	return folder + stem + mark + own + packed
}
