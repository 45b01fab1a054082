package rules_test

import (
	"fmt"
	"time"

	"github.com/listgate/listgate/rules"
)

func Example() {
	set, err := rules.Load(rules.Options{Categories: []string{"alcohol"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	at := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	policy := set.Compile(rules.Marketing, at, rules.Medium)

	india, _ := rules.ParseRegion("IN")
	verdict := policy.Judge(india, "919876543210")
	fmt.Println(verdict.Outcome, verdict.Rule())
	fmt.Println(verdict.Entry.Reason)

	brazil, _ := rules.ParseRegion("BR")
	verdict = policy.Judge(brazil, "5511961234567")
	fmt.Println(verdict.Outcome, verdict.Rule(), "unless", verdict.Warned[0].ID)

	argentina, _ := rules.ParseRegion("AR")
	policy = set.WithSender(rules.Sender{BusinessCountry: argentina}).Compile(rules.Marketing, at, rules.Medium)
	verdict = policy.Judge(brazil, "5511961234567")
	fmt.Println(verdict.Outcome, verdict.Rule())
	// Output:
	// restricted alcohol-in
	// Meta took India off the list of allowed countries on 2024-08-23
	// allowed alcohol-allowed unless platform-br-senders
	// restricted platform-br-senders
}
