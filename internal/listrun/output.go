package listrun

import (
	"path/filepath"
	"strings"
)

// OutputName returns path with a mark before its ending, or with another ending: list.kept.csv.gz
// for list.csv.gz. A report is never compressed.
func OutputName(path, mark, ending string) string {
	if own := filepath.Ext(path); IsWorkbook(path) && ending == "" { // a workbook comes out as CSV
		path = strings.TrimSuffix(path, own) + ".csv"
	}
	return outputName(path, mark, ending)
}

// DroppedName returns the name of the dropped rows beside kept ones that go to path: of the same
// form.
func DroppedName(path string) string { return outputName(path, ".dropped", "") }

func outputName(path, mark, ending string) string {
	folder, name := filepath.Split(path)
	packed := ""
	for _, suffix := range []string{".gz", ".zst"} {
		if rest, ok := strings.CutSuffix(name, suffix); ok && rest != "" {
			name, packed = rest, suffix
		}
	}
	own := filepath.Ext(name)
	stem := strings.TrimSuffix(name, own)
	if stem == "" { // a name that begins with its only dot
		stem, own = name, ""
	}
	if ending != "" {
		own, packed = ending, ""
	}
	return folder + stem + mark + own + packed
}
