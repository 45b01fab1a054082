// Package packaging runs what others take from this repository as they would: the steps of the
// action, the hook of pre-commit, and the blocks of docs/ci.md for CI systems.
package packaging

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

const (
	badList  = "name,phone\nAsha,+919876543210\nJoe,+14155550132\n"
	goodList = "name,phone\nAsha,+919876543210\n"
	badRules = "format = 1\ncategory = \"mine\"\nextends = \"general\"\n[[deny]]\nid = \"x\"\nregions = [\"XX\"]\nsource = \"https://example.com\"\n"
)

func root(t *testing.T) string {
	dir, err := filepath.Abs("../..")
	require.NoError(t, err)
	return dir
}

// read decodes a YAML file of the repository and refuses keys that into does not know.
func read(t *testing.T, name string, into any) {
	text, err := os.ReadFile(filepath.Join(root(t), name))
	require.NoError(t, err)
	decode(t, string(text), into)
}

func decode(t *testing.T, text string, into any) {
	decoder := yaml.NewDecoder(strings.NewReader(text))
	decoder.KnownFields(true)
	require.NoError(t, decoder.Decode(into))
}

// workspace returns a folder that holds files, given as name and text.
func workspace(t *testing.T, files ...string) string {
	dir := t.TempDir()
	for i := 0; i < len(files); i += 2 {
		path := filepath.Join(dir, files[i])
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(files[i+1]), 0o600))
	}
	return dir
}

// A command's end: its status, and what it wrote to both outputs.
type end struct {
	status int
	output string
}

func run(t *testing.T, dir string, env []string, command ...string) end {
	cmd := exec.CommandContext(t.Context(), "env", command...) // which finds the command in the PATH of env
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	err := cmd.Run()
	if exit := new(exec.ExitError); !errors.As(err, &exit) {
		require.NoError(t, err)
	}
	return end{cmd.ProcessState.ExitCode(), output.String()}
}

// bin holds a listgate that was built here, temp is the folder that a runner keeps for one job.
var bin, temp string

func TestMain(m *testing.M) {
	if runtime.GOOS == "windows" {
		return // the scripts are for bash
	}
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "packaging")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(dir)
		bin, temp = filepath.Join(dir, "bin"), filepath.Join(dir, "temp")
		if err := os.Mkdir(temp, 0o700); err != nil {
			panic(err)
		}
		build := exec.Command("go", "build", "-buildvcs=false", "-o", bin+string(filepath.Separator), "./cmd/listgate")
		build.Dir, build.Stderr = "../..", os.Stderr
		if err := build.Run(); err != nil {
			panic(err)
		}
		return m.Run()
	}())
}

func withBin() string {
	return "PATH=" + bin + string(os.PathListSeparator) + os.Getenv("PATH")
}

type action struct {
	Name, Description string
	Inputs            map[string]struct {
		Description, Default string
		Required             bool
	}
	Outputs map[string]struct{ Description, Value string }
	Runs    struct {
		Using string
		Steps []step
	}
}

type step struct {
	ID, Uses, Shell, Run string
	If                   string
	With, Env            map[string]string
}

var expression = regexp.MustCompile(`\$\{\{\s*(.*?)\s*\}\}`)

// expand puts values in the place of expressions; it knows no more of their language than names.
func expand(t *testing.T, text string, values map[string]string) string {
	return expression.ReplaceAllStringFunc(text, func(e string) string {
		value, ok := values[expression.FindStringSubmatch(e)[1]]
		require.True(t, ok, "no value for %s", e)
		return value
	})
}

// actionRun is what a run of the action left behind.
type actionRun struct {
	end
	sarif, summary string
}

