package findings

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/listgate/listgate/internal/printable"
	"github.com/listgate/listgate/internal/wording"
)

// mostAnnotations is how many annotations of a kind GitHub shows for a step.
const mostAnnotations = 10

// githubCommands are the workflow commands by level.
var githubCommands = [...]string{levelError: "error", levelWarning: "warning", levelNote: "notice"}

// marshalGitHub writes workflow commands, from which GitHub Actions makes annotations.
func marshalGitHub(r *Document) ([]byte, error) {
	var w bytes.Buffer
	var told, left [len(githubCommands)]int
	annotate := func(level level, properties, text string) {
		if told[level]++; told[level] > mostAnnotations {
			left[level]++
			return
		}
		fmt.Fprintf(&w, "::%s %s::%s\n", githubCommands[level], properties, githubData.Replace(text))
	}
	for _, p := range r.bySeverity() {
		properties := "title=" + githubProperty.Replace(p.title)
		if p.list.Path != "" {
			properties = fmt.Sprintf("file=%s,line=%d,%s", githubProperty.Replace(p.list.Path), p.line(), properties)
		}
		text := p.withTitle()
		if p.check != checkUnreadable { // which begins with the name
			text = p.list.Name + ": " + text
		}
		annotate(p.level, properties, text)
	}
	for _, warning := range r.Warnings() {
		annotate(levelWarning, "title=rules", warning)
	}
	if left != [len(githubCommands)]int{} {
		fmt.Fprintf(&w, "listgate: GitHub shows %d annotations of a kind for a step; not shown: %s, %s, %s. %s\n",
			mostAnnotations,
			wording.Count(int64(left[levelError]), "error"), wording.Count(int64(left[levelWarning]), "warning"),
			wording.Count(int64(left[levelNote]), "notice"), r.whereAll())
	}
	n := r.count()
	fmt.Fprintf(&w, "listgate: %s: %d passed, %d failed, %d not read\n", wording.Count(int64(len(r.Lists)), "list"),
		n.passed, n.failed, n.unread)
	return w.Bytes(), nil
}

// whereAll says where all findings are.
func (r *Document) whereAll() string {
	if len(r.Files) == 0 {
		return "All of them: --output json=FILE, or --output markdown=\"$GITHUB_STEP_SUMMARY\""
	}
	return "All of them: " + printable.Line(strings.Join(r.Files, ", "))
}

// What GitHub's runner takes back when it reads a command: of its text, and of its properties.
var (
	githubData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)
