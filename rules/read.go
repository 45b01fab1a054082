package rules

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/listgate/listgate/internal/strict"
)

const (
	aRuleFile  = "a rule file" // as messages call it
	configName = "listgate.toml"
)

// parse reads and checks one file. The File is of use only if there are no errors. shipped is nil for shipped files.
func parse(path, text string, shipped map[string]*File) (*File, Errors) {
	sum := sha256.Sum256([]byte(text))
	f := &File{Path: path, Shipped: shipped == nil, Text: text, SHA256: hex.EncodeToString(sum[:])}
	root, problem := strict.Parse(text, aRuleFile)
	if problem != nil {
		f.broken = true
		return f, Errors{{path, problem.Line, problem.Err}}
	}
	c := checker{file: f}
	c.check(table{root}, shipped)
	errs := errorsOf(path, root.Problems())
	f.broken = len(errs) > 0
	return f, errs
}

func errorsOf(path string, problems []strict.Problem) Errors {
	var errs Errors
	for _, p := range problems {
		errs = append(errs, &Error{path, p.Line, p.Err})
	}
	return errs
}

// readUserFiles reads all files at paths. A file that two paths lead to is read once.
func readUserFiles(paths []string, shipped map[string]*File) ([]*File, Errors) {
	var files []*File
	var errs Errors
	seen := map[string]bool{}
	for _, path := range paths {
		names, err := list(path)
		if err != nil {
			errs = append(errs, &Error{File: path, Err: err})
		}
		for _, name := range names {
			absolute, err := filepath.Abs(name)
			if err == nil && seen[absolute] {
				continue
			}
			seen[absolute] = true
			f, fileErrs := readUserFile(name, shipped)
			if f != nil {
				files = append(files, f)
			}
			errs = append(errs, fileErrs...)
		}
	}
	return files, errs
}

// list returns path, or the rule files in the folder at path, sorted. Hidden files are none, nor is the config file.
func list(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, strict.Plain(err)
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	items, err := os.ReadDir(path)
	if err != nil {
		return nil, strict.Plain(err)
	}
	var names []string
	for _, item := range items {
		name := item.Name()
		isRules := strings.EqualFold(filepath.Ext(name), ".toml") && !strings.HasPrefix(name, ".") && !strings.EqualFold(name, configName)
		if isRules && !item.IsDir() {
			names = append(names, filepath.Join(path, name))
		}
	}
	if len(names) == 0 {
		return nil, errors.New("no rule file (*.toml) in this folder")
	}
	return names, nil
}

func readUserFile(path string, shipped map[string]*File) (*File, Errors) {
	text, err := strict.ReadFile(path)
	if err != nil {
		return nil, Errors{{File: path, Err: err}}
	}
	return parse(path, text, shipped)
}
