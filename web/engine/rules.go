//go:build wasip1

package main

import (
	"context"
	"os"
	"path/filepath"

	"github.com/listgate/listgate/rules"
	"github.com/listgate/listgate/rules/policypage"
)

// rulesFolder is where the person's own rule files lie, and those that are made from a policy page.
const rulesFolder = "/rules"

// readPolicyPage writes the rule files of the saved policy page, if there is one; they take the
// place of the shipped ones.
func (r *request) readPolicyPage() error {
	if r.PolicyPage == "" {
		return nil
	}
	stored, err := os.Open(r.PolicyPage)
	if err != nil {
		return err
	}
	defer stored.Close()
	page, err := policypage.Read(r.PolicyPage, stored)
	if err != nil {
		return err
	}
	for _, list := range page.Lists {
		text, err := page.RuleFile(list, r.Now, "")
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(rulesFolder, list.Category+".toml"), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return emit("notes", append([]string{}, page.Notes...))
}

// A category is one that a list can be filtered for.
type category struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	Note  string `json:"note"`
}

// listCategories returns the categories, those of the person's own rule files too.
func listCategories(_ context.Context, r *request) error {
	if err := r.readPolicyPage(); err != nil {
		return err
	}
	files, err := rules.List(r.rulePaths()...)
	if err != nil {
		return err
	}
	categories := []category{}
	for _, f := range files {
		if f.Name != rules.Platform && f.Name != rules.Company {
			categories = append(categories, category{f.Name, f.Title, f.Note})
		}
	}
	return emit("categories", categories)
}
