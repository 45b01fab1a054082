//go:build unix

package survival

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"
)

// command is the command with faults, built once. See internal/disk.
var command = sync.OnceValues(func() (string, error) {
	path := filepath.Join(workFolder, "listgate")
	build := exec.Command("go", "build", "-tags", "faults", "-o", path, "./cmd/listgate")
	build.Dir = Root()
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // as releases are built
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

// skipShort skips a test that runs the command in a short run: under the race detector, say.
func skipShort(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("runs the command very often")
	}
}

var workFolder string

func TestMain(m *testing.M) {
	var err error
	if workFolder, err = os.MkdirTemp("", "survival-"); err != nil {
		panic(err)
	}
	status := m.Run()
	os.RemoveAll(workFolder)
	os.Exit(status)
}

// A kindOfRun is a use of the command, and what it puts where.
type kindOfRun struct {
	name    string
	args    string
	stdin   string   // the file that it reads as standard input
	outputs []string // the last one tells of the others, if it is a report
	renewed bool     // outputs of an earlier run are removed first
	alike   bool     // what it does to files is mostly what other kinds of run do
	apart   bool     // outputs stand if they are whole, also where others failed, and tell what failed
}

// earlier is what an output of an earlier run holds.
const earlier = "what an earlier run wrote\n"

const at = "--at 2026-12-02T03:04:05Z "

var kindsOfRun = []kindOfRun{
	{"a list", "filter -c general " + at + "list.csv", "",
		[]string{"list.dropped.csv", "list.kept.csv", "list.report.json"}, true, false, false},
	{"only kept rows", "filter -c general " + at + "-o kept.csv --dropped none list.csv", "", []string{"kept.csv"},
		true, true, false},
	{"gzip", "filter -c general " + at + "list.csv.gz", "",
		[]string{"list.dropped.csv.gz", "list.kept.csv.gz", "list.report.json"}, true, true, false},
	{"zstd", "filter -c general " + at + "-o kept.csv.zst --report report.json list.csv.zst", "",
		[]string{"kept.dropped.csv.zst", "kept.csv.zst", "report.json"}, true, true, false},
	{"a workbook", "filter -c general " + at + "-o kept.csv --report report.json book.xlsx", "",
		[]string{"kept.dropped.csv", "kept.csv", "report.json"}, true, true, false},
	{"a workbook to a workbook", "filter -c general " + at + "-o kept.xlsx --report report.json book.xlsx", "",
		[]string{"kept.dropped.xlsx", "kept.xlsx", "report.json"}, true, false, false},
	{"standard input", "filter -c general " + at + "-o kept.csv --report report.json -", "list.csv",
		[]string{"kept.dropped.csv", "kept.csv", "report.json"}, true, true, false},
	{"UTF-16", "filter -c general " + at + "-o kept.csv --report report.json utf16.csv", "",
		[]string{"kept.dropped.csv", "kept.csv", "report.json"}, true, true, false},
	{"a stop list and rules",
		"filter --config listgate.toml -c brand --rules brand.toml --suppress stop.csv --dedupe " +
			at + "-o kept.csv --report report.json list.csv", "",
		[]string{"kept.dropped.csv", "kept.csv", "report.json"}, true, false, false},
	{"too many dropped", "filter -c general " + at + "--max-dropped 1 -o kept.csv --report report.json list.csv", "",
		[]string{"kept.dropped.csv", "report.json"}, true, true, false},
	{"check", "check -c general " + at +
		"--output json=check.json --output junit=check.xml --max-dropped 99% list.csv", "",
		[]string{"check.json", "check.xml"}, true, false, true},
	{"rules init", "rules init mine --allow allow.txt --source policy --by me", "", []string{"mine.toml"}, false,
		false, false},
	{"rules init --page", "rules init --page page.html --out made", "",
		[]string{"made/alcohol.toml", "made/online-gambling.toml", "made/otc-drugs.toml"}, false, true, false},
	{"verify", "verify --report before.report.json before.kept.csv", "", nil, false, false, false},
}

// A ground is a kind of run, the files that it needs, and what it makes of them.
type ground struct {
	kindOfRun
	files  map[string]string // by name
	status int               // of the run that nothing disturbs
	good   map[string]string // its outputs
	stdout string
	ops    []operation
}

// An operation is one that a run does on a file.
type operation struct{ what, name string }

func (o operation) transfers() bool {
	return o.what == "read" || o.what == "readat" || o.what == "write"
}

// A result is how a run ended.
type result struct {
	status         int // -1: it was killed
	stdout, stderr string
}

// prepare does each kind of run once, undisturbed.
var prepare = sync.OnceValues(func() ([]*ground, error) {
	path, err := command()
	if err != nil {
		return nil, err
	}
	files, err := fixture(path)
	if err != nil {
		return nil, err
	}
	var grounds []*ground
	for _, kind := range kindsOfRun {
		g := &ground{kindOfRun: kind, files: files, good: map[string]string{}}
		dir, err := g.lay()
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(dir)
		log := filepath.Join(workFolder, "log")
		os.Remove(log)
		r := g.start(dir, "LISTGATE_FAULT_LOG="+log)
		g.status, g.stdout = r.status, r.stdout
		if r.status != 0 && !(kind.name == "too many dropped" && r.status == 1) {
			return nil, fmt.Errorf("%s: status %d: %s", kind.name, r.status, r.stderr)
		}
		for _, name := range kind.outputs {
			text, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				return nil, fmt.Errorf("%s: %w", kind.name, err)
			}
			g.good[name] = plain(string(text))
		}
		text, err := os.ReadFile(log)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(text)) {
			fields := strings.Fields(line)
			g.ops = append(g.ops, operation{fields[1], fields[2]})
		}
		grounds = append(grounds, g)
	}
	return grounds, nil
})

