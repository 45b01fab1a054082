package rules

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// checker turns a decoded TOML table into a File and collects everything that is wrong with it.
type checker struct {
	file  *File
	lines positions
	errs  Errors
}

func (c *checker) errorf(path, format string, args ...any) {
	c.errs = append(c.errs, &Error{File: c.file.Path, Line: c.lines.line(path), Err: fmt.Errorf(format, args...)})
}

var fileKeys = []string{"format", "category", "title", "default", "complete", "as_of", "source", "note", "extends",
	"allow", "deny", "warn", "lift", "permission", "test"}

var entryKeys = []string{"id", "regions", "prefixes", "messages", "from", "until", "code", "source", "confidence", "reason"}

// check reads a whole file. shipped are those that it may extend; nil if it is one itself.
func (c *checker) check(m map[string]any, shipped map[string]*File) {
	t := table{c: c, name: "the file", m: m}
	t.allowOnly(fileKeys)
	c.format(t)
	c.category(t)
	if shipped == nil {
		c.refuseUserKeys(t)
	} else {
		c.extends(t, shipped)
	}
	c.facts(t)
	for _, kind := range []Kind{Allow, Deny, Warn} {
		for _, entry := range t.tables(kind.String()) {
			c.entry(entry, kind)
		}
	}
	c.order()
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
	if n, ok := t.integer("format", true); ok && n != 1 {
		t.errorf("format", "format is %d; this version reads format 1", n)
	}
}

func (c *checker) category(t table) {
	name, ok := t.text("category", true)
	if !ok {
		return
	}
	c.file.Name, c.file.line = name, c.lines.line(key("", "category"))
	if !isCategory(name) {
		t.errorf("category", "category %q; it may hold small letters, digits and hyphens", name)
	}
}

// refuseUserKeys refuses what only a user's file may hold.
func (c *checker) refuseUserKeys(t table) {
	for _, name := range []string{"extends", "lift", "permission"} {
		if _, ok := t.m[name]; ok {
			t.errorf(name, "%s is for a user's file", name)
		}
	}
}

func (c *checker) extends(t table, shipped map[string]*File) {
	f := c.file
	name, found := t.text("extends", false)
	switch {
	case found:
		f.Base = shipped[name]
		if f.Base == nil {
			t.errorf("extends", "extends %q, which is no shipped category%s", name, didYouMean(name, keys(shipped)))
		}
		if (name == platform) != (f.Name == platform) {
			t.errorf("extends", "category %q extends %q; platform's rules are extended by category %q, and always decide", f.Name, name, platform)
		}
	case f.Name == platform && t.m["extends"] == nil:
		t.errorf("category", "platform can only be extended; add extends = %q", platform)
	default:
		f.Replaces = f.Name != "" && shipped[f.Name] != nil
	}
}

// facts reads the top-level keys that an extending file may leave to the shipped one.
func (c *checker) facts(t table) {
	f := c.file
	base := f.Base
	_, extends := t.m["extends"]
	if base == nil {
		base = &File{}
	}
	f.Title, f.DefaultAllow, f.Complete, f.AsOf, f.Source, f.Note = base.Title, base.DefaultAllow, base.Complete, base.AsOf, base.Source, base.Note
	set(&f.Title)(t.text("title", !extends))
	if i, ok := t.choice("default", !extends, "deny", "allow"); ok {
		f.DefaultAllow = i == 1
	}
	set(&f.Complete)(t.boolean("complete", !extends))
	set(&f.AsOf)(t.date("as_of", !extends))
	set(&f.Source)(t.text("source", !extends))
	set(&f.Note)(t.text("note", false))
}

// set returns a function that puts a value where to points if ok.
func set[T any](to *T) func(T, bool) {
	return func(value T, ok bool) {
		if ok {
			*to = value
		}
	}
}

