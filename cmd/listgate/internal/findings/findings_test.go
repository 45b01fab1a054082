package findings

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	table "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"

	"github.com/listgate/listgate/internal/listrun"
	"github.com/listgate/listgate/report"
	"github.com/listgate/listgate/rules"
)

// checked checks lists as a command line says.
func checked(t *testing.T, args ...string) *Document {
	t.Helper()
	var (
		decisions  listrun.DecisionOptions
		lists      listrun.ListOptions
		limits     LimitOptions
		d          Document
		failOn     string
		showNumber bool
		flags      = pflag.NewFlagSet("check", pflag.ContinueOnError)
		now        = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	)
	flags.StringArrayVarP(&decisions.Categories, "category", "c", nil, "")
	flags.StringVar(&decisions.At, "at", "", "")
	flags.StringVar(&decisions.Bare, "bare", "national", "")
	flags.StringVar(&lists.Suppress, "suppress", "", "")
	flags.StringVar(&lists.RegionColumn, "region-column", "", "")
	flags.StringArrayVar(&lists.Columns, "column", nil, "")
	flags.StringVar(&decisions.DefaultRegion, "default-region", "", "")
	flags.StringVar(&decisions.Validity, "validity", "possible", "")
	flags.BoolVar(&lists.Dedupe, "dedupe", false, "")
	flags.StringArrayVar(&lists.Require, "require", nil, "")
	flags.StringVar(&limits.MaxDropped, "max-dropped", "0", "")
	flags.StringArrayVar(&d.Files, "output", nil, "")
	flags.StringVar(&failOn, "fail-on", "error", "")
	flags.BoolVar(&showNumber, "show-numbers", false, "")
	require.NoError(t, flags.Parse(append([]string{"-c", "general"}, args...)))
	decisions.Message, decisions.Confidence, decisions.MaxRuleAge, limits.MinRows = "marketing", "medium", 90, 1
	var err error
	d.Decider, err = decisions.Load(now, rules.Options{})
	require.NoError(t, err)
	d.Limits, err = limits.Parse()
	require.NoError(t, err)
	options, err := lists.Parse()
	require.NoError(t, err)
	options.Findings, options.ShowNumbers = 5, showNumber
	var suppressed report.File
	options.Suppress, suppressed, err = lists.ReadSuppressed(t.Context(), d.Filter)
	require.NoError(t, err)
	d.FailOnWarning, d.Created, d.Version = failOn == "warning", now, "0.1.0"
	for _, name := range flags.Args() {
		run := listrun.Run{Decider: d.Decider, Given: &lists, List: options, Suppressed: suppressed, Created: now}
		err := run.Open(t.Context(), name, listrun.Source{})
		if err == nil {
			err = run.Stream(t.Context(), nil, nil)
		}
		if err != nil {
			d.AddUnreadable(&run, name, err, statusUnread)
		} else {
			d.Add(&run, name)
		}
		run.Close()
	}
	return &d
}

func marshalled(t *testing.T, r *Document, name string) []byte {
	t.Helper()
	f, err := FormatNamed("format", name)
	require.NoError(t, err)
	text, err := f.Marshal(r)
	require.NoError(t, err)
	return text
}

// oddNames are names that formats must not trip over.
func oddNames() []string {
	names := []string{"plain.csv", "with space/líst, 100%.csv", "with space/[a]_*x_ & 'b' $c #1.csv"}
	if runtime.GOOS == "windows" {
		names[2] = "with space/[a]_x_ & 'b' $c #1.csv"
		return names
	}
	return append(names, "a|b:c.csv", "back\\slash.csv", "line\nbreak\r.csv", "control\x01<&>\".csv", "::error ::x.csv",
		"not\xffutf8.csv")
}

