package rules

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/listgate/listgate/internal/redact"
)

// PolicyPage is where Meta lists the countries of its verticals.
const PolicyPage = "https://whatsappbusiness.com/policy/"

// verticals are the categories whose countries Meta's policy page lists. No other list comes from
// there.
var verticals = []string{"alcohol", "online-gambling", "otc-drugs"}

// A NoSourceError says that a new file's source is needed: only the lists of Meta's own verticals
// come from its page.
type NoSourceError struct{ Category string }

func (e *NoSourceError) Error() string {
	return fmt.Sprintf("where does the list of %s come from? Meta's policy page lists countries for %s only; name the source (--source)",
		e.Category, strings.Join(verticals, ", "))
}

// InitOptions say what rule file to write.
type InitOptions struct {
	Name      string    // the category; Meta's values too
	Allow     io.Reader // the allowed countries as pasted from the policy page, or nil
	AllowName string    // as messages call it
	Deny      io.Reader // the denied countries, or nil
	DenyName  string
	Source    string    // where the lists come from; empty: the policy page, for Meta's own verticals only
	By        string    // who answers for them; may be empty
	AsOf      time.Time // the day on which the page was read: today
}

// An InitResult says what Init wrote.
type InitResult struct {
	Category string
	Allowed  []Region // in the order pasted, each once
	Denied   []Region
	Notes    []string // what a person should look at, one line each
}

// Init writes the user's rule file of a category to w, with what stands in the lists, as complete.
// For a shipped category the file takes the place of the shipped one. Without lists it is a first
// version to be edited: it extends the shipped file and changes nothing.
//
// If anything in the lists is not understood, nothing is written and the error is [Errors], one for
// each piece; a [*NoSourceError] asks where they come from. Any other error is in the options, or
// from w.
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
	source   string
	by       string
	allow    string // names of the lists
	deny     string
	result   InitResult
}

func newDraft(o InitOptions) (*draft, error) {
	known, errs := readAll(&Source{})
	if err := errs.orNil(); err != nil {
		return nil, err
	}
	d := &draft{known: known, asOf: o.AsOf.Format(time.DateOnly), hasLists: o.Allow != nil || o.Deny != nil,
		allow: o.AllowName, deny: o.DenyName, source: o.Source, by: o.By}
	d.result.Category = o.Name
	if ours, ok := metaNames[o.Name]; ok {
		d.result.Category = ours
	}
	d.shipped = known.shipped[d.result.Category]
	switch name := d.result.Category; {
	case !isCategory(name):
		return nil, fmt.Errorf("category %s; %s", redact.Quote(o.Name), categoryForm)
	case name == Platform && d.hasLists:
		return nil, errors.New("platform's rules can only be extended; run it without lists and edit the file")
	case d.shipped != nil && !d.shipped.DefaultAllow && o.Allow == nil && o.Deny != nil:
		return nil, fmt.Errorf("%s keeps only countries that a list allows; give the list of those too", name)
	case d.source == "" && slices.Contains(verticals, name):
		d.source = PolicyPage
	case d.source == "" && (d.hasLists || d.shipped == nil):
		return nil, &NoSourceError{name}
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
			errs = append(errs,
				&Error{o.DenyName, p.line,
					fmt.Errorf("%s is allowed at %s:%d", p.region.Name(), o.AllowName, allowed[i].line)})
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
				d.result.Notes = append(d.result.Notes,
					fmt.Sprintf("%s (%s) is allowed now; the shipped rule %s denied it: %s", r.Name(), r,
						e.ID, e.Reason))
			}
		}
	}
}

const categoryForm = "it may hold small letters, digits and hyphens, and begins with a letter"

// isCategory reports whether a category can have the name, which stands in cells that spreadsheets
// open.
func isCategory(name string) bool {
	return name != "" && 'a' <= name[0] && name[0] <= 'z' &&
		strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == "" &&
		!redact.MayHoldNumber(name)
}
