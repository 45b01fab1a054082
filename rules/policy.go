package rules

import (
	"slices"
	"strings"
	"time"
)

// A Policy is what a Set says of one kind of message at one time. It does not change; any number of
// goroutines may use it.
type Policy struct {
	files    []compiledFile // platform first
	prefixes []string
}

// A compiledFile is a category reduced to the entries in force.
type compiledFile struct {
	file        *File
	entries     []inForce // in the order of the text
	index       placeIndex
	lifted      []liftedEntry
	permissions []*Permission
	bar         Confidence
}

// An inForce is an entry and what it does for the sender of the policy.
type inForce struct {
	entry  *Entry
	effect Effect
}

// A liftedEntry is an entry that would be in force, and what takes it out.
type liftedEntry struct {
	entry *Entry
	lift  *Lift
}

// Compile reduces the set to what holds for a message sent at a time. An allow counts from bar
// upwards. The zero time means now: entries have a first day, and before all of them too much would
// be kept.
func (s *Set) Compile(m Message, at time.Time, bar Confidence) *Policy {
	if at.IsZero() {
		at = time.Now()
	}
	lifts := s.Lifted(at)
	var ofAccount []*Permission
	for i := range s.sender.Permissions {
		if p := &s.sender.Permissions[i]; isInForce(time.Time{}, p.LastDay, at) {
			ofAccount = append(ofAccount, p)
		}
	}
	p := &Policy{}
	for _, u := range s.categories {
		j := compiledFile{file: u.file, bar: bar, permissions: append(u.permissions(at), ofAccount...)}
		for _, e := range u.entries {
			if !e.holds(m, at) || !e.isFor(s.sender.BusinessCountry) {
				continue
			}
			if lift := e.liftedBy(lifts); lift != nil {
				j.lifted = append(j.lifted, liftedEntry{e, lift})
				continue
			}
			j.add(e, s.sender.BusinessCountry)
			p.prefixes = append(p.prefixes, e.Prefixes...)
		}
		p.files = append(p.files, j)
	}
	slices.Sort(p.prefixes)
	p.prefixes = slices.Compact(p.prefixes)
	return p
}

func (e *Entry) holds(m Message, at time.Time) bool {
	return e.IsFor(m) && isInForce(e.FirstDay, e.LastDay, at)
}

// liftedBy returns the lift that takes the entry out, or nil. Only what we ship can be lifted.
func (e *Entry) liftedBy(lifts []*Lift) *Lift {
	for _, l := range lifts {
		if e.File.Shipped && l.ID == e.ID {
			return l
		}
	}
	return nil
}

// IsFor reports whether the entry is about messages of a kind.
func (e *Entry) IsFor(m Message) bool { return e.Messages == nil || slices.Contains(e.Messages, m) }

// isFor reports whether the entry can be about a sender whose business is located in a country, or,
// with the zero Region, in one that is not known.
func (e *Entry) isFor(country Region) bool { return !slices.Contains(e.BusinessNotIn, country) }

// add takes an entry in. Whether one with business_not_in holds for a business in a country that is
// not known, nobody can say: it warns.
func (j *compiledFile) add(e *Entry, country Region) {
	asksBusiness := len(e.BusinessNotIn) > 0 && country == Region{}
	effect := e.Effect
	if asksBusiness {
		effect = Warn
	}
	j.index.add(e, len(j.entries))
	j.entries = append(j.entries, inForce{e, effect})
}

// permissions returns those of the category's files that are in force.
func (u *category) permissions(at time.Time) []*Permission {
	var permissions []*Permission
	for _, f := range u.files {
		for _, p := range f.Permissions {
			if isInForce(time.Time{}, p.LastDay, at) {
				permissions = append(permissions, p)
			}
		}
	}
	return permissions
}

// Equal reports whether two policies of one set decide alike because the same entries and
// permissions are in force: most kinds of message have the same rules.
func (p *Policy) Equal(other *Policy) bool {
	return slices.EqualFunc(p.files, other.files, func(a, b compiledFile) bool {
		return a.file == b.file && a.bar == b.bar && slices.Equal(a.entries, b.entries) &&
			slices.Equal(a.permissions, b.permissions)
	})
}

// Prefixes returns the digits of every prefix that an entry in force names, sorted, each once. Two
// numbers of one region that begin with the same longest one of them get the same verdict, but for
// Lifted, and so does that prefix itself.
func (p *Policy) Prefixes() []string { return slices.Clone(p.prefixes) }

// An Outcome is what a policy makes of a number. Only Allowed keeps it.
type Outcome uint8

const (
	Undecided  Outcome = iota // no region: not kept
	Allowed                   // every category keeps it
	Restricted                // a rule denies it, or it is not on a list that is complete
	Unlisted                  // not known to be allowed: it is not on a list that is not complete
)

var outcomeNames = [...]string{Undecided: "undecided", Allowed: "allowed", Restricted: "restricted",
	Unlisted: "unlisted"}

