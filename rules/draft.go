package rules

import (
	"fmt"
	"strconv"
	"strings"
)

// text returns the whole file. Values that a person typed go through strconv.Quote, whose escapes
// TOML knows, for what can stand in a path.
func (d *draft) text() string {
	switch {
	case d.hasLists:
		return d.listsText()
	case d.shipped != nil:
		return d.extensionText()
	}
	return d.blankText()
}

func (d *draft) listsText() string {
	var b strings.Builder
	name := d.result.Category
	fmt.Fprintf(&b, "# %s: who may be messaged, from lists pasted on %s with \"listgate rules init %s\".\n#\n",
		d.title(), d.asOf, name)
	b.WriteString(d.replacedText())
	fmt.Fprintf(&b, `# Check each line below against the source, then run:
#   listgate filter --category %s --rules THIS-FILE LIST
#
# A country that is not below is %s (default); the lists below are whole (complete).
# Read the source again every now and then, and correct the lists and as_of: after 90 days each run warns.

`, d.usedWith(), map[string]string{"allow": "kept", "deny": "dropped as \"restricted\""}[d.defaultName()])
	b.WriteString(d.head(d.defaultName(), true, min(1, len(d.result.Allowed))+min(1, len(d.result.Denied))))
	b.WriteString(d.entryText(Allow, d.allow, d.result.Allowed))
	b.WriteString(d.entryText(Deny, d.deny, d.result.Denied))
	if d.requiresPermission() {
		b.WriteString(permissionText)
	}
	return b.String()
}

// replacedText says what the new file does away with.
func (d *draft) replacedText() string {
	if d.shipped == nil {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b,
		"# With --rules this file takes the place of the %s rules that listgate ships (read on %s), which said:\n",
		d.shipped.Name, d.shipped.AsOf.Format("2006-01-02"))
	for _, e := range d.shipped.Entries {
		fmt.Fprintf(&b, "#   %-5s %s  (%s, confidence %s)\n", e.Effect, joinRegions(e.Regions), e.ID, e.Confidence)
	}
	rest := "not complete"
	if d.shipped.Complete {
		rest = "complete"
	}
	fmt.Fprintf(&b, "#   any other region: %s, %s\n#\n",
		map[bool]string{true: "allow", false: "deny"}[d.shipped.DefaultAllow], rest)
	return b.String()
}

func joinRegions(regions []Region) string {
	codes := make([]string, len(regions))
	for i, r := range regions {
		codes[i] = r.String()
	}
	return strings.Join(codes, " ")
}

func (d *draft) title() string {
	if d.shipped != nil {
		return d.shipped.Title
	}
	if d.result.Category == Company {
		return "The company's own rules"
	}
	title := strings.ReplaceAll(d.result.Category, "-", " ")
	return strings.ToUpper(title[:1]) + title[1:]
}

// usedWith is the category of a run for which the file decides.
func (d *draft) usedWith() string {
	if d.result.Category == Company {
		return "general"
	}
	return d.result.Category
}

// defaultName is the shipped file's default; of a new category, what the lists leave.
func (d *draft) defaultName() string {
	if len(d.result.Allowed) > 0 || (d.shipped != nil && !d.shipped.DefaultAllow) {
		return "deny"
	}
	return "allow"
}

func (d *draft) requiresPermission() bool {
	if d.shipped == nil {
		return false
	}
	for _, e := range d.shipped.Entries {
		if e.RequiresPermission {
			return true
		}
	}
	return false
}

func (d *draft) head(byDefault string, complete bool, entries int) string {
	return fmt.Sprintf("format   = 1\ncategory = %q\ntitle    = %q\ndefault  = %q\ncomplete = %t\nas_of    = %s\nsource   = %s\n%s",
		d.result.Category, d.title(), byDefault, complete, d.asOf, quote(d.source), entriesText(entries))
}

// entriesText says how many entries follow.
func entriesText(n int) string {
	return fmt.Sprintf("entries  = %d # how many entries (allow, deny, warn) follow; raise it with each that you add: a file with fewer was cut short, and is refused\n", n)
}

