package policypage

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/listgate/listgate/rules"
)

// ErrChanged says that a rule file was not written here, or was changed since where it would be
// written anew.
var ErrChanged = errors.New("exists, and was not written by \"listgate rules init --page\" or was changed since above its last line of dashes")

// yours parts a rule file: what stands above it is written from the page, what stands below it is
// the user's.
const yours = "# ---- yours: what stands below this line is kept when the next page is read ----"

const permissionHelp = `#
# A country above counts only where you have Meta's permission for it. For each that you have, take the marks off:
#
# [[permission]]
# regions   = ["MX"]
# last_day  = 2027-09-30   # the last day on which it holds; may be absent
# reference = "Meta's answer of 2026-10-01, case 12345"
`

var (
	sumLine   = regexp.MustCompile(`(?m)^# sha256:([0-9a-f]{64})\n`)
	countLine = regexp.MustCompile(`(?m)^entries[ \t]*=.*\n`)
	ownEntry  = regexp.MustCompile(`(?m)^[ \t]*\[\[[ \t]*(?:allow|deny|warn)[ \t]*\]\]`)
)

// RuleFile returns the text of the rule file of a list, as read on the day asOf. With --rules the
// file takes the place of the shipped one. old is the text that stands there so far, or "": what
// the user added below the last line of dashes is kept. The error is [ErrChanged].
func (p *Page) RuleFile(list List, asOf time.Time, old string) (string, error) {
	own := ""
	if old != "" {
		written, kept, ok := strings.Cut(old, yours)
		if !ok || !isWhole(written) {
			return "", ErrChanged
		}
		own = strings.TrimPrefix(strings.TrimPrefix(kept, "\r"), "\n")
	}
	title, id, permission := shippedFacts(list.Category)
	if own == "" && permission {
		own = permissionHelp
	}
	source := p.Address
	if source == "" {
		source = Address
	}
	day := asOf.UTC().Format(time.DateOnly)
	var b strings.Builder
	fmt.Fprintf(&b,
		`# %s: the countries that Meta's policy page named when it was read, on %s, with "listgate rules init --page".
# The next page is read into this file only while nothing but "entries" was changed above the last line of dashes:
# sha256:
#
# With --rules it takes the place of the %s rules that listgate ships. A country that is not named is dropped as "restricted".

format   = 1
category = %[3]q
title    = %q
default  = "deny"
complete = true
as_of    = %[2]s
source   = %[5]q
entries  = %d # how many entries (allow, deny, warn) follow; raise it with each that you add: a file with fewer was cut short

[[allow]]
id         = %[7]q
source     = %[5]q
confidence = "high"
reason     = "in the list of the policy page as it was read on %[2]s"
`, title, day, list.Category, title, source, 1+len(ownEntry.FindAllString(own, -1)), id)
	if permission {
		b.WriteString("requires_permission = true\n")
	}
	b.WriteString("regions    = [\n")
	for _, r := range list.Regions {
		fmt.Fprintf(&b, "  %q, # %s\n", r, r.Name())
	}
	b.WriteString("]\n\n")
	written := b.String()
	return strings.Replace(written, "# sha256:\n", "# sha256:"+sum(written)+"\n", 1) + yours + "\n" + own, nil
}

// shippedFacts returns what the shipped rule file of a category says that no page does: its title,
// the id of its first [[allow]], by which reports know the list, and whether the list counts only
// with Meta's permission.
func shippedFacts(category string) (title, id string, permission bool) {
	title, id = category, category+"-allowed"
	shipped, err := rules.List()
	if err != nil {
		panic("policypage: the shipped rules do not load: " + err.Error())
	}
	for _, file := range shipped {
		if file.Name != category {
			continue
		}
		title = file.Title
		permission = slices.ContainsFunc(file.Entries, func(e *rules.Entry) bool { return e.RequiresPermission })
		if i := slices.IndexFunc(file.Entries, func(e *rules.Entry) bool { return e.Effect == rules.Allow }); i >= 0 {
			id = file.Entries[i].ID
		}
	}
	return title, id, permission
}

// isWhole reports whether the part of a rule file that is written here has the sum that it says.
func isWhole(written string) bool {
	m := sumLine.FindStringSubmatch(strings.ReplaceAll(written, "\r\n", "\n"))
	return m != nil && m[1] == sum(written)
}

// sum is a SHA-256 without itself, without the count of entries, and whatever line ends an editor
// writes.
func sum(written string) string {
	written = strings.ReplaceAll(written, "\r\n", "\n")
	written = countLine.ReplaceAllString(sumLine.ReplaceAllString(written, "# sha256:\n"), "")
	return fmt.Sprintf("%x", sha256.Sum256([]byte(written)))
}
