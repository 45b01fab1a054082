package rules

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

const (
	day       = 24 * time.Hour
	endsSoon  = 30 * day
	maxAge    = 90 * day
	onlyMeta  = "no country rule of Meta's is known for %s; only the platform's rules were checked"
	toCome    = "%s: its facts were last read on %s, which is still to come; correct as_of, or nothing will say when they are old"
	readAgain = "%s: its facts were last read on %s, %d days before the planned send time (more than %d); read the policy again (%s)"
	revised   = "%s: Meta revised its policy page on %s, and this list was read on %s: save the page (" + PolicyPage +
		") and bring the list up to date with listgate rules init --page FILE"
)

// lastRevision is the day of the newest revision of Meta's policy page that is known. What it made
// of the lists of the verticals was not seen.
var lastRevision = time.Date(2026, 9, 23, 0, 0, 0, 0, time.UTC)

// Warnings says what a person should know before a send planned at a time: a list of Meta's policy
// page that was read before the page's last revision, other facts last read more than age before
// the send (0: 90 days) or, by this machine's clock, on a day to come, lifts and permissions that
// end within 30 days or have ended, and categories without a country rule.
func (s *Set) Warnings(at time.Time, age time.Duration) []string {
	if age == 0 {
		age = maxAge
	}
	var warnings []string
	for _, u := range s.categories {
		f := u.file
		old := at.Sub(f.AsOf)
		switch {
		case f.isBeforeRevision():
			warnings = append(warnings,
				fmt.Sprintf(revised, f.Name, lastRevision.Format(time.DateOnly), f.AsOf.Format(time.DateOnly)))
		case old > age:
			warnings = append(warnings, fmt.Sprintf(readAgain, f.Name, f.AsOf.Format(time.DateOnly), old/day,
				age/day, f.Source))
		}
		if time.Until(f.AsOf) > day { // somewhere it is tomorrow already
			warnings = append(warnings, fmt.Sprintf(toCome, f.Name, f.AsOf.Format(time.DateOnly)))
		}
		if u.hasNoCountryRule() {
			warnings = append(warnings, fmt.Sprintf(onlyMeta, f.Name))
		}
		for _, f := range u.files {
			warnings = append(warnings, f.endings(at)...)
		}
		warnings = append(warnings, u.idlePermissions()...)
	}
	for _, p := range s.sender.Permissions {
		warnings = append(warnings, p.ending(at)...)
		warnings = append(warnings, p.idle(s.categories, strings.Join(s.asked, ", "))...)
	}
	return warnings
}

// isBeforeRevision reports whether the file is a list of Meta's policy page from before its last
// revision.
func (f *File) isBeforeRevision() bool {
	isVertical := slices.Contains(verticals, f.Name) || f.Base != nil && slices.Contains(verticals, f.Base.Name)
	return isVertical && f.AsOf.Before(lastRevision)
}

// hasNoCountryRule tells a category whose rules we do not know (not complete) from one that has
// none.
func (u *category) hasNoCountryRule() bool {
	return u.file.Name != Company && u.file.DefaultAllow && !u.file.Complete &&
		!slices.ContainsFunc(u.entries, func(e *Entry) bool { return e.Effect != Warn })
}

func (f *File) endings(at time.Time) []string {
	var warnings []string
	for _, l := range f.Lifts {
		warnings = append(warnings,
			ending(fmt.Sprintf("%s:%d: the lift of %q", f.Path, l.Line, l.ID), l.LastDay, at)...)
	}
	for _, p := range f.Permissions {
		warnings = append(warnings, p.ending(at)...)
	}
	return warnings
}

// ending says that the last day of something is near, or over.
func ending(what string, last, at time.Time) []string {
	switch {
	case last.IsZero() || dayAfter(last).Sub(at) > endsSoon:
		return nil
	case isOver(last, at):
		return []string{fmt.Sprintf("%s had its last day on %s", what, last.Format(time.DateOnly))}
	}
	return []string{fmt.Sprintf("%s has its last day on %s", what, last.Format(time.DateOnly))}
}

func (p *Permission) ending(at time.Time) []string {
	return ending(fmt.Sprintf("%sthe permission %q", p.place(), p.Reference), p.LastDay, at)
}

// idle is hasNoEffect as a warning.
func (p *Permission) idle(categories []*category, names string) []string {
	if text := p.hasNoEffect(categories, names); text != "" {
		return []string{p.place() + text}
	}
	return nil
}

// hasNoEffect says where a permission lets nothing through, since no entry of the categories asks
// for one; "" if it does everywhere.
func (p *Permission) hasNoEffect(categories []*category, names string) string {
	var regions []Region
	for _, region := range p.Regions {
		if !slices.ContainsFunc(categories, func(u *category) bool { return u.wantsPermission(region) }) {
			regions = append(regions, region)
		}
	}
	if len(regions) == 0 {
		return ""
	}
	return fmt.Sprintf("the permission %q has no effect in %s: no allow with requires_permission of %s is for it",
		p.Reference, joinRegions(regions), names)
}

// idlePermissions names the permissions of the category's files that let nothing through.
func (u *category) idlePermissions() []string {
	var warnings []string
	for _, f := range u.files {
		for _, p := range f.Permissions {
			warnings = append(warnings, p.idle([]*category{u}, u.file.Name)...)
		}
	}
	return warnings
}

// wantsPermission is true of entries with prefixes too: a permission is per region, and any region
// may hold a prefix.
func (u *category) wantsPermission(region Region) bool {
	return slices.ContainsFunc(u.entries, func(e *Entry) bool {
		return e.RequiresPermission && (len(e.Prefixes) > 0 || slices.Contains(e.Regions, region))
	})
}
