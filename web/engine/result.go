//go:build wasip1

package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/internal/listrun"
	"github.com/listgate/listgate/internal/wording"
	"github.com/listgate/listgate/rules"
)

// A result is what the page shows of a run.
type result struct {
	Rows     int64        `json:"rows"`
	Kept     int64        `json:"kept"`
	Dropped  int64        `json:"dropped"`
	About    []string     `json:"about"`
	Reasons  []reasonRow  `json:"reasons"`
	Regions  []regionRow  `json:"regions"`
	Samples  []sampleRow  `json:"samples"`
	Warnings []string     `json:"warnings"`
	Next     []string     `json:"next"`
	Names    outputsNamed `json:"names"`
}

type reasonRow struct {
	Reason  string `json:"reason"`
	Kept    bool   `json:"kept"`
	Rows    int64  `json:"rows"`
	Meaning string `json:"meaning"`
}

type regionRow struct {
	Region  string `json:"region"`
	Name    string `json:"name"`
	Kept    int64  `json:"kept"`
	Dropped int64  `json:"dropped"`
}

type sampleRow struct {
	Reason  string   `json:"reason"`
	Region  string   `json:"region"`
	Lines   []int64  `json:"lines"`
	Numbers []string `json:"numbers"` // masked
}

func describe(run *listrun.Run, names outputsNamed, as listrun.Outputs) *result {
	form := "; the outputs are CSV in UTF-8"
	if as.KeptWorkbook {
		form = "; the outputs are workbooks"
	}
	counted := run.Result
	shown := &result{
		Rows: counted.Rows, Kept: counted.Kept, Dropped: counted.Dropped, Names: names,
		About:    append([]string{run.Describe()}, run.About("; the outputs are UTF-8", form)...),
		Warnings: append([]string{}, slices.Concat(run.Warnings(), run.ListWarnings())...),
		Reasons:  []reasonRow{}, Regions: []regionRow{}, Samples: []sampleRow{},
		Next: append([]string{}, run.NextSteps(cures(run))...),
	}
	for _, id := range counted.WarnedRules() {
		shown.Warnings = append(shown.Warnings,
			wording.Warned(counted.Warned[id], id, run.Entry(id), run.Set.Sender().BusinessCountry))
	}
	for _, reason := range slices.Backward(filter.Reasons()) {
		if rows := counted.Reasons[reason]; rows > 0 {
			shown.Reasons = append(shown.Reasons,
				reasonRow{reason.String(), reason == filter.Allowed, rows, wording.Reason(reason)})
		}
	}
	for _, region := range counted.Regions {
		shown.Regions = append(shown.Regions,
			regionRow{region.Region, regionName(region.Region), region.Kept, region.Dropped})
	}
	for _, finding := range counted.Findings {
		shown.Samples = append(shown.Samples, sampleRow{
			finding.Reason.String(), regionName(finding.Regions), finding.Lines, append([]string{}, finding.Samples...),
		})
	}
	return shown
}

func regionName(joined string) string {
	if joined == "" {
		return "no country"
	}
	return wording.Regions(joined)
}

// cures are the next steps as what a person does on the page.
func cures(run *listrun.Run) listrun.Cures {
	return listrun.Cures{
		NameCountries: func(*rules.File) string {
			return "If Meta's policy page or its answer to you names the countries, save the page and choose it under “More choices”, or add a rule file of your own there."
		},
		RecordPermission: func(regions []string) string {
			return fmt.Sprintf("choose under “More choices” a rule file of your own with\n  [[permission]]\n  regions   = [\"%s\"]\n  reference = \"Meta's answer of …\"",
				strings.Join(regions, `", "`))
		},
		ShowRules: func(f *rules.File) string {
			return fmt.Sprintf("The table of countries shows where %s may not be messaged.", f.Title)
		},
		LowConfidence: "by sources of low confidence",
		NameColumn:    "choose it under “Phone column”.",
		CompareConsent: fmt.Sprintf("Does the list write consent as you asked for it (%s)?",
			strings.Join(run.Given.Require, "; ")),
	}
}