// runAction runs the steps of action.yml in dir as the service does, but for those that are other
// actions.
func runAction(t *testing.T, dir string, with map[string]string) actionRun {
	var a action
	read(t, "action.yml", &a)
	require.Equal(t, "composite", a.Runs.Using)
	values := map[string]string{"github.action_path": root(t), "runner.temp": temp}
	for name, input := range a.Inputs {
		_, given := with[name]
		require.True(t, given || !input.Required, name)
		values["inputs."+name] = input.Default
	}
	for name, value := range with {
		require.Contains(t, a.Inputs, name)
		values["inputs."+name] = value
	}
	var got actionRun
	for _, s := range a.Runs.Steps {
		if s.Uses != "" {
			require.Equal(t, "actions/setup-go@v5", s.Uses)
			require.FileExists(t, expand(t, s.With["go-version-file"], values))
			continue
		}
		require.Equal(t, "bash", s.Shell)
		require.NotContains(t, s.Run, "${{", "an input must not become part of a script")
		files := map[string]string{"GITHUB_OUTPUT": "", "GITHUB_STEP_SUMMARY": ""}
		env := []string{"GITHUB_WORKSPACE=" + dir}
		for name := range files {
			path := filepath.Join(t.TempDir(), name)
			require.NoError(t, os.WriteFile(path, nil, 0o600))
			files[name] = path
			env = append(env, name+"="+path)
		}
		for name, value := range s.Env {
			env = append(env, name+"="+expand(t, value, values))
		}
		script := filepath.Join(temp, "script.sh")
		require.NoError(t, os.WriteFile(script, []byte(s.Run), 0o600))
		end := run(t, dir, env, "bash", "--noprofile", "--norc", "-e", "-o", "pipefail", script)
		got.status = end.status
		got.output += end.output
		for name, path := range files {
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			if name == "GITHUB_STEP_SUMMARY" {
				got.summary += string(text)
				continue
			}
			for line := range strings.Lines(string(text)) {
				output, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
				values["steps."+s.ID+".outputs."+output] = value
			}
		}
		if end.status != 0 {
			break
		}
	}
	if path := values["steps.check.outputs.sarif"]; path != "" {
		require.Equal(t, "${{ steps.check.outputs.sarif }}", a.Outputs["sarif"].Value)
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		got.sarif = string(text)
	}
	return got
}

func TestAction(t *testing.T) {
	dir := workspace(t, "lists/bad.csv", badList, "lists/good one.csv", goodList, "rules/no-in.toml",
		"format = 1\ncategory = \"platform\"\nextends = \"platform\"\n[[deny]]\nid = \"no-in\"\nregions = [\"IN\"]\nsource = \"https://example.com\"\n")
	tests := []struct {
		name     string
		with     map[string]string
		status   int
		log      string
		findings string
	}{
		{"a list that must fail", map[string]string{"lists": "lists/bad.csv", "category": "general"}, 1, "::error",
			"platform-us-marketing"},
		{"one that passes", map[string]string{"lists": "lists/good one.csv", "category": "general"}, 0, "", `"2.1.0"`},
		{"a pattern", map[string]string{"lists": "lists/*.csv\n", "category": "general\nfinance\n"}, 1, "::error",
			"platform-us-marketing"},
		{"a limit",
			map[string]string{"lists": "lists/bad.csv", "category": "general",
				"flags": "--max=restricted=1\n--default-region=IN"}, 0, "", "platform-us-marketing"},
		{"own rules", map[string]string{"lists": "lists/good one.csv", "category": "general", "rules": "rules",
			"format": "text"}, 1, "no-in", "no-in"},
		{"no such list", map[string]string{"lists": "none.csv", "category": "general"}, 3, "none.csv", ""},
		{"no such category", map[string]string{"lists": "lists/bad.csv", "category": "genral"}, 2,
			`did you mean "general"`, ""},
		{"no script",
			map[string]string{"lists": "$(touch x); `touch x`\n'lists/bad.csv", "category": "general"}, 3, "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := runAction(t, dir, test.with)
			require.Equal(t, test.status, got.status, got.output)
			require.Contains(t, got.output, test.log)
			require.Contains(t, got.sarif, test.findings)
			if test.status < 2 {
				require.Contains(t, got.summary, "lists/")
			}
			require.NotContains(t, got.output+got.sarif+got.summary, "4155550132")
			require.NoFileExists(t, filepath.Join(dir, "x"))
		})
	}
}

