package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestExplain(t *testing.T) {
	library := func(cell string) bool {
		return map[string]bool{"+919876543210": true, "919876543210": true, "+525512345678": true,
			"+5511987654321": true}[cell]
	}
	for _, test := range []struct {
		cell    string
		ours    answer
		foreign bool
		part    string // of the explanation, empty for none
	}{
		{"+91 98765 / +91 98766", answer{reason: "multiple"}, false, "several numbers"},
		{"9.19877E+11", answer{reason: "mangled"}, false, "spreadsheet"},
		{"+1 412 535 c0000", answer{reason: "not_a_number"}, false, "letters"},
		{"tel:+919876543210", answer{kept: true}, false, "something around"},
		{"\u202A+919876543210\u202C", answer{kept: true}, true, "something around"},
		{`="919876543210"`, answer{kept: true}, false, "something around"},
		{"919876543210.0", answer{kept: true}, false, "something around"},
		{"+5215512345678", answer{kept: true}, false, "older numbering plan"},
		{"+551187654321", answer{kept: true}, false, "older numbering plan"},
		{"+919876543210", answer{kept: true}, true, "own numbering plan"},

		{"+919876543210", answer{kept: true}, false, ""},               // the same plan must say the same
		{"+919876543210", answer{reason: "restricted"}, true, ""},      // the library says what the peer says
		{"tel:+5351234567", answer{kept: true}, false, ""},             // not kept without what is around it, either
		{"+5219912345678", answer{kept: true}, false, ""},              // today's form is not kept
		{"+1 412 535 0000", answer{reason: "not_a_number"}, false, ""}, // no letter
		{"+14125350000", answer{reason: "restricted"}, false, ""},      // a plain wrong answer
	} {
		name, ok := explain(difference{row{cell: test.cell}, test.ours, library, test.foreign})
		require.Equal(t, test.part != "", ok, test.cell)
		require.Contains(t, name, test.part, test.cell)
	}
}

func TestAgree(t *testing.T) {
	rows := make([]row, 200)
	ours, theirs := make([]answer, 200), make([]answer, 200)
	keep := true
	library := func(string) bool { return keep }
	ours[0].kept = true
	a := agree(rows, ours, theirs, library, true)
	require.Equal(t, agreement{rows: 200, ours: 1, peers: 0, explained: map[string]int{ownPlan: 1}}, a)

	keep = false
	require.Len(t, agree(rows, ours, theirs, library, true).unexplained, 1)

	keep = true
	for i := range 10 {
		ours[i].kept = true
	}
	require.Contains(t, agree(rows, ours, theirs, library, true).unexplained[0], "too many")
}