func grounds(t *testing.T) []*ground {
	t.Helper()
	skipShort(t)
	all, err := prepare()
	require.NoError(t, err)
	return all
}

// fixture returns the files that runs read.
func fixture(command string) (map[string]string, error) {
	var list strings.Builder
	list.WriteString("name,phone\n")
	for i := range 4000 {
		fmt.Fprintf(&list, "customer %d,+9198%08d\n", i, i*7919%100_000_000)
		if i%3 == 0 {
			fmt.Fprintf(&list, "\"customer, %d\",+1415555%04d\n", i, i%10_000)
		}
	}
	var gz bytes.Buffer
	w := gzip.NewWriter(&gz)
	_, _ = io.WriteString(w, list.String())
	_ = w.Close()
	enc, err := zstd.NewWriter(nil)
	if err != nil {
		return nil, err
	}
	utf16 := []byte{0xff, 0xfe}
	for _, b := range []byte(list.String()) {
		utf16 = append(utf16, b, 0)
	}
	files := map[string]string{
		"list.csv": list.String(), "list.csv.gz": gz.String(), "utf16.csv": string(utf16),
		"list.csv.zst": string(enc.EncodeAll([]byte(list.String()), nil)),
		"stop.csv":     "phone\n+919800000000\n+919800007919\n",
		"allow.txt":    "India\nBR\nMexico\n",
		"brand.toml": "format = 1\ncategory = \"brand\"\ntitle = \"Brand\"\ndefault = \"deny\"\ncomplete = true\n" +
			"as_of = 2026-11-22\nsource = \"us\"\nentries = 1\n\n[[allow]]\nid = \"brand-in\"\nsource = \"us\"\nregions = [\"IN\"]\n",
		"listgate.toml": "default-region = \"IN\"\n",
	}
	for name, from := range map[string]string{
		"book.xlsx": "testdata/lists/campaign-small.xlsx", "page.html": "rules/policypage/testdata/ok/tables.html",
		"error.json": "testdata/webhooks/error-131031.json",
	} {
		text, err := os.ReadFile(filepath.Join(Root(), from))
		if err != nil {
			return nil, err
		}
		files[name] = string(text)
	}
	g := &ground{kindOfRun: kindOfRun{args: "filter -c general -o before.kept.csv --dropped none --report before.report.json list.csv"},
		files: files}
	dir, err := g.lay()
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if r := g.start(dir); r.status != 0 {
		return nil, errors.New(r.stderr)
	}
	for _, name := range []string{"before.kept.csv", "before.report.json"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		files[name] = string(text)
	}
	return files, nil
}

