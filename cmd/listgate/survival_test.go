//go:build unix

package main

import (
	"testing"

	"github.com/listgate/listgate/internal/survival"
)

// What these try is tried by tests of their own in every run; here it is noted.

func TestSurvivalNumbers(t *testing.T) {
	if !survival.Long() {
		t.Skip("the tests that it tells of run by themselves")
	}
	t.Run("given", TestNumbersGivenAreNotShown)
	t.Run("in lists, webhooks and rules", TestNoNumberIsTold)
	survival.Held(t, "numbers", 2, "tests, over all commands and their flags")
}

func TestSurvivalForgedText(t *testing.T) {
	if !survival.Long() {
		t.Skip("the test that it tells of runs by itself")
	}
	t.Run("text of others", TestOthersTextForgesNothing)
	survival.Held(t, "forged", 1, "test, over all commands")
}
