package rules

import (
	"embed"
	"path"
	"slices"
	"strings"
	"sync"
)

// Platform is the category whose rules hold for every sender. Its file always decides.
const Platform = "platform"

// Company is the category of a company's own rules. There is no shipped one; a user's always
// decides. What it drops is the company's decision: no error of Meta's stands behind it.
const Company = "company"

//go:embed categories/*.toml
var categoryFiles embed.FS

// readShipped returns the files in the binary, sorted by name. They do not change, so they are read
// once.
func readShipped() ([]*File, Errors) {
	files, errs := shippedFiles()
	return slices.Clone(files), slices.Clone(errs)
}

// shippedFiles are checked like any other file; a test sees to it that nothing is wrong with them.
var shippedFiles = sync.OnceValues(func() ([]*File, Errors) {
	items, err := categoryFiles.ReadDir("categories")
	if err != nil {
		return nil, Errors{{File: "categories", Err: err}}
	}
	var files []*File
	var errs Errors
	for _, item := range items {
		text, err := categoryFiles.ReadFile(path.Join("categories", item.Name()))
		if err != nil {
			return nil, Errors{{File: item.Name(), Err: err}}
		}
		f, fileErrs := parse(item.Name(), string(text), nil)
		files, errs = append(files, f), append(errs, fileErrs...)
	}
	slices.SortFunc(files, func(a, b *File) int { return strings.Compare(a.Name, b.Name) })
	return files, errs
})

// readNamed reads the shipped files of platform and of categories, as far as there are such.
func readNamed(categories []string) catalog {
	known := catalog{byName: map[string]*File{}, shipped: map[string]*File{}}
	for _, asked := range append([]string{Platform}, categories...) {
		name := asked
		if ours, ok := metaNames[asked]; ok {
			name = ours
		}
		text, err := categoryFiles.ReadFile("categories/" + name + ".toml")
		if err != nil || !isCategory(name) {
			continue
		}
		if f, errs := parse(name+".toml", string(text), nil); len(errs) == 0 {
			known.byName[name], known.shipped[name] = f, f
		}
	}
	return known
}

// metaNames are the values of a WhatsApp business profile's category that are other names of ours.
var metaNames = map[string]string{
	"ALCOHOL":           "alcohol",
	"ONLINE_GAMBLING":   "online-gambling",
	"PHYSICAL_GAMBLING": "physical-gambling",
	"OTC_DRUGS":         "otc-drugs",
	"FINANCE":           "finance",
	"GOVT":              "government",
	"HEALTH":            "health",
}

// metaHints are for those of Meta's values that do not say what is sold.
var metaHints = map[string]string{
	"GROCERY":    "name what the campaign sells (alcohol, otc-drugs), or general if it is neither",
	"RESTAURANT": "use alcohol if the campaign is for a place that lives off alcohol, else general",
	"EVENT_PLAN": "use alcohol if the campaign is for an event that lives off alcohol, else general",
}
