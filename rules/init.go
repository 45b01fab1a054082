package rules

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// policyPage is where a new file's lists are taken to come from.
const policyPage = "https://whatsappbusiness.com/policy/"

// InitOptions say what rule file to write.
type InitOptions struct {
	Name      string    // the category; Meta's values too
	Allow     io.Reader // the allowed countries as pasted from the policy page, or nil
	AllowName string    // as messages call it
	Deny      io.Reader // the denied countries, or nil
	DenyName  string
	AsOf      time.Time // the day on which the page was read: today
}

// An InitResult says what Init wrote.
type InitResult struct {
	Category string
	Allowed  []Region // in the order pasted, each once
	Denied   []Region
	Notes    []string // what a person should look at, one line each
}

// Init writes the user's rule file of a category to w, with what stands in the lists, as complete. For a shipped category
// the file takes the place of the shipped one. Without lists it is a first version to be edited: it extends the shipped
// file and changes nothing.
//
// If anything in the lists is not understood, nothing is written and the error is [Errors], one for each piece. Any other
// error is in the options, or from w.
func Init(w io.Writer, o InitOptions) (*InitResult, error) {
	d, err := newDraft(o)
	if err != nil {
		return nil, err
	}
	if err := d.readLists(o); err != nil {
		return nil, err
	}
	text := d.text()
	// Whatever was pasted, the file must load: better to fail here than in tonight's run.
	if _, errs := parse("the new file", text, d.known.shipped); len(errs) > 0 {
		panic("rules: Init wrote a file that does not load: " + errs.Error())
	}
	_, err = io.WriteString(w, text)
	return &d.result, err
}

// A draft is a rule file in the making.
type draft struct {
	known    catalog
	shipped  *File // of this name, or nil
	asOf     string
	hasLists bool
	allow    string // names of the lists
	deny     string
	result   InitResult
}

func newDraft(o InitOptions) (*draft, error) {
	known, errs := readAll(&Source{})
	if err := errs.orNil(); err != nil {
		return nil, err
	}
	d := &draft{known: known, asOf: o.AsOf.Format(time.DateOnly), hasLists: o.Allow != nil || o.Deny != nil, allow: o.AllowName, deny: o.DenyName}
	d.result.Category = o.Name
	if ours, ok := metaNames[o.Name]; ok {
		d.result.Category = ours
	}
	d.shipped = known.shipped[d.result.Category]
	switch {
	case !isCategory(d.result.Category):
		return nil, fmt.Errorf("category %q; it may hold small letters, digits and hyphens", o.Name)
	case d.result.Category == Platform && d.hasLists:
		return nil, errors.New("platform's rules can only be extended; run it without lists and edit the file")
	case d.shipped != nil && !d.shipped.DefaultAllow && o.Allow == nil && o.Deny != nil:
		return nil, fmt.Errorf("%s keeps only countries that a list allows; give the list of those too", d.result.Category)
	}
	return d, nil
}

func (d *draft) readLists(o InitOptions) error {
	var errs Errors
	read := func(name string, r io.Reader) []pasted {
		if r == nil {
			return nil
		}
		found, notes, listErrs := readPasted(name, r)
		d.result.Notes = append(d.result.Notes, notes...)
		errs = append(errs, listErrs...)
		return found
	}
	allowed, denied := read(o.AllowName, o.Allow), read(o.DenyName, o.Deny)
	for _, p := range denied {
		if i := slices.IndexFunc(allowed, func(a pasted) bool { return a.region == p.region }); i >= 0 {
			errs = append(errs, &Error{o.DenyName, p.line, fmt.Errorf("%s is allowed at %s:%d", p.region.Name(), o.AllowName, allowed[i].line)})
		}
	}
	if err := errs.orNil(); err != nil {
		return err
	}
	d.result.Allowed, d.result.Denied = regionsOf(allowed), regionsOf(denied)
	d.noteContradictions()
	return nil
}

func regionsOf(list []pasted) []Region {
	var regions []Region
	for _, p := range list {
		if !slices.Contains(regions, p.region) {
			regions = append(regions, p.region)
		}
	}
	return regions
}

// noteContradictions names the shipped denies that the new file does away with.
func (d *draft) noteContradictions() {
	if d.shipped == nil {
		return
	}
	for _, e := range d.shipped.Entries {
		for _, r := range e.Regions {
			if e.Effect == Deny && slices.Contains(d.result.Allowed, r) {
				d.result.Notes = append(d.result.Notes, fmt.Sprintf("%s (%s) is allowed now; the shipped rule %s denied it: %s", r.Name(), r, e.ID, e.Reason))
			}
		}
	}
}

func isCategory(name string) bool {
	return name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}
