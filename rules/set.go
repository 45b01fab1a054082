package rules

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/listgate/listgate/internal/strict"
)

// A Set is the files that decide, checked. It is read only.
type Set struct {
	asked      []string    // names of categories, in order, each once
	categories []*category // platform first
	sender     Sender
	unused     []*File
}

// A category is one as it judges: a shipped file, a user's, or a shipped one and the user's that
// extends it.
type category struct {
	file    *File // speaks for the category
	files   []*File
	entries []*Entry
}

func newCategory(f *File) *category {
	u := &category{file: f, files: []*File{f}}
	if f.Base != nil {
		u.files = []*File{f.Base, f}
	}
	for _, f := range u.files {
		u.entries = append(u.entries, f.Entries...)
	}
	return u
}

// Categories returns the names of the categories asked for, in that order, each once.
func (s *Set) Categories() []string { return slices.Clone(s.asked) }

// Files returns the files that decide, each once: platform's, then those of each category in the
// order asked; a shipped file stands before the user's that extends it.
func (s *Set) Files() []*File {
	var files []*File
	for _, u := range s.categories {
		for _, f := range u.files {
			if !slices.Contains(files, f) {
				files = append(files, f)
			}
		}
	}
	return files
}

// Unused returns the user's files that were read and do not decide, in the order in which they were
// read.
func (s *Set) Unused() []*File { return slices.Clone(s.unused) }

// Sender returns the sender of [Options].
func (s *Set) Sender() Sender {
	return Sender{s.sender.BusinessCountry, slices.Clone(s.sender.Permissions)}
}

// Revision names what is loaded: "sha256:" and the SHA-256, in hex, over the SHA-256 of each of the
// Files, in that order, and then a line for each permission of the sender's, and one for the
// country of the business if that is known. The same revision means the same decisions.
func (s *Set) Revision() string { return revision(s.Files(), s.sender) }

// ShippedRevision is the revision of all shipped files, sorted by name.
func ShippedRevision() string {
	files, _ := readShipped()
	return revision(files, Sender{})
}

func revision(files []*File, sender Sender) string {
	sum := sha256.New()
	for _, f := range files {
		sum.Write([]byte(f.SHA256))
	}
	for _, p := range sender.Permissions {
		sum.Write([]byte(p.revisionText() + "\n"))
	}
	if country := sender.BusinessCountry.String(); country != "" {
		sum.Write([]byte("business in " + country + "\n"))
	}
	return "sha256:" + hex.EncodeToString(sum.Sum(nil))
}

// Lifted returns the lifts in force at a time.
func (s *Set) Lifted(at time.Time) []*Lift {
	var lifts []*Lift
	for _, f := range s.Files() {
		for _, l := range f.Lifts {
			if isInForce(time.Time{}, l.LastDay, at) {
				lifts = append(lifts, l)
			}
		}
	}
	return lifts
}

// checkIDs reports ids that two files use. Within a file they were checked when it was read.
func (s *Set) checkIDs() Errors {
	var errs Errors
	first := map[string]*Entry{}
	for _, f := range s.Files() {
		for _, e := range f.Entries {
			other := first[e.ID]
			switch {
			case other == nil:
				first[e.ID] = e
			case other.File != f && e.ID != "":
				errs = append(errs,
					&Error{f.Path, e.idLine, fmt.Errorf("id %q stands twice; first at %s:%d", e.ID, other.File.Path,
						other.idLine)})
			}
		}
	}
	return errs
}

// checkLifts reports the lifts of what is no shipped entry. The lifts of a file that decides must
// be of entries that decide; those of other files, of any.
func (known catalog) checkLifts(deciding []*File) Errors {
	var errs Errors
	everyID := shippedIDs(slices.Collect(maps.Values(known.shipped)))
	decidingID := shippedIDs(deciding)
	for _, name := range keys(known.byName) {
		f := known.byName[name]
		// Without its base it is not known what decides. A company's file decides in every run, and
		// lifts where there is something to lift.
		decides := slices.Contains(deciding, f) && !f.lostBase && f.Name != Company
		for _, l := range f.Lifts {
			switch {
			case l.ID == "":
			case !isOneOf(everyID, l.ID):
				errs = append(errs,
					&Error{f.Path, l.Line,
						fmt.Errorf("lift of %q; no shipped entry has this id%s", l.ID,
							strict.DidYouMean(l.ID, everyID))})
			case decides && !isOneOf(decidingID, l.ID):
				errs = append(errs,
					&Error{f.Path, l.Line,
						fmt.Errorf("lift of %q; no shipped entry that decides here has this id", l.ID)})
			}
		}
	}
	return errs
}

func isOneOf(sorted []string, s string) bool {
	_, found := slices.BinarySearch(sorted, s)
	return found
}

// shippedIDs returns the ids of the entries that we ship, sorted.
func shippedIDs(files []*File) []string {
	var ids []string
	for _, f := range files {
		for _, e := range f.Entries {
			if f.Shipped {
				ids = append(ids, e.ID)
			}
		}
	}
	slices.Sort(ids)
	return ids
}

// plainCategory spells a name as categories are spelt.
func plainCategory(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "-")) }

// WithSender returns the set for another sender. It shares everything else, so that thousands of
// accounts can have one each.
func (s *Set) WithSender(sender Sender) *Set {
	other := *s
	other.sender = Sender{sender.BusinessCountry, slices.Clone(sender.Permissions)}
	return &other
}
