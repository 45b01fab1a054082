package findings

import (
	"fmt"
	"net/url"
	"path"
	"strings"

	"github.com/listgate/listgate/internal/wording"
)

const (
	sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	// mostResults is how many results GitHub's code scanning shows of a run; it rejects a run with
	// more than 25,000.
	mostResults = 5000
)

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool        sarifTool         `json:"tool"`
	Invocations []sarifInvocation `json:"invocations"`
	ColumnKind  string            `json:"columnKind"`
	Results     []sarifResult     `json:"results"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name            string      `json:"name"`
	SemanticVersion string      `json:"semanticVersion"`
	InformationURI  string      `json:"informationUri"`
	Rules           []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID               string    `json:"id"`
	ShortDescription sarifText `json:"shortDescription"`
	FullDescription  sarifText `json:"fullDescription"`
	Help             sarifText `json:"help"`
	HelpURI          string    `json:"helpUri,omitempty"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifInvocation struct {
	ExecutionSuccessful bool                `json:"executionSuccessful"`
	ExitCode            int                 `json:"exitCode"`
	ExitCodeDescription string              `json:"exitCodeDescription"`
	StartTimeUTC        string              `json:"startTimeUtc"`
	Execution           []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	Configuration       []sarifNotification `json:"toolConfigurationNotifications,omitempty"`
}

type sarifNotification struct {
	Level   string    `json:"level"`
	Message sarifText `json:"message"`
}

type sarifResult struct {
	RuleID              string            `json:"ruleId"`
	RuleIndex           int               `json:"ruleIndex"`
	Level               string            `json:"level"`
	Message             sarifText         `json:"message"`
	Locations           []sarifLocation   `json:"locations"`
	RelatedLocations    []sarifLocation   `json:"relatedLocations,omitempty"`
	OccurrenceCount     int64             `json:"occurrenceCount,omitempty"`
	PartialFingerprints map[string]string `json:"partialFingerprints"`
	Properties          *sarifProperties  `json:"properties,omitempty"`
}

type sarifProperties struct {
	Region  string   `json:"region"`
	Samples []string `json:"samples"`
	Accept  string   `json:"accept,omitempty"`
}

type sarifLocation struct {
	PhysicalLocation sarifPhysical `json:"physicalLocation"`
}

type sarifPhysical struct {
	ArtifactLocation sarifArtifact `json:"artifactLocation"`
	Region           sarifRegion   `json:"region"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

type sarifRegion struct {
	StartLine int64 `json:"startLine"`
}

func marshalSARIF(r *Document) ([]byte, error) {
	out := sarifRun{
		Tool: sarifTool{sarifDriver{Name: "listgate", SemanticVersion: r.Version,
			InformationURI: "https://github.com/listgate/listgate", Rules: []sarifRule{}}},
		Invocations: []sarifInvocation{r.sarifInvocation()}, ColumnKind: "utf16CodeUnits", Results: []sarifResult{},
	}
	all := r.bySeverity()
	if more := len(all) - mostResults; more > 0 {
		out.Invocations[0].Execution = append(out.Invocations[0].Execution, sarifNotification{"warning", sarifText{
			fmt.Sprintf("%s left out: code scanning shows %d; --output json=FILE holds them all",
				wording.Named(int64(more), "result was", "results were"), mostResults)}})
		all = all[:mostResults]
	}
	places := map[string]int{} // of rules
	for _, p := range all {
		place, known := places[p.id()]
		if !known {
			place = len(places)
			places[p.id()] = place
			out.Tool.Driver.Rules = append(out.Tool.Driver.Rules, r.sarifRule(p.Finding))
		}
		out.Results = append(out.Results, sarifResultOf(p, place))
	}
	return indentedJSON(sarifLog{sarifSchema, "2.1.0", []sarifRun{out}})
}

func (r *Document) sarifInvocation() sarifInvocation {
	status := r.Status()
	i := sarifInvocation{
		ExecutionSuccessful: status <= StatusFailed, ExitCode: status, ExitCodeDescription: exitMeanings[status],
		StartTimeUTC: r.Created.Format("2006-01-02T15:04:05Z"),
	}
	for _, warning := range r.Warnings() {
		i.Configuration = append(i.Configuration, sarifNotification{"warning", sarifText{warning}})
	}
	for _, l := range r.Lists {
		if l.Unread {
			i.Execution = append(i.Execution, sarifNotification{"error", sarifText{l.Verdict}})
		}
	}
	return i
}

var exitMeanings = map[int]string{
	StatusPassed: "all lists passed",
	StatusFailed: "a list holds more than is allowed",
	statusColumn: "the phone column of a list cannot be determined",
	statusUnread: "a list could not be read",
}

func sarifResultOf(p placedFinding, rule int) sarifResult {
	fingerprint := p.fingerprint()
	result := sarifResult{
		RuleID: p.id(), RuleIndex: rule, Level: p.level.String(), Message: sarifText{p.withTitle()},
		Locations: []sarifLocation{sarifAt(p.list, p.line())}, OccurrenceCount: p.rows,
		// The first is the one that GitHub looks at.
		PartialFingerprints: map[string]string{"primaryLocationLineHash": fingerprint + ":1",
			"listgateFinding/v1": fingerprint},
	}
	for i, line := range p.lines {
		if i > 0 {
			result.RelatedLocations = append(result.RelatedLocations, sarifAt(p.list, line))
		}
	}
	if p.dropped {
		result.Properties = &sarifProperties{p.region, orEmpty(p.samples), p.accept}
	}
	return result
}

func sarifAt(l *List, line int64) sarifLocation {
	return sarifLocation{sarifPhysical{sarifArtifact{fileURI(l.shownPath())}, sarifRegion{line}}}
}

// fileURI returns a path with slashes as a URI: relative if the path is.
func fileURI(p string) string {
	if isDrive := len(p) > 2 && p[1] == ':' && p[2] == '/'; isDrive || path.IsAbs(p) {
		return (&url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(p, "/")}).String()
	}
	return (&url.URL{Path: p}).String()
}

// sarifRule describes the kind of a problem, with the rule entry that decided and its source.
func (r *Document) sarifRule(p *Finding) sarifRule {
	short := meaningOf(p.check)
	rule := sarifRule{ID: p.id(), ShortDescription: sarifText{short}, FullDescription: sarifText{short}}
	help := short + "."
	if entry := r.Entry(p.rule); entry != nil {
		if entry.Reason != "" {
			rule.FullDescription.Text = short + ": " + entry.Reason
			help = rule.FullDescription.Text + "."
		}
		help += fmt.Sprintf(" Rule %s, confidence %s. Source: %s.", entry.ID, entry.Confidence, entry.Source)
		rule.HelpURI = webAddress(entry.Source)
	}
	if category, ok := strings.CutSuffix(p.rule, ":default"); ok {
		for _, f := range r.Set.Files() {
			if f.Name == category {
				help += " Source: " + f.Source + "."
				rule.HelpURI = webAddress(f.Source)
			}
		}
	}
	if p.cure != "" {
		help += " What to do: " + p.cure + "."
	}
	rule.Help.Text = help
	return rule
}

// webAddress returns the address that a source begins with, or nothing: sources are texts for
// people.
func webAddress(source string) string {
	for _, scheme := range []string{"https://", "http://"} {
		if strings.HasPrefix(source, scheme) {
			address := strings.TrimRight(strings.FieldsFunc(source,
				func(r rune) bool { return strings.ContainsRune(" ,;\t\n", r) })[0], ".")
			if parsed, err := url.Parse(address); err == nil {
				return parsed.String()
			}
		}
	}
	return ""
}
