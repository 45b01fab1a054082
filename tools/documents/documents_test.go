// Package documents holds what the documents say to what the tree has.
package documents

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	root   = "../.."
	module = "github.com/listgate/listgate/"
)

var inMarks = regexp.MustCompile("`([a-z_][^` :]*/[^` :]*)(?:: ([A-Za-z.]+))?`")

// What the map names is there: files, folders, and what is declared in them.
func TestArchitectureNamesWhatThereIs(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "ARCHITECTURE.md"))
	require.NoError(t, err)
	named := inMarks.FindAllStringSubmatch(string(text), -1)
	require.Greater(t, len(named), 60)
	var missing []string
	for _, m := range named {
		path := filepath.Join(root, m[1])
		if _, err := os.Stat(path); err != nil || m[2] != "" && !slices.Contains(declaredIn(t, path), m[2]) {
			missing = append(missing, m[0])
		}
	}
	require.Empty(t, missing)
}

// declaredIn returns what a file declares: types, functions, and methods as Type.Method.
func declaredIn(t *testing.T, path string) (names []string) {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	require.NoError(t, err)
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.GenDecl:
			for _, s := range d.Specs {
				if s, ok := s.(*ast.TypeSpec); ok {
					names = append(names, s.Name.Name)
				}
			}
		case *ast.FuncDecl:
			name := d.Name.Name
			if d.Recv != nil {
				receiver := d.Recv.List[0].Type
				if star, ok := receiver.(*ast.StarExpr); ok {
					receiver = star.X
				}
				if ident, ok := receiver.(*ast.Ident); ok {
					name = ident.Name + "." + name
				}
			}
			names = append(names, name)
		}
	}
	return names
}

// Imports run one way, as the map says.
func TestImportsRunOneWay(t *testing.T) {
	for _, c := range []struct {
		of    string
		never []string // packages, with all below them
	}{
		{"rules", []string{"filter", "gate", "listfile", "report", "server", "config", "cmd"}},
		{"filter", []string{"gate", "listfile", "report", "server", "config", "cmd"}},
		{"listfile", []string{"rules", "gate", "report", "server", "config", "cmd", "filter"}},
		{"report", []string{"gate/cloudapi", "listfile", "server", "config", "cmd"}},
		{"gate", []string{"rules", "filter", "listfile", "report", "server", "config", "cmd", "gate/cloudapi"}},
		{"gate/folderstore", []string{"rules", "filter", "gate/cloudapi", "server", "config", "cmd"}},
		{"gate/natsstore", []string{"rules", "filter", "gate/cloudapi", "server", "config", "cmd"}},
		{"gate/cloudapi", []string{"listfile", "report", "server", "cmd"}},
		{"server", []string{"listfile", "cmd"}},
		{"internal/listrun", []string{"server", "cmd"}},
	} {
		list := exec.CommandContext(t.Context(), "go", "list", "-deps", "./"+c.of)
		list.Dir = root
		out, err := list.Output()
		require.NoError(t, err)
		for _, imported := range strings.Fields(string(out)) {
			for _, never := range c.never {
				isBelow := strings.HasPrefix(imported+"/", module+never+"/")
				require.False(t, isBelow, "%s imports %s", c.of, imported)
			}
		}
	}
}
