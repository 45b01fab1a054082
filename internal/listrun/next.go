package listrun

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/internal/printable"
	"github.com/listgate/listgate/internal/wording"
	"github.com/listgate/listgate/rules"
)

// Cures say how a person does, at the command or on the page, what a next step asks for. Each is a
// whole sentence or some lines of them.
type Cures struct {
	// NameCountries adds the countries that a file does not name.
	NameCountries func(f *rules.File) string
	// RecordPermission writes down Meta's permission for these regions.
	RecordPermission func(regions []string) string
	// ShowRules shows what becomes of each country.
	ShowRules      func(f *rules.File) string
	LowConfidence  string // lets entries of low confidence count, as the end of "2 dropped rows would be kept "
	NameColumn     string // names the phone column
	CompareConsent string // looks at how consent was asked for
}

// NextSteps returns what a person may do about the rows that were dropped: a paragraph each, most
// pressing first.
func (r *Run) NextSteps(cures Cures) []string {
	var steps []string
	for _, f := range r.CategoryFiles() {
		steps = appendStep(steps, r.unlisted(f, cures))
		steps = appendStep(steps, r.unpermitted(f, cures))
	}
	if low := r.Result.KeptAtLow; low > 0 {
		steps = append(steps,
			fmt.Sprintf("%s would be kept %s: some source says that they are allowed, but none that is sure enough.",
				wording.Named(low, "dropped row", "dropped rows"), cures.LowConfidence))
	}
	if r.NoneKept() {
		steps = append(steps, r.noneKept(cures))
	}
	return steps
}

func appendStep(steps []string, step string) []string {
	if step == "" {
		return steps
	}
	return append(steps, step)
}

// droppedByDefault returns the rows, by region, that the default of a file dropped.
func (r *Run) droppedByDefault(f *rules.File) map[string]int64 {
	byRegion := map[string]int64{}
	for _, c := range r.Result.Regions {
		if n := c.Rules[f.Name+":default"]; n > 0 {
			byRegion[c.Region] = n
		}
	}
	return byRegion
}

// countRows says "3 rows in 2 countries".
func countRows(byRegion map[string]int64) string {
	var rows int64
	for _, n := range byRegion {
		rows += n
	}
	return wording.Count(rows, "row") + " in " + wording.Named(int64(len(byRegion)), "country", "countries")
}

// unlisted is the cure for a list of countries that is not complete.
func (r *Run) unlisted(f *rules.File, cures Cures) string {
	byRegion := r.droppedByDefault(f)
	switch {
	case f.Complete || len(byRegion) == 0:
		return ""
	case f.Shipped:
		return fmt.Sprintf("Dropped as unlisted by %s: %s. What Meta allows there is not known.\n%s",
			printable.Line(f.Name), countRows(byRegion), cures.NameCountries(f))
	}
	return fmt.Sprintf("Dropped as unlisted by %s, which is not complete: %s.\nAdd an [[allow]] there for those that the policy allows: %s",
		printable.Line(f.Path), countRows(byRegion), printable.Line(f.Source))
}

// unpermitted is the cure for rows that nothing but Meta's permission is missing for.
func (r *Run) unpermitted(f *rules.File, cures Cures) string {
	byRegion := r.droppedByDefault(f)
	maps.DeleteFunc(byRegion, func(code string, _ int64) bool {
		region, err := rules.ParseRegion(code)
		return err != nil ||
			!slices.ContainsFunc(r.Policy.Judge(region, "").Uncounted,
				func(e *rules.Entry) bool { return e.RequiresPermission })
	})
	if len(byRegion) == 0 {
		return ""
	}
	return fmt.Sprintf("%s, which the policy names, dropped for want of Meta's permission (%s). If your account has it,\n%s",
		countRows(byRegion), printable.Line(f.Title), cures.RecordPermission(slices.Sorted(maps.Keys(byRegion))))
}

// noneKept says why nothing is kept, by the reason of the most rows.
func (r *Run) noneKept(cures Cures) string {
	most := slices.MaxFunc(filter.Reasons(),
		func(a, b filter.Reason) int { return int(r.Result.Reasons[a] - r.Result.Reasons[b]) })
	lines := []string{"Nothing is kept, so there is nothing to send."}
	switch most {
	case filter.Restricted:
		for _, f := range r.CategoryFiles() {
			if !f.DefaultAllow && f.Complete &&
				!slices.ContainsFunc(f.Entries, func(e *rules.Entry) bool { return e.Effect == rules.Allow }) {
				lines = append(lines, fmt.Sprintf("%s is allowed in no country: %s", printable.Line(f.Title),
					printable.Line(f.Source)))
			}
			lines = append(lines, cures.ShowRules(f))
		}
	case filter.Mangled:
		lines = append(lines,
			"A spreadsheet destroyed the numbers, and nobody can tell what they were. Filter the workbook itself (.xlsx), or have\n"+
				"the column formatted as text before it is exported again.")
	case filter.NotANumber, filter.Empty, filter.ShortRow:
		lines = append(lines, fmt.Sprintf("Is column %d the phone column? If not, %s", r.Result.Layout.Phones[0].Number,
			cures.NameColumn))
	case filter.NoConsent:
		lines = append(lines, cures.CompareConsent)
	}
	return strings.Join(lines, "\n")
}
