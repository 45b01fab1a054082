package main

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/listgate/listgate/report"
)

// again says how to filter the list again: by the command, or, where the report does not hold all
// that the command needs, by the flags that decide. A command that leaves one out would publish
// people whom the first run dropped.
func (c *verifyCommand) again(r *report.Report, failures report.CheckErrors) string {
	flags := strings.Join(c.flagsAgain(r, failures), " ")
	unknown := c.unknownAgain(r)
	if len(unknown) == 0 {
		return fmt.Sprintf("To filter the list again: listgate filter %s %s", flags, listWord(r.Input.Name))
	}
	return fmt.Sprintf("To filter the list again: listgate filter, on %s, with the flags of the first run: %s, and %s",
		shellWord(r.Input.Name), flags,
		strings.Join(unknown, ", "))
}

// flagsAgain returns the flags that the report holds whole.
func (c *verifyCommand) flagsAgain(r *report.Report, failures report.CheckErrors) []string {
	var flags []string
	add := func(holds bool, flag, value string) {
		if holds {
			flags = append(flags, flag+" "+shellWord(value))
		}
	}
	categories := r.Categories
	if slices.ContainsFunc(failures, func(e *report.CheckError) bool { return e.Check == report.CheckCategory }) {
		categories = c.categories
	}
	for _, category := range categories {
		add(true, "-c", category)
	}
	o := r.Options
	add(true, "-m", cmp.Or(c.message, r.Message))
	add(r.At.After(time.Now()), "--at", r.At.Format(time.RFC3339))
	add(o.Account != "", "--account", o.Account)
	for _, path := range c.rulePaths {
		add(true, "--rules", path)
	}
	add(o.Confidence != "medium", "--confidence", o.Confidence)
	add(o.DefaultRegion != "", "--default-region", o.DefaultRegion)
	add(o.Bare != "national", "--bare", o.Bare)
	add(o.Validity != "possible", "--validity", o.Validity)
	if len(o.Columns) == 0 {
		add(o.Column != "", "--column", o.Column)
	}
	for _, column := range o.Columns {
		add(true, "--column", column)
	}
	add(o.Delimiter != "", "--delimiter", o.Delimiter)
	add(o.Quote != "", "--quote", o.Quote)
	add(o.HeaderRow > 0, "--header-row", strconv.Itoa(o.HeaderRow))
	for _, column := range o.SuppressColumn {
		add(true, "--suppress-column", column)
	}
	if o.NoHeader {
		flags = append(flags, "--no-header")
	}
	add(o.RegionColumn != "", "--region-column", o.RegionColumn)
	for _, required := range o.Require {
		add(true, "--require", required)
	}
	if o.Dedupe {
		flags = append(flags, "--dedupe")
	}
	add(o.Normalize != "", "--normalize", o.Normalize)
	add(o.MaxDropped != "", "--max-dropped", o.MaxDropped)
	return flags
}

// unknownAgain names the flags of which the report does not say the value: of files it holds the
// base name.
func (c *verifyCommand) unknownAgain(r *report.Report) []string {
	var unknown []string
	for _, f := range r.Rules.Files {
		if !f.Shipped && len(c.rulePaths) == 0 {
			unknown = append(unknown, "--rules for your own "+f.Name)
		}
	}
	if name := r.Options.Suppress.Name; name != "" {
		unknown = append(unknown, "--suppress with "+name)
	}
	if r.Options.Gate != "" && r.Options.Account == "" {
		unknown = append(unknown, "--gate")
	}
	if strings.EqualFold(filepath.Ext(r.Input.Name), ".xlsx") {
		unknown = append(unknown, "--sheet, if it had that")
	}
	return unknown
}
