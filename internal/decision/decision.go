// Package decision writes a decision for programs: as the server and the command on standard
// streams answer.
package decision

import "github.com/listgate/listgate/filter"

// AppendJSON appends {"kept":false,"reason":"restricted","regions":["IN"],"rule":"alcohol-in"}.
// Reasons, regions and rules are words that JSON takes as they are.
func AppendJSON(b []byte, d filter.Decision) []byte {
	b = appendKept(append(b, `{"kept":`...), d)
	b = append(append(b, `,"reason":"`...), d.Reason.String()...)
	b = append(b, `","regions":[`...)
	if regions := d.Regions.String(); regions != "" {
		b = append(b, '"')
		for i := range len(regions) {
			if regions[i] == '|' {
				b = append(b, `","`...)
			} else {
				b = append(b, regions[i])
			}
		}
		b = append(b, '"')
	}
	b = append(append(b, `],"rule":"`...), d.Rule...)
	return append(b, `"}`...)
}

// AppendTSV appends kept, reason, regions and rule, parted by tabs:
// "false\trestricted\tIN\talcohol-in". A set of regions is joined by "|".
func AppendTSV(b []byte, d filter.Decision) []byte {
	b = append(appendKept(b, d), '\t')
	b = append(append(b, d.Reason.String()...), '\t')
	b = append(append(b, d.Regions.String()...), '\t')
	return append(b, d.Rule...)
}

func appendKept(b []byte, d filter.Decision) []byte {
	if d.Kept() {
		return append(b, "true"...)
	}
	return append(b, "false"...)
}