// lay makes a folder with the files that the run needs, and with outputs of an earlier one.
func (g *ground) lay() (dir string, err error) {
	if dir, err = os.MkdirTemp(workFolder, "run-"); err != nil {
		return "", err
	}
	return dir, g.layIn(dir)
}

func (g *ground) layIn(dir string) error {
	for name, text := range g.files {
		if strings.Contains(g.args+" "+g.stdin, name) {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				return err
			}
		}
	}
	if g.renewed {
		for _, name := range g.outputs {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(earlier), 0o600); err != nil {
				return err
			}
		}
	}
	return nil
}

// start does the run in a folder.
func (g *ground) start(dir string, env ...string) result {
	path, _ := command()
	return g.startAs(dir, env, path)
}

// startAs does the run by a command that is given its arguments.
func (g *ground) startAs(dir string, env []string, command ...string) result {
	run := exec.Command(command[0], append(slices.Clone(command[1:]), strings.Fields(g.args)...)...)
	run.Dir = dir
	run.Env = append(os.Environ(), env...)
	var stdout, stderr strings.Builder
	run.Stdout, run.Stderr = &stdout, &stderr
	if g.stdin != "" {
		file, err := os.Open(filepath.Join(dir, g.stdin))
		if err != nil {
			return result{-2, "", err.Error()}
		}
		defer file.Close()
		run.Stdin = file
	}
	if err := run.Run(); err != nil && run.ProcessState == nil {
		return result{-2, "", err.Error()}
	}
	return result{run.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

var (
	times  = regexp.MustCompile(`\d{4}-\d\d-\d\dT[\d:.]+Z?`)
	makers = regexp.MustCompile(`("by": ?")[^"]*`) // unknown, where the user cannot be looked up
	seals  = regexp.MustCompile(`("seal": ?"sha256:)[0-9a-f]+`)
	number = regexp.MustCompile(`\+?9198\d{8}|\+?1415555\d{4}`)
)

// plain takes out what differs between two runs that do the same.
func plain(text string) string {
	return seals.ReplaceAllString(makers.ReplaceAllString(times.ReplaceAllString(text, "TIME"), "$1"), "$1")
}

// What stands under the names of outputs.
const (
	absent = "absent"
	old    = "of an earlier run"
	fresh  = "whole"
	told   = "a document of what went wrong"
)

func isDocument(text []byte) bool {
	d := xml.NewDecoder(bytes.NewReader(text))
	for {
		if _, err := d.Token(); err != nil {
			return json.Valid(text) || errors.Is(err, io.EOF) && bytes.HasPrefix(text, []byte("<"))
		}
	}
}

// found returns what stands under the names of the outputs. Of what is none of the three it returns
// how it begins.
func (g *ground) found(dir string) map[string]string {
	states := map[string]string{}
	for _, name := range g.outputs {
		text, err := os.ReadFile(filepath.Join(dir, name))
		switch {
		case err != nil:
			states[name] = absent
		case string(text) == earlier:
			states[name] = old
		case plain(string(text)) == g.good[name]:
			states[name] = fresh
		case g.apart && isDocument(text):
			states[name] = told
		default:
			states[name] = fmt.Sprintf("PARTIAL: %d bytes", len(text))
		}
	}
	return states
}

// judge returns what a disturbed run did that no run may do, "" for nothing. gone says that the
// disk was gone for good, so that nothing could be taken back.
func (g *ground) judge(dir string, r result, gone bool) string {
	states := g.found(dir)
	all := func(state string) bool {
		return !slices.ContainsFunc(g.outputs, func(name string) bool { return states[name] != state })
	}
	last := ""
	if len(g.outputs) > 0 {
		last = g.outputs[len(g.outputs)-1]
	}
	for _, name := range slices.Sorted(maps.Keys(states)) {
		switch state := states[name]; {
		case strings.HasPrefix(state, "PARTIAL"):
			return name + ": " + state
		case state == told && r.status != 3:
			return fmt.Sprintf("%s: %s, and status %d", name, told, r.status)
		case g.apart, strings.Contains(r.stderr, "wrote "+name) &&
			strings.Contains(r.stderr, "note: these files stand"):
		case state == fresh && r.status != g.status && r.status >= 0 && !gone:
			return fmt.Sprintf("%s stands although the status is %d", name, r.status)
		case state == fresh && r.status != g.status && r.status >= 0 &&
			!strings.Contains(r.stderr, filepath.Base(name)):
			return fmt.Sprintf("%s stands, and is not named in: %s", name, r.stderr)
		}
	}
	switch {
	case r.status == -2:
		return r.stderr
	case r.status != g.status && r.status != 3 && r.status != -1:
		return fmt.Sprintf("status %d: %s", r.status, r.stderr)
	case r.status == g.status && !all(fresh):
		return fmt.Sprintf("status %d, and not all outputs: %v", r.status, states)
	case r.status == g.status && r.stdout != g.stdout && len(g.outputs) == 0:
		return fmt.Sprintf("status %d, and another answer: %s", r.status, r.stdout)
	case r.status == 3 && r.stderr == "":
		return "status 3 without a word"
	case number.MatchString(r.stderr):
		return "a number in: " + r.stderr
	case strings.HasSuffix(last, "report.json") && states[last] == fresh && !all(fresh),
		strings.HasSuffix(last, "report.json") && states[last] == old && !all(old):
		return fmt.Sprintf("a report of what is not there: %v", states)
	}
	return ""
}

// again does the run once more, undisturbed, and returns what is wrong then: what a killed run left
// must be gone.
func (g *ground) again(dir string) string {
	if g.name == "rules init" && g.found(dir)["mine.toml"] == fresh {
		return "" // it writes over nothing
	}
	r := g.start(dir)
	if problem := g.judge(dir, r, false); problem != "" || r.status != g.status {
		return fmt.Sprintf("the next run: %s (status %d) %s", problem, r.status, r.stderr)
	}
	if !g.renewed {
		path, _ := command() // clean finds what a killed run left where no run takes the place of another
		for _, folder := range []string{".", "made"} {
			clean := exec.Command(path, "clean", folder)
			clean.Dir = dir
			if out, err := clean.CombinedOutput(); err != nil && folder == "." {
				return string(out)
			}
		}
	}
	return leftIn(dir)
}

// leftIn returns a file that a run left in a folder, "" if there is none.
func leftIn(dir string) (left string) {
	_ = filepath.WalkDir(dir, func(path string, _ os.DirEntry, _ error) error {
		if strings.HasPrefix(filepath.Base(path), ".listgate-") {
			left = "left over: " + path
		}
		return nil
	})
	return left
}

// A trial is one way to disturb a run.
type trial struct {
	*ground
	what string // for messages
	do   func(g *ground) (problem string)
}

// try does trials beside each other.
func try(t *testing.T, trials []trial) {
	t.Helper()
	queue := make(chan trial)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for each := range queue {
				if problem := each.do(each.ground); problem != "" {
					t.Errorf("%s, %s: %s", each.name, each.what, problem)
				}
			}
		})
	}
	for _, each := range trials {
		queue <- each
	}
	close(queue)
	workers.Wait()
}
