package main

import (
	"time"

	"github.com/listgate/listgate/rules"
)

// A fileDocument is a rule file in JSON.
type fileDocument struct {
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

func documentOf(f *rules.File) fileDocument {
	return fileDocument{f.Name, f.Title, defaultOf(f), f.Complete, day(f.AsOf), f.Source, f.Shipped, f.Path, f.SHA256}
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
	From               string   `json:"from"`  // empty: always
	Until              string   `json:"until"` // exclusive; empty: without end
	Code               int      `json:"code"`
	Confidence         string   `json:"confidence"`
	RequiresPermission bool     `json:"requires_permission"`
	Source             string   `json:"source"`
	Reason             string   `json:"reason"`
}

func entryOf(e *rules.Entry) entryDocument {
	d := entryDocument{ID: e.ID, Kind: e.Effect.String(), Path: e.File.Path, Line: e.Line, Regions: []string{}, Prefixes: []string{}, Messages: []string{},
		From: day(e.From), Until: day(e.Until), Code: e.Code, Confidence: e.Confidence.String(), RequiresPermission: e.RequiresPermission,
		Source: e.Source, Reason: e.Reason}
	for _, region := range e.Regions {
		d.Regions = append(d.Regions, region.String())
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

// document returns what rules show --json prints.
func (s *shown) document() any {
	document := struct {
		Category   string          `json:"category"`
		Message    string          `json:"message"`
		At         time.Time       `json:"at"`
		Confidence string          `json:"confidence"`
		Revision   string          `json:"revision"`
		Files      []fileDocument  `json:"files"`
		Regions    []placeRow      `json:"regions"`
		Entries    []entryDocument `json:"entries"`
		Lifted     []string        `json:"lifted"`

		Account *accountDocument `json:"account,omitempty"`
	}{Category: s.file.Name, Message: s.message.String(), At: s.at, Confidence: s.confidence.String(), Revision: s.set.Revision(), Regions: s.rows, Lifted: []string{}, Account: s.account}
	for _, f := range s.set.Files() {
		document.Files = append(document.Files, documentOf(f))
		for _, e := range f.Entries {
			document.Entries = append(document.Entries, entryOf(e))
		}
	}
	for _, lift := range s.set.Lifted(s.at) {
		document.Lifted = append(document.Lifted, lift.ID)
	}
	return document
}
