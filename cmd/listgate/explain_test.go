package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/report"
)

// The rules of an old run are in its report; the numbering plan is not.
func TestAnotherNumberingPlanIsSaid(t *testing.T) {
	require.Contains(t, notesOf(&report.Report{NumberingPlan: "v8.13.1"}),
		"the run used the numbering plan v8.13.1, this listgate has "+filter.NumberingPlan()+
			": the country of a number may be another")
}
