package findings

import (
	"fmt"
	"slices"
	"strings"

	"github.com/listgate/listgate/internal/printable"
	"github.com/listgate/listgate/internal/wording"
)

// maxSummaryBytes is how long GitHub takes a job summary.
const maxSummaryBytes = 1 << 20

// marshalMarkdown writes a job summary in GitHub's flavour: what became of each list, then the
// findings of each, those that fail first. What does not fit is counted.
func marshalMarkdown(r *Document) ([]byte, error) {
	lists := slices.Clone(r.Lists)
	slices.SortStableFunc(lists, func(a, b *List) int { return b.Status - a.Status })
	n := r.count()
	head := fmt.Sprintf("## listgate check: %s: %d passed, %d failed, %d not read\n\nRules: %s.\n",
		wording.Count(int64(len(lists)), "list"), n.passed, n.failed, n.unread,
		markdownText(r.Describe()))
	for _, lift := range r.Set.Lifted(r.At) {
		head += "\nLifted: " + markdownText(printable.Line(lift.String())) + "\n"
	}
	for _, warning := range r.Warnings() {
		head += "\nWarning: " + markdownText(warning) + "\n"
	}
	head += "\n| list | result | rows | kept | dropped |\n|---|---|--:|--:|--:|\n"
	const room = 500 // for what says that something is left out
	text, left := appendFitting(head, lists, (*List).markdownRow, maxSummaryBytes/2)
	if left > 0 {
		text += fmt.Sprintf("\n%s left out of this table.\n", wording.Named(int64(left), "list is", "lists are"))
	}
	if text, left = appendFitting(text, lists, (*List).markdownSection, maxSummaryBytes-room); left > 0 {
		text += fmt.Sprintf("\nThe findings of %s left out: a summary holds 1 MiB. `--output json=FILE` holds them all.\n", wording.Named(int64(left), "list are", "lists are"))
	}
	return []byte(text), nil
}

// appendFitting appends what write makes of lists, up to a length, and says how many it left out.
func appendFitting(text string, lists []*List, write func(*List) string, most int) (string, int) {
	b := []byte(text)
	for i, l := range lists {
		part := write(l)
		if len(b)+len(part) > most {
			return string(b), len(lists) - i
		}
		b = append(b, part...)
	}
	return string(b), 0
}

func (l *List) markdownRow() string {
	if l.Unread {
		return fmt.Sprintf("| %s | **not read** | | | |\n", markdownText(l.Name))
	}
	result := "passed"
	if l.Verdict != "" {
		result = "**failed**"
	}
	return fmt.Sprintf("| %s | %s | %d | %d | %d |\n", markdownText(l.Name), result, l.Result.Rows, l.Result.Kept,
		l.Result.Dropped)
}

// markdownSection tells the findings of one list; nothing of a list that has none.
func (l *List) markdownSection() string {
	if len(l.Findings) == 0 {
		return ""
	}
	var w strings.Builder
	fmt.Fprintf(&w, "\n### %s\n\n", markdownText(l.Name))
	if l.Unread {
		fmt.Fprintf(&w, "Not read: %s\n", markdownText(l.Verdict))
		return w.String()
	}
	if l.Verdict != "" {
		fmt.Fprintf(&w, "**Failed**: %s\n", markdownText(l.Verdict))
	}
	told := 0
	for _, p := range l.Findings {
		if !p.dropped {
			continue
		}
		if told == 0 {
			w.WriteString("\n| | reason | country | rule | rows | where |\n|---|---|---|---|--:|---|\n")
		}
		if told++; told <= 5*mostProblems {
			country := ""
			if p.region != "" {
				country = wording.Regions(p.region)
			}
			fmt.Fprintf(&w, "| %s | %s | %s | %s | %d | %s |\n", p.level, markdownText(p.check), markdownText(country),
				markdownText(p.rule), p.rows,
				markdownText(p.where()))
		}
	}
	if more := told - 5*mostProblems; more > 0 {
		fmt.Fprintf(&w, "\nand %d more; `--output json=FILE` holds them all.\n", more)
	}
	for _, p := range l.Findings {
		if p.level == levelWarning {
			fmt.Fprintf(&w, "\nWarning: %s\n", markdownText(p.text))
		}
	}
	return w.String()
}

// markdownText makes text mean itself, in a table too.
func markdownText(text string) string {
	var w strings.Builder
	for _, r := range printable.Line(text) {
		if strings.ContainsRune("\\`*_[]<>|&~$#", r) {
			w.WriteByte('\\')
		}
		w.WriteRune(r)
	}
	return w.String()
}
