package main

import (
	"context"
	"io"
	"slices"
	"strings"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/internal/gatetext"
	"github.com/listgate/listgate/internal/printable"
	"github.com/listgate/listgate/internal/wording"
)

// sight makes the filter drop the numbers of regions in which the account met error 130497.
func (r *decider) sight(waba string, refused []gate.RegionRefusals) error {
	r.waba, r.sighted = waba,
		slices.DeleteFunc(slices.Clone(refused), func(in gate.RegionRefusals) bool { return !in.Sighted })
	var regions []string
	for _, in := range r.sighted {
		regions = append(regions, in.Region)
	}
	return r.Sight(regions...)
}

// sightOf is sight by what the store says of the account that settings name.
func (r *decider) sightOf(ctx context.Context, store *gateFlags, w io.Writer) error {
	waba := r.settings.namedAccount().WABA
	if waba == "" {
		return nil
	}
	s, of, err := store.stateOf(ctx, waba)
	if err != nil {
		return err
	}
	if err := readable(s); err != nil {
		return err
	}
	sayIfUnheard(w, s, of)
	return r.sight(waba, s.Sighted)
}

// printSighted tells where the account met error 130497, of those that the regions, "IN" or
// "AG|US", name or hold, and how a person lifts it.
func (r *decider) printSighted(w io.Writer, indent string, regions ...string) {
	for _, in := range r.sighted {
		named := func(joined string) bool {
			return joined == in.Region || slices.Contains(strings.Split(joined, "|"), in.Region)
		}
		if slices.ContainsFunc(regions, named) {
			printable.Fprintf(w, "%s%s\n", indent, gatetext.Refused(in, r.waba))
		}
	}
}

// printSightedRows tells of the rows that were dropped as sighted.
func (r *filterRun) printSightedRows(w io.Writer) {
	var regions []string
	for _, c := range r.Result.Regions {
		if c.Reasons[filter.Sighted] > 0 {
			regions = append(regions, c.Region)
		}
	}
	if len(regions) == 0 {
		return
	}
	printable.Fprintf(w, "\n%s dropped as sighted: the rules allow them, but account %s met error 130497 there.\n",
		wording.Named(r.Result.Reasons[filter.Sighted], "row was", "rows were"), r.decider.waba)
	r.decider.printSighted(w, "  ", regions...)
	if support := r.decider.settings.support(r.decider.waba); support != "" {
		printable.Fprintf(w, "  first: %s\n", support)
	}
}