// The runs that the outputs of each format are tried on.
func scenarios(t *testing.T) map[string]*Document {
	t.Helper()
	list, err := os.ReadFile("../../../../testdata/lists/campaign.csv")
	require.NoError(t, err)
	t.Chdir(t.TempDir())
	var odd []string
	for _, name := range oddNames() {
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o777))
		require.NoError(t, os.WriteFile(name, list, 0o666))
		odd = append(odd, name)
	}
	require.NoError(t, os.WriteFile("clean.csv", []byte("phone\n+919876543210\n"), 0o666))
	require.NoError(t, os.WriteFile("unclosed.csv", []byte("phone\n\"+919876543210\n"), 0o666))
	require.NoError(t, os.WriteFile("header.csv", []byte("phone\n"), 0o666))
	absolute, err := filepath.Abs("plain.csv")
	require.NoError(t, err)
	outside := filepath.Join(t.TempDir(), "outside it.csv")
	require.NoError(t, os.WriteFile(outside, list, 0o666))
	return map[string]*Document{
		"clean":      checked(t, "clean.csv"),
		"odd names":  checked(t, odd...),
		"accepted":   checked(t, "--max-dropped", "100%", "plain.csv"),
		"warnings":   checked(t, "--at", "2027-11-22", "--fail-on", "warning", "plain.csv", "clean.csv"),
		"unlisted":   checked(t, "-c", "matrimony", "plain.csv"),
		"unreadable": checked(t, "unclosed.csv", "missing.csv", "no*match.csv", "header.csv", "clean.csv", "."),
		"absolute":   checked(t, absolute, outside),
		"suppressed": checked(t, "--dedupe", "--require", "phone=x", "plain.csv"),
	}
}

func schemaOf(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("testdata/schema", name))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft4)
	c.AssertFormat()
	schema, err := c.Compile(path)
	require.NoError(t, err)
	return schema
}

// SARIF, by the standard's own schema; and what the schema cannot say.
func TestSARIF(t *testing.T) {
	schema := schemaOf(t, "sarif-schema-2.1.0.json")
	for name, r := range scenarios(t) {
		t.Run(name, func(t *testing.T) {
			out := marshalled(t, r, "sarif")
			document, err := jsonschema.UnmarshalJSON(bytes.NewReader(out))
			require.NoError(t, err)
			require.NoError(t, schema.Validate(document))
			var log sarifLog
			require.NoError(t, json.Unmarshal(out, &log))
			require.Len(t, log.Runs, 1)
			run := log.Runs[0]
			require.Len(t, run.Results, len(r.bySeverity()))
			seen := map[string]bool{}
			for i, result := range run.Results {
				require.Equal(t, result.RuleID, run.Tool.Driver.Rules[result.RuleIndex].ID)
				require.False(t, seen[result.PartialFingerprints["primaryLocationLineHash"]],
					"a fingerprint stands twice")
				seen[result.PartialFingerprints["primaryLocationLineHash"]] = true
				at := result.Locations[0].PhysicalLocation
				require.Positive(t, at.Region.StartLine)
				uri, err := url.Parse(at.ArtifactLocation.URI)
				require.NoError(t, err)
				want := r.bySeverity()[i].list.shownPath()
				if uri.IsAbs() {
					require.Equal(t, "file", uri.Scheme)
				}
				require.Equal(t, filepath.ToSlash(want), strings.TrimPrefix(uri.Path, "./"))
			}
			for _, rule := range run.Tool.Driver.Rules {
				require.NotEmpty(t, rule.Help.Text)
			}
			require.Equal(t, r.Status(), run.Invocations[0].ExitCode)
			require.Equal(t, name != "unreadable", run.Invocations[0].ExecutionSuccessful)
			require.Equal(t, name == "warnings", len(run.Invocations[0].Configuration) > 0)
		})
	}
}

// Rules carry the source of the entry that decided.
func TestSARIFRulesHaveSources(t *testing.T) {
	var log sarifLog
	require.NoError(t, json.Unmarshal(marshalled(t, scenarios(t)["unlisted"], "sarif"), &log))
	uris := map[string]string{}
	for _, rule := range log.Runs[0].Tool.Driver.Rules {
		uris[rule.ID] = rule.HelpURI
	}
	require.Contains(t, uris["unlisted/matrimony:default"], "https://github.com/OpenTermsArchive/")
	require.Contains(t, uris["restricted/platform-us-marketing"], "https://developers.facebook.com/")
	require.Empty(t, uris["invalid"])
}

