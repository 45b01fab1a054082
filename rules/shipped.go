package rules

import (
	"embed"
	"path"
)

// Platform is the category whose rules hold for every sender. Its file always decides.
const Platform = "platform"

//go:embed categories/*.toml
var categoryFiles embed.FS

// readShipped reads the files in the binary, sorted by name. They are checked like any other; a test sees to it that
// nothing is wrong with them.
func readShipped() ([]*File, Errors) {
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
	return files, errs
}

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
	"PHYSICAL_GAMBLING": "online-gambling",
	"OTC_DRUGS":         "otc-drugs",
	"FINANCE":           "finance",
	"HEALTH":            "health",
}

// metaHints are for those of Meta's values that do not say what is sold.
var metaHints = map[string]string{
	"GROCERY":    "name what the campaign sells (alcohol, otc-drugs), or general if it is neither",
	"RESTAURANT": "use alcohol if the campaign is for a place that lives off alcohol, else general",
	"EVENT_PLAN": "use alcohol if the campaign is for an event that lives off alcohol, else general",
	"GOVT":       "use general for a government body; police, military and intelligence may not message anywhere",
}
