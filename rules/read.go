package rules

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/BurntSushi/toml"
)

const (
	maxFileBytes = 1 << 20 // far more than any rule file; a list of recipients given by mistake is refused at once
	configName   = "listgate.toml"
)

// parse reads and checks one file. The File is of use only if there are no errors. shipped is nil for shipped files.
func parse(path, text string, shipped map[string]*File) (*File, Errors) {
	sum := sha256.Sum256([]byte(text))
	f := &File{Path: path, Shipped: shipped == nil, Text: text, SHA256: hex.EncodeToString(sum[:])}
	if err := checkText(path, text); err != nil {
		f.broken = true
		return f, Errors{err}
	}
	// The decoder cuts a byte order mark itself, and then its offsets are wrong.
	text = strings.TrimPrefix(text, "\uFEFF")
	lines, deep := locate(text)
	if deep > 0 {
		f.broken = true
		return f, Errors{{File: path, Line: deep, Err: fmt.Errorf("nested deeper than %d levels; is it a rule file?", maxDepth)}}
	}
	// To a map, never to structs: those fold case, stop at the first wrong type and take dates in the machine's zone.
	var m map[string]any
	if _, err := toml.Decode(text, &m); err != nil {
		f.broken = true
		return f, Errors{syntaxError(path, err)}
	}
	c := checker{file: f, lines: lines}
	c.check(m, shipped)
	f.broken = len(c.errs) > 0
	return f, c.errs
}

func checkText(path, text string) *Error {
	if len(text) > maxFileBytes {
		return &Error{File: path, Err: fmt.Errorf("larger than %d bytes; is it a rule file?", maxFileBytes)}
	}
	if i := strings.IndexByte(text, 0); i >= 0 || strings.HasPrefix(text, "\xFF\xFE") || strings.HasPrefix(text, "\xFE\xFF") {
		return &Error{File: path, Line: 1, Err: errors.New("not UTF-8 text (UTF-16?); save it as UTF-8")}
	}
	if utf8.ValidString(text) {
		return nil
	}
	valid := 0
	for valid < len(text) {
		c, size := utf8.DecodeRuneInString(text[valid:])
		if c == utf8.RuneError && size == 1 {
			break
		}
		valid += size
	}
	return &Error{File: path, Line: 1 + strings.Count(text[:valid], "\n"), Err: errors.New("not UTF-8 text; save it as UTF-8")}
}

func syntaxError(path string, err error) *Error {
	var syntax toml.ParseError
	if !errors.As(err, &syntax) {
		return &Error{File: path, Err: err}
	}
	cause := syntax.Message
	if cause == "" {
		cause = strings.TrimPrefix(syntax.Error(), "toml: ")
	}
	return &Error{File: path, Line: max(1, syntax.Position.Line), Err: errors.New(strings.TrimSuffix(cause, "."))}
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
		return nil, plainError(err)
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	items, err := os.ReadDir(path)
	if err != nil {
		return nil, plainError(err)
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
	file, err := os.Open(path)
	if err != nil {
		return nil, Errors{{File: path, Err: plainError(err)}}
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxFileBytes+1))
	if err != nil {
		return nil, Errors{{File: path, Err: plainError(err)}}
	}
	return parse(path, string(text), shipped)
}

// plainError takes off the path, which an Error says already.
func plainError(err error) error {
	if pathErr, ok := errors.AsType[*os.PathError](err); ok {
		return pathErr.Err
	}
	return err
}
