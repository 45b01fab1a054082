package gate

import (
	"fmt"
	"slices"
)

// Meta's addresses that the steps name.
const (
	enforcementPage = "https://developers.facebook.com/documentation/business-messaging/whatsapp/policy-enforcement"
	errorPage       = "https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes"
	policyPage      = "https://whatsappbusiness.com/policy/"
	supportPage     = "https://business.facebook.com/direct-support"
)

// A Step is something that a person can do towards the end of a cause.
type Step struct {
	Do  string `json:"do"`
	URL string `json:"url,omitempty"`
}

func (s Step) String() string {
	if s.URL == "" {
		return s.Do
	}
	return s.Do + " (" + s.URL + ")"
}

// Steps returns the way out of an error, 368, 131031 or 130497, for an account; waba may be empty.
// ok is false for other codes.
func Steps(code int, why LockReason, waba string) (steps []Step, ok bool) {
	switch code {
	case 368:
		return stepsFor(CausePolicyBlock, "", LockUnknown, waba), true
	case 131031:
		return stepsFor(CauseAccountLock, "", why, waba), true
	case 130497:
		return countrySteps(), true
	}
	return nil, false
}

func stepsFor(c Cause, restriction string, why LockReason, waba string) []Step {
	if waba == "" {
		waba = "WABA_ID"
	}
	switch c {
	case CausePolicyBlock:
		return append(blockSteps(), clearStep("368", waba))
	case CauseAccountLock:
		return append(lockSteps(why, waba), clearStep("131031", waba))
	case CauseRestriction:
		return append(restrictionSteps(restriction), clearStep("restriction", waba))
	case CauseBan:
		return append(banSteps(), clearStep("ban", waba))
	}
	return []Step{
		{
			Do: fmt.Sprintf(
				"Ask the person who halted it; when the reason is gone: listgate gate clear --waba %s --cause manual --reason …",
				waba,
			),
		},
	}
}

func clearStep(cause, waba string) Step {
	return Step{
		Do: fmt.Sprintf(
			"When Meta has lifted it, and not before: listgate gate clear --waba %s --cause %s --reason …",
			waba,
			cause,
		),
	}
}

func blockSteps() []Step {
	return []Step{
		{"Stop every campaign of the account; find out what kind of violation Meta means.", enforcementPage},
		{
			"Read the enforcement notice: Meta Business Suite, WhatsApp Manager, and the mails to the account's admins.",
			"",
		},
		{"Correct the cause: check the templates, how recipients opted in, and what the messages offer.", policyPage},
		{
			"If it was applied in error, appeal. Not every violation can be appealed; some blocks only run out.",
			supportPage,
		},
		{"If the account is disabled, not only restricted, ask formally for its reinstatement.", supportPage},
	}
}

// lockSteps tells the causes of a lock apart, since their ways out are different ones. That payment
// is one of them says a single field report, of low confidence.
func lockSteps(why LockReason, waba string) []Step {
	which := Step{"Find out which of its causes it is: open Meta Business Suite, Business Support Home. " +
		"A violation is shown: policy. Nothing is shown: more likely the two-step PIN or unverified data; or payment, if the account's " +
		"health_status shows 141006 and no other error. " +
		"Then: listgate gate note --waba " + waba + " --cause policy|verification|payment", errorPage}
	policy := []Step{
		{
			"Policy: read the violation there: what it was, its examples, whether a restriction runs, whether it can be appealed.",
			enforcementPage,
		},
		{"Policy: fix the cause, then wait for the end, or appeal. Not every violation can be appealed.", supportPage},
	}
	verification := []Step{
		{
			"Verification: let whoever manages the number turn two-step verification off, set a new PIN, and register the number again.",
			"",
		},
		{
			"Verification: complete the business verification where it is offered, and the website, category and description of the business.",
			"",
		},
	}
	payment := []Step{
		{
			"Payment (seen once, not documented): settle what is open in the account's billing settings, and check its means of payment.",
			"",
		},
	}
	ticket := Step{
		"If nothing of this helps, open a ticket that names the code 131031 and the WABA ID " + waba + ".",
		supportPage,
	}
	var steps []Step
	switch why {
	case LockPolicy:
		steps = policy
	case LockVerification:
		steps = verification
	case LockPayment:
		steps = payment
	default:
		steps = slices.Concat([]Step{which}, policy, verification, payment)
	}
	return append(steps, ticket)
}

func restrictionSteps(restriction string) []Step {
	stopped := "No message may be sent, not even an answer."
	if restriction == RestrictionBusinessInitiated {
		stopped = "Only answers to customers may be sent."
	}
	return []Step{
		{stopped + " It ends at its expiration by itself, if Meta gave one.", enforcementPage},
		{"Read the notice in WhatsApp Manager, correct the cause, and appeal if it was applied in error.", supportPage},
	}
}

func banSteps() []Step {
	return []Step{
		{
			"Read the notice: Meta Business Suite, WhatsApp Manager, and the mails to the account's admins.",
			enforcementPage,
		},
		{
			"Ask formally for the account's reinstatement. The gate opens when Meta's webhook says REINSTATE.",
			supportPage,
		},
	}
}

func countrySteps() []Step {
	return []Step{
		{
			"Look up the countries that the business's category may message. Neither you nor a provider can override them.",
			policyPage,
		},
		{
			"Filter each list before it is sent: listgate filter --category NAME LIST; check numbers before automated messages, too.",
			"",
		},
		{"If Meta has the business in the wrong category, ask support for a review of the category.", supportPage},
		{
			"If listgate kept the number, our rule is wrong: listgate explain --category NAME NUMBER shows it; please report it.",
			"",
		},
	}
}
