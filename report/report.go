// Package report is the record of a run: what listgate filter writes beside the lists, and what
// listgate verify asks before a list is sent.
//
// A report says which list went in and what came out, by name, size and SHA-256; by which rules,
// whole, and how they were applied; and what became of the rows, by reason and region. [Read]
// refuses one that is not whole, or whose numbers do not add up. [Verify] compares a list with its
// report. A report never holds a phone number.
package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/rules"
)

// A Report is the record of one run, as it stands in a report file.
type Report struct {
	Listgate      string           `json:"listgate"`       // version
	NumberingPlan string           `json:"numbering_plan"` // version of the phone library's metadata
	Rules         Rules            `json:"rules"`
	Categories    []string         `json:"categories"`
	Message       string           `json:"message"`
	At            time.Time        `json:"at"` // the planned send time
	Created       time.Time        `json:"created"`
	By            string           `json:"by"` // user@host
	Options       Options          `json:"options"`
	Input         File             `json:"input"`
	Kept          File             `json:"kept"`
	Dropped       File             `json:"dropped"`
	Reasons       map[string]int64 `json:"reasons"`  // every reason, zero or not
	Readings      map[string]int64 `json:"readings"` // of the numbers that have a country
	Regions       []Region         `json:"regions"`  // they add up to the rows of the input
	Warned        []Warned         `json:"warned"`
	Warnings      []string         `json:"warnings"`
	Seal          string           `json:"seal"`
}

// Rules are the rule files that decided, whole.
type Rules struct {
	Revision string     `json:"revision"`
	Files    []RuleFile `json:"files"`
	Lifted   []string   `json:"lifted"`
	// Permissions are those of the account, which decide as if they stood in the files. The
	// revision covers them.
	Permissions []Permission `json:"permissions"`
}

// A Permission is a permission of Meta's to the account.
type Permission struct {
	Regions   []string `json:"regions"`
	Reference string   `json:"reference"`
	LastDay   *string  `json:"last_day,omitempty"` // 2026-12-31; empty: without end
	// Until stands in reports of before in place of LastDay: the first day without, 2027-01-01.
	Until *string `json:"until,omitempty"`
}

// A RuleFile is one rule file.
type RuleFile struct {
	Name     string `json:"name"`
	Shipped  bool   `json:"shipped"` // else the user's
	AsOf     string `json:"as_of"`   // 2026-11-22
	Complete bool   `json:"complete"`
	SHA256   string `json:"sha256"`
	Text     string `json:"text"`
}

// Options are the options that the decisions depend on.
type Options struct {
	DefaultRegion string `json:"default_region"`
	Bare          string `json:"bare"`
	// the phone column's name, or its number where it has none
	Column    string `json:"column"`
	Delimiter string `json:"delimiter,omitempty"`  // as it was asked for; empty: found
	NoHeader  bool   `json:"no_header,omitempty"`  // as it was asked for
	HeaderRow int    `json:"header_row,omitempty"` // as it was asked for
	Quote     string `json:"quote,omitempty"`      // as it was asked for; empty: auto
	// the phone columns, where there are several: Column is all of them
	Columns        []string `json:"columns,omitempty"`
	SuppressColumn []string `json:"suppress_column,omitempty"` // as it was asked for
	RegionColumn   string   `json:"region_column"`
	Validity       string   `json:"validity"`
	Confidence     string   `json:"confidence"`
	Dedupe         bool     `json:"dedupe"`
	Suppress       File     `json:"suppress"`
	Require        []string `json:"require"`
	Normalize      string   `json:"normalize"`             // "e164", "wa_id", or empty: as written
	MaxDropped     string   `json:"max_dropped,omitempty"` // as it was asked for; empty: no limit
	Account        string   `json:"account"`
	// BusinessCountry is where the sender's business is located; empty: not known. Reports of
	// before know nothing of it.
	BusinessCountry string   `json:"business_country,omitempty"`
	Gate            string   `json:"gate"`    // state of the account's gate; empty if it was not asked
	Sighted         []string `json:"sighted"` // regions, or sets of them, in which the account met error 130497
}

