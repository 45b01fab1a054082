// Package ruletest tries rule files out: the tests that stand in them, and prefixes that can never
// apply.
package ruletest

import (
	"fmt"
	"strings"
	"time"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/rules"
)

// Run decides the number of each [[test]] in the rule files at paths, or in the shipped files if
// there are no paths, as a run would with these files and default options. It returns how many
// there are, and those that come to something else than they expect. err is of reading the files.
func Run(paths ...string) (ran int, failures rules.Errors, err error) {
	files, err := rules.List(paths...)
	if err != nil {
		return 0, nil, err
	}
	for _, file := range files {
		if file.Shipped != (len(paths) == 0) || len(file.Tests) == 0 {
			continue
		}
		category := file.Name
		// decide beside a category that has no rules of its own
		if category == rules.Platform || category == rules.Company {
			category = "general"
		}
		set, err := rules.Load(rules.Options{Paths: paths, Categories: []string{category}})
		if err != nil {
			return ran, nil, err
		}
		for _, test := range file.Tests {
			ran++
			if problem := runTest(set.WithSender(rules.Sender{BusinessCountry: test.Business}), test); problem != nil {
				failures = append(failures, &rules.Error{File: file.Path, Line: test.Line, Err: problem})
			}
		}
	}
	return ran, failures, nil
}

// runTest says what a test comes to, if it is not what it expects. It does not say the number.
func runTest(set *rules.Set, test *rules.Test) error {
	f, err := filter.New(set.Compile(test.Message, test.At, rules.Medium), filter.Options{})
	if err != nil {
		return err
	}
	d := f.DecideString(test.Number)
	if d.Reason.String() == test.Expect {
		return nil
	}
	by := ""
	if d.Rule != "" {
		by = " by " + d.Rule
	}
	if names := strings.Split(d.Regions.String(), "|"); len(names) > 4 {
		by += fmt.Sprintf(", one of %d countries", len(names))
	} else if names[0] != "" {
		by += ", " + strings.Join(names, " or ")
	}
	return fmt.Errorf("test: expected %s, found %s%s (%s message on %s)", test.Expect, d.Reason, by, test.Message,
		test.At.Format(time.DateOnly))
}
