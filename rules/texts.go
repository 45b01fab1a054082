package rules

import (
	"errors"
	"fmt"
)

// A Text is the contents of a rule file that is at hand, as a report of package filter holds it.
type Text struct {
	Name    string // the category
	Shipped bool
	Text    string
}

// readTexts is readAll for texts. Nothing else speaks for a category.
func readTexts(texts []Text) (library, Errors) {
	known := library{byName: map[string]*File{}, shipped: map[string]*File{}}
	var errs Errors
	read := func(text Text, path string, shipped map[string]*File) *File {
		f, fileErrs := parse(path, text.Text, shipped)
		errs = append(errs, fileErrs...)
		if f.Name != text.Name && !f.broken {
			errs = append(errs, &Error{path, f.line, fmt.Errorf("category %q; the text is said to be that of %q", f.Name, text.Name)})
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
	if known.shipped[platform] == nil {
		errs = append(errs, &Error{File: platform + ".toml", Err: errors.New("not among the texts; it always decides")})
		known.byName[platform] = &File{broken: true}
	}
	return known, errs
}
