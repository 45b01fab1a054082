package wording

import "github.com/listgate/listgate/filter"

// meanings are the reasons in words.
var meanings = map[filter.Reason]string{
	filter.ShortRow:     "the row has no phone cell",
	filter.Empty:        "the phone cell is empty",
	filter.Mangled:      "a program destroyed the number (9.19877E+11, #####, a minus, a date, characters lost in decoding)",
	filter.Multiple:     "more than one number in the cell",
	filter.NotANumber:   "something else than a number",
	filter.NoConsent:    "the consent column does not hold what was asked for",
	filter.Suppressed:   "on the list of numbers never to message",
	filter.Invalid:      "digits, but no possible number",
	filter.NoRegion:     "a calling code that belongs to no country",
	filter.Ambiguous:    "two ways to read the number, not both allowed",
	filter.Undetermined: "the country cannot be determined, and not every candidate is allowed",
	filter.Restricted:   "a rule does not allow it",
	filter.Unlisted:     "not known to be allowed: the list in the rules is not complete",
	filter.Sighted:      "this account met error 130497 there before",
	filter.Duplicate:    "the number stood in an earlier row",
	filter.Allowed:      "may be sent",
}

// Reason says in words why a row is kept or dropped.
func Reason(reason filter.Reason) string { return meanings[reason] }
