// Package peers holds the programs beside which listgate is measured. Those that filter a list take
// the same arguments: LIST KEPT DEFAULT-REGION DENIED-REGIONS DENIED-PREFIXES, the last two parted
// by commas.
package peers

import (
	"embed"
	"os"
	"path"
	"path/filepath"
)

//go:embed programs
var programs embed.FS

// Unpack writes the programs that are not Go, and the list of npm packages that two of them need,
// to folder.
func Unpack(folder string) error {
	const root = "programs"
	entries, err := programs.ReadDir(root)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		text, err := programs.ReadFile(path.Join(root, entry.Name()))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, entry.Name()), text, 0o666); err != nil {
			return err
		}
	}
	return nil
}
