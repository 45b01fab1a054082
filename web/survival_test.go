package main

import (
	"os"
	"testing"

	"github.com/listgate/listgate/internal/survival"
)

func TestSurvivalPage(t *testing.T) {
	if !survival.Long() {
		t.Skip("the test that it tells of runs by itself")
	}
	if os.Getenv("LISTGATE_TEST_CHROMIUM") != "needed" {
		survival.NotTried(t, "page", "tests in a browser run with LISTGATE_TEST_CHROMIUM=needed")
	}
	t.Run("every list of testdata", TestPageGivesTheCommandsBytes)
	survival.Held(t, "page", len(testLists(t))*len(openings))
}