func (d *draft) entryText(effect Effect, listName string, regions []Region) string {
	if len(regions) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n[[%s]]\nid         = \"%s-%s\"\nsource     = %s\n", effect, d.result.Category, effect,
		quote(d.source))
	if d.by != "" {
		fmt.Fprintf(&b, "by         = %s\n", quote(d.by))
	}
	fmt.Fprintf(&b, "confidence = \"high\"\nreason     = %s\n",
		quote(fmt.Sprintf("in the list pasted from %s on %s", listName, d.asOf)))
	if effect == Allow && d.requiresPermission() {
		b.WriteString("requires_permission = true\n")
	}
	b.WriteString("regions    = [\n")
	for _, r := range regions {
		fmt.Fprintf(&b, "  %q, # %s\n", r, r.Name())
	}
	b.WriteString("]\n")
	return b.String()
}

// quote writes a TOML string. strconv's \x and \a of odd bytes are not TOML, so those are left out.
func quote(s string) string {
	return strconv.Quote(strings.Map(func(c rune) rune {
		if !strconv.IsPrint(c) || c == '\uFFFD' {
			return -1
		}
		return c
	}, s))
}

const permissionText = `
# An allow with requires_permission counts only where you have Meta's permission. For each that you have, take the marks off:
#
# [[permission]]
# regions   = ["MX"]
# last_day  = 2027-09-30   # the last day on which it holds; may be absent
# reference = "Meta's answer of 2026-10-01, case 12345"
`

const entryExamples = `
# [[deny]]                        # or [[allow]], or [[warn]]: reported, not dropped
# id         = "%[1]s-mine-1"   # letters, digits and dashes, unique; stands in reports
# regions    = ["XK"]             # ISO 3166-1 codes, EU, EEA; or prefixes = ["+7978"]
# reason     = "…"
# messages   = ["marketing"]      # absent: all
# first_day  = 2026-12-01         # absent: always
# last_day   = 2027-11-30         # it holds on that day, too; absent: no end
# business_not_in = ["BR"]        # only for senders whose business is located elsewhere
# by         = "…"                # who answers for it
# confidence = "high"             # high, medium, low; an allow below --confidence does not count
# source     = "https://…"
`

const liftExample = `
# [[lift]]                        # takes one shipped entry out, until a day
# id     = "platform-us-marketing"
# reason = "…"
# by     = "who answers for it"
# last_day = 2027-01-31           # it is out on that day, too
# source = "https://…"
`

// extensionText is a file that adds nothing yet to a shipped one.
func (d *draft) extensionText() string {
	var b strings.Builder
	name := d.result.Category
	fmt.Fprintf(&b, "# %s: additions to the rules that listgate ships (\"listgate rules show %s\" prints them).\n",
		d.title(), name)
	fmt.Fprintf(&b,
		"# As it stands it changes nothing. Take the marks off what you need, then use it with --rules THIS-FILE.\n")
	if name != Platform {
		b.WriteString("# With lists of countries (--allow FILE, --deny FILE) \"listgate rules init\" writes a file that replaces the shipped one.\n")
	}
	fmt.Fprintf(&b, "\nformat   = 1\ncategory = %q\nextends  = %q\n%s", name, name, entriesText(0))
	fmt.Fprintf(&b, entryExamples, name)
	b.WriteString(liftExample)
	if d.requiresPermission() {
		b.WriteString(permissionText)
	}
	return b.String()
}

// blankText is a file of a category that we do not ship. It keeps nothing until a list says so; a
// company's drops nothing.
func (d *draft) blankText() string {
	name := d.result.Category
	if name == Company {
		return fmt.Sprintf("# %s: they decide beside Meta's, whatever is sent. As it stands it drops nothing. Take the marks off what you\n"+
			"# need, then use it with --rules THIS-FILE.\n\n", d.title()) + d.head("allow", true, 0) +
			fmt.Sprintf(entryExamples, name) + liftExample
	}
	return fmt.Sprintf("# %s: a category of your own. As it stands it keeps nothing. Take the marks off what you need, say\n"+
		"# whether the lists are whole (complete), then use it with --rules THIS-FILE.\n\n", d.title()) +
		d.head("deny", false, 0) + fmt.Sprintf(entryExamples, name) + liftExample
}