type hook struct {
	ID, Name, Description, Entry, Language, Files, Exclude string
	RequireSerial                                          bool `yaml:"require_serial"`
}

func TestPreCommitHook(t *testing.T) {
	var hooks []hook
	read(t, ".pre-commit-hooks.yaml", &hooks)
	require.Len(t, hooks, 1)
	require.Equal(t, "golang", hooks[0].Language)
	files, not := regexp.MustCompile(hooks[0].Files), regexp.MustCompile(hooks[0].Exclude)
	for name, want := range map[string]bool{
		"rules/mine.toml": true, "campaigns/rules/a/b.toml": true, "rules/my-listgate.toml": true,
		"listgate.toml": false, "rules/listgate.toml": false, "rules/a/listgate.toml": false, "pyproject.toml": false,
	} {
		require.Equal(t, want, files.MatchString(name) && !not.MatchString(name), name)
	}
	dir := workspace(t, "rules/good.toml", "format = 1\ncategory = \"other\"\nextends = \"general\"\n",
		"rules/bad.toml", badRules)
	for file, want := range map[string]int{"rules/good.toml": 0, "rules/bad.toml": 3} {
		got := run(t, dir, []string{withBin()}, append(strings.Fields(hooks[0].Entry), file)...)
		require.Equal(t, want, got.status, got.output)
	}
}

// pre-commit itself, where it is installed. It clones the commit and builds it.
func TestPreCommitItself(t *testing.T) {
	if _, err := exec.LookPath("pre-commit"); err != nil {
		require.Empty(t, os.Getenv("LISTGATE_TEST_PRE_COMMIT"), "pre-commit is not installed")
		t.Skip("pre-commit is not installed; its hook was run as it would")
	}
	dir := workspace(t, "rules/good.toml", "format = 1\ncategory = \"other\"\nextends = \"general\"\n",
		"rules/bad.toml", badRules, "listgate.toml", "")
	for _, command := range []string{"git init -q", "git add ."} {
		got := run(t, dir, nil, strings.Fields(command)...)
		require.Zero(t, got.status, got.output)
	}
	modules := strings.TrimSpace(run(t, dir, nil, "go", "env", "GOMODCACHE").output)
	home := []string{"PRE_COMMIT_HOME=" + t.TempDir(), "GOMODCACHE=" + modules}
	try := func(args ...string) end {
		return run(t, dir, home, append([]string{"pre-commit", "try-repo", root(t), "listgate-rules-lint"}, args...)...)
	}
	got := try("--files", "rules/good.toml", "listgate.toml")
	require.Zero(t, got.status, got.output)
	require.Contains(t, got.output, "Passed")
	got = try("--all-files")
	require.Equal(t, 1, got.status, got.output)
	require.Contains(t, got.output, `rules/bad.toml:6: unknown region "XX"`)
}

// blocks returns the YAML blocks of docs/ci.md.
func blocks(t *testing.T) []string {
	text, err := os.ReadFile(filepath.Join(root(t), "docs", "ci.md"))
	require.NoError(t, err)
	var found []string
	for _, block := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		found = append(found, block[1])
	}
	require.Len(t, found, 4)
	return found
}

// release returns the version that the source says it is.
func release(t *testing.T) string {
	got := run(t, root(t), []string{withBin()}, "listgate", "version")
	return "v" + strings.Fields(got.output)[1]
}

const ruleFile = "format = 1\ncategory = \"alcohol\"\nextends = \"alcohol\"\n[[allow]]\nid = \"in\"\nregions = [\"MX\"]\nsource = \"https://example.com\"\n"

