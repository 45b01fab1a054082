package rules

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/listgate/listgate/internal/disk"
	"github.com/listgate/listgate/internal/strict"
)

const configName = "listgate.toml"

// A Source is the text of the user's rule files as it was when they were read. It is read only.
type Source struct {
	paths []string
	texts []sourceText
	errs  Errors // what could not be read
	at    time.Time
}

type sourceText struct {
	path string
	info fs.FileInfo // taken before the text was read
	text string
}

// ReadSource reads the rule files at paths, which are as in [Options]. What cannot be read is an
// error of [Load].
func ReadSource(paths ...string) *Source {
	s := &Source{paths: paths, at: time.Now()}
	names, errs := listAll(paths)
	s.errs = errs
	for _, name := range names {
		text, err := readText(name)
		if err != nil {
			s.errs = append(s.errs, &Error{File: name, Err: strict.Plain(err)})
			continue
		}
		s.texts = append(s.texts, text)
	}
	return s
}

// errChanging says that a file was not the same from its first byte to its last.
var errChanging = errors.New("it was written or replaced while it was read; run again once it is whole")

// mostReads is how often a file is read until it holds still. One that is replaced by renaming
// needs two.
const mostReads = 3

func readText(path string) (text sourceText, err error) {
	for range mostReads {
		if text, err = readOnce(path); !errors.Is(err, errChanging) {
			break
		}
	}
	return text, err
}

// readOnce reads a file, and finds that it changed meanwhile by its identity, size, time, and by
// its contents, since whoever writes can put the time back.
func readOnce(path string) (sourceText, error) {
	file, err := disk.Open(path)
	if err != nil {
		return sourceText{}, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return sourceText{}, err
	}
	text, err := strict.ReadAll(file)
	if err != nil || !info.Mode().IsRegular() { // of a pipe there is nothing to compare
		return sourceText{path, info, text}, err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return sourceText{}, err
	}
	again, err := strict.ReadAll(file)
	if err != nil {
		return sourceText{}, err
	}
	now, err := os.Stat(path)
	if err != nil {
		return sourceText{}, err
	}
	if again != text || !isUnchanged(info, now) || info.Size() < int64(len(text)) {
		return sourceText{}, errChanging
	}
	return sourceText{path, info, text}, nil
}

// isUnchanged reports whether a file is the same as before, as far as the file system knows.
func isUnchanged(before, now fs.FileInfo) bool {
	return os.SameFile(before, now) && before.Size() == now.Size() && before.ModTime().Equal(now.ModTime())
}

// Fingerprint is a SHA-256 over the names and texts of the files, and over what could not be read.
func (s *Source) Fingerprint() [sha256.Size]byte {
	sum := sha256.New()
	for _, t := range s.texts {
		fmt.Fprintf(sum, "%q %d\n%s", t.path, len(t.text), t.text)
	}
	for _, err := range s.errs {
		fmt.Fprintf(sum, "%q\n", err.Error())
	}
	return [sha256.Size]byte(sum.Sum(nil))
}

// coarsest is the step of the coarsest file times in use (FAT: 2 s), and a little more. The time of
// a file that was changed so shortly before it was read may stay the same when it changes again.
const coarsest = 3 * time.Second

// Changed reports whether the files must be read again to know that they are still the same: there
// is another one, one is gone, could not be read, has another time or size, was replaced, or had
// been changed within three seconds before it was read. It reads no file, and so does not notice a
// change that keeps time and size.
func (s *Source) Changed() bool {
	names, errs := listAll(s.paths)
	if len(errs)+len(s.errs) > 0 || len(names) != len(s.texts) {
		return true
	}
	for i, t := range s.texts {
		info, err := os.Stat(t.path)
		if err != nil || names[i] != t.path || !isUnchanged(t.info, info) || s.at.Sub(info.ModTime()) < coarsest {
			return true
		}
	}
	return false
}

// parse reads and checks every text.
func (s *Source) parse(shipped map[string]*File) ([]*File, Errors) {
	var files []*File
	errs := slices.Clone(s.errs)
	for _, t := range s.texts {
		f, fileErrs := parse(t.path, t.text, shipped)
		f.Named = slices.Contains(s.paths, t.path)
		files, errs = append(files, f), append(errs, fileErrs...)
	}
	return files, errs
}

// listAll returns the rule files at paths. A file that two paths lead to stands once.
func listAll(paths []string) ([]string, Errors) {
	var all []string
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
			all = append(all, name)
		}
	}
	return all, errs
}

// IsRuleFile reports whether a file of this name in a folder of rules is read: *.toml, but no
// hidden file and no listgate.toml.
func IsRuleFile(name string) bool {
	return strings.EqualFold(filepath.Ext(name), ".toml") && !strings.HasPrefix(name, ".") &&
		!strings.EqualFold(name, configName)
}

// list returns path, or the rule files in the folder at path, sorted. Hidden files are none, nor is
// the config file.
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
		if IsRuleFile(item.Name()) && !item.IsDir() {
			names = append(names, filepath.Join(path, item.Name()))
		}
	}
	if len(names) == 0 {
		return nil, errors.New("no rule file (*.toml) in this folder")
	}
	return names, nil
}

// A FileText is a rule file whose contents are at hand, as a report holds them.
type FileText struct {
	Name    string // the category
	Shipped bool
	TOML    string
}

// readTexts is readAll for texts. Nothing else speaks for a category.
func readTexts(texts []FileText) (catalog, Errors) {
	known := catalog{byName: map[string]*File{}, shipped: map[string]*File{}}
	var errs Errors
	read := func(text FileText, path string, shipped map[string]*File) *File {
		f, fileErrs := parseAs(path, text.TOML, shipped, true)
		errs = append(errs, fileErrs...)
		if f.Name != text.Name && !f.broken {
			errs = append(errs,
				&Error{path, f.line, fmt.Errorf("category %q; the text is said to be that of %q", f.Name, text.Name)})
		}
		return f
	}
	for _, text := range texts {
		if text.Shipped {
			f := read(text, text.Name+".toml", nil)
			known.byName[text.Name], known.shipped[text.Name] = f, f
		}
	}
	for _, text := range texts {
		if !text.Shipped {
			known.byName[text.Name] = read(text, "your "+text.Name+".toml", known.shipped)
		}
	}
	if known.shipped[Platform] == nil {
		errs = append(errs, &Error{File: Platform + ".toml", Err: errors.New("not among the texts; it always decides")})
		known.byName[Platform] = &File{broken: true}
	}
	return known, errs
}
