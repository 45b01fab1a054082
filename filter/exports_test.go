package filter_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Who imports filter to decide numbers compiles nothing that reads stored lists, and nothing of the
// gate.
func TestFilterAloneIsSmall(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".").Output()
	require.NoError(t, err)
	for _, of := range strings.Fields(string(out)) {
		for _, heavy := range []string{
			"archive/", "compress/", "encoding/xml", "net/http", "github.com/klauspost/", "github.com/nats-io/",
			"github.com/prometheus/", "github.com/xuri/",
			"github.com/nyaruka/", "github.com/spf13/", "github.com/listgate/listgate/gate",
			"github.com/listgate/listgate/listfile",
		} {
			require.False(t, strings.HasPrefix(of, heavy), of)
		}
	}
}

// mostNames is how many names a reader of the package has to know at most: types, functions,
// constants and variables.
const mostNames = 65

func TestFilterHasFewNames(t *testing.T) {
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	var names []string
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		require.NoError(t, err)
		for _, declaration := range file.Decls {
			names = append(names, exported(declaration)...)
		}
	}
	require.LessOrEqual(t, len(names), mostNames, "%s", names)
}

// exported returns the names that a declaration exports. Methods count with their type.
func exported(declaration ast.Decl) (names []string) {
	add := func(name *ast.Ident) {
		if name.IsExported() {
			names = append(names, name.Name)
		}
	}
	switch d := declaration.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			add(d.Name)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				add(s.Name)
			case *ast.ValueSpec:
				for _, name := range s.Names {
					add(name)
				}
			}
		}
	}
	return names
}
