package ruleview

import (
	"time"

	"github.com/listgate/listgate/rules"
)

// A FileDocument is a rule file in JSON.
type FileDocument struct {
	Category string `json:"category"`
	Title    string `json:"title"`
	Default  string `json:"default"` // what becomes of a country that no entry names
	Complete bool   `json:"complete"`
	AsOf     string `json:"as_of"`
	Source   string `json:"source"`
	Shipped  bool   `json:"shipped"`
	Path     string `json:"path"` // of a shipped file its base name
	SHA256   string `json:"sha256"`
}

// DocumentOf returns a rule file as JSON has it.
func DocumentOf(f *rules.File) FileDocument {
	return FileDocument{f.Name, f.Title, DefaultOf(f), f.Complete, Day(f.AsOf), f.Source, f.Shipped, f.Path, f.SHA256}
}

// An entryDocument is an entry of a rule file in JSON.
type entryDocument struct {
	ID                 string   `json:"id"`
	Kind               string   `json:"kind"`
	Path               string   `json:"path"`
	Line               int      `json:"line"`
	Regions            []string `json:"regions"`
	Prefixes           []string `json:"prefixes"`
	Messages           []string `json:"messages"`
	FirstDay           string   `json:"first_day"` // empty: always
	LastDay            string   `json:"last_day"`  // empty: without end
	BusinessNotIn      []string `json:"business_not_in"`
	Code               int      `json:"code"`
	Confidence         string   `json:"confidence"`
	RequiresPermission bool     `json:"requires_permission"`
	Source             string   `json:"source"`
	By                 string   `json:"by"`
	Reason             string   `json:"reason"`
}

func entryOf(e *rules.Entry) entryDocument {
	d := entryDocument{ID: e.ID, Kind: e.Effect.String(), Path: e.File.Path, Line: e.Line, Regions: []string{},
		Prefixes: []string{}, Messages: []string{},
		FirstDay: Day(e.FirstDay), LastDay: Day(e.LastDay), BusinessNotIn: []string{}, By: e.By, Code: e.Code,
		Confidence: e.Confidence.String(), RequiresPermission: e.RequiresPermission,
		Source: e.Source, Reason: e.Reason}
	for _, region := range e.Regions {
		d.Regions = append(d.Regions, region.String())
	}
	for _, region := range e.BusinessNotIn {
		d.BusinessNotIn = append(d.BusinessNotIn, region.String())
	}
	for _, prefix := range e.Prefixes {
		d.Prefixes = append(d.Prefixes, "+"+prefix)
	}
	for m := rules.Marketing; m <= rules.Service; m++ {
		if e.IsFor(m) {
			d.Messages = append(d.Messages, m.String())
		}
	}
	return d
}

// Document returns what rules show --json prints.
func (s *Table) Document() any {
	document := struct {
		Category   string          `json:"category"`
		Message    string          `json:"message"`
		At         time.Time       `json:"at"`
		Confidence string          `json:"confidence"`
		Business   string          `json:"business_country"` // empty: not known
		Revision   string          `json:"revision"`
		Files      []FileDocument  `json:"files"`
		Regions    []CountryRow    `json:"regions"`
		Entries    []entryDocument `json:"entries"`
		Lifted     []string        `json:"lifted"`

		Account any `json:"account,omitempty"`
	}{Category: s.File.Name, Message: s.Message.String(), At: s.At, Confidence: s.Confidence.String(),
		Business: s.Set.Sender().BusinessCountry.String(), Revision: s.Set.Revision(), Regions: s.Rows,
		Lifted: []string{}, Account: s.Account}
	for _, f := range s.Set.Files() {
		document.Files = append(document.Files, DocumentOf(f))
		for _, e := range f.Entries {
			document.Entries = append(document.Entries, entryOf(e))
		}
	}
	for _, lift := range s.Set.Lifted(s.At) {
		document.Lifted = append(document.Lifted, lift.ID)
	}
	return document
}