// What services show of a list has the same name from run to run, whatever rows come and go.
func TestFingerprintsAreStable(t *testing.T) {
	t.Chdir(t.TempDir())
	fingerprints := func(rows ...string) (all []string) {
		require.NoError(t, os.WriteFile("list.csv", []byte("phone,note\n"+strings.Join(rows, ",x\n")+",x\n"), 0o666))
		for _, p := range checked(t, "list.csv").bySeverity() {
			all = append(all, p.fingerprint())
			require.NotRegexp(t, "[0-9]", p.fingerprint())
		}
		return all
	}
	before := fingerprints("+919876543210", "+14155550132", "919876543210")
	after := fingerprints("919876543210", "+442079460123", "+14155550132", "+14155550133", "+919876543210")
	require.NotEmpty(t, before)
	require.ElementsMatch(t, before, after)
	require.NotEqual(t, before[0], before[1])
}

func TestFileURI(t *testing.T) {
	for path, want := range map[string]string{
		"lists/a.csv": "lists/a.csv", "a b.csv": "a%20b.csv", "é.csv": "%C3%A9.csv", "100%.csv": "100%25.csv",
		"a#b?c.csv": "a%23b%3Fc.csv",
		"a:b.csv":   "./a:b.csv", "../up.csv": "../up.csv", "/abs/a b.csv": "file:///abs/a%20b.csv",
		"C:/lists/a b.csv": "file:///C:/lists/a%20b.csv",
		`back\slash.csv`:   "back%5Cslash.csv", "stdin": "stdin",
	} {
		require.Equal(t, want, fileURI(path))
	}
}

// Code scanning takes 5,000 results: the most important ones stay, and the run says how many do
// not.
func TestSARIFLimit(t *testing.T) {
	r := scenarios(t)["unlisted"]
	one := len(r.bySeverity())
	clean := checked(t, "--max-dropped", "100%", "plain.csv").Lists[0]
	for len(r.bySeverity()) <= mostResults {
		r.Lists = append(r.Lists, clean, r.Lists[0])
	}
	var log sarifLog
	require.NoError(t, json.Unmarshal(marshalled(t, r, "sarif"), &log))
	require.Len(t, log.Runs[0].Results, mostResults)
	require.Greater(t, len(r.bySeverity()), mostResults)
	require.Equal(t, "error", log.Runs[0].Results[one].Level)
	require.Contains(t, log.Runs[0].Invocations[0].Execution[0].Message.Text, "left out")
}

// GitLab's own schema of an issue, and the fields that its documentation names.
func TestGitLab(t *testing.T) {
	schema := schemaOf(t, "codeclimate.json")
	for name, r := range scenarios(t) {
		t.Run(name, func(t *testing.T) {
			out := marshalled(t, r, "gitlab")
			var each []any
			require.NoError(t, json.Unmarshal(out, &each))
			require.Len(t, each, len(r.bySeverity()))
			for _, issue := range each {
				require.NoError(t, schema.Validate(issue))
			}
			var issues []gitlabIssue
			decoder := json.NewDecoder(bytes.NewReader(out))
			decoder.DisallowUnknownFields()
			require.NoError(t, decoder.Decode(&issues))
			seen := map[string]bool{}
			for _, issue := range issues {
				require.Contains(t, []string{"info", "minor", "major", "critical", "blocker"}, issue.Severity)
				require.NotEmpty(t, issue.Description)
				require.NotEmpty(t, issue.CheckName)
				require.Positive(t, issue.Location.Lines.Begin)
				require.False(t, strings.HasPrefix(issue.Location.Path, "./"))
				require.False(t, seen[issue.Fingerprint], "a fingerprint stands twice")
				seen[issue.Fingerprint] = true
			}
		})
	}
}

// JUnit, by the schema of Jenkins and libxml's validator, and by the XML parser of Go: the counts
// add up.
func TestJUnit(t *testing.T) {
	xsd, err := filepath.Abs("testdata/schema/junit-10.xsd")
	require.NoError(t, err)
	for name, r := range scenarios(t) {
		t.Run(name, func(t *testing.T) {
			out := marshalled(t, r, "junit")
			requireValidXML(t, xsd, out)
			var suites junitSuites
			require.NoError(t, xml.Unmarshal(out, &suites))
			require.Len(t, suites.Suites, len(r.Lists)+1) // and the rules
			var tests, failures, faults int
			for _, suite := range suites.Suites {
				require.Len(t, suite.Cases, suite.Tests)
				tests += suite.Tests
				for _, c := range suite.Cases {
					if c.Failure != nil {
						failures++
					}
					if c.Error != nil {
						faults++
					}
				}
			}
			require.Equal(t, [3]int{tests, failures, faults}, [3]int{suites.Tests, suites.Failures, suites.Errors})
			n := r.count()
			require.Equal(t, n.unread, faults)
			require.Equal(t, n.failed > 0, failures > 0)
		})
	}
}

