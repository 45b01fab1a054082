package main

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/listgate/listgate/report"
)

// A format is a way to write down what a check found.
type format struct {
	name    string
	marshal func(*checkRun) ([]byte, error)
}

func formats() []format {
	return []format{
		{"text", marshalText}, {"json", marshalJSON}, {"github", marshalGitHub}, {"gitlab", marshalGitLab},
		{"sarif", marshalSARIF}, {"junit", marshalJUnit}, {"markdown", marshalMarkdown},
	}
}

func formatNames() []string {
	var names []string
	for _, f := range formats() {
		names = append(names, f.name)
	}
	return names
}

func formatNamed(flag, name string) (format, error) {
	all := formats()
	i := slices.IndexFunc(all, func(f format) bool { return f.name == name })
	if i < 0 {
		return format{}, usagef("%s: unknown format %q; it is one of %s", flag, name, strings.Join(formatNames(), ", "))
	}
	return all[i], nil
}

// jsonCheck is the document of the format json.
type jsonCheck struct {
	Lists []jsonList `json:"lists"`
}

// jsonList is a report of which nothing was written, with findings.
type jsonList struct {
	report.Report
	Kept     jsonRows      `json:"kept"` // in place of the report's
	Dropped  jsonRows      `json:"dropped"`
	Seal     *struct{}     `json:"seal,omitempty"`
	Passed   bool          `json:"passed"`
	Findings []jsonFinding `json:"findings"`
}

type jsonRows struct {
	Rows int64 `json:"rows"`
}

type jsonFinding struct {
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

func marshalJSON(r *checkRun) ([]byte, error) {
	document := jsonCheck{Lists: []jsonList{}}
	for _, l := range r.lists {
		list := jsonList{
			Report: l.report, Kept: jsonRows{l.report.Kept.Rows}, Dropped: jsonRows{l.report.Dropped.Rows}, Passed: l.status == exitDone, Findings: []jsonFinding{},
		}
		for _, p := range l.problems {
			list.Findings = append(list.Findings, jsonFinding{
				Level: p.level.String(), Reason: p.check, Region: p.region, Rule: p.rule, Rows: p.rows, Lines: orEmpty(p.lines), Samples: orEmpty(p.samples),
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
