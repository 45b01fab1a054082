package main

// gitlabIssue is an entry of GitLab's code quality report.
type gitlabIssue struct {
	Description string         `json:"description"`
	CheckName   string         `json:"check_name"`
	Fingerprint string         `json:"fingerprint"`
	Severity    string         `json:"severity"` // info, minor, major, critical, blocker
	Location    gitlabLocation `json:"location"`
}

type gitlabLocation struct {
	Path  string      `json:"path"`
	Lines gitlabLines `json:"lines"`
}

type gitlabLines struct {
	Begin int64 `json:"begin"`
}

var gitlabSeverities = [...]string{levelError: "major", levelWarning: "minor", levelNote: "info"}

func marshalGitLab(r *checkRun) ([]byte, error) {
	issues := []gitlabIssue{}
	for _, p := range r.gravest() {
		severity := gitlabSeverities[p.level]
		if p.ofList() {
			severity = "blocker"
		}
		issues = append(issues, gitlabIssue{
			Description: p.headed(), CheckName: p.id(), Fingerprint: p.fingerprint(), Severity: severity,
			Location: gitlabLocation{p.list.path(), gitlabLines{p.line()}},
		})
	}
	return indentedJSON(issues)
}