// requireValidXML asks xmllint. It is not on every machine; .ci/run installs it and wants it asked.
func requireValidXML(t *testing.T, xsd string, document []byte) {
	t.Helper()
	program, err := exec.LookPath("xmllint")
	if err != nil {
		require.Empty(t, os.Getenv("LISTGATE_TEST_XMLLINT"), "xmllint is needed")
		t.Skip("needs xmllint")
	}
	command := exec.CommandContext(t.Context(), program, "--noout", "--nonet", "--schema", xsd, "-")
	command.Stdin = bytes.NewReader(document)
	said, err := command.CombinedOutput()
	require.NoError(t, err, string(said))
}

// Markdown, by a renderer of GitHub's flavour: each row has its cells, and names mean themselves.
func TestMarkdown(t *testing.T) {
	for name, r := range scenarios(t) {
		t.Run(name, func(t *testing.T) {
			out := marshalled(t, r, "markdown")
			tables := renderedTables(t, out)
			require.Len(t, tables[0], len(r.Lists)+1) // the header
			var names []string
			for _, l := range r.Lists {
				names = append(names, strings.ToValidUTF8(l.Name, "\uFFFD"))
			}
			var got []string
			for _, row := range tables[0][1:] {
				got = append(got, row[0])
			}
			require.ElementsMatch(t, names, got)
		})
	}
}

// renderedTables returns the tables of a document, by row and cell, as text. All rows of a table
// have as many cells.
func renderedTables(t *testing.T, source []byte) (tables [][][]string) {
	t.Helper()
	root := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(source))
	require.NoError(t, ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		require.NotEqual(t, ast.KindRawHTML, n.Kind(), "markup came through")
		require.NotEqual(t, ast.KindLink, n.Kind(), "markup came through")
		switch n.Kind() {
		case table.KindTable:
			tables = append(tables, nil)
		case table.KindTableHeader, table.KindTableRow:
			var cells []string
			for cell := n.FirstChild(); cell != nil; cell = cell.NextSibling() {
				cells = append(cells, plainText(cell, source))
			}
			last := len(tables) - 1
			if len(tables[last]) > 0 {
				require.Len(t, cells, len(tables[last][0]))
			}
			tables[last] = append(tables[last], cells)
		}
		return ast.WalkContinue, nil
	}))
	return tables
}

// plainText is what a reader sees of a node.
func plainText(n ast.Node, source []byte) string {
	var html bytes.Buffer
	markdown := goldmark.New(goldmark.WithExtensions(extension.GFM))
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		_ = markdown.Renderer().Render(&html, source, child)
	}
	shown := regexp.MustCompile("<[^>]*>").ReplaceAllString(html.String(), "")
	return strings.TrimSpace(strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&amp;", "&").Replace(shown))
}

// A summary is at most 1 MiB, however many lists there are, and says what it leaves out.
func TestMarkdownLimit(t *testing.T) {
	r := scenarios(t)["odd names"]
	for len(r.Lists) < 20_000 {
		r.Lists = append(r.Lists, r.Lists...)
	}
	out := marshalled(t, r, "markdown")
	require.Less(t, len(out), maxSummaryBytes)
	require.Contains(t, string(out), "left out of this table")
	require.Contains(t, string(out), "a summary holds 1 MiB")
	renderedTables(t, out)
}

// githubCommand is a workflow command as GitHub's runner reads it.
var githubCommand = regexp.MustCompile(`^::(error|warning|notice) ([^:]*)::(.*)$`)