func exports(t *testing.T, phone string) string {
	return workspace(t, "exports/a.csv", "phone\n"+phone+"\n", "rules/alcohol.toml", ruleFile)
}

const (
	mexican = "+525512345678"
	cuban   = "+5352345678"
)

func TestReadmeGitHub(t *testing.T) {
	var workflow struct {
		On   any
		Jobs map[string]struct {
			RunsOn      string `yaml:"runs-on"`
			Permissions map[string]string
			Steps       []step
		}
	}
	decode(t, blocks(t)[0], &workflow)
	steps := workflow.Jobs["lists"].Steps
	i := slices.IndexFunc(steps, func(s step) bool { return strings.HasPrefix(s.Uses, "listgate/") })
	require.Equal(t, "listgate/listgate@"+release(t), steps[i].Uses)
	require.Equal(t, 0, runAction(t, exports(t, mexican), steps[i].With).status)
	require.Equal(t, 1, runAction(t, exports(t, cuban), steps[i].With).status)
	upload := steps[i+1]
	require.Equal(t, "${{ steps."+steps[i].ID+".outputs.sarif }}", upload.With["sarif_file"])
}

// runLines runs the script lines of a CI system, but for the one that installs what is built here.
func runLines(t *testing.T, dir string, lines []string) end {
	install := "go install github.com/listgate/listgate/cmd/listgate@" + release(t)
	require.Contains(t, lines, install)
	var got end
	for _, line := range lines {
		if line == install {
			continue
		}
		if got = run(t, dir, []string{withBin()}, "bash", "-eo", "pipefail", "-c", line); got.status != 0 {
			break
		}
	}
	return got
}

func TestReadmeGitLab(t *testing.T) {
	var pipeline struct {
		Lists struct {
			Image     string
			Script    []string
			Artifacts struct {
				When    string
				Reports struct{ Codequality, Junit string }
			}
		}
	}
	decode(t, blocks(t)[1], &pipeline)
	job := pipeline.Lists
	for phone, want := range map[string]int{mexican: 0, cuban: 1} {
		dir := exports(t, phone)
		got := runLines(t, dir, job.Script)
		require.Equal(t, want, got.status, got.output)
		require.FileExists(t, filepath.Join(dir, job.Artifacts.Reports.Codequality))
		require.FileExists(t, filepath.Join(dir, job.Artifacts.Reports.Junit))
	}
}

func TestReadmeCircleCI(t *testing.T) {
	var pipeline struct {
		Version string
		Jobs    map[string]struct {
			Docker []map[string]string
			Steps  []any
		}
		Workflows map[string]struct{ Jobs []string }
	}
	decode(t, blocks(t)[2], &pipeline)
	require.Equal(t, []string{"lists"}, pipeline.Workflows["lists"].Jobs)
	var lines []string
	results := ""
	for _, step := range pipeline.Jobs["lists"].Steps {
		if named, ok := step.(map[string]any); ok {
			if line, ok := named["run"].(string); ok {
				lines = append(lines, line)
			}
			if store, ok := named["store_test_results"].(map[string]any); ok {
				results = store["path"].(string)
			}
		}
	}
	for phone, want := range map[string]int{mexican: 0, cuban: 1} {
		dir := exports(t, phone)
		got := runLines(t, dir, lines)
		require.Equal(t, want, got.status, got.output)
		require.FileExists(t, filepath.Join(dir, results, "listgate", "junit.xml"))
	}
}

func TestReadmePreCommit(t *testing.T) {
	var config struct {
		Repos []struct {
			Repo, Rev string
			Hooks     []struct{ ID string }
		}
	}
	decode(t, blocks(t)[3], &config)
	var hooks []hook
	read(t, ".pre-commit-hooks.yaml", &hooks)
	require.Equal(t, hooks[0].ID, config.Repos[0].Hooks[0].ID)
	require.Equal(t, release(t), config.Repos[0].Rev)
}
