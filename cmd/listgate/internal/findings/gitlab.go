package findings

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

// gitlabSeverities are the severities by gravity.
var gitlabSeverities = [...]string{"blocker", "major", "minor", "info"}

func marshalGitLab(r *Document) ([]byte, error) {
	issues := []gitlabIssue{}
	for _, p := range r.bySeverity() {
		issues = append(issues, gitlabIssue{
			Description: p.withTitle(), CheckName: p.id(), Fingerprint: p.fingerprint(),
			Severity: gitlabSeverities[p.gravity()],
			Location: gitlabLocation{p.list.shownPath(), gitlabLines{p.line()}},
		})
	}
	return indentedJSON(issues)
}