func (o Outcome) String() string { return outcomeNames[o] }

// A Verdict is an outcome and what led to it.
type Verdict struct {
	Outcome Outcome
	File    *File  // speaks for the category that decided; nil where none did
	Entry   *Entry // decided; nil where the default did
	// Permission is what lets Entry count, as high, where it requires one.
	Permission *Permission
	Warned     []*Entry
	// Uncounted are the allows that match and do not count: below the bar, or without the
	// permission that they require.
	Uncounted []*Entry
	KeptAtLow bool // dropped, and kept if the bar were Low
	// Lifted are the lifts of entries that match and would be in force without them.
	Lifted []*Lift
}

// Rule names what decided: the id of an entry, or "<category>:default" where a default dropped the
// number. It is empty where a default keeps and where nothing decided.
func (v Verdict) Rule() string {
	switch {
	case v.Entry != nil:
		return v.Entry.ID
	case v.Outcome == Restricted || v.Outcome == Unlisted:
		return v.File.Name + ":default"
	}
	return ""
}

// Judge says what the policy makes of a number of region whose E.164 digits, without '+', are
// digits or begin with them. A number is kept only if every category keeps it; the verdict is that
// of the first that drops it, platform first, else of the last that keeps it by an entry. Warned,
// Uncounted and Lifted are those of all categories. A region that is not known is never allowed.
func (p *Policy) Judge(region Region, digits string) Verdict {
	if !region.known() {
		return Verdict{}
	}
	verdict := Verdict{Outcome: Allowed}
	var warned, uncounted []*Entry
	var lifted []*Lift
	keptAtLow := true
	for i := range p.files {
		v := p.files[i].judge(region, digits)
		warned, uncounted, lifted = append(warned, v.Warned...), append(uncounted, v.Uncounted...),
			append(lifted, v.Lifted...)
		keptAtLow = keptAtLow && (v.Outcome == Allowed || v.KeptAtLow)
		if verdict.Outcome == Allowed && (v.Outcome != Allowed || v.Entry != nil || verdict.Entry == nil) {
			verdict = v
		}
	}
	verdict.Warned, verdict.Uncounted, verdict.Lifted = warned, uncounted, lifted
	verdict.KeptAtLow = verdict.Outcome != Allowed && keptAtLow
	return verdict
}

// JudgeEach returns the verdict of each category alone, platform first.
func (p *Policy) JudgeEach(region Region, digits string) []Verdict {
	verdicts := make([]Verdict, len(p.files))
	if !region.known() {
		return verdicts
	}
	for i := range p.files {
		verdicts[i] = p.files[i].judge(region, digits)
	}
	return verdicts
}

func (j *compiledFile) judge(region Region, digits string) Verdict {
	v := Verdict{File: j.file}
	var denied, counted match // of those that match, the most precise
	below := false
	for _, m := range j.index.matching(region, digits) {
		switch e := j.entries[m.at]; {
		case e.effect == Warn:
			v.Warned = append(v.Warned, e.entry)
		case e.effect == Deny:
			denied = denied.morePrecise(m)
		case j.counts(e.entry, region):
			counted = counted.morePrecise(m)
		default:
			below = below || !e.entry.RequiresPermission
			v.Uncounted = append(v.Uncounted, e.entry)
		}
	}
	for _, l := range j.lifted {
		if l.entry.names(region, digits) {
			v.Lifted = append(v.Lifted, l.lift)
		}
	}
	switch {
	case denied.found:
		v.Outcome, v.Entry = Restricted, j.entries[denied.at].entry
	case counted.found:
		v.Outcome, v.Entry = Allowed, j.entries[counted.at].entry
		if v.Entry.RequiresPermission {
			v.Permission = j.permission(region)
		}
	case j.file.DefaultAllow:
		v.Outcome = Allowed
	case j.file.Complete:
		v.Outcome, v.KeptAtLow = Restricted, below
	default:
		v.Outcome, v.KeptAtLow = Unlisted, below
	}
	return v
}

// counts says whether an allow counts. A permission makes it as sure as can be.
func (j *compiledFile) counts(e *Entry, region Region) bool {
	if e.RequiresPermission {
		return j.permission(region) != nil
	}
	return e.Confidence >= j.bar
}

// permission returns one for the region, or nil.
func (j *compiledFile) permission(region Region) *Permission {
	for _, p := range j.permissions {
		if slices.Contains(p.Regions, region) {
			return p
		}
	}
	return nil
}

func (e *Entry) names(region Region, digits string) bool {
	return slices.Contains(e.Regions, region) || e.prefixLength(digits) > 0
}

// prefixLength returns the length of the longest prefix of the entry that digits begin with.
func (e *Entry) prefixLength(digits string) int {
	longest := 0
	for _, prefix := range e.Prefixes {
		if strings.HasPrefix(digits, prefix) {
			longest = max(longest, len(prefix))
		}
	}
	return longest
}
