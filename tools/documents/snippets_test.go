package documents

import (
	"encoding/json"
	"fmt"
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/config"
)

var (
	goBlock   = regexp.MustCompile("(?s)```go\n(.*?)```")
	tomlBlock = regexp.MustCompile("(?s)```toml\n(.*?)```")
	declared  = regexp.MustCompile(`(?m)^\s*([a-z]\w*(?:, [a-z]\w*)*) :=`)
	used      = regexp.MustCompile(`\b([a-z]\w*)\.[A-Z]`)
)

// packages are those that the Go blocks of the documents may use.
var packages = map[string]string{
	"rules": module + "rules", "filter": module + "filter", "gate": module + "gate", "config": module + "config",
	"report": module + "report", "listfile": module + "listfile", "server": module + "server",
	"cloudapi": module + "gate/cloudapi", "folderstore": module + "gate/folderstore",
	"natsstore": module + "gate/natsstore",
	"http":      "net/http", "log": "log", "time": "time", "os": "os", "context": "context", "errors": "errors",
}

// Blocks of Go in the documents compile as the body of a function. Those that need a client which
// is not ours are tests of gate/cloudapi/clienttest.
func TestGoBlocksCompile(t *testing.T) {
	at, err := filepath.Abs(root)
	require.NoError(t, err)
	var overlay struct{ Replace map[string]string } // nothing is written into the tree
	overlay.Replace = map[string]string{}
	build := []string{"build", "-overlay", filepath.Join(t.TempDir(), "overlay.json")}
	for name, text := range documents(t) {
		for i, m := range goBlock.FindAllStringSubmatch(text, -1) {
			if strings.Contains(m[1], "retryablehttp") {
				continue
			}
			source, err := format.Source([]byte(program(m[1])))
			require.NoError(t, err, "%s:\n%s", name, m[1])
			block := fmt.Sprintf("./tools/documents/%s%d", strings.TrimSuffix(name, ".md"), i)
			file := filepath.Join(t.TempDir(), "block.go")
			require.NoError(t, os.WriteFile(file, source, 0o666))
			overlay.Replace[filepath.Join(at, block, "block.go")] = file
			build = append(build, block)
		}
	}
	require.GreaterOrEqual(t, len(overlay.Replace), 2)
	text, err := json.Marshal(overlay)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(build[2], text, 0o666))
	command := exec.CommandContext(t.Context(), "go", build...)
	command.Dir = root
	out, err := command.CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// program returns a file in which a block is the body of a function.
func program(block string) string {
	var b strings.Builder
	b.WriteString("package block\n\nimport (\n\t\"context\"\n")
	seen := map[string]bool{"context": true}
	for _, m := range used.FindAllStringSubmatch(block, -1) {
		if path := packages[m[1]]; path != "" && !seen[m[1]] {
			seen[m[1]] = true
			fmt.Fprintf(&b, "\t%q\n", path)
		}
	}
	b.WriteString(")\n\n")
	if strings.Contains(block, "kindOfTemplate") {
		b.WriteString("var kindOfTemplate = new(cloudapi.Transport).Message\n\n")
	}
	fmt.Fprintf(&b, "func _(ctx context.Context) {\n%s\n", block)
	for _, m := range declared.FindAllStringSubmatch(block, -1) {
		for name := range strings.SplitSeq(m[1], ", ") {
			if name != "_" && !strings.Contains(block, "if "+name+" :=") {
				fmt.Fprintf(&b, "_ = %s\n", name)
			}
		}
	}
	return b.String() + "}\n"
}

// A listgate.toml of the documents is one that is read without an error.
func TestConfigurationBlocksAreRead(t *testing.T) {
	read := 0
	for name, text := range documents(t) {
		for _, m := range tomlBlock.FindAllStringSubmatch(text, -1) {
			if !strings.Contains(m[1], "[[account]]") {
				continue
			}
			path := filepath.Join(t.TempDir(), config.Name)
			require.NoError(t, os.WriteFile(path, []byte(m[1]), 0o600))
			_, err := config.Load(path)
			require.NoError(t, err, name)
			read++
		}
	}
	require.Positive(t, read)
}

func documents(t *testing.T) map[string]string {
	paths, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	require.NoError(t, err)
	all := map[string]string{}
	for _, path := range append(paths, filepath.Join(root, "README.md")) {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		all[filepath.Base(path)] = string(text)
	}
	return all
}
