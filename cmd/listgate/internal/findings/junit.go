package findings

import (
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/internal/wording"
)

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name      string      `xml:"name,attr"`
	Tests     int         `xml:"tests,attr"`
	Failures  int         `xml:"failures,attr"`
	Errors    int         `xml:"errors,attr"`
	Skipped   int         `xml:"skipped,attr"`
	Timestamp string      `xml:"timestamp,attr"`
	Cases     []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name      string      `xml:"name,attr"`
	ClassName string      `xml:"classname,attr"`
	Failure   *junitFault `xml:"failure"`
	Error     *junitFault `xml:"error"`
	Out       string      `xml:"system-out,omitempty"`
}

type junitFault struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// marshalJUnit writes a test suite for each list, with the same test cases for every list, so that
// services can compare runs: that it can be read and has rows, one for each reason, and its
// warnings. Control characters, which XML has none of, come out as U+FFFD.
func marshalJUnit(r *Document) ([]byte, error) {
	out := junitSuites{Name: "listgate check"}
	for _, l := range r.Lists {
		suite := junitSuite{Name: l.shownPath(), Timestamp: r.Created.Format("2006-01-02T15:04:05")}
		suite.addAll(r.junitCases(l))
		out.Suites = append(out.Suites, suite)
	}
	rules := junitSuite{Name: "rules", Timestamp: r.Created.Format("2006-01-02T15:04:05")}
	rules.addAll([]junitCase{r.junitWarnings("rules", r.Warnings())})
	out.Suites = append(out.Suites, rules)
	for _, suite := range out.Suites {
		out.Tests, out.Failures, out.Errors = out.Tests+suite.Tests, out.Failures+suite.Failures,
			out.Errors+suite.Errors
	}
	text, err := xml.MarshalIndent(out, "", "  ")
	return append([]byte(xml.Header), append(text, '\n')...), err
}

func (s *junitSuite) addAll(cases []junitCase) {
	s.Cases, s.Tests = cases, len(cases)
	for _, c := range cases {
		if c.Failure != nil {
			s.Failures++
		}
		if c.Error != nil {
			s.Errors++
		}
	}
}

func (r *Document) junitCases(l *List) []junitCase {
	class := strings.ReplaceAll(l.shownPath(), ".", "_") // services take what stands before a dot for a package
	readable := junitCase{Name: "readable", ClassName: class}
	if l.Unread {
		readable.Error = &junitFault{Type: checkUnreadable, Message: l.Verdict, Text: l.Verdict}
		return []junitCase{readable}
	}
	cases := []junitCase{readable, l.junitCase(checkTooFewRows, class), l.junitCase(checkNothingKept, class)}
	for _, reason := range filter.Reasons() {
		if !reason.Kept() {
			cases = append(cases, l.junitCase(reason.String(), class))
		}
	}
	var warnings []string
	for _, p := range l.Findings {
		if p.level == levelWarning {
			warnings = append(warnings, p.text)
		}
	}
	return append(cases, r.junitWarnings(class, warnings))
}

// junitCase is the test case of a check: it fails if one of its problems is an error.
func (l *List) junitCase(check, class string) junitCase {
	c := junitCase{Name: check, ClassName: class}
	var lines []string
	var fault *junitFault
	rows := int64(0)
	for _, p := range l.Findings {
		if p.check != check {
			continue
		}
		lines = append(lines, p.withTitle())
		rows += p.rows
		if p.level != levelError {
			continue
		}
		fault = &junitFault{Type: check, Message: p.text}
		if p.dropped {
			fault.Message = fmt.Sprintf("%s, more than %s allows; if that is right: %s", wording.Count(rows, "row"),
				p.broken, p.accept)
		}
	}
	text := strings.Join(lines, "\n")
	if fault == nil {
		c.Out = text
		return c
	}
	fault.Text = text
	c.Failure = fault
	return c
}

// junitWarnings is a test case that fails if warnings do.
func (r *Document) junitWarnings(class string, warnings []string) junitCase {
	c := junitCase{Name: "warnings", ClassName: class}
	text := strings.Join(warnings, "\n")
	if r.FailOnWarning && len(warnings) > 0 {
		c.Failure = &junitFault{Type: "warning", Message: wording.Named(int64(len(warnings)), "warning", "warnings") +
			", and --fail-on warning", Text: text}
		return c
	}
	c.Out = text
	return c
}
