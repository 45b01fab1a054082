package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/listgate/listgate/cmd/listgate/internal/outfile"
	"github.com/listgate/listgate/cmd/listgate/internal/ruleview"
	"github.com/listgate/listgate/internal/infile"
	"github.com/listgate/listgate/internal/printable"
	"github.com/listgate/listgate/internal/wording"
	"github.com/listgate/listgate/rules"
	"github.com/listgate/listgate/rules/policypage"
)

// initPage is "listgate rules init --page".
type initPage struct {
	page, out string
}

func (p *initPage) addTo(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&p.page, "page", "",
		"the saved policy page, a `FILE` (.html, .mhtml, .txt, .md), - for standard input: write the rule files of all its lists")
	f.StringVar(&p.out, "out", "rules", "with --page: the `DIR` for the rule files")
}

// check finds what is wrong with the command line.
func (p *initPage) check(cmd *cobra.Command, args []string) error {
	if p.page == "" {
		return optionf("page", "empty; name the saved policy page")
	}
	if len(args) > 0 {
		return usagef("--page reads the lists of every category that the page has; name none")
	}
	for _, name := range []string{"allow", "deny", "output", "source", "by"} {
		if cmd.Flags().Changed(name) {
			return usageOf(name, "--%s does not go with --page; --out names the folder", name)
		}
	}
	if p.out == "" {
		return optionf("out", "empty; name a folder")
	}
	return nil
}

func (p *initPage) run(cmd *cobra.Command, now time.Time) error {
	page, err := p.read(cmd.InOrStdin())
	if err != nil {
		return err
	}
	files, err := p.prepare(page, now)
	if err != nil {
		return err
	}
	if err := p.publish(files); err != nil {
		return err
	}
	talk := cmd.ErrOrStderr()
	for _, note := range page.Notes {
		printable.Fprintf(talk, "note: %s\n", note)
	}
	for _, f := range files {
		printable.Fprintf(talk, "wrote %s: %s allowed\n", f.path,
			wording.Named(int64(len(f.list.Regions)), "country", "countries"))
	}
	if err := p.writeDifference(cmd.OutOrStdout(), files, now); err != nil {
		printable.Fprintln(talk, "note: these files stand; what they change could not be told:")
		return err
	}
	printable.Fprintf(talk, "Read it, then: listgate filter --category alcohol --rules %s LIST\n", shellWord(p.out))
	return nil
}

func (p *initPage) read(stdin io.Reader) (*policypage.Page, error) {
	if p.page == "-" {
		return policypage.Read("standard input", stdin)
	}
	file, err := infile.Open(p.page)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	page, err := policypage.Read(p.page, file)
	if changed := file.Unchanged(); changed != nil {
		return nil, changed
	}
	return page, err
}

// A pageFile is a rule file that a page gives.
type pageFile struct {
	list    policypage.List
	path    string
	text    string
	old     string // what stands there; empty if nothing does
	output  *outfile.File
	shipped *rules.File
}

// prepare makes the texts of all files, and looks at what stands in the folder.
func (p *initPage) prepare(page *policypage.Page, now time.Time) ([]*pageFile, error) {
	shipped, err := rules.List()
	if err != nil {
		return nil, err
	}
	var files []*pageFile
	var wrong rules.Errors
	for _, list := range page.Lists {
		f := &pageFile{list: list, path: filepath.Join(p.out, list.Category+".toml")}
		for _, file := range shipped {
			if file.Name == list.Category {
				f.shipped = file
			}
		}
		if f.old, err = readRegular(f.path); err == nil {
			f.text, err = page.RuleFile(list, now, f.old)
		}
		if errors.Is(err, policypage.ErrChanged) {
			err = fmt.Errorf("%w; move it away, keep your own [[permission]], [[lift]] and [[test]] for the new file, or name another folder with --out", err)
		}
		if err != nil {
			wrong = append(wrong, &rules.Error{File: f.path, Err: err})
		}
		files = append(files, f)
	}
	if len(wrong) > 0 {
		return nil, wrong
	}
	return files, nil
}

// readRegular returns the text of a file, or "" if there is nothing.
func readRegular(path string) (string, error) {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", infile.Cause(err)
	case !info.Mode().IsRegular():
		return "", errors.New("is no regular file; move it away, or name another folder with --out")
	}
	text, err := os.ReadFile(path)
	if err == nil && len(text) == 0 {
		return "", policypage.ErrChanged
	}
	return string(text), infile.Cause(err)
}

