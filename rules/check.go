package rules

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"github.com/listgate/listgate/internal/redact"
	"github.com/listgate/listgate/internal/strict"
)

const aRuleFile = "a rule file" // as messages call it

// parse reads and checks one file. The File is of use only if there are no errors. shipped is nil
// for shipped files.
func parse(path, text string, shipped map[string]*File) (*File, Errors) {
	return parseAs(path, text, shipped, false)
}

// parseAs is parse for a text that a report holds, too: such a one may be old, and is read as it
// was then.
func parseAs(path, text string, shipped map[string]*File, ofReport bool) (*File, Errors) {
	sum := sha256.Sum256([]byte(text))
	f := &File{Path: path, Shipped: shipped == nil, Text: text, SHA256: hex.EncodeToString(sum[:])}
	root, problem := strict.Parse(text, aRuleFile)
	if problem != nil {
		f.broken = true
		return f, Errors{{path, problem.Line, problem.Err}}
	}
	c := checker{file: f}
	c.check(table{root, ofReport}, shipped)
	errs := errorsOf(path, root.Problems())
	f.broken = len(errs) > 0
	return f, errs
}

func errorsOf(path string, problems []strict.Problem) Errors {
	var errs Errors
	for _, p := range problems {
		errs = append(errs, &Error{path, p.Line, p.Err})
	}
	return errs
}

// checker changes the tables of a rule file into a File.
type checker struct{ file *File }

var fileKeys = []string{"format", "category", "title", "default", "complete", "as_of", "source", "note",
	"extends", "entries",
	"allow", "deny", "warn", "lift", "permission", "test"}

var entryKeys = []string{"id", "regions", "prefixes", "messages", "first_day", "last_day", "business_not_in",
	"code", "source",
	"by", "confidence", "reason"}

// check reads a whole file. shipped are those that it may extend; nil if it is one itself.
func (c *checker) check(t table, shipped map[string]*File) {
	t.AllowOnly(fileKeys...)
	c.format(t)
	c.category(t)
	if shipped == nil {
		c.refuseUserKeys(t)
	} else {
		c.extends(t, shipped)
	}
	c.facts(t)
	for _, effect := range []Effect{Allow, Deny, Warn} {
		for _, entry := range t.tables(effect.String()) {
			c.entry(entry, effect)
		}
	}
	c.order(t)
	c.count(t)
	for _, lift := range t.tables("lift") {
		c.lift(lift)
	}
	for _, permission := range t.tables("permission") {
		c.permission(permission)
	}
	for _, test := range t.tables("test") {
		c.test(test)
	}
}

func (c *checker) format(t table) {
	if n, ok := t.Integer("format", true); ok && n != 1 {
		t.Errorf("format", "format is %d; this version reads format 1", n)
	}
}

func (c *checker) category(t table) {
	name, ok := t.Text("category", true)
	if !ok {
		return
	}
	c.file.Name, c.file.line = name, t.Line("category")
	if !isCategory(name) {
		t.Errorf("category", "category %s; %s", redact.Quote(name), categoryForm)
	}
}

// refuseUserKeys refuses what only a user's file may hold.
func (c *checker) refuseUserKeys(t table) {
	for _, name := range []string{"extends", "lift", "permission"} {
		if t.Has(name) {
			t.Errorf(name, "%s is for a user's file", name)
		}
	}
}

func (c *checker) extends(t table, shipped map[string]*File) {
	f := c.file
	name, found := t.Text("extends", false)
	switch {
	case found && f.Name == Company:
		t.Errorf("extends", "company's rules extend none: they decide beside all others")
	case found:
		f.Base = shipped[name]
		if f.lostBase = f.Base == nil; f.lostBase {
			t.Errorf("extends", "extends %q, which is no shipped category%s", name,
				strict.DidYouMean(name, keys(shipped)))
		}
		if (name == Platform) != (f.Name == Platform) {
			t.Errorf("extends",
				"category %q extends %q; platform's rules are extended by category %q, and always decide", f.Name,
				name, Platform)
		}
	case f.Name == Platform && !t.Has("extends"):
		t.Errorf("category", "platform can only be extended; add extends = %q", Platform)
	default:
		f.Replaces = f.Name != "" && shipped[f.Name] != nil
	}
}

// facts reads the top-level keys that an extending file may leave to the shipped one.
func (c *checker) facts(t table) {
	f := c.file
	base := f.Base
	extends := t.Has("extends")
	if base == nil {
		base = &File{}
	}
	f.Title, f.DefaultAllow, f.Complete, f.AsOf, f.Source, f.Note = base.Title, base.DefaultAllow, base.Complete,
		base.AsOf, base.Source, base.Note
	set(&f.Title)(t.Text("title", !extends))
	if i, ok := t.Choice("default", !extends, "deny", "allow"); ok {
		f.DefaultAllow = i == 1
	}
	set(&f.Complete)(t.Boolean("complete", !extends))
	set(&f.AsOf)(t.Date("as_of", !extends))
	set(&f.Source)(t.Text("source", !extends))
	set(&f.Note)(t.Text("note", false))
}

// set returns a function that puts a value where to points if ok.
func set[T any](to *T) func(T, bool) {
	return func(value T, ok bool) {
		if ok {
			*to = value
		}
	}
}

