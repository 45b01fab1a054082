package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
	"github.com/tetratelabs/wazero/sys"
)

// plannedDay is when the lists of the tests are to be sent: the command and the page must mean the
// same time.
const plannedDay = "2026-12-24"

// Outputs are what a run wrote, or why it did not.
type outputs struct {
	kept, dropped, report []byte
	refusal               string
}

var theCommand = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "listgate-command-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(folder, "listgate")
	out, err := exec.Command("go", "build", "-o", path, "../cmd/listgate").CombinedOutput()
	if err != nil {
		return "", &exec.Error{Name: string(out), Err: err}
	}
	return path, nil
})

// runCommand filters a copy of the list in a folder of its own.
func runCommand(t *testing.T, list string, flags ...string) outputs {
	command, err := theCommand()
	require.NoError(t, err)
	folder := t.TempDir()
	copied := filepath.Join(folder, filepath.Base(list))
	text, err := os.ReadFile(list)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(copied, text, 0o600))
	run := exec.Command(command,
		append([]string{"filter", "--config", os.DevNull, "--at", plannedDay, "--quiet", filepath.Base(list)},
			flags...)...)
	run.Dir = folder
	var stderr bytes.Buffer
	run.Stderr = &stderr
	_ = run.Run() // the status is 1, too, if nothing is kept
	written, err := filepath.Glob(filepath.Join(folder, "*.report.json"))
	require.NoError(t, err)
	if len(written) == 0 {
		return outputs{refusal: stderr.String()}
	}
	return outputs{kept: readOne(t, folder, "*.kept.*"), dropped: readOne(t, folder, "*.dropped.*"),
		report: readOne(t, folder, "*.report.json")}
}

func requireExit(t *testing.T, status int, command string, args ...string) {
	t.Helper()
	run := exec.Command(command, args...)
	out, err := run.CombinedOutput()
	if status == 0 {
		require.NoError(t, err, string(out))
	}
	require.Equal(t, status, run.ProcessState.ExitCode(), string(out))
}

func readOne(t *testing.T, folder, pattern string) []byte {
	found, err := filepath.Glob(filepath.Join(folder, pattern))
	require.NoError(t, err)
	require.Len(t, found, 1, pattern)
	text, err := os.ReadFile(found[0])
	require.NoError(t, err)
	return text
}

// requireSame holds what the page wrote to what the command wrote.
func requireSame(t *testing.T, command, page outputs) {
	t.Helper()
	require.Equal(t, command.refusal == "", page.refusal == "", "the command says %q, the page %q", command.refusal,
		page.refusal)
	require.Equal(t, string(command.kept), string(page.kept))
	require.Equal(t, string(command.dropped), string(page.dropped))
	if command.refusal == "" {
		require.Equal(t, comparable(t, command.report), comparable(t, page.report))
	}
}

// comparable takes out of a report what says who made it and when.
func comparable(t *testing.T, text []byte) string {
	var report map[string]any
	require.NoError(t, json.Unmarshal(text, &report))
	for _, key := range []string{"created", "by", "seal"} {
		require.Contains(t, report, key)
		delete(report, key)
	}
	again, err := json.MarshalIndent(report, "", " ")
	require.NoError(t, err)
	return string(again)
}

// testLists are all lists of testdata.
func testLists(t *testing.T) []string {
	var lists []string
	for _, pattern := range []string{"../testdata/lists/*", "../testdata/cases/lists/*"} {
		found, err := filepath.Glob(pattern)
		require.NoError(t, err)
		lists = append(lists, found...)
	}
	lists = slices.DeleteFunc(lists, func(path string) bool { return strings.HasSuffix(path, ".md") })
	require.NotEmpty(t, lists)
	return lists
}

// TestEngineGivesTheCommandsBytes runs the engine over every list of testdata, in a WASI runtime
// without a browser.
func TestEngineGivesTheCommandsBytes(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the engine, which takes seconds")
	}
	module, err := buildEngine()
	require.NoError(t, err)
	runtime := wazero.NewRuntime(t.Context())
	defer runtime.Close(t.Context())
	wasi_snapshot_preview1.MustInstantiate(t.Context(), runtime)
	compiled, err := runtime.CompileModule(t.Context(), module)
	require.NoError(t, err)
	for _, list := range testLists(t) {
		t.Run(filepath.Base(list), func(t *testing.T) {
			requireSame(t, runCommand(t, list, "-c", "general"), runEngine(t, runtime, compiled, list))
		})
	}
}

func runEngine(t *testing.T, runtime wazero.Runtime, module wazero.CompiledModule, list string) outputs {
	root := t.TempDir()
	for _, folder := range []string{"list", "out"} {
		require.NoError(t, os.Mkdir(filepath.Join(root, folder), 0o700))
	}
	text, err := os.ReadFile(list)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(root, "list", filepath.Base(list)), text, 0o600))
	request, err := json.Marshal(map[string]any{
		"do": "filter", "now": "2026-12-01T10:00:00Z", "list": "list/" + filepath.Base(list),
		"categories": []string{"general"}, "day": plannedDay,
	})
	require.NoError(t, err)
	var stdout, stderr bytes.Buffer
	config := wazero.NewModuleConfig().WithName("").WithArgs("listgate", string(request)).WithEnv("PWD",
		"/").WithStdout(&stdout).WithStderr(&stderr).
		WithFSConfig(wazero.NewFSConfig().WithDirMount(root,
			"/")).WithSysWalltime().WithSysNanotime().WithRandSource(bytes.NewReader(make([]byte, 1<<16)))
	instance, err := runtime.InstantiateModule(t.Context(), module, config)
	if exit, ok := err.(*sys.ExitError); !ok || exit.ExitCode() != 0 {
		require.NoError(t, err, stderr.String())
		defer instance.Close(t.Context())
	}
	var event struct {
		Error string `json:"error"`
	}
	require.NoError(t, json.Unmarshal(stdout.Bytes(), &event), stdout.String())
	if event.Error != "" {
		return outputs{refusal: event.Error}
	}
	return outputs{kept: readOne(t, root+"/out", "kept"), dropped: readOne(t, root+"/out", "dropped"),
		report: readOne(t, root+"/out", "report")}
}