// publish puts all files in their places, or none. What cannot be loaded beside the folder's other
// files is not published.
func (p *initPage) publish(files []*pageFile) (err error) {
	made, err := makeFolder(p.out)
	if err != nil {
		return fmt.Errorf("%s: cannot be made: %w", p.out, infile.Cause(err))
	}
	defer func() {
		for _, f := range files {
			f.output.Discard()
		}
		if err != nil && made != "" {
			os.Remove(made)
		}
	}()
	var outputs []*outfile.File
	for _, f := range files {
		if f.output, err = outfile.Replace(f.path, 0o666); err != nil {
			return err
		}
		outputs = append(outputs, f.output)
		if _, err = f.output.Write([]byte(f.text)); err != nil {
			return fmt.Errorf("%s: cannot be written: %w", f.path, infile.Cause(err))
		}
	}
	if err = outfile.Finish(outputs...); err != nil {
		return err
	}
	if err = p.load(files); err != nil {
		return err
	}
	for i, f := range files {
		if err = f.output.Publish(); err != nil {
			return errors.Join(err, restore(files[:i]))
		}
	}
	return nil
}

// makeFolder makes a folder, if there is none, and returns what must go if it is not needed after
// all.
func makeFolder(path string) (made string, err error) {
	if _, err := os.Stat(path); err == nil {
		return "", nil
	}
	return path, os.MkdirAll(path, 0o777)
}

// load reads the files that are not yet published as --rules with the folder would.
func (p *initPage) load(files []*pageFile) error {
	var paths []string
	named := map[string]string{}
	for _, f := range files {
		paths = append(paths, f.output.Temporary())
		named[f.output.Temporary()] = f.path
	}
	items, err := os.ReadDir(p.out)
	if err != nil {
		return fmt.Errorf("%s: cannot be read: %w", p.out, infile.Cause(err))
	}
	for _, item := range items {
		path := filepath.Join(p.out, item.Name())
		ours := slices.ContainsFunc(files, func(f *pageFile) bool { return f.path == path })
		if !ours && rules.IsRuleFile(item.Name()) && !item.IsDir() {
			paths = append(paths, path)
		}
	}
	_, err = rules.List(paths...)
	if wrong, ok := errors.AsType[rules.Errors](err); ok {
		for _, e := range wrong {
			if path, ok := named[e.File]; ok {
				e.File = path
			}
		}
	}
	return err
}

// restore puts back what stood in the places of files.
func restore(files []*pageFile) error {
	var errs []error
	for _, f := range files {
		if f.old == "" {
			errs = append(errs, os.Remove(f.path))
		} else {
			errs = append(errs, outfile.WriteFile(f.path, []byte(f.old)))
		}
	}
	return errors.Join(errs...)
}

// writeDifference says in what the lists differ from the shipped ones, by name, and what that comes
// to.
func (p *initPage) writeDifference(w io.Writer, files []*pageFile, now time.Time) error {
	d := &ruleview.Diff{Old: "shipped", New: p.out, At: now.UTC().Truncate(time.Second),
		Confidence: rules.Medium.String(), Bar: rules.Medium,
		Messages: []rules.Message{rules.Marketing, rules.Utility, rules.Authentication, rules.Service}}
	differs := false
	for _, f := range files {
		f.writeDifference(w)
		compared,
			err := d.Compare(f.list.Category, ruleview.Side{Name: "shipped"},
			ruleview.Side{Name: p.out, Options: rules.Options{Paths: []string{p.out}}})
		if err != nil {
			return err
		}
		d.Categories = append(d.Categories, compared)
		differs = differs || len(compared.Changes)+len(compared.Later) > 0
	}
	if !differs {
		_, err := printable.Fprintln(w, "No country is decided otherwise than by the shipped rules.")
		return err
	}
	printable.Fprintln(w)
	return d.Write(w)
}

// writeDifference says which countries are new in a list, and which are gone.
func (f *pageFile) writeDifference(w io.Writer) {
	before := policypage.Allowed(f.shipped)
	missing := func(from, in []rules.Region) []string {
		var names []string
		for _, r := range from {
			if !slices.Contains(in, r) {
				names = append(names, r.Name())
			}
		}
		return names
	}
	added, gone := missing(f.list.Regions, before), missing(before, f.list.Regions)
	text := fmt.Sprintf("%s: %s", f.shipped.Title, wording.Named(int64(len(f.list.Regions)), "country", "countries"))
	if len(added)+len(gone) == 0 {
		printable.Fprintf(w, "%s, the same as in the shipped rules, which were read on %s\n", text,
			ruleview.Day(f.shipped.AsOf))
		return
	}
	if len(added) > 0 {
		text += "; newly allowed: " + strings.Join(added, ", ")
	}
	if len(gone) > 0 {
		text += "; no longer allowed: " + strings.Join(gone, ", ")
	}
	printable.Fprintf(w, "%s (compared with the shipped rules, which were read on %s)\n", text,
		ruleview.Day(f.shipped.AsOf))
}
