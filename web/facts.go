package main

import (
	"fmt"
	"time"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/internal/version"
	"github.com/listgate/listgate/rules"
)

// pageFacts are what the page knows before its engine runs.
type pageFacts struct {
	Categories []categoryFacts `json:"categories"`
	Regions    []regionFacts   `json:"regions"`
	Messages   []string        `json:"messages"`
	Foot       string          `json:"foot"`
	AsOf       time.Time       `json:"asOf"` // of the oldest shipped file that has a country list
	MaxAgeDays int             `json:"maxAgeDays"`
}

type categoryFacts struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	Note  string `json:"note"`
}

type regionFacts struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

func readFacts() (*pageFacts, error) {
	files, err := rules.List()
	if err != nil {
		return nil, err
	}
	facts := &pageFacts{MaxAgeDays: 90}
	for _, message := range []rules.Message{rules.Marketing, rules.Utility, rules.Authentication, rules.Service} {
		facts.Messages = append(facts.Messages, message.String())
	}
	for _, f := range files {
		if facts.AsOf.IsZero() || f.AsOf.Before(facts.AsOf) {
			facts.AsOf = f.AsOf
		}
		if f.Name != rules.Platform {
			facts.Categories = append(facts.Categories, categoryFacts{f.Name, f.Title, f.Note})
		}
	}
	for _, r := range rules.Regions() {
		facts.Regions = append(facts.Regions, regionFacts{r.String(), r.Name()})
	}
	facts.Foot = fmt.Sprintf("listgate %s · rules as of %s · numbering plan %s", version.Version,
		facts.AsOf.Format(time.DateOnly), filter.NumberingPlan())
	return facts, nil
}
