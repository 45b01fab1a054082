package wording

import (
	"fmt"
	"strings"

	"github.com/listgate/listgate/rules"
)

// Warned says of how many kept rows a rule warns, and why. e may be nil, of a rule that is not
// known here; business is where the sender's business is located, the zero Region if that is not
// known.
func Warned(rows int64, id string, e *rules.Entry, business rules.Region) string {
	text := Named(rows, "kept row is named", "kept rows are named") + " by " + id
	if e == nil {
		return text + ", which only warns"
	}
	if question := BusinessQuestion(e, business); question != "" {
		text += ", which " + question
	} else {
		text += ", which only warns"
	}
	if e.Reason != "" {
		text += ": " + e.Reason
	}
	return text
}

// BusinessQuestion says what must be known of the sender before an entry can do what it is for; ""
// if nothing is missing.
func BusinessQuestion(e *rules.Entry, business rules.Region) string {
	if len(e.BusinessNotIn) == 0 || business != (rules.Region{}) {
		return ""
	}
	var names []string
	for _, region := range e.BusinessNotIn {
		names = append(names, region.Name())
	}
	located := "the business is located in " + strings.Join(names, " or ")
	does := map[rules.Effect]string{
		rules.Deny: "drops them unless " + located, rules.Allow: "allows them unless " + located,
		rules.Warn: "warns unless " + located,
	}[e.Effect]
	return fmt.Sprintf("%s; say where it is with --business-country, or business_country of the account", does)
}
