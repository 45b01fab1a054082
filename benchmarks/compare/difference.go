package main

import (
	"fmt"
	"strings"
	"unicode"
)

// A difference is a row about which listgate and a peer do not agree.
type difference struct {
	row
	ours    answer
	library func(cell string) bool // what the phone library with listgate's own numbering plan says of a cell
	foreign bool                   // the peer has another numbering plan, or another reading of it
}

// An explanation is a known reason for a difference. It holds only where that can be shown of the
// row itself.
type explanation struct {
	name  string
	holds func(d difference) bool
}

const ownPlan = "the peer's own numbering plan or reading of it: the phone library with listgate's plan says what listgate says"

var explanations = []explanation{
	{"several numbers in the cell: listgate never guesses which", func(d difference) bool {
		return d.ours.reason == "multiple" && strings.ContainsAny(d.cell, "/,;|\n")
	}},
	{"a number that a spreadsheet destroyed: the rest of it is not the number", func(d difference) bool {
		return d.ours.reason == "mangled"
	}},
	{"letters in the cell: the library reads past them, listgate calls it no number", func(d difference) bool {
		return d.ours.reason == "not_a_number" && strings.ContainsFunc(d.cell, unicode.IsLetter)
	}},
	{"something around the number: listgate takes it off, and the library agrees about what is left",
		func(d difference) bool {
			bare := unwrapped(d.cell)
			return bare != d.cell && d.library(bare) == d.ours.kept
		}},
	{"a form that accounts keep from an older numbering plan: listgate knows it, and the library agrees about today's form", func(d difference) bool {
		today := todaysForm(d.cell)
		return today != d.cell && d.library(today) == d.ours.kept
	}},
	{ownPlan, func(d difference) bool { return d.foreign && d.library(d.cell) == d.ours.kept }},
}

// unwrapped takes off what programs put around numbers.
func unwrapped(cell string) string {
	text := strings.TrimFunc(cell, func(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) })
	for _, prefix := range []string{"'", `="`, "tel:", "whatsapp:"} {
		text = strings.TrimPrefix(text, prefix)
	}
	for _, suffix := range []string{`"`, "@c.us", ".0"} {
		text = strings.TrimSuffix(text, suffix)
	}
	number, _, _ := strings.Cut(text, " x") // an extension
	return number
}

// todaysForm rewrites a Mexican or Brazilian number as today's plan has it.
func todaysForm(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "+521"); ok && len(rest) == 10 {
		return "+52" + rest
	}
	if rest, ok := strings.CutPrefix(cell, "+55"); ok && len(rest) == 10 {
		return "+55" + rest[:2] + "9" + rest[2:]
	}
	return cell
}

func explain(d difference) (name string, ok bool) {
	for _, e := range explanations {
		if e.holds(d) {
			return e.name, true
		}
	}
	return "", false
}

// An agreement is how a peer's answers stand to listgate's.
type agreement struct {
	rows, ours, peers int            // all rows, and those that each keeps
	explained         map[string]int // differences by their explanation
	unexplained       []string       // cells
}

// maxOwnPlan is the share of rows, one in so many, that a peer's own numbering plan may explain.
// With more, it is the peer's program that does something else.
const maxOwnPlan = 100

// agree compares answers row by row.
func agree(rows []row, ours, peers []answer, library func(cell string) bool, foreign bool) agreement {
	a := agreement{rows: len(rows), ours: countKept(ours), peers: countKept(peers), explained: map[string]int{}}
	for i, r := range rows {
		if ours[i].kept == peers[i].kept {
			continue
		}
		name, ok := explain(difference{r, ours[i], library, foreign})
		if !ok {
			a.unexplained = append(a.unexplained,
				fmt.Sprintf("row %d, cell %q: listgate keeps: %t (%s), peer keeps: %t",
					i+1, r.cell, ours[i].kept, ours[i].reason, peers[i].kept))
			continue
		}
		a.explained[name]++
	}
	if n := a.explained[ownPlan]; n*maxOwnPlan > len(rows) {
		a.unexplained = append(a.unexplained,
			fmt.Sprintf("%d of %d rows read otherwise: too many for another numbering plan", n, len(rows)))
	}
	return a
}