func (c *checker) entry(t table, kind Kind) {
	e := &Entry{File: c.file, Line: t.line(), Kind: kind, Code: 130497, Confidence: High, idLine: c.lines.line(key(t.path, "id"))}
	if kind == Allow {
		t.allowOnly(append([]string{"requires_permission"}, entryKeys...))
		set(&e.RequiresPermission)(t.boolean("requires_permission", false))
	} else {
		t.allowOnly(entryKeys)
	}
	set(&e.ID)(t.id())
	set(&e.Source)(t.text("source", true))
	set(&e.Reason)(t.text("reason", false))
	set(&e.Regions)(t.regions("regions"))
	set(&e.Prefixes)(t.prefixes("prefixes"))
	set(&e.Messages)(t.messages("messages"))
	e.From, e.Until = t.window()
	set(&e.Code)(t.code("code"))
	if i, ok := t.choice("confidence", false, confidenceNames...); ok {
		e.Confidence = Confidence(i) + Low
	}
	if t.m["regions"] == nil && t.m["prefixes"] == nil {
		t.errorf("", "%s has neither regions nor prefixes", t.name)
	}
	c.file.Entries = append(c.file.Entries, e)
}

// order puts the entries in the order of the text, which says what is first, and reports ids that stand twice.
func (c *checker) order() {
	slices.SortStableFunc(c.file.Entries, func(a, b *Entry) int { return cmp.Compare(a.Line, b.Line) })
	first := map[string]int{}
	for _, e := range c.file.Entries {
		if line, ok := first[e.ID]; ok {
			c.errs = append(c.errs, &Error{c.file.Path, e.idLine, fmt.Errorf("id %q stands twice; first at line %d", e.ID, line)})
		} else if e.ID != "" {
			first[e.ID] = e.idLine
		}
	}
}

func (c *checker) lift(t table) {
	l := &Lift{File: c.file, Line: t.line()}
	t.allowOnly([]string{"id", "reason", "source", "by", "until"})
	set(&l.ID)(t.text("id", true))
	set(&l.Reason)(t.text("reason", true))
	set(&l.Source)(t.text("source", true))
	set(&l.By)(t.text("by", true))
	set(&l.Until)(t.date("until", true))
	for _, other := range c.file.Lifts {
		if l.ID != "" && other.ID == l.ID {
			t.errorf("id", "entry %q is lifted twice; first at line %d", l.ID, other.Line)
		}
	}
	c.file.Lifts = append(c.file.Lifts, l)
}

func (c *checker) permission(t table) {
	p := &Permission{File: c.file, Line: t.line()}
	t.allowOnly([]string{"regions", "reference", "until"})
	set(&p.Regions)(t.regions("regions"))
	set(&p.Reference)(t.text("reference", true))
	set(&p.Until)(t.date("until", false))
	if t.m["regions"] == nil {
		t.errorf("", "%s has no regions", t.name)
	}
	c.file.Permissions = append(c.file.Permissions, p)
}

// reasons are what a [[test]] may expect: the reasons of package filter, which knows this package and not the reverse.
var reasons = []string{"short_row", "empty", "mangled", "multiple", "not_a_number", "no_consent", "suppressed", "invalid",
	"no_region", "ambiguous", "undetermined", "restricted", "unlisted", "sighted", "duplicate", "allowed"}

// A test without at is meant for the day on which the facts were read.
func (c *checker) test(t table) {
	test := &Test{Line: t.line(), At: c.file.AsOf}
	t.allowOnly([]string{"number", "message", "at", "expect"})
	set(&test.Number)(t.text("number", true))
	set(&test.At)(t.date("at", false))
	if i, ok := t.choice("message", false, messageNames...); ok {
		test.Message = Message(i)
	}
	if i, ok := t.choice("expect", true, reasons...); ok {
		test.Expect = reasons[i]
	}
	c.file.Tests = append(c.file.Tests, test)
}

// kindOf names the type of a decoded value as TOML does.
func kindOf(value any) string {
	switch v := value.(type) {
	case string:
		return "a string"
	case int64:
		return "an integer"
	case float64:
		return "a float"
	case bool:
		return "a boolean"
	case time.Time:
		return kindOfTime(v)
	case []any:
		return "an array"
	case []map[string]any:
		return "an array of tables"
	default:
		return "a table"
	}
}
