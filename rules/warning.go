package rules

import (
	"fmt"
	"slices"
	"time"
)

const (
	day       = 24 * time.Hour
	endsSoon  = 30 * day
	maxAge    = 90 * day
	onlyMeta  = "no country rule of Meta's is known for %s; only the platform's rules were checked"
	readAgain = "%s: its facts were last read on %s, %d days before the planned send time (more than %d); read the policy again (%s)"
)

// Warnings says what a person should know before a send planned at a time: facts last read more than age ago (0: 90
// days), lifts and permissions that end within 30 days or have ended, and categories without a country rule.
func (s *Set) Warnings(at time.Time, age time.Duration) []string {
	if age == 0 {
		age = maxAge
	}
	var warnings []string
	for _, u := range s.units {
		f := u.file
		if old := at.Sub(f.AsOf); old > age {
			warnings = append(warnings, fmt.Sprintf(readAgain, f.Name, f.AsOf.Format(time.DateOnly), old/day, age/day, f.Source))
		}
		if u.hasNoCountryRule() {
			warnings = append(warnings, fmt.Sprintf(onlyMeta, f.Name))
		}
		for _, f := range u.files {
			warnings = append(warnings, f.endings(at)...)
		}
		warnings = append(warnings, u.idlePermissions()...)
	}
	return warnings
}

// hasNoCountryRule tells a category whose rules we do not know (not complete) from one that has none.
func (u *unit) hasNoCountryRule() bool {
	return u.file.DefaultAllow && !u.file.Complete && !slices.ContainsFunc(u.entries, func(e *Entry) bool { return e.Kind != Warn })
}

func (f *File) endings(at time.Time) []string {
	var warnings []string
	add := func(line int, what string, until time.Time) {
		verb := "ends"
		if !at.Before(until) {
			verb = "ended"
		} else if until.Sub(at) > endsSoon {
			return
		}
		warnings = append(warnings, fmt.Sprintf("%s:%d: the %s %s on %s", f.Path, line, what, verb, until.Format(time.DateOnly)))
	}
	for _, l := range f.Lifts {
		add(l.Line, fmt.Sprintf("lift of %q", l.ID), l.Until)
	}
	for _, p := range f.Permissions {
		if !p.Until.IsZero() {
			add(p.Line, fmt.Sprintf("permission %q", p.Reference), p.Until)
		}
	}
	return warnings
}

// idlePermissions names the permissions that let nothing through, since no entry asks for them.
func (u *unit) idlePermissions() []string {
	var warnings []string
	for _, f := range u.files {
		for _, p := range f.Permissions {
			for _, region := range p.Regions {
				if !u.wantsPermission(region) {
					warnings = append(warnings, fmt.Sprintf("%s:%d: the permission %q has no effect in %s: no allow with requires_permission of %s names it",
						f.Path, p.Line, p.Reference, region, u.file.Name))
				}
			}
		}
	}
	return warnings
}

// wantsPermission is true of entries with prefixes too: a permission is per region, and any region may hold a prefix.
func (u *unit) wantsPermission(region Region) bool {
	return slices.ContainsFunc(u.entries, func(e *Entry) bool {
		return e.RequiresPermission && (len(e.Prefixes) > 0 || slices.Contains(e.Regions, region))
	})
}