// A File is a list that was read or written; the sum is over its bytes as stored. A file that was
// not written has no name.
type File struct {
	Name   string `json:"name"`
	Rows   int64  `json:"rows"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// A Region is a RegionCount by the names of reasons.
type Region struct {
	Region  string           `json:"region"`
	Kept    int64            `json:"kept"`
	Dropped int64            `json:"dropped"`
	Reasons map[string]int64 `json:"reasons"`
	Rules   map[string]int64 `json:"rules"`
}

// A Warned counts the kept rows that a warn entry names.
type Warned struct {
	Rule string `json:"rule"`
	Rows int64  `json:"rows"`
}

// Describe fills in what the rules say and what the run counted; the zero Result is that of a list
// that was not read.
func (r *Report) Describe(set *rules.Set, result *filter.Result) {
	r.describeRules(set)
	if r.Options.Require == nil {
		r.Options.Require = []string{}
	}
	if r.Options.Sighted == nil {
		r.Options.Sighted = []string{}
	}
	r.Options.BusinessCountry = set.Sender().BusinessCountry.String()
	r.Options.Column = result.Layout.ColumnLabel()
	r.Input.Rows, r.Kept.Rows, r.Dropped.Rows = result.Rows, result.Kept, result.Dropped
	r.Reasons, r.Readings = map[string]int64{}, map[string]int64{}
	for _, reason := range filter.Reasons() {
		r.Reasons[reason.String()] = result.Reasons[reason]
	}
	for reading := filter.ReadingInternational; reading <= filter.ReadingNational; reading++ {
		r.Readings[reading.String()] = result.Readings[reading]
	}
	r.Regions, r.Warned = []Region{}, []Warned{}
	for _, c := range result.Regions {
		r.Regions = append(r.Regions, Region{c.Region, c.Kept, c.Dropped, byName(c.Reasons), c.Rules})
	}
	for _, rule := range result.WarnedRules() {
		r.Warned = append(r.Warned, Warned{rule, result.Warned[rule]})
	}
	if r.Warnings == nil {
		r.Warnings = []string{}
	}
}

// PermissionOf returns a permission as a report holds it.
func PermissionOf(p rules.Permission) Permission {
	lastDay := ""
	if !p.LastDay.IsZero() {
		lastDay = p.LastDay.Format(time.DateOnly)
	}
	r := Permission{Regions: []string{}, Reference: p.Reference, LastDay: &lastDay}
	for _, region := range p.Regions {
		r.Regions = append(r.Regions, region.String())
	}
	return r
}

func (r *Report) describeRules(set *rules.Set) {
	r.Rules = Rules{Revision: set.Revision(), Files: []RuleFile{}, Lifted: []string{}}
	for _, f := range set.Files() {
		r.Rules.Files = append(r.Rules.Files, RuleFile{f.Name, f.Shipped, f.AsOf.Format(time.DateOnly), f.Complete,
			f.SHA256, f.Text})
	}
	for _, lift := range set.Lifted(r.At) {
		r.Rules.Lifted = append(r.Rules.Lifted, lift.ID)
	}
	r.Rules.Permissions = []Permission{}
	for _, p := range set.Sender().Permissions {
		r.Rules.Permissions = append(r.Rules.Permissions, PermissionOf(p))
	}
	r.Categories = set.Categories()
}

func byName[K interface {
	comparable
	fmt.Stringer
}](counts map[K]int64) map[string]int64 {
	named := make(map[string]int64, len(counts))
	for key, n := range counts {
		named[key.String()] = n
	}
	return named
}

const sealPrefix = "sha256:"

// Marshal returns the report as it is written to a file, sealed: the seal is a SHA-256 over all
// bytes of the file, with zeros for the digits of the seal itself. It finds accidents, not forgery.
func (r Report) Marshal() ([]byte, error) {
	zeros := sealPrefix + strings.Repeat("0", 2*sha256.Size)
	r.Seal = zeros
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(r); err != nil {
		return nil, fmt.Errorf("writing the report: %w", err)
	}
	sum := sha256.Sum256(text.Bytes())
	at := bytes.LastIndex(text.Bytes(), []byte(zeros))
	copy(text.Bytes()[at:], sealPrefix+hex.EncodeToString(sum[:]))
	return text.Bytes(), nil
}