func (c *checker) entry(t table, effect Effect) {
	e := &Entry{File: c.file, Line: t.Line(""), Effect: effect, Confidence: High, idLine: t.Line("id")}
	if effect == Allow {
		t.AllowBeside(oldDays, append([]string{"requires_permission"}, entryKeys...)...)
		set(&e.RequiresPermission)(t.Boolean("requires_permission", false))
	} else {
		t.AllowBeside(oldDays, entryKeys...)
	}
	set(&e.ID)(t.id())
	set(&e.Source)(t.Text("source", true))
	set(&e.Reason)(t.Text("reason", false))
	set(&e.By)(t.Text("by", false))
	e.Regions, e.written = t.regions("regions")
	set(&e.Prefixes)(t.prefixes("prefixes"))
	set(&e.Messages)(t.messages("messages"))
	e.FirstDay, e.LastDay = t.days()
	e.BusinessNotIn, _ = t.regions("business_not_in")
	c.code(t, e)
	if i, ok := t.Choice("confidence", false, confidenceNames...); ok {
		e.Confidence = Confidence(i) + Low
	}
	if !t.Has("regions") && !t.Has("prefixes") {
		t.Errorf("", "%s has neither regions nor prefixes", t.Name())
	}
	c.file.Entries = append(c.file.Entries, e)
}

// order puts the entries in the order of the text, which says what is first, and reports ids that
// stand twice.
func (c *checker) order(t table) {
	slices.SortStableFunc(c.file.Entries, func(a, b *Entry) int { return cmp.Compare(a.Line, b.Line) })
	first := map[string]int{}
	for _, e := range c.file.Entries {
		if line, ok := first[e.ID]; ok {
			t.ErrorAtLine(e.idLine, "id %q stands twice; first at line %d", e.ID, line)
		} else if e.ID != "" {
			first[e.ID] = e.idLine
		}
	}
}

// count compares the entries with how many the file says that it has: one that was cut short, where
// it still reads well, has fewer.
func (c *checker) count(t table) {
	n, ok := t.Integer("entries", false)
	if ok && n != int64(len(c.file.Entries)) {
		t.Errorf("entries",
			"entries is %d, and the file has %d (allow, deny and warn together): it was cut short, or the number is wrong",
			n, len(c.file.Entries))
	}
}

// code reads the error that an entry prevents. Behind a company's own rule there is none of Meta's.
func (c *checker) code(t table, e *Entry) {
	e.Code = 130497
	if c.file.Name == Company {
		e.Code = 0
		if t.Has("code") && !t.ofReport {
			t.Errorf("code",
				"code is Meta's error that a rule prevents; what the company forbids, Meta does not refuse")
		}
		return
	}
	set(&e.Code)(t.code("code"))
}

func (c *checker) lift(t table) {
	l := &Lift{File: c.file, Line: t.Line("")}
	t.AllowBeside([]string{"until"}, "id", "reason", "source", "by", "last_day")
	set(&l.ID)(t.Text("id", true))
	set(&l.Reason)(t.Text("reason", true))
	set(&l.Source)(t.Text("source", true))
	set(&l.By)(t.Text("by", true))
	l.LastDay = t.lastDay(true)
	for _, other := range c.file.Lifts {
		if l.ID != "" && other.ID == l.ID {
			t.Errorf("id", "entry %q is lifted twice; first at line %d", l.ID, other.Line)
		}
	}
	c.file.Lifts = append(c.file.Lifts, l)
}

func (c *checker) permission(t table) {
	p := t.permission(c.file.Path)
	c.file.Permissions = append(c.file.Permissions, &p)
}

// ReadPermission reads a [[permission]] in the file at path: regions, reference, and the last_day
// if it has one.
func ReadPermission(t strict.Table, path string) Permission { return table{Table: t}.permission(path) }

func (t table) permission(path string) Permission {
	p := Permission{Path: path, Line: t.Line("")}
	t.AllowBeside([]string{"until"}, "regions", "reference", "last_day")
	if !t.Has("regions") {
		t.Errorf("", "%s has no regions", t.Name())
	}
	p.Regions, _ = t.regions("regions")
	set(&p.Reference)(t.Text("reference", true))
	p.LastDay = t.lastDay(false)
	return p
}

// reasons are what a [[test]] may expect: the reasons of package filter, which knows this package
// and not the reverse.
var reasons = []string{"short_row", "empty", "mangled", "multiple", "not_a_number", "no_consent",
	"suppressed", "invalid",
	"no_region", "ambiguous", "undetermined", "restricted", "unlisted", "sighted", "duplicate", "allowed"}

// A test without at is meant for the day on which the facts were read.
func (c *checker) test(t table) {
	test := &Test{Line: t.Line(""), At: c.file.AsOf}
	t.AllowOnly("number", "message", "at", "business", "expect")
	set(&test.Number)(t.Text("number", true))
	set(&test.At)(t.Date("at", false))
	if code, ok := t.Text("business", false); ok {
		region, err := ParseRegion(code)
		if err != nil {
			t.Errorf("business", "%w", err)
		}
		test.Business = region
	}
	if i, ok := t.Choice("message", false, messageNames...); ok {
		test.Message = Message(i)
	}
	if i, ok := t.Choice("expect", true, reasons...); ok {
		test.Expect = reasons[i]
	}
	c.file.Tests = append(c.file.Tests, test)
}
