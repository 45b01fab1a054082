// Package rules reads rule files, which say who may message which country, and compiles them to a
// [Policy].
//
//	set, err := rules.Load(rules.Options{Categories: []string{"alcohol"}})
//	policy := set.Compile(rules.Marketing, time.Now(), rules.Medium)
//	verdict := policy.Judge(region, "919876543210")
//
// A category is a kind of business in the sense of WhatsApp's policy: alcohol, online-gambling.
// Each has one TOML file; those that we ship are in the binary, others come from the user. What
// decides about a number are the shipped file "platform", which holds for every sender, and the
// file of each category asked for, with the shipped file that it extends. A user's file "company",
// too, always decides, after the platform's. A number is kept only if every one of them keeps it. A
// file judges so: a deny that matches drops; else an allow that matches and counts keeps; else the
// file's default decides. An allow counts from a confidence upwards.
//
// A file that is not wholly understood is refused, with everything that is wrong with it.
//
// # Concurrency
//
// A [Set], its files and a [Policy] do not change; any number of goroutines may use them.
package rules

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/listgate/listgate/internal/strict"
)

// Options say which rules decide.
type Options struct {
	Paths      []string   // the user's rule files, or folders of them, in order
	Categories []string   // names, or Meta's values such as ONLINE_GAMBLING; at least one
	Texts      []FileText // if there are any: the only files, in place of the shipped ones and those of Paths
	Sender     Sender     // who sends
	Source     *Source    // what was read from Paths before; nil: Load reads them
}

// Load reads and checks all files, shipped and the user's, and picks those that decide.
//
// Everything wrong with any file comes back at once as [Errors]. If the files are good but one of
// the categories is unknown, the error is an [*UnknownCategoryError].
func Load(o Options) (*Set, error) {
	if o.Source == nil {
		o.Source = ReadSource(o.Paths...)
	}
	if len(o.Source.paths)+len(o.Texts) == 0 {
		// Nothing of the user's can refer to the other shipped files: that they need not be read
		// halves the time to start.
		if set, err := readNamed(o.Categories).pick(o.Categories); err == nil {
			return set.WithSender(o.Sender), nil
		}
	}
	known, errs := o.readAll()
	set, unknown := known.pick(o.Categories)
	errs = append(errs, set.checkIDs()...)
	errs = append(errs, known.checkLifts(set.Files())...)
	if err := errs.orNil(); err != nil {
		return nil, err
	}
	if unknown != nil {
		return nil, unknown
	}
	set.unused = known.unused(set.Files())
	return set.WithSender(o.Sender), nil
}

// pick returns the set of the categories asked for, as far as they are known, and an error for one
// that is not.
func (known catalog) pick(categories []string) (*Set, error) {
	set := known.always()
	if len(categories) == 0 {
		return set, errors.New("no category given")
	}
	var unknown error
	for _, asked := range categories {
		name, err := known.canonical(asked)
		if err != nil {
			unknown = cmp.Or(unknown, err)
			continue
		}
		if !slices.Contains(set.asked, name) {
			set.asked = append(set.asked, name)
			if name != Company {
				set.categories = append(set.categories, newCategory(known.byName[name]))
			}
		}
	}
	return set, unknown
}

// always returns the set of what decides whatever is asked for: the platform's rules and, if the
// user has such, the company's.
func (known catalog) always() *Set {
	set := &Set{categories: []*category{newCategory(known.byName[Platform])}}
	if company := known.byName[Company]; company != nil {
		set.categories = append(set.categories, newCategory(company))
	}
	return set
}

// unused returns the user's files that are none of those that decide, in the order in which they
// were read.
func (known catalog) unused(deciding []*File) []*File {
	return slices.DeleteFunc(slices.Clone(known.users), func(f *File) bool { return slices.Contains(deciding, f) })
}

// List returns for each known category the file that speaks for it: the user's if there is one,
// else the shipped one. They are sorted by name. paths are as in [Options].
func List(paths ...string) ([]*File, error) {
	known, errs := readAll(ReadSource(paths...))
	errs = append(errs, known.checkLifts(nil)...)
	if err := errs.orNil(); err != nil {
		return nil, err
	}
	var files []*File
	for _, name := range keys(known.byName) {
		files = append(files, known.byName[name])
	}
	return files, nil
}

// A catalog is every file there is: the one that speaks for each category, and the shipped ones,
// some of which may be replaced. Files with errors are among them, as far as they were understood,
// so that what is wrong between files is found at the same time.
type catalog struct {
	byName  map[string]*File
	shipped map[string]*File
	users   []*File // in the order in which they were read
}

func (o Options) readAll() (catalog, Errors) {
	if len(o.Texts) > 0 {
		return readTexts(o.Texts)
	}
	return readAll(o.Source)
}

func readAll(source *Source) (catalog, Errors) {
	shipped, errs := readShipped()
	known := catalog{byName: map[string]*File{}, shipped: map[string]*File{}}
	for _, f := range shipped {
		known.byName[f.Name], known.shipped[f.Name] = f, f
	}
	files, userErrs := source.parse(known.shipped)
	errs, known.users = append(errs, userErrs...), files
	for _, f := range files {
		switch other := known.byName[f.Name]; {
		case f.Name == "":
		case other != nil && !other.Shipped:
			errs = append(errs,
				&Error{f.Path, f.line, fmt.Errorf("category %q is also that of %s; only one file may have it", f.Name,
					other.Path)})
		default:
			known.byName[f.Name] = f
		}
	}
	return known, errs
}

// canonical returns the name of the category that was asked for.
func (known catalog) canonical(asked string) (string, error) {
	name := asked
	if ours, ok := metaNames[asked]; ok {
		name = ours
	}
	if name == Platform {
		return "",
			&UnknownCategoryError{Name: asked,
				Hint: "platform's rules always decide; use general for a business without a category of its own"}
	}
	if known.byName[name] != nil {
		return name, nil
	}
	if name == Company {
		return "",
			&UnknownCategoryError{Name: asked,
				Hint: "a company's own rules always decide: give the file with --rules, and name what is sent here"}
	}
	unknown := &UnknownCategoryError{Name: asked, Hint: metaHints[asked]}
	if unknown.Hint == "" {
		unknown.Nearest = strict.Nearest(plainCategory(asked), keys(known.byName))
	}
	return "", unknown
}

// keys returns the keys of m, sorted.
func keys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
