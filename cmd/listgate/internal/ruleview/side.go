package ruleview

import (
	"errors"
	"fmt"
	"slices"

	"github.com/listgate/listgate/rules"
)

// A Side is one of the two states of rules.
type Side struct {
	Name       string
	Options    rules.Options // but for the categories
	Categories []string      // that it has files for
}

// Load returns the rules of a side for categories, platform among them. known is false if it has
// none of that name.
func (side Side) Load(categories ...string) (set *rules.Set, known bool, err error) {
	o := side.Options
	o.Categories = slices.DeleteFunc(slices.Clone(categories), IsAlways)
	if len(o.Categories) == 0 {
		o.Categories = []string{"general"}
		if len(o.Texts) > 0 { // of a report, which holds the files that decided and no others
			o.Categories = side.Categories
		}
	}
	set, err = rules.Load(o)
	if _, unknown := errors.AsType[*rules.UnknownCategoryError](err); unknown {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("%s: %w", side.Name, err)
	}
	isCompany := func(f *rules.File) bool { return f.Name == rules.Company }
	if slices.Contains(categories, rules.Company) && !slices.ContainsFunc(set.Files(), isCompany) {
		return nil, false, nil
	}
	return set, true, nil
}
