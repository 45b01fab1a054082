// Package findings judges what a run over a list found by what is allowed of it, and writes that
// down in the formats that people and services read.
package findings

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/listgate/listgate/internal/listrun"
	"github.com/listgate/listgate/report"
)

// A Format is a way to write down what a check found.
type Format struct {
	Name    string
	Marshal func(*Document) ([]byte, error)
}

// Formats returns all formats.
func Formats() []Format {
	return []Format{
		{"text", marshalText}, {"json", marshalJSON}, {"github", marshalGitHub}, {"gitlab", marshalGitLab},
		{"sarif", marshalSARIF}, {"junit", marshalJUnit}, {"markdown", marshalMarkdown},
	}
}

// FormatNames returns the names of all formats.
func FormatNames() []string {
	var names []string
	for _, f := range Formats() {
		names = append(names, f.Name)
	}
	return names
}

// FormatNamed returns the format of a name, which is the value of an option.
func FormatNamed(option, name string) (Format, error) {
	all := Formats()
	i := slices.IndexFunc(all, func(f Format) bool { return f.Name == name })
	if i < 0 {
		return Format{}, listrun.OptionErrorf(option, "unknown format %q; it is one of %s", name,
			strings.Join(FormatNames(), ", "))
	}
	return all[i], nil
}

// JSON is the document of the format json.
type JSON struct {
	Lists []JSONList `json:"lists"`
}

// JSONList is a report of which nothing was written, with findings.
type JSONList struct {
	report.Report
	Kept     JSONRows      `json:"kept"` // in place of the report's
	Dropped  JSONRows      `json:"dropped"`
	Seal     *struct{}     `json:"seal,omitempty"`
	Passed   bool          `json:"passed"`
	Findings []JSONFinding `json:"findings"`
}

// JSONRows counts rows.
type JSONRows struct {
	Rows int64 `json:"rows"`
}

// A JSONFinding is one thing that is wrong with a list.
type JSONFinding struct {
	Level   string   `json:"level"` // error, warning, note
	Reason  string   `json:"reason"`
	Region  string   `json:"region"`
	Rule    string   `json:"rule"`
	Rows    int64    `json:"rows"`
	Lines   []int64  `json:"lines"`
	Samples []string `json:"samples"`
	Message string   `json:"message"`
	Accept  string   `json:"accept,omitempty"` // the flag that would accept it
}

func marshalJSON(r *Document) ([]byte, error) {
	document := JSON{Lists: []JSONList{}}
	for _, l := range r.Lists {
		list := JSONList{
			Report: l.Report, Kept: JSONRows{l.Report.Kept.Rows}, Dropped: JSONRows{l.Report.Dropped.Rows},
			Passed: l.Status == StatusPassed, Findings: []JSONFinding{},
		}
		for _, p := range l.Findings {
			list.Findings = append(list.Findings, JSONFinding{
				Level: p.level.String(), Reason: p.check, Region: p.region, Rule: p.rule, Rows: p.rows,
				Lines: orEmpty(p.lines), Samples: orEmpty(p.samples),
				Message: p.sentence(), Accept: p.accept,
			})
		}
		document.Lists = append(document.Lists, list)
	}
	return indentedJSON(document)
}

// orEmpty makes an empty list of none, which is null in JSON.
func orEmpty[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

func indentedJSON(document any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(document)
	return text.Bytes(), err
}