// Workflow commands, read by the runner's rules: a command is a line, properties are parted by
// commas, and what is escaped comes back as it was.
func TestGitHub(t *testing.T) {
	for name, r := range scenarios(t) {
		t.Run(name, func(t *testing.T) {
			shown := map[string]int{}
			all := r.bySeverity()
			for _, line := range strings.Split(strings.TrimSuffix(string(marshalled(t, r, "github")), "\n"), "\n") {
				require.NotContains(t, line, "\r")
				if !strings.HasPrefix(line, "::") {
					require.True(t, strings.HasPrefix(line, "listgate: "), line)
					continue
				}
				command := githubCommand.FindStringSubmatch(line)
				require.NotNil(t, command, line)
				shown[command[1]]++
				properties := map[string]string{}
				for _, property := range strings.Split(command[2], ",") {
					key, value, ok := strings.Cut(property, "=")
					require.True(t, ok)
					properties[key] = strings.NewReplacer("%25", "%", "%0D", "\r", "%0A", "\n", "%3A", ":", "%2C",
						",").Replace(value)
				}
				if properties["title"] == "rules" {
					continue
				}
				found := false
				for _, p := range all {
					found = found || properties["file"] == p.list.Path && properties["title"] == p.title &&
						properties["line"] == fmt.Sprint(p.line())
				}
				require.True(t, found, line)
			}
			for kind, n := range shown {
				require.LessOrEqual(t, n, mostAnnotations, kind)
			}
			require.Equal(t, len(all) > 0, len(shown) > 0)
		})
	}
}

// Of more annotations than GitHub shows, the most important ones are first, and the rest is
// counted.
func TestGitHubLimit(t *testing.T) {
	scenarios(t)
	r := checked(t, "--output", "all.json", "plain.csv", "missing.csv")
	lines := strings.Split(string(marshalled(t, r, "github")), "\n")
	require.Contains(t, lines[0], "file=missing.csv")
	require.Contains(t, lines[1], "title=restricted%3A United States")
	require.Contains(t, string(marshalled(t, r, "github")),
		"listgate: GitHub shows 10 annotations of a kind for a step; not shown: 3 errors, 0 warnings, 0 notices. All of them: all.json\n")
}

// No number, nor seven digits of one in a row, stands in any format, whatever form it has in the
// list and whatever is wrong with it; with --show-numbers they do.
func TestFormatsHoldNoNumbers(t *testing.T) {
	cells := []string{ // no one of which is an example in a rule file, whose text stands in reports
		"+919011223344", "+91 (90112) 233-45", "919011223346", "09011223347", "whatsapp:+16467770189", "+5352345678",
		"+80097531864",
		"+2109753186420", "6467770133", "+91901122", "97531864209753186420", "+1 200 777 0187", "9.19011223348E+11",
		"+919011223349 / +919011223350", "Asha 9011223351", "+79789988776", "+16467770189 x7531864",
	}
	t.Chdir(t.TempDir())
	list := "phone,note\n"
	for _, cell := range cells {
		list += cell + ",call " + cell + "\n"
	}
	require.NoError(t, os.WriteFile("list.csv", []byte(list), 0o666))
	require.NoError(t, os.WriteFile("unclosed.csv", []byte(list+"+919011223399,\"+919011223399\n"), 0o666))
	require.NoError(t, os.WriteFile("never.txt", []byte("+919011223344\n"), 0o666))
	args := []string{"-c", "alcohol", "--default-region", "IN", "--bare", "either", "--suppress", "never.txt",
		"list.csv", "unclosed.csv", "missing.csv"}
	runs := []*Document{checked(t, args...),
		checked(t, append(args, "--validity", "valid", "--dedupe", "--require", "note=x")...)}
	for _, f := range Formats() {
		for _, r := range runs {
			out, err := f.Marshal(r)
			require.NoError(t, err)
			for _, cell := range append(cells, "+919011223399") {
				digits := regexp.MustCompile("[^0-9]").ReplaceAllString(cell, "")
				for at := 0; at+7 <= len(digits); at++ {
					require.False(t, strings.Contains(string(out), digits[at:at+7]), "%s holds digits of %s: %s",
						f.Name, cell, digits[at:at+7])
				}
			}
		}
		require.NoError(t, os.WriteFile("one.csv", []byte("phone\n+16467770189\n"), 0o666))
		shown, err := f.Marshal(checked(t, "--show-numbers", "one.csv"))
		require.NoError(t, err)
		require.True(t, strings.Contains(string(shown), "+16467770189"), f.Name)
	}
}
