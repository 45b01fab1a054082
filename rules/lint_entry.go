package rules

import (
	"slices"
)

// needless finds an allow where the default keeps what no deny drops.
func (l *linter) needless(e *Entry) {
	text := "%s never matters: the default keeps every region that no entry denies"
	if e.RequiresPermission {
		text += ", with a permission or without"
	}
	l.errorf(e.File, e.Line, text, e.ID)
}

// repeatedWithin finds the regions and prefixes of an entry that another one in it covers.
func (l *linter) repeatedWithin(e *Entry) {
	for i, name := range e.written {
		if by, ok := e.regionCovering(i); ok {
			l.errorf(e.File, e.Line, "%s: %s stands twice; %s holds it", e.ID, name, by)
		}
	}
	own := map[string]bool{}
	for _, prefix := range e.Prefixes {
		own[prefix] = true
	}
	for _, prefix := range e.Prefixes {
		for n := len(prefix) - 1; n > 0; n-- {
			if own[prefix[:n]] {
				l.errorf(e.File, e.Line, "%s: +%s stands twice; +%s holds it", e.ID, prefix, prefix[:n])
				break
			}
		}
	}
}

// regionCovering returns what holds all regions of the i-th of those written, such as EEA for EU.
func (e *Entry) regionCovering(i int) (name string, ok bool) {
	own, _ := ParseRegions(e.written[i])
	for _, other := range e.written {
		regions, _ := ParseRegions(other)
		isMissing := func(r Region) bool { return !slices.Contains(regions, r) }
		if other != e.written[i] && !slices.ContainsFunc(own, isMissing) {
			return other, true
		}
	}
	return "", false
}
